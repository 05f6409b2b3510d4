"""A commune's run at a set on a day: its cells, the row that they make, and what was told of it."""

import datetime as dt
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, NamedTuple

from django.db.models import (
    BooleanField,
    Exists,
    ExpressionWrapper,
    OuterRef,
    QuerySet,
    Subquery,
)

from communes.models import Commune
from criteria.claims import queries as claim_queries
from criteria.claims.queries import ClaimStanding
from criteria.measurements.missing import Missing, missing_of
from criteria.models import (
    Assessment,
    Basis,
    Criterion,
    CriterionStatus,
    Enrolment,
    Responsibility,
    Result,
    TargetChange,
)
from criteria.progress import cells, scoring
from criteria.progress.board import BoardRow
from criteria.progress.cells import Cell
from criteria.progress.dossiers import newest_step
from criteria.progress.moment import Moment
from criteria.standards import responsible_agencies
from criteria.standards.responsible_agencies import Need, needs_in, unspoken
from dashboards.inbox import work_done
from nrm_tracker import clock
from nrm_tracker.prepared import prepared
from plans.comparison.plan_state import COLUMNS, PlanState


@dataclass(frozen=True)
class Change:
    """How a commune's row differs from the day compared with."""

    before: scoring.Headline
    numbers: frozenset[int]


@dataclass(frozen=True)
class SentClaim:
    """What the commune sent and waits for: since when, and who has still to speak."""

    criterion: Criterion
    claim: ClaimStanding
    days: int
    left: list[Need]


# What of a criterion asks for more.
OPEN = frozenset(scoring.NAMES[letter] for letter in scoring.OPEN)


class Usual(NamedTuple):
    """What most results of a run rest on, and the numbers of those that rest on something else."""

    basis: str
    basis_text: str
    assessed_on: dt.date
    level: int
    others: tuple[int, ...]


@dataclass(frozen=True)
class CriterionRow:
    """A criterion of the commune as the table prints it.

    `own`: what the commune says of itself, where that differs; `days`: how long its claim waits.
    The basis is told where it is not the usual one.
    """

    number: int
    name: str
    group: str
    result: str
    is_open: bool
    is_changed: bool
    own: str
    claim: str
    days: int
    basis: str
    basis_text: str
    assessed_on: dt.date | None
    level: int | None
    is_illustrative: bool
    agencies: tuple[str, ...]
    missing: tuple[Missing, ...]


@dataclass(frozen=True)
class RunOnDay:
    """What a commune's page shows of its run, put together of what `read` found.

    `told`: what the page may tell, newest first; `rows`: the row on each day on which it changed,
    up to the later of the day and the day compared with.
    """

    enrolment: Enrolment
    moment: Moment
    criteria: list[Criterion]
    told: list[Assessment]
    corrected: set[int]
    rows: list[tuple[dt.date, str]]
    responsible: dict[int, list[Responsibility]]
    claims: dict[int, ClaimStanding]
    target_on: dt.date | None
    target_count: int | None
    last_step_on: dt.date | None
    # As it was last reckoned, whatever the day.
    plan: PlanState | None
    # The cells whose claim is due, where that was asked.
    due: list[CriterionStatus]

    @cached_property
    def cells(self) -> list[Cell]:
        return cells.fill(self.criteria, self.told, self.corrected)

    @cached_property
    def criteria_rows(self) -> list[CriterionRow]:
        """One query, for what is missing."""
        still = [cell.criterion.pk for cell in self.cells if cell.result in OPEN]
        missing = missing_of(self.enrolment, still, self.moment)
        return [self._row(cell, missing.get(cell.criterion.pk, ())) for cell in self.cells]

    def _row(self, cell: Cell, missing: tuple[Missing, ...]) -> CriterionRow:
        criterion, headline = cell.criterion, cell.headline
        claim = self.claims.get(criterion.number)
        answering = self.responsible.get(criterion.pk, [])
        is_told = headline is not None and not (self.usual and _basis(headline) == self.usual[:4])
        return CriterionRow(
            number=criterion.number,
            name=criterion.name,
            group=str(criterion.group or ""),
            result=cell.result,
            is_open=cell.result in OPEN,
            is_changed=self.changes is not None and criterion.number in self.changes.numbers,
            own=cell.own.result if cell.own and cell.is_disputed else "",
            claim=claim.state if claim else "",
            days=claim.waits_since(self.moment.day) if claim and claim.is_waiting else 0,
            basis=headline.basis if headline and is_told else "",
            basis_text=headline.basis_text if headline and is_told else "",
            assessed_on=headline.assessed_on if headline and is_told else None,
            level=headline.level if headline and is_told else None,
            is_illustrative=headline is not None and headline.is_illustrative,
            agencies=tuple(one.short_name for one, _ in responsible_agencies.agencies(answering)),
            missing=missing,
        )

    @property
    def without_evidence(self) -> list[int]:
        """The numbers of what is met without evidence, for a stated reason (rule 10)."""
        return [
            cell.criterion.number
            for cell in self.cells
            if cell.headline and cell.result == Result.MET and cell.headline.no_evidence_reason
        ]

    @cached_property
    def usual(self) -> Usual | None:
        """What at least half of the results rest on; None where there is no such thing."""
        told = {
            cell.criterion.number: _basis(cell.headline) for cell in self.cells if cell.headline
        }
        for most, count in Counter(told.values()).most_common(1):
            if 2 * count >= len(told):
                others = (number for number, basis in told.items() if basis != most)
                return Usual(*most, tuple(others))
        return None

    @property
    def sent(self) -> list[SentClaim]:
        """The claims that waited, the longest waiting first."""
        area_id = self.enrolment.commune.area_id
        found = []
        for criterion in self.criteria:
            claim = self.claims.get(criterion.number)
            if claim and claim.is_waiting:
                days = claim.waits_since(self.moment.day)
                needed = needs_in(area_id, self.responsible.get(criterion.pk, []))
                found.append(SentClaim(criterion, claim, days, unspoken(needed, claim.spoken)))
        return sorted(found, key=lambda sent: sent.claim.sent_at)

    @cached_property
    def results(self) -> str:
        """The row of letters on the day."""
        return "".join(scoring.LETTERS[cell.result] for cell in self.cells)

    @cached_property
    def head(self) -> scoring.Headline:
        return scoring.headline(self.results)

    @cached_property
    def newest(self) -> Assessment | None:
        """The newest figure in the row."""
        headlines = [cell.headline for cell in self.cells if cell.headline]
        return max(headlines, key=lambda found: found.assessed_on, default=None)

    @property
    def past(self) -> list[tuple[dt.date, str]]:
        """The rows up to the day."""
        return [(day, results) for day, results in self.rows if day <= self.moment.day]

    @cached_property
    def changes(self) -> Change | None:
        """How the row differs from the day compared with, where there is one."""
        compare = self.moment.compare
        if compare is None:
            return None
        earlier = [row for day, row in self.rows if day <= compare]
        before = earlier[-1] if earlier else scoring.NOT_ASSESSED * len(self.results)
        pairs = zip(self.criteria, before, self.results, strict=True)
        numbers = frozenset(criterion.number for criterion, a, b in pairs if a != b)
        return Change(scoring.headline(before), numbers)

    def board_row(self, commune: Commune) -> BoardRow:
        """The row as charts draw it."""
        return BoardRow(
            commune.pk,
            commune.slug,
            commune.name,
            "",
            self.enrolment.pk,
            target_on=self.target_on,
            target_count=self.target_count,
            results=self.results,
        )


def _basis(headline: Assessment) -> tuple[str, str, dt.date, int]:
    """As far as pages say it: a session is named by its day."""
    text = "" if headline.basis == Basis.SESSION else headline.basis_text
    return headline.basis, text, headline.assessed_on, headline.level


def read(enrolment: Enrolment, moment: Moment, *, with_due: bool = False) -> RunOnDay:
    """Five queries: the cells with their criteria, their history, who answers for them, claims,
    and what changed with the days of the run itself. `with_due`: the cells to be claimed now."""
    known = {status.pk: status for status in _statuses(enrolment.pk, with_due)}
    criteria = [status.criterion for status in known.values()]
    # The day compared with may be the later one.
    until = max(moment.day, moment.compare or moment.day)
    everything, corrected = cells.history(enrolment, replace(moment, day=until), known)
    ((has_moved, target_on, target_count, last_step_on, *plan),) = _dated(
        enrolment.pk, moment.day, clock.end_of(moment.said_until), moment.known_before
    )
    if not has_moved:
        target_on, target_count = enrolment.target_on, enrolment.target_count
    return RunOnDay(
        enrolment,
        moment,
        criteria,
        _told_by(everything, moment.day),
        corrected,
        cells.row_history(everything, corrected, [one.number for one in criteria]),
        responsible_agencies.responsible(criteria, moment.day, {enrolment.commune.area_id}),
        claim_queries.standing_of(enrolment, moment),
        target_on,
        target_count,
        last_step_on,
        PlanState.read(plan, enrolment.target_on),
        [one for one in known.values() if with_due and one.is_due],  # type: ignore[attr-defined]
    )


@prepared
def _dated(
    enrolment_id: int, day: dt.date, end: dt.datetime, before: dt.datetime | None
) -> QuerySet[Enrolment, Any]:
    """Whether the target of a run was moved after the day, what it was before, the newest step of
    its dossier, and how its plan stands."""
    moved = TargetChange.objects.filter(enrolment=OuterRef("pk"), at__gte=end).order_by("at", "pk")
    return Enrolment.objects.filter(pk=enrolment_id).values_list(
        Exists(moved),
        Subquery(moved.values("from_on")[:1]),
        Subquery(moved.values("from_count")[:1]),
        newest_step(day, before),
        *COLUMNS,
    )


@prepared
def _statuses(enrolment_id: int, with_due: bool) -> QuerySet[CriterionStatus]:
    found: QuerySet[CriterionStatus] = CriterionStatus.objects.filter(enrolment=enrolment_id)
    if with_due:
        is_due = ExpressionWrapper(work_done.due(), BooleanField())
        found = work_done.with_days(found).annotate(is_due=is_due)
    return found.select_related("criterion__group").order_by("criterion__number")


def _told_by(everything: Iterable[Assessment], day: dt.date) -> list[Assessment]:
    return [entry for entry in everything if entry.assessed_on <= day]
