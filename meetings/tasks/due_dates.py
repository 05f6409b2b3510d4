"""Another day for a task: asked for, put by who convenes, granted or refused (rule 14).

The verbs raise what those of `actions` do, and tell those whom it concerns.
"""

import datetime as dt

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.notifications.notices import tell
from meetings.models import DueDateChange, Task, TaskUpdate
from meetings.tasks.updates import assigning, leading, locked, record
from nrm_tracker import clock
from nrm_tracker.clock import months_after
from nrm_tracker.forms import Conflict

Kind = TaskUpdate.Kind
State = Task.State


@transaction.atomic
def ask_for_day(
    task: Task, *, to_on: dt.date, reason: str, by: User, seen: int | None = None
) -> DueDateChange:
    """Ask for another day; the old one stays until somebody grants it."""
    current = locked(task, seen, State.OPEN)
    from_on = _movable(current, to_on, reason)
    asked = DueDateChange.objects.create(
        task=current,
        from_on=from_on,
        to_on=to_on,
        reason=reason,
        asked_by=by,
        asked_at=clock.now(),
    )
    told = _("%(who)s asks for another day for “%(task)s”: %(day)s. %(reason)s")
    said = {"who": by, "task": current.title, "day": f"{to_on:%d/%m/%Y}", "reason": reason[:200]}
    tell(assigning(current), told % said, current.get_absolute_url(), but=by)
    record(current, Kind.DATE_ASKED, by, note=reason, due_before=from_on, due_after=to_on)
    return asked


@transaction.atomic
def move_day(
    task: Task, *, to_on: dt.date, reason: str, by: User, seen: int | None = None
) -> DueDateChange:
    """Put another day without being asked: what who convenes may do. The old one is kept."""
    current = locked(task, seen, *Task.UNFINISHED)
    from_on, now = _movable(current, to_on, reason), clock.now()
    current.due_on = to_on
    moved = DueDateChange.objects.create(
        task=current,
        from_on=from_on,
        to_on=to_on,
        reason=reason,
        asked_by=by,
        asked_at=now,
        is_granted=True,
        decided_by=by,
        decided_at=now,
    )
    told = _("Another day for “%(task)s”: %(day)s instead of %(before)s. %(reason)s") % {
        "task": current.title,
        "day": f"{to_on:%d/%m/%Y}",
        "before": f"{from_on:%d/%m/%Y}",
        "reason": reason[:200],
    }
    tell(leading(current), told, current.get_absolute_url(), but=by)
    record(
        current,
        Kind.DATE_GRANTED,
        by,
        changed=["due_on"],
        note=reason,
        due_before=from_on,
        due_after=to_on,
    )
    return moved


@transaction.atomic
def answer_day(
    asked: DueDateChange, *, is_granted: bool, answer: str, by: User, seen: int | None = None
) -> DueDateChange:
    """Grant or refuse another day, with the reason."""
    current = locked(asked.task, seen, *Task.UNFINISHED)
    asked = DueDateChange.objects.select_for_update().get(pk=asked.pk)
    if asked.decided_at is not None:
        raise Conflict(current)
    if not answer.strip():
        raise ValidationError({"answer": _("Give the reason of the answer.")})
    _check_may_be_answered(asked, current, is_granted, by)
    asked.is_granted, asked.answer = is_granted, answer
    asked.decided_by, asked.decided_at = by, clock.now()
    asked.save(update_fields=["is_granted", "answer", "decided_by", "decided_at"])
    if is_granted:
        current.due_on = asked.to_on
    told = _("Another day granted for “%(task)s”: %(day)s.") if is_granted else _(
        "Another day refused for “%(task)s”; it stays %(before)s."
    )  # fmt: skip
    said = {
        "task": current.title,
        "day": f"{asked.to_on:%d/%m/%Y}",
        "before": f"{asked.from_on:%d/%m/%Y}",
    }
    tell({*leading(current), asked.asked_by}, told % said, current.get_absolute_url(), but=by)
    record(
        current,
        Kind.DATE_GRANTED if is_granted else Kind.DATE_REFUSED,
        by,
        changed=["due_on"],
        note=answer,
        due_before=asked.from_on,
        due_after=asked.to_on,
    )
    return asked


def _check_may_be_answered(asked: DueDateChange, task: Task, is_granted: bool, by: User) -> None:
    if asked.asked_by_id == by.pk:
        raise ValidationError(_("Nobody grants a day that they asked for themselves."))
    if is_granted and asked.from_on != task.due_on:
        message = _("It is due on %(day)s by now; what was asked for concerned another day.")
        raise ValidationError(message % {"day": f"{task.due_on:%d/%m/%Y}"})


MONTHS = {Task.Every.MONTH: 1, Task.Every.QUARTER: 3, Task.Every.YEAR: 12}


def due_again(task: Task) -> dt.date:
    """When a recurring task is due next: a day granted later moves one turn, not those after it."""
    assert task.due_on is not None  # noqa: S101 a constraint holds it
    moves = task.updates.filter(due_before__isnull=False).order_by("pk")
    first = moves.values_list("due_before", flat=True).first() or task.due_on
    return next_day(first, task.due_on, task.every)


def next_day(first: dt.date, due: dt.date, every: str) -> dt.date:
    """The day after `due` in the series that began on `first`.

    What began on the 31st is due on the last day of a shorter month, and on the 31st again.
    """
    if every == Task.Every.WEEK:
        return due + dt.timedelta(days=7 - (due - first).days % 7)
    step = MONTHS[Task.Every(every)]
    turn = ((due.year - first.year) * 12 + due.month - first.month) // step
    while (day := months_after(first, turn * step)) <= due:
        turn += 1
    return day


def _movable(task: Task, to_on: dt.date, reason: str) -> dt.date:
    """The day from which a task may be moved to another, for that reason."""
    if task.due_on is None:
        raise ValidationError(_("A continuing task has no day that could be moved."))
    if not reason.strip():
        raise ValidationError({"reason": _("Say why another day is needed.")})
    if to_on <= task.due_on:
        message = _("The new day must come after the old one (%(day)s).")
        raise ValidationError({"to_on": message % {"day": f"{task.due_on:%d/%m/%Y}"}})
    if task.date_changes.filter(decided_at__isnull=True).exists():
        raise ValidationError(_("Another day was asked for already and waits for an answer."))
    return task.due_on
