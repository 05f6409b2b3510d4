"""One task, with all that was done to it, the step of a plan that it is, and what the person may
do next."""

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
from criteria.progress import page_date
from criteria.standards import responsible_agencies
from meetings import permissions
from meetings.models import DueDateChange, Task, TaskUpdate
from meetings.tasks import task_history
from meetings.tasks.bulk_forms import BulkTaskForm
from meetings.tasks.forms import offered
from nrm_tracker import clock, undoing
from nrm_tracker.undoing import Undo
from plans.tasks.queries import step_of


@require_safe
def task(request: SignedIn, pk: int) -> HttpResponse:
    """As it stood on the day asked for (rule 6); what may be done to it, only today."""
    if to_iso := page_date.to_iso(request):
        return to_iso
    access, when = request.access, page_date.read(request)
    day = when.moment.said_until
    end = clock.end_if_past(day)
    reached = task_history.as_of(Task.objects.within(access.areas).with_all(), end)
    found = get_object_or_404(
        reached.select_related("area", "entry", "visit__commune", "criterion__criteria_set"), pk=pk
    )
    told = list(found.updates.select_related("by").prefetch_related("files"))
    changes = list(found.date_changes.select_related("asked_by", "decided_by"))
    if end:
        changes = task_history.asked_by(changes, end)
        task_history.set_back(found, told, end)
    updates = [one for one in told if end is None or one.at < end]
    asked = next((change for change in changes if change.decided_at is None), None)
    context = {
        "nav": "tasks",
        "when": when,
        "today": day,
        "task": found,
        "updates": updates,
        "changes": changes,
        "cycles": [one for one in updates if _begins_again(one)],
        "asked": asked,
        "focal_then": task_history.focal_by(told, end) if end else None,
    }
    if when.is_now:
        context |= _today(request, found, updates, asked)
    return render(request, "dashboards/task/task.html", context)


def _today(
    request: SignedIn, found: Task, updates: list[TaskUpdate], asked: DueDateChange | None
) -> dict[str, object]:
    """What the person may do, and what a task leads to."""
    access, today = request.access, clock.today()
    return {
        "forms": offered(access, request.user, found, updates, asked),
        "moves": BulkTaskForm() if _may_move(access, found, asked) else None,
        "next_step": next_step(access, found, today),
        "in_plan": step_of(access, found),
        "undo": _undo(request.user, found, updates),
        "reminder": _reminder(access, found, today),
    }


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
