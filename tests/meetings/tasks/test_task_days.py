"""Tasks as they stood on a day (rule 6): the list, one task, and the pages that lead there."""

import datetime as dt

import pytest

from accounts.models import Person, Role
from meetings.models import Task
from meetings.tasks import actions as task_actions
from meetings.tasks import due_dates
from nrm_tracker import clock
from tests.factories import make_enrolment, make_task, make_user
from tests.pages import read

pytestmark = pytest.mark.django_db
TODAY = dt.date(2020, 9, 15)


def sept(day):
    return dt.date(2020, 9, day)


@pytest.fixture
def run():
    return make_enrolment()


@pytest.fixture
def head(run):
    return make_user(role=Role.COMMUNE_LEADER, commune=run.commune)


@pytest.fixture
def office(run):
    return make_user(role=Role.COORDINATOR, area=run.commune.area)


@pytest.fixture
def task(run, office, head):
    """Assigned on the 1st, due on the 5th; a day asked for on the 4th and granted on the 7th,
    reported done on the 10th, confirmed on the 12th."""
    day, criterion = sept(5), run.criteria_set.criteria.get(number=1)
    with clock.standing_at(clock.at(sept(1), 9)):
        made = make_task(
            commune=run.commune, by=office, due_on=day, assigned_on=sept(1), criterion=criterion
        )
    with clock.standing_at(clock.at(sept(3), 9)):
        task_actions.report_progress(made, percent=40, note="Đang làm", by=head)
    with clock.standing_at(clock.at(sept(4), 9)):
        asked = due_dates.ask_for_day(made, to_on=sept(20), reason="Mưa lũ", by=head)
    with clock.standing_at(clock.at(sept(7), 9)):
        due_dates.answer_day(asked, is_granted=True, answer="Được", by=office)
    with clock.standing_at(clock.at(sept(9), 9)):
        person = Person(area=run.commune.area, full_name="Bà Lê Thị Hai")
        task_actions.name_focal(made, person, by=office)
    with clock.standing_at(clock.at(sept(10), 9)):
        task_actions.report_done(made, note="Xong", by=head)
    with clock.standing_at(clock.at(sept(12), 9)):
        task_actions.confirm(made, note="", by=office)
    return made


DAYS = [
    (2, "soon", "05/09/2020", "", 0),
    (3, "soon", "05/09/2020", "40%", 1),
    (6, "late", "05/09/2020", "40%", 2),
    (8, "open", "20/09/2020", "40%", 3),
    (10, "reported", "20/09/2020", "100%", 5),
    (12, "done", "20/09/2020", "100%", 6),
]


@pytest.mark.parametrize(("day", "state", "due", "percent", "updates"), DAYS)
def test_a_task_is_shown_as_it_stood(client, task, office, day, state, due, percent, updates):
    client.force_login(office)
    day_of = sept(day).isoformat()

    row = read(client, "/tasks/", as_of=day_of, state="all").one(data_task=str(task.pk))
    assert row["data-state"] == state
    assert due in row.text
    assert percent in row.text
    page = read(client, task.get_absolute_url(), as_of=day_of)
    head = page.one("p", data_state=True)
    assert head["data-state"] == Task.State({"soon": "open", "late": "open"}.get(state, state))
    assert due in page.one("section", id="facts").text
    assert len(page.find("li", data_update=True)) == updates
    assert not page.find(data_form=True)
    assert f"/tasks/?as_of={day_of}" in page.links


def test_the_list_of_a_day_counts_and_chooses_by_that_day(client, task, office, run):
    open_one = make_task(commune=run.commune, by=office, due_on=sept(14), assigned_on=sept(14))
    client.force_login(office)

    def told(**query):
        return [
            int(row["data-task"]) for row in read(client, "/tasks/", **query).find(data_task=True)
        ]

    assert told() == [open_one.pk]
    assert told(as_of="2020-09-06") == [task.pk]
    assert told(as_of="2020-09-06", state="late") == [task.pk]
    assert told(as_of="2020-09-08", state="late") == []
    assert told(as_of="2020-09-11", state="reported") == [task.pk]
    assert told(as_of="2020-09-13") == []
    assert told(as_of="2020-09-13", state="done") == [task.pk]
    assert told(as_of="2020-08-31", state="all") == []
    page = read(client, "/tasks/", as_of="2020-09-06")
    assert page.one("div", data_count="late").text.endswith("1 nhiệm vụ")
    assert not page.find("form", action="/tasks/bulk/")
    assert any("06/09/2020" in one.text for one in page.find("p", class_="past"))
    typed = client.get("/tasks/", {"as_of": "06/09/2020", "state": "late"})
    assert typed.headers["Location"] == "/tasks/?as_of=2020-09-06&state=late"


def test_what_was_not_there_yet_is_not_found_and_what_was_asked_waits(client, task, office):
    client.force_login(office)
    address = task.get_absolute_url()

    assert client.get(address, {"as_of": "2020-08-31"}).status_code == 404
    assert read(client, address, as_of="2020-09-05").find(id="asked")
    assert not read(client, address, as_of="2020-09-08").find(id="asked")
    named = read(client, address, as_of="2020-09-08").one("section", id="facts").text
    assert "Bà Lê Thị Hai" not in named
    assert "không còn lưu" in named
    assert "Bà Lê Thị Hai" in read(client, address, as_of="2020-09-09").html


def test_pages_of_a_day_lead_to_the_tasks_of_that_day(client, task, office):
    client.force_login(office)
    query = "as_of=2020-09-06"

    assert f"/tasks/{task.pk}/?{query}" in read(client, "/", as_of="2020-09-06").links
    assert f"/tasks/?state=late&{query}" in read(client, "/", as_of="2020-09-06").links
    commune = read(client, "/communes/ky-lac/", as_of="2020-09-06")
    assert f"/tasks/{task.pk}/?{query}" in commune.links
    assert f"/tasks/?commune=ky-lac&{query}" in commune.links
    cell = read(client, "/communes/ky-lac/criteria/1/", as_of="2020-09-06")
    assert cell.one("a", id="tasks")["href"] == f"/tasks/?commune=ky-lac&criterion=1&{query}"
    assert not read(client, "/communes/ky-lac/criteria/1/", as_of="2020-09-13").find(id="tasks")
    assert not read(client, "/communes/ky-lac/criteria/1/").find(id="tasks")
