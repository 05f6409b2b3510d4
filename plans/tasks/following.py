"""A step that is a task follows it, in the transaction of whatever is done to the task.

Who does it, how far it is and when it was done is told there alone; the columns of the step are
reckoned from it, never typed.
"""

import datetime as dt
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from accounts.models import COMMUNE_ROLES, User
from accounts.notifications.notices import holders, tell
from meetings.models import Task, TaskUpdate
from nrm_tracker import clock, revision
from plans.forecasts import reckoning
from plans.models import Activity, Plan, ProgressReport
from plans.progress.actions import left_by

Kind = TaskUpdate.Kind
GIVEN_UP = (Kind.CANCELLED, Kind.UNDONE)
# What of a step is reported.
REPORTED = ("percent", "started_on", "finished_on", "remaining_days")


def follow(task: Task, update: TaskUpdate) -> None:
    """Bring the step that is this task up to it. One whose task was given up is the plan's own
    again, as far as it had come."""
    found = Activity.objects.current().filter(task=task).values_list("plan", flat=True).first()
    if found is None:
        return
    plan = Plan.objects.locked().get(pk=found)
    # Whoever let it go meanwhile held the plan.
    step = Activity.objects.current().with_task().filter(plan=plan, task=task).first()
    if step is None:
        return
    if update.kind in GIVEN_UP:
        _let_go(plan, step, by=update.by)
    else:
        take_over(step, by=update.by)
    reckoning.store(plan, clock.today())
    revision.bump(plan.enrolment.commune.area_id)


def take_over(step: Activity, *, by: User) -> None:
    """What the task says of the step; how far it is also as a report, where that is new."""
    progress = progress_of(step)
    is_news = any(getattr(step, name) != progress[name] for name in REPORTED)
    if is_news:
        said = progress | {"reported_on": clock.today(), "difficulty": ""}
        ProgressReport.objects.create(
            activity=step,
            quantity_done=step.quantity_done,
            reported_by=by,
            recorded_at=clock.now(),
            **said,
        )
    else:
        said = {}
    said |= step.said_by_task
    for name, value in said.items():
        setattr(step, name, value)
    step.save(update_fields=["task", *said])


def progress_of(step: Activity) -> dict[str, Any]:
    """How far the task is: begun with the first progress that was told, done on the day on which
    that was reported which was then confirmed. One query."""
    task = step.task
    assert task is not None  # noqa: S101 asked of steps that are tasks
    finished_on = task.done_on if task.state == Task.State.DONE else None
    begun = _begun_on(task)
    return {
        "percent": task.percent,
        "started_on": begun,
        "finished_on": finished_on,
        "remaining_days": left_by(task.percent, step.working_days) if begun else None,
    }


def _begun_on(task: Task) -> dt.date | None:
    told = task.updates.filter(Q(kind=Kind.REPORTED) | Q(kind=Kind.PROGRESS, percent__gt=0))
    first = told.order_by("at", "pk").values_list("at", flat=True).first()
    return clock.local_day(first) if first else None


def _let_go(plan: Plan, step: Activity, *, by: User) -> None:
    task, step.task = step.task, None
    step.save(update_fields=["task"])
    said = _("Step %(step)s of the plan is no task any more: “%(task)s” was given up.")
    people = holders(*COMMUNE_ROLES, commune=plan.enrolment.commune)
    tell(people, said % {"step": step.number, "task": task}, plan.get_absolute_url(), but=by)
