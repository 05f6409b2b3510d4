"""All plans of an area."""

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.access import SignedIn
from nrm_tracker import clock
from nrm_tracker.page_cache import cached_until_written
from plans.comparison import queries

ROWS_A_PAGE = 50


@require_safe
@cached_until_written
def plans(request: SignedIn) -> HttpResponse:
    today = clock.today()
    lines = queries.lines_of(request.access.shown, today)
    late = [line for line in lines if (line.days_late or 0) > 0]
    reckoned = [line for line in lines if line.plan and line.plan.finish_on]
    context = {
        "nav": "plans",
        "page": Paginator(lines, ROWS_A_PAGE).get_page(request.GET.get("page")),
        "late": len(late),
        "reckoned": len(reckoned),
        "missing": sum(line.plan is None for line in lines),
        "holding": queries.holding(request.access.shown),
        "today": today,
    }
    return render(request, "plans/comparison/plans.html", context)
