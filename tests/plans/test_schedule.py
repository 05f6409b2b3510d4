"""The days of a plan, against tables of books, a reckoning day by day, and by hand."""

import datetime as dt
import random
from dataclasses import replace
from time import process_time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plans.schedule import (
    Circle,
    DayKind,
    TooLong,
    WaitUnit,
    WorkingCalendar,
    WorkNeed,
    WorkStep,
    calendar_for,
    schedule,
)
from tests.plans import mock_plan
from tests.plans.by_days import ByDays

MONDAY = dt.date(2020, 9, 14)
TARGET = dt.date(2020, 10, 9)
DAY = dt.timedelta(days=1)


def reckon(steps, *, today=MONDAY, off=(), worked=(), target=None):
    return schedule(
        steps, calendar_for(steps, today, off=off, worked=worked), today=today, target=target
    )


def chained(durations, needs):
    """Steps of letters, as books write them: {"A": 3}, {"C": "AB"}."""
    return [
        WorkStep(ord(letter), days, tuple(WorkNeed(ord(one)) for one in needs.get(letter, "")))
        for letter, days in durations.items()
    ]


def floats(found):
    return {chr(key): (one.total_float, one.free_float) for key, one in found.steps.items()}


# --- Tables of books: a plan with two parallel ways, and one with free float apart from total.
TEXTBOOK = {
    # Hillier and Lieberman, Reliable Construction: 44 weeks, critical A B C E F J L N.
    "construction": (
        dict(zip("ABCDEFGHIJKLMN", [2, 4, 10, 6, 4, 5, 7, 9, 7, 8, 4, 5, 2, 6], strict=True)),
        {"B": "A", "C": "B", "D": "C", "E": "C", "F": "E", "G": "D", "H": "EG", "I": "C",
         "J": "FI", "K": "J", "L": "J", "M": "H", "N": "KL"},
        44,
        {"A": 0, "B": 0, "C": 0, "D": 4, "E": 0, "F": 0, "G": 4, "H": 4, "I": 2, "J": 0, "K": 1,
         "L": 0, "M": 4, "N": 0},
    ),
    # Heizer and Render, Milwaukee Paper: 15 weeks, critical A C E G H.
    "paper": (
        dict(zip("ABCDEFGH", [2, 3, 2, 4, 4, 3, 5, 2], strict=True)),
        {"C": "A", "D": "AB", "E": "C", "F": "C", "G": "DE", "H": "FG"},
        15,
        {"A": 0, "B": 1, "C": 0, "D": 1, "E": 0, "F": 6, "G": 0, "H": 0},
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", TEXTBOOK)
def test_floats_are_those_of_the_book(name):
    durations, needs, length, expected = TEXTBOOK[name]

    found = reckon(chained(durations, needs))

    calendar = WorkingCalendar(MONDAY)
    assert calendar.working_days(MONDAY, found.finish) == length
    assert {letter: total for letter, (total, _free) in floats(found).items()} == expected
    critical = [letter for letter, total in expected.items() if total == 0]
    assert [chr(key) for key in found.chain] == critical


def test_free_float_is_what_moves_no_other_step():
    found = reckon(chained(*TEXTBOOK["paper"][:2]))

    assert {letter: free for letter, (_total, free) in floats(found).items()} == {
        "A": 0, "B": 0, "C": 0, "D": 1, "E": 0, "F": 6, "G": 0, "H": 0,
    }  # fmt: skip


def test_the_fourteen_steps_agree_with_the_page():
    found = schedule(
        mock_plan.steps(), mock_plan.calendar(), today=mock_plan.TODAY, target=mock_plan.TARGET
    )

    assert {
        key: (one.start, one.finish, one.total_float, one.late_start)
        for key, one in found.steps.items()
    } == mock_plan.EXPECTED
    assert found.finish == dt.date(2020, 12, 23)
    assert found.chain == (2, 4, 5, 13, 14)
    assert [one.key for one in found.critical] == [2, 4, 5, 13, 14]
    assert found.target_float == 6
    assert found.steps[2].start_kind is DayKind.ACTUAL
    assert found.steps[2].finish_kind is DayKind.FORECAST


@pytest.mark.parametrize(
    ("key", "change", "finish", "chain"),
    [
        (5, {"days": 27}, "30/12", (2, 4, 5, 13, 14)),
        (5, {"days": 17}, "16/12", (2, 4, 5, 13, 14)),
        (2, {"remaining": 7}, "17/12", (3, 4, 5, 13, 14)),
        (13, {"days": 7}, "14/12", (2, 4, 5, 13, 14)),
    ],
)
def test_what_if_moves_the_finish_as_the_page_says(key, change, finish, chain):
    steps = [replace(one, **change) if one.key == key else one for one in mock_plan.steps()]

    found = schedule(steps, mock_plan.calendar(), today=mock_plan.TODAY)

    assert f"{found.finish:%d/%m}" == finish
    assert found.chain == chain


def test_a_wait_in_days_runs_over_the_week_end_and_the_one_before_still_decides():
    """The first ends on Wednesday; two days of waiting end on Friday, or on Saturday for a slip."""
    steps = [WorkStep(1, 2), WorkStep(2, 1, (WorkNeed(1, 2, WaitUnit.DAYS),))]
    found = reckon(steps)
    assert found.steps[2].start == MONDAY + 4 * DAY

    found = reckon([WorkStep(1, 4), steps[1]])
    assert found.steps[2].start == MONDAY + 7 * DAY
    assert found.steps[1].total_float == 1
    assert found.steps[1].is_critical
    assert found.chain == (1, 2)

    found = reckon(
        [WorkStep(1, 4), replace(steps[1], needs=(WorkNeed(1, 2, WaitUnit.WORKING_DAYS),))]
    )
    assert found.steps[2].start == MONDAY + 8 * DAY
    assert found.steps[1].total_float == 0


def test_days_off_and_days_worked_instead():
    """Monday is off for Saturday, by an order."""
    found = reckon([WorkStep(1, 5)], off=[MONDAY + 7 * DAY], worked=[MONDAY + 5 * DAY])
    assert found.finish == MONDAY + 4 * DAY

    found = reckon([WorkStep(1, 7)], off=[MONDAY + 7 * DAY], worked=[MONDAY + 5 * DAY])
    assert found.finish == MONDAY + 8 * DAY


def test_what_was_reported_goes_before_what_was_planned():
    plan = [WorkStep(1, 5), WorkStep(2, 5, (WorkNeed(1),)), WorkStep(3, 2, (WorkNeed(2),))]

    done = replace(plan[0], started_on=MONDAY - 7 * DAY, finished_on=MONDAY - 3 * DAY)
    assert reckon([done, *plan[1:]]).finish == MONDAY + 8 * DAY

    # Begun before what it needs was done: it goes on, and what it needs decides no longer.
    begun = replace(plan[1], started_on=MONDAY, remaining=8, reported_on=MONDAY)
    found = reckon([plan[0], begun, plan[2]])
    assert found.steps[2].finish == MONDAY + 9 * DAY
    assert found.chain == (2, 3)
    assert found.steps[1].total_float == 5

    # Nobody said that it is done: it is done today at the earliest.
    late = replace(plan[0], started_on=MONDAY - 21 * DAY)
    assert reckon([late]).finish == MONDAY


def test_days_lost_against_the_target():
    found = reckon([WorkStep(1, 5), WorkStep(2, 5, (WorkNeed(1),))], target=MONDAY + 8 * DAY)

    assert found.target_float == -3
    assert found.steps[1].must_start == MONDAY - 5 * DAY
    assert [found.steps[key].lost for key in (1, 2)] == [3, 3]


def test_a_circle_is_named_in_the_order_of_work():
    needs = {1: (), 2: (1, 4), 3: (2,), 4: (3,), 5: (4,)}
    steps = [WorkStep(key, 1, tuple(map(WorkNeed, needed))) for key, needed in needs.items()]

    with pytest.raises(Circle) as refused:
        reckon(steps)
    keys = refused.value.keys
    assert sorted(keys) == [2, 3, 4]
    doubled = keys + keys
    assert (2, 3, 4) in [doubled[n : n + 3] for n in range(3)]

    with pytest.raises(Circle) as refused:
        reckon([WorkStep(7, 1, (WorkNeed(7),))])
    assert refused.value.keys == (7,)


def test_a_plan_without_end_is_refused():
    with pytest.raises(TooLong):
        reckon([WorkStep(n, 10_000, (WorkNeed(n - 1),) if n else ()) for n in range(12)])
    with pytest.raises(TooLong):
        reckon([WorkStep(1, 1), WorkStep(2, 1, (WorkNeed(1, 70_000),))])


@st.composite
def plans(draw):
    """Plans that fit into some weeks, with waits of both units, days off and worked, progress."""
    near = st.integers(-8, 12).map(lambda n: MONDAY + n * DAY)
    today = draw(near)
    size = draw(st.integers(1, 6))
    steps = []
    for key in draw(st.permutations(range(size))):
        sooner = [step.key for step in steps]
        needs = []
        if sooner:
            needs = draw(st.lists(st.builds(
                WorkNeed, st.sampled_from(sooner), st.integers(0, 6), st.sampled_from(WaitUnit),
            ), max_size=3))  # fmt: skip
        step = WorkStep(key, draw(st.integers(0, 6)), tuple(needs))
        kind = draw(st.sampled_from(["open", "open", "not before", "begun", "done"]))
        if kind == "not before":
            step = replace(step, not_before=draw(near))
        if kind in ("begun", "done"):
            told = today - draw(st.integers(0, 9)) * DAY
            step = replace(step, started_on=told - draw(st.integers(0, 9)) * DAY)
            if kind == "done":
                step = replace(step, finished_on=told)
            elif draw(st.booleans()):
                step = replace(step, remaining=draw(st.integers(0, 6)), reported_on=told)
        steps.append(step)
    steps = draw(st.permutations(steps))
    off = draw(st.sets(near, max_size=4))
    worked = draw(st.sets(near, max_size=3)) - off
    return steps, off, worked, today


@settings(max_examples=60)
@given(plans())
def test_any_plan_agrees_with_a_reckoning_day_by_day(plan):
    steps, off, worked, today = plan
    slow = ByDays(steps, off, worked, today)

    found = reckon(steps, today=today, off=off, worked=worked, target=TARGET)

    assert {key: (one.start, one.finish) for key, one in found.steps.items()} == {
        step.key: slow.days(step.key) for step in steps
    }
    assert found.finish == slow.finish()
    for step in steps:
        told = found.steps[step.key]
        if step.finished_on:
            assert told.total_float is None
            continue
        assert told.total_float == slow.total_float(step.key)
        assert told.free_float == slow.free_float(step.key)
        assert told.is_critical == (slow.decides(step.key) or told.total_float == 0)
        assert told.must_finish == slow.must_finish(step.key, TARGET)
        if not step.started_on:
            assert told.must_start == slow.must_start(step.key, TARGET)
            again = replace(step, not_before=told.late_start)
            moved = [again if one.key == step.key else one for one in steps]
            assert ByDays(moved, off, worked, today).finish() == found.finish
    decided = [slow.days(key)[1] for key in found.chain]
    assert decided == sorted(decided)
    assert not decided or decided[-1] == found.finish


def test_a_plan_of_300_steps_and_500_needs_takes_20_ms():
    drawn = random.Random(1)  # noqa: S311
    needs = {n: set() for n in range(300)}
    while sum(map(len, needs.values())) < 500:
        first, second = sorted(drawn.sample(range(300), 2))
        if second - first < 40:
            needs[second].add(first)
    steps = [
        WorkStep(
            n, drawn.randrange(1, 20), tuple(WorkNeed(one, drawn.randrange(4)) for one in needs[n])
        )
        for n in needs
    ]

    def seconds():
        begun = process_time()
        reckon(steps, target=TARGET)
        return process_time() - begun

    assert min(seconds() for _ in range(5)) < 0.02
