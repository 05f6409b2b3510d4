"""Inspections and visits: who goes where, who went, and where nobody was for long."""

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django import forms
from django.conf import settings
from django.core.paginator import Page, Paginator
from django.db.models import Case, Count, F, Max, Q, When
from django.db.models.functions import ExtractYear
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from accounts.access import Access, SignedIn
from accounts.models import Ability
from communes.models import Commune, WorkingGroup
from criteria.progress import board_page, page_date
from meetings import permissions
from meetings.models import Visit
from meetings.models.visits import VisitQuerySet
from meetings.visits import visit_history
from nrm_tracker import clock
from nrm_tracker.forms import LongSelect
from nrm_tracker.page_cache import cached_until_written

UNVISITED_A_PAGE = 20


@dataclass(frozen=True)
class VisitedPlace:
    """A commune, and when somebody last visited it."""

    commune_id: int
    slug: str
    name: str
    area_id: int
    parent_id: int | None
    is_there: bool
    is_known: bool
    last_on: dt.date | None

    def days(self, today: dt.date) -> int | None:
        return (today - self.last_on).days if self.last_on else None


@dataclass(frozen=True)
class Unvisited:
    """A commune where nobody was for long; `days` is None where nobody ever was."""

    place: VisitedPlace
    days: int | None
    may_plan: bool


class VisitFilter(forms.Form):
    """What of the visits is shown: what the address names and the list has not filters nothing."""

    commune = forms.ChoiceField(label=_("Commune"), required=False, widget=LongSelect)
    agency = forms.ChoiceField(label=_("Agency"), required=False)
    group = forms.ChoiceField(label=_("Working group"), required=False)
    kind = forms.ChoiceField(
        label=_("Kind of visit"),
        choices=[("", _("All kinds")), *Visit.Kind.choices],
        required=False,
    )
    year = forms.ChoiceField(label=_("Year"), required=False)

    def __init__(
        self,
        *args: Any,
        found: VisitQuerySet,
        places: Collection[VisitedPlace],
        groups: Collection[WorkingGroup],
        end: dt.datetime | None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.year_of_visit = _year(end)
        rows = found.annotate(year=self.year_of_visit).order_by()
        columns = ("agency__sort_key", "agency", "agency__short_name", "year")
        gone = sorted(rows.values_list(*columns).distinct(), key=lambda row: row[0] or "")
        agencies = {str(pk): name for _key, pk, name, _year in gone if pk}
        years = sorted({str(year) for *_agency, year in gone}, reverse=True)
        named = [(place.slug, place.name) for place in places if place.is_there or place.is_known]
        self._offer("commune", _("All communes"), named)
        self._offer("agency", _("All agencies"), list(agencies.items()))
        directing = [(str(group.pk), Truncator(group.name).chars(40)) for group in groups]
        self._offer("group", _("All working groups"), directing)
        self._offer("year", _("All years"), [(year, year) for year in years])

    def _offer(self, name: str, everything: Any, choices: list[tuple[str, str]]) -> None:
        self.fields[name].choices = [("", everything), *choices]  # type: ignore[attr-defined]

    def filter(self, found: VisitQuerySet) -> VisitQuerySet:
        columns = {
            "commune": "commune__slug",
            "agency": "agency",
            "group": "working_group",
            "kind": "kind",
            "year": "year",
        }
        asked = {
            column: self.cleaned_data[name]
            for name, column in columns.items()
            if self.cleaned_data.get(name)
        }
        return found.annotate(year=self.year_of_visit).filter(**asked)


def _year(end: dt.datetime | None) -> ExtractYear:
    """That of the day on which it was made, or is to be."""
    made_on = When(visit_history.made(end), then=F("made_on"))
    return ExtractYear(Case(made_on, default=F("planned_on")))


@require_safe
@cached_until_written
def visit_list(request: SignedIn) -> HttpResponse:
    """As they stood on the day asked for (rule 6): those entered by then."""
    if to_iso := page_date.to_iso(request):
        return to_iso
    access, when = request.access, page_date.read(request)
    today = when.moment.said_until
    end = clock.end_if_past(today)
    reached = visit_history.as_of(Visit.objects.within(access.shown), end)
    places = _places(access.shown, today, end)
    groups = list(WorkingGroup.objects.filter(area__in=access.shown))
    form = VisitFilter(request.GET, found=reached, places=places, groups=groups, end=end)
    form.is_valid()
    found = form.filter(reached)
    counts = _counts(found, today, end)
    listed = visit_history.listed(found, end)
    unvisited = _unvisited(access, places, today)
    shown = Paginator(unvisited, UNVISITED_A_PAGE).get_page(request.GET.get("unvisited"))
    return render(
        request,
        "meetings/visits/visits.html",
        {
            "nav": "visits",
            "when": when,
            "today": today,
            "form": form,
            "is_narrow": any(form.cleaned_data.values()),
            "counts": counts,
            "planned": _page(request, listed.planned, "planned", counts["planned"], end),
            "made": _page(request, listed.made, "made", counts["made"], end),
            "given_up": _page(request, listed.given_up, "given-up", counts["given_up"], end),
            "stale_days": settings.VISIT_STALE_DAYS,
            "never": sum(row.days is None for row in unvisited),
            "unvisited": shown,
            "seen": [row for row in shown if row.days is not None],
            "never_seen": [row for row in shown if row.days is None],
            "groups": groups,
            "may_plan": when.is_now and _may_plan(access),
        },
    )


def _counts(found: VisitQuerySet, today: dt.date, end: dt.datetime | None) -> dict[str, int]:
    """How many of each state: one query."""
    planned = visit_history.planned(end)
    return found.order_by().aggregate(
        planned=Count("pk", filter=planned),
        overdue=Count("pk", filter=planned & Q(planned_on__lt=today)),
        made=Count("pk", filter=visit_history.made(end)),
        given_up=Count("pk", filter=visit_history.given_up(end)),
    )


def _page(
    request: SignedIn, rows: VisitQuerySet, name: str, count: int, end: dt.datetime | None
) -> Page:
    """A page of one of the lists, which turn their pages apart; they are counted already."""
    paginator = Paginator(rows, board_page.ROWS_A_PAGE)
    # An empty list is asked for too: the page costs the same whatever there is.
    paginator.count = max(count, 1)
    page = paginator.get_page(request.GET.get(name))
    page.object_list = visit_history.set_back(page.object_list, end)
    return page


def _places(
    area_ids: Collection[int], today: dt.date, end: dt.datetime | None
) -> list[VisitedPlace]:
    """Every commune within reach with its last visit: one query."""
    last_on = Max("visits__made_on", filter=visit_history.made(end, "visits__") if end else None)
    found = (
        Commune.objects.within(area_ids)
        .annotate(last_on=last_on, visit_count=Count("visits"))
        .order_by("sort_key", "code")
    )
    columns = ("pk", "slug", "name", "area", "area__parent", "visit_count", "last_on")
    days = ("established_on", "dissolved_on")
    return [
        VisitedPlace(
            pk,
            slug,
            name,
            area_id,
            parent_id,
            (since is None or since <= today) and (until is None or until > today),
            count > 0,
            last_on,
        )
        for pk, slug, name, area_id, parent_id, count, last_on, since, until in found.values_list(
            *columns, *days
        )
    ]


def _unvisited(access: Access, places: Collection[VisitedPlace], today: dt.date) -> list[Unvisited]:
    """The communes where nobody was for too many days: never visited ones first, then the
    longest ago."""
    own = permissions.visiting_areas(access)
    if access.agencies_for(Ability.VISIT):
        own |= access.agency_areas
    rows = [
        Unvisited(place, place.days(today), bool({place.area_id, place.parent_id} & own))
        for place in places
        if place.is_there
    ]
    stale = [row for row in rows if row.days is None or row.days >= settings.VISIT_STALE_DAYS]
    return sorted(stale, key=lambda row: (row.days is not None, -(row.days or 0)))


def _may_plan(access: Access) -> bool:
    return bool(
        access.agencies_for(Ability.VISIT)
        or access.groups_for(Ability.VISIT)
        or permissions.visiting_areas(access) & access.shown
    )
