"""How a task stands on a day, as lists and briefings say it."""

import datetime as dt

import pytest
from django.utils import translation

from dashboards.session.briefed_tasks import BriefedTask, briefed_tasks
from meetings.models import Task
from meetings.models.tasks import SOON
from meetings.tasks.standing import TaskStanding, standing_of

DAY = dt.date(2020, 9, 15)
ONE = dt.timedelta(days=1)
FROZEN = {
    "pk": 1,
    "title": "Làm đường",
    "lead": "UBND xã Kỳ Lạc",
    "kind": "once",
    "focal": "",
    "due_on": DAY,
    "state": "open",
    "percent": 40,
    "days_late": 0,
}


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


def due(days):
    return DAY + days * ONE


@pytest.mark.parametrize(
    ("task", "stands"),
    [
        ({"state": "done", "due_on": DAY, "done_on": DAY}, ("done", "Done in time", "ok")),
        (
            {"state": "done", "due_on": due(-1), "done_on": DAY},
            ("done", "Done after its day", "ok"),
        ),
        ({"state": "cancelled", "due_on": due(-1)}, ("cancelled", "Cancelled", "draft")),
        (
            {"state": "reported", "due_on": due(-1)},
            ("reported", "Reported done, to be confirmed", "wait"),
        ),
        ({"kind": "continuing"}, ("continuing", "Continuing", "")),
        ({"due_on": due(-1)}, ("late", "1 day late", "late")),
        ({"due_on": due(-8)}, ("late", "8 days late", "late")),
        ({"due_on": DAY}, ("soon", "Due today", "soon")),
        ({"due_on": due(SOON.days)}, ("soon", f"Due soon, {SOON.days} days left", "soon")),
        ({"due_on": due(SOON.days + 1)}, ("open", "In progress, in time", "")),
    ],
)
def test_a_task_stands(task, stands):
    assert standing_of(Task(**{"state": "open", "kind": "once", **task}), DAY) == TaskStanding(
        *stands
    )


def test_a_row_is_called_soon_when_the_queries_call_it_soon():
    for days in range(-2, SOON.days + 3):
        task = Task(state="open", kind="once", due_on=due(days))

        assert (standing_of(task, DAY).code == "soon") == task.is_due_soon(DAY)
        assert (standing_of(task, DAY).code == "late") == bool(task.days_late(DAY))


@pytest.mark.parametrize(
    ("told", "word", "percent"),
    [
        ({}, "Due today", 40),
        ({"state": "done"}, "Done in time", 0),
        ({"state": "done", "days_late": 1}, "Done 1 day after its day", 0),
        ({"state": "done", "days_late": 3}, "Done 3 days after its day", 0),
        ({"state": "reported", "days_late": 3}, "Reported done, to be confirmed", 0),
        ({"due_on": due(-3), "days_late": 3}, "3 days late", 40),
        ({"kind": "continuing", "due_on": None}, "Continuing", 40),
    ],
)
def test_a_briefing_says_it_as_it_was_frozen(told, word, percent):
    """Also of one frozen before it said who has a telephone and what is illustrative."""
    task = BriefedTask.read(FROZEN | told, DAY)

    assert (task.standing.word, task.percent) == (word, percent)
    assert (task.phone, task.is_illustrative) == ("", False)


def test_the_same_asked_of_many_stands_once():
    asked = [FROZEN, FROZEN | {"pk": 2, "lead": "UBND xã Kỳ Sơn"}, FROZEN | {"pk": 3, "percent": 0}]

    first, other = briefed_tasks(asked, DAY)

    assert [task.lead for task in (first, *first.others)] == ["UBND xã Kỳ Lạc", "UBND xã Kỳ Sơn"]
    assert (other.pk, other.others) == (3, ())
