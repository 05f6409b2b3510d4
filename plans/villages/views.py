"""Model villages and gardens: of all communes, of one, of one village. On any day (rule 6)."""

from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.access import SignedIn
from communes.models import Commune
from criteria.progress import page_date
from criteria.progress.lookups import commune_within
from criteria.progress.page_date import PageDate
from nrm_tracker.page_cache import cached_until_written
from plans import permissions
from plans.lookups import with_area
from plans.models import ModelResult, VillageStep, VillageTarget
from plans.villages import queries
from plans.villages.standings import STEPS

ROWS_A_PAGE = 50
TOLD = 30


@require_safe
@cached_until_written
def villages(request: SignedIn) -> HttpResponse:
    """All communes of the area against their targets."""
    if redirect := page_date.to_iso(request):
        return redirect
    when = page_date.read(request)
    lines = queries.communes_with_villages(request.access.shown, when.moment)
    with_target = [one for one in lines if one.reached]
    context = {
        "nav": "villages",
        "when": when,
        "page": Paginator([one for one in lines if one.village_count], ROWS_A_PAGE).get_page(
            request.GET.get("page")
        ),
        "without": [one for one in lines if not one.village_count],
        "total": {
            "villages": sum(one.village_count for one in lines),
            "begun": sum(one.counts.begun for one in lines),
            "met": sum(one.counts.met for one in lines),
            "gardens": sum(one.counts.gardens for one in lines),
            "gardens_met": sum(one.counts.gardens_met for one in lines),
            "mixed": sum(one.counts.mixed_gardens or 0 for one in lines),
            "reached": sum(one.is_reached for one in lines),
            "with_target": len(with_target),
        },
    }
    return render(request, "plans/villages/villages.html", context)


@require_safe
@cached_until_written
def targets(request: SignedIn) -> HttpResponse:
    """What is aimed at, by day and area: the newest first."""
    access = request.access
    found = VillageTarget.objects.filter(area__in=access.shown)
    found = found.select_related("area", "commune", "recorded_by").order_by("-from_on", "-pk")
    context = {
        "nav": "villages",
        "page": Paginator(found, ROWS_A_PAGE).get_page(request.GET.get("page")),
        "may_set": bool(
            access.area and permissions.may_set_village_targets(access, access.area.pk)
        ),
    }
    return render(request, "plans/villages/targets.html", context)


@require_safe
@cached_until_written
def commune_villages(request: SignedIn, slug: str) -> HttpResponse:
    """The villages of a commune by the criteria of a model village."""
    if redirect := page_date.to_iso(request):
        return redirect
    commune, when = _commune(request, slug)
    found = queries.commune_page(commune, when.moment)
    context = {
        **_known(request, commune, when),
        "figures": found.figures,
        "criteria": found.criteria,
        "page": Paginator(found.lines, ROWS_A_PAGE).get_page(request.GET.get("page")),
        "is_illustrative": found.figures.counts.is_illustrative,
    }
    return render(request, "plans/villages/commune_villages.html", context)


@require_safe
@cached_until_written
def village(request: SignedIn, slug: str, pk: int) -> HttpResponse:
    """One village: its steps, criteria and gardens, and what was recorded when."""
    if redirect := page_date.to_iso(request):
        return redirect
    commune, when = _commune(request, slug)
    found = queries.commune_page(commune, when.moment, village=pk)
    if not found.lines:
        raise Http404
    (line,) = found.lines
    state = line.state
    may_record = _known(request, commune, when)["may_record"]
    may_confirm = may_record and permissions.may_confirm_villages(request.access, commune)
    voided = {one.voids_id: one for one in found.rows.steps}
    context = {
        **_known(request, commune, when),
        "line": line,
        "village": line.village,
        "state": state,
        "criteria": found.criteria,
        "results": [
            (criterion, state.results.get(criterion.pk)) for criterion in found.criteria.of_villages
        ],
        "gardens": [
            (
                one.garden,
                [one.results.get(key) for key in found.criteria.garden_keys],
                one.met_count(found.criteria.garden_keys),
            )
            for one in state.gardens.values()
        ],
        "steps": [(step, step.label, state.steps.get(step)) for step in STEPS],
        "open_to": {step.value for step in STEPS if may_confirm or step not in _CONFIRMED},
        "taken_back": [(one, voided[one.pk]) for one in found.rows.steps if one.pk in voided],
        "told": _told(found.rows.results, found.criteria, when),
        "is_illustrative": state.is_illustrative,
    }
    return render(request, "plans/villages/village.html", context)


_CONFIRMED = {VillageStep.Step.MET, VillageStep.Step.RECOGNISED}


def _told(
    results: Any, criteria: queries.ModelCriteria, when: PageDate
) -> list[tuple[ModelResult, str]]:
    """What was found of the village and its gardens last, with the criterion's name."""
    names = {one.pk: str(one) for one in (*criteria.of_villages, *criteria.of_gardens)}
    found = [one for one in results if one.assessed_on <= when.day]
    found.sort(key=lambda one: (one.assessed_on, one.pk), reverse=True)
    return [(one, names[one.criterion_id]) for one in found[:TOLD]]


def _commune(request: SignedIn, slug: str) -> tuple[Commune, PageDate]:
    commune = with_area(commune_within(request.access, slug))
    when = page_date.read(request)
    return commune.named_on(when.day), when


def _known(request: SignedIn, commune: Commune, when: PageDate) -> dict[str, Any]:
    may_record = when.is_now and permissions.may_record_villages(request.access, commune)
    return {"nav": "villages", "when": when, "commune": commune, "may_record": may_record}
