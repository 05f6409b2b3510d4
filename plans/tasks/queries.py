"""Which tasks are steps of a plan, and which may become some."""

import datetime as dt
from dataclasses import dataclass

from django.urls import reverse

from accounts.access import Access
from meetings.models import Task
from meetings.tasks.standing import TaskStanding, standing_of
from plans import permissions
from plans.forecasts.reckoning import Forecast
from plans.models import Activity, Plan

MOST_OFFERED = 200


@dataclass(frozen=True)
class TaskStep:
    """A step that is a task, with when the plan has it done."""

    step: Activity
    task: Task
    standing: TaskStanding
    finish: dt.date | None

    @property
    def is_too_late(self) -> bool:
        """Whether the plan has it done after the day of the task."""
        due = self.task.due_on
        return bool(due and self.finish and self.finish > due)


@dataclass(frozen=True)
class StepOfTask:
    """Of the page of a task: the step that it is, or the plan of which it may become one."""

    step: Activity | None
    plan: Plan | None
    address: str = ""

    @property
    def commune(self) -> str:
        plan = self.step.plan if self.step else self.plan
        return plan.enrolment.commune.name if plan else ""


def offered(plan: Plan) -> list[Task]:
    """The open tasks of the commune that are no step yet, those due first at the head."""
    taken = Activity.objects.current().filter(task__isnull=False).values("task")
    found = Task.objects.about_commune(plan.enrolment.commune_id).unfinished()
    found = found.filter(kind=Task.Kind.ONCE).exclude(pk__in=taken)
    return list(found.with_all().order_by("due_on", "pk")[:MOST_OFFERED])


def task_steps(forecast: Forecast | None, today: dt.date) -> list[TaskStep]:
    """The steps that are tasks, in the order of the plan."""
    if forecast is None:
        return []
    return [
        TaskStep(one, one.task, standing_of(one.task, today), forecast.days(one).finish)
        for one in forecast.written.activities
        if one.task
    ]


def step_of(access: Access, task: Task) -> StepOfTask | None:
    """The step of a plan that a task is; else the plan into which the person may put it. Two
    queries at most."""
    steps = Activity.objects.current().filter(task=task)
    found = steps.select_related("plan__enrolment__commune", "plan__enrolment__criteria_set")
    if step := found.first():
        return StepOfTask(step, None, f"{_address('plan', step.plan)}#step-{step.number}")
    commune = task.commune or task.lead_commune
    is_open = task.kind == Task.Kind.ONCE and task.state in Task.UNFINISHED
    if not (commune and is_open and permissions.may_write(access, commune)):
        return None
    plans = Plan.objects.filter(enrolment__commune=commune, enrolment__closed_on=None)
    plan = plans.select_related("enrolment__commune", "enrolment__criteria_set").first()
    return StepOfTask(None, plan, _address("plan-tasks", plan, task=task.pk)) if plan else None


def _address(page: str, plan: Plan, **query: object) -> str:
    run = plan.enrolment
    named = {"set": run.criteria_set.code, **query}
    return reverse(page, args=[run.commune.slug], query=named)
