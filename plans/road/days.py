"""A plan on several days: as it stands, or as approved by a day, with what was reported by then."""

import datetime as dt
from dataclasses import dataclass, field
from functools import cached_property

from criteria.progress.page_date import PageDate
from plans.approval import freezing
from plans.forecasts.reckoning import Forecast, forecast, written
from plans.models import ApprovedStep, Plan, PlanVersion
from plans.working_days.queries import DaysApart, days_apart


@dataclass(frozen=True)
class PlanOfDay:
    """What a plan came to on a day, or why it cannot be reckoned; what was approved by then."""

    day: dt.date
    version: PlanVersion | None
    approved: list[ApprovedStep]
    found: Forecast | None
    problem: str


@dataclass
class PlanDays:
    """A plan of which several days are read: of what they have in common each is read once."""

    plan: Plan
    _steps: dict[int, list[ApprovedStep]] = field(default_factory=dict)

    def on(self, when: PageDate) -> PlanOfDay | None:
        """Nothing of a past day by which nothing was approved. Five queries at most, two of a
        further day."""
        day = when.moment.said_until
        version = next((one for one in self._versions if one.approved_on <= day), None)
        approved = self._approved(version) if version else []
        if when.is_now:
            stood = written(self.plan)
        elif version:
            stood = freezing.written_on(version, approved, day)
        else:
            return None
        try:
            return PlanOfDay(day, version, approved, forecast(stood, day, self._apart), "")
        except ValueError as error:
            return PlanOfDay(day, version, approved, None, str(error))

    @cached_property
    def _versions(self) -> list[PlanVersion]:
        """The newest first."""
        found = list(self.plan.versions.select_related("approved_by"))
        for one in found:
            one.plan = self.plan
        return found

    @cached_property
    def _apart(self) -> DaysApart:
        return days_apart(self.plan.enrolment.commune.area)

    def _approved(self, version: PlanVersion) -> list[ApprovedStep]:
        if version.pk not in self._steps:
            self._steps[version.pk] = freezing.steps_of(version)
        return self._steps[version.pk]
