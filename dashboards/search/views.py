"""Search from every page."""

from collections.abc import Collection

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.access import SignedIn
from accounts.models import Person
from communes.models import Commune, WorkingGroup
from criteria.models import CriteriaSet, Criterion
from dashboards.search.documents import numbered
from meetings.models import Entry, Task, WorkingSession
from meetings.tasks import task_history
from nrm_tracker import clock, text
from nrm_tracker.page_cache import cached_until_written

MOST = 30
LONGEST = 100


@require_safe
@cached_until_written
def search(request: SignedIn) -> HttpResponse:
    """What is within reach and in which every word occurs, whatever its marks."""
    words = text.normalize(request.GET.get("q", ""))[:LONGEST]
    context: dict[str, object] = {"nav": "", "words": words, "today": clock.today()}
    found = _found(request, words)
    return render(
        request,
        "dashboards/search/search.html",
        context | found | {"is_found": any(found.values())},
    )


def _found(request: SignedIn, words: str) -> dict[str, list]:
    """By the name of each list; one query each."""
    if not text.search_key(words):
        return {}
    areas = request.access.shown
    in_use = CriteriaSet.objects.filter(enrolments__commune__area__in=areas)
    entries = Entry.objects.within(areas).search(words).select_related("session", "commune")
    lists = {
        "communes": Commune.objects.within(areas)
        .established_by(clock.today())
        .search(words)
        .select_related("area"),
        "criteria": Criterion.objects.filter(criteria_set__in=in_use)
        .search(words)
        .select_related("criteria_set")
        .order_by("-criteria_set__valid_from", "number"),
        "people": Person.objects.filter(area__in=areas).search(words),
        "sessions": WorkingSession.objects.within(areas).search(words),
        "entries": entries.order_by("-session__held_on", "-session", "position", "pk"),
    }
    rows: dict[str, list] = {name: list(found[:MOST]) for name, found in lists.items()}
    tasks = Task.objects.within(areas).search(words)[:MOST]
    return rows | {
        "documents": numbered(words, areas),
        "tasks": task_history.listed_today(tasks),
        "groups": _groups(areas, words),
    }


def _groups(area_ids: Collection[int], words: str) -> list[WorkingGroup]:
    """Working groups are few and have no key to be searched by: each name is looked into."""
    return [
        group
        for group in WorkingGroup.objects.filter(area__in=area_ids)
        if text.has_words(f"{group.name} {group.decision_number}", words)
    ]
