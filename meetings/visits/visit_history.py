"""Visits as they stood at the end of a day (rule 6): by when each was planned, and its outcome
entered. `end`: see `clock.end_if_past`; None is now."""

import datetime as dt
from collections.abc import Iterable
from typing import Any, NamedTuple

from django.db.models import Q

from meetings.models import Visit
from meetings.models.visits import VisitQuerySet


def as_of(found: Any, end: dt.datetime | None) -> Any:
    """Those planned by then."""
    return found if end is None else found.filter(planned_at__lt=end)


def planned(end: dt.datetime | None) -> Q:
    """Those of which no outcome was entered yet."""
    nothing = Q(made_on__isnull=True, given_up_at__isnull=True)
    return nothing if end is None else nothing | Q(recorded_at__gte=end)


def made(end: dt.datetime | None, prefix: str = "") -> Q:
    return _entered(prefix, "made_on", end)


def given_up(end: dt.datetime | None) -> Q:
    return _entered("", "given_up_at", end)


def _entered(prefix: str, outcome: str, end: dt.datetime | None) -> Q:
    found = Q(**{f"{prefix}{outcome}__isnull": False})
    return found if end is None else found & Q(**{f"{prefix}recorded_at__lt": end})


def set_back(visits: Iterable[Visit], end: dt.datetime | None) -> list[Visit]:
    """Each without an outcome that was entered later. They are not to be saved."""
    found = list(visits)
    for one in found:
        if end and one.recorded_at and one.recorded_at >= end:
            one.made_on = one.given_up_at = one.recorded_at = one.recorded_by = None
            one.summary = one.give_up_reason = ""
    return found


class ListedVisits(NamedTuple):
    """The three lists, each in its order: the next first, the newest first."""

    planned: VisitQuerySet
    made: VisitQuerySet
    given_up: VisitQuerySet


def listed(found: VisitQuerySet, end: dt.datetime | None) -> ListedVisits:
    """Those of `as_of`, with all that lists name."""
    rows = found.select_related("commune", "agency", "working_group")
    return ListedVisits(
        rows.filter(planned(end)).order_by("planned_on", "commune__sort_key", "pk"),
        rows.filter(made(end)).order_by("-made_on", "-pk"),
        rows.filter(given_up(end)).order_by("-given_up_at", "-pk"),
    )
