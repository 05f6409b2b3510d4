"""What a plan came to on each day on which it was reckoned: for past days, and for how it moved."""

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from itertools import pairwise

from django.db.models import OuterRef, Subquery

from plans.models import Activity, Plan, PlanForecast, PlanVersion

WEEKS = 8


def remember(plan: Plan, today: dt.date, late_count: int) -> None:
    """Keep what was reckoned of a plan as that of the day; the newest of a day counts."""
    deciding: Activity | None = plan.deciding
    reckoned = {
        "state": plan.state,
        "target_on": plan.enrolment.target_on,
        "finish_on": plan.finish_on,
        "problem": plan.forecast_problem,
        "chance": plan.chance,
        "safe_on": plan.safe_on,
        "deciding": str(deciding) if deciding else "",
        "person": deciding.person.full_name if deciding and deciding.person else "",
        "agency": deciding.agency.name if deciding and deciding.agency else "",
        "step_count": plan.step_count,
        "critical_count": plan.critical_count,
        "late_count": late_count,
    }
    PlanForecast.objects.bulk_create(
        [PlanForecast(plan=plan, on=today, **reckoned)],
        update_conflicts=True,
        unique_fields=["plan", "on"],
        update_fields=list(reckoned),
    )


def newest_of(area_ids: Collection[int], day: dt.date) -> dict[int, PlanForecast]:
    """Of each run the newest forecast of its plan by a day, with the finish that was approved by
    then (`approved_finish`): one query."""
    newest = PlanForecast.objects.filter(plan=OuterRef("pk"), on__lte=day).order_by("-on")
    keys = Plan.objects.within(area_ids).values(newest=Subquery(newest.values("pk")[:1]))
    approved = PlanVersion.objects.filter(plan=OuterRef("plan"), approved_on__lte=day)
    finish = Subquery(approved.order_by("-number").values("finish_on")[:1])
    found = PlanForecast.objects.filter(pk__in=keys).annotate(approved_finish=finish)
    return {one.plan.enrolment_id: one for one in found.select_related("plan__deciding__person")}


@dataclass(frozen=True)
class WeekForecast:
    """The last forecast of a week, and by how many days it lies after that of the one before."""

    on: dt.date
    finish_on: dt.date
    chance: int | None
    late_count: int
    later: int

    @property
    def sooner(self) -> int:
        return -self.later


def weeks_of(plan: Plan, day: dt.date) -> list[WeekForecast]:
    """The forecasts of the last weeks up to a day, the newest last: one query."""
    first = day - dt.timedelta(days=day.weekday(), weeks=WEEKS)
    rows = PlanForecast.objects.filter(
        plan=plan, on__gte=first, on__lte=day, finish_on__isnull=False
    )
    by_week = {row.on - dt.timedelta(days=row.on.weekday()): row for row in rows.order_by("on")}
    last_ones = list(by_week.values())
    moves = [0, *((new.finish_on - old.finish_on).days for old, new in pairwise(last_ones))]  # type: ignore[operator]
    return [
        WeekForecast(row.on, row.finish_on, row.chance, row.late_count, moved)  # type: ignore[arg-type]
        for row, moved in zip(last_ones, moves, strict=False)
    ][-WEEKS:]
