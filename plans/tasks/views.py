"""The steps of a plan that are tasks; tasks put into it, steps assigned."""

import datetime as dt
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.access import SignedIn
from criteria.progress.lookups import typed
from meetings import permissions as meetings_permissions
from meetings.models import Task
from meetings.tasks.assign_forms import ITSELF, AssignForm
from nrm_tracker import clock
from nrm_tracker.once import once
from plans import permissions
from plans.forecasts.reckoning import Forecast, forecast, written
from plans.lookups import plan_within
from plans.models import Activity, Plan
from plans.tasks import actions, queries
from plans.tasks.forms import LinkForm, ReleaseForm

both = require_http_methods(["GET", "HEAD", "POST"])


@both
@once
def tasks(request: SignedIn, slug: str) -> HttpResponse:
    plan = plan_within(request, slug)
    may_write, may_assign = _may_write(request, plan), _may_assign(request, plan)
    if not may_write and (request.method == "POST" or not may_assign):
        raise PermissionDenied
    today, found, problem = clock.today(), None, ""
    try:
        found = forecast(written(plan), today)
    except ValueError as error:
        problem = str(error)
    free = [one for one in _activities(plan, found) if not one.task_id and not one.finished_on]
    form = _link_form(request, plan, found, free) if may_write else None
    if form and form.submit(lambda given: _link(request, plan, form, given)):
        messages.success(request, _("Step %(step)s is the task from now on.") % _said(form.made))
        return _to_plan(request, plan, form.made)
    if form and form.conflict:
        form.send_again("version", form.conflict.version)
    context = _context(plan) | {
        "form": form,
        "problem": problem,
        "steps": queries.task_steps(found, today),
        "free": free if may_assign else [],
        "may_write": may_write,
        "set_query": _set_query(request),
    }
    status = 409 if form and form.conflict else 200
    return render(request, "plans/tasks/tasks.html", context, status=status)


@both
@once
def assign(request: SignedIn, slug: str, number: int) -> HttpResponse:
    """A step of the plan, assigned to whoever leads it."""
    plan = plan_within(request, slug)
    if not _may_assign(request, plan):
        raise PermissionDenied
    step = _step(plan, number)
    if step.task:
        return redirect(step.task)
    commune = plan.enrolment.commune
    form = AssignForm(
        typed(request),
        area=commune.area,
        communes=[commune],
        assigned_on=clock.today(),
        initial=_proposed(plan, step),
    )
    if form.submit(lambda given: actions.assign(plan, step, form.tasks(), by=request.user)):
        messages.success(request, _("Step %(step)s is assigned as a task.") % _said(form.made))
        return redirect(form.made.task)
    back = plan.get_absolute_url() + _set_query(request)
    context = {"nav": "plans", "form": form, "plan": plan, "step": step, "back": back}
    return render(request, "meetings/tasks/task_new.html", context)


@both
@once
def release(request: SignedIn, slug: str, number: int) -> HttpResponse:
    plan = plan_within(request, slug)
    if not _may_write(request, plan):
        raise PermissionDenied
    step = _step(plan, number)
    form = ReleaseForm(typed(request), initial={"version": plan.version})
    if form.submit(lambda given: actions.release(plan, step, version=given["version"])):
        messages.success(request, _("Step %(step)s is no task any more.") % _said(step))
        return _to_plan(request, plan, step)
    if form.conflict:
        form.send_again("version", form.conflict.version)
    context = _context(plan) | {"form": form, "step": step}
    status = 409 if form.conflict else 200
    return render(request, "plans/tasks/release.html", context, status=status)


def _may_write(request: SignedIn, plan: Plan) -> bool:
    run = plan.enrolment
    return run.closed_on is None and permissions.may_write(request.access, run.commune)


def _may_assign(request: SignedIn, plan: Plan) -> bool:
    run = plan.enrolment
    area_id = run.commune.area_id
    return run.closed_on is None and meetings_permissions.may_assign(request.access, area_id)


def _step(plan: Plan, number: int) -> Activity:
    return get_object_or_404(plan.activities.current().with_task(), number=number)


def _activities(plan: Plan, found: Forecast | None) -> list[Activity]:
    """Those of a plan that can be reckoned, and of one that cannot."""
    return found.written.activities if found else list(plan.activities.current())


def _link_form(
    request: SignedIn, plan: Plan, found: Forecast | None, free: list[Activity]
) -> LinkForm:
    offered = queries.offered(plan)
    asked = request.GET.get("task", "")
    task = next((one for one in offered if str(one.pk) == asked), None)
    initial = {
        "version": plan.version,
        "task": asked if task else "",
        "working_days": _days_until(task.due_on, found) if task else None,
    }
    return LinkForm(typed(request), tasks=offered, steps=free, initial=initial)


def _days_until(due: dt.date | None, found: Forecast | None) -> int | None:
    """The working days from today to the day of a task."""
    if due is None or found is None or due < found.today:
        return None
    return found.calendar.working_days(found.today, due)


def _link(request: SignedIn, plan: Plan, form: LinkForm, given: dict[str, Any]) -> Activity:
    known = {"version": given["version"], "by": request.user}
    if step := form.chosen_step:
        return actions.link(plan, form.chosen_task, step, **known)
    return actions.add(plan, form.chosen_task, working_days=given["working_days"], **known)


def _proposed(plan: Plan, step: Activity) -> dict[str, Any]:
    """What the plan says of a step, as a task says it: due when the plan has it done."""
    try:
        found = forecast(written(plan), clock.today())
    except ValueError:
        found = None
    return {
        "title": step.name,
        "communes": [str(plan.enrolment.commune_id)],
        "criterion": str(step.criterion_id or ""),
        "lead": f"agency-{step.agency_id}" if step.agency_id else ITSELF,
        "focal_person": str(step.person_id or ""),
        "due_on": found.days(step).finish if found else None,
        "kind": Task.Kind.ONCE,
    }


def _context(plan: Plan) -> dict[str, Any]:
    return {"nav": "plans", "plan": plan, "commune": plan.enrolment.commune}


def _said(step: Activity) -> dict[str, int]:
    return {"step": step.number}


def _set_query(request: SignedIn) -> str:
    return f"?set={request.GET['set']}" if request.GET.get("set") else ""


def _to_plan(request: SignedIn, plan: Plan, step: Activity) -> HttpResponse:
    return redirect(f"{plan.get_absolute_url()}{_set_query(request)}#step-{step.number}")
