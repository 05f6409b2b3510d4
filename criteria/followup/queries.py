"""What is said beside a cell or a commune: difficulties, who is in charge, comments."""

import datetime as dt
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q, QuerySet

from accounts.access import Access
from accounts.names import person_is, who_is, who_was
from communes.models import Agency, Commune, WorkingGroup
from criteria import permissions
from criteria.models import Charge, Comment, CriterionStatus, Difficulty, Responsibility
from nrm_tracker import clock
from nrm_tracker.dated_names import packed, unpacked
from nrm_tracker.prepared import prepared
from nrm_tracker.templatetags.ui import who

COMMENTS_SHOWN = 20
# What is read of a difficulty: of people and agencies their names alone.
_DIFFICULTY = (
    "pk", "criterion__number", "cause", "request", "asked_of",
    "stated_on", "stated_at", "resolved_on", "resolved_at", "resolution",
)  # fmt: skip
_NAMES = {
    "stater": who_is("stated_by"),
    "resolver": who_is("resolved_by"),
    "asked": packed("asked_agency", Agency),
}


@dataclass(frozen=True)
class Rights:
    """What one person may write beside a cell today."""

    work: bool = False
    charge: bool = False
    comment: bool = False
    answer: bool = False


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
    village: str | None
    person_id: int
    phone: str
    from_on: dt.date
    until_on: dt.date | None
    due_on: dt.date | None
    is_illustrative: bool
    names: tuple[str, str]

    @property
    def person(self) -> str:
        return self.names[0]

    @property
    def position(self) -> str:
        return self.names[1]

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
            permissions.may_state_difficulty(access, commune),
            permissions.may_put_in_charge(access, commune),
            permissions.may_comment(access, commune, responsibilities, self.directing),
            permissions.may_answer(access, commune),
        )


def followup_of_cell(
    status: CriterionStatus,
    day: dt.date,
    known: dt.date | None = None,
    *,
    joins: Collection[int] = (),
) -> Followup:
    """Three queries, one more for the working groups (`joins`) of the person.

    `status` comes with its enrolment.
    """
    commune_id, criterion_id = status.enrolment.commune_id, status.criterion_id
    before = clock.end_of(known) if known else None
    said = _comments(_versions(status.pk), clock.end_of(min(day, known or day)))
    directing = WorkingGroup.objects.filter(communes=commune_id, pk__in=joins)
    return Followup(
        _difficulties(commune_id, criterion_id, day, before),
        *_charges(commune_id, criterion_id, day, before),
        comments=said[-COMMENTS_SHOWN:],
        earlier_comments=len(said[:-COMMENTS_SHOWN]),
        directing=frozenset(directing.values_list("pk", flat=True)) if joins else frozenset(),
    )


def followup_of_commune(commune: Commune, day: dt.date, known: dt.date | None = None) -> Followup:
    """Two queries: its difficulties and who is in charge of what, no comments."""
    before = clock.end_of(known) if known else None
    return Followup(
        _difficulties(commune.pk, None, day, before),
        *_charges(commune.pk, None, day, before),
    )


def _difficulties(
    commune_id: int, criterion_id: int | None, day: dt.date, before: dt.datetime | None
) -> list[DifficultyRow]:
    """Those of a commune, or of one cell, stated by the day, and entered `before` a moment, in the
    order of their entry."""
    stated = _stated(commune_id, criterion_id, day, before)
    return [_difficulty(one, day, before) for one in stated]


@prepared
def _stated(
    commune_id: int, criterion_id: int | None, day: dt.date, before: dt.datetime | None
) -> QuerySet[Difficulty, Any]:
    found = Difficulty.objects.filter(commune=commune_id, stated_on__lte=day)
    if criterion_id is not None:
        found = found.filter(criterion=criterion_id)
    if before is not None:
        found = found.filter(stated_at__lt=before)
    ordered = found.annotate(**_NAMES).order_by("stated_at", "pk")
    return ordered.values_list(*_DIFFICULTY, *_NAMES, named=True)


def _difficulty(one: Any, day: dt.date, before: dt.datetime | None) -> DifficultyRow:
    was_entered = before is None or (one.resolved_at is not None and one.resolved_at < before)
    is_resolved = one.resolved_on is not None and one.resolved_on <= day and was_entered
    return DifficultyRow(
        pk=one.pk,
        number=one.criterion__number,
        cause=one.cause,
        request=one.request,
        asked_of=one.asked_of,
        agency=unpacked(one.asked, one.stated_on)[1],
        stated_on=one.stated_on,
        stated_by=who_was(one.stater, one.stated_at),
        resolved_on=one.resolved_on if is_resolved else None,
        resolution=one.resolution if is_resolved else "",
        resolved_by=who_was(one.resolver, one.resolved_at) if is_resolved else "",
    )


@prepared
def _charged(
    commune_id: int, criterion_id: int | None, day: dt.date, before: dt.datetime | None
) -> QuerySet[Charge, Any]:
    """Of a cell also who heads the commune."""
    found = Charge.objects.filter(commune=commune_id, from_on__lte=day)
    if criterion_id is not None:
        found = found.filter(Q(criterion=criterion_id) | Q(criterion=None, village=None))
    if before is not None:
        found = found.filter(recorded_at__lt=before)
    return found.order_by("recorded_at", "pk").values_list(
        "pk", "criterion__number", "village__name", "person_id", "person__phone", "from_on",
        "until_on", "due_on", "is_illustrative", person_is("person"),
    )  # fmt: skip


def _charges(
    commune_id: int, criterion_id: int | None, day: dt.date, before: dt.datetime | None
) -> tuple[list[ChargeRow], list[ChargeRow]]:
    """Those that run on the day, and those that ended: the head of the commune first."""
    rows = []
    charged = _charged(commune_id, criterion_id, day, before)
    for *values, until_on, due_on, is_illustrative, names in charged:
        on_day = unpacked(names, min(day, until_on or day))
        rows.append(ChargeRow(*(*values, until_on, due_on, is_illustrative, on_day)))
    rows.sort(key=lambda row: (not row.is_head, row.number or 0, row.from_on))
    return (
        [row for row in rows if row.until_on is None or row.until_on >= day],
        [row for row in rows if row.until_on and row.until_on < day],
    )


@prepared
def _versions(status_id: int) -> QuerySet[Comment]:
    return Comment.objects.filter(status=status_id).select_related("by").order_by("pk")


def _comments(versions: Iterable[Comment], before: dt.datetime) -> list[CommentRow]:
    """The comments in the order in which they were first written, each as it read at the moment.

    One that was taken back shows no text, whatever day is looked at.
    """
    shown: dict[int, CommentRow] = {}
    for one in versions:
        row = shown.pop(one.replaces_id, None) if one.replaces_id else None
        if row is None:
            row = CommentRow(
                one.pk, one.by_id, who(one.by, one.first_at), one.first_at, one.at, one.text
            )
        elif one.is_taken_back:
            row.pk, row.at, row.text, row.is_taken_back = one.pk, one.at, "", True
            row.earlier = []
        elif one.at < before:
            row.earlier.append((row.text, row.at))
            row.pk, row.at, row.text = one.pk, one.at, one.text
        shown[one.pk] = row
    visible = [row for row in shown.values() if row.first_at < before]
    return sorted(visible, key=lambda row: (row.first_at, row.pk))
