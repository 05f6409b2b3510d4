"""Sessions as they stood at the end of a day (rule 6): by what was entered of them until then.

Each row gets `day_on` and `day_state`, which types do not know. Of the day that it is, these are
its own columns.
"""

import datetime as dt
from typing import Any

from django.db.models import Case, CharField, Exists, F, OuterRef, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce

from meetings.models import Briefing, SessionChange, WorkingSession

State = WorkingSession.State


def as_of(found: QuerySet[WorkingSession], end: dt.datetime, is_past: bool) -> Any:
    """Those convened by the end of the day, which is past or is not."""
    convened = found.filter(convened_at__lt=end)
    if not is_past:
        return convened.annotate(day_on=F("held_on"), day_state=F("state"))
    changes = SessionChange.objects.filter(session=OuterRef("pk"))
    # From where the next change took it.
    next_from = changes.filter(at__gte=end).order_by("at", "pk").values("from_on")[:1]
    frozen = Briefing.objects.filter(session=OuterRef("pk"), frozen_at__lt=end)
    came_to = Case(
        When(Exists(changes.filter(at__lt=end, to_on__isnull=True)), then=Value(State.CALLED_OFF)),
        When(published_at__lt=end, then=Value(State.PUBLISHED)),
        When(Exists(frozen), then=Value(State.HELD)),
        default=Value(State.DRAFT),
        output_field=CharField(),
    )
    return convened.annotate(day_on=Coalesce(Subquery(next_from), F("held_on")), day_state=came_to)
