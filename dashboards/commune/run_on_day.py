"""A commune's run at a set on a day: its cells, the row that they make, and what was told of it."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property

from django.db.models import QuerySet

from communes.models import Commune
from criteria.claims import queries as claim_queries
from criteria.claims.queries import ClaimStanding
from criteria.models import Assessment, Criterion, CriterionStatus, Enrolment, Responsibility
from criteria.progress import cells, scoring
from criteria.progress.board import BoardRow, targets_on
from criteria.progress.cells import Cell
from criteria.progress.moment import Moment
from criteria.standards import responsible_agencies
from criteria.standards.responsible_agencies import Need, needs_in, unspoken
from nrm_tracker import clock
from nrm_tracker.prepared import prepared


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


@dataclass(frozen=True)
class CriterionRow:
    """A criterion of the commune as the table prints it; `own`: what the commune says of itself."""

    number: int
    name: str
    group: str
    result: str
    is_changed: bool
    own: str
    claim: str
    basis: str
    basis_text: str
    assessed_on: dt.date | None
    is_illustrative: bool
    has_no_evidence: bool
    agencies: tuple[str, ...]


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

    @cached_property
    def cells(self) -> list[Cell]:
        found = cells.fill(self.criteria, self.told, self.corrected)
        for cell in found:
            claim = self.claims.get(cell.criterion.number)
            cell.claim = claim.state if claim else ""
            answering = self.responsible.get(cell.criterion.pk, [])
            cell.agencies = [agency for agency, _ in responsible_agencies.agencies(answering)]
        return found

    @property
    def criteria_rows(self) -> list[CriterionRow]:
        changed = self.changes.numbers if self.changes else frozenset()
        return [_row(cell, is_changed=cell.criterion.number in changed) for cell in self.cells]

    @property
    def sent(self) -> list[SentClaim]:
        """The claims that waited, the longest waiting first."""
        area_id = self.enrolment.commune.area_id
        found = []
        for criterion in self.criteria:
            claim = self.claims.get(criterion.number)
            if claim and claim.is_waiting:
                days = (self.moment.day - clock.local_day(claim.sent_at)).days
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
            None,
            None,
            self.enrolment.pk,
            target_on=self.target_on,
            target_count=self.target_count,
            results=self.results,
        )


def _row(cell: Cell, *, is_changed: bool) -> CriterionRow:
    criterion, headline = cell.criterion, cell.headline
    return CriterionRow(
        number=criterion.number,
        name=criterion.name,
        group=str(criterion.group or ""),
        result=cell.result,
        is_changed=is_changed,
        own=cell.own.result if cell.own else "",
        claim=cell.claim,
        basis=headline.basis if headline else "",
        basis_text=headline.basis_text if headline else "",
        assessed_on=headline.assessed_on if headline else None,
        is_illustrative=headline is not None and headline.is_illustrative,
        has_no_evidence=headline is not None and bool(headline.no_evidence_reason),
        agencies=tuple(agency.short_name for agency in cell.agencies),
    )


def read(enrolment: Enrolment, moment: Moment) -> RunOnDay:
    """Four queries: the cells with their criteria, their history, who answers for them, claims.

    A fifth for the target of a past day.
    """
    known = {status.pk: status for status in _statuses(enrolment.pk)}
    criteria = [status.criterion for status in known.values()]
    # The day compared with may be the later one.
    until = max(moment.day, moment.compare or moment.day)
    everything, corrected = cells.history(enrolment, replace(moment, day=until), known)
    today = (enrolment.target_on, enrolment.target_count)
    target = targets_on(moment.said_until, Enrolment.objects.filter(pk=enrolment.pk))
    return RunOnDay(
        enrolment,
        moment,
        criteria,
        _told_by(everything, moment.day),
        corrected,
        cells.row_history(everything, corrected, [one.number for one in criteria]),
        responsible_agencies.responsible(criteria, moment.day, {enrolment.commune.area_id}),
        claim_queries.standing_of(enrolment, moment),
        *target.get(enrolment.pk, today),
    )


@prepared
def _statuses(enrolment_id: int) -> QuerySet[CriterionStatus]:
    found = CriterionStatus.objects.filter(enrolment=enrolment_id)
    return found.select_related("criterion__group").order_by("criterion__number")


def _told_by(everything: Iterable[Assessment], day: dt.date) -> list[Assessment]:
    return [entry for entry in everything if entry.assessed_on <= day]
