"""What falls back, within reach: to be counted again, and long not updated."""

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.access import SignedIn
from criteria.reviews import cell_filter, cell_rows
from criteria.reviews import overdue as falling_back
from nrm_tracker import clock
from nrm_tracker.alike import folded
from nrm_tracker.page_cache import cached_until_written


@require_safe
@cached_until_written
def review(request: SignedIn) -> HttpResponse:
    today = clock.today()
    picked = cell_filter.read(request, today)
    reach, days = picked.reach, settings.STALE_DAYS
    late = falling_back.overdue(reach, today)
    overdue = cell_filter.page(request, len(late), lambda first, last: late[first:last], "due")
    untouched = cell_filter.page(
        request,
        falling_back.untouched_count(reach, today, days),
        lambda first, last: falling_back.untouched(reach, today, days, last)[first:],
        "stale",
    )
    shown = cell_rows.rows_of([row.cell_id for row in (*overdue, *untouched)])
    cells = {cell.status_id: cell for cell in shown}
    return render(
        request,
        "criteria/reviews/overdue.html",
        {
            "nav": "review",
            "today": today,
            "cell_filter": picked,
            "is_blank": not overdue.object_list and not untouched.object_list and reach.is_blank(),
            "stale_days": days,
            "overdue": overdue,
            "overdue_rows": folded(
                [(row, cells[row.cell_id]) for row in overdue],
                lambda pair: (pair[1].slug, pair[0].known_on, pair[0].due_on),
            ),
            "untouched": untouched,
            "untouched_rows": folded(
                [(row, cells[row.cell_id]) for row in untouched],
                lambda pair: (pair[1].slug, pair[1].result, pair[0].since),
            ),
        },
    )
