"""The forms of a claim: the commune's work on a cell, and the words on what it claims."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.access import Access, SignedIn
from criteria import permissions
from criteria.claims import actions, forms, queries
from criteria.claims.actions import Draft
from criteria.measurements import queries as measurement_queries
from criteria.models import Claim, CriterionStatus
from criteria.progress.lookups import status_within, to_cell, typed
from criteria.progress.moment import Moment
from criteria.standards.responsible_agencies import Need, needs, responsibilities
from nrm_tracker import clock, uploads
from nrm_tracker.forms import Conflict
from nrm_tracker.models import StoredFile

both = require_http_methods(["GET", "HEAD", "POST"])


@both
def claim(request: SignedIn, slug: str, number: int) -> HttpResponse:
    """The commune's values and claim: kept as a draft, or sent by its leader."""
    access = request.access
    status = status_within(access, slug, number, request.GET.get("set", ""))
    commune_id = status.enrolment.commune_id
    if not permissions.may_draft(access, commune_id):
        raise PermissionDenied
    sends = "send" in request.POST
    if sends and not permissions.may_submit(access, commune_id):
        raise PermissionDenied
    form = claim_form(status, data=typed(request))
    if form.is_bound:
        if _keep(request, form, sends=sends):
            said = _("Sent: %(cell)s.") if sends else _("Draft saved: %(cell)s. Not sent yet.")
            messages.success(request, said % {"cell": status.name})
            return to_cell(status)
        form.show(measurement_queries.measures_of(status))
    context = {
        "nav": "communes",
        "form": form,
        "status": status,
        "may_submit": permissions.may_submit(access, commune_id),
        "waiting": status.claims.waiting().first(),
        "newest_values": form.conflict.values.select_related("indicator") if form.conflict else [],
    }
    code = 409 if form.conflict else 200
    return render(request, "criteria/claims/claim.html", context, status=code)


def _keep(request: SignedIn, form: forms.ClaimForm, *, sends: bool) -> bool:
    """Whether what was typed was written. If it was refused, the form says why."""
    if not form.is_valid():
        return False
    given = {value.indicator: value.given() for value in form.values}
    draft = Draft(given=given, **form.cleaned_data)
    write = actions.send if sends else actions.save_draft
    try:
        write(form.status, draft, by=request.user)
    except ValidationError as error:
        form.refuse(error)
        return False
    except Conflict as conflict:
        form.meet(conflict.current)
        return False
    return True


@both
def word(request: SignedIn, pk: int) -> HttpResponse:
    """What an agency finds, or the coordinator on its behalf, or a leader decides."""
    access, found, needed = _judged(request, pk)
    own = _own_need(request, access, found, needed)
    sent = typed(request)
    form: forms.JudgeForm

    def write() -> None:
        data = form.cleaned_data
        if isinstance(form, forms.DecideForm):
            actions.decide(found, data["verdict"], reason=data["reason"], by=request.user)
        elif isinstance(form, forms.BehalfForm):
            actions.speak(
                found,
                form.words(),
                agency=data["agency"],
                by=request.user,
                document_number=data["document_number"],
                document_file=_stored(request, form),
            )
        elif isinstance(form, forms.WordForm):
            actions.speak(
                found, form.words(), agency=form.need.agency, by=request.user, seen=data["seen"]
            )

    form = word_form(access, found, needed, own, data=sent, files=request.FILES or None)
    if _written(form, write):
        messages.success(request, _("Recorded: %(cell)s.") % {"cell": found.status.name})
        return to_cell(found.status)
    return _judge_page(request, form, found, "criteria/claims/word.html")


@both
def send_back(request: SignedIn, pk: int) -> HttpResponse:
    """Return a claim with what to add, and by when."""
    access, found, needed = _judged(request, pk)
    own = _own_need(request, access, found, needed)
    area_id = found.status.enrolment.commune.area_id
    leads = area_id in access.leads
    behalf = own is None and not leads
    files = request.FILES or None
    form = forms.ReturnForm(typed(request), files, needed=needed, behalf=behalf)

    def write() -> None:
        data = form.cleaned_data
        agency = own.agency if own else data.get("agency")
        actions.send_back(
            found,
            reason=data["reason"],
            add_by=data["add_by"],
            by=request.user,
            agency=agency,
            document_number=data.get("document_number", ""),
            document_file=_stored(request, form),
        )

    if _written(form, write):
        messages.success(request, _("Returned: %(cell)s.") % {"cell": found.status.name})
        return to_cell(found.status)
    return _judge_page(request, form, found, "criteria/claims/send_back.html")


@both
def withdraw(request: SignedIn, pk: int) -> HttpResponse:
    """Take a claim back that nobody settled yet."""
    access = request.access
    found = _claim(access, pk)
    if not permissions.may_submit(access, found.status.enrolment.commune_id):
        raise PermissionDenied
    form = forms.JudgeForm(typed(request))

    def write() -> None:
        actions.withdraw(found, by=request.user)

    if _written(form, write):
        messages.success(request, _("Withdrawn: %(cell)s.") % {"cell": found.status.name})
        return to_cell(found.status)
    return _judge_page(request, form, found, "criteria/claims/withdraw.html")


# What the pages that show these forms share


def claim_form(status: CriterionStatus, data: Any = None) -> forms.ClaimForm:
    """The commune's form: its draft, or what it claimed last; or what was typed, with no value
    read that stands beside it."""
    if data is not None:
        return forms.ClaimForm(data, status=status, measures=measurement_queries.unmeasured(status))
    draft = status.claims.filter(state=Claim.State.DRAFT).first()
    return forms.ClaimForm(
        data,
        status=status,
        measures=measurement_queries.measures_of(status),
        draft=draft,
        earlier=None if draft else status.claims.exclude(state=Claim.State.DRAFT).first(),
    )


def word_form(
    access: Access,
    claim: Claim,
    needed: dict[int, Need],
    own: Need | None,
    *,
    data: Any = None,
    files: Any = None,
    seen: int = 0,
) -> forms.JudgeForm:
    """The form by which this person speaks on the claim."""
    initial = {"seen": seen}
    if own:
        return forms.WordForm(data, need=own, initial=initial)
    if claim.status.enrolment.commune.area_id in access.leads:
        return forms.DecideForm(data, initial=initial)
    return forms.BehalfForm(data, files, needed=needed, initial=initial)


def _stored(request: SignedIn, form: forms.JudgeForm) -> StoredFile | None:
    """The document that came with the form."""
    sent = form.cleaned_data.get("document_file")
    form.stored = uploads.store(sent, request.user) if sent else None
    return form.stored


def _claim(access: Access, pk: int) -> Claim:
    """A claim that was sent, of a commune within reach; a draft is nobody else's (rule 9)."""
    sent = Claim.objects.exclude(state=Claim.State.DRAFT)
    within = sent.filter(status__enrolment__commune__area__in=access.areas)
    found = get_object_or_404(within.select_related("submitted_by", "drafted_by"), pk=pk)
    found.status = CriterionStatus.objects.with_all().get(pk=found.status_id)
    return found


def _judged(request: SignedIn, pk: int) -> tuple[Access, Claim, dict[int, Need]]:
    """A claim on which this person's word is heard."""
    access = request.access
    found = _claim(access, pk)
    answers = responsibilities(found.status)
    if not permissions.may_decide(access, found.status.enrolment.commune, answers):
        raise PermissionDenied
    return access, found, needs(found.status, answers)


def _own_need(
    request: SignedIn, access: Access, found: Claim, needed: dict[int, Need]
) -> Need | None:
    """The agency for which the person speaks: the one named in the address, where there are two."""
    own = [need for pk, need in needed.items() if pk in access.agencies]
    asked = request.GET.get("agency", "")
    named = [need for need in own if str(need.agency.pk) == asked]
    if asked and not named:
        raise Http404
    return next(iter(named or own), None)


def _written(form: forms.JudgeForm, write: Callable[[], None]) -> bool:
    """Whether the word was recorded, with its document. Of what is refused no file stays behind."""
    if not (form.is_bound and form.is_valid()):
        return False
    try:
        with transaction.atomic():
            write()
    except (ValidationError, Conflict) as error:
        if form.stored:
            uploads.forget(form.stored)
        if isinstance(error, Conflict):
            form.meet(error.current)
        else:
            form.refuse(error)
        return False
    return True


def _judge_page(
    request: SignedIn, form: forms.JudgeForm, found: Claim, template: str
) -> HttpResponse:
    current = form.conflict or found
    (told,) = queries.with_words(Claim.objects.filter(pk=current.pk), Moment(clock.today()))
    context = {
        "nav": "communes",
        "form": form,
        "status": found.status,
        "claim": current,
        "decisions": told.words,
    }
    return render(request, template, context, status=409 if form.conflict else 200)
