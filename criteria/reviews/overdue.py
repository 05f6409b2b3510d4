"""What falls back: figures past their day to be counted again, and cells that nobody touches."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Max, QuerySet

from criteria.models import Enrolment, Indicator, Measurement, Result
from criteria.reviews.cell_rows import CellRow, Key
from nrm_tracker import clock
from nrm_tracker.clock import months_after


@dataclass(frozen=True)
class Period:
    """How long a measurement of an indicator holds."""

    indicator_id: int
    code: str
    months: int


@dataclass(frozen=True)
class Overdue:
    """A met cell whose figures are too old to say that it still is."""

    cell: CellRow
    codes: tuple[str, ...]
    known_on: dt.date
    due_on: dt.date
    days: int


@dataclass(frozen=True)
class Untouched:
    """A cell about which nobody did anything since a day."""

    cell: CellRow
    since: dt.date
    days: int


def overdue(
    cells: Iterable[CellRow],
    periods: dict[int, list[Period]],
    measured: dict[Key, dt.date],
    today: dt.date,
) -> list[Overdue]:
    """The met cells with an indicator past its day, the longest past first.

    `periods` by criterion; `measured` by run and indicator: an indicator that nobody measured
    counts from the day of the headline.
    """
    found = []
    for cell in cells:
        if cell.result != Result.MET or cell.assessed_on is None:
            continue
        late = []
        for period in periods.get(cell.criterion_id, []):
            known = measured.get((cell.enrolment_id, period.indicator_id), cell.assessed_on)
            due = months_after(known, period.months)
            if due < today:
                late.append((due, known, period.code))
        if late:
            due, known, _ = min(late)
            codes = tuple(dict.fromkeys(code for _, _, code in late))
            found.append(Overdue(cell, codes, known, due, (today - due).days))
    return sorted(found, key=lambda row: row.due_on)


def untouched(
    cells: Iterable[CellRow], touched: dict[Key, dt.datetime], today: dt.date, days: int
) -> list[Untouched]:
    """The cells that nobody touched for `days` days or more, the longest first."""
    found = []
    for cell in cells:
        at = touched.get(cell.key)
        since = clock.local_day(at) if at else None
        if since and (today - since).days >= days:
            found.append(Untouched(cell, since, (today - since).days))
    return sorted(found, key=lambda row: row.since)


def periods() -> dict[int, list[Period]]:
    """The indicators to be measured again after some months, by criterion: one query."""
    found = Indicator.objects.filter(remeasure_months__isnull=False)
    columns = ("criterion_id", "pk", "code", "remeasure_months")
    by_criterion: dict[int, list[Period]] = {}
    rows = found.exclude(kind=Indicator.Kind.GROUP).order_by("pk").values_list(*columns)
    for criterion_id, pk, code, months in rows:
        by_criterion.setdefault(criterion_id, []).append(Period(pk, code, months or 0))
    return by_criterion


def measured(runs: QuerySet[Enrolment]) -> dict[Key, dt.date]:
    """The newest day of what counts, by run and indicator to be measured again: one query."""
    found = Measurement.objects.filter(
        enrolment__in=runs.order_by().values("pk"),
        indicator__remeasure_months__isnull=False,
        correction__isnull=True,
        voids=False,
    )
    newest = found.order_by().values_list("enrolment_id", "indicator_id")
    return {(run, of): on for run, of, on in newest.annotate(on=Max("measured_on"))}
