"""A plan as it was written and reported, reckoned: days, floats, chance; kept for lists."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from django.utils.translation import gettext as _

from plans.forecasts import by_day
from plans.models import Activity, Dependency, Plan
from plans.schedule import (
    Circle,
    Schedule,
    StepDays,
    TooLong,
    WaitUnit,
    WorkingCalendar,
    WorkNeed,
    WorkStep,
    schedule,
)
from plans.simulation import RUNS, USUAL, Chance, Spread, longest, simulate
from plans.working_days.queries import DaysApart, days_apart


@dataclass(frozen=True)
class WrittenPlan:
    """The steps of a plan, and what each needs, as rows."""

    plan: Plan
    activities: list[Activity]
    needs: dict[int, list[Dependency]]

    @cached_property
    def by_key(self) -> dict[int, Activity]:
        return {one.pk: one for one in self.activities}

    @property
    def steps(self) -> list[WorkStep]:
        return [step_of(one, self.needs.get(one.pk, ())) for one in self.activities]

    @property
    def spreads(self) -> dict[int, Spread]:
        return {one.pk: spread_of(one) for one in self.activities}


@dataclass(frozen=True)
class Forecast:
    """What a plan comes to on a day."""

    written: WrittenPlan
    steps: list[WorkStep]
    calendar: WorkingCalendar
    today: dt.date
    target: dt.date | None
    schedule: Schedule

    @cached_property
    def chance(self) -> Chance:
        return simulate(
            self.steps,
            self.calendar,
            today=self.today,
            spreads=self.written.spreads,
            runs=runs_for(len(self.steps)),
        )

    @property
    def deciding(self) -> Activity | None:
        """The step of the chain that takes longest from now on: what it loses the plan loses."""
        chain = self.schedule.chain
        if not chain:
            return None
        key = max(chain, key=lambda one: self.schedule.steps[one].left)
        return self.written.by_key[key]

    def days(self, activity: Activity) -> StepDays:
        return self.schedule.steps[activity.pk]


def written(plan: Plan) -> WrittenPlan:
    """Two queries."""
    rows = plan.activities.current().select_related(
        "criterion", "indicator", "person", "agency", "working_group", "task"
    )
    links = Dependency.objects.filter(
        activity__plan=plan, activity__dropped_at=None, needs__dropped_at=None
    )
    needs: dict[int, list[Dependency]] = {}
    for link in links.order_by("needs__number", "pk"):
        needs.setdefault(link.activity_id, []).append(link)
    return WrittenPlan(plan, list(rows), needs)


def step_of(activity: Activity, needs: Iterable[Dependency]) -> WorkStep:
    return WorkStep(
        key=activity.pk,
        days=activity.working_days,
        needs=tuple(WorkNeed(one.needs_id, one.wait, WaitUnit(one.unit)) for one in needs),
        not_before=activity.not_before,
        started_on=activity.started_on,
        finished_on=activity.finished_on,
        remaining=activity.remaining_days,
        reported_on=activity.reported_on,
    )


def spread_of(activity: Activity) -> Spread:
    """How much shorter or longer a step may take; what was not said of it is the usual."""
    days = activity.working_days
    if not days:
        return USUAL
    least, most = activity.least_days, activity.most_days
    return Spread(
        USUAL.least if least is None else 100 * least / days,
        USUAL.most if most is None else 100 * most / days,
    )


def forecast(
    plan_as_written: WrittenPlan, today: dt.date, apart: DaysApart | None = None
) -> Forecast | None:
    """What a plan comes to, or nothing of one without steps. One query, none where the days of its
    area were read; raises ValueError in words where it cannot be reckoned."""
    if not plan_as_written.activities:
        return None
    enrolment = plan_as_written.plan.enrolment
    steps = plan_as_written.steps
    apart = apart or days_apart(enrolment.commune.area)
    calendar = apart.calendar(steps, today)
    try:
        found = schedule(steps, calendar, today=today, target=enrolment.target_on)
        longest(steps, calendar, today=today, spreads=plan_as_written.spreads)
    except Circle as circle:
        raise ValueError(named_circle(plan_as_written.activities, circle)) from circle
    except TooLong as too_long:
        raise ValueError(_("The plan would go on past the year 2199.")) from too_long
    return Forecast(plan_as_written, steps, calendar, today, enrolment.target_on, found)


def again(base: Forecast, steps: list[WorkStep]) -> Forecast:
    """The same plan with steps that were changed, for nobody to keep. Raises TooLong."""
    longest(steps, base.calendar, today=base.today, spreads=base.written.spreads)
    found = schedule(steps, base.calendar, today=base.today, target=base.target)
    return replace(base, steps=steps, schedule=found)


def runs_for(steps: int) -> int:
    """Long plans are run less often: a thousand runs are a hundredth off at most."""
    return max(1_000, min(RUNS, 600_000 // max(steps, 1)))


def named_circle(activities: Sequence[Activity], circle: Circle) -> str:
    """Which steps need each other, in words."""
    by_key = {one.pk: one for one in activities}
    return circle_in_words([str(by_key[key]) for key in circle.keys])


def circle_in_words(names: Sequence[str]) -> str:
    if len(names) == 1:
        return _("The step “%(step)s” needs itself.") % {"step": names[0]}
    message = _("These steps need each other in a circle: %(steps)s.")
    return message % {"steps": " → ".join([*names, names[0]])}


def store(plan: Plan, today: dt.date) -> None:
    """Reckon a plan and keep what lists show of it."""
    found, problem = None, ""
    try:
        found = forecast(written(plan), today)
    except ValueError as error:
        problem = str(error)
    keep(plan, found, today, problem)


def keep(plan: Plan, found: Forecast | None, today: dt.date, problem: str = "") -> None:
    """Keep what lists show of a plan as it was reckoned, also as that of the day."""
    plan.forecast_on, plan.forecast_problem, plan.is_stale = today, problem[:300], False
    plan.finish_on = plan.safe_on = plan.chance = plan.deciding = None
    plan.step_count = plan.activities.current().count()
    plan.critical_count = 0
    if found:
        plan.finish_on = found.schedule.finish
        plan.critical_count = len(found.schedule.critical)
        plan.deciding = found.deciding
        plan.safe_on = found.chance.safe()
        plan.chance = found.chance.by(found.target) if found.target else None
    plan.save(update_fields=_STORED)
    _mark_critical(plan, found)
    by_day.remember(plan, today, _late(plan, found))


def _mark_critical(plan: Plan, found: Forecast | None) -> None:
    keys = {one.key for one in found.schedule.critical} if found else set()
    plan.activities.filter(is_critical=True).exclude(pk__in=keys).update(is_critical=False)
    plan.activities.filter(is_critical=False, pk__in=keys).update(is_critical=True)


def _late(plan: Plan, found: Forecast | None) -> int:
    """How many steps that are not done end after the day approved."""
    version = plan.versions.first() if found else None
    if found is None or version is None:
        return 0
    approved = version.steps.values_list("activity", "ends_on")
    days = found.schedule.steps
    return sum(
        key in days and not days[key].is_done and days[key].finish > on for key, on in approved
    )


_STORED = [
    "forecast_on",
    "is_stale",
    "forecast_problem",
    "finish_on",
    "safe_on",
    "chance",
    "deciding",
    "step_count",
    "critical_count",
]
