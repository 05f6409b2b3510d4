"""What waits for me."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.access import SignedIn
from accounts.models import Notice
from criteria.progress import board_page
from criteria.progress.board import board
from criteria.progress.moment import Moment
from criteria.progress.page_date import PageDate
from dashboards.inbox import waiting
from nrm_tracker import clock
from nrm_tracker.page_cache import cached_until_written

NOTICES_SHOWN = 10


@require_safe
@cached_until_written
def me(request: SignedIn) -> HttpResponse:
    """Queues show now, whatever day other pages show (rule 6)."""
    today = clock.today()
    made = board(request.access.areas, Moment(today))
    return render(
        request,
        "dashboards/inbox/me.html",
        {
            "nav": "me",
            "today": today,
            "memberships": request.access.memberships,
            "query": board_page.settled(PageDate(Moment(today), today), made).query,
            "queues": waiting.queues(request.access, request.user, made),
            "returns": waiting.rounds_to_submit(request.access),
            "notices": Notice.objects.unread().filter(user=request.user)[:NOTICES_SHOWN],
        },
    )
