import datetime as dt
from collections.abc import Collection

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from nrm_tracker import parts


class CriteriaConfig(AppConfig):
    name = "criteria"
    verbose_name = _("Criteria and progress")
    about = _(
        "Criteria sets with their criteria, indicators and required levels, and who answers for"
        " them: only administrators change these. What communes reached is recorded by those in"
        " charge, on the pages of each commune."
    )
    # By table, the part in which its writes are counted (`nrm_tracker.revision`).
    counted_apart = dict.fromkeys(
        ("criteria_assessment", "criteria_criterionstatus", "criteria_standing"), parts.RESULTS
    )

    def frozen_since(self, commune_ids: Collection[int], since: dt.datetime) -> str:
        """By what figures of these communes were kept for good since (`nrm_tracker.undoing`)."""
        from criteria.progress.late_entries import closed_since

        return closed_since(commune_ids, since)

    def trigger_names(self) -> list[str]:
        """The guards of this room's history (rule 5), which must stand in the database."""
        from criteria.models.append_only import TABLES, names

        return [name for table in TABLES for name in names(table)]
