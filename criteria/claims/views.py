"""The forms of a claim: the commune's work on a cell, and the words on what it claims."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.access import Access, SignedIn
from accounts.models import Ability, User
from criteria import permissions
from criteria.claims import actions, decisions, forms, queries
from criteria.claims.undoing import undo as undo_word
from criteria.evidence.queries import checklist, evidence_of
from criteria.measurements.queries import measures_of, unmeasured
from criteria.models import Claim, CriterionStatus, DraftValue
from criteria.progress import carried
from criteria.progress.lookups import status_within, to_cell, typed
from criteria.progress.moment import Moment
from criteria.standards import yardstick
from criteria.standards.responsible_agencies import Need, any_agency, needs, responsibilities
from nrm_tracker import clock, undoing
from nrm_tracker.forms import LONGEST_NUMBER
from nrm_tracker.once import once

both = require_http_methods(["GET", "HEAD", "POST"])


@both
@once
def claim(request: SignedIn, slug: str, number: int) -> HttpResponse:
    """The commune's values and claim: kept as a draft, or sent by its leader.

    On the way to attach evidence what was typed is only carried along.
    """
    access = request.access
    status = status_within(access, slug, number, request.GET.get("set", ""))
    commune_id = status.enrolment.commune_id
    if not permissions.may_draft(access, commune_id):
        raise PermissionDenied
    sends = "send" in request.POST
    if sends and not permissions.may_submit(access, commune_id):
        raise PermissionDenied
    if "attach" in request.POST:
        carried.carry(request, status)
        return _to_attach(status, request.POST["attach"])
    kept = carried.carried(request, status)
    sent = typed(request)
    form = claim_form(status, data=kept if sent is None else sent)
    form.acting = permissions.works_as(access, status.enrolment.commune, Ability.DRAFT)
    write = actions.send if sends else actions.save_draft
    if sent is not None and form.submit(lambda given: write(status, form.draft(), by=request.user)):
        carried.put_down(request, status)
        said = _("Sent: %(cell)s.") if sends else _("Draft saved: %(cell)s. Not sent yet.")
        messages.success(request, said % {"cell": status.name})
        return to_cell(status)
    if form.is_bound:
        form.show(measures_of(status))
    papers = yardstick.papers_of(status.criterion_id)
    pieces = evidence_of(status, clock.today(), may_see_personal=True)
    context = {
        "nav": "communes",
        "form": form,
        "status": status,
        "may_submit": permissions.may_submit(access, commune_id),
        "waiting": status.claims.waiting().first(),
        "evidence": checklist(papers, pieces),
        "is_carried": sent is None and kept is not None,
        "newest_values": _newest_values(form.conflict) if form.conflict else [],
    }
    code = 409 if form.conflict else 200
    return render(request, "criteria/claims/claim.html", context, status=code)


@both
@once
def word(request: SignedIn, pk: int) -> HttpResponse:
    """What an agency finds, or the coordinator on its behalf, or a leader decides."""
    access, found, needed = _judged(request, pk)
    own = _own_need(request, access, found, needed)
    data, files = typed(request), request.FILES or None
    form = word_form(access, found, needed, own, data=data, files=files)
    if form.submit(lambda given: _speak(form, found, by=request.user)):
        _offer_undo(request, found, _("Recorded: %(cell)s."))
        return to_cell(found.status)
    return _judge_page(request, form, found, "criteria/claims/word.html")


@both
@once
def send_back(request: SignedIn, pk: int) -> HttpResponse:
    """Return a claim with what to add, and by when."""
    access, found, needed = _judged(request, pk)
    own = _own_need(request, access, found, needed)
    alone = permissions.decides_alone(access, found.status.enrolment.commune)
    behalf = own is None and not alone
    files = request.FILES or None
    form = forms.ReturnForm(typed(request), files, needed=needed, behalf=behalf)
    form.acting = _acting(access, found, own)
    if form.submit(
        lambda given: decisions.send_back(
            found,
            reason=given["reason"],
            add_by=given["add_by"],
            by=request.user,
            agency=own.agency if own else given.get("agency"),
            document_number=given.get("document_number", ""),
            document_file=form.document(request.user),
        )
    ):
        _offer_undo(request, found, _("Returned: %(cell)s."))
        return to_cell(found.status)
    return _judge_page(request, form, found, "criteria/claims/send_back.html")


@both
@once
def undo(request: SignedIn, pk: int) -> HttpResponse:
    """Take back what the person has just said to a claim."""
    found = _claim(request.access, pk)
    if not found.decisions.filter(by=request.user).exists():
        raise PermissionDenied

    def take_back() -> str:
        undo_word(found, by=request.user)
        return _("Undone, the claim waits again: %(cell)s.") % {"cell": found.status.name}

    there = to_cell(found.status).url
    return undoing.undone(request, take_back, there)


@both
@once
def withdraw(request: SignedIn, pk: int) -> HttpResponse:
    """Take a claim back that nobody settled yet."""
    access = request.access
    found = _claim(access, pk)
    if not permissions.may_submit(access, found.status.enrolment.commune_id):
        raise PermissionDenied
    form = forms.JudgeForm(typed(request))
    form.acting = permissions.works_as(access, found.status.enrolment.commune, Ability.SUBMIT)
    if form.submit(lambda given: actions.withdraw(found, by=request.user)):
        messages.success(request, _("Withdrawn: %(cell)s.") % {"cell": found.status.name})
        return to_cell(found.status)
    return _judge_page(request, form, found, "criteria/claims/withdraw.html")


# What the pages that show these forms share


def _offer_undo(request: SignedIn, claim: Claim, said: str) -> None:
    word = claim.decisions.filter(by=request.user).latest("pk")
    address = reverse("claim-undo", args=[claim.pk])
    undoing.offer(request, said % {"cell": claim.status.name}, address, word.at)


def _to_attach(status: CriterionStatus, requirement: str) -> HttpResponse:
    """The page where evidence is attached, for the paper that was asked for."""
    page = reverse("evidence-new", args=[status.enrolment.commune.slug, status.criterion.number])
    asked = {"set": status.enrolment.criteria_set.code}
    if requirement.isdecimal() and len(requirement) <= LONGEST_NUMBER:
        asked["requirement"] = requirement
    return redirect(f"{page}?{urlencode(asked)}")


def _newest_values(claim: Claim) -> QuerySet[DraftValue]:
    found: QuerySet[DraftValue] = claim.values.select_related("indicator")
    return found.prefetch_related("indicator__thresholds")


def claim_form(status: CriterionStatus, data: Any = None) -> forms.ClaimForm:
    """The commune's form: its draft, or what it claimed last; or what was typed, with no value
    read that stands beside it."""
    if data is not None:
        return forms.ClaimForm(data, status=status, measures=unmeasured(status))
    newest = list(status.claims.order_by("-pk")[:2])
    draft = next((claim for claim in newest if claim.is_draft), None)
    return forms.ClaimForm(
        data,
        status=status,
        measures=measures_of(status),
        draft=draft,
        earlier=next((claim for claim in newest if not claim.is_draft), None),
    )


def word_form(
    access: Access,
    claim: Claim,
    needed: dict[int, Need],
    own: Need | None,
    *,
    data: Any = None,
    files: Any = None,
    seen: int | None = None,
) -> forms.JudgeForm:
    """The form by which this person speaks on the claim, seeing its agency's word `seen`."""
    if seen is None and own and data is None:
        seen = decisions.newest_word(claim, own.agency)
    initial = {"seen": seen or 0}
    form: forms.JudgeForm
    if own:
        form = forms.WordForm(data, need=own, initial=initial)
        form.others = [need for need in own_needs(access, needed) if need != own]
    elif permissions.decides_alone(access, claim.status.enrolment.commune):
        form = forms.DecideForm(data, initial=initial)
    else:
        form = forms.BehalfForm(data, files, needed=needed, initial=initial)
    form.acting = _acting(access, claim, own)
    return form


def own_needs(access: Access, needed: dict[int, Need]) -> list[Need]:
    """Those of the agencies that answer for which the person speaks."""
    own = access.agencies_for(Ability.DECIDE)
    return [need for pk, need in needed.items() if pk in own]


def _acting(access: Access, claim: Claim, own: Need | None) -> str:
    agencies = [own.agency.pk] if own else []
    return permissions.speaks_as(access, claim.status.enrolment.commune, agencies)


def _claim(access: Access, pk: int) -> Claim:
    """A claim that was sent, of a commune within reach; a draft is nobody else's (rule 9).

    In a demo whose day was put back, what was sent later is still to come.
    """
    sent = Claim.objects.exclude(state=Claim.State.DRAFT)
    sent = sent.filter(submitted_at__lt=clock.end_of(clock.today()))
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
    commune = found.status.enrolment.commune
    return access, found, needs(found.status, answers) or any_agency(commune.area_id)


def _own_need(
    request: SignedIn, access: Access, found: Claim, needed: dict[int, Need]
) -> Need | None:
    """The agency for which the person speaks: the one named in the address, where there are two."""
    own = own_needs(access, needed)
    asked = request.GET.get("agency", "")
    named = [need for need in own if str(need.agency.pk) == asked]
    if asked and not named:
        raise Http404
    return next(iter(named or own), None)


def _speak(form: forms.JudgeForm, found: Claim, *, by: User) -> None:
    """Record what the form says, for the body that speaks by it."""
    given = form.cleaned_data
    if isinstance(form, forms.DecideForm):
        decisions.decide(found, given["verdict"], reason=given["reason"], by=by)
    elif isinstance(form, forms.BehalfForm):
        decisions.speak(
            found,
            form.words(),
            agency=given["agency"],
            by=by,
            document_number=given["document_number"],
            document_file=form.document(by),
        )
    elif isinstance(form, forms.WordForm):
        decisions.speak(found, form.words(), agency=form.need.agency, by=by, seen=given["seen"])


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
