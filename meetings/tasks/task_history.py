"""Tasks as they stood at the end of a day (rule 6): by what was said of them until then.

Each row gets `day_state` and `day_due`, which types do not know. Of the day that it is, these are
its own columns.
"""

import datetime as dt
from typing import Any

from django.db.models import Case, CharField, F, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce

from meetings.models import Task, TaskUpdate
from nrm_tracker import clock

Kind = TaskUpdate.Kind
State = Task.State


def as_of(found: QuerySet[Task], day: dt.date) -> Any:
    """Those assigned by the day."""
    if day >= clock.today():
        return found.annotate(day_state=F("state"), day_due=F("due_on"))
    end = clock.end_of(day)
    said = TaskUpdate.objects.filter(task=OuterRef("pk"))
    turns = said.filter(
        at__lt=end, kind__in=[Kind.REPORTED, Kind.SENT_BACK, Kind.CONFIRMED, Kind.CANCELLED]
    ).order_by("-at", "-pk")
    moves = said.filter(
        at__gte=end, kind__in=[Kind.DATE_GRANTED, Kind.CONFIRMED], due_before__isnull=False
    ).order_by("at", "pk")
    return found.filter(assigned_at__lt=end).annotate(
        last_turn=Subquery(turns.values("kind")[:1]),
        day_state=Case(
            When(last_turn=Kind.REPORTED, then=Value(State.REPORTED)),
            When(last_turn=Kind.CANCELLED, then=Value(State.CANCELLED)),
            When(
                Q(last_turn=Kind.CONFIRMED) & ~Q(kind=Task.Kind.RECURRING), then=Value(State.DONE)
            ),
            default=Value(State.OPEN),
            output_field=CharField(),
        ),
        day_due=Coalesce(Subquery(moves.values("due_before")[:1]), F("due_on")),
    )


def unfinished(found: QuerySet, day: dt.date) -> Any:
    """Those of `as_of` that were neither done nor given up; what was closed by then is left out."""
    if day >= clock.today():
        return found.filter(state__in=Task.UNFINISHED)
    still = Q(closed_at__isnull=True) | Q(closed_at__gte=clock.end_of(day))
    return found.filter(still, day_state__in=Task.UNFINISHED)


def late(found: QuerySet, day: dt.date) -> Any:
    """Those of `as_of` that were open past their day."""
    if day >= clock.today():
        return found.filter(state=State.OPEN, due_on__lt=day)
    return unfinished(found, day).filter(day_state=State.OPEN, day_due__lt=day)
