"""The unfinished tasks of a commune, those of one day under one line."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field

from meetings.tasks.standing import TaskStanding, standing_of
from meetings.tasks.task_history import FollowedTask


@dataclass
class TaskFold:
    """Tasks that are due on one day and stand alike."""

    due_on: dt.date | None
    stands: TaskStanding
    tasks: list[FollowedTask] = field(default_factory=list)

    @property
    def is_pressing(self) -> bool:
        """Whether more is to be said than the day: late, near, or reported done."""
        return bool(self.stands.look)

    @property
    def leads(self) -> list[str]:
        """Who leads, each once."""
        return list(dict.fromkeys(task.lead_name for task in self.tasks))


def folds(tasks: Iterable[FollowedTask], day: dt.date) -> list[TaskFold]:
    """In the order of the tasks."""
    found: dict[tuple[dt.date | None, str], TaskFold] = {}
    for task in tasks:
        stands = standing_of(task, day)
        fold = found.setdefault((task.due_on, stands.code), TaskFold(task.due_on, stands))
        fold.tasks.append(task)
    return list(found.values())
