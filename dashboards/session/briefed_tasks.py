"""The tasks of a briefing as its page prints them, read from its content, frozen or not."""

import datetime as dt
from dataclasses import dataclass, replace
from typing import Any, Self

from django.utils.translation import gettext, ngettext

from meetings.models import Task
from meetings.tasks.standing import TaskStanding, in_words
from nrm_tracker.alike import alike

# What is the same of a thing that was asked of many, and stands alike.
ALIKE = ("title", "focal", "kind", "due_on", "state", "percent", "days_late")


@dataclass(frozen=True)
class BriefedTask:
    pk: int
    title: str
    lead: str
    focal: str
    phone: str
    due_on: dt.date | None
    state: str
    # How much of an open one is done.
    percent: int
    is_illustrative: bool
    standing: TaskStanding
    # The same, asked of others who lead.
    others: tuple["BriefedTask", ...] = ()

    @property
    def count(self) -> int:
        """Of how many it was asked."""
        return 1 + len(self.others)

    @classmethod
    def read(cls, content: dict[str, Any], day: dt.date) -> Self:
        state, due_on = content["state"], content["due_on"]
        return cls(
            pk=content["pk"],
            title=content["title"],
            lead=content["lead"],
            focal=content.get("focal", ""),
            phone=content.get("phone", ""),
            due_on=due_on,
            state=state,
            percent=content["percent"] if state == Task.State.OPEN else 0,
            is_illustrative=content.get("is_illustrative", False),
            standing=in_words(state, due_on, day, done=_done(content["days_late"])),
        )


def briefed_tasks(content: list[dict[str, Any]], day: dt.date) -> list[BriefedTask]:
    """The same thing asked of many, and standing alike, once with all who lead."""
    groups = alike(content, lambda told: tuple(told[name] for name in ALIKE))
    read = [[BriefedTask.read(told, day) for told in group] for group in groups]
    return [replace(first, others=tuple(others)) for first, *others in read]


def _done(days_late: int) -> str:
    if not days_late:
        return gettext("Done in time")
    word = ngettext("Done %(n)s day after its day", "Done %(n)s days after its day", days_late)
    return word % {"n": days_late}
