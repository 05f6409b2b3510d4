"""The forms of a task. A failed one answers with its own page, nothing typed lost."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import Access, SignedIn
from accounts.models import User
from criteria.progress.lookups import typed
from meetings import permissions
from meetings.models import DueDateChange, Task
from meetings.sessions.lookups import version_of
from meetings.tasks import actions, forms
from meetings.tasks import bulk as deeds
from meetings.tasks.forms import TaskForm
from nrm_tracker import clock, uploads
from nrm_tracker.forms import Conflict
from nrm_tracker.models import StoredFile

May = Callable[[Access, User, Task], bool]
both = require_http_methods(["GET", "HEAD", "POST"])


@both
def progress(request: SignedIn, pk: int) -> HttpResponse:
    task = _task(request, pk, permissions.may_report)
    form = forms.ProgressForm(typed(request), request.FILES or None, task=task)

    def write() -> None:
        said = {name: form.cleaned_data[name] for name in ("percent", "note")}
        with uploads.kept(form.cleaned_data["attached"], request.user) as files:
            actions.report_progress(task, **said, by=request.user, files=files, seen=form.seen)

    return _answer(request, form, write, _("Progress recorded: %(task)s."))


@both
def done(request: SignedIn, pk: int) -> HttpResponse:
    task = _task(request, pk, permissions.may_report)
    form = forms.DoneForm(typed(request), request.FILES or None, task=task)

    def write() -> None:
        note = form.cleaned_data["note"]
        with uploads.kept(form.cleaned_data["attached"], request.user) as files:
            actions.report_done(task, note=note, by=request.user, files=files, seen=form.seen)

    return _answer(request, form, write, _("Reported done, to be confirmed: %(task)s."))


@both
def confirm(request: SignedIn, pk: int) -> HttpResponse:
    return _noted(
        request, pk, forms.ConfirmTaskForm, actions.confirm, _("Confirmed done: %(task)s.")
    )


@both
def send_back(request: SignedIn, pk: int) -> HttpResponse:
    said = _("Sent back to be completed: %(task)s.")
    return _noted(request, pk, forms.SendBackForm, actions.send_back, said)


@both
def cancel(request: SignedIn, pk: int) -> HttpResponse:
    return _noted(request, pk, forms.CancelForm, actions.cancel, _("Cancelled: %(task)s."))


@both
def ask_day(request: SignedIn, pk: int) -> HttpResponse:
    task = _task(request, pk, permissions.may_report)
    form = forms.AskDayForm(typed(request), task=task)

    def write() -> None:
        said = {name: form.cleaned_data[name] for name in ("to_on", "reason")}
        actions.ask_for_day(task, **said, by=request.user, seen=form.seen)

    return _answer(request, form, write, _("Another day asked for: %(task)s."))


@both
def answer_day(request: SignedIn, pk: int) -> HttpResponse:
    task = _task(request, pk, permissions.may_confirm)
    asked = _asked(task)
    form = forms.AnswerDayForm(typed(request), task=task, initial={"asked": asked})

    def write() -> None:
        said = {name: form.cleaned_data[name] for name in ("is_granted", "answer")}
        actions.answer_day(asked, **said, by=request.user, seen=form.seen)

    return _answer(request, form, write, _("Request answered: %(task)s."), asked=asked)


@both
def comment(request: SignedIn, pk: int) -> HttpResponse:
    task = _task(request, pk, permissions.may_comment)
    form = forms.TaskCommentForm(typed(request), task=task)

    def write() -> None:
        actions.comment(task, form.cleaned_data["note"], by=request.user)

    return _answer(request, form, write, _("Comment recorded: %(task)s."))


@both
def focal(request: SignedIn, pk: int) -> HttpResponse:
    task = _task(request, pk, permissions.may_confirm)
    form = forms.FocalForm(typed(request), task=task)

    def write() -> None:
        actions.name_focal(task, form.person(), by=request.user, seen=form.seen)

    return _answer(request, form, write, _("Person in charge named: %(task)s."))


@require_safe
def file(request: SignedIn, pk: int, file_pk: int) -> FileResponse:
    within = Task.objects.within(request.access.areas).filter(pk=pk)
    attached = StoredFile.objects.filter(task_updates__task__in=within).distinct()
    return uploads.serve(get_object_or_404(attached, pk=file_pk))


@both
def bulk(request: SignedIn) -> HttpResponse:
    """From the list: first what would change, and what is refused and why; then it is written."""
    areas = permissions.convening_areas(request.access)
    if not areas:
        raise PermissionDenied
    if request.method != "POST":
        return redirect("tasks")
    form = forms.BulkTaskForm(request.POST, area_ids=areas)
    context = {"nav": "tasks", "form": form, "today": clock.today()}
    if not form.is_valid() or "edit" in request.POST:
        return render(request, "meetings/tasks/task_bulk.html", context | {"tasks": _picked(form)})
    order, tasks = form.order(), form.chosen()
    if "sure" in request.POST:
        seen = {task.pk: _seen(request, task) for task in tasks}
        lines = deeds.do(order, tasks, seen, access=request.access, by=request.user)
        _tell_lines(request, lines)
        return redirect("tasks")
    lines = deeds.rehearse(order, tasks, access=request.access, by=request.user)
    context["lines"] = [line for line in lines if not line.refusal]
    context["refused"] = [line for line in lines if line.refusal]
    return render(request, "meetings/tasks/task_bulk_preview.html", context)


def _picked(form: forms.BulkTaskForm) -> list[Task]:
    """What was chosen in the list, as far as it can be read, while something else is mended."""
    return form.chosen() if "tasks" in form.cleaned_data else []


def _seen(request: SignedIn, task: Task) -> int:
    """The version that the preview showed; none that was, where it showed none."""
    return version_of(request.POST.get(f"version-{task.pk}", ""))


def _tell_lines(request: SignedIn, lines: list[deeds.TaskOutcome]) -> None:
    count = sum(not line.refusal for line in lines)
    if count:
        said = ngettext("Recorded: %(count)s task.", "Recorded: %(count)s tasks.", count)
        messages.success(request, said % {"count": count})
    for line in lines:
        if line.refusal:
            said = _("Not recorded: %(task)s. %(why)s")
            messages.warning(request, said % {"task": line.task.title, "why": line.refusal})


def _task(request: SignedIn, pk: int, may: May) -> Task:
    found = get_object_or_404(Task.objects.within(request.access.areas).with_all(), pk=pk)
    if not may(request.access, request.user, found):
        raise PermissionDenied
    return found


def _asked(task: Task) -> DueDateChange:
    """The request that waits for an answer, or else the last one."""
    waiting = task.date_changes.filter(decided_at__isnull=True).select_related("task", "asked_by")
    found = waiting.first() or task.date_changes.select_related("task", "asked_by").last()
    if found is None:
        raise Http404
    return found


def _noted(
    request: SignedIn, pk: int, form_of: type[TaskForm], verb: Callable[..., object], said: str
) -> HttpResponse:
    """A verb that takes nothing but a note, by those who confirm."""
    task = _task(request, pk, permissions.may_confirm)
    form = form_of(typed(request), task=task)

    def write() -> None:
        verb(task, note=form.cleaned_data["note"], by=request.user, seen=form.seen)

    return _answer(request, form, write, said)


def _answer(
    request: SignedIn, form: TaskForm, write: Callable[[], None], said: str, **context: Any
) -> HttpResponse:
    if _written(form, write):
        messages.success(request, said % {"task": form.task.title})
        return redirect(actions.address(form.task))
    context |= {"nav": "tasks", "form": form, "task": form.task, "today": clock.today()}
    is_late = form.changed is not None or not form.may_go_on
    return render(request, "meetings/tasks/task_form.html", context, status=409 if is_late else 200)


def _written(form: TaskForm, write: Callable[[], None]) -> bool:
    """Whether the form was sent and written. If it was refused, it says why."""
    if not (form.is_bound and form.is_valid()):
        return False
    try:
        write()
    except Conflict as conflict:
        form.meet(conflict.current)
        return False
    except ValidationError as error:
        form.refuse(error)
        return False
    return True
