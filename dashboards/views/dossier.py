"""What a recognition of a commune needs, and all its evidence as one ZIP."""

import datetime as dt

from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.access import SignedIn
from communes.models import Commune
from criteria import archive as archives
from criteria import cells, permissions
from criteria import dossier as dossiers
from criteria.models import Enrolment
from dashboards import moments
from nrm_tracker import clock, uploads


@require_safe
def dossier(request: SignedIn, slug: str) -> HttpResponse:
    if redirect := moments.to_iso(request):
        return redirect
    when = moments.read(request)
    enrolment = _enrolment(request, slug, when.set_code, when.day)
    steps = dossiers.steps_of(enrolment, when.day, when.moment.known)
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
            "missing": dossiers.missing(steps),
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
    responsible = cells.responsible(criteria, day)
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
    zipped = archives.stream(archives.archive_of(enrolment, criteria, seen, day), head)
    name = archives.safe_name(_("Evidence %(commune)s") % {"commune": commune.name})
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
