"""How a task stands on a day, in the words and the look that lists give it."""

import datetime as dt
from dataclasses import dataclass
from typing import Protocol

from django.utils.translation import gettext, ngettext

from meetings.models.tasks import standing


@dataclass(frozen=True)
class TaskStanding:
    """`code`: what `meetings.models.tasks.standing` says."""

    code: str
    word: str
    # Of the tag `status`.
    look: str = ""

    @property
    def is_usual(self) -> bool:
        """Whether nobody needs to look after it: lists mark the others alone."""
        return self.code in ("open", "continuing") or self.look == "ok"


class AnyTask(Protocol):
    """A task, or a row that lists one."""

    @property
    def state(self) -> str: ...
    @property
    def due_on(self) -> dt.date | None: ...
    @property
    def done_on(self) -> dt.date | None: ...


def standing_of(task: AnyTask, day: dt.date) -> TaskStanding:
    was_late = task.due_on and task.done_on and task.done_on > task.due_on
    done = gettext("Done after its day") if was_late else gettext("Done in time")
    return in_words(task.state, task.due_on, day, done=done)


def in_words(state: str, due_on: dt.date | None, day: dt.date, *, done: str) -> TaskStanding:
    """`done`: what is said of a task that is done. One without a day is a continuing one."""
    code = standing(state, due_on, day)
    left = (due_on - day).days if due_on else 0
    if code == "late":
        word = ngettext("%(n)s day late", "%(n)s days late", -left) % {"n": -left}
    elif code == "soon" and left == 0:
        word = gettext("Due today")
    elif code == "soon":
        word = ngettext("Due soon, %(n)s day left", "Due soon, %(n)s days left", left) % {"n": left}
    else:
        word = {
            "done": done,
            "cancelled": gettext("Cancelled"),
            "reported": gettext("Reported done, to be confirmed"),
            "continuing": gettext("Continuing"),
            "open": gettext("In progress, in time"),
        }[code]
    look = {"done": "ok", "cancelled": "draft", "reported": "wait", "late": "late", "soon": "soon"}
    return TaskStanding(code, word, look.get(code, ""))
