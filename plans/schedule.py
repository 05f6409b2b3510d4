"""The days of a plan: forwards from today, backwards from its finish, backwards from the target.

A step is one stretch of working days. It begins on the first working day on which all that it needs
is done and each wait has passed, never before its own first day, never before today. What was
reported goes before what was planned: a step that was begun goes on, whatever it needed; one that
is done is past.

Reckoned in edges between working days: edge `n` is the morning of working day `n`, and the evening
of the one before. A step of no days (a milestone) is reached in the evening of a working day.
"""

import datetime as dt
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from enum import Enum

WEEK = frozenset(range(5))
# A plan that goes on longer than this was typed wrongly.
FURTHEST = dt.date(2199, 12, 31)
_FURTHEST = FURTHEST.toordinal()


class WaitUnit(Enum):
    DAYS = "days"
    WORKING_DAYS = "working"


class DayKind(Enum):
    """What is known of a day of a step."""

    ACTUAL = "actual"
    FORECAST = "forecast"


class Circle(ValueError):
    """Steps that each need the one before, the first the last: `keys`, in the order of work."""

    def __init__(self, keys: Iterable[int]) -> None:
        self.keys = tuple(keys)
        super().__init__(f"steps need each other: {self.keys}")


class TooLong(ValueError):
    """The plan would end after `FURTHEST`."""


class WorkingCalendar:
    """Which days are worked: the weekdays of the office, but for days ordered off or worked.

    Working days are numbered from `origin` on, those before it below nought.
    """

    def __init__(
        self,
        origin: dt.date,
        *,
        weekdays: Collection[int] = WEEK,
        off: Collection[dt.date] = (),
        worked: Collection[dt.date] = (),
    ) -> None:
        if not weekdays:
            raise ValueError("no day of the week is worked")
        self.weekdays = frozenset(weekdays)
        self._off = {day.toordinal() for day in off}
        self._worked = {day.toordinal() for day in worked}
        self._origin = origin.toordinal()
        # Of each side of the origin: the working days met, and how many before each day.
        self._later: list[int] = []
        self._later_before: list[int] = []
        self._earlier: list[int] = []
        self._earlier_after: list[int] = []

    def is_worked(self, day: dt.date) -> bool:
        return self._is_worked(day.toordinal())

    def edge(self, ordinal: int) -> int:
        """The morning of the first working day on or after a day."""
        offset = ordinal - self._origin
        if offset >= 0:
            while offset >= len(self._later_before):
                self._extend_later()
            return self._later_before[offset]
        while -offset > len(self._earlier_after):
            self._extend_earlier()
        return -self._earlier_after[-offset - 1]

    def day(self, number: int) -> int:
        """The working day of this number."""
        if number >= 0:
            while number >= len(self._later):
                self._extend_later()
            return self._later[number]
        while -number > len(self._earlier):
            self._extend_earlier()
        return self._earlier[-number - 1]

    def working_days(self, first: dt.date, last: dt.date) -> int:
        """How many days are worked from `first` to `last`, both counted."""
        return self.edge(last.toordinal() + 1) - self.edge(first.toordinal())

    def after(self, day: dt.date, count: int) -> dt.date:
        """The day that lies `count` working days after one; before it where `count` is negative."""
        edge = self.edge(day.toordinal() + 1)
        return dt.date.fromordinal(self.day(edge - 1 + count))

    def _is_worked(self, ordinal: int) -> bool:
        if ordinal in self._worked:
            return True
        return (ordinal - 1) % 7 in self.weekdays and ordinal not in self._off

    def _extend_later(self) -> None:
        ordinal = self._origin + len(self._later_before)
        if ordinal > _FURTHEST:
            raise TooLong(str(FURTHEST))
        self._later_before.append(len(self._later))
        if self._is_worked(ordinal):
            self._later.append(ordinal)

    def _extend_earlier(self) -> None:
        ordinal = self._origin - len(self._earlier_after) - 1
        if ordinal < 1:
            raise TooLong(str(FURTHEST))
        if self._is_worked(ordinal):
            self._earlier.append(ordinal)
        self._earlier_after.append(len(self._earlier))


@dataclass(frozen=True, slots=True)
class WorkNeed:
    """What must be done before a step begins, and how long it then waits."""

    key: int
    wait: int = 0
    unit: WaitUnit = WaitUnit.DAYS


@dataclass(frozen=True, slots=True)
class WorkStep:
    """One step as it was planned, and what was reported of it.

    `remaining` working days were left in the morning of `reported_on`.
    """

    key: int
    days: int
    needs: tuple[WorkNeed, ...] = ()
    not_before: dt.date | None = None
    started_on: dt.date | None = None
    finished_on: dt.date | None = None
    remaining: int | None = None
    reported_on: dt.date | None = None


@dataclass(frozen=True, slots=True)
class StepDays:
    """When a step is done, and how far it may slip. Of one that is done nothing may slip.

    Floats are working days. `late_*`: the last days that leave the forecast where it is; `must_*`:
    the last days that still make the target. `lost` of the working days before it are gone.
    """

    key: int
    start: dt.date
    finish: dt.date
    start_kind: DayKind
    finish_kind: DayKind
    left: int
    total_float: int | None = None
    free_float: int | None = None
    late_start: dt.date | None = None
    late_finish: dt.date | None = None
    must_start: dt.date | None = None
    must_finish: dt.date | None = None
    lost: int = 0
    # The steps that decide when this one begins.
    driven_by: tuple[int, ...] = ()
    is_critical: bool = False

    @property
    def is_done(self) -> bool:
        return self.finish_kind is DayKind.ACTUAL

    @property
    def is_begun(self) -> bool:
        return self.start_kind is DayKind.ACTUAL


@dataclass(frozen=True, slots=True)
class Schedule:
    """All days of a plan. `chain` are the steps that decide its finish, in the order of work."""

    finish: dt.date
    steps: dict[int, StepDays]
    chain: tuple[int, ...]
    # Working days between the finish and the target; below nought where it comes after.
    target_float: int | None

    @property
    def critical(self) -> list[StepDays]:
        return [one for one in self.steps.values() if one.is_critical]


def schedule(
    steps: Collection[WorkStep],
    calendar: WorkingCalendar,
    *,
    today: dt.date,
    target: dt.date | None = None,
) -> Schedule:
    """Reckon a plan. Raises Circle, TooLong; KeyError for a need of a step that is not there."""
    if not steps:
        raise ValueError("a plan without steps")
    return _Reckoning(steps, calendar, today).schedule(target)


def in_order(steps: Collection[WorkStep]) -> list[WorkStep]:
    """Each step after all that it needs, else in the order given. Raises Circle."""
    by_key = {step.key: step for step in steps}
    waits_for = {step.key: len({need.key for need in step.needs}) for step in steps}
    followers: dict[int, list[int]] = {step.key: [] for step in steps}
    for step in steps:
        for key in {need.key for need in step.needs}:
            followers[key].append(step.key)
    ready = [step.key for step in steps if not waits_for[step.key]]
    for key in ready:
        for follower in followers[key]:
            waits_for[follower] -= 1
            if not waits_for[follower]:
                ready.append(follower)
    if len(ready) < len(by_key):
        raise Circle(_circle(by_key, set(by_key) - set(ready)))
    return [by_key[key] for key in ready]


def _circle(by_key: dict[int, WorkStep], stuck: set[int]) -> list[int]:
    """One circle among steps of which each needs another of them."""
    walk = [next(key for key in by_key if key in stuck)]
    while walk.count(walk[-1]) == 1:
        walk.append(next(need.key for need in by_key[walk[-1]].needs if need.key in stuck))
    return walk[walk.index(walk[-1]) + 1 :][::-1]


class _Reckoning:
    """The edges of each step by its key, forwards; then what follows from them."""

    def __init__(
        self, steps: Collection[WorkStep], calendar: WorkingCalendar, today: dt.date
    ) -> None:
        self.steps = in_order(steps)
        self.calendar = calendar
        self.today = today.toordinal()
        self.begin: dict[int, int] = {}
        self.end: dict[int, int] = {}
        # The last day of each step, which a done one may have had on any day.
        self.last: dict[int, int] = {}
        self.drivers: dict[int, tuple[int, ...]] = {}
        self.open = [step for step in self.steps if step.finished_on is None]
        # What is done drives nothing any more.
        self.done = {step.key for step in self.steps if step.finished_on is not None}
        for step in self.steps:
            self._go_forward(step)
        self.finish = max(self.last.values())
        self.final = calendar.edge(self.finish + 1)

    def _go_forward(self, step: WorkStep) -> None:
        calendar, key = self.calendar, step.key
        if step.finished_on is not None:
            self.last[key] = step.finished_on.toordinal()
            self.begin[key] = self.end[key] = calendar.edge(self.last[key] + 1)
            return
        if step.started_on is not None:
            since = (step.reported_on or step.started_on).toordinal()
            # What is not told to be done is done today at the earliest.
            end = max(calendar.edge(since) + days_left(step), calendar.edge(self.today) + 1)
            self.begin[key] = end - days_left(step)
        else:
            end = self._begin(step) + step.days
        self.end[key] = end
        self.last[key] = calendar.day(end - 1)

    def _begin(self, step: WorkStep) -> int:
        days = [self.today, *([step.not_before.toordinal()] if step.not_before else [])]
        bounds = [
            (edge_after(self.calendar, self.last[need.key], need, step), need.key)
            for need in step.needs
        ]
        first = max([first_edge(self.calendar, max(days), step), *(edge for edge, _key in bounds)])
        self.begin[step.key] = first
        self.drivers[step.key] = tuple(
            dict.fromkeys(key for edge, key in bounds if edge == first and key not in self.done)
        )
        return first

    def _before(self, need: WorkNeed, step: WorkStep, begin: int) -> int:
        """The latest end of what a step needs, for the step to begin at an edge."""
        if need.unit is WaitUnit.WORKING_DAYS:
            return begin - need.wait
        next_day = 1 if step.days else 0
        latest = self.calendar.day(begin - 1 + next_day) - need.wait - next_day
        return self.calendar.edge(latest + 1)

    def latest_ends(self, final: int) -> dict[int, int]:
        """The latest end of each open step that lets all end at an edge."""
        ends = {step.key: final for step in self.open}
        for step in reversed(self.open):
            if step.started_on is not None:
                continue
            begin = ends[step.key] - step.days
            for need in step.needs:
                if need.key in ends:
                    ends[need.key] = min(ends[need.key], self._before(need, step, begin))
        return ends

    def free_ends(self) -> dict[int, int]:
        """The latest end of each open step that moves no other step, and not the finish."""
        ends = {step.key: self.final for step in self.open}
        for step in self.open:
            if step.started_on is not None:
                continue
            for need in step.needs:
                if need.key in ends:
                    limit = self._before(need, step, self.begin[step.key])
                    ends[need.key] = min(ends[need.key], limit)
        return ends

    def deciding(self) -> set[int]:
        """The open steps on whose end the finish depends, also across a wait that is longer than
        it need be."""
        found = [step.key for step in self.open if self.end[step.key] == self.final]
        seen = set(found)
        for key in found:
            fresh = [one for one in self.drivers.get(key, ()) if one not in seen]
            seen.update(fresh)
            found += fresh
        return seen

    def chain(self, floats: dict[int, int]) -> tuple[int, ...]:
        """One way through the deciding steps, by those that may slip least."""
        ending = [step.key for step in self.open if self.end[step.key] == self.final]
        if not ending:
            return ()
        walk = [ending[-1]]
        while drivers := self.drivers.get(walk[-1]):
            walk.append(min(drivers, key=lambda key: (floats[key], -self.end[key])))
        return tuple(reversed(walk))

    def schedule(self, target: dt.date | None) -> Schedule:
        latest, free = self.latest_ends(self.final), self.free_ends()
        floats = {key: latest[key] - self.end[key] for key in latest}
        musts = self.latest_ends(_evening_of(self.calendar, target)) if target else {}
        unbegun = {key for key in musts if key in self.drivers}
        deciding = self.deciding()
        found = {}
        for step in self.steps:
            key = step.key
            if key in self.done:
                found[key] = _done(step)
                continue
            end = self.end[key]
            found[key] = StepDays(
                key=key,
                start=step.started_on or self._first_day(step, end),
                finish=self._day(end - 1),
                start_kind=DayKind.ACTUAL if step.started_on else DayKind.FORECAST,
                finish_kind=DayKind.FORECAST,
                left=days_left(step),
                total_float=floats[key],
                free_float=free[key] - end,
                late_start=None if step.started_on else self._first_day(step, latest[key]),
                late_finish=self._day(latest[key] - 1),
                must_start=self._first_day(step, musts[key]) if key in unbegun else None,
                must_finish=self._day(musts[key] - 1) if musts else None,
                lost=max(0, end - musts[key]) if musts else 0,
                driven_by=self.drivers.get(key, ()),
                is_critical=key in deciding or floats[key] == 0,
            )
        return Schedule(
            finish=dt.date.fromordinal(self.finish),
            steps=found,
            chain=self.chain(floats),
            target_float=None
            if target is None
            else _evening_of(self.calendar, target) - self.final,
        )

    def _first_day(self, step: WorkStep, end: int) -> dt.date:
        """The first day of a step that ends at an edge."""
        return self._day(end - max(step.days, 1))

    def _day(self, number: int) -> dt.date:
        return dt.date.fromordinal(self.calendar.day(number))


def _evening_of(calendar: WorkingCalendar, day: dt.date) -> int:
    """The edge at which a day has ended."""
    return calendar.edge(day.toordinal() + 1)


def first_edge(calendar: WorkingCalendar, ordinal: int, step: WorkStep) -> int:
    """The edge at which a step begins that may begin on a day; a milestone ends that day."""
    return calendar.edge(ordinal) + (0 if step.days else 1)


def edge_after(calendar: WorkingCalendar, last: int, need: WorkNeed, step: WorkStep) -> int:
    """The edge at which a need that was done on a day lets a step begin."""
    next_day = 1 if step.days else 0
    if need.unit is WaitUnit.DAYS:
        return first_edge(calendar, last + need.wait + next_day, step)
    waited = calendar.edge(last + 1) + need.wait
    return max(first_edge(calendar, last + next_day, step), waited)


def days_left(step: WorkStep) -> int:
    """The working days that a step still takes, as of its last report."""
    if step.finished_on is not None:
        return 0
    if step.started_on is not None and step.remaining is not None:
        return step.remaining
    return step.days


def _done(step: WorkStep) -> StepDays:
    assert step.finished_on is not None  # noqa: S101 asked before
    return StepDays(
        key=step.key,
        start=step.started_on or step.finished_on,
        finish=step.finished_on,
        start_kind=DayKind.ACTUAL,
        finish_kind=DayKind.ACTUAL,
        left=0,
    )


def calendar_for(
    steps: Iterable[WorkStep],
    today: dt.date,
    *,
    off: Collection[dt.date],
    worked: Collection[dt.date],
) -> WorkingCalendar:
    """A calendar that begins where a plan does."""
    begun = [day for step in steps for day in (step.started_on, step.finished_on) if day]
    return WorkingCalendar(min([today, *begun]), off=off, worked=worked)
