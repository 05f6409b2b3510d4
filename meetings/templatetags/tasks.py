"""What templates ask of a task that depends on the day."""

import datetime as dt

from django import template

from meetings.models import Task
from meetings.tasks.standing import TaskStanding, standing_of

register = template.Library()


@register.simple_tag
def standing(task: Task, day: dt.date) -> TaskStanding:
    """`{% standing task today as stands %}{% status stands.word stands.look %}`"""
    return standing_of(task, day)
