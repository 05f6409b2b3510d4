"""Search from every page, and the page that shows every component."""

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.access import SignedIn
from accounts.models import Person
from communes.models import Commune
from criteria.models import CriteriaSet, Criterion
from nrm_tracker import clock, text

MOST = 30
LONGEST = 100


@require_safe
def search(request: SignedIn) -> HttpResponse:
    """Communes, criteria and people in which every word occurs, whatever its marks."""
    words = text.normalize(request.GET.get("q", "").replace("\x00", ""))[:LONGEST]
    context = {"nav": "", "words": words, "communes": [], "criteria": [], "people": []}
    if text.search_key(words):
        areas = request.access.areas
        in_use = CriteriaSet.objects.filter(enrolments__commune__area__in=areas)
        context |= {
            "communes": Commune.objects.within(areas)
            .established_by(clock.today())
            .search(words)
            .select_related("area")[:MOST],
            "criteria": Criterion.objects.filter(criteria_set__in=in_use)
            .search(words)
            .select_related("criteria_set")
            .order_by("-criteria_set__valid_from", "number")[:MOST],
            "people": Person.objects.filter(area__in=areas).search(words)[:MOST],
        }
    return render(request, "dashboards/search.html", context)


@require_safe
def styleguide(request: SignedIn) -> HttpResponse:
    if not request.user.is_staff:
        raise PermissionDenied
    return render(request, "dashboards/styleguide.html", {"nav": ""})
