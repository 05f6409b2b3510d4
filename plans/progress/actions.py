"""What a commune reports of its steps, week by week. The reports stay as they were given."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from nrm_tracker import clock, revision
from plans.forecasts import reckoning
from plans.models import Activity, Plan, ProgressReport


@dataclass(frozen=True)
class StepProgress:
    """What was reported of a step. Nothing said of the days left: they follow from the percent."""

    percent: int
    quantity_done: Decimal | None = None
    started_on: dt.date | None = None
    finished_on: dt.date | None = None
    remaining_days: int | None = None
    difficulty: str = ""


@transaction.atomic
def report(plan: Plan, told: Mapping[int, StepProgress], *, by: User) -> Plan:
    """Report on steps, by their keys, as of today. Refused by step: the errors' fields are keys."""
    current = Plan.objects.locked().get(pk=plan.pk)
    activities = {one.pk: one for one in current.activities.current()}
    refused: dict[str, str] = {}
    for key, said in told.items():
        if key not in activities:
            refused[str(key)] = _("The step was taken out of the plan meanwhile.")
        elif activities[key].task_id:
            message = _("Step %(step)s is a task: it is reported on there.")
            refused[str(key)] = message % {"step": activities[key].number}
        elif problem := wrong_with(activities[key], said):
            refused[str(key)] = problem
    if refused:
        raise ValidationError(refused)
    for key, said in told.items():
        _take(activities[key], said, by)
    reckoning.store(current, clock.today())
    revision.bump(current.enrolment.commune.area_id)
    return current


def wrong_with(activity: Activity, said: StepProgress) -> str:
    """What cannot be so, in words; nothing where all can."""
    today = clock.today()
    if any(day and day > today for day in (said.started_on, said.finished_on)):
        return _("A day of what was done cannot be after today.")
    if said.finished_on and said.started_on and said.finished_on < said.started_on:
        return _("The step cannot be finished before it was begun.")
    if said.finished_on and said.percent < 100:
        return _("What is finished is done to 100%.")
    required = activity.quantity_required
    if said.quantity_done is not None and required is not None and said.quantity_done > required:
        message = _("Done is more than required (%(required)s): correct one of them.")
        return message % {"required": f"{required.normalize():f}".replace(".", ",")}
    return ""


def left_by(percent: int, working_days: int) -> int:
    """The working days that are left where nobody says how many."""
    return -(-working_days * (100 - percent) // 100)


def _take(activity: Activity, said: StepProgress, by: User) -> None:
    today = clock.today()
    begun = said.started_on or activity.started_on
    if begun is None and (said.percent or said.finished_on):
        begun = said.finished_on or today
    left = said.remaining_days
    if left is None and begun:
        left = left_by(said.percent, activity.working_days)
    values = {
        "quantity_done": said.quantity_done,
        "percent": said.percent,
        "started_on": begun,
        "finished_on": said.finished_on,
        "remaining_days": left,
        "difficulty": said.difficulty,
        "reported_on": today,
    }
    ProgressReport.objects.create(
        activity=activity, reported_by=by, recorded_at=clock.now(), **values
    )
    for name, value in values.items():
        setattr(activity, name, value)
    activity.save(update_fields=list(values))
