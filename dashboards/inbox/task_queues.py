"""Tasks that wait for a person now: to be done, to be confirmed, to be given another day."""

import datetime as dt

from django.db.models import (
    Case,
    CharField,
    Count,
    F,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
    Window,
)
from django.db.models.functions import RowNumber
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.access import Access
from accounts.models import User
from dashboards.inbox.queue import MOST, Queue, TaskItem
from meetings import permissions
from meetings.models import DueDateChange, Task, TaskUpdate
from meetings.models.tasks import is_due_soon, is_late
from nrm_tracker import clock

LEADS = ("lead_agency", "lead_commune", "lead_working_group", "lead_person")


def queues(access: Access, user: User, day: dt.date) -> list[Queue]:
    """Two queries, however many tasks there are."""
    return [*_tasks(access, user, day), *_days_asked_for(access, user)]


def _tasks(access: Access, user: User, day: dt.date) -> list[Queue]:
    """Late and due tasks that the person leads or follows, those to be confirmed by them, and
    what else is theirs to do."""
    found: dict[str, list[TaskItem]] = {"late": [], "soon": [], "reported": [], "open": []}
    totals: dict[str, int] = {}
    for task in _waiting_tasks(access, user, day):
        found[task.queue].append(_task_item(task, day))  # type: ignore[attr-defined]
        totals[task.queue] = task.total  # type: ignore[attr-defined]
    said = {
        "late": (_("Late tasks"), _("No task is late.")),
        "soon": (_("Tasks due soon"), ""),
        "reported": (_("Tasks to be confirmed as done"), ""),
        "open": (_("Other tasks in progress"), ""),
    }
    works = any([access.heads, access.staffs, access.agencies, access.joins])
    always = {"late"} if works or access.leads or access.coordinates else set()
    return [
        Queue(
            title,
            empty,
            found[name],
            is_urgent=name != "open",
            concerns_tasks=True,
            total=totals.get(name),
        )
        for name, (title, empty) in said.items()
        if found[name] or name in always
    ]


def _waiting_tasks(access: Access, user: User, day: dt.date) -> QuerySet[Task]:
    """The first of each queue, each with `queue` and the `total` of its queue: one query."""
    theirs = permissions.theirs(access, user)
    confirms = permissions.confirmed_by(access, user)
    # Nobody confirms what they reported themselves.
    reports = TaskUpdate.objects.filter(task=OuterRef("pk"), kind=TaskUpdate.Kind.REPORTED)
    reporter = Subquery(reports.order_by("-pk").values("by")[:1])
    is_reported = Q(state=Task.State.REPORTED) & confirms
    waits = is_reported | ((theirs | confirms) & (is_late(day) | is_due_soon(day)))
    waits |= theirs & Q(state=Task.State.OPEN)
    found = Task.objects.within(access.areas).filter(waits).alias(reporter=reporter)
    found = found.exclude(state=Task.State.REPORTED, reporter=user.pk)
    found = found.annotate(
        queue=Case(
            When(state=Task.State.REPORTED, then=Value("reported")),
            When(is_late(day), then=Value("late")),
            When(is_due_soon(day), then=Value("soon")),
            default=Value("open"),
            output_field=CharField(),
        )
    )
    in_time = F("due_on").asc(nulls_last=True)
    found = found.annotate(
        total=Window(Count("pk"), partition_by=[F("queue")]),
        place=Window(RowNumber(), partition_by=[F("queue")], order_by=[in_time, "pk"]),
    ).filter(place__lte=MOST)
    return found.with_all().order_by(in_time, "pk")


def _task_item(task: Task, day: dt.date) -> TaskItem:
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


def _task_note(task: Task, day: dt.date) -> str:
    if task.state == Task.State.REPORTED:
        days = (day - task.done_on).days if task.done_on else 0
        return _("waits for %(days)s days") % {"days": days}
    over = task.days_late(day)
    if over:
        return ngettext("%(n)s day late", "%(n)s days late", over) % {"n": over}
    if task.due_on is None:
        return task.get_kind_display()
    left = (task.due_on - day).days
    if left == 0:
        return _("due today")
    return ngettext("%(n)s day left", "%(n)s days left", left) % {"n": left}


def _days_asked_for(access: Access, user: User) -> list[Queue]:
    """Requests for another day that the person may answer, the oldest first."""
    confirms = Task.objects.within(access.areas).filter(permissions.confirmed_by(access, user))
    found = DueDateChange.objects.filter(
        decided_at__isnull=True, task__in=confirms.unfinished().order_by()
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
