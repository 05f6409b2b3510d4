"""The form of a step of a recognition's dossier. The dossier itself is read in the dashboards."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.access import SignedIn
from criteria import dossier, permissions
from criteria.forms.dossier import StepForm
from criteria.models import DossierRequirement
from criteria.views.reach import (
    address_of,
    commune_within,
    enrolment_of,
    typed,
)


@require_http_methods(["GET", "HEAD", "POST"])
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
    latest = dossier.newest_of(enrolment, requirement)
    form = StepForm(typed(request), request.FILES or None, latest=latest)
    if form.is_bound and form.is_valid():
        seen = form.cleaned_data["seen"]
        try:
            dossier.record(enrolment, requirement, form.done(), by=request.user, seen=seen)
        except ValidationError as error:
            form.refuse(error)
        except dossier.RecordedMeanwhile as change:
            form.meet(change.newest)
        else:
            said = _("Step recorded: %(step)s.") % {"step": requirement}
            messages.success(request, said)
            return redirect(address_of(enrolment, "dashboards:dossier", slug=slug))
    context = {
        "nav": "communes",
        "form": form,
        "enrolment": enrolment,
        "requirement": requirement,
        "latest": latest,
    }
    status = 409 if form.newest else 200
    return render(request, "criteria/evidence/dossier_step.html", context, status=status)
