"""What waits for me, and what a person is in charge of."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from accounts.access import SignedIn
from accounts.models import Notice, Person
from criteria.progress import Moment, board
from dashboards import boards, waiting
from dashboards.kept import kept
from dashboards.moments import When
from nrm_tracker import clock
from nrm_tracker.revision import unchanged_since_last_write

NOTICES_SHOWN = 10


@require_safe
@unchanged_since_last_write
@kept(personal=True)
def me(request: SignedIn) -> HttpResponse:
    """Queues show now, whatever day other pages show (rule 6)."""
    today = clock.today()
    made = board(request.access.areas, Moment(today))
    return render(
        request,
        "dashboards/me.html",
        {
            "nav": "me",
            "today": today,
            "memberships": request.access.memberships,
            "query": boards.settled(When(Moment(today), today), made).query,
            "queues": waiting.queues(request.access, made),
            "notices": Notice.objects.unread().filter(user=request.user)[:NOTICES_SHOWN],
        },
    )


@require_safe
def person(request: SignedIn, pk: int) -> HttpResponse:
    found = get_object_or_404(
        Person.objects.filter(area__in=request.access.areas).select_related("area"), pk=pk
    )
    return render(request, "dashboards/person.html", {"nav": "", "person": found})
