"""What is said beside a cell or a commune: difficulties, who is in charge, comments."""

import datetime as dt
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from django.db.models import Q, QuerySet, Value

from accounts.access import Access
from communes.models import Commune, WorkingGroup
from criteria import permissions
from criteria.models import Charge, Comment, CriterionStatus, Difficulty, Responsibility
from criteria.unions import rows_of, united
from nrm_tracker import clock

COMMENTS_SHOWN = 20


@dataclass(frozen=True)
class Rights:
    """What one person may write beside a cell today."""

    work: bool = False
    charge: bool = False
    comment: bool = False


@dataclass(frozen=True)
class DifficultyRow:
    pk: int
    number: int | None
    cause: str
    request: str
    asked_of: str
    agency: str
    stated_on: dt.date
    stated_by: str
    resolved_on: dt.date | None
    resolution: str
    resolved_by: str

    @property
    def asked(self) -> str:
        """Whom it is for to solve: a level, and the agency asked there."""
        level = str(Difficulty.AskedOf(self.asked_of).label)
        return f"{level}, {self.agency}" if self.agency else level


@dataclass(frozen=True)
class ChargeRow:
    pk: int
    number: int | None
    village: str
    person_id: int
    person: str
    position: str
    phone: str
    from_on: dt.date
    until_on: dt.date | None
    due_on: dt.date | None
    is_illustrative: bool

    @property
    def is_head(self) -> bool:
        """Whether the person heads the commune (người đứng đầu)."""
        return self.number is None and not self.village


@dataclass
class CommentRow:
    """A comment in its newest version, with the earlier ones, oldest first."""

    pk: int
    by_id: int
    by: str
    first_at: dt.datetime
    at: dt.datetime
    text: str
    is_taken_back: bool = False
    earlier: list[tuple[str, dt.datetime]] = field(default_factory=list)


@dataclass
class Followup:
    """What is said beside a cell, or beside a commune, as of a day."""

    difficulties: list[DifficultyRow] = field(default_factory=list)
    charges: list[ChargeRow] = field(default_factory=list)
    past_charges: list[ChargeRow] = field(default_factory=list)
    comments: list[CommentRow] = field(default_factory=list)
    earlier_comments: int = 0
    directing: frozenset[int] = frozenset()

    @property
    def open(self) -> list[DifficultyRow]:
        return [row for row in self.difficulties if row.resolved_on is None]

    @property
    def resolved(self) -> list[DifficultyRow]:
        return [row for row in self.difficulties if row.resolved_on is not None]

    @property
    def head(self) -> ChargeRow | None:
        return next((row for row in self.charges if row.is_head), None)

    def rights(
        self, access: Access, commune: Commune, responsibilities: Iterable[Responsibility]
    ) -> Rights:
        """`self` must have been read with the working groups that the person joins."""
        return Rights(
            permissions.may_work_on(access, commune),
            permissions.may_put_in_charge(access, commune),
            permissions.may_comment(access, commune, responsibilities, self.directing),
        )


class _Row(NamedTuple):
    """The columns that difficulties, charges and comments are read in."""

    kind: str
    pk: int
    number: int | None
    since: dt.date
    until: dt.date | None
    due: dt.date | None
    at: dt.datetime
    first_at: dt.datetime
    text: str
    more: str
    other: str
    place: str | None
    code: str
    phone: str
    who_id: int
    who: str
    other_who: str | None
    replaces: int | None
    is_so: bool


def followup_of_cell(
    status: CriterionStatus,
    day: dt.date,
    known: dt.date | None = None,
    *,
    joins: Collection[int] = (),
) -> Followup:
    """One query. `status` comes with its enrolment; `joins` are the person's working groups."""
    commune_id, criterion_id = status.enrolment.commune_id, status.criterion_id
    here = Q(commune=commune_id, criterion=criterion_id)
    head = Q(commune=commune_id, criterion=None, village=None)
    parts = [
        _difficulties(Difficulty.objects.filter(here)),
        _charges(Charge.objects.filter(here | head)),
        _comments(Comment.objects.filter(status=status)),
    ]
    if joins:
        directing = WorkingGroup.objects.filter(communes=commune_id, pk__in=joins)
        parts.append(rows_of(directing, _Row, kind=Value("group"), pk="pk"))
    return _beside(parts, day, known)


def followup_of_commune(commune: Commune, day: dt.date, known: dt.date | None = None) -> Followup:
    """One query: every difficulty of the commune and who is in charge of what, no comments."""
    parts = [
        _difficulties(Difficulty.objects.filter(commune=commune)),
        _charges(Charge.objects.filter(commune=commune)),
    ]
    return _beside(parts, day, known)


def _difficulties(found: QuerySet[Difficulty]) -> QuerySet:
    return rows_of(
        found, _Row, kind=Value("difficulty"), pk="pk", number="criterion__number",
        since="stated_on", until="resolved_on", first_at="stated_at", at="resolved_at",
        text="cause", more="request", other="resolution", place="asked_agency__short_name",
        code="asked_of", who="stated_by__full_name", other_who="resolved_by__full_name",
    )  # fmt: skip


def _charges(found: QuerySet[Charge]) -> QuerySet:
    return rows_of(
        found, _Row, kind=Value("charge"), pk="pk", number="criterion__number",
        since="from_on", until="until_on", due="due_on", first_at="recorded_at",
        text="person__position", place="village__name", phone="person__phone",
        who_id="person_id", who="person__full_name", is_so="is_illustrative",
    )  # fmt: skip


def _comments(found: QuerySet[Comment]) -> QuerySet:
    return rows_of(
        found, _Row, kind=Value("comment"), pk="pk", first_at="first_at", at="at",
        text="text", who_id="by_id", who="by__full_name", replaces="replaces_id",
        is_so="is_taken_back",
    )  # fmt: skip


def _beside(parts: list[QuerySet], day: dt.date, known: dt.date | None) -> Followup:
    by_kind: dict[str, list[_Row]] = {}
    for values in united(parts).order_by("of_first_at", "of_pk"):
        row = _Row(*values)
        by_kind.setdefault(row.kind, []).append(row)
    entered_by = clock.end_of(known) if known else None
    charges = [
        _charge(row)
        for row in by_kind.get("charge", [])
        if row.since <= day and _was_entered(row.first_at, entered_by)
    ]
    charges.sort(key=lambda row: (not row.is_head, row.number or 0, row.from_on))
    comments = _said(by_kind.get("comment", []), clock.end_of(min(day, known or day)))
    return Followup(
        difficulties=[
            _difficulty(row, day, entered_by)
            for row in by_kind.get("difficulty", [])
            if row.since <= day and _was_entered(row.first_at, entered_by)
        ],
        charges=[row for row in charges if row.until_on is None or row.until_on >= day],
        past_charges=[row for row in charges if row.until_on and row.until_on < day],
        comments=comments[-COMMENTS_SHOWN:],
        earlier_comments=len(comments[:-COMMENTS_SHOWN]),
        directing=frozenset(row.pk for row in by_kind.get("group", [])),
    )


def _was_entered(at: dt.datetime | None, before: dt.datetime | None) -> bool:
    return before is None or (at is not None and at < before)


def _difficulty(row: _Row, day: dt.date, before: dt.datetime | None) -> DifficultyRow:
    is_resolved = row.until and row.until <= day and _was_entered(row.at, before)
    return DifficultyRow(
        row.pk, row.number, row.text, row.more, row.code, row.place or "", row.since, row.who,
        row.until if is_resolved else None,
        row.other if is_resolved else "",
        (row.other_who or "") if is_resolved else "",
    )  # fmt: skip


def _charge(row: _Row) -> ChargeRow:
    return ChargeRow(
        row.pk, row.number, row.place or "", row.who_id, row.who, row.text, row.phone,
        row.since, row.until, row.due, row.is_so,
    )  # fmt: skip


def _said(rows: list[_Row], before: dt.datetime) -> list[CommentRow]:
    """The comments in the order in which they were first written, each as it read at the moment.

    One that was taken back shows no text, whatever day is looked at.
    """
    found: dict[int, CommentRow] = {}
    for row in sorted(rows, key=lambda row: row.pk):
        said = found.pop(row.replaces, None) if row.replaces else None
        if said is None:
            said = CommentRow(row.pk, row.who_id, row.who, row.first_at, row.at, row.text)
        elif row.is_so:
            said.pk, said.at, said.text, said.is_taken_back = row.pk, row.at, "", True
            said.earlier = []
        elif row.at < before:
            said.earlier.append((said.text, said.at))
            said.pk, said.at, said.text = row.pk, row.at, row.text
        found[row.pk] = said
    visible = [said for said in found.values() if said.first_at < before]
    return sorted(visible, key=lambda said: (said.first_at, said.pk))
