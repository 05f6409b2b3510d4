import datetime as dt
from collections.abc import Collection

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from nrm_tracker import parts


class MeetingsConfig(AppConfig):
    name = "meetings"
    verbose_name = _("Working sessions")
    about = _(
        "Themes of tasks, heads and templates of papers: only administrators change these."
        " Sessions, minutes, tasks and visits are written on their own pages."
    )
    # By table, the part in which its writes are counted (`nrm_tracker.revision`).
    counted_apart = {"meetings_entry": parts.MINUTES}

    def frozen_since(self, commune_ids: Collection[int], since: dt.datetime) -> str:
        """By what figures of these communes were kept for good since (`nrm_tracker.undoing`)."""
        from meetings.sessions.published import published_since

        return published_since(commune_ids, since)

    def trigger_names(self) -> list[str]:
        """The guards of this room's history (rule 5), which must stand in the database."""
        from criteria.models.append_only import names
        from meetings.models.append_only import TABLES

        return [name for table in TABLES for name in names(table)]
