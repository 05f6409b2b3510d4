"""The list of tasks, each of its filters an address."""

import datetime as dt
from collections.abc import Callable, Collection
from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.db.models import Count, Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from accounts.access import SignedIn
from communes.models import Agency, Commune
from criteria.models import Criterion
from criteria.progress import page_date
from meetings import permissions
from meetings.models import Task, Theme, WorkingSession
from meetings.models.tasks import SOON, TaskQuerySet
from meetings.tasks import task_history
from meetings.tasks.bulk_forms import BulkTaskForm
from nrm_tracker import clock
from nrm_tracker.forms import LongSelect
from nrm_tracker.page_cache import cached_until_written
from nrm_tracker.prepared import prepared

ROWS_A_PAGE = 50
# What of a task is chosen by.
NAMED = ("commune", "lead_commune", "criterion", "lead_agency", "session", "theme")
MAIN = ("q", "who", "state", "commune")
STATES = [
    ("", _("Not finished")),
    ("late", _("Late")),
    ("soon", _("Due soon")),
    ("open", _("In progress")),
    ("reported", _("To be confirmed")),
    ("done", _("Done")),
    ("cancelled", _("Cancelled")),
    ("all", _("All states")),
]


class TaskFilter(forms.Form):
    """What of the list is shown. What the address names and the list has not, filters nothing."""

    q = forms.CharField(
        label=_("Words"), required=False, widget=forms.TextInput(attrs={"class": "wide"})
    )
    who = forms.ChoiceField(
        label=_("Whose"), choices=[("", _("Everybody's")), ("mine", _("Mine"))], required=False
    )
    state = forms.ChoiceField(label=_("State"), choices=STATES, required=False)
    commune = forms.ChoiceField(label=_("Commune"), required=False, widget=LongSelect)
    criterion = forms.ChoiceField(label=_("Criterion"), required=False)
    agency = forms.ChoiceField(label=_("Leading agency"), required=False)
    session = forms.ChoiceField(label=_("Working session"), required=False)
    theme = forms.ChoiceField(label=_("Theme"), required=False)

    def __init__(self, *args: Any, area_ids: Collection[int], **kwargs: Any) -> None:
        """To choose from there is what the tasks of the areas name: six queries."""
        super().__init__(*args, **kwargs)
        named = _named_by_tasks(area_ids) or [(None,) * len(NAMED)]
        keys = (sorted(filter(None, set(column))) for column in zip(*named, strict=True))
        communes, leads, criteria, agencies, sessions, themes = keys
        self._offer("commune", _("All communes"), _communes({*communes, *leads}))
        # Sets number their criteria alike: of each number the name of one is enough.
        numbered = {str(number): f"{number} {name}" for number, name in _criteria(criteria)}
        self._offer("criterion", _("All criteria"), list(numbered.items()))
        self._offer("agency", _("All agencies"), _as_choices(_agencies(agencies)))
        held = [(pk, f"{on:%d/%m/%Y} {title}"[:80]) for pk, on, title in _sessions(sessions)]
        self._offer("session", _("All sessions"), _as_choices(held))
        self._offer("theme", _("All themes"), _as_choices(_themes(themes)))

    def _offer(self, name: str, everything: Any, choices: list[tuple[str, str]]) -> None:
        """The choices of a field; one with nothing to choose from is not asked."""
        if choices:
            self.fields[name].choices = [("", everything), *choices]  # type: ignore[attr-defined]
        else:
            del self.fields[name]

    @property
    def main(self) -> list[forms.BoundField]:
        """The fields that are asked for most."""
        return [field for field in self if field.name in MAIN]

    @property
    def further(self) -> list[forms.BoundField]:
        return [field for field in self if field.name not in MAIN]

    @property
    def is_further(self) -> bool:
        return any(self.cleaned_data.get(field.name) for field in self.further)

    def narrow(self, found: TaskQuerySet, theirs: Callable[[], Q]) -> TaskQuerySet:
        """Those asked for, whatever their state; `theirs` are the reader's own."""
        asked = self.cleaned_data
        if asked.get("who"):
            found = found.filter(theirs())
        if asked.get("commune"):
            slug = asked["commune"]
            found = found.filter(Q(commune__slug=slug) | Q(lead_commune__slug=slug))
        if asked.get("criterion"):
            found = found.filter(criterion__number=asked["criterion"])
        if asked.get("agency"):
            found = found.filter(lead_agency=asked["agency"])
        if asked.get("session"):
            found = found.filter(session=asked["session"])
        if asked.get("theme"):
            found = found.filter(theme=asked["theme"])
        return found.search(asked.get("q") or "")

    def filter(self, found: QuerySet, day: dt.date, end: dt.datetime | None) -> QuerySet:
        """Those of `task_history.as_of` in the state asked for."""
        state = self.cleaned_data.get("state", "")
        if state == "late":
            return task_history.late(found, day, end)
        if state == "soon":
            return task_history.due(found, day, day + SOON, end)
        if state in Task.State.values:
            return found.filter(day_state=state)
        return found if state == "all" else task_history.unfinished(found, end)


def _as_choices(rows: list[tuple[int, str]]) -> list[tuple[str, str]]:
    return [(str(pk), name) for pk, name in rows]


@prepared
def _named_by_tasks(area_ids: Collection[int]) -> QuerySet[Task, Any]:
    return Task.objects.within(area_ids).order_by().values_list(*NAMED).distinct()


@prepared
def _communes(keys: Collection[int]) -> QuerySet[Commune, Any]:
    return Commune.objects.filter(pk__in=keys).values_list("slug", "name")


@prepared
def _criteria(keys: Collection[int]) -> QuerySet[Criterion, Any]:
    found = Criterion.objects.filter(pk__in=keys).order_by("number")
    return found.values_list("number", "short_name")


@prepared
def _agencies(keys: Collection[int]) -> QuerySet[Agency, Any]:
    return Agency.objects.filter(pk__in=keys).values_list("pk", "name")


@prepared
def _sessions(keys: Collection[int]) -> QuerySet[WorkingSession, Any]:
    found = WorkingSession.objects.filter(pk__in=keys)
    return found.values_list("pk", "held_on", "title")


@prepared
def _themes(keys: Collection[int]) -> QuerySet[Theme, Any]:
    return Theme.objects.filter(pk__in=keys).values_list("pk", "name")


@require_safe
@cached_until_written
def task_list(request: SignedIn) -> HttpResponse:
    """As they stood on the day asked for (rule 6): those assigned by then; of who leads, and is in
    charge, as it is now."""
    if to_iso := page_date.to_iso(request):
        return to_iso
    access, when = request.access, page_date.read(request)
    day = when.moment.said_until
    end = clock.end_if_past(day)
    found = Task.objects.within(access.shown)
    form = TaskFilter(request.GET, area_ids=access.shown)
    form.is_valid()
    narrowed = form.narrow(found, lambda: permissions.theirs(access, request.user))
    stood = task_history.as_of(narrowed, end)
    rows = task_history.in_order(form.filter(stood, day, end))
    may_confirm = when.is_now and bool(permissions.confirming_areas(access) & access.shown)
    page: Any = Paginator(rows, ROWS_A_PAGE).get_page(request.GET.get("page"))
    # Names are read of those of the page, not of all that are sorted.
    shown = list(page.object_list.values_list("pk", flat=True))
    return render(
        request,
        "meetings/tasks/tasks.html",
        {
            "nav": "tasks",
            "when": when,
            "today": day,
            "form": form,
            "state": form.cleaned_data.get("state", ""),
            "counts": counts(stood, day, end),
            "soon_days": SOON.days,
            "page": page,
            "tasks": task_history.listed(_rows(shown, end)),
            "is_narrow": any(form.cleaned_data.values()),
            "bulk": BulkTaskForm() if may_confirm else None,
            "may_assign": when.is_now and bool(permissions.assigning_areas(access) & access.shown),
            "picks_all": request.GET.get("pick") == "all",
        },
    )


@prepared
def _rows(keys: Collection[int], end: dt.datetime | None) -> QuerySet[Task, Any]:
    stood = task_history.as_of(Task.objects.filter(pk__in=keys), end)
    return task_history.columns(task_history.in_order(stood))


def counts(found: QuerySet, day: dt.date, end: dt.datetime | None) -> dict[str, int]:
    """How many of `task_history.as_of` were late, due soon and to be confirmed: one query."""
    late, soon = Q(day_due__lt=day), Q(day_due__range=(day, day + SOON))
    is_open = Q(day_state=Task.State.OPEN)
    counted: dict[str, int] = (
        task_history.unfinished(found, end)
        .order_by()
        .aggregate(
            late=Count("pk", filter=is_open & late),
            soon=Count("pk", filter=is_open & soon),
            reported=Count("pk", filter=Q(day_state=Task.State.REPORTED)),
        )
    )
    return counted
