"""One deed on the tasks chosen in the list: first what would change, then it is written."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from accounts.access import SignedIn
from meetings import permissions
from meetings.models import Task
from meetings.sessions.lookups import version_of
from meetings.tasks.bulk import TaskOutcome, do, rehearse
from meetings.tasks.bulk_forms import BulkTaskForm
from nrm_tracker import clock
from nrm_tracker.once import once, writing


@require_http_methods(["GET", "HEAD", "POST"])
@once
def bulk(request: SignedIn) -> HttpResponse:
    """From the list: first what would change, and what is refused and why; then it is written."""
    areas = permissions.confirming_areas(request.access)
    if not areas:
        raise PermissionDenied
    if request.method != "POST":
        return redirect("tasks")
    form = BulkTaskForm(request.POST, area_ids=areas)
    context = {"nav": "tasks", "form": form, "today": clock.today()}
    if not form.is_valid() or "edit" in request.POST:
        return render(request, "meetings/tasks/task_bulk.html", context | {"tasks": _picked(form)})
    order, tasks = form.order(), form.chosen()
    if "sure" in request.POST:
        seen = {task.pk: _seen(request, task) for task in tasks}
        with writing():
            lines = do(order, tasks, seen, access=request.access, by=request.user)
        _tell_lines(request, lines)
        return redirect("tasks")
    lines = rehearse(order, tasks, access=request.access, by=request.user)
    context["lines"] = [line for line in lines if not line.refusal]
    context["refused"] = [line for line in lines if line.refusal]
    return render(request, "meetings/tasks/task_bulk_preview.html", context)


def _picked(form: BulkTaskForm) -> list[Task]:
    """What was chosen in the list, as far as it can be read, while something else is mended."""
    return form.chosen() if "tasks" in form.cleaned_data else []


def _seen(request: SignedIn, task: Task) -> int:
    """The version that the preview showed; none that was, where it showed none."""
    return version_of(request.POST.get(f"version-{task.pk}", ""))


def _tell_lines(request: SignedIn, lines: list[TaskOutcome]) -> None:
    count = sum(not line.refusal for line in lines)
    if count:
        said = ngettext("Recorded: %(count)s task.", "Recorded: %(count)s tasks.", count)
        messages.success(request, said % {"count": count})
    for line in lines:
        if line.refusal:
            said = _("Not recorded: %(task)s. %(why)s")
            messages.warning(request, said % {"task": line.task.title, "why": line.refusal})
