"""Resources and debts: of all communes, and of one. On any day (rule 6)."""

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.access import SignedIn
from criteria.progress import page_date
from criteria.progress.lookups import commune_within
from nrm_tracker.page_cache import cached_until_written
from plans import permissions
from plans.lookups import with_area
from plans.models import Contribution
from plans.resources import queries
from plans.resources.queries import DebtSums

ROWS_A_PAGE = 50
STAGES = tuple(Contribution.Stage)


@require_safe
@cached_until_written
def resources(request: SignedIn) -> HttpResponse:
    """All communes of the area, and the area as a whole by source."""
    if redirect := page_date.to_iso(request):
        return redirect
    when = page_date.read(request)
    shown = request.access.shown
    year = _year(request)
    with_plans = _is_beside_plans(when, year)
    lines = queries.communes_with_resources(shown, when.moment, year, with_plans=with_plans)
    planned = queries.planned_in(shown) if with_plans else {}
    sources = queries.by_source(queries.counted(shown, when.moment, year), planned)
    debts = [one.debt for one in lines]
    context = {
        **_known(when, year, queries.years_of(queries.counted(shown, when.moment, None))),
        "page": Paginator(lines, ROWS_A_PAGE).get_page(request.GET.get("page")),
        "sources": sources,
        "whole": sources[-1].sums,
        "debt": DebtSums(
            sum(one.items for one in debts),
            sum((one.value for one in debts), queries.NOUGHT),
            sum((one.paid for one in debts), queries.NOUGHT),
        ),
        "owing": sum(one.owed > 0 for one in debts),
    }
    return render(request, "plans/resources/resources.html", context)


@require_safe
@cached_until_written
def commune_resources(request: SignedIn, slug: str) -> HttpResponse:
    if redirect := page_date.to_iso(request):
        return redirect
    when = page_date.read(request)
    commune = with_area(commune_within(request.access, slug)).named_on(when.day)
    areas = {commune.area_id}
    year = _year(request)
    found = queries.counted(areas, when.moment, year, commune)
    planned = queries.planned_by_source(commune) if _is_beside_plans(when, year) else {}
    sources = queries.by_source(found, planned)
    rows = found.select_related("criterion", "recorded_by").order_by("-given_on", "-pk")
    debts = queries.debts_of(commune, when.moment)
    own = queries.counted(areas, when.moment, None, commune)
    context = {
        **_known(when, year, queries.years_of(own)),
        "commune": commune,
        "sources": sources,
        "whole": sources[-1].sums,
        "criteria": queries.by_criterion(found),
        "page": Paginator(rows, ROWS_A_PAGE).get_page(request.GET.get("page")),
        "is_illustrative": found.filter(is_illustrative=True).exists(),
        "debts": debts,
        "debt": queries.total_of(debts),
        "may_record": when.is_now and permissions.may_record_resources(request.access, commune),
    }
    return render(request, "plans/resources/commune_resources.html", context)


def _is_beside_plans(when: page_date.PageDate, year: int | None) -> bool:
    """What plans cost is known as a whole and as of now, not of one year nor of a past day."""
    return when.is_now and year is None


def _known(when: page_date.PageDate, year: int | None, years: list[int]) -> dict[str, Any]:
    return {
        "nav": "resources",
        "when": when,
        "year": year,
        "years": years,
        "stages": [stage.label for stage in STAGES],
    }


def _year(request: SignedIn) -> int | None:
    """The year of which sums are asked; what is no year asks for all."""
    asked = request.GET.get("year", "")
    is_year = asked.isascii() and asked.isdecimal() and 1900 <= int(asked[:5]) <= 2199
    return int(asked) if is_year and len(asked) == 4 else None
