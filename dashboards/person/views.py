"""What a person is in charge of."""

from collections.abc import Collection

from django.db.models import F, Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from accounts.access import SignedIn
from accounts.models import Person
from criteria.progress import page_date
from criteria.progress.page_date import PageDate
from dashboards.person import person_charges
from dashboards.timeline import timeline
from dashboards.timeline.scope import scope_of
from meetings.models import Task
from meetings.tasks import task_history
from meetings.tasks.task_history import FollowedTask
from nrm_tracker import clock
from nrm_tracker.page_cache import cached_until_written, not_stored

TASKS_SHOWN = 100


@not_stored
@require_safe
@cached_until_written
def person(request: SignedIn, pk: int) -> HttpResponse:
    if redirect := page_date.to_iso(request):
        return redirect
    when = page_date.read(request)
    people = Person.objects.filter(area__in=request.access.areas)
    found = get_object_or_404(people.select_related("area", "user"), pk=pk)
    charges = person_charges.of(found, request.access.areas, when.moment)
    context = {"nav": "", "when": when, "person": found, "timeline": None}
    context["current"] = [duty for duty in charges if duty.is_current]
    context["past"] = [duty for duty in charges if not duty.is_current]
    context["tasks"] = _tasks_of(found, request.access.areas, when)
    if found.user:
        scope = scope_of(request.access, when.moment, person=found)
        context["timeline"] = timeline.show(request, scope, when)
    return render(request, "dashboards/person/person.html", context)


def _tasks_of(person: Person, area_ids: Collection[int], when: PageDate) -> list[FollowedTask]:
    """The unfinished tasks that the person led or was in charge of on the day, as they stood."""
    end = clock.end_if_past(when.moment.said_until)
    theirs = Task.objects.within(area_ids).filter(Q(lead_person=person) | Q(focal_person=person))
    found = task_history.unfinished(task_history.as_of(theirs, end), end)
    in_order = found.order_by(F("day_due").asc(nulls_last=True), "pk")
    return task_history.listed(task_history.columns(in_order[:TASKS_SHOWN]))
