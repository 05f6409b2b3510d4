"""What is recorded of villages and gardens, each form on a page of its own."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import SignedIn
from communes.models import Commune, Village
from criteria.measurements.queries import measures_of
from criteria.models import Claim
from criteria.permissions import may_draft, may_measure
from criteria.progress.lookups import commune_within, status_within, to_cell, typed
from criteria.progress.moment import Moment
from nrm_tracker import clock
from nrm_tracker.forms import Conflict, EntryForm
from nrm_tracker.once import once, writing
from plans import permissions
from plans.lookups import with_area
from plans.models import Garden, VillageStep
from plans.villages import actions, proposal, queries
from plans.villages.forms import (
    FiguresForm,
    GardenForm,
    OffListForm,
    ResultsForm,
    TakeBackStepForm,
    VillageStepForm,
    VillageTargetForm,
)

# More would be a page that nobody fills in at once.
VILLAGES_A_PAGE = 20
both = require_http_methods(["GET", "HEAD", "POST"])


@both
@once
def results(request: SignedIn, slug: str) -> HttpResponse:
    """All villages of a commune, each with its criteria."""
    commune = _writable(request, slug)
    found = queries.commune_page(commune, Moment(clock.today()))
    page = Paginator(found.lines, VILLAGES_A_PAGE).get_page(request.GET.get("page"))
    back = reverse("commune-villages", args=[commune.slug])
    form = ResultsForm(typed(request), lines=page, version=found.newest)
    return _record(request, commune, form, back, page=page)


@both
@once
def own_results(request: SignedIn, slug: str, pk: int) -> HttpResponse:
    """One village with its gardens."""
    commune = _writable(request, slug)
    village = _village(commune, pk)
    newest = queries.newest_result(commune)
    found = queries.commune_page(commune, Moment(clock.today()), village=pk)
    form = ResultsForm(typed(request), lines=found.lines, version=newest, with_gardens=True)
    return _record(request, commune, form, _address(village), village=village)


@both
@once
def step(request: SignedIn, slug: str, pk: int) -> HttpResponse:
    commune = _writable(request, slug)
    village = _village(commune, pk)
    found = queries.commune_page(commune, Moment(clock.today()), village=pk)
    may_confirm = permissions.may_confirm_villages(request.access, commune)
    form = VillageStepForm(
        typed(request), taken=found.lines[0].state.steps, may_confirm=may_confirm
    )
    return _answer(
        request,
        village,
        form,
        lambda given: actions.take_step(
            village,
            given["step"],
            taken_on=given["taken_on"],
            document=given["document"],
            by=request.user,
        ),
        heading=_("Record a step"),
        said=_("The step is recorded."),
    )


@both
@once
def figures(request: SignedIn, slug: str, pk: int) -> HttpResponse:
    village = _village(_writable(request, slug), pk)
    return _answer(
        request,
        village,
        FiguresForm(typed(request)),
        lambda given: actions.count(village, by=request.user, **given),
        heading=_("Households, mixed gardens"),
        said=_("The figures are recorded."),
    )


@both
@once
def garden(request: SignedIn, slug: str, pk: int) -> HttpResponse:
    village = _village(_writable(request, slug), pk)
    return _answer(
        request,
        village,
        GardenForm(typed(request)),
        lambda given: actions.register_garden(village, by=request.user, **given),
        heading=_("Register a garden"),
        said=_("The garden is registered."),
    )


@both
@once
def take_back(request: SignedIn, pk: int) -> HttpResponse:
    """A step that was recorded wrongly."""
    found = VillageStep.objects.filter(
        village__commune__area__in=request.access.areas, voids__isnull=True
    )
    taken = get_object_or_404(found.select_related("village__commune__area", "recorded_by"), pk=pk)
    commune = taken.village.commune
    may = permissions.may_record_villages
    if taken.step in actions.CONFIRMED:
        may = permissions.may_confirm_villages
    if not may(request.access, commune):
        raise PermissionDenied
    return _answer(
        request,
        taken.village,
        TakeBackStepForm(typed(request)),
        lambda given: actions.take_back_step(taken, reason=given["reason"], by=request.user),
        heading=_("Take a step back"),
        said=_("The step is taken back."),
        step=taken,
    )


@both
@once
def off_list(request: SignedIn, pk: int) -> HttpResponse:
    """A garden that is followed no longer."""
    found = Garden.objects.filter(village__commune__area__in=request.access.areas)
    known = get_object_or_404(found.select_related("village__commune__area"), pk=pk)
    if not permissions.may_record_villages(request.access, known.village.commune):
        raise PermissionDenied
    return _answer(
        request,
        known.village,
        OffListForm(typed(request)),
        lambda given: actions.take_off_list(known, on=given["left_on"], by=request.user),
        heading=_("Take a garden off the list"),
        said=_("The garden is off the list."),
        garden=known,
    )


@both
@once
def new_target(request: SignedIn) -> HttpResponse:
    area = request.access.area
    if area is None or not permissions.may_set_village_targets(request.access, area.pk):
        raise PermissionDenied
    communes = Commune.objects.filter(area=area).existing_on(clock.today())
    form = VillageTargetForm(typed(request), communes=communes.order_by("sort_key", "code"))
    if form.submit(lambda given: actions.set_target(area, by=request.user, **given)):
        messages.success(request, _("The target is recorded."))
        return redirect("village-targets")
    context = {"nav": "villages", "form": form, "area": area}
    return render(request, "plans/villages/target_new.html", context)


@require_POST
@once
def take_over(request: SignedIn, slug: str, number: int) -> HttpResponse:
    """What the villages propose becomes the commune's draft, or the office's own values."""
    status = status_within(request.access, slug, number, request.GET.get("set", ""))
    commune = status.enrolment.commune
    as_draft = may_draft(request.access, commune.pk)
    if not as_draft and not may_measure(request.access, commune.area_id):
        raise PermissionDenied
    drafts = ()
    if as_draft:
        claim = Claim.objects.open().filter(status=status).first()
        drafts = tuple(claim.values.all()) if claim else ()
    found = proposal.proposal(status, measures_of(status), Moment(clock.today()), drafts)
    if found is None:
        raise Http404
    try:
        with writing():
            proposal.take_over(status, found, as_draft=as_draft, by=request.user)
    except (Conflict, ValidationError) as refused:
        said = getattr(refused, "messages", [_("Somebody else wrote meanwhile. Look again.")])
        messages.error(request, " ".join(said))
    else:
        messages.success(
            request,
            _("The values stand in the draft; look them over, then send.")
            if as_draft
            else _("The values are recorded."),
        )
    return to_cell(status)


def _record(
    request: SignedIn, commune: Commune, form: ResultsForm, back: str, **context: Any
) -> HttpResponse:
    if form.submit(
        lambda given: actions.record_results(
            commune,
            form.told(),
            assessed_on=given["assessed_on"],
            note=given["note"],
            seen=given["version"],
            by=request.user,
        )
    ):
        n = len(form.made)
        said = ngettext("%(n)s result recorded.", "%(n)s results recorded.", n)
        messages.success(request, said % {"n": n})
        return redirect(back)
    if form.conflict:
        form.send_again("version", form.conflict.pk)
    context |= {"nav": "villages", "commune": commune, "form": form, "back": back}
    status = 409 if form.conflict else 200
    return render(request, "plans/villages/results.html", context, status=status)


def _answer(
    request: SignedIn,
    village: Village,
    form: EntryForm,
    action: Any,
    *,
    heading: str,
    said: str,
    **context: Any,
) -> HttpResponse:
    if form.submit(action):
        messages.success(request, said)
        return redirect(_address(village))
    context |= {
        "nav": "villages",
        "village": village,
        "commune": village.commune,
        "form": form,
        "heading": heading,
    }
    status = 409 if form.conflict else 200
    return render(request, "plans/villages/entry.html", context, status=status)


def _address(village: Village) -> str:
    return reverse("village", args=[village.commune.slug, village.pk])


def _writable(request: SignedIn, slug: str) -> Commune:
    commune = with_area(commune_within(request.access, slug))
    if not permissions.may_record_villages(request.access, commune):
        raise PermissionDenied
    return commune


def _village(commune: Commune, pk: int) -> Village:
    village = get_object_or_404(commune.villages, pk=pk)
    village.commune = commune
    return village
