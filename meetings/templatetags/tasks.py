"""What templates ask of a task that depends on the day."""

import datetime as dt

from django import template

from meetings.tasks.alike import TaskGroup
from meetings.tasks.standing import AnyTask, TaskStanding, standing_of

register = template.Library()


@register.simple_tag
def standing(task: AnyTask, day: dt.date) -> TaskStanding:
    """`{% standing task today as stands %}{% status stands.word stands.look %}`"""
    return standing_of(task, day)


@register.simple_tag
def group_standing(group: TaskGroup, day: dt.date) -> TaskStanding:
    """The same of tasks that are told in one row."""
    return group.standing(day)
