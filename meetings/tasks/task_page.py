"""One task, with all that was done to it and what the person may do next."""

import datetime as dt
from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from accounts.access import Access, SignedIn
from accounts.models import User
from criteria.models.history import cell_address
from criteria.permissions import may_decide, may_draft
from criteria.standards import responsible_agencies
from meetings import permissions
from meetings.models import Task, TaskUpdate
from meetings.tasks.bulk_forms import BulkTaskForm
from meetings.tasks.forms import offered
from nrm_tracker import clock, undoing
from nrm_tracker.undoing import Undo


@require_safe
def task(request: SignedIn, pk: int) -> HttpResponse:
    access, today = request.access, clock.today()
    reached = Task.objects.within(access.areas).with_all()
    found = get_object_or_404(
        reached.select_related("area", "entry", "visit__commune", "criterion__criteria_set"), pk=pk
    )
    updates = list(found.updates.select_related("by").prefetch_related("files"))
    changes = list(found.date_changes.select_related("asked_by", "decided_by"))
    asked = next((change for change in changes if change.decided_at is None), None)
    return render(
        request,
        "meetings/tasks/task.html",
        {
            "nav": "tasks",
            "today": today,
            "task": found,
            "updates": updates,
            "changes": changes,
            "cycles": [one for one in updates if _begins_again(one)],
            "asked": asked,
            "forms": offered(access, request.user, found, updates, asked),
            "moves": BulkTaskForm() if _may_move(access, found, asked) else None,
            "next_step": next_step(access, found, today),
            "undo": _undo(request.user, found, updates),
            "reminder": _reminder(access, found, today),
        },
    )


def _undo(user: User, task: Task, updates: list[TaskUpdate]) -> Undo | None:
    """For who has just assigned it, how many would be taken back with it, and until when."""
    if task.assigned_by_id != user.pk or updates or not undoing.is_open(task.assigned_at):
        return None
    count = Task.objects.assigned_with(task).count()
    return Undo(reverse("task-undo", args=[task.pk]), undoing.until(task.assigned_at), count)


def _reminder(access: Access, task: Task, day: dt.date) -> str:
    """Where the letter is that reminds the body which leads a task that is late or due soon."""
    bodies = {
        "agency": task.lead_agency_id,
        "commune": task.lead_commune.slug if task.lead_commune else None,
        "group": task.lead_working_group_id,
    }
    named = {name: key for name, key in bodies.items() if key}
    is_pressing = bool(task.days_late(day)) or task.is_due_soon(day)
    if not (named and is_pressing and permissions.may_assign(access, task.area_id)):
        return ""
    return reverse("reminder", query=named)


def _begins_again(update: TaskUpdate) -> bool:
    """Whether a recurring task got its next day by it."""
    return update.kind == TaskUpdate.Kind.CONFIRMED and update.due_after is not None


def _may_move(access: Access, task: Task, asked: object) -> bool:
    """Whether the person may put another day without being asked."""
    is_movable = task.due_on is not None and task.state in Task.UNFINISHED and asked is None
    return is_movable and permissions.may_move(access, task)


@dataclass(frozen=True)
class NextStep:
    """What a finished task proposes at its cell; it writes nothing there."""

    text: str
    address: str


def next_step(access: Access, task: Task, day: dt.date) -> NextStep | None:
    if task.state != Task.State.DONE or task.commune is None or task.criterion is None:
        return None
    place = task.commune.slug, task.criterion.number
    code = task.criterion.criteria_set.code
    if may_draft(access, task.commune_id or 0):
        address = f"{reverse('claim', args=place)}?set={code}"
        return NextStep(gettext("State where the criterion stands now"), address)
    responsible = responsible_agencies.responsible([task.criterion], day, {task.commune.area_id})
    if may_decide(access, task.commune, responsible.get(task.criterion_id or 0, [])):
        return NextStep(gettext("Verify the criterion"), cell_address(*place, code))
    return None
