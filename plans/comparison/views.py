"""All plans of an area."""

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.access import SignedIn
from criteria.progress import page_date
from nrm_tracker.page_cache import cached_until_written
from plans.comparison import queries

ROWS_A_PAGE = 50


@require_safe
@cached_until_written
def plans(request: SignedIn) -> HttpResponse:
    if redirect := page_date.to_iso(request):
        return redirect
    when = page_date.read(request)
    areas = request.access.shown
    lines = queries.lines_of(areas, when)
    context = {
        "nav": "plans",
        "when": when,
        "page": Paginator(lines, ROWS_A_PAGE).get_page(request.GET.get("page")),
        "late": sum((line.days_late or 0) > 0 for line in lines),
        "reckoned": sum(line.finish_on is not None for line in lines),
        "missing": sum(line.told is None for line in lines),
        "stale": sum(line.told is not None and line.told.plan.is_stale for line in lines),
        "holders": queries.holders_of(areas) if when.is_now else queries.deciding_of(lines),
    }
    return render(request, "plans/comparison/plans.html", context)
