"""A plan reckoned day by day, with nothing shared with `plans.schedule`: it tries each day, and
finds what may slip by letting it slip."""

import datetime as dt
from dataclasses import replace

from plans.schedule import WaitUnit

DAY = dt.timedelta(days=1)


class ByDays:
    def __init__(self, steps, off, worked, today, delays=None):
        self.steps = {step.key: step for step in steps}
        self.off, self.worked, self.today = set(off), set(worked), today
        self.delays = delays or {}
        self.found = {}

    def works(self, day):
        return day in self.worked or (day.weekday() < 5 and day not in self.off)

    def from_day(self, day):
        while not self.works(day):
            day += DAY
        return day

    def on(self, day, count):
        """`count` working days after a working day."""
        while count:
            day = self.from_day(day + DAY)
            count -= 1
        return day

    def worked_between(self, after, before):
        """How many days are worked after one day and before another."""
        days = (before - after).days - 1
        return sum(self.works(after + DAY * n) for n in range(1, days + 1))

    def lets_begin(self, need, last, day, is_milestone):
        """Whether what is needed, done on `last`, lets a step begin that day."""
        if day < last or (day == last and not is_milestone):
            return False
        if need.unit is WaitUnit.DAYS:
            waited = (day - last).days - (0 if is_milestone else 1)
        else:
            waited = self.worked_between(last, day + DAY if is_milestone else day)
        return waited >= need.wait

    def days(self, key):
        """First and last day of a step."""
        if key not in self.found:
            self.found[key] = self._days(self.steps[key])
        return self.found[key]

    def _days(self, step):
        delay = self.delays.get(step.key, 0)
        if step.finished_on:
            return step.started_on or step.finished_on, step.finished_on
        if step.started_on:
            left = step.days if step.remaining is None else step.remaining
            first = self.from_day(step.reported_on or step.started_on)
            last = self.on(first, left - 1) if left else first - DAY
            return step.started_on, self.on(max(last, self.from_day(self.today)), delay)
        day = max(self.today, step.not_before or self.today)
        while not self.works(day) or not all(
            self.lets_begin(need, self.days(need.key)[1], day, not step.days) for need in step.needs
        ):
            day += DAY
        day = self.on(day, delay)
        return day, self.on(day, max(step.days, 1) - 1)

    def finish(self):
        return max(self.days(key)[1] for key in self.steps)

    def slipped(self, key, delay):
        return ByDays(self.steps.values(), self.off, self.worked, self.today, {key: delay})

    def total_float(self, key):
        delay = 0
        while self.slipped(key, delay + 1).finish() == self.finish():
            delay += 1
        return delay

    def free_float(self, key):
        delay = 0
        while True:
            later = self.slipped(key, delay + 1)
            moved = [
                other
                for other in self.steps
                if other != key and later.days(other) != self.days(other)
            ]
            if moved or later.finish() != self.finish():
                return delay
            delay += 1

    def decides(self, key):
        """Whether a chain of steps, of which none could begin sooner for the one before it, leads
        from here to the finish."""
        if self.days(key)[1] == self.finish():
            return True
        return any(
            self._waits_for(step, need) and self.decides(step.key)
            for step in self.steps.values()
            if not step.started_on and not step.finished_on
            for need in step.needs
            if need.key == key
        )

    def _waits_for(self, step, need):
        alone = replace(step, needs=(need,), not_before=None)
        early = ByDays(
            [*(one for one in self.steps.values() if one.key != step.key), alone],
            self.off,
            self.worked,
            dt.date(1990, 1, 1),
        )
        early.found = {need.key: self.days(need.key)}
        return early.days(step.key)[0] == self.days(step.key)[0]

    def must_finish(self, key, target):
        """The last day on which a step may end for all to end by the target."""
        followers = [
            (step, need)
            for step in self.steps.values()
            if not step.started_on and not step.finished_on
            for need in step.needs
            if need.key == key
        ]
        firsts = {step.key: self.must_start(step.key, target) for step, _need in followers}
        day = target
        while not self.works(day) or not all(
            self.lets_begin(need, day, firsts[step.key], not step.days) for step, need in followers
        ):
            day -= DAY
        return day

    def must_start(self, key, target):
        day = self.must_finish(key, target)
        for _ in range(max(self.steps[key].days, 1) - 1):
            day -= DAY
            while not self.works(day):
                day -= DAY
        return day
