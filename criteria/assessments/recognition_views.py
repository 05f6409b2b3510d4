"""The forms by which a recognition is recorded, and ended."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.access import SignedIn
from criteria import permissions
from criteria.assessments import recognition
from criteria.assessments.past_days import Cleaned, noting_past_days, with_past_days
from criteria.assessments.recognition_forms import RecognitionForm, RevokeForm
from criteria.evidence import dossier_steps
from criteria.models import Recognition
from criteria.progress.lookups import commune_within, enrolment_of, to_commune, typed
from nrm_tracker import clock
from nrm_tracker.once import once


@require_http_methods(["GET", "HEAD", "POST"])
@once
def recognise(request: SignedIn, slug: str) -> HttpResponse:
    access = request.access
    commune = commune_within(access, slug)
    if not permissions.may_recognise(access, commune.area_id):
        raise PermissionDenied
    enrolment = enrolment_of(commune, request.GET.get("set", ""))
    initial = {"title": enrolment.criteria_set.get_tier_display()}
    form = RecognitionForm(typed(request), request.FILES or None, initial=initial)

    def write(given: Cleaned) -> None:
        recognition.recognise(form.recognition(enrolment), by=request.user, file=given["file"])

    if form.submit(noting_past_days(enrolment, write)):
        said = _("Recognition recorded: %(commune)s.") % {"commune": commune.full_name}
        messages.success(request, with_past_days(said, form.made))
        return to_commune(enrolment)
    existing = enrolment.recognitions.filter(revoked_on=None, kind=Recognition.Kind.MET).first()
    context = {
        "nav": "communes",
        "form": form,
        "enrolment": enrolment,
        "existing": existing,
        "missing": dossier_steps.missing(dossier_steps.steps_of(enrolment, clock.today())),
    }
    return render(request, "criteria/assessments/recognise.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@once
def revoke(request: SignedIn, pk: int) -> HttpResponse:
    access = request.access
    found = Recognition.objects.filter(enrolment__commune__area__in=access.areas)
    granted = get_object_or_404(
        found.select_related("enrolment__commune", "enrolment__criteria_set"), pk=pk
    )
    enrolment = granted.enrolment
    if not permissions.may_recognise(access, enrolment.commune.area_id):
        raise PermissionDenied
    form = RevokeForm(typed(request))
    if form.submit(
        lambda given: recognition.revoke(
            granted, on=given["revoked_on"], decision=given["revoking_decision"]
        )
    ):
        said = _("Recognition revoked: %(commune)s.")
        messages.success(request, said % {"commune": enrolment.commune.full_name})
        return to_commune(enrolment)
    context = {
        "nav": "communes",
        "form": form,
        "enrolment": enrolment,
        "recognition": granted,
    }
    return render(request, "criteria/assessments/revoke.html", context)
