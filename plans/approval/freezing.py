"""A plan in the form in which a version keeps it, and a version as a plan of any day since."""

import datetime as dt
from typing import Any

from django.db.models import Max

from accounts.models import Person
from plans.drafting import needs
from plans.drafting.queries import needs_of
from plans.forecasts.reckoning import Forecast, WrittenPlan
from plans.models import Activity, ApprovedStep, Dependency, PlanVersion, ProgressReport
from plans.models.plans import PlannedWork

_PLANNED = [field.name for field in PlannedWork._meta.local_fields]
_REPORTED = (
    *("quantity_done", "percent", "started_on", "finished_on", "remaining_days"),
    *("difficulty", "reported_on"),
)


def steps(found: Forecast, version: PlanVersion) -> list[ApprovedStep]:
    """The steps of a plan as it stands, not saved."""
    places = {key: n for n, key in enumerate(found.schedule.chain, start=1)}
    return [_step(one, found, version, places) for one in found.written.activities]


def steps_of(version: PlanVersion) -> list[ApprovedStep]:
    """The steps that a version keeps: one query."""
    rows = ApprovedStep.objects.filter(version=version)
    return list(rows.select_related("criterion", "indicator", "agency", "activity__person"))


def written_on(version: PlanVersion, frozen: list[ApprovedStep], day: dt.date) -> WrittenPlan:
    """A version with what was reported until a day: one query. Nothing of it is to be saved."""
    reports = _newest_reports(version, day)
    by_number = {one.number: one.activity_id for one in frozen}
    return WrittenPlan(
        version.plan,
        [_activity(one, reports.get(one.activity_id)) for one in frozen],
        {one.activity_id: _links(one, by_number) for one in frozen},
    )


def _step(
    activity: Activity, found: Forecast, version: PlanVersion, places: dict[int, int]
) -> ApprovedStep:
    days = found.days(activity)
    return ApprovedStep(
        version=version,
        activity=activity,
        number=activity.number,
        name=activity.name,
        needs=needs_of(found.written, activity),
        criterion=activity.criterion,
        indicator=activity.indicator,
        agency=activity.agency,
        starts_on=days.start,
        ends_on=days.finish,
        person=activity.person.full_name if activity.person else "",
        cost=activity.cost,
        is_critical=days.is_critical,
        chain_place=places.get(activity.pk),
        **{name: getattr(activity, name) for name in _PLANNED},
    )


def _activity(step: ApprovedStep, report: ProgressReport | None) -> Activity:
    told: dict[str, Any] = {name: getattr(report, name) for name in _REPORTED} if report else {}
    return Activity(
        pk=step.activity_id,
        number=step.number,
        name=step.name,
        criterion=step.criterion,
        indicator=step.indicator,
        agency=step.agency,
        person=_person(step),
        **{name: getattr(step, name) for name in _PLANNED},
        **told,
    )


def _person(step: ApprovedStep) -> Person | None:
    """Who had the step; with a telephone where that is still who has it."""
    now = step.activity.person
    if now and now.full_name == step.person:
        return now
    return Person(full_name=step.person) if step.person else None


def _links(step: ApprovedStep, by_number: dict[int, int]) -> list[Dependency]:
    return [
        Dependency(
            activity_id=step.activity_id,
            needs_id=by_number[one.number],
            wait=one.wait,
            unit=one.unit,
        )
        for one in needs.read(step.needs)
    ]


def _newest_reports(version: PlanVersion, day: dt.date) -> dict[int, ProgressReport]:
    told = ProgressReport.objects.filter(activity__plan=version.plan_id, reported_on__lte=day)
    newest = told.order_by().values("activity").annotate(last=Max("pk")).values("last")
    return {one.activity_id: one for one in ProgressReport.objects.filter(pk__in=newest)}
