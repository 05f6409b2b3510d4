"""The forms that write of a cell. A failed one answers with its own page, nothing typed lost."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.access import Access, SignedIn
from accounts.models import Ability
from criteria import permissions
from criteria.assessments import actions, forms
from criteria.assessments.past_days import Cleaned, PastDays, noting_past_days, with_past_days
from criteria.models import Assessment, CriterionStatus, Level, Responsibility
from criteria.progress.lookups import status_within, to_cell, typed
from criteria.standards.responsible_agencies import responsibilities
from nrm_tracker import clock
from nrm_tracker.once import once


@require_http_methods(["GET", "HEAD", "POST"])
@once
def assess(request: SignedIn, slug: str, number: int) -> HttpResponse:
    access = request.access
    status = status_within(access, slug, number, request.GET.get("set", ""))
    # Only of whom speaks for an agency it is asked which ones answer.
    answers = responsibilities(status) if access.agencies else []
    if not permissions.may_assess(access, status.enrolment.commune, answers):
        raise PermissionDenied
    form = forms.assess_form(
        access, request.user, status, clock.today(), answers, data=typed(request)
    )
    return _say(request, form, "criteria/assessments/assess.html")


@require_http_methods(["GET", "HEAD", "POST"])
@once
def own_view(request: SignedIn, slug: str, number: int) -> HttpResponse:
    access = request.access
    status = status_within(access, slug, number, request.GET.get("set", ""))
    if not permissions.may_state_own_view(access, status.enrolment.commune_id):
        raise PermissionDenied
    form = forms.OwnViewForm(typed(request), status=status)
    form.acting = permissions.works_as(access, status.enrolment.commune, Ability.OWN_VIEW)
    return _say(request, form, "criteria/assessments/own_view.html")


@require_http_methods(["GET", "HEAD", "POST"])
@once
def correct(request: SignedIn, pk: int) -> HttpResponse:
    """Replace an entry, or void it. The old one stays."""
    access = request.access
    wrong = _entry(access, pk)
    commune = wrong.status.enrolment.commune
    answers = responsibilities(wrong.status)
    if wrong.level not in permissions.writable_levels(access, commune, answers):
        raise PermissionDenied
    sent = typed(request)
    voiding = sent is not None and "void" in sent
    void = forms.VoidForm(sent if voiding else None, status=wrong.status)
    replace = _replacement(request, wrong, answers, None if voiding else sent)
    form = void if voiding else replace

    def write(given: Cleaned) -> None:
        finding = None if voiding else replace.finding()
        reason, version = given["reason"], given["version"]
        actions.correct(wrong, finding, reason=reason, by=request.user, version=version)

    if form.submit(noting_past_days(wrong.status.enrolment, write)):
        said = _("Entry voided: %(cell)s.") if voiding else _("Entry corrected: %(cell)s.")
        messages.success(request, _told(said, form))
        return to_cell(wrong.status)
    return _cell_page(
        request,
        form,
        "criteria/assessments/correct.html",
        wrong=wrong,
        replace=replace,
        void=None if wrong.voids else void,
        newer=Assessment.objects.filter(corrects=wrong).first(),
    )


def _entry(access: Access, pk: int) -> Assessment:
    within = Assessment.objects.filter(status__enrolment__commune__area__in=access.areas)
    entry = get_object_or_404(within.select_related("recorded_by", "on_behalf_of"), pk=pk)
    entry.status = CriterionStatus.objects.with_all().get(pk=entry.status_id)
    return entry


def _replacement(
    request: SignedIn,
    wrong: Assessment,
    answering: list[Responsibility],
    typed: QueryDict | None,
) -> forms.FindingForm:
    if wrong.level == Level.COMMUNE:
        return forms.OwnViewForm(typed, status=wrong.status, wrong=wrong)
    return forms.assess_form(
        request.access,
        request.user,
        wrong.status,
        clock.today(),
        answering,
        data=typed,
        wrong=wrong,
    )


def _say(request: SignedIn, form: forms.FindingForm, template: str) -> HttpResponse:
    """Write what the form says of its cell, or answer with its page."""

    def write(given: Cleaned) -> None:
        actions.assess(form.status, form.finding(), by=request.user, version=given["version"])

    noting = noting_past_days(form.status.enrolment, write)

    def note(given: Cleaned) -> PastDays | None:
        """Only what is said of a day before today can change one."""
        if given["assessed_on"] < clock.today():
            return noting(given)
        write(given)
        return None

    if form.submit(note):
        messages.success(request, _told(_("Recorded: %(cell)s, %(result)s."), form))
        return to_cell(form.status)
    return _cell_page(request, form, template)


def _told(said: str, form: forms.CellForm) -> str:
    told = {"cell": form.status.name, "result": form.result_label}
    return with_past_days(said % told, form.made)


def _cell_page(
    request: SignedIn, form: forms.CellForm, template: str, **context: Any
) -> HttpResponse:
    context |= {"nav": "communes", "form": form, "status": form.status}
    return render(request, template, context, status=409 if form.conflict else 200)
