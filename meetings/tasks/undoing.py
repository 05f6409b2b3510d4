"""An assignment is undone: all that was assigned in one go, as long as nobody went on from it."""

from collections.abc import Collection
from operator import itemgetter

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.notifications.notices import take_back
from meetings.models import DroppedItem, Task, TaskUpdate
from meetings.sessions.published import published_since
from meetings.tasks.updates import record
from nrm_tracker import clock, undoing

Kind = TaskUpdate.Kind


@transaction.atomic
def undo(task: Task, *, by: User) -> list[Task]:
    """Void the task and those that were assigned with it; they stay on record, as cancelled."""
    found = Task.objects.assigned_with(task).select_for_update(of=("self",))
    tasks = list(found.order_by("pk"))
    _check_untouched(tasks)
    undoing.check_open(task.assigned_at)
    communes = {key for one in tasks for key in (one.commune_id, one.lead_commune_id) if key}
    if told := published_since(communes, task.assigned_at, task.session_id):
        raise ValidationError(told)
    for one in tasks:
        one.state, one.closed_at = Task.State.CANCELLED, clock.now()
        told = _("Assigned by mistake, undone: %(task)s.") % {"task": one.title}
        take_back(one.get_absolute_url(), one.assigned_at, told)
        record(one, Kind.UNDONE, by, changed=["state", "closed_at"])
    return tasks


def _check_untouched(tasks: Collection[Task]) -> None:
    said = TaskUpdate.objects.filter(task__in=tasks).select_related("by", "task")
    if said.filter(kind=Kind.UNDONE).exists():
        undoing.refuse_again()
    dropped = DroppedItem.objects.filter(task__in=tasks).select_related("by", "task")
    done = [(one.at, one.by, f"{one.get_kind_display()}: {one.task}") for one in said]
    left_out = _("not taken over")
    done += [(one.at, one.by, f"{left_out}: {one.task}") for one in dropped]
    if done:
        at, who, what = max(done, key=itemgetter(0))
        undoing.refuse_acted(who, at, what)
