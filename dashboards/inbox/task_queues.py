"""Tasks that wait for a person now: to be done, to be confirmed, to be given another day."""

import datetime as dt
from enum import StrEnum
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Subquery, Value
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.access import Access
from accounts.models import User
from dashboards.inbox.queue import FEW, Queue, TaskItem
from meetings import permissions
from meetings.models import DueDateChange, Task, TaskUpdate
from meetings.models.tasks import SOON, TaskQuerySet, is_due_soon, is_late
from meetings.permissions import Keys
from meetings.tasks import task_history
from meetings.tasks.task_history import FollowedTask
from nrm_tracker import clock
from nrm_tracker.prepared import prepared


class Waits(StrEnum):
    """The queues of tasks, in their order."""

    LATE = "late"
    SOON = "soon"
    REPORTED = "reported"
    OPEN = "open"


LEADS = ("lead_agency", "lead_commune", "lead_working_group", "lead_person")


def queues(access: Access, user: User, day: dt.date) -> list[Queue]:
    """At most six queries, however many tasks there are."""
    return [*_tasks(access, user, day), *_days_asked_for(access, user)]


def _tasks(access: Access, user: User, day: dt.date) -> list[Queue]:
    """Late and due tasks that the person leads or follows, those to be confirmed by them, and
    what else is theirs to do: the first of each, and how many there are."""
    said = {
        Waits.LATE: (_("Late tasks"), _("No task is late.")),
        Waits.SOON: (_("Tasks due soon"), ""),
        Waits.REPORTED: (_("Tasks to be confirmed as done"), ""),
        Waits.OPEN: (_("Other tasks in progress"), ""),
    }
    works = any([access.heads, access.staffs, access.agencies, access.joins])
    always = {Waits.LATE} if works or access.leads or access.coordinates else set()
    asked: tuple[Any, ...] = (day, day + SOON, user.pk, *_reach(access))
    ((*counts,),) = _counts(*asked) or [[0] * len(said)]
    totals = dict(zip(said, counts, strict=True))
    rows = {name: _first(name, *asked) if totals[name] else [] for name in said}
    first = {
        name: [_task_item(task, day) for task in task_history.listed(found)]
        for name, found in rows.items()
    }
    return [
        Queue(
            title,
            empty,
            first[name],
            is_urgent=name != Waits.OPEN,
            concerns_tasks=True,
            total=totals[name],
        )
        for name, (title, empty) in said.items()
        if first[name] or name in always
    ]


def _reach(access: Access) -> tuple[Keys, ...]:
    """The areas reached, those convened in, and for whom the person works."""
    convening_in = permissions.convening_areas(access)
    return access.areas, convening_in, access.heads | access.staffs, access.agencies, access.joins


@prepared
def _counts(
    day: dt.date, soon: dt.date, user_id: int, area_ids: Keys, *reach: Keys
) -> QuerySet[Any, Any]:
    """How many tasks wait in each of the person's queues, in their order."""
    counts = {
        f"{name}_count": Count("pk", filter=these)
        for name, these in _waiting(day, soon, user_id, *reach).items()
    }
    found = _within(area_ids).annotate(one=Value(1)).values("one")
    return found.annotate(**counts).values_list(*counts)


@prepared
def _first(
    queue: Waits, day: dt.date, soon: dt.date, user_id: int, area_ids: Keys, *reach: Keys
) -> QuerySet[Any, dict[str, Any]]:
    """The first tasks of one of the queues."""
    found = _within(area_ids).filter(_waiting(day, soon, user_id, *reach)[queue])
    rows = task_history.as_of(found, None).order_by(F("due_on").asc(nulls_last=True), "pk")
    return task_history.columns(rows[:FEW])


def _within(area_ids: Keys) -> TaskQuerySet:
    """The unfinished tasks within reach, each with who reported it done last."""
    reports = TaskUpdate.objects.filter(task=OuterRef("pk"), kind=TaskUpdate.Kind.REPORTED)
    reporter = Subquery(reports.order_by("-pk").values("by")[:1])
    return Task.objects.within(area_ids).unfinished().alias(reporter=reporter).order_by()


def _waiting(
    day: dt.date, soon: dt.date, user_id: int, convening_in: Keys, *leads: Keys
) -> dict[Waits, Q]:
    """Which tasks wait for the person, by their queue."""
    theirs = permissions.led_by(user_id, *leads)
    confirms = permissions.confirmed_by(user_id, convening_in)
    is_open, is_far = Q(state=Task.State.OPEN), Q(due_on=None) | Q(due_on__gt=soon)
    return {
        Waits.LATE: is_late(day) & (theirs | confirms),
        Waits.SOON: is_due_soon(day, soon) & (theirs | confirms),
        # Nobody confirms what they reported themselves.
        Waits.REPORTED: Q(state=Task.State.REPORTED) & confirms & ~Q(reporter=user_id),
        Waits.OPEN: is_open & is_far & theirs,
    }


def _task_item(task: FollowedTask, day: dt.date) -> TaskItem:
    person = task.focal_person
    return TaskItem(
        task.pk,
        task.lead_name,
        task.title,
        str(person) if person else "",
        person.phone if person else "",
        _task_note(task, day),
        task.done_on if task.state == Task.State.REPORTED else task.due_on,
    )


def _task_note(task: FollowedTask, day: dt.date) -> str:
    if task.state == Task.State.REPORTED:
        days = (day - task.done_on).days if task.done_on else 0
        return _("waits for %(days)s days") % {"days": days}
    if task.due_on is None:
        return str(Task.Kind.CONTINUING.label)
    over = task.days_late(day)
    if over:
        return ngettext("%(n)s day late", "%(n)s days late", over) % {"n": over}
    left = (task.due_on - day).days
    if left == 0:
        return _("due today")
    return ngettext("%(n)s day left", "%(n)s days left", left) % {"n": left}


def _days_asked_for(access: Access, user: User) -> list[Queue]:
    """Requests for another day that the person may answer, the oldest first."""
    convening_in = permissions.convening_areas(access)
    items = [_day_item(asked) for asked in _asked(user.pk, access.areas, convening_in)]
    if not items:
        return []
    title = _("Requests for another day that wait for an answer")
    return [Queue(title, "", items, is_urgent=True, concerns_tasks=True)]


@prepared
def _asked(user_id: int, area_ids: Keys, convening_in: Keys) -> QuerySet[DueDateChange]:
    confirms = Task.objects.within(area_ids).filter(permissions.confirmed_by(user_id, convening_in))
    found = DueDateChange.objects.filter(
        Exists(confirms.unfinished().order_by().filter(pk=OuterRef("task"))),
        decided_at__isnull=True,
    ).exclude(asked_by=user_id)
    leads = [f"task__{lead}" for lead in LEADS]
    return found.select_related("asked_by", *leads).order_by("asked_at", "pk")


def _day_item(asked: DueDateChange) -> TaskItem:
    days = (clock.today() - clock.local_day(asked.asked_at)).days
    note = _("%(who)s asks for %(day)s instead of %(before)s; waits for %(days)s days") % {
        "who": asked.asked_by,
        "day": f"{asked.to_on:%d/%m/%Y}",
        "before": f"{asked.from_on:%d/%m/%Y}",
        "days": days,
    }
    since = clock.local_day(asked.asked_at)
    task = asked.task
    return TaskItem(task.pk, task.lead_name, task.title, note=note, since=since)
