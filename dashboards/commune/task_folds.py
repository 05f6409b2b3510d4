"""The unfinished tasks of a commune, those of one day under one line."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from meetings.tasks.standing import TaskStanding, standing_of
from meetings.tasks.task_history import FollowedTask
from nrm_tracker.alike import alike


@dataclass(frozen=True)
class TaskFold:
    """Tasks that are due on one day and stand alike."""

    tasks: list[FollowedTask]
    stands: TaskStanding

    @property
    def due_on(self) -> dt.date | None:
        return self.tasks[0].due_on

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
    groups = alike(tasks, lambda task: (task.due_on, task.standing(day)))
    return [TaskFold(group, standing_of(group[0], day)) for group in groups]
