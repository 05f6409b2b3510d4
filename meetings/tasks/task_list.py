"""The list of tasks, each of its filters an address."""

import datetime as dt
from collections.abc import Callable
from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.db.models import Count, Exists, OuterRef, Q
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from accounts.access import SignedIn
from communes.models import Agency, Commune
from criteria.models import Criterion
from meetings import permissions
from meetings.models import Task, Theme, WorkingSession
from meetings.models.tasks import SOON, TaskQuerySet, is_due_soon, is_late
from meetings.tasks import task_history
from meetings.tasks.bulk_forms import BulkTaskForm
from nrm_tracker import clock
from nrm_tracker.forms import LongSelect
from nrm_tracker.page_cache import cached_until_written

ROWS_A_PAGE = 50
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

    def __init__(self, *args: Any, found: TaskQuerySet, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        about = found.order_by()
        # Most communes have one: each is asked by itself, and the first task answers.
        communes = Commune.objects.filter(
            Exists(about.filter(commune=OuterRef("pk")))
            | Exists(about.filter(lead_commune=OuterRef("pk")))
        )
        self._offer("commune", _("All communes"), list(communes.values_list("slug", "name")))
        numbers = Criterion.objects.filter(pk__in=about.values("criterion")).order_by("number")
        columns = dict(numbers.values_list("number", "short_name"))
        criteria = [(str(number), f"{number} {name}") for number, name in columns.items()]
        self._offer("criterion", _("All criteria"), criteria)
        agencies = Agency.objects.filter(pk__in=about.values("lead_agency"))
        self._offer("agency", _("All agencies"), _named(agencies.values_list("pk", "name")))
        sessions = WorkingSession.objects.filter(pk__in=about.values("session"))
        held = [
            (str(pk), f"{on:%d/%m/%Y} {title}"[:80])
            for pk, on, title in sessions.values_list("pk", "held_on", "title")
        ]
        self._offer("session", _("All sessions"), held)
        themes = Theme.objects.filter(pk__in=about.values("theme"))
        self._offer("theme", _("All themes"), _named(themes.values_list("pk", "name")))

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

    def filter(self, found: TaskQuerySet, day: dt.date) -> TaskQuerySet:
        """Those in the state asked for."""
        state = self.cleaned_data.get("state", "")
        if state == "late":
            return found.late(day)
        if state == "soon":
            return found.due_soon(day)
        if state in Task.State.values:
            return found.filter(state=state)
        return found if state == "all" else found.unfinished()


def _named(rows: Any) -> list[tuple[str, str]]:
    return [(str(pk), name) for pk, name in rows]


@require_safe
@cached_until_written
def task_list(request: SignedIn) -> HttpResponse:
    """Now, whatever day other pages show: who asks what is late means today (rule 6)."""
    today, access = clock.today(), request.access
    found = Task.objects.within(access.shown)
    form = TaskFilter(request.GET, found=found)
    form.is_valid()
    narrowed = form.narrow(found, lambda: permissions.theirs(access, request.user))
    rows = form.filter(narrowed, today)
    may_convene = bool(permissions.convening_areas(access) & access.shown)
    page: Any = Paginator(rows, ROWS_A_PAGE).get_page(request.GET.get("page"))
    return render(
        request,
        "meetings/tasks/tasks.html",
        {
            "nav": "tasks",
            "today": today,
            "form": form,
            "state": form.cleaned_data.get("state", ""),
            "counts": counts(narrowed, today),
            "soon_days": SOON.days,
            "page": page,
            "tasks": task_history.listed_today(page.object_list),
            "is_narrow": any(form.cleaned_data.values()),
            "bulk": BulkTaskForm() if may_convene else None,
            "may_assign": may_convene,
            "picks_all": request.GET.get("pick") == "all",
        },
    )


def counts(found: TaskQuerySet, day: dt.date) -> dict[str, int]:
    """How many are late, due soon and to be confirmed: one query."""
    return (
        found.unfinished()
        .order_by()
        .aggregate(
            late=Count("pk", filter=is_late(day)),
            soon=Count("pk", filter=is_due_soon(day)),
            reported=Count("pk", filter=Q(state=Task.State.REPORTED)),
        )
    )
