"""Plan against actual, week by week."""

import datetime as dt
from types import SimpleNamespace

from plans.forecasts.reckoning import Forecast, WrittenPlan
from plans.models import Activity, ApprovedStep
from plans.road.curve import Told, by_cost, curve
from plans.schedule import WorkNeed, WorkStep, calendar_for, schedule

# A Monday.
BEGUN = dt.date(2020, 9, 7)
TODAY, TARGET = dt.date(2020, 9, 16), dt.date(2020, 10, 9)


def day(month, number):
    return dt.date(2020, month, number)


def made(*, days=(10, 10), target=TARGET, today=TODAY, **reported):
    """Two steps of so many working days, one after the other; the first is half done."""
    told = {"percent": 50, "started_on": BEGUN, "remaining_days": 5, "reported_on": TODAY}
    told |= reported
    activities = [
        Activity(pk=1, number=1, name="A", working_days=days[0], cost_people=30, **told),
        Activity(pk=2, number=2, name="B", working_days=days[1], cost_people=10),
    ]
    steps = [
        WorkStep(
            1,
            days[0],
            started_on=told["started_on"],
            remaining=told["remaining_days"],
            reported_on=told["reported_on"],
        ),
        WorkStep(2, days[1], (WorkNeed(1),)),
    ]
    calendar = calendar_for(steps, today, off=[], worked=[])
    found = schedule(steps, calendar, today=today, target=target)
    written = WrittenPlan(SimpleNamespace(), activities, {})
    return Forecast(written, steps, calendar, today, target, found)


APPROVED = {
    key: ApprovedStep(
        activity_id=key, number=key, working_days=10, starts_on=first, ends_on=last, cost=cost
    )
    for key, first, last, cost in (
        (1, BEGUN, day(9, 18), 30),
        (2, day(9, 21), day(10, 2), 10),
    )
}
REPORTS = [Told(1, day(9, 10), 20, None), Told(1, TODAY, 50, None)]


def shares(found):
    return [(row.monday, row.planned, row.actual, row.forecast) for row in found.rows]


def test_each_week_says_what_was_planned_done_and_is_forecast():
    found = curve(made(), APPROVED, REPORTS)

    # Five of twenty days are done; five are left from 16 September, then ten: 6 October.
    assert shares(found) == [
        (day(9, 7), 25, 10, None),
        (day(9, 14), 50, 25, 38),
        (day(9, 21), 75, None, 65),
        (day(9, 28), 100, None, 90),
        (day(10, 5), 100, None, 100),
    ]
    assert (found.done, found.due) == (25, 40)
    assert found.planned_path.startswith("M42.0 168.0L")
    assert found.planned_path.endswith("330.0 22.0")
    assert found.target_path


def test_steps_may_weigh_their_cost():
    found = curve(made(), APPROVED, REPORTS, by_cost)

    # Three quarters of the money lie in the first step.
    assert [(row.planned, row.actual) for row in found.rows][:2] == [(38, 15), (75, 38)]
    assert found.due == 60


def test_what_is_finished_counts_whole_and_the_line_ends_today():
    forecast = made()
    last = Told(1, TODAY, 90, TODAY)

    found = curve(forecast, APPROVED, [REPORTS[0], last])

    assert found.actual[-1] == (TODAY, 50)
    assert found.actual[0] == (day(9, 6), 0)


def test_without_approval_or_weight_there_is_less_to_say():
    assert curve(made(), {}, REPORTS).due is None
    assert curve(made(), {}, []).planned_path == ""
    assert curve(made(days=(0, 0), remaining_days=0), {}, []) is None


def test_a_long_plan_is_told_by_several_weeks_at_once():
    found = curve(made(days=(10, 2_500), target=None), APPROVED, REPORTS)

    assert found.weeks > 1
    assert len(found.rows) <= 60
    assert found.rows[-1].forecast == 100
    assert [row.actual for row in found.rows if row.actual is not None] == [1]
