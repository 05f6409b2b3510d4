"""The claims of an area that waited for verification at the end of a day, as lists name them."""

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, QuerySet, Window

from communes.models import Commune
from criteria.models import Claim
from criteria.models.history import cell_address
from criteria.progress.moment import Moment
from nrm_tracker import clock
from nrm_tracker.dated_names import packed, unpacked
from nrm_tracker.prepared import prepared

# So many are named.
MOST = 5


@dataclass(frozen=True)
class WaitingClaim:
    slug: str
    commune: str
    number: int
    criterion: str
    set_code: str
    result: str
    days: int

    @property
    def address(self) -> str:
        return cell_address(self.slug, self.number, self.set_code)


@dataclass(frozen=True)
class WaitingClaims:
    """The first, the longest waiting on top, and how many there are."""

    first: list[WaitingClaim]
    count: int

    @property
    def longest(self) -> int:
        return self.first[0].days if self.first else 0


def waiting_claims(area_ids: Collection[int], moment: Moment) -> WaitingClaims:
    """One query."""
    day = moment.said_until
    rows = _waiting(area_ids, clock.end_of(day), day, day < clock.today())
    found = [
        WaitingClaim(
            *(slug, unpacked(names, day)[0], number, criterion, code, result),
            days=(day - clock.local_day(at)).days,
        )
        for _, at, slug, names, number, criterion, code, result in rows
    ]
    return WaitingClaims(found, rows[0][0] if rows else 0)


@prepared
def _waiting(
    area_ids: Collection[int], until: dt.datetime, day: dt.date, is_past: bool
) -> QuerySet[Claim, Any]:
    run = "status__enrolment"
    open_run = Q(**{f"{run}__closed_on": None}) | Q(**{f"{run}__closed_on__gt": day})
    if is_past:
        unanswered = Q(closed_at=None) | Q(closed_at__gte=until)
        found = Claim.objects.filter(unanswered, submitted_at__lt=until)
    else:
        found = Claim.objects.waiting()
    found = found.filter(open_run, **{f"{run}__commune__area__in": area_ids})
    return (
        found.order_by("submitted_at", "pk")
        .annotate(count=Window(Count("pk")), names=packed(f"{run}__commune", Commune))
        .values_list(
            *("count", "submitted_at", f"{run}__commune__slug", "names"),
            *("status__criterion__number", "status__criterion__short_name"),
            *(f"{run}__criteria_set__code", "result"),
        )[:MOST]
    )
