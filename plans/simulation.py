"""How likely a plan ends by its target, from how much shorter or longer its steps may take.

Each step that is not done takes a number of working days between the least and the most, the usual
one most often (a triangle), whatever the others take; its share of these is laid on what is left of
one that was begun. The same plan gives the same answer: the drawing of lots begins at a fixed seed.
"""

import datetime as dt
import random
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from itertools import repeat
from operator import add
from typing import NamedTuple

from plans.schedule import (
    Schedule,
    WorkingCalendar,
    WorkNeed,
    WorkStep,
    days_left,
    edge_after,
    first_edge,
    in_order,
    schedule,
)

RUNS = 10_000
SAFE = 80
_SEED = 20
# Into so many parts of equal chance the days that a step may take are cut: one byte draws one.
_PARTS = 256


class Spread(NamedTuple):
    """The fewest and the most days that a step takes, in hundredths of its usual ones."""

    least: float = 85
    most: float = 135


USUAL = Spread()


@dataclass(frozen=True, slots=True)
class Chance:
    """How the runs ended. `by_day`: how many ended on each day."""

    runs: int
    by_day: dict[dt.date, int]

    def by(self, target: dt.date) -> int:
        """In how many of a hundred runs the plan ended by a day; certain only where all did."""
        ended = sum(count for day, count in self.by_day.items() if day <= target)
        share = round(100 * ended / self.runs)
        if 0 < ended < self.runs:
            return min(max(share, 1), 99)
        return share

    def safe(self, percent: int = SAFE) -> dt.date:
        """The first day by which so many of a hundred runs had ended."""
        ended = 0
        for day in sorted(self.by_day):
            ended += self.by_day[day]
            if ended * 100 >= percent * self.runs:
                return day
        raise ValueError("no runs")

    def by_week(self) -> list[tuple[dt.date, int]]:
        """How many ended in each week, from the first to the last, each by its Monday."""
        weeks: Counter[dt.date] = Counter()
        for day, count in self.by_day.items():
            weeks[day - dt.timedelta(days=day.weekday())] += count
        first, last = min(weeks), max(weeks)
        mondays = [first + dt.timedelta(weeks=n) for n in range((last - first).days // 7 + 1)]
        return [(monday, weeks[monday]) for monday in mondays]


def simulate(
    steps: Collection[WorkStep],
    calendar: WorkingCalendar,
    *,
    today: dt.date,
    spreads: Mapping[int, Spread] | None = None,
    runs: int = RUNS,
) -> Chance:
    """Run a plan often, each time with other durations. Raises as `schedule` does."""
    given = spreads or {}
    known = {step.key: given.get(step.key, USUAL) for step in steps}
    ordered = in_order(steps)
    soonest = schedule(_stretched(ordered, known, 0), calendar, today=today).finish
    ends = _Runs(calendar, today, runs, known)
    for step in _mattering(ordered, calendar, today, known, soonest):
        ends.run(step)
    edges = Counter(ends.finish(soonest))
    by_day = {dt.date.fromordinal(calendar.day(edge - 1)): edges[edge] for edge in edges}
    return Chance(runs, by_day)


def longest(
    steps: Collection[WorkStep],
    calendar: WorkingCalendar,
    *,
    today: dt.date,
    spreads: Mapping[int, Spread],
) -> Schedule:
    """The plan with all its steps at their longest: no run ends later."""
    known = {step.key: spreads.get(step.key, USUAL) for step in steps}
    return schedule(_stretched(in_order(steps), known, -1), calendar, today=today)


def durations(left: int, spread: Spread) -> list[int]:
    """The days that a step may take that usually takes `left`, each as often as it is likely."""
    least, most = left * spread.least / 100, left * spread.most / 100
    if most <= least:
        return [left] * _PARTS
    width, rise = most - least, left - least
    found = []
    for part in range(_PARTS):
        share = (part + 0.5) / _PARTS
        if share * width < rise:
            days = least + (share * width * rise) ** 0.5
        else:
            days = most - ((1 - share) * width * (most - left)) ** 0.5
        found.append(max(round(days), 1 if left else 0))
    return found


def _mattering(
    ordered: list[WorkStep],
    calendar: WorkingCalendar,
    today: dt.date,
    spreads: Mapping[int, Spread],
    soonest: dt.date,
) -> list[WorkStep]:
    """The steps that can move the finish past the soonest one, and those done before them: with all
    at their longest they come too late for it."""
    slow = schedule(_stretched(ordered, spreads, -1), calendar, today=today, target=soonest)
    kept = {key for key, one in slow.steps.items() if one.is_done or one.lost}
    return [
        replace(step, needs=tuple(need for need in step.needs if need.key in kept))
        for step in ordered
        if step.key in kept
    ]


def _stretched(ordered: list[WorkStep], spreads: Mapping[int, Spread], end: int) -> list[WorkStep]:
    """The plan with all at one end of what they may take: 0 the shortest, -1 the longest."""
    return [
        replace(step, days=taken, remaining=taken if step.started_on else None)
        for step in ordered
        for taken in [durations(days_left(step), spreads[step.key])[end]]
    ]


class _Runs:
    """The end of each step in each run; of one that is done, its last day."""

    def __init__(
        self,
        calendar: WorkingCalendar,
        today: dt.date,
        runs: int,
        spreads: Mapping[int, Spread],
    ) -> None:
        self.calendar, self.today, self.count = calendar, today.toordinal(), runs
        self.spreads = spreads
        self.done: dict[int, int] = {}
        self.ends: dict[int, list[int]] = {}
        # Steps that another one ends after.
        self.followed: set[int] = set()

    def run(self, step: WorkStep) -> None:
        if step.finished_on is not None:
            self.done[step.key] = step.finished_on.toordinal()
            return
        ends = map(add, self._begins(step), self._drawn(step))
        if step.started_on is not None:
            ends = map(max, repeat(self.calendar.edge(self.today) + 1), ends)
        self.ends[step.key] = list(ends)

    def finish(self, soonest: dt.date) -> Iterable[int]:
        """The edge at which each run ends."""
        edge = self.calendar.edge(soonest.toordinal() + 1)
        ending = [ends for key, ends in self.ends.items() if key not in self.followed]
        return map(max, repeat(edge, self.count), repeat(edge), *ending)

    def _begins(self, step: WorkStep) -> Iterable[int]:
        if step.started_on is not None:
            since = (step.reported_on or step.started_on).toordinal()
            return repeat(self.calendar.edge(since), self.count)
        not_before = step.not_before.toordinal() if step.not_before else 0
        first = first_edge(self.calendar, max(self.today, not_before), step)
        self.followed.update(need.key for need in step.needs)
        past = [need for need in step.needs if need.key in self.done]
        first = max(
            [first, *(edge_after(self.calendar, self.done[one.key], one, step) for one in past)]
        )
        waited = [self._lets(need, step) for need in step.needs if need.key in self.ends]
        return map(max, repeat(first), *waited) if waited else repeat(first, self.count)

    def _lets(self, need: WorkNeed, step: WorkStep) -> Iterable[int]:
        """The edge at which a need lets a step begin, in each run."""
        ends, calendar = self.ends[need.key], self.calendar
        if not need.wait:
            return ends
        edges = {end: edge_after(calendar, calendar.day(end - 1), need, step) for end in set(ends)}
        return map(edges.__getitem__, ends)

    def _drawn(self, step: WorkStep) -> Iterable[int]:
        """What a step takes in each run: drawn for it alone, so that another plan with the same
        step may be compared."""
        lots = random.Random(_SEED + step.key)  # noqa: S311 nothing is kept secret by it
        days = durations(days_left(step), self.spreads[step.key])
        return map(days.__getitem__, lots.randbytes(self.count))
