"""The forms of a task. A failed one answers with its own page, nothing typed lost."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import Access, SignedIn
from accounts.models import User
from criteria.progress.lookups import typed
from meetings import permissions
from meetings.models import DueDateChange, Task
from meetings.tasks import actions, due_dates, forms
from meetings.tasks.forms import TaskForm
from nrm_tracker import uploads
from nrm_tracker.models import StoredFile
from nrm_tracker.once import once

May = Callable[[Access, User, Task], bool]
both = require_http_methods(["GET", "HEAD", "POST"])


@both
@once
def progress(request: SignedIn, pk: int) -> HttpResponse:
    task = _task(request, pk, permissions.may_report)
    form = forms.ProgressForm(typed(request), request.FILES or None, task=task)
    return _answer(
        request,
        form,
        lambda given: actions.report_progress(
            task,
            percent=given["percent"],
            note=given["note"],
            by=request.user,
            files=given["attached"],
            seen=form.seen,
        ),
        _("Progress recorded: %(task)s."),
    )


@both
@once
def done(request: SignedIn, pk: int) -> HttpResponse:
    task = _task(request, pk, permissions.may_report)
    form = forms.DoneForm(typed(request), request.FILES or None, task=task)
    return _answer(
        request,
        form,
        lambda given: actions.report_done(
            task, note=given["note"], by=request.user, files=given["attached"], seen=form.seen
        ),
        _("Reported done, to be confirmed: %(task)s."),
    )


@both
@once
def confirm(request: SignedIn, pk: int) -> HttpResponse:
    return _noted(
        request, pk, forms.ConfirmTaskForm, actions.confirm, _("Confirmed done: %(task)s.")
    )


@both
@once
def send_back(request: SignedIn, pk: int) -> HttpResponse:
    said = _("Sent back to be completed: %(task)s.")
    return _noted(request, pk, forms.SendBackForm, actions.send_back, said)


@both
@once
def cancel(request: SignedIn, pk: int) -> HttpResponse:
    return _noted(request, pk, forms.CancelForm, actions.cancel, _("Cancelled: %(task)s."))


@both
@once
def ask_day(request: SignedIn, pk: int) -> HttpResponse:
    task = _task(request, pk, permissions.may_report)
    form = forms.AskDayForm(typed(request), task=task)
    return _answer(
        request,
        form,
        lambda given: due_dates.ask_for_day(
            task, to_on=given["to_on"], reason=given["reason"], by=request.user, seen=form.seen
        ),
        _("Another day asked for: %(task)s."),
    )


@both
@once
def answer_day(request: SignedIn, pk: int) -> HttpResponse:
    task = _task(request, pk, permissions.may_confirm)
    asked = _asked(task)
    form = forms.AnswerDayForm(typed(request), task=task, initial={"asked": asked})
    return _answer(
        request,
        form,
        lambda given: due_dates.answer_day(
            asked,
            is_granted=given["is_granted"],
            answer=given["answer"],
            by=request.user,
            seen=form.seen,
        ),
        _("Request answered: %(task)s."),
        asked=asked,
    )


@both
@once
def comment(request: SignedIn, pk: int) -> HttpResponse:
    task = _task(request, pk, permissions.may_comment)
    form = forms.TaskCommentForm(typed(request), task=task)
    return _answer(
        request,
        form,
        lambda given: actions.comment(task, given["note"], by=request.user),
        _("Comment recorded: %(task)s."),
    )


@both
@once
def focal(request: SignedIn, pk: int) -> HttpResponse:
    task = _task(request, pk, permissions.may_confirm)
    form = forms.FocalForm(typed(request), task=task)
    return _answer(
        request,
        form,
        lambda given: actions.name_focal(task, form.person(), by=request.user, seen=form.seen),
        _("Person in charge named: %(task)s."),
    )


@require_safe
def file(request: SignedIn, pk: int, file_pk: int) -> FileResponse:
    within = Task.objects.within(request.access.areas).filter(pk=pk)
    attached = StoredFile.objects.filter(task_updates__task__in=within).distinct()
    return uploads.serve(get_object_or_404(attached, pk=file_pk))


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
    return _answer(
        request,
        form,
        lambda given: verb(task, note=given["note"], by=request.user, seen=form.seen),
        said,
    )


def _answer(
    request: SignedIn,
    form: TaskForm,
    action: Callable[[dict[str, Any]], Any],
    said: str,
    **context: Any,
) -> HttpResponse:
    form.act_as(request.access)
    if form.submit(action):
        messages.success(request, said % {"task": form.task.title})
        return redirect(form.task)
    context |= {"nav": "tasks", "form": form, "task": form.task}
    is_late = form.conflict is not None or not form.may_go_on
    return render(request, "meetings/tasks/task_form.html", context, status=409 if is_late else 200)
