"""What other pages say of a commune's plan, as it was last reckoned: nothing is reckoned there."""

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, F, Q, QuerySet, Value

from criteria.models import Enrolment
from nrm_tracker.prepared import prepared
from plans.models import Plan

# What is read of a run's plan, of the run.
COLUMNS = (
    *("plan__state", "plan__forecast_on", "plan__forecast_problem", "plan__finish_on"),
    *("plan__chance", "plan__is_illustrative"),
    *("plan__deciding__number", "plan__deciding__name"),
    *("plan__deciding__person__full_name", "plan__deciding__person__phone"),
    "plan__deciding__agency__short_name",
)


@dataclass(frozen=True)
class PlanState:
    """The forecast against the target, and the step that decides it with who holds that.

    `problem`: why it cannot be reckoned.
    """

    state: str
    reckoned_on: dt.date | None
    problem: str
    finish_on: dt.date | None
    target_on: dt.date | None
    chance: int | None
    is_illustrative: bool
    step_number: int | None
    step_name: str
    person: str
    phone: str
    agency: str

    @property
    def days_late(self) -> int | None:
        """Days by which the forecast lies after the target; below nought before it."""
        if self.finish_on is None or self.target_on is None:
            return None
        return (self.finish_on - self.target_on).days

    @property
    def days_early(self) -> int | None:
        return None if self.days_late is None else -self.days_late

    @property
    def state_name(self) -> str:
        return str(Plan.State(self.state).label)

    @property
    def is_approved(self) -> bool:
        return self.state == Plan.State.APPROVED

    @property
    def step(self) -> str:
        return f"{self.step_number}. {self.step_name}" if self.step_number else ""

    @classmethod
    def read(cls, row: Any, target_on: dt.date | None) -> "PlanState | None":
        """Of `COLUMNS` as they were read; nothing where there is no plan."""
        state, reckoned_on, problem, finish_on, chance, is_illustrative, number, *names = row
        if state is None:
            return None
        step, person, phone, agency = (name or "" for name in names)
        return cls(
            *(state, reckoned_on, problem, finish_on, target_on, chance, is_illustrative),
            *(number, step, person, phone, agency),
        )


def state_of(commune_id: int, set_code: str) -> PlanState | None:
    """Of the plan of a commune's run at a set, where there is one: one query."""
    for target_on, *row in _states(commune_id, set_code):
        return PlanState.read(row, target_on)
    return None


@prepared
def _states(commune_id: int, set_code: str) -> QuerySet[Enrolment, Any]:
    runs = Enrolment.objects.filter(commune=commune_id, criteria_set__code=set_code)
    return runs.values_list("target_on", *COLUMNS)


@dataclass(frozen=True)
class PlanCounts:
    """Of an area: how many plans with a target were reckoned, and how many end after it."""

    reckoned: int
    late: int


def counts_of(area_ids: Collection[int], day: dt.date) -> PlanCounts:
    """One query."""
    ((reckoned, late),) = _counts(area_ids, day) or [(0, 0)]
    return PlanCounts(reckoned, late)


@prepared
def _counts(area_ids: Collection[int], day: dt.date) -> QuerySet[Plan, Any]:
    runs = Enrolment.objects.open_on(day).filter(commune__area__in=area_ids)
    runs = runs.filter(target_on__isnull=False)
    plans = Plan.objects.filter(enrolment__in=runs.values("pk"), finish_on__isnull=False)
    late = Count("pk", filter=Q(finish_on__gt=F("enrolment__target_on")))
    counted = plans.order_by().annotate(one=Value(1)).values("one")
    return counted.annotate(reckoned=Count("pk"), late=late).values_list("reckoned", "late")
