"""How a task stands on a day, in words."""

import datetime as dt

from django import template
from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from meetings.following import FollowedTask
from meetings.models import Task
from nrm_tracker.templatetags.ui import status

register = template.Library()

# Words for how it stands, and what mark they bear (`ui.status`).
STATES = {
    "open": (_("In progress, in time"), ""),
    "continuing": (_("Continuing"), ""),
    "reported": (_("Reported done, to be confirmed"), "wait"),
    "cancelled": (_("Cancelled"), "draft"),
}


@register.filter
def standing(task: Task | FollowedTask, day: dt.date) -> str:
    return task.standing(day)


@register.simple_tag
def task_state(task: Task | FollowedTask, day: dt.date) -> SafeString:
    """How a task stands on the day, as a mark with its words."""
    stands = task.standing(day)
    if stands == "done":
        is_late = task.due_on and task.done_on and task.done_on > task.due_on
        return status(gettext("Done after its day") if is_late else gettext("Done in time"), "ok")
    if task.due_on and stands == "late":
        n = (day - task.due_on).days
        return status(ngettext("%(n)s day late", "%(n)s days late", n) % {"n": n}, "late")
    if task.due_on and stands == "soon":
        return status(_left((task.due_on - day).days), "soon")
    text, kind = STATES[stands]
    return status(text, kind)


def _left(n: int) -> str:
    if n == 0:
        return gettext("Due today")
    return ngettext("Due soon, %(n)s day left", "Due soon, %(n)s days left", n) % {"n": n}
