"""What falls back: figures past their day to be counted again, and cells that nobody touches."""

import datetime as dt
from functools import cache
from typing import NamedTuple

from django.db.models import (
    BooleanField,
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
from criteria.reviews.cell_rows import Reach
from nrm_tracker import clock
from nrm_tracker.clock import months_after

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
    for run, number, pk, known, months, code in _to_measure_again(reach):
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
    touched = cell_rows.touched_since(clock.end_of(today - dt.timedelta(days=days)))
    every, lately = (
        cells.annotate(is_touched=Value(is_touched, BooleanField()))
        .values_list("is_touched")
        .annotate(n=Count("pk"))
        for cells, is_touched in (
            (reach.cells, False), (reach.cells.filter(pk__in=touched), True),
        )
    )  # fmt: skip
    counts = dict(every.union(lately, all=True))
    return counts.get(False, 0) - counts.get(True, 0)


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


def _to_measure_again(reach: Reach) -> QuerySet:
    """Each met cell with each of its indicators that holds for some months, and since when."""
    counted = Measurement.objects.filter(
        enrolment=OuterRef("enrolment"),
        indicator=OuterRef("criterion__indicators"),
        correction__isnull=True,
        voids=False,
    )
    newest = counted.order_by("-measured_on").values("measured_on")[:1]
    indicators = Indicator.objects.filter(remeasure_months__isnull=False)
    met = reach.cells.filter(
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
    same = Assessment.objects.filter(status=OuterRef("status"))
    later = same.filter(
        Q(recorded_at__gt=OuterRef("recorded_at"))
        | Q(recorded_at=OuterRef("recorded_at"), pk__gt=OuterRef("pk"))
    )
    here = reach.cells.filter(pk=OuterRef("status"))
    last = Assessment.objects.filter(Exists(here), ~Exists(later)).order_by("recorded_at")
    said = Assessment.objects.filter(pk__in=last.values("pk")[:count]).order_by()
    only_claimed = Claim.objects.filter(
        Exists(here.filter(version=0)), submitted_at__isnull=False
    ).order_by()
    either = said.values("status").union(only_claimed.values("status"), all=True)
    cells, spoken_of = [], []
    columns = ("enrolment_id", "criterion__number", "pk")
    found = CriterionStatus.objects.filter(pk__in=either)
    for run, number, pk, known in cell_rows.moments(found, *columns):
        if last_at := max(filter(None, known), default=None):
            cells.append(Untouched(clock.local_day(last_at), reach.places[run], number, pk))
        if known[0]:
            spoken_of.append(known[0])
    return cells, clock.local_day(max(spoken_of)) if len(spoken_of) == count else None
