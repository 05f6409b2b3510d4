"""The weekly report of a commune on its plan."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from accounts.access import SignedIn
from criteria.progress.lookups import typed
from nrm_tracker import clock
from nrm_tracker.once import once
from plans import permissions
from plans.lookups import plan_within
from plans.progress import actions
from plans.progress.forms import STEPS_A_PAGE, ReportForm


@require_http_methods(["GET", "HEAD", "POST"])
@once
def report(request: SignedIn, slug: str) -> HttpResponse:
    plan = plan_within(request, slug)
    if not permissions.may_write(request.access, plan.enrolment.commune):
        raise PermissionDenied
    open_steps = plan.activities.current().filter(finished_on=None)
    told_here = open_steps.filter(task=None).select_related("person")
    page = Paginator(told_here, STEPS_A_PAGE).get_page(request.GET.get("page"))
    form = ReportForm(typed(request), activities=list(page))
    if form.submit(lambda given: actions.report(plan, form.told(), by=request.user)):
        count = len(form.told())
        said = ngettext("Reported on %(n)s step.", "Reported on %(n)s steps.", count)
        messages.success(request, said % {"n": count})
        return redirect(plan)
    context = {
        "nav": "plans",
        "plan": plan,
        "commune": plan.enrolment.commune,
        "form": form,
        "page": page,
        "are_tasks": open_steps.exclude(task=None).with_task(),
        "today": clock.today(),
    }
    return render(request, "plans/progress/report.html", context)
