"""A plan as a file: out as a workbook or for Microsoft Project, in again with what it changes."""

from collections.abc import Collection, Sequence
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import SignedIn
from criteria.progress.lookups import typed
from nrm_tracker import clock
from nrm_tracker.forms import Conflict
from nrm_tracker.once import once, writing
from plans.exchange import actions, brought, mspdi, xlsx
from plans.exchange.brought import Brought
from plans.exchange.differences import CHANGED, DROPPED, KINDS, NEW, REFUSED, SAME
from plans.exchange.forms import PlanFileForm
from plans.forecasts.reckoning import Forecast, WrittenPlan, forecast, written
from plans.lookups import plan_to_write, plan_within
from plans.models import Plan

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
KIND_TITLES = {
    REFUSED: gettext_lazy("not taken"),
    CHANGED: gettext_lazy("changed"),
    NEW: gettext_lazy("new"),
    DROPPED: gettext_lazy("taken out"),
    SAME: gettext_lazy("as it is"),
}


@require_safe
def workbook(request: SignedIn, slug: str) -> HttpResponse:
    plan = plan_within(request, slug)
    found = written(plan)
    content = xlsx.write(xlsx.sheet_of(found, _reckoned(found)))
    return _file(content, XLSX, xlsx.name_of(plan, clock.today(), ".xlsx"))


@require_safe
def project_file(request: SignedIn, slug: str) -> HttpResponse:
    plan = plan_within(request, slug)
    found = written(plan)
    content = mspdi.write(found, _reckoned(found))
    return _file(content, "application/xml", xlsx.name_of(plan, clock.today(), ".xml"))


@require_http_methods(["GET", "HEAD", "POST"])
@once
def take_in(request: SignedIn, slug: str) -> HttpResponse:
    """The page to send a file; what it would change; then, accepted, the plan."""
    plan = plan_to_write(request, slug)
    if "accept" in request.POST:
        return _accept(request, plan)
    form = PlanFileForm(typed(request), request.FILES or None, plan=plan)
    if request.method != "POST" or not form.is_valid() or form.brought is None:
        return _page(request, plan, form)
    return _preview(request, plan, form.brought)


def _accept(request: SignedIn, plan: Plan) -> HttpResponse:
    try:
        said, seen = brought.unpack(request.POST.get("differences", ""), plan, request.user)
    except ValidationError as problem:
        messages.error(request, problem.messages[0])
        return _page(request, plan, PlanFileForm(plan=plan))
    chosen = request.POST.getlist("row")
    if not chosen:
        nothing = _("Nothing was chosen: tick the rows that are to be written.")
        return _preview(request, plan, said, problems=[nothing], chosen=chosen)
    try:
        with writing():
            actions.accept(plan, said, chosen, seen=seen, by=request.user)
    except Conflict:
        return _preview(request, plan, said, chosen=chosen, is_stale=True)
    except ValidationError as refused:
        return _preview(request, plan, said, problems=refused.messages, chosen=chosen)
    told = ngettext("%(n)s step written.", "%(n)s steps written.", len(chosen))
    messages.success(request, told % {"n": len(chosen)})
    return redirect(plan)


def _preview(
    request: SignedIn,
    plan: Plan,
    said: Brought,
    *,
    problems: Sequence[str] = (),
    chosen: Collection[str] | None = None,
    is_stale: bool = False,
) -> HttpResponse:
    """What the file changes, and at first the finish that it comes to: tried, and undone."""
    found = actions.compared(plan, said)
    finish = None
    if chosen is None and found.writable:
        finish, problems = actions.rehearse(plan, said, found, by=request.user)
    rows = [(row, chosen is None or row.ident in chosen) for row in found.shown]
    counts = found.counts
    context = {
        "rows": rows,
        "notes": found.notes,
        "kinds": [(KIND_TITLES[kind], counts[kind]) for kind in KINDS if counts[kind]],
        "is_the_same": not rows,
        "problems": problems,
        "is_stale": is_stale,
        "finish": finish,
        "token": brought.pack(said, plan, request.user, found.seen) if found.writable else "",
    }
    return _page(request, plan, PlanFileForm(plan=plan), context, status=409 if is_stale else 200)


def _page(
    request: SignedIn,
    plan: Plan,
    form: PlanFileForm,
    context: dict[str, Any] | None = None,
    *,
    status: int = 200,
) -> HttpResponse:
    known = {
        "nav": "plans",
        "plan": plan,
        "commune": plan.enrolment.commune,
        "form": form,
        "set_query": f"?set={request.GET['set']}" if request.GET.get("set") else "",
    }
    page = "plans/exchange/import.html"
    return render(request, page, {**known, **(context or {})}, status=status)


def _reckoned(plan: WrittenPlan) -> Forecast | None:
    """A plan that cannot be reckoned goes out too, with no word on its days."""
    try:
        return forecast(plan, clock.today())
    except ValueError:
        return None


def _file(content: bytes, kind: str, name: str) -> HttpResponse:
    return HttpResponse(
        content,
        content_type=kind,
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )
