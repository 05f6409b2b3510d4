"""What falls back: figures past their day to be counted again, and cells that nobody touches."""

import datetime as dt
from collections.abc import Callable
from functools import cache, lru_cache, partial
from typing import Any, NamedTuple

from django.db.models import (
    Count,
    Exists,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
)
from django.db.models.functions import Coalesce

from criteria.models import Assessment, Claim, CriterionStatus, Indicator, Measurement, Result
from criteria.reviews import cell_rows
from criteria.reviews.cell_rows import CellScope, Reach
from nrm_tracker import clock
from nrm_tracker.clock import months_after
from nrm_tracker.prepared import prepared

# How many more cells are looked at than shown, and how many times as many where these are too few.
AHEAD, MORE = 60, 4


class Overdue(NamedTuple):
    """A met cell whose figures are too old to say that it still is; in the order of the list."""

    due_on: dt.date
    place: int
    number: int
    cell_id: int
    known_on: dt.date
    codes: tuple[str, ...]


class Untouched(NamedTuple):
    """A cell about which nobody did anything since a day; in the order of the list."""

    since: dt.date
    place: int
    number: int
    cell_id: int


def overdue(reach: Reach, today: dt.date) -> list[Overdue]:
    """The met cells with an indicator past its day, the longest past first: one query.

    An indicator that nobody measured counts from the day of the headline.
    """
    due_on = cache(months_after)
    late: dict[tuple[int, int, int], list[tuple[dt.date, dt.date, str]]] = {}
    for run, number, pk, known, months, code in _to_measure_again(*reach.scope):
        due = due_on(known, months)
        if due < today:
            late.setdefault((reach.places[run], number, pk), []).append((due, known, code))
    found = []
    for (place, number, pk), indicators in late.items():
        due, known, _ = min(indicators)
        codes = tuple(dict.fromkeys(code for *_, code in indicators))
        found.append(Overdue(due, place, number, pk, known, codes))
    return sorted(found)


def untouched_count(reach: Reach, today: dt.date, days: int) -> int:
    """How many cells nobody touched for `days` days or more: one query."""
    since = clock.end_of(today - dt.timedelta(days=days))
    ((count,),) = _untouched_count(since, *reach.scope) or [(0,)]
    return int(count)


@prepared
def _untouched_count(since: dt.datetime, *scope: Any) -> QuerySet[CriterionStatus, Any]:
    cells = CellScope(*scope).cells.exclude(pk__in=cell_rows.touched_since(since))
    counted = cells.annotate(one=Value(1)).values("one").annotate(n=Count("pk"))
    return counted.values_list("n")


def untouched(reach: Reach, today: dt.date, days: int, count: int) -> list[Untouched]:
    """The first `count` cells that nobody touched for `days` days or more, the longest first.

    No cell was touched for the last time before it was last spoken of. So as many are looked at
    as were spoken of the longest ago: those of them touched before all others were spoken of are
    the first. This is one query, and more only where most were touched again in between.
    """
    last_day = today - dt.timedelta(days=days)
    looked_at = count + AHEAD
    while count:
        cells, others_from = _longest_unspoken_of(reach, looked_at)
        found = sorted(cell for cell in cells if cell.since <= last_day)
        if others_from is None or others_from > last_day:
            return found[:count]
        first = [cell for cell in found if cell.since < others_from]
        if len(first) >= count:
            return first[:count]
        looked_at *= MORE
    return []


@prepared
def _to_measure_again(*scope: Any) -> QuerySet[CriterionStatus, Any]:
    """Each met cell with each of its indicators that holds for some months, and since when."""
    counted = Measurement.objects.filter(
        enrolment=OuterRef("enrolment"),
        indicator=OuterRef("criterion__indicators"),
        correction__isnull=True,
        voids=False,
    )
    newest = counted.order_by("-measured_on").values("measured_on")[:1]
    indicators = Indicator.objects.filter(remeasure_months__isnull=False)
    met = CellScope(*scope).cells.filter(
        result=Result.MET,
        assessment__assessed_on__isnull=False,
        criterion__indicators__in=indicators.exclude(kind=Indicator.Kind.GROUP),
    )
    known = met.annotate(known=Coalesce(Subquery(newest), "assessment__assessed_on"))
    return known.order_by("criterion__indicators__pk").values_list(
        "enrolment_id", "criterion__number", "pk", "known",
        "criterion__indicators__remeasure_months", "criterion__indicators__code",
    )  # fmt: skip


def _longest_unspoken_of(reach: Reach, count: int) -> tuple[list[Untouched], dt.date | None]:
    """The `count` cells last spoken of the longest ago, and the day from which on all others were.

    No day where there are no others. What is only claimed is always among them.
    """
    cells, spoken_of = [], []
    for run, number, pk, *known in _unspoken_of(count)(*reach.scope):
        if last_at := max(filter(None, known), default=None):
            cells.append(Untouched(clock.local_day(last_at), reach.places[run], number, pk))
        if known[0]:
            spoken_of.append(known[0])
    return cells, clock.local_day(max(spoken_of)) if len(spoken_of) == count else None


@lru_cache(maxsize=50)
def _unspoken_of(count: int) -> Callable[..., list[Any]]:
    """The query for so many cells: their number is part of it."""
    return prepared(partial(_unspoken, count))


def _unspoken(count: int, *scope: Any) -> QuerySet[CriterionStatus, Any]:
    same = Assessment.objects.filter(status=OuterRef("status"))
    later = same.filter(
        Q(recorded_at__gt=OuterRef("recorded_at"))
        | Q(recorded_at=OuterRef("recorded_at"), pk__gt=OuterRef("pk"))
    )
    here = CellScope(*scope).cells.filter(pk=OuterRef("status"))
    last = Assessment.objects.filter(Exists(here), ~Exists(later)).order_by("recorded_at")
    said = Assessment.objects.filter(pk__in=last.values("pk")[:count]).order_by()
    only_claimed = Claim.objects.filter(
        Exists(here.filter(version=0)), submitted_at__isnull=False
    ).order_by()
    either = said.values("status").union(only_claimed.values("status"), all=True)
    found = CriterionStatus.objects.filter(pk__in=either)
    return cell_rows.moments(found, "enrolment_id", "criterion__number", "pk")
