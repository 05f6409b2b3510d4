"""A session item by item, to be read from across a room: its communes, then what is concluded.

The same items are shown alone, and beside the minutes for those who type them.
"""

import re
from dataclasses import dataclass
from typing import Any

from django.forms import BoundField
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.access import SignedIn
from accounts.models import Ability
from communes.models import Commune
from criteria.models import CriterionStatus
from criteria.progress import scoring
from criteria.progress.lookups import status_within
from dashboards.session.briefed_tasks import briefed_tasks
from dashboards.session.briefing import briefing_of
from meetings import permissions
from meetings.minutes.forms import MinutesLine, choices_of
from meetings.minutes.writing import writing_of
from meetings.models import Entry, Task, WorkingSession
from meetings.sessions.forms import SessionFindingForm
from meetings.sessions.lookups import session_within
from meetings.sessions.views import closed_to_changes
from meetings.tasks import task_history
from meetings.tasks.alike import grouped
from meetings.tasks.briefing import dated
from nrm_tracker import clock
from nrm_tracker.converters import NumberConverter
from nrm_tracker.page_cache import cached_until_written

# How much of a list stands on the screen; the rest is counted.
DUE, OPEN, CHANGES, CONCLUSIONS, ASSIGNED = 4, 3, 4, 6, 7
# The key by which each result is chosen.
RESULT_KEYS = {"met": "D", "nearly": "B", "not_met": "C", "not_applicable": "K"}
CONCLUDED = (Entry.Kind.CONCLUSION, Entry.Kind.GUIDELINE)
# Past so many, the criteria still to be met stand in two columns.
ONE_COLUMN = 10


@dataclass(frozen=True)
class Item:
    """A commune of the session; of none: what is concluded for all."""

    commune: Commune | None

    @property
    def name(self) -> str:
        return self.commune.name if self.commune else _("Conclusions")

    @property
    def slug(self) -> str:
        return self.commune.slug if self.commune else ""

    @property
    def query(self) -> str:
        return "?" + urlencode({"commune": self.slug})


@dataclass(frozen=True)
class Deciding:
    """The form by which the session says the result of a criterion, and where it is sent."""

    status: CriterionStatus
    form: SessionFindingForm
    address: str

    @property
    def choices(self) -> list[tuple[Any, str]]:
        return [(one, RESULT_KEYS[one.data["value"]]) for one in self.form["result"]]

    @property
    def said(self) -> list[BoundField]:
        """What may have to be said with it, a line each."""
        return [self.form["reason"], self.form["no_evidence_reason"]]


@require_safe
@cached_until_written
def screen(request: SignedIn, pk: int) -> HttpResponse:
    """The items alone: what the room looks at."""
    found = session_within(request, pk)
    return render(request, "dashboards/session/screen.html", _presented(request, found, "screen"))


@require_safe
def present(request: SignedIn, pk: int) -> HttpResponse:
    """The items with the minutes beside, for who writes them while they are open, and decides on
    criteria from the day of the session on."""
    found = session_within(request, pk)
    context = _presented(request, found, "present")
    access = request.access
    if permissions.may_convene(access, found.area_id) and not closed_to_changes(found):
        context |= _minutes_beside(found, context["item"], context["communes"])
        has_come = found.held_on <= clock.today()
        if has_come and found.area_id in access.areas_for(Ability.ASSESS):
            context |= {"decides": True, "decided": _deciding(request, found, context)}
    return render(request, "dashboards/session/screen.html", context)


def _presented(request: SignedIn, session: WorkingSession, address: str) -> dict[str, Any]:
    communes = list(session.communes.order_by("sort_key"))
    items = [*(Item(one) for one in communes), Item(None)]
    asked = request.GET.get("commune", items[0].slug)
    place = next((n for n, item in enumerate(items) if item.slug == asked), None)
    if place is None:
        raise Http404
    item = items[place]
    shown = _of_commune(session, item.commune) if item.commune else _concluded(session)
    return shown | {
        "session": session,
        "communes": communes,
        "address": address,
        "item": item,
        "place": place + 1,
        "count": len(items),
        "previous": items[place - 1] if place else None,
        "next": items[place + 1] if place + 1 < len(items) else None,
    }


def _of_commune(session: WorkingSession, commune: Commune) -> dict[str, Any]:
    """Where it stands, what changed since the last session, what is due and what else is open."""
    said = dated(briefing_of(session, commune, is_whole=False))
    day = said["day_on"]
    due = [*said["late"], *said["soon"]]
    pressing = {task["pk"] for task in due}
    open_ = [task for task in said["carried"] if task["pk"] not in pressing]
    due_tasks, open_tasks = briefed_tasks(due, day), briefed_tasks(open_, day)
    return {
        "b": said,
        "cells": _numbered(said["now"]),
        "in_columns": len(said["lacking"]) > ONE_COLUMN,
        "changes": said["changes"][:CHANGES],
        "more_changes": len(said["changes"][CHANGES:]),
        "due": due_tasks[:DUE],
        "more_due": len(due_tasks[DUE:]),
        "open": open_tasks[:OPEN],
        "open_count": len(open_),
        "more_open": len(open_tasks[OPEN:]),
    }


def _numbered(now: dict[str, Any] | None) -> list[tuple[int, str]]:
    """The results of a briefing with the numbers of their criteria."""
    letters = now["results"] if now else ""
    return [(number, scoring.NAMES[letter]) for number, letter in enumerate(letters, start=1)]


def _concluded(session: WorkingSession) -> dict[str, Any]:
    """What was concluded so far, and the tasks that came of it: two queries."""
    said = session.entries.filter(kind__in=CONCLUDED).exclude(text="")
    concluded = list(said.select_related("commune").order_by("position", "pk"))
    assigned = task_history.listed_today(Task.objects.filter(session=session))
    groups = grouped(assigned)
    return {
        "concluded": concluded[:CONCLUSIONS],
        "concluded_count": len(concluded),
        "more_concluded": len(concluded[CONCLUSIONS:]),
        "assigned": groups[:ASSIGNED],
        "assigned_count": len(assigned),
        "more_assigned": len(groups[ASSIGNED:]),
    }


def _deciding(
    request: SignedIn, session: WorkingSession, context: dict[str, Any]
) -> Deciding | None:
    """On the criterion that is asked for, of the commune that is shown."""
    number, commune = request.GET.get("criterion", ""), context["item"].commune
    if not number or not commune:
        return None
    if not context["cells"] or not re.fullmatch(NumberConverter.regex, number):
        raise Http404
    code = context["b"]["set_code"]
    status = status_within(request.access, commune.slug, int(number), code)
    place = reverse("session-assess", args=[session.pk, commune.slug, status.criterion.number])
    sent_to = f"{place}?{urlencode({'set': code, 'presented': 1})}"
    return Deciding(status, SessionFindingForm(session=session, status=status), sent_to)


def _minutes_beside(session: WorkingSession, item: Item, communes: list[Commune]) -> dict[str, Any]:
    """The entries about the item as forms, and one for what is said next."""
    entries = session.entries.filter(commune=item.commune)
    kind = Entry.Kind.REPORT if item.commune else Entry.Kind.CONCLUSION
    extra = MinutesLine(kind=kind, commune=str(item.commune.pk) if item.commune else "")
    writing = writing_of(session, choices_of(communes), extra, entries=entries)
    # Who speaks next mostly does the same.
    *before, extra = writing["lines"]
    extra.kind = before[-1].kind if before else kind
    return writing
