"""Values written without a claim: what the coordinator measures, and corrections of values."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.access import Access, SignedIn
from communes.models import Commune
from criteria import permissions
from criteria.measurements import actions, queries
from criteria.measurements.forms import CorrectValueForm, ValueForm, value_forms
from criteria.models import CriterionStatus, Level, Measurement
from criteria.progress.lookups import status_within, to_cell, typed
from nrm_tracker.forms import Conflict

both = require_http_methods(["GET", "HEAD", "POST"])


@both
def measure(request: SignedIn, slug: str, number: int) -> HttpResponse:
    """What the coordination office measured or counted itself."""
    access = request.access
    status = status_within(access, slug, number, request.GET.get("set", ""))
    if status.enrolment.commune.area_id not in access.coordinates:
        raise PermissionDenied
    forms = value_forms(typed(request), status.enrolment, queries.measures_of(status))
    changed = None
    if request.method == "POST" and _are_valid(forms):
        try:
            written = _record(request, status, forms)
        except Conflict as conflict:
            changed = conflict.current
        else:
            if written is not None:
                said = _("Values recorded: %(count)s.") % {"count": written}
                messages.success(request, said)
                return to_cell(status)
    newest = queries.newest_of(status.enrolment, status.criterion_id)
    context = {
        "nav": "communes",
        "status": status,
        "forms": forms,
        "changed": changed,
        "seen": newest.pk if newest else 0,
    }
    return render(
        request, "criteria/measurements/measure.html", context, status=409 if changed else 200
    )


def _are_valid(forms: list[ValueForm]) -> bool:
    """Every form is looked at, so that each says what is wrong with it."""
    return not [form for form in forms if not form.is_valid()]


def _record(request: SignedIn, status: CriterionStatus, forms: list[ValueForm]) -> int | None:
    """How many values that say something new were written; None where one was refused."""
    said = [(form, form.given()) for form in forms]
    new = [(f.indicator, g) for f, g in said if g is not None and not g.same_as(f.measure.value)]
    seen = request.POST.get("seen", "")
    try:
        written = actions.measure_cell(
            status,
            new,
            level=Level.DISTRICT,
            by=request.user,
            seen=int(seen) if seen.isdecimal() else None,
        )
    except actions.ValueRefused as error:
        next(form for form in forms if form.indicator == error.indicator).refuse(error.refused)
        return None
    return len(written)


@both
def correct_value(request: SignedIn, pk: int) -> HttpResponse:
    """Replace a value, or void it. The old one stays."""
    access = request.access
    wrong = _value(access, pk)
    status = _status(wrong)
    if not _may_correct(access, status.enrolment.commune, wrong.level):
        raise PermissionDenied
    sent = typed(request)
    shown = queries.Measure(wrong.indicator, value=wrong)
    value = ValueForm(sent, enrolment=wrong.enrolment, measure=shown, is_required=True)
    form = CorrectValueForm(sent)
    voids = "void" in request.POST
    if sent is not None and all([form.is_valid(), voids or value.is_valid()]):
        given = None if voids else value.given()
        try:
            actions.correct(wrong, given, reason=form.cleaned_data["reason"], by=request.user)
        except ValidationError as error:
            (value if hasattr(error, "error_dict") and not voids else form).refuse(error)
        else:
            messages.success(request, _("Value corrected: %(cell)s.") % {"cell": status.name})
            return to_cell(status)
    context = {
        "nav": "communes",
        "status": status,
        "wrong": wrong,
        "form": form,
        "value": value,
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
    return commune.area_id in access.coordinates
