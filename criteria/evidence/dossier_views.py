"""The dossier that a recognition needs: read, a step recorded, all evidence as one ZIP."""

import datetime as dt

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import SignedIn
from communes.models import Commune
from criteria import permissions
from criteria.evidence import dossier_steps, evidence_zip
from criteria.evidence.dossier_forms import StepForm
from criteria.models import DossierRequirement, Enrolment
from criteria.progress import cells, page_date
from criteria.progress.lookups import address_of, commune_within, enrolment_of, typed
from criteria.standards import responsible_agencies
from nrm_tracker import clock, uploads
from nrm_tracker.once import once
from nrm_tracker.page_cache import cached_until_written


@require_http_methods(["GET", "HEAD", "POST"])
@once
def record(request: SignedIn, slug: str, number: int) -> HttpResponse:
    """Record that a step was done, or correct what was recorded by a further row."""
    access = request.access
    commune = commune_within(access, slug)
    enrolment = enrolment_of(commune, request.GET.get("set", ""))
    requirement = get_object_or_404(
        DossierRequirement, criteria_set=enrolment.criteria_set_id, number=number
    )
    if not permissions.may_recognise(access, commune.area_id):
        raise PermissionDenied
    latest = dossier_steps.newest_of(enrolment, requirement)
    form = StepForm(typed(request), request.FILES or None, latest=latest)
    if form.submit(
        lambda given: dossier_steps.record(
            enrolment, requirement, form.done(), by=request.user, seen=given["seen"]
        )
    ):
        messages.success(request, _("Step recorded: %(step)s.") % {"step": requirement})
        return redirect(address_of(enrolment, reverse("dossier", args=[slug])))
    context = {
        "nav": "communes",
        "form": form,
        "enrolment": enrolment,
        "requirement": requirement,
        "latest": latest,
    }
    status = 409 if form.conflict else 200
    return render(request, "criteria/evidence/dossier_step.html", context, status=status)


@require_safe
@cached_until_written
def dossier(request: SignedIn, slug: str) -> HttpResponse:
    if redirect := page_date.to_iso(request):
        return redirect
    when = page_date.read(request)
    enrolment = _enrolment(request, slug, when.set_code, when.day)
    steps = dossier_steps.steps_of(enrolment, when.day, when.moment.known)
    may_record = permissions.may_recognise(request.access, enrolment.commune.area_id)
    return render(
        request,
        "criteria/evidence/dossier.html",
        {
            "nav": "communes",
            "when": when,
            "enrolment": enrolment,
            "commune": enrolment.commune,
            "steps": steps,
            "required_count": sum(step.requirement.is_required for step in steps),
            "missing": dossier_steps.missing(steps),
            "recognitions": list(enrolment.recognitions.filter(decided_on__lte=when.day)),
            "may_record": may_record and when.is_now,
        },
    )


@require_safe
def archive(request: SignedIn, slug: str) -> StreamingHttpResponse:
    """Streamed: neither a file nor the ZIP is ever held whole."""
    day = clock.today()
    enrolment = _enrolment(request, slug, request.GET.get("set", ""), day)
    commune = enrolment.commune
    criteria = list(enrolment.criteria_set.criteria.order_by("number"))
    responsible = responsible_agencies.responsible(criteria, day, {commune.area_id})
    seen = {
        criterion.number
        for criterion in criteria
        if permissions.may_see_personal(request.access, commune, responsible.get(criterion.pk, []))
    }
    head = _("%(commune)s: evidence by %(day)s, %(set)s") % {
        "commune": commune.full_name,
        "day": f"{day:%d/%m/%Y}",
        "set": enrolment.criteria_set.name,
    }
    head = " · ".join(filter(None, [commune.area.training_mark, head]))
    zipped = evidence_zip.stream(evidence_zip.archive_of(enrolment, criteria, seen, day), head)
    name = evidence_zip.safe_name(_("Evidence %(commune)s") % {"commune": commune.name})
    response = StreamingHttpResponse(zipped, content_type="application/zip")
    response["Content-Length"] = str(len(zipped))
    response["Content-Disposition"] = content_disposition_header(True, f"{name}.zip") or ""
    uploads.guard(response)
    return response


def _enrolment(request: SignedIn, slug: str, code: str, day: dt.date) -> Enrolment:
    reached = Commune.objects.within(request.access.areas).select_related("area__parent")
    commune = get_object_or_404(reached, slug=slug)
    found = cells.choose_enrolment(cells.enrolments_of(commune), day, code)
    if found is None or (code and found.criteria_set.code != code):
        raise Http404
    found.commune = commune
    return found
