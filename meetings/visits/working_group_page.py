"""A working group: where the communes that it directs stand, its visits, its tasks, its members."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db.models import Max, Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from accounts.access import Access, SignedIn
from accounts.models import Membership, Role, User
from communes.models import Commune, WorkingGroup
from criteria.progress import page_date
from criteria.progress.board import BoardRow, board
from criteria.progress.moment import Moment
from meetings import permissions
from meetings.models import Task, Visit
from meetings.tasks import task_history
from meetings.visits import visit_history
from nrm_tracker import clock
from nrm_tracker.page_cache import cached_until_written

VISITS_SHOWN = 50
TASKS_SHOWN = 200


@dataclass(frozen=True)
class Directed:
    """A commune that a working group directs: where it stands today, and the group's visits."""

    commune: Commune
    row: BoardRow | None
    last_on: dt.date | None
    days_since: int | None


@require_safe
@cached_until_written
def working_group(request: SignedIn, pk: int) -> HttpResponse:
    """As it stood on the day asked for (rule 6); its head and members are those of now."""
    if to_iso := page_date.to_iso(request):
        return to_iso
    access, when = request.access, page_date.read(request)
    today = when.moment.said_until
    end = clock.end_if_past(today)
    reached = WorkingGroup.objects.filter(area__in=access.areas).select_related("area")
    group = get_object_or_404(reached, pk=pk)
    visits = Visit.objects.within(access.areas).filter(working_group=group)
    listed = visit_history.listed(visit_history.as_of(visits, end), end)
    tasks = Task.objects.within(access.areas).filter(lead_working_group=group)
    tasks = task_history.as_of(tasks, end).exclude(day_state=Task.State.CANCELLED)
    shown = task_history.columns(task_history.in_order(tasks)[:TASKS_SHOWN])
    return render(
        request,
        "meetings/visits/working_group.html",
        {
            "nav": "visits",
            "when": when,
            "today": today,
            "group": group,
            "communes": _directed(group, access, when.moment, end),
            "planned": visit_history.set_back(listed.planned[:VISITS_SHOWN], end),
            "made": listed.made[:VISITS_SHOWN],
            "tasks": task_history.listed(shown),
            "members": _members(group, when.today),
            "may_plan": when.is_now and permissions.may_plan_of(access, group),
        },
    )


def _directed(
    group: WorkingGroup, access: Access, moment: Moment, end: dt.datetime | None
) -> list[Directed]:
    """The group's communes, with where each stood: four queries."""
    own = Q(visits__working_group=group) & visit_history.made(end, "visits__")
    communes = (
        group.communes.filter(area__in=access.areas)
        .annotate(last_on=Max("visits__made_on", filter=own))
        .order_by("sort_key", "code")
    )
    made = board({group.area_id}, moment)
    rows = {row.commune_id: row for row in [*made.rows, *made.others]}
    return [_standing(commune, rows.get(commune.pk), moment.said_until) for commune in communes]


def _standing(commune: Any, row: BoardRow | None, today: dt.date) -> Directed:
    return Directed(
        commune,
        row,
        commune.last_on,
        (today - commune.last_on).days if commune.last_on else None,
    )


def _members(group: WorkingGroup, today: dt.date) -> list[User]:
    held = Membership.objects.valid_on(today).filter(
        role=Role.WORKING_GROUP_MEMBER, working_group=group
    )
    return list(User.objects.filter(is_active=True, pk__in=held.values("user")))
