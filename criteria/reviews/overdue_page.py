"""What falls back, within reach: to be counted again, and long not updated."""

from django.conf import settings
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.access import SignedIn
from criteria.progress import board_page
from criteria.reviews import cell_filter, cell_rows
from criteria.reviews import overdue as falling_back
from nrm_tracker import clock
from nrm_tracker.page_cache import cached_until_written


@require_safe
@cached_until_written
def review(request: SignedIn) -> HttpResponse:
    today = clock.today()
    picked = cell_filter.read(request, today)
    cells = picked.cells()
    overdue = falling_back.overdue(
        cells, falling_back.periods(), falling_back.measured(picked.runs), today
    )
    untouched = falling_back.untouched(
        cells, cell_rows.touched(picked.runs), today, settings.STALE_DAYS
    )
    return render(
        request,
        "criteria/reviews/overdue.html",
        {
            "nav": "review",
            "today": today,
            "sieve": picked,
            "stale_days": settings.STALE_DAYS,
            "overdue": _page(request, overdue, "due"),
            "untouched": _page(request, untouched, "stale"),
        },
    )


def _page(request: SignedIn, rows: list, name: str) -> object:
    """A page of one of the two lists, which turn their pages apart."""
    return Paginator(rows, board_page.ROWS_A_PAGE).get_page(request.GET.get(name))
