"""How a task stands on a day, in the words and the look that lists give it."""

import datetime as dt
from dataclasses import dataclass

from django.utils.translation import gettext, ngettext

from meetings.models import Task
from meetings.models.tasks import SOON

State = Task.State


@dataclass(frozen=True)
class TaskStanding:
    """`code`: a state of `Task.State`; of an open task late, soon, open or continuing."""

    code: str
    word: str
    # Of the tag `status`.
    look: str = ""


def standing_of(task: Task, day: dt.date) -> TaskStanding:
    was_late = task.due_on and task.done_on and task.done_on > task.due_on
    done = gettext("Done after its day") if was_late else gettext("Done in time")
    return standing(task.state, task.due_on, day, done=done)


def standing(state: str, due_on: dt.date | None, day: dt.date, *, done: str) -> TaskStanding:
    """`done`: what is said of a task that is done. One without a day is a continuing one."""
    if state == State.DONE:
        return TaskStanding("done", done, "ok")
    if state == State.CANCELLED:
        return TaskStanding("cancelled", gettext("Cancelled"), "draft")
    if state == State.REPORTED:
        return TaskStanding("reported", gettext("Reported done, to be confirmed"), "wait")
    if due_on is None:
        return TaskStanding("continuing", gettext("Continuing"))
    return _open((due_on - day).days)


def _open(left: int) -> TaskStanding:
    if left < 0:
        word = ngettext("%(n)s day late", "%(n)s days late", -left) % {"n": -left}
        return TaskStanding("late", word, "late")
    if left == 0:
        return TaskStanding("soon", gettext("Due today"), "soon")
    if left <= SOON.days:
        word = ngettext("Due soon, %(n)s day left", "Due soon, %(n)s days left", left)
        return TaskStanding("soon", word % {"n": left}, "soon")
    return TaskStanding("open", gettext("In progress, in time"))
