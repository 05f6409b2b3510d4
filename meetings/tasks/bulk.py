"""One deed on many tasks: each by its own verb, whatever becomes of the others; seen first."""

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.access import Access
from accounts.models import User
from meetings import permissions
from meetings.models import Task
from meetings.tasks import actions
from meetings.tasks.due_dates import move_day
from nrm_tracker.forms import Conflict


class Deed(models.TextChoices):
    CONFIRM = "confirm", gettext_lazy("Confirm that they are done")
    SEND_BACK = "send_back", gettext_lazy("Send back to be completed")
    MOVE = "move", gettext_lazy("Put another day")
    CANCEL = "cancel", gettext_lazy("Cancel")


@dataclass(frozen=True)
class Order:
    """What is to be done to each task."""

    deed: str
    note: str = ""
    to_on: dt.date | None = None


@dataclass(frozen=True)
class TaskOutcome:
    """A task before, and after; or why it is refused."""

    task: Task
    after: Task | None = None
    refusal: str = ""


@transaction.atomic
def do(
    order: Order, tasks: Collection[Task], seen: dict[int, int], *, access: Access, by: User
) -> list[TaskOutcome]:
    """Do it to each task as it was `seen`; what is refused leaves the others as they are."""
    keys = [task.pk for task in tasks]
    # All before the first is written: who writes to another one waits before it counts.
    list(Task.objects.select_for_update().filter(pk__in=keys).order_by("pk").values("pk"))
    return [_one(order, task, seen.get(task.pk), access, by) for task in tasks]


def rehearse(
    order: Order, tasks: Collection[Task], *, access: Access, by: User
) -> list[TaskOutcome]:
    """What `do` would come to; nothing stays written."""
    with transaction.atomic():
        try:
            return do(order, tasks, {}, access=access, by=by)
        finally:
            transaction.set_rollback(True)


def _one(order: Order, task: Task, seen: int | None, access: Access, by: User) -> TaskOutcome:
    if not _may(order, task, access, by):
        return TaskOutcome(task, refusal=_("The account may not do this to the task."))
    try:
        _write(order, task, seen, by)
    except Conflict as conflict:
        return TaskOutcome(task, refusal=_refusal(order, task, conflict.current))
    except ValidationError as error:
        return TaskOutcome(task, refusal=" ".join(error.messages))
    return TaskOutcome(task, Task.objects.get(pk=task.pk))


def _may(order: Order, task: Task, access: Access, by: User) -> bool:
    if order.deed == Deed.MOVE:
        return permissions.may_move(access, task)
    return permissions.may_confirm(access, by, task)


def _write(order: Order, task: Task, seen: int | None, by: User) -> None:
    if order.deed == Deed.MOVE:
        if order.to_on is None:
            raise ValidationError(_("Give the new day."))
        move_day(task, to_on=order.to_on, reason=order.note, by=by, seen=seen)
        return
    verb = {
        Deed.CONFIRM: actions.confirm,
        Deed.SEND_BACK: actions.send_back,
        Deed.CANCEL: actions.cancel,
    }[Deed(order.deed)]
    verb(task, note=order.note, by=by, seen=seen)


def _refusal(order: Order, before: Task, current: Task) -> str:
    if current.version != before.version:
        said = _("Somebody changed it meanwhile; it is now: %(state)s.")
    elif order.deed in (Deed.CONFIRM, Deed.SEND_BACK):
        said = _("It was not reported done; it is: %(state)s.")
    else:
        said = _("It is closed already: %(state)s.")
    return said % {"state": current.get_state_display()}
