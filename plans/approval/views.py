"""A plan is sent, approved, returned."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from accounts.access import SignedIn
from criteria.progress.lookups import typed
from nrm_tracker.forms import VersionedForm
from nrm_tracker.once import once
from plans import permissions
from plans.approval import actions
from plans.approval.forms import ApproveForm, ReturnPlanForm, SubmitForm
from plans.lookups import plan_within
from plans.models import Plan

both = require_http_methods(["GET", "HEAD", "POST"])


@both
@once
def submit(request: SignedIn, slug: str) -> HttpResponse:
    plan = plan_within(request, slug)
    if not permissions.may_write(request.access, plan.enrolment.commune):
        raise PermissionDenied
    form = SubmitForm(typed(request), initial={"version": plan.version})
    return _answer(
        request,
        plan,
        form,
        lambda given: actions.submit(plan, version=given["version"], by=request.user),
        said=_("The plan was sent for approval."),
        heading=gettext_lazy("Send the plan for approval"),
    )


@both
@once
def approve(request: SignedIn, slug: str) -> HttpResponse:
    plan = _to_decide(request, slug)
    form = ApproveForm(typed(request), initial={"version": plan.version})
    return _answer(
        request,
        plan,
        form,
        lambda given: actions.approve(plan, by=request.user, **given),
        said=_("The plan is approved."),
        heading=gettext_lazy("Approve the plan"),
    )


@both
@once
def send_back(request: SignedIn, slug: str) -> HttpResponse:
    plan = _to_decide(request, slug)
    form = ReturnPlanForm(typed(request), initial={"version": plan.version})
    return _answer(
        request,
        plan,
        form,
        lambda given: actions.send_back(plan, by=request.user, **given),
        said=_("The plan is returned to the commune."),
        heading=gettext_lazy("Return the plan"),
    )


def _to_decide(request: SignedIn, slug: str) -> Plan:
    plan = plan_within(request, slug)
    if not permissions.may_approve(request.access, plan.enrolment.commune):
        raise PermissionDenied
    return plan


def _answer(
    request: SignedIn,
    plan: Plan,
    form: VersionedForm,
    action: Callable[[dict[str, Any]], Any],
    *,
    said: str,
    heading: Promise,
) -> HttpResponse:
    if form.submit(action):
        messages.success(request, said)
        return redirect(plan)
    if form.conflict:
        form.send_again("version", form.conflict.version)
    context = {
        "nav": "plans",
        "plan": plan,
        "commune": plan.enrolment.commune,
        "form": form,
        "heading": heading,
    }
    status = 409 if form.conflict else 200
    return render(request, "plans/approval/decide.html", context, status=status)
