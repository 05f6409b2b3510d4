"""What waits for me, and what a person is in charge of."""

from collections.abc import Collection

from django.db.models import F, Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from accounts.access import SignedIn
from accounts.models import Notice, Person
from criteria.progress import Moment, board
from dashboards import boards, duties, moments, timelines, waiting
from dashboards.kept import kept
from dashboards.moments import When
from dashboards.scopes import Scope
from meetings import following
from meetings.models import Task
from nrm_tracker import clock
from nrm_tracker.revision import unchanged_since_last_write

NOTICES_SHOWN = 10
TASKS_SHOWN = 100


@require_safe
@unchanged_since_last_write
@kept(personal=True)
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
            "query": boards.settled(When(Moment(today), today), made).query,
            "queues": waiting.queues(request.access, request.user, made),
            "returns": waiting.rounds_to_submit(request.access),
            "notices": Notice.objects.unread().filter(user=request.user)[:NOTICES_SHOWN],
        },
    )


@require_safe
def person(request: SignedIn, pk: int) -> HttpResponse:
    if redirect := moments.to_iso(request):
        return redirect
    when = moments.read(request)
    people = Person.objects.filter(area__in=request.access.areas)
    found = get_object_or_404(people.select_related("area", "user"), pk=pk)
    charges = duties.of(found, request.access.areas, when.moment)
    context = {"nav": "", "when": when, "person": found, "timeline": None}
    context["current"] = [duty for duty in charges if duty.is_current]
    context["past"] = [duty for duty in charges if not duty.is_current]
    context["tasks"] = _tasks_of(found, request.access.areas, when)
    if found.user:
        scope = Scope(request.access, when.moment, person=found)
        context["timeline"] = timelines.show(request, scope, when)
    return render(request, "dashboards/person/person.html", context)


def _tasks_of(person: Person, area_ids: Collection[int], when: When) -> list[Task]:
    """The unfinished tasks that the person led or was in charge of on the day, as they stood."""
    day = when.moment.said_until
    theirs = Task.objects.within(area_ids).filter(Q(lead_person=person) | Q(focal_person=person))
    found = following.unfinished(following.as_of(theirs.with_all(), day), day)
    tasks = list(found.order_by(F("day_due").asc(nulls_last=True), "pk")[:TASKS_SHOWN])
    for task in tasks:
        task.state, task.due_on = task.day_state, task.day_due
    return tasks
