"""Tasks as they stood at the end of a day (rule 6): by what was said of them until then.

Each row gets `day_state`, `day_due` and `day_percent`, which types do not know. Of the day that it
is, these are its own columns.
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import (
    Case,
    CharField,
    F,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from meetings.models import DueDateChange, Task, TaskUpdate
from meetings.models.tasks import days_late, in_one_line, lead_name, standing, subject
from nrm_tracker import clock

Kind = TaskUpdate.Kind
State = Task.State


def as_of(found: QuerySet[Task], end: dt.datetime | None) -> Any:
    """Those assigned by the end of the day; None where it is not over (`clock.end_if_past`)."""
    if end is None:
        return found.annotate(day_state=F("state"), day_due=F("due_on"), day_percent=F("percent"))
    said = TaskUpdate.objects.filter(task=OuterRef("pk"))
    turns = said.filter(
        at__lt=end,
        kind__in=[Kind.REPORTED, Kind.SENT_BACK, Kind.CONFIRMED, Kind.CANCELLED, Kind.UNDONE],
    ).order_by("-at", "-pk")
    moves = said.filter(
        at__gte=end, kind__in=[Kind.DATE_GRANTED, Kind.CONFIRMED], due_before__isnull=False
    ).order_by("at", "pk")
    # What the last turn came to; the database looks for it once.
    came_to = Case(
        When(kind=Kind.REPORTED, then=Value(State.REPORTED)),
        When(kind__in=[Kind.CANCELLED, Kind.UNDONE], then=Value(State.CANCELLED)),
        When(Q(kind=Kind.CONFIRMED) & ~Q(task__kind=Task.Kind.RECURRING), then=Value(State.DONE)),
        default=Value(State.OPEN),
        output_field=CharField(),
    )
    state = Subquery(turns.annotate(came_to=came_to).values("came_to")[:1])
    return found.filter(assigned_at__lt=end).annotate(
        day_state=Coalesce(state, Value(State.OPEN)),
        day_due=Coalesce(Subquery(moves.values("due_before")[:1]), F("due_on")),
        day_percent=Coalesce(Subquery(_shares(said.filter(at__lt=end))[:1]), Value(0)),
    )


def _shares(said: QuerySet[TaskUpdate]) -> QuerySet[TaskUpdate, int]:
    """How much was said to be done, the newest first; a recurring task that was confirmed begins
    again at nothing."""
    again = Q(kind=Kind.CONFIRMED, due_after__isnull=False)
    share = Case(When(again, then=Value(0)), default=F("percent"), output_field=IntegerField())
    found = said.filter(again | Q(percent__isnull=False)).order_by("-at", "-pk")
    return found.annotate(share=share).values_list("share", flat=True)


def unfinished(found: QuerySet, end: dt.datetime | None) -> Any:
    """Those of `as_of` that were neither done nor given up; what was closed by then is left out."""
    if end is None:
        return found.filter(state__in=Task.UNFINISHED)
    return found.filter(_not_closed(end), day_state__in=Task.UNFINISHED)


def late(found: QuerySet, day: dt.date, end: dt.datetime | None) -> Any:
    """Those of `as_of` that were open past their day."""
    if end is None:
        return found.filter(state=State.OPEN, due_on__lt=day)
    return found.filter(_not_closed(end), day_state=State.OPEN, day_due__lt=day)


def due(found: QuerySet, day: dt.date, until: dt.date, end: dt.datetime | None) -> Any:
    """Those of `as_of` that were open and due from the one day until the other."""
    if end is None:
        return found.filter(state=State.OPEN, due_on__range=(day, until))
    return found.filter(_not_closed(end), day_state=State.OPEN, day_due__range=(day, until))


def in_order(found: QuerySet) -> Any:
    """Those of `as_of` by their day, those without one last."""
    return found.order_by(F("day_due").asc(nulls_last=True), "pk")


def _not_closed(end: dt.datetime) -> Q:
    return Q(closed_at__isnull=True) | Q(closed_at__gte=end)


# One task


def set_back(task: Any, told: Iterable[TaskUpdate], end: dt.datetime) -> None:
    """Make a task of `as_of`, with all that was ever told of it, what it was at the end of the
    day. It is not to be saved."""
    task.state, task.due_on, task.percent = task.day_state, task.day_due, task.day_percent
    reported = [one.at for one in told if one.kind == Kind.REPORTED and one.at < end]
    is_reported = task.state in (State.REPORTED, State.DONE)
    task.done_on = clock.local_day(reported[-1]) if is_reported and reported else None


def asked_by(changes: Iterable[DueDateChange], end: dt.datetime) -> list[DueDateChange]:
    """The requests for another day that were made by then, with what was answered by then."""
    asked = [one for one in changes if one.asked_at < end]
    for one in asked:
        if one.decided_at and one.decided_at >= end:
            one.decided_at = one.is_granted = None
    return asked


def focal_by(told: Iterable[TaskUpdate], end: dt.datetime) -> str | None:
    """Who was in charge by then, where another was named since: as far as that is on record."""
    named = [one for one in told if one.kind == Kind.FOCAL_NAMED]
    if not named or named[-1].at < end:
        return None
    known = [one.note for one in named if one.at < end]
    return known[-1] if known else _("Named since; who it was on that day is not on record.")


# Rows of lists


@dataclass(frozen=True)
class Contact:
    """Who is in charge of a task, and at which number."""

    full_name: str
    phone: str

    def __str__(self) -> str:
        return self.full_name


@dataclass(frozen=True)
class FollowedTask:
    """A task as it stood on a day, with as much of it as lists name."""

    pk: int
    title: str
    lead_name: str
    commune_name: str
    subject: str
    expected_product: str
    every: str
    focal_person: Contact | None
    state: str
    due_on: dt.date | None
    done_on: dt.date | None
    percent: int
    is_illustrative: bool

    @property
    def who(self) -> str:
        """Who leads, and the person in charge with their telephone, in one line."""
        return in_one_line(self.lead_name, self.focal_person)

    def get_every_display(self) -> str:
        return str(Task.Every(self.every).label)

    def days_late(self, day: dt.date) -> int:
        return days_late(self.state, self.due_on, day)

    def standing(self, day: dt.date) -> str:
        return standing(self.state, self.due_on, day)


LEAD_NAMES = (
    "lead_agency__short_name",
    "lead_commune__name",
    "lead_working_group__name",
    "lead_person__full_name",
)
COLUMNS = (
    *("pk", "title", "expected_product", "every", "done_on", "is_illustrative"),
    *LEAD_NAMES,
    *("commune__name", "criterion__number", "theme__name"),
    *("focal_person__full_name", "focal_person__phone"),
)
OF_TODAY, OF_A_DAY = ("state", "due_on", "percent"), ("day_state", "day_due", "day_percent")


def columns(found: QuerySet, *more: str) -> QuerySet[Any, dict[str, Any]]:
    """Those of `as_of` with what lists name; see `listed`."""
    return found.values(*COLUMNS, *OF_A_DAY, *more)


def listed(rows: Iterable[dict[str, Any]]) -> list[FollowedTask]:
    """The rows of `columns` as lists name them: one query."""
    return [
        FollowedTask(
            state=said["day_state"],
            due_on=said["day_due"],
            percent=said["day_percent"],
            **facts(said),
        )
        for said in rows
    ]


def listed_today(found: QuerySet) -> list[FollowedTask]:
    """Any tasks, as they stand now: one query."""
    return [FollowedTask(**now(said), **facts(said)) for said in found.values(*COLUMNS, *OF_TODAY)]


def now(said: dict[str, Any]) -> dict[str, Any]:
    """How a followed task stands now."""
    return {name: said[name] for name in OF_TODAY}


def facts(said: dict[str, Any]) -> dict[str, Any]:
    """What `COLUMNS` say of a followed task, whatever the day."""
    commune, theme = said["commune__name"] or "", said["theme__name"] or ""
    focal = said["focal_person__full_name"]
    return {
        "pk": said["pk"],
        "title": said["title"],
        "lead_name": lead_name(*(said[lead] for lead in LEAD_NAMES)),
        "commune_name": commune,
        "subject": subject(commune, said["criterion__number"], theme),
        "expected_product": said["expected_product"],
        "every": said["every"],
        "focal_person": Contact(focal, said["focal_person__phone"]) if focal else None,
        "done_on": said["done_on"],
        "is_illustrative": said["is_illustrative"],
    }
