"""The forecasts of all communes beside their targets, as they were last reckoned."""

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import Count, OuterRef, Subquery

from communes.models import Commune
from criteria.models import Enrolment
from plans.models import Activity, Plan, PlanVersion


@dataclass(frozen=True)
class CompareLine:
    """A commune's plan, or that it has none."""

    slug: str
    commune: str
    target_on: dt.date | None
    plan: Plan | None
    approved_finish: dt.date | None

    @property
    def days_late(self) -> int | None:
        """Days by which the forecast lies after the target; below nought before it."""
        if self.plan is None or self.plan.finish_on is None or self.target_on is None:
            return None
        return (self.plan.finish_on - self.target_on).days

    @property
    def days_early(self) -> int | None:
        late = self.days_late
        return None if late is None else -late

    @property
    def order(self) -> tuple[int, int, str]:
        """The latest first; then those that cannot be told, then those without a plan."""
        if self.days_late is not None:
            return 0, -self.days_late, self.commune
        return (1 if self.plan else 2), 0, self.commune


def lines_of(area_ids: Collection[int], today: dt.date) -> list[CompareLine]:
    """The runs with a target or a plan: two queries, nothing is reckoned."""
    runs = Enrolment.objects.open_on(today).filter(commune__area__in=area_ids)
    runs = runs.filter(commune__in=Commune.objects.existing_on(today))
    runs = runs.select_related("commune")
    latest = PlanVersion.objects.filter(plan=OuterRef("pk")).order_by("-number")
    plans = Plan.objects.within(area_ids).select_related("deciding__person", "deciding__agency")
    plans = plans.annotate(approved_finish=Subquery(latest.values("finish_on")[:1]))
    by_run = {plan.enrolment_id: plan for plan in plans}
    found = []
    for run in runs.order_by("commune__sort_key", "pk"):
        plan = by_run.get(run.pk)
        if plan is None and run.target_on is None:
            continue
        approved = getattr(plan, "approved_finish", None)
        if plan:
            plan.enrolment = run
        found.append(CompareLine(run.commune.slug, run.commune.name, run.target_on, plan, approved))
    return sorted(found, key=lambda line: line.order[:2])


@dataclass(frozen=True)
class AgencyLine:
    name: str
    count: int


def holding(area_ids: Collection[int]) -> list[AgencyLine]:
    """How many deciding steps each agency directs, the most first."""
    steps = Activity.objects.filter(pk__in=Plan.objects.within(area_ids).values("deciding"))
    rows = steps.filter(agency__isnull=False).values("agency__name").annotate(n=Count("pk"))
    found = [AgencyLine(row["agency__name"], row["n"]) for row in rows.order_by()]
    return sorted(found, key=lambda line: (-line.count, line.name))
