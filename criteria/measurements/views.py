"""Values written without a claim: what the coordinator measures, and corrections of values."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.access import Access, SignedIn
from communes.models import Commune
from criteria import permissions
from criteria.measurements import actions, queries
from criteria.measurements.forms import CorrectValueForm, MeasureForm
from criteria.models import CriterionStatus, Level, Measurement
from criteria.progress.lookups import status_within, to_cell, typed
from nrm_tracker.once import once

both = require_http_methods(["GET", "HEAD", "POST"])


@both
@once
def measure(request: SignedIn, slug: str, number: int) -> HttpResponse:
    """What the coordination office measured or counted itself."""
    access = request.access
    status = status_within(access, slug, number, request.GET.get("set", ""))
    if not permissions.may_measure(access, status.enrolment.commune.area_id):
        raise PermissionDenied
    form = MeasureForm(
        typed(request), enrolment=status.enrolment, measures=queries.measures_of(status)
    )
    level = Level.of(status.enrolment.commune.area)
    if form.submit(
        lambda given: actions.measure_cell(
            status, form.news(), level=level, by=request.user, seen=given.get("seen")
        )
    ):
        said = _("Values recorded: %(n)s.") % {"n": len(form.made)}
        messages.success(request, said)
        return to_cell(status)
    newest = queries.newest_of(status.enrolment, status.criterion_id)
    context = {
        "nav": "communes",
        "status": status,
        "form": form,
        "changed": form.conflict,
        "seen": newest.pk if newest else 0,
    }
    code = 409 if form.conflict else 200
    return render(request, "criteria/measurements/measure.html", context, status=code)


@both
@once
def correct_value(request: SignedIn, pk: int) -> HttpResponse:
    """Replace a value, or void it. The old one stays."""
    access = request.access
    wrong = _value(access, pk)
    status = _status(wrong)
    if not _may_correct(access, status.enrolment.commune, wrong.level):
        raise PermissionDenied
    form = CorrectValueForm(typed(request), wrong=wrong)
    if form.submit(
        lambda given: actions.correct(wrong, form.given(), reason=given["reason"], by=request.user)
    ):
        messages.success(request, _("Value corrected: %(cell)s.") % {"cell": status.name})
        return to_cell(status)
    context = {
        "nav": "communes",
        "status": status,
        "wrong": wrong,
        "form": form,
        "value": form.value,
        "newer": Measurement.objects.filter(corrects=wrong).first(),
    }
    return render(request, "criteria/measurements/correct_value.html", context)


def _value(access: Access, pk: int) -> Measurement:
    within = Measurement.objects.filter(enrolment__commune__area__in=access.areas)
    return get_object_or_404(
        within.select_related("indicator__criterion", "enrolment__commune", "recorded_by"), pk=pk
    )


def _status(value: Measurement) -> CriterionStatus:
    return CriterionStatus.objects.with_all().get(
        enrolment=value.enrolment_id, criterion=value.indicator.criterion_id
    )


def _may_correct(access: Access, commune: Commune, level: int) -> bool:
    """The commune's own value is its leader's to correct, the office's the coordinator's."""
    if level == Level.COMMUNE:
        return permissions.may_submit(access, commune.pk)
    return permissions.may_measure(access, commune.area_id)
