"""The chance that a plan ends by its target."""

import datetime as dt
import random
from time import process_time

from plans.schedule import WorkNeed, WorkStep, calendar_for, schedule
from plans.simulation import USUAL, Chance, Spread, durations, simulate
from tests.plans import mock_plan

MONDAY = dt.date(2020, 9, 14)
DAY = dt.timedelta(days=1)


def chance_of(steps, *, today=MONDAY, spreads=None, runs=10_000):
    calendar = calendar_for(steps, today, off=[], worked=[])
    return simulate(steps, calendar, today=today, spreads=spreads, runs=runs)


def run_one_by_one(steps, calendar, today, spreads, runs):
    """The same with other lots, each run a schedule of its own."""
    lots = random.Random(7)  # noqa: S311
    found = []
    for _ in range(runs):
        drawn = []
        for step in steps:
            left = step.remaining if step.started_on else step.days
            low, high = (left * one / 100 for one in spreads.get(step.key, USUAL))
            taken = max(1, round(lots.triangular(low, high, left)))
            rest = {"remaining": taken} if step.started_on else {"days": taken}
            drawn.append(WorkStep(**{**{n: getattr(step, n) for n in WorkStep.__slots__}, **rest}))
        found.append(schedule(drawn, calendar, today=today).finish)
    return found


def test_the_page_with_fourteen_steps():
    """Concrete is poured in the rain: 18 to 33 days instead of 22."""
    steps, calendar = mock_plan.steps(), mock_plan.calendar()
    spreads = {5: Spread(82, 150)}

    chance = simulate(steps, calendar, today=mock_plan.TODAY, spreads=spreads)

    others = run_one_by_one(steps, calendar, mock_plan.TODAY, spreads, 1_000)
    share = 100 * sum(day <= mock_plan.TARGET for day in others) / len(others)
    assert abs(chance.by(mock_plan.TARGET) - share) < 5
    assert abs((chance.safe() - sorted(others)[800]).days) <= 1
    assert chance.by(mock_plan.TARGET) == 62
    assert chance.safe() == dt.date(2021, 1, 6)
    assert sum(count for _monday, count in chance.by_week()) == 10_000
    assert chance == simulate(steps, calendar, today=mock_plan.TODAY, spreads=spreads)


def test_what_cannot_vary_is_certain():
    done = WorkStep(1, 3, started_on=MONDAY - 7 * DAY, finished_on=MONDAY - 3 * DAY)

    assert chance_of([done]).by_day == {MONDAY - 3 * DAY: 10_000}
    assert (
        chance_of([done, WorkStep(2, 1, (WorkNeed(1),)), WorkStep(3, 0, (WorkNeed(2),))]).by(MONDAY)
        == 100
    )


def test_nearly_certain_is_not_certain():
    assert Chance(10_000, {MONDAY: 9_999, MONDAY + DAY: 1}).by(MONDAY) == 99
    assert Chance(10_000, {MONDAY: 1, MONDAY + DAY: 9_999}).by(MONDAY) == 1
    assert Chance(10_000, {MONDAY: 10_000}).by(MONDAY - DAY) == 0


def test_a_short_step_that_may_take_long_matters_beside_a_long_one():
    steps = [WorkStep(1, 10), WorkStep(2, 5)]

    chance = chance_of(steps, spreads={1: Spread(100, 100), 2: Spread(100, 300)})

    # A triangle from 5 to 15, mostly 5: past 10,5 days in a fifth of the runs.
    assert abs(chance.by(MONDAY + 11 * DAY) - 80) <= 2


def test_days_lie_between_the_least_and_the_most():
    found = durations(20, Spread(50, 200))

    assert (min(found), max(found)) == (11, 39)
    assert abs(sum(found) / len(found) - 70 / 3) < 0.1
    assert set(durations(0, USUAL)) == {0}


def test_ten_thousand_runs_take_half_a_second():
    begun = process_time()
    simulate(mock_plan.steps(), mock_plan.calendar(), today=mock_plan.TODAY)

    assert process_time() - begun < 0.5
