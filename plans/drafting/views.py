"""Writing a plan: begun, typed into a table, pasted from Excel, one step with all its columns."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from accounts.access import SignedIn
from criteria.progress.lookups import typed
from nrm_tracker.once import once
from plans import permissions
from plans.drafting import actions, queries
from plans.drafting.forms import BLANKS, ROWS_A_PAGE, BeginForm, PasteForm, TableForm
from plans.drafting.rows import PASTED
from plans.forecasts.reckoning import written
from plans.lookups import plan_of, plan_to_write, run_within
from plans.models import Plan

both = require_http_methods(["GET", "HEAD", "POST"])


@both
@once
def begin(request: SignedIn, slug: str) -> HttpResponse:
    run = run_within(request, slug)
    if run.closed_on or not permissions.may_write(request.access, run.commune):
        raise PermissionDenied
    if request.method != "POST" and (known := plan_of(run)):
        return redirect(known)
    form = BeginForm(typed(request), criteria=queries.lacking(run))
    if form.submit(lambda given: actions.begin(run, given["criteria"], by=request.user)):
        messages.success(request, _("The plan is begun. Look over its steps, then send it."))
        return redirect(form.made)
    if form.conflict:
        return redirect(form.conflict)
    context = {"nav": "plans", "commune": run.commune, "run": run, "form": form}
    return render(request, "plans/drafting/begin.html", context)


@both
@once
def table(request: SignedIn, slug: str) -> HttpResponse:
    plan = plan_to_write(request, slug)
    found = written(plan)
    count = len(found.activities)
    pages = count // ROWS_A_PAGE + 1
    asked = request.GET.get("page", "")
    page = min(max(int(asked), 1), pages) if asked.isdecimal() and len(asked) < 6 else 1
    shown = found.activities[(page - 1) * ROWS_A_PAGE : page * ROWS_A_PAGE]
    form = TableForm(
        typed(request),
        seen=queries.typed_rows(found, shown),
        blanks=BLANKS if page == pages else 0,
        next_number=max([0, *(one.number for one in found.activities)]) + 1,
        names=queries.names_of(plan.enrolment),
        version=plan.version,
    )
    if form.submit(
        lambda given: actions.write(
            plan,
            form.said(),
            version=given["version"],
            dropped=form.dropped(),
            by=request.user,
        )
    ):
        messages.success(request, _("The plan is written, its days are reckoned anew."))
        return redirect(plan)
    context = {"form": form, "page": page, "pages": range(1, pages + 1) if pages > 1 else []}
    return _answer(request, plan, form, "plans/drafting/table.html", context)


@both
@once
def paste(request: SignedIn, slug: str) -> HttpResponse:
    plan = plan_to_write(request, slug)
    numbers = dict(plan.activities.current().values_list("number", "pk"))
    form = PasteForm(
        typed(request),
        numbers=numbers,
        names=queries.names_of(plan.enrolment),
        version=plan.version,
    )
    is_seen = request.method == "POST" and "confirmed" in request.POST
    if is_seen and form.submit(
        lambda given: actions.write(plan, form.said(), version=given["version"], by=request.user)
    ):
        count = len(form.said())
        said = ngettext("%(n)s step written.", "%(n)s steps written.", count) % {"n": count}
        messages.success(request, said)
        return redirect(plan)
    is_ready = request.method == "POST" and form.is_valid()
    return _answer(
        request, plan, form, "plans/drafting/paste.html", {"form": form, "is_ready": is_ready}
    )


@both
@once
def step(request: SignedIn, slug: str, number: int) -> HttpResponse:
    """All columns of one step."""
    plan = plan_to_write(request, slug)
    found = written(plan)
    activity = get_object_or_404(plan.activities.current(), number=number)
    activity = found.by_key[activity.pk]
    form = TableForm(
        typed(request),
        seen=queries.typed_rows(found, [activity]),
        blanks=0,
        next_number=0,
        names=queries.names_of(plan.enrolment),
        version=plan.version,
        columns=PASTED,
    )
    if form.submit(
        lambda given: actions.write(
            plan,
            form.said(),
            version=given["version"],
            dropped=form.dropped(),
            by=request.user,
        )
    ):
        messages.success(request, _("The plan is written, its days are reckoned anew."))
        return redirect(plan)
    context = {"form": form, "activity": activity}
    return _answer(request, plan, form, "plans/drafting/step.html", context)


def _answer(
    request: SignedIn, plan: Plan, form: Any, template: str, context: dict[str, Any]
) -> HttpResponse:
    """The form again; after somebody else's write it is to be sent again, on purpose."""
    if form.conflict:
        form.send_again("version", form.conflict.version)
    known = {"nav": "plans", "plan": plan, "commune": plan.enrolment.commune}
    return render(request, template, {**known, **context}, status=409 if form.conflict else 200)
