"""What is said beside the figures: difficulties, who is in charge, comments. The verbs, then rows.

Each verb is one transaction, and raises ValidationError by field, or Overtaken.
"""

import datetime as dt
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q, QuerySet, Value
from django.utils.translation import gettext as _

from accounts.access import Access
from accounts.models import Person, User
from communes.models import Commune, WorkingGroup
from criteria import permissions
from criteria.entries import future_day
from criteria.models import Charge, Comment, CriterionStatus, Difficulty, Responsibility
from criteria.models.beside import ChargeQuerySet
from criteria.unions import rows_of, united
from nrm_tracker import clock

COMMENTS_SHOWN = 20


class Overtaken(ValidationError):
    """Somebody else did it first (rule 11)."""


# The verbs


@transaction.atomic
def state(difficulty: Difficulty, *, by: User) -> Difficulty:
    """Record what blocks a commune."""
    _check_day(difficulty.commune, difficulty.stated_on, "stated_on")
    difficulty.stated_by, difficulty.stated_at = by, clock.now()
    difficulty.full_clean(exclude=["commune", "criterion", "asked_agency", "stated_by"])
    difficulty.save(force_insert=True)
    return difficulty


@transaction.atomic
def resolve(difficulty: Difficulty, *, on: dt.date, resolution: str, by: User) -> Difficulty:
    """Say when and how it was resolved. What was stated stays as it was."""
    current = Difficulty.objects.select_for_update().get(pk=difficulty.pk)
    if current.resolved_on:
        message = _("Resolved already on %(day)s: %(how)s")
        said = {"day": f"{current.resolved_on:%d/%m/%Y}", "how": current.resolution}
        raise Overtaken(message % said)
    if not resolution.strip():
        raise ValidationError({"resolution": _("Say how it was resolved.")})
    if on > clock.today():
        raise ValidationError({"resolved_on": future_day(on, "resolved_on")})
    if on < current.stated_on:
        message = _("It was stated on %(day)s and cannot be resolved before.")
        raise ValidationError({"resolved_on": message % {"day": f"{current.stated_on:%d/%m/%Y}"}})
    current.resolved_on, current.resolution = on, resolution
    current.resolved_by, current.resolved_at = by, clock.now()
    current.save(update_fields=["resolved_on", "resolution", "resolved_by", "resolved_at"])
    return current


@transaction.atomic
def put_in_charge(charge: Charge, *, by: User) -> Charge:
    """Record that a person answers for something from a day; a person not yet known is added.

    A commune has one head at a time: the one before ends the day before, and one put in before a
    later one ends the day before that.
    """
    Commune.objects.select_for_update().get(pk=charge.commune_id)
    _check_day(charge.commune, charge.from_on, "from_on")
    if charge.due_on and charge.due_on < charge.from_on:
        raise ValidationError({"due_on": _("To be met by a day after the first.")})
    _keep(charge.person)
    same = Charge.objects.filter(
        commune=charge.commune, criterion=charge.criterion, village=charge.village
    )
    if same.running_on(charge.from_on).filter(person=charge.person).exists():
        raise ValidationError({"full_name": _("This person is in charge of it already.")})
    if charge.criterion is None and charge.village is None:
        _follow(same, charge)
    charge.recorded_by, charge.recorded_at = by, clock.now()
    charge.full_clean(exclude=["person", "commune", "criterion", "village", "recorded_by"])
    charge.save(force_insert=True)
    return charge


@transaction.atomic
def end(charge: Charge, *, on: dt.date) -> Charge:
    """Say the last day of a charge. One that has passed stands."""
    current = Charge.objects.select_for_update().get(pk=charge.pk)
    if current.until_on and current.until_on < clock.today():
        message = _("This charge ended already on %(day)s.")
        raise Overtaken(message % {"day": f"{current.until_on:%d/%m/%Y}"})
    if on < current.from_on:
        message = _("It began on %(day)s and cannot end before.")
        raise ValidationError({"until_on": message % {"day": f"{current.from_on:%d/%m/%Y}"}})
    current.until_on = on
    current.save(update_fields=["until_on"])
    return current


@transaction.atomic
def comment(status: CriterionStatus, text: str, *, by: User) -> Comment:
    now = clock.now()
    return Comment.objects.create(status=status, text=text, by=by, at=now, first_at=now)


@transaction.atomic
def edit(old: Comment, text: str) -> Comment:
    """Put a further version in the place of the newest one; the old one stays."""
    return _replace(old, text=text)


@transaction.atomic
def take_back(old: Comment) -> Comment:
    """Withdraw a comment: a further version without a text."""
    return _replace(old, text="", is_taken_back=True)


def _replace(old: Comment, **said: object) -> Comment:
    Comment.objects.select_for_update().get(pk=old.pk)
    newer = newest_version(old)
    if newer.is_taken_back:
        raise Overtaken(_("This comment was taken back already."))
    if newer.pk != old.pk:
        raise Overtaken(_("This comment was changed meanwhile. Look at the newest text, below."))
    return Comment.objects.create(
        status=old.status,
        by=old.by,
        at=clock.now(),
        first_at=old.first_at,
        replaces=old,
        **said,
    )


def newest_version(old: Comment) -> Comment:
    """The last of the versions of a comment: one query, whatever their number."""
    versions = Comment.objects.filter(status=old.status_id, by=old.by_id, first_at=old.first_at)
    return versions.newest().order_by("-pk").first() or old


def _check_day(commune: Commune, day: dt.date, name: str) -> None:
    if day > clock.today():
        raise ValidationError({name: future_day(day, name)})
    if commune.established_on and day < commune.established_on:
        message = _("The commune was established on %(day)s.")
        raise ValidationError({name: message % {"day": f"{commune.established_on:%d/%m/%Y}"}})
    if commune.last_day and day > commune.last_day:
        message = _("The commune's last day was %(day)s.")
        raise ValidationError({name: message % {"day": f"{commune.last_day:%d/%m/%Y}"}})


def _keep(person: Person) -> None:
    """Write a new person, or what was not known of one."""
    person.full_clean(exclude=["area", "user"])
    if person._state.adding:
        person.save(force_insert=True)
    else:
        person.save(update_fields=["position", "organisation", "phone", "search_key"])


def _follow(heads: ChargeQuerySet, new: Charge) -> None:
    """Make room for a head of the commune among those before and after."""
    if heads.filter(from_on=new.from_on).exists():
        message = _("The commune has another head from that very day. Choose another day.")
        raise ValidationError({"from_on": message})
    day = dt.timedelta(days=1)
    before = heads.running_on(new.from_on)
    before.update(until_on=new.from_on - day)
    after = heads.filter(from_on__gt=new.from_on).order_by("from_on").first()
    if after:
        new.until_on = after.from_on - day


# The rows that pages show


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
class Beside:
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


def beside_cell(
    status: CriterionStatus,
    day: dt.date,
    known: dt.date | None = None,
    *,
    joins: Collection[int] = (),
) -> Beside:
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


def beside_commune(commune: Commune, day: dt.date, known: dt.date | None = None) -> Beside:
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


def _beside(parts: list[QuerySet], day: dt.date, known: dt.date | None) -> Beside:
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
    return Beside(
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
