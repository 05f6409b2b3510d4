"""The same thing asked of many, told once with all who lead."""

import datetime as dt
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Protocol

from meetings.models import Task
from meetings.tasks.standing import AnyTask, TaskStanding, standing_of
from nrm_tracker.alike import FEWEST, alike

# What is said of many, where some stand so: the first that some do.
URGENT = ("late", "reported", "soon")


class ListedTask(AnyTask, Protocol):
    @property
    def title(self) -> str: ...
    @property
    def every(self) -> str: ...
    @property
    def expected_product(self) -> str: ...
    @property
    def is_illustrative(self) -> bool: ...


@dataclass(frozen=True)
class TaskGroup:
    """Tasks that ask the same by the same day. `is_cut`: there may be more than were read."""

    tasks: list
    is_cut: bool = False

    @property
    def first(self) -> ListedTask:
        return self.tasks[0]

    @property
    def is_single(self) -> bool:
        return len(self.tasks) == 1 and not self.is_cut

    @property
    def is_illustrative(self) -> bool:
        """Whether all of them are: then the title bears the mark for them."""
        return all(task.is_illustrative for task in self.tasks)

    @property
    def today(self) -> "TaskGroup":
        """Of published tasks: the same as they are today."""
        return replace(self, tasks=[task.today for task in self.tasks])

    @property
    def done(self) -> int:
        return sum(task.state == Task.State.DONE for task in self.tasks)

    def standing(self, day: dt.date) -> TaskStanding:
        """How they stand: alike, or how many of them are late, or wait, or are due soon."""
        stands = [standing_of(task, day) for task in self.tasks]
        counted = Counter(one.code for one in stands)
        code = next((code for code in URGENT if counted[code]), stands[0].code)
        said = next(one for one in stands if one.code == code)
        if counted[code] == len(stands):
            return said
        return replace(said, word=f"{said.word} ({counted[code]}/{len(stands)})")


def grouped(tasks: Iterable[ListedTask], most: int = 0) -> list[TaskGroup]:
    """Tasks of a list as it shows them; `most`: so many were read at most."""
    rows = list(tasks)
    found = alike(rows, lambda task: (task.title, task.due_on, task.every, task.expected_product))
    is_cut = bool(most) and len(rows) >= most
    return [TaskGroup(group, is_cut and rows[-1] in group and len(group) > 1) for group in found]


@dataclass(frozen=True)
class FirstTasks:
    """The tasks of the first rows of a list, and the others, which are `rows_left` rows."""

    first: list
    further: list
    rows_left: int


def first_of(tasks: Iterable[ListedTask], most: int) -> FirstTasks:
    """The first `most` rows of a list and the others, where there are more than a few of them."""
    groups = grouped(tasks)
    kept = most if len(groups) >= most + FEWEST else len(groups)
    first, further = (
        [task for group in part for task in group.tasks] for part in (groups[:kept], groups[kept:])
    )
    return FirstTasks(first, further, len(groups) - kept)
