"""Plan against actual, summed over all steps: the S-curve, as numbers for its drawing.

Each step weighs its working days, or its cost. What was approved grows evenly over the days of each
step; what was done is what was reported, on the day of the report; what is left grows evenly up to
the forecast finish. Each line is a share of its own whole: of the plan approved, of the plan as it
stands.
"""

import datetime as dt
from bisect import bisect_right
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate
from typing import NamedTuple

from plans.forecasts.reckoning import Forecast
from plans.models import Activity, ApprovedStep
from plans.schedule import WorkingCalendar

DAY = dt.timedelta(days=1)
LEFT, RIGHT, TOP, BOTTOM = 42, 330, 22, 168
# A longer plan is told by so many weeks at once.
MOST_POINTS = 60
_NOISE = 1e-6
GRID = (0, 25, 50, 75, 100)

Weight = Callable[[Activity | ApprovedStep], float]


def by_days(step: Activity | ApprovedStep) -> float:
    return step.working_days


def by_cost(step: Activity | ApprovedStep) -> float:
    return float(step.cost)


class Told(NamedTuple):
    """What a report said of a step."""

    key: int
    on: dt.date
    percent: int
    finished_on: dt.date | None


class CurveRow(NamedTuple):
    """The shares at the end of a week, or of several."""

    monday: dt.date
    last: dt.date
    planned: int | None
    actual: int | None
    forecast: int | None


@dataclass(frozen=True)
class Curve:
    """`planned`, `actual`, `forecast`: shares in hundredths at the end of days."""

    first: dt.date
    last: dt.date
    today: dt.date
    target: dt.date | None
    weeks: int
    planned: list[tuple[dt.date, float]]
    actual: list[tuple[dt.date, float]]
    forecast: list[tuple[dt.date, float]]

    @cached_property
    def rows(self) -> list[CurveRow]:
        lines = [dict(line) for line in (self.planned, self.actual, self.forecast)]
        found = []
        for last in _ends(self.first, self.last, self.weeks):
            monday = last - 7 * self.weeks * DAY + DAY
            shown = self.today if monday <= self.today <= last else last
            ends = (
                lines[0].get(last),
                lines[1].get(shown),
                lines[2].get(min(last, self.finish)) if last >= self.today else None,
            )
            found.append(CurveRow(monday, last, *map(_percent, ends)))
        return found

    @property
    def finish(self) -> dt.date:
        return self.forecast[-1][0]

    @property
    def done(self) -> int | None:
        return _percent(self.actual[-1][1])

    @property
    def due(self) -> int | None:
        """What was to be done by today."""
        return _percent(dict(self.planned).get(self.today))

    @property
    def planned_path(self) -> str:
        return self._path(self.planned)

    @property
    def actual_path(self) -> str:
        """What was done stands until the next report."""
        first, *others = self.actual
        steps = [f"H{self._x(day)}V{self._y(share)}" for day, share in others]
        return f"M{self._x(first[0])} {self._y(first[1])}" + "".join(steps)

    @property
    def forecast_path(self) -> str:
        return self._path(self.forecast)

    @property
    def today_x(self) -> str:
        return self._x(self.today)

    @property
    def today_y(self) -> str:
        return self._y(self.actual[-1][1])

    @property
    def is_early(self) -> bool:
        """Whether what is said of today has more room behind its line."""
        return float(self.today_x) < (LEFT + RIGHT) / 2

    @property
    def target_path(self) -> str:
        """Two lines, of which one would be taken for today's."""
        if self.target is None:
            return ""
        x = float(self._x(self.target))
        return f"M{x - 1.5:.1f} {TOP - 6}V{BOTTOM}M{x + 1.5:.1f} {TOP - 6}V{BOTTOM}"

    @property
    def target_x(self) -> str:
        return self._x(self.target) if self.target else ""

    @property
    def grid(self) -> list[tuple[int, str]]:
        return [(share, self._y(share)) for share in GRID]

    def _path(self, line: list[tuple[dt.date, float]]) -> str:
        points = [f"{self._x(day)} {self._y(share)}" for day, share in line]
        return "M" + "L".join(points) if points else ""

    def _x(self, day: dt.date) -> str:
        share = ((day - self.first).days + 1) / ((self.last - self.first).days + 1)
        return f"{LEFT + share * (RIGHT - LEFT):.1f}"

    def _y(self, share: float) -> str:
        return f"{BOTTOM - share / 100 * (BOTTOM - TOP):.1f}"


def _percent(share: float | None) -> int | None:
    """Nothing only where nothing is done, all only where all is."""
    if share is None or share < _NOISE or share > 100 - _NOISE:
        return None if share is None else round(share)
    return min(max(round(share), 1), 99)


def curve(
    found: Forecast,
    approved: Mapping[int, ApprovedStep],
    told: Iterable[Told],
    weight: Weight = by_days,
) -> Curve | None:
    """The lines of a plan; nothing where all of its steps weigh nothing."""
    activities = found.written.activities
    if not sum(map(weight, activities)):
        return None
    first, last = _span(found, approved)
    weeks = -(-((last - first).days // 7 + 1) // MOST_POINTS)
    ends = _ends(first, last, weeks)
    days = sorted({first - DAY, *ends, found.today})
    past = [day for day in days if day <= found.today]
    coming = [day for day in days if found.today <= day]
    finish = found.schedule.finish
    coming = sorted({*(day for day in coming if day <= finish), max(finish, found.today)})
    return Curve(
        first,
        ends[-1],
        found.today,
        found.target,
        weeks,
        _planned(list(approved.values()), found.calendar, days, weight),
        _actual(activities, told, past, weight),
        _forecast(found, coming, weight),
    )


def _span(found: Forecast, approved: Mapping[int, ApprovedStep]) -> tuple[dt.date, dt.date]:
    """From a Monday to the last day of anything shown."""
    steps = found.schedule.steps.values()
    firsts = [found.today, *(one.start for one in steps)]
    firsts += [one.starts_on for one in approved.values()]
    lasts = [found.today, found.schedule.finish, *([found.target] if found.target else [])]
    lasts += [one.ends_on for one in approved.values()]
    first = min(firsts)
    return first - DAY * first.weekday(), max(lasts)


def _ends(first: dt.date, last: dt.date, weeks: int) -> list[dt.date]:
    """The Sundays up to the one that takes in the last day."""
    count = -(-((last - first).days + 1) // (7 * weeks))
    return [first + 7 * weeks * n * DAY - DAY for n in range(1, count + 1)]


def _planned(
    steps: list[ApprovedStep], calendar: WorkingCalendar, days: list[dt.date], weight: Weight
) -> list[tuple[dt.date, float]]:
    stretches = [(weight(one), one.starts_on, one.ends_on) for one in steps]
    return _grown(stretches, calendar, days, 0)


def _forecast(found: Forecast, days: list[dt.date], weight: Weight) -> list[tuple[dt.date, float]]:
    """From what is done today on: what is left of each step, from the day after today."""
    tomorrow = found.today + DAY
    stretches, done = [], 0.0
    for one in found.written.activities:
        step = found.days(one)
        left = 0.0 if step.is_done else weight(one) * (100 - (one.percent or 0)) / 100
        done += weight(one) - left
        stretches.append((left, max(step.start, tomorrow), step.finish))
    return _grown(stretches, found.calendar, days, done)


def _grown(
    stretches: list[tuple[float, dt.date, dt.date]],
    calendar: WorkingCalendar,
    days: list[dt.date],
    begun_with: float,
) -> list[tuple[dt.date, float]]:
    """The share of the whole at the end of each day, each stretch growing over its working days."""
    whole = begun_with + sum(one for one, _first, _last in stretches)
    if not whole:
        return []
    sums = [begun_with] * len(days)
    for one, first, last in stretches:
        count = max(calendar.working_days(first, last), 1) if first <= last else 1
        for n, day in enumerate(days):
            if day >= last:
                sums[n] += one
            elif day >= first:
                sums[n] += one * calendar.working_days(first, day) / count
    return [(day, 100 * one / whole) for day, one in zip(days, sums, strict=True)]


def _actual(
    activities: list[Activity], told: Iterable[Told], days: list[dt.date], weight: Weight
) -> list[tuple[dt.date, float]]:
    weights = {one.pk: weight(one) for one in activities}
    whole = sum(weights.values())
    known = dict.fromkeys(weights, 0.0)
    grown: list[tuple[dt.date, float]] = []
    for one in told:
        if one.key in known:
            share = weights[one.key] * (100 if one.finished_on else one.percent) / 100
            grown.append((one.on, share - known[one.key]))
            known[one.key] = share
    dates = [on for on, _more in grown]
    sums = [0.0, *accumulate(more for _on, more in grown)]
    return [(day, 100 * sums[bisect_right(dates, day)] / whole) for day in days]
