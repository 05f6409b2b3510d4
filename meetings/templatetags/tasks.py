"""What templates ask of tasks: how they stand on a day, and which ask the same."""

import datetime as dt
from collections.abc import Iterable

from django import template

from meetings.tasks.alike import FirstTasks, ListedTask, TaskGroup, first_of, grouped
from meetings.tasks.standing import AnyTask, TaskStanding, standing_of

register = template.Library()


@register.simple_tag
def standing(task: AnyTask, day: dt.date) -> TaskStanding:
    """`{% standing task today as stands %}{% status stands.word stands.look %}`"""
    return standing_of(task, day)


@register.simple_tag
def alike_tasks(tasks: Iterable[ListedTask], most: int | str = 0) -> list[TaskGroup]:
    """The tasks of a list, those that ask the same together; see `grouped`."""
    return grouped(tasks, int(most or 0))


@register.simple_tag
def first_alike(tasks: Iterable[ListedTask], most: int) -> FirstTasks:
    """The tasks of the first rows of a long list, and those that a fold holds; see `first_of`."""
    return first_of(tasks, most)


@register.simple_tag
def group_standing(group: TaskGroup, day: dt.date, kept: bool | str = False) -> TaskStanding:
    """How tasks that are told in one row stand; `kept`: they are as published, and stand today."""
    return (group.today if kept else group).standing(day)
