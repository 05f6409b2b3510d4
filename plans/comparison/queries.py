"""The forecasts of all communes beside their targets, as they were last reckoned by a day."""

import datetime as dt
from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from typing import NamedTuple

from django.db.models import Count

from communes.models import Commune
from criteria.models import Enrolment
from criteria.progress.board import targets_on
from criteria.progress.page_date import PageDate
from plans.forecasts import by_day
from plans.models import Activity, PlanForecast

MOST_HOLDERS = 6


@dataclass(frozen=True)
class CompareLine:
    """A commune's forecast, or that it has none; nothing is reckoned for it."""

    slug: str
    commune: str
    # What the address of its plan carries on.
    query: str
    target_on: dt.date | None
    told: PlanForecast | None
    before: PlanForecast | None

    @property
    def finish_on(self) -> dt.date | None:
        return self.told.finish_on if self.told else None

    @property
    def days_late(self) -> int | None:
        """Days by which the forecast lies after the target; below nought before it."""
        if self.finish_on is None or self.target_on is None:
            return None
        return (self.finish_on - self.target_on).days

    @property
    def days_early(self) -> int | None:
        late = self.days_late
        return None if late is None else -late

    @property
    def later(self) -> int | None:
        """Days by which it lies after the forecast of the day compared with."""
        if self.finish_on is None or self.before is None or self.before.finish_on is None:
            return None
        return (self.finish_on - self.before.finish_on).days

    @property
    def sooner(self) -> int | None:
        return None if self.later is None else -self.later

    @property
    def order(self) -> tuple[int, int]:
        """The latest first; then those that cannot be told, then those without a plan."""
        if self.days_late is not None:
            return 0, -self.days_late
        return (1 if self.told else 2), 0


def lines_of(area_ids: Collection[int], when: PageDate) -> list[CompareLine]:
    """The runs with a target or a plan: two queries, one more of a past day, one to compare."""
    day, compare = when.moment.said_until, when.moment.compare
    runs = Enrolment.objects.open_on(day).filter(commune__area__in=area_ids)
    runs = runs.filter(commune__in=Commune.objects.existing_on(day))
    runs = runs.select_related("commune", "criteria_set")
    told = by_day.newest_of(area_ids, day)
    before = by_day.newest_of(area_ids, compare) if compare else {}
    targets = targets_on(day, runs)
    found = []
    ordered = list(runs.order_by("commune__sort_key", "pk"))
    count = Counter(run.commune_id for run in ordered)
    for run in ordered:
        target_on, _count = targets.get(run.pk, (run.target_on, None))
        if run.pk in told or target_on:
            commune = run.commune
            named = replace(when, set_code=run.criteria_set.code if count[commune.pk] > 1 else "")
            found.append(
                CompareLine(
                    commune.slug,
                    commune.named_on(day).name,
                    named.query,
                    target_on,
                    told.get(run.pk),
                    before.get(run.pk),
                )
            )
    return sorted(found, key=lambda line: line.order)


class Holding(NamedTuple):
    """Who has how many critical steps, of how many plans."""

    name: str
    phone: str
    steps: int
    plans: int


@dataclass(frozen=True)
class Holders:
    """Who has most critical steps: the agencies that direct them, the persons in charge."""

    agencies: list[Holding]
    people: list[Holding]


def holders_of(area_ids: Collection[int]) -> Holders:
    """Over all plans of runs that go on: two queries."""
    critical = Activity.objects.current().filter(
        plan__enrolment__commune__area__in=area_ids,
        plan__enrolment__closed_on=None,
        is_critical=True,
        finished_on=None,
    )
    counted = {"steps": Count("pk"), "plans": Count("plan", distinct=True)}
    agencies = critical.filter(agency__isnull=False).order_by().values_list("agency__name")
    people = critical.filter(person__isnull=False).order_by()
    named = people.values_list("person", "person__full_name", "person__phone")
    return Holders(
        _most(Holding(name, "", *n) for name, *n in agencies.annotate(**counted)),
        _most(Holding(name, phone, *n) for _pk, name, phone, *n in named.annotate(**counted)),
    )


def deciding_of(lines: Iterable[CompareLine]) -> Holders:
    """Of a past day it is known who had the deciding step of each plan."""
    told = [line.told for line in lines if line.told]
    agencies, people = (
        Counter(name for name in names if name)
        for names in ([one.agency for one in told], [one.person for one in told])
    )
    return Holders(
        _most(Holding(name, "", n, n) for name, n in agencies.items()),
        _most(Holding(name, "", n, n) for name, n in people.items()),
    )


def _most(found: Iterable[Holding]) -> list[Holding]:
    return sorted(found, key=lambda one: (-one.steps, -one.plans, one.name))[:MOST_HOLDERS]
