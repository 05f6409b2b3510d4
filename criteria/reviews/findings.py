"""What the checks find within reach: counted by the database where it can, read by pages."""

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, F, Min, Q, QuerySet, Window
from django.db.models.functions import RowNumber

from criteria.models import CriterionStatus, Evidence, Indicator, Measurement, Result, Threshold
from criteria.reviews.cell_rows import CellRow, CellScope, Key, Reach, rows, rows_of
from criteria.reviews.consistency import (
    CHECKS,
    Check,
    CheckedLeaf,
    CheckedValue,
    Contradiction,
    Facts,
    Limits,
    Shown,
    findings,
)
from criteria.reviews.suspects import COUNTED, suspects
from criteria.standards.thresholds import Place, fitting
from criteria.standards.yardstick import scales_of
from nrm_tracker.prepared import prepared

# A database takes only so many numbers at a time.
BATCH = 5000


@dataclass(frozen=True)
class Share:
    """A check's share of a page: the runs that it lies in, and how many to skip and to take."""

    check: Check
    skipped: int
    taken: int
    runs: list[int] = field(default_factory=list)

    @property
    def cells(self) -> Q:
        return Q(COUNTED[self.check.key], enrolment__in=self.runs)


@dataclass(frozen=True)
class Findings:
    """What the checks find within reach, check by check, each in the order of all lists."""

    reach: Reach
    limits: Limits
    today: dt.date
    # By the key of the check: how many in each run, in order, or all where they are not counted.
    counted: dict[str, dict[int, int]]
    found: dict[str, list[Contradiction]]

    def count(self, check: Check, acts: str = "") -> int:
        """How many the check finds, of those on which somebody should act if that is given."""
        if check.key in self.counted:
            return sum(self.counted[check.key].values()) if acts in ("", check.acts) else 0
        return len(self._found(check, acts))

    def page(
        self, checks: Iterable[Check], acts: str, start: int, stop: int
    ) -> list[Contradiction]:
        """Those from one place to another of what these checks find: two queries."""
        shares = []
        for check in checks:
            count = self.count(check, acts)
            first, last = max(start, 0), min(stop, count)
            if first < last:
                shares.append(self._share(check, first, last - first))
            start, stop = start - count, stop - count
        known = self._known(share for share in shares if share.runs)
        return [row for share in shares for row in self._taken(share, known, acts)]

    def _share(self, check: Check, first: int, taken: int) -> Share:
        if check.key not in self.counted:
            return Share(check, first, taken)
        runs: list[int] = []
        before = skipped = 0
        for run, count in self.counted[check.key].items():
            if before + count > first and before < first + taken:
                skipped = skipped if runs else first - before
                runs.append(run)
            before += count
        return Share(check, skipped, taken, runs)

    def _known(self, shares: Iterable[Share]) -> list[Facts]:
        """The cells of a page of which something was counted, with their evidence."""
        wanted = Q(pk__in=[])
        for share in shares:
            wanted |= share.cells
        cells = rows(self.reach.cells.filter(wanted))
        shown = _shown(cells)
        return [Facts(cell, shown.get(cell.status_id)) for cell in cells]

    def _taken(self, share: Share, known: list[Facts], acts: str) -> list[Contradiction]:
        found = self._found(share.check, acts)
        if share.runs:
            facts_of = [facts for facts in known if facts.cell.enrolment_id in set(share.runs)]
            found = findings(facts_of, self.limits, self.today, bool, [share.check])
        return found[share.skipped : share.skipped + share.taken]

    def _found(self, check: Check, acts: str) -> list[Contradiction]:
        return [row for row in self.found.get(check.key, []) if acts in ("", row.acts)]


def look_over(
    reach: Reach, limits: Limits, today: dt.date, has_agency: Callable[[CellRow], bool]
) -> Findings:
    """All that the checks find: two queries, and two more where cells are suspect."""
    others = [check for check in CHECKS if check.key not in COUNTED]
    cells = rows_of(suspects(reach, limits, today), reach.scope)
    known = facts(cells, today, has_agency)
    found: dict[str, list[Contradiction]] = {}
    for row in findings(known, limits, today, has_agency, others):
        found.setdefault(row.check.key, []).append(row)
    return Findings(reach, limits, today, _counted(reach), found)


def facts(
    cells: list[CellRow], today: dt.date, has_agency: Callable[[CellRow], bool]
) -> Iterator[Facts]:
    """What was measured in each of these cells, and what it must reach."""
    scales = _scales({cell.criterion_id for cell in cells})
    readings = _readings([cell.status_id for cell in cells])
    fitting_of: dict[tuple[int, Place, dt.date], Threshold | None] = {}
    for cell in cells:
        leaves = []
        for indicator, thresholds in scales.get(cell.criterion_id, []):
            values = readings.get((cell.enrolment_id, indicator.pk), [])
            day = values[0].measured_on if values else today
            wanted = (indicator.pk, cell.place, day)
            if wanted not in fitting_of:
                fitting_of[wanted] = fitting(thresholds, cell.place, day)
            leaves.append(_leaf(indicator, fitting_of[wanted], values))
        yield Facts(cell, is_answered=has_agency(cell), leaves=leaves)


def _counted(reach: Reach) -> dict[str, dict[int, int]]:
    """How often a check that is counted finds something in each run, in order: one query."""
    counted: dict[str, dict[int, int]] = {key: {} for key in COUNTED}
    ordered = sorted(_per_run(*reach.scope), key=lambda row: reach.places[row[0]])
    for run, *counts in ordered:
        for key, count in zip(COUNTED, counts, strict=True):
            if count:
                counted[key][run] = count
    return counted


@prepared
def _per_run(*scope: Any) -> QuerySet[CriterionStatus, Any]:
    per_check = {key: Count("pk", filter=condition) for key, condition in COUNTED.items()}
    met = CellScope(*scope).cells.filter(result=Result.MET)
    return met.values_list("enrolment_id").annotate(**per_check)


def _shown(cells: list[CellRow]) -> dict[int, Shown]:
    """The pieces of evidence present, by cell: one query."""
    pieces = Evidence.objects.present().filter(statuses__in=[cell.status_id for cell in cells])
    shown = pieces.order_by().values_list("statuses").annotate(
        count=Count("pk"), dated=Count("dated_on"), first_on=Min("dated_on")
    )  # fmt: skip
    return {status_id: Shown(*values) for status_id, *values in shown}


def _scales(criterion_ids: set[int]) -> dict[int, list[tuple[Indicator, list[Threshold]]]]:
    """The leaves of each criterion with their thresholds: one query."""
    by_criterion: dict[int, list[tuple[Indicator, list[Threshold]]]] = {}
    for indicator, thresholds in scales_of(criterion_ids):
        if indicator.kind != Indicator.Kind.GROUP:
            scale = (indicator, thresholds)
            by_criterion.setdefault(indicator.criterion_id, []).append(scale)
    return by_criterion


def _readings(cell_ids: Sequence[int]) -> dict[Key, list[CheckedValue]]:
    """The two newest values that count, newest first, by run and indicator: one query."""
    columns = (
        "enrolment_id", "indicator_id", "number", "yes_no", "numerator", "denominator",
        "not_applicable_reason", "measured_on",
    )  # fmt: skip
    rank = Window(
        RowNumber(),
        partition_by=[F("enrolment"), F("indicator")],
        order_by=[F("measured_on").desc(), F("level").desc(), F("pk").desc()],
    )
    found: dict[Key, list[CheckedValue]] = {}
    for start in range(0, len(cell_ids), BATCH):
        counted = Measurement.objects.filter(
            enrolment__statuses__in=cell_ids[start : start + BATCH],
            enrolment__statuses__criterion=F("indicator__criterion"),
            correction__isnull=True,
            voids=False,
        )
        newest = counted.annotate(rank=rank).filter(rank__lte=2)
        ordered = newest.order_by("enrolment_id", "indicator_id", "rank")
        for run, indicator, *counts, reason, on in ordered.values_list(*columns):
            value = (*counts, not reason, on)
            found.setdefault((run, indicator), []).append(CheckedValue(*value))
    return found


def _leaf(
    indicator: Indicator, threshold: Threshold | None, values: list[CheckedValue]
) -> CheckedLeaf:
    newest, before, *_others = [*values, None, None]
    return CheckedLeaf(
        indicator.code,
        indicator.kind,
        indicator.comparator,
        threshold.value if threshold else None,
        threshold is not None,
        newest,
        before,
    )
