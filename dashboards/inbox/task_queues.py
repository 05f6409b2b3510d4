"""Tasks that wait for a person now: to be done, to be confirmed, to be given another day."""

import datetime as dt

from django.db.models import Count, Exists, F, OuterRef, Q, Subquery
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.access import Access
from accounts.models import User
from dashboards.inbox.queue import FEW, Queue, TaskItem
from meetings import permissions
from meetings.models import DueDateChange, Task, TaskUpdate
from meetings.models.tasks import SOON, TaskQuerySet, is_due_soon, is_late
from meetings.tasks import task_history
from meetings.tasks.task_history import FollowedTask
from nrm_tracker import clock

LEADS = ("lead_agency", "lead_commune", "lead_working_group", "lead_person")


def queues(access: Access, user: User, day: dt.date) -> list[Queue]:
    """At most six queries, however many tasks there are."""
    return [*_tasks(access, user, day), *_days_asked_for(access, user)]


def _tasks(access: Access, user: User, day: dt.date) -> list[Queue]:
    """Late and due tasks that the person leads or follows, those to be confirmed by them, and
    what else is theirs to do: the first of each, and how many there are."""
    said = {
        "late": (_("Late tasks"), _("No task is late.")),
        "soon": (_("Tasks due soon"), ""),
        "reported": (_("Tasks to be confirmed as done"), ""),
        "open": (_("Other tasks in progress"), ""),
    }
    works = any([access.heads, access.staffs, access.agencies, access.joins])
    always = {"late"} if works or access.leads or access.coordinates else set()
    found, waits = _within(access), _waiting(access, user, day)
    totals = found.aggregate(**{name: Count("pk", filter=these) for name, these in waits.items()})
    first = {
        name: _first(found.filter(these), day) if totals[name] else []
        for name, these in waits.items()
    }
    return [
        Queue(
            title,
            empty,
            first[name],
            is_urgent=name != "open",
            concerns_tasks=True,
            total=totals[name],
        )
        for name, (title, empty) in said.items()
        if first[name] or name in always
    ]


def _within(access: Access) -> TaskQuerySet:
    """The unfinished tasks within reach, each with who reported it done last."""
    reports = TaskUpdate.objects.filter(task=OuterRef("pk"), kind=TaskUpdate.Kind.REPORTED)
    reporter = Subquery(reports.order_by("-pk").values("by")[:1])
    return Task.objects.within(access.areas).unfinished().alias(reporter=reporter).order_by()


def _waiting(access: Access, user: User, day: dt.date) -> dict[str, Q]:
    """Which tasks wait for the person, by their queue."""
    theirs = permissions.theirs(access, user)
    confirms = permissions.confirmed_by(access, user)
    is_open, is_far = Q(state=Task.State.OPEN), Q(due_on=None) | Q(due_on__gt=day + SOON)
    return {
        "late": is_late(day) & (theirs | confirms),
        "soon": is_due_soon(day) & (theirs | confirms),
        # Nobody confirms what they reported themselves.
        "reported": Q(state=Task.State.REPORTED) & confirms & ~Q(reporter=user.pk),
        "open": is_open & is_far & theirs,
    }


def _first(found: TaskQuerySet, day: dt.date) -> list[TaskItem]:
    rows = task_history.as_of(found, day).order_by(F("due_on").asc(nulls_last=True), "pk")
    return [_task_item(task, day) for task in task_history.listed(rows[:FEW])]


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
    confirms = Task.objects.within(access.areas).filter(permissions.confirmed_by(access, user))
    found = DueDateChange.objects.filter(
        Exists(confirms.unfinished().order_by().filter(pk=OuterRef("task"))),
        decided_at__isnull=True,
    ).exclude(asked_by=user)
    leads = [f"task__{lead}" for lead in LEADS]
    found = found.select_related("asked_by", *leads).order_by("asked_at", "pk")
    items = [_day_item(asked) for asked in found]
    if not items:
        return []
    title = _("Requests for another day that wait for an answer")
    return [Queue(title, "", items, is_urgent=True, concerns_tasks=True)]


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
