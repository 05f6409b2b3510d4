"""A task becomes a step of a plan, and a step a task: each verb is one transaction.

Each raises ValidationError by field, and Conflict with the plan where somebody else wrote to it
since (rule 11). The task is locked before the plan, as where the one follows the other.
"""

from collections.abc import Sequence

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from accounts.models import User
from meetings.models import Task
from meetings.tasks import actions as task_actions
from nrm_tracker import clock, revision
from plans.drafting.actions import locked_as_seen
from plans.forecasts import reckoning
from plans.models import Activity, Plan
from plans.models.plans import MOST_STEPS
from plans.tasks.following import take_over


@transaction.atomic
def link(plan: Plan, task: Task, step: Activity, *, version: int, by: User) -> Activity:
    """Say that a step is this task. What was approved of it stays."""
    found = _free(task)
    current = locked_as_seen(plan, version)
    known = current.activities.current().with_task().filter(pk=step.pk).first()
    if known is None or known.task_id:
        raise ValidationError({"step": _("The step was taken out, or is a task already.")})
    if known.finished_on:
        raise ValidationError({"step": _("The step is done already.")})
    return _linked(current, known, found, by)


@transaction.atomic
def add(plan: Plan, task: Task, *, working_days: int, version: int, by: User) -> Activity:
    """Make a task a new step at the end of the plan, which is a draft again."""
    found = _free(task)
    current = locked_as_seen(plan, version)
    steps = current.activities.current()
    if steps.count() >= MOST_STEPS:
        raise ValidationError(_("A plan has at most %(limit)s steps.") % {"limit": MOST_STEPS})
    last = steps.aggregate(last=Max("number"))["last"] or 0
    criterion = found.criterion
    of_the_set = criterion and criterion.criteria_set_id == current.enrolment.criteria_set_id
    made = Activity(
        plan=current,
        number=last + 1,
        name=found.title[:300],
        criterion=criterion if of_the_set else None,
        working_days=working_days,
    )
    current.state = Plan.State.DRAFT
    return _linked(current, made, found, by)


@transaction.atomic
def assign(plan: Plan, step: Activity, tasks: Sequence[Task], *, by: User) -> Activity:
    """Assign a step of the plan as a task; from then on it is that one."""
    if len(tasks) != 1 or not _is_about(tasks[0], plan):
        raise ValidationError({"communes": _("Choose the commune of the plan.")})
    (made,) = task_actions.assign(tasks, by=by)
    version = Plan.objects.locked().get(pk=plan.pk).version
    return link(plan, made, step, version=version, by=by)


@transaction.atomic
def release(plan: Plan, step: Activity, *, version: int) -> Activity:
    """Say that a step is no task: it stays as it is, and is reported in the plan."""
    current = locked_as_seen(plan, version)
    known = current.activities.current().filter(pk=step.pk).exclude(task=None).first()
    if known is None:
        raise ValidationError(_("The step is no task any more."))
    known.task = None
    known.save(update_fields=["task"])
    _written(current)
    return known


def _free(task: Task) -> Task:
    """The task, locked, where it may become a step."""
    found = Task.objects.with_all().select_for_update(of=("self",)).get(pk=task.pk)
    if found.kind != Task.Kind.ONCE:
        message = _("A task that recurs or continues has no end: it cannot be a step.")
        raise ValidationError({"kind": message})
    if found.state not in Task.UNFINISHED:
        raise ValidationError({"task": _("The task is finished already.")})
    if Activity.objects.current().filter(task=found).exists():
        raise ValidationError({"task": _("The task is a step of a plan already.")})
    return found


def _is_about(task: Task, plan: Plan) -> bool:
    return plan.enrolment.commune_id in (task.commune_id, task.lead_commune_id)


def _linked(plan: Plan, step: Activity, task: Task, by: User) -> Activity:
    if not _is_about(task, plan):
        raise ValidationError({"task": _("The task is not about the commune of the plan.")})
    step.task = task
    if step._state.adding:
        step.save()
    take_over(step, by=by)
    _written(plan)
    return step


def _written(plan: Plan) -> None:
    plan.version += 1
    plan.save(update_fields=["version", "state"])
    reckoning.store(plan, clock.today())
    revision.bump(plan.enrolment.commune.area_id)
