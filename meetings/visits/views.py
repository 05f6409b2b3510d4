"""One visit: its page, its forms, its photos and papers."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import SignedIn
from criteria.progress import page_date
from criteria.progress.lookups import commune_within, typed
from meetings import permissions
from meetings.models import Task, Visit, VisitFile
from meetings.tasks import task_history
from meetings.visits import actions, queries, visit_history
from meetings.visits.forms import GiveUpForm, OutcomeForm, PlanForm, VisitOutcomeForm, key_of
from nrm_tracker import clock, uploads
from nrm_tracker.once import once
from nrm_tracker.page_cache import cached_until_written

both = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
@cached_until_written
def visit(request: SignedIn, pk: int) -> HttpResponse:
    """As it stood on the day asked for (rule 6)."""
    if to_iso := page_date.to_iso(request):
        return to_iso
    access, when = request.access, page_date.read(request)
    end = clock.end_if_past(when.moment.said_until)
    rows = Visit.objects.within(access.areas).select_related(
        "commune__area", "agency", "working_group", "planned_by", "recorded_by"
    )
    (found,) = visit_history.set_back(
        [get_object_or_404(visit_history.as_of(rows, end), pk=pk)], end
    )
    tasks = task_history.as_of(Task.objects.within(access.areas).filter(visit=found), end)
    return render(
        request,
        "meetings/visits/visit.html",
        {
            "nav": "visits",
            "when": when,
            "today": when.moment.said_until,
            "visit": found,
            "findings": found.findings.select_related("criterion__criteria_set"),
            "files": found.files.select_related("file"),
            "tasks": task_history.listed(task_history.columns(task_history.in_order(tasks))),
            "may_keep": when.is_now
            and found.recorded_at is None
            and permissions.may_keep(access, found),
            "may_assign": when.is_now
            and found.made_on is not None
            and permissions.may_assign(access, found.commune.area_id),
        },
    )


@both
@once
def new(request: SignedIn) -> HttpResponse:
    slug = request.GET.get("commune", "")
    asked = commune_within(request.access, slug) if slug else None
    offered = queries.offer(request.access)
    if not (offered.agencies or offered.groups):
        raise PermissionDenied
    if asked and asked not in offered.communes:
        raise PermissionDenied
    form = PlanForm(typed(request), offer=offered, initial=_proposed(request, slug, offered))
    if request.access.area:
        body = form.body_chosen
        form.acting = permissions.visits_as(request.access, request.access.area, *body)
    if form.submit(lambda given: actions.plan(form.visit(), by=request.user)):
        return _planned(request, form.made)
    context = {"nav": "visits", "form": form, "offer": offered, "commune": asked}
    return render(request, "meetings/visits/visit_new.html", context)


@both
@once
def record(request: SignedIn, pk: int) -> HttpResponse:
    visit = _visit(request, pk)
    cells = queries.cells_to_find(visit, request.access)
    form = VisitOutcomeForm(typed(request), request.FILES or None, visit=visit, cells=cells)
    return _answer(
        request,
        visit,
        form,
        lambda given: actions.record(
            visit,
            made_on=given["made_on"],
            summary=given["summary"],
            findings=form.findings(),
            by=request.user,
            files=form.captioned(),
        ),
        _("Recorded: the visit to %(commune)s."),
        "meetings/visits/visit_record.html",
    )


@both
@once
def give_up(request: SignedIn, pk: int) -> HttpResponse:
    visit = _visit(request, pk)
    form = GiveUpForm(typed(request))
    return _answer(
        request,
        visit,
        form,
        lambda given: actions.give_up(visit, reason=given["reason"], by=request.user),
        _("Given up: the visit to %(commune)s."),
        "meetings/visits/visit_give_up.html",
    )


@require_safe
def file(request: SignedIn, pk: int, file_pk: int) -> FileResponse:
    """A photo or paper; with `?thumbnail` a photo made small."""
    within = VisitFile.objects.filter(visit__in=Visit.objects.within(request.access.areas))
    found = get_object_or_404(within.select_related("file"), visit__pk=pk, pk=file_pk)
    if "thumbnail" in request.GET:
        return uploads.serve_thumbnail(found.file)
    return uploads.serve(found.file)


def _proposed(request: SignedIn, slug: str, offered: queries.VisitOffer) -> dict[str, str]:
    """What the address proposes: a commune, and the body that goes, by default one's own."""
    access = request.access
    bodies = [key_of(group) for group in offered.groups if group.pk in access.joins]
    bodies += [key_of(agency) for agency in offered.agencies if agency.pk in access.agencies]
    asked = request.GET.get("body", "")
    return {"commune": slug, "body": asked or (bodies[0] if len(bodies) == 1 else "")}


def _planned(request: SignedIn, visit: Visit) -> HttpResponse:
    """On to the outcome, where the day is past."""
    if visit.planned_on < clock.today():
        messages.success(request, _("The visit is kept. Record now what was seen."))
        return redirect("visit-record", visit.pk)
    said = _("Planned: the visit to %(commune)s on %(day)s.")
    named = {"commune": visit.commune.name, "day": f"{visit.planned_on:%d/%m/%Y}"}
    messages.success(request, said % named)
    return redirect(visit)


def _visit(request: SignedIn, pk: int) -> Visit:
    reached = Visit.objects.within(request.access.areas)
    rows = reached.select_related("commune__area", "agency", "working_group", "recorded_by")
    found = get_object_or_404(rows, pk=pk)
    if not permissions.may_keep(request.access, found):
        raise PermissionDenied
    return found


def _answer(
    request: SignedIn,
    visit: Visit,
    form: OutcomeForm,
    action: Callable[[dict[str, Any]], Any],
    said: str,
    template: str,
) -> HttpResponse:
    if form.submit(action):
        messages.success(request, said % {"commune": visit.commune.name})
        return redirect(visit)
    form.acting = permissions.visits_as(
        request.access, visit.commune.area, visit.agency_id, visit.working_group_id
    )
    if visit.recorded_at and form.conflict is None:
        form.conflict = visit
    context: dict[str, Any] = {
        "nav": "visits",
        "form": form,
        "visit": visit,
        "address": visit.get_absolute_url(),
        "again": f"{reverse('visit-new')}?commune={visit.commune.slug}&body={key_of(visit.body)}",
    }
    if form.conflict:
        context["findings"] = form.conflict.findings.select_related("criterion")
        context["file_count"] = form.conflict.files.count()
    return render(request, template, context, status=409 if form.conflict else 200)
