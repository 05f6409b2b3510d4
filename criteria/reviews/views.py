"""The forms of review rounds: the coordinator opens and closes, communes confirm and submit."""

from collections import Counter
from dataclasses import dataclass

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.access import Access, SignedIn
from communes.models import Area
from criteria import permissions
from criteria.models import CriteriaSet, CriterionStatus, Enrolment, Round, RoundReturn
from criteria.progress.lookups import typed
from criteria.progress.sets import commonest, set_of
from criteria.reviews import actions, queries
from criteria.reviews.forms import ConfirmCellsForm, OpenRoundForm, SayYesForm
from nrm_tracker import clock
from nrm_tracker.once import once


@dataclass(frozen=True)
class RoundOffer:
    """What a round may be opened for: an area and a set, and the runs of communes at it."""

    area: Area
    sets: list[CriteriaSet]
    criteria_set: CriteriaSet | None
    runs: list[Enrolment]


@require_http_methods(["GET", "HEAD", "POST"])
@once
def open_round(request: SignedIn) -> HttpResponse:
    access = request.access
    offer = _offer(access, request.GET.get("set", ""))
    form = OpenRoundForm(typed(request), runs=offer.runs)
    if form.submit(
        lambda given: actions.open_round(
            offer.area,
            form.chosen(),
            name=given["name"],
            opens_on=given["opens_on"],
            closes_on=given["closes_on"],
            by=request.user,
        )
    ):
        made = form.made
        said = _("Round %(number)s opened: %(name)s.") % {"number": made.number, "name": made.name}
        messages.success(request, said)
        return redirect(made)
    return render(
        request, "criteria/reviews/round_new.html", {"nav": "rounds", "form": form, "offer": offer}
    )


@require_http_methods(["GET", "HEAD", "POST"])
@once
def confirm(request: SignedIn, pk: int, slug: str) -> HttpResponse:
    access = request.access
    given = _return_within(access, pk, slug)
    # The commune's own people, whoever of them drafts.
    if not permissions.may_draft(access, given.enrolment.commune_id):
        raise PermissionDenied
    statuses = CriterionStatus.objects.filter(enrolment=given.enrolment_id)
    form = ConfirmCellsForm(
        typed(request), statuses=statuses.select_related("criterion").order_by("criterion__number")
    )
    if form.submit(lambda _sent: actions.confirm(given, form.chosen(), by=request.user)):
        said = _("Criteria confirmed as unchanged: %(count)s.")
        messages.success(request, said % {"count": form.made})
        return redirect(given)
    return render(
        request,
        "criteria/reviews/round_confirm.html",
        {"nav": "rounds", "form": form, "given": given},
    )


@require_http_methods(["GET", "HEAD", "POST"])
@once
def submit_return(request: SignedIn, pk: int, slug: str) -> HttpResponse:
    access = request.access
    given = _return_within(access, pk, slug)
    if not permissions.may_submit(access, given.enrolment.commune_id):
        raise PermissionDenied
    form = SayYesForm(typed(request))
    if form.submit(lambda _sent: actions.submit_return(given, by=request.user)):
        said = _("Return submitted: %(commune)s, %(round)s.")
        names = {"commune": given.enrolment.commune.name, "round": given.round.name}
        messages.success(request, said % names)
        return redirect(given)
    left = [] if form.is_bound else queries.still_open(given)
    return render(
        request,
        "criteria/reviews/round_submit.html",
        {"nav": "rounds", "form": form, "given": given, "left": left},
    )


@require_http_methods(["GET", "HEAD", "POST"])
@once
def close(request: SignedIn, pk: int) -> HttpResponse:
    access = request.access
    found = get_object_or_404(Round.objects.within(access.areas).select_related("area"), pk=pk)
    if not permissions.may_run_rounds(access, found.area_id):
        raise PermissionDenied
    form = SayYesForm(typed(request))
    if form.submit(lambda _sent: actions.close(found, by=request.user)):
        messages.success(request, _("Round closed: %(name)s.") % {"name": found.name})
        return redirect(found)
    waiting = found.returns.filter(submitted_at__isnull=True)
    return render(
        request,
        "criteria/reviews/round_close.html",
        {
            "nav": "rounds",
            "form": form,
            "round": found,
            "waiting": list(waiting.select_related("enrolment__commune")),
        },
    )


def _return_within(access: Access, pk: int, slug: str) -> RoundReturn:
    within = RoundReturn.objects.filter(
        round__in=Round.objects.within(access.areas), enrolment__commune__area__in=access.areas
    )
    return get_object_or_404(
        within.select_related("round", "enrolment__commune", "enrolment__criteria_set"),
        round__pk=pk,
        enrolment__commune__slug=slug,
    )


def _offer(access: Access, set_code: str) -> RoundOffer:
    """The set that the address names, or the commonest, of the area that is looked at."""
    area = access.area
    if area is None or not permissions.may_run_rounds(access, area.pk):
        raise PermissionDenied
    found = Enrolment.objects.open_on(clock.today()).filter(commune__area=area)
    here = list(found.select_related("commune", "criteria_set").order_by("commune__sort_key", "pk"))
    sets = list({run.criteria_set_id: run.criteria_set for run in here}.values())
    usual = commonest(Counter(set_of(run.criteria_set) for run in here)) or (
        sets[0].code if sets else ""
    )
    picked = _set(here, set_code or usual) if sets or set_code else None
    at_it = [run for run in here if run.criteria_set == picked]
    return RoundOffer(area, sets, picked, at_it)


def _set(runs: list[Enrolment], code: str) -> CriteriaSet:
    for run in runs:
        if run.criteria_set.code == code:
            return run.criteria_set
    raise Http404
