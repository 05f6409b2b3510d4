"""A write to history may change days before today: which, and for whom, is told to who wrote."""

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from criteria.models import Enrolment
from criteria.progress.assessment_log import past_standings
from criteria.progress.standings import StoredRow, differences
from nrm_tracker import clock

# What was typed into a form, cleaned.
Cleaned = dict[str, Any]


@dataclass(frozen=True)
class PastDays:
    """Days before today that read otherwise since, from the first to the last of them.

    `communes`: how many of them have other figures there; the others rest on another basis.
    """

    first: dt.date
    last: dt.date
    communes: int

    @property
    def words(self) -> str:
        """The days as people write them: "08/09/2020 – 14/09/2020", or the one."""
        return " – ".join(dict.fromkeys(f"{day:%d/%m/%Y}" for day in (self.first, self.last)))


def days_apart(before: set[StoredRow], after: set[StoredRow]) -> dict[int, PastDays]:
    """The past days of each enrolment that read otherwise, of those where any do."""
    yesterday = clock.today() - dt.timedelta(days=1)
    found = {}
    for pk in {row.enrolment_id for row in before ^ after}:
        stretches = differences(
            [row for row in before if row.enrolment_id == pk],
            [row for row in after if row.enrolment_id == pk],
            yesterday,
        )
        if stretches:
            has_other_figures = any(stretch.has_other_results for stretch in stretches)
            found[pk] = PastDays(stretches[0].first, stretches[-1].last, int(has_other_figures))
    return found


def together(found: Iterable[PastDays]) -> PastDays | None:
    """Those of several communes as one, where there are any."""
    all_of_them = list(found)
    if not all_of_them:
        return None
    return PastDays(
        min(one.first for one in all_of_them),
        max(one.last for one in all_of_them),
        sum(one.communes for one in all_of_them),
    )


def noting_past_days(
    enrolment: Enrolment, write: Callable[[Cleaned], None]
) -> Callable[[Cleaned], PastDays | None]:
    """`write`, which then tells the days before today that read otherwise since."""

    def noted(given: Cleaned) -> PastDays | None:
        Enrolment.lock(enrolment.pk)
        before = past_standings([enrolment.pk])
        write(given)
        return days_apart(before, past_standings([enrolment.pk])).get(enrolment.pk)

    return noted


def with_past_days(said: str, changed: PastDays | None) -> str:
    """What was said, and which past days changed, where any did."""
    if changed is None:
        return said
    told = _("Past days changed: %(days)s; communes with other figures: %(count)s.")
    told %= {"days": changed.words, "count": changed.communes}
    return f"{said} {told}"
