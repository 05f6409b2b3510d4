"""The forms that write history. A failed one answers with its own page, nothing typed lost."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.access import Access, access_of
from accounts.models import User
from communes.models import Commune
from criteria import cells, forms, permissions, recording
from criteria.models import (
    Assessment,
    CriterionStatus,
    Enrolment,
    Level,
    Recognition,
    Responsibility,
)
from nrm_tracker import clock


class SignedIn(HttpRequest):
    """A request to these addresses; the middleware lets nobody else in."""

    user: User


@require_http_methods(["GET", "HEAD", "POST"])
def assess(request: SignedIn, slug: str, number: int) -> HttpResponse:
    access = _access(request)
    status = _status(access, slug, number, request.GET.get("set", ""))
    answering = _responsibilities(status)
    if not permissions.may_assess(access, status.enrolment.commune, answering):
        raise PermissionDenied
    form = forms.assess_form(
        access, request.user, status, clock.today(), answering, data=_typed(request)
    )
    return _say(request, form, "criteria/assess.html")


@require_http_methods(["GET", "HEAD", "POST"])
def own_view(request: SignedIn, slug: str, number: int) -> HttpResponse:
    access = _access(request)
    status = _status(access, slug, number, request.GET.get("set", ""))
    if not permissions.may_state_own_view(access, status.enrolment.commune_id):
        raise PermissionDenied
    form = forms.OwnViewForm(_typed(request), status=status)
    return _say(request, form, "criteria/own_view.html")


@require_http_methods(["GET", "HEAD", "POST"])
def correct(request: SignedIn, pk: int) -> HttpResponse:
    """Replace an entry, or void it. The old one stays."""
    access = _access(request)
    wrong = _entry(access, pk)
    commune = wrong.status.enrolment.commune
    answering = _responsibilities(wrong.status)
    if wrong.level not in permissions.writable_levels(access, commune, answering):
        raise PermissionDenied
    typed = _typed(request)
    voiding = typed is not None and "void" in typed
    void = forms.VoidForm(typed if voiding else None, status=wrong.status)
    replace = _replacement(request, wrong, answering, None if voiding else typed)
    form = void if voiding else replace

    def write() -> None:
        finding = None if voiding else replace.finding()
        recording.correct(
            wrong, finding, by=request.user, **_picked(form.cleaned_data, "reason", "version")
        )

    if _cell_written(form, write):
        said = _("Entry voided: %(cell)s.") if voiding else _("Entry corrected: %(cell)s.")
        messages.success(request, _told(said, form))
        return _to_cell(wrong.status)
    return _cell_page(
        request,
        form,
        "criteria/correct.html",
        wrong=wrong,
        replace=replace,
        void=None if wrong.voids else void,
        newer=Assessment.objects.filter(corrects=wrong).first(),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def recognise(request: SignedIn, slug: str) -> HttpResponse:
    access = _access(request)
    commune = _commune(access, slug)
    if not permissions.may_recognise(access, commune.area_id):
        raise PermissionDenied
    enrolment = _enrolment(commune, request.GET.get("set", ""))
    initial = {"title": enrolment.criteria_set.get_tier_display()}
    form = forms.RecognitionForm(_typed(request), initial=initial)

    def write() -> None:
        recording.recognise(form.recognition(enrolment), by=request.user)

    if _written(form, enrolment, write):
        said = _("Recognition recorded: %(commune)s.") % {"commune": commune.full_name}
        messages.success(request, _with_past(said, form.past_days))
        return redirect(_address(enrolment, "dashboards:commune", slug=slug))
    existing = enrolment.recognitions.filter(revoked_on=None).first()
    context = {
        "nav": "communes",
        "form": form,
        "enrolment": enrolment,
        "existing": existing,
    }
    return render(request, "criteria/recognise.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def revoke(request: SignedIn, pk: int) -> HttpResponse:
    access = _access(request)
    found = Recognition.objects.filter(enrolment__commune__area__in=access.areas)
    recognition = get_object_or_404(
        found.select_related("enrolment__commune", "enrolment__criteria_set"), pk=pk
    )
    enrolment = recognition.enrolment
    if not permissions.may_recognise(access, enrolment.commune.area_id):
        raise PermissionDenied
    form = forms.RevokeForm(_typed(request))

    def write() -> None:
        data = form.cleaned_data
        recording.revoke(recognition, on=data["revoked_on"], decision=data["revoking_decision"])

    if _written(form, enrolment, write):
        said = _("Recognition revoked: %(commune)s.")
        messages.success(request, said % {"commune": enrolment.commune.full_name})
        return redirect(_address(enrolment, "dashboards:commune", slug=enrolment.commune.slug))
    context = {
        "nav": "communes",
        "form": form,
        "enrolment": enrolment,
        "recognition": recognition,
    }
    return render(request, "criteria/revoke.html", context)


def _access(request: SignedIn) -> Access:
    return access_of(request.user, clock.today())


def _typed(request: SignedIn) -> QueryDict | None:
    return request.POST if request.method == "POST" else None


def _picked(data: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: data[name] for name in names}


def _commune(access: Access, slug: str) -> Commune:
    return get_object_or_404(Commune.objects.within(access.areas), slug=slug)


def _enrolment(commune: Commune, code: str) -> Enrolment:
    """The commune's run at the set of that code, by default its usual one (rule 15)."""
    found = cells.choose_enrolment(cells.enrolments_of(commune), clock.today(), code)
    if found is None or (code and found.criteria_set.code != code):
        raise Http404
    return found


def _cells() -> QuerySet[CriterionStatus]:
    return CriterionStatus.objects.select_related(
        "assessment", "criterion", "enrolment__commune", "enrolment__criteria_set"
    )


def _status(access: Access, slug: str, number: int, code: str) -> CriterionStatus:
    enrolment = _enrolment(_commune(access, slug), code)
    return get_object_or_404(_cells(), enrolment=enrolment, criterion__number=number)


def _entry(access: Access, pk: int) -> Assessment:
    within = Assessment.objects.filter(status__enrolment__commune__area__in=access.areas)
    entry = get_object_or_404(within.select_related("recorded_by", "on_behalf_of"), pk=pk)
    entry.status = _cells().get(pk=entry.status_id)
    return entry


def _responsibilities(status: CriterionStatus) -> list[Responsibility]:
    found = cells.responsible([status.criterion], clock.today())
    return found.get(status.criterion_id, [])


def _replacement(
    request: SignedIn,
    wrong: Assessment,
    answering: list[Responsibility],
    typed: QueryDict | None,
) -> forms.FindingForm:
    if wrong.level == Level.COMMUNE:
        return forms.OwnViewForm(typed, status=wrong.status, wrong=wrong)
    return forms.assess_form(
        _access(request),
        request.user,
        wrong.status,
        clock.today(),
        answering,
        data=typed,
        wrong=wrong,
    )


def _say(request: SignedIn, form: forms.FindingForm, template: str) -> HttpResponse:
    """Write what the form says of its cell, or answer with its page."""

    def write() -> None:
        version = form.cleaned_data["version"]
        recording.assess(form.status, form.finding(), by=request.user, version=version)

    if _cell_written(form, write):
        messages.success(request, _told(_("Recorded: %(cell)s, %(result)s."), form))
        return _to_cell(form.status)
    return _cell_page(request, form, template)


def _cell_written(form: forms.CellForm, write: Callable[[], None]) -> bool:
    """As `_written`; if somebody else wrote first, the form holds that beside what was typed."""
    try:
        return _written(form, form.status.enrolment, write)
    except recording.ChangedMeanwhile as change:
        form.meet(change.newest)
        return False


def _written(form: forms.EntryForm, enrolment: Enrolment, write: Callable[[], None]) -> bool:
    """Whether the form was sent and written. If it was refused, it says why."""
    if not (form.is_bound and form.is_valid()):
        return False
    try:
        form.past_days = _past_days_changed(enrolment, write)
    except ValidationError as error:
        form.refuse(error)
        return False
    return True


@transaction.atomic
def _past_days_changed(enrolment: Enrolment, write: Callable[[], None]) -> int:
    """Write, and count the days before today whose standing differs since."""
    Enrolment.objects.select_for_update().get(pk=enrolment.pk)
    before = _past_standings(enrolment)
    write()
    return len({day for day, *_ in before ^ _past_standings(enrolment)})


def _past_standings(enrolment: Enrolment) -> set[tuple[Any, ...]]:
    past = enrolment.standings.filter(on_day__lt=clock.today())
    return set(past.values_list("on_day", "results", "basis", "basis_text"))


def _told(said: str, form: forms.CellForm) -> str:
    status = form.status
    cell = _("%(commune)s, criterion %(criterion)s") % {
        "commune": status.enrolment.commune,
        "criterion": status.criterion,
    }
    return _with_past(said % {"cell": cell, "result": form.result_label}, form.past_days)


def _with_past(said: str, days: int) -> str:
    return f"{said} {_('Past days changed: %(count)s.') % {'count': days}}" if days else said


def _to_cell(status: CriterionStatus) -> HttpResponseRedirect:
    enrolment, number = status.enrolment, status.criterion.number
    slug = enrolment.commune.slug
    return redirect(_address(enrolment, "dashboards:cell", slug=slug, number=number))


def _address(enrolment: Enrolment, name: str, **kwargs: Any) -> str:
    """The page that shows what was written; it names the set where that is not the usual one."""
    address = reverse(name, kwargs=kwargs)
    runs = cells.enrolments_of(enrolment.commune)
    if cells.choose_enrolment(runs, clock.today()) == enrolment:
        return address
    return f"{address}?{urlencode({'set': enrolment.criteria_set.code})}"


def _cell_page(
    request: SignedIn, form: forms.CellForm, template: str, **context: Any
) -> HttpResponse:
    context |= {"nav": "communes", "form": form, "status": form.status}
    return render(request, template, context, status=409 if form.newest else 200)
