"""What was approved of a plan, version by version, and how one differs from another."""

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.access import SignedIn
from nrm_tracker import clock
from nrm_tracker.page_cache import cached_until_written
from plans.drafting.costs import costs_of
from plans.lookups import plan_within
from plans.models import Plan, PlanVersion
from plans.versions import queries
from plans.versions.differences import PlanSide, VersionDifferences

NOW = "now"


@require_safe
@cached_until_written
def versions(request: SignedIn, slug: str) -> HttpResponse:
    plan = plan_within(request, slug)
    context = {**_shared(request, plan), "lines": queries.lines_of(queries.versions_of(plan))}
    return render(request, "plans/versions/versions.html", context)


@require_safe
@cached_until_written
def version(request: SignedIn, slug: str, number: int) -> HttpResponse:
    """One version; `?against=` another, or `now`: what differs, from the older to the newer."""
    plan = plan_within(request, slug)
    known = queries.versions_of(plan)
    shown = next((one for one in known if one.number == number), None)
    if shown is None:
        raise Http404
    side = queries.side_of(shown)
    against = request.GET.get("against", "")
    context = {
        **_shared(request, plan),
        "version": shown,
        "side": side,
        "others": [one.number for one in known if one != shown],
        "against": against,
        "found": _differences(plan, shown, side, known, against) if against else None,
        "costs": costs_of(side.steps),
    }
    return render(request, "plans/versions/version.html", context)


def _shared(request: SignedIn, plan: Plan) -> dict[str, object]:
    return {
        "nav": "plans",
        "plan": plan,
        "commune": plan.enrolment.commune,
        "set_query": f"?set={request.GET['set']}" if request.GET.get("set") else "",
    }


def _differences(
    plan: Plan, shown: PlanVersion, side: PlanSide, known: list[PlanVersion], against: str
) -> VersionDifferences | None:
    """What differs; nothing where the plan of today cannot be reckoned."""
    if against == NOW:
        today = queries.side_of_today(plan, clock.today())
        return VersionDifferences(side, today) if today else None
    other = next((one for one in known if str(one.number) == against), None)
    if other is None:
        raise Http404
    sides = side, queries.side_of(other)
    return VersionDifferences(*(sides if shown.number < other.number else reversed(sides)))
