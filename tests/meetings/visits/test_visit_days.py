"""Visits as they stood on a day (rule 6): by when they were planned, and their outcome entered."""

import datetime as dt

import pytest

from accounts.models import Role
from communes.models import WorkingGroup
from meetings.visits import actions as visit_actions
from nrm_tracker import clock
from tests.factories import make_enrolment, make_task, make_user, make_visit
from tests.pages import read

pytestmark = pytest.mark.django_db


def sept(day):
    return dt.date(2020, 9, day)


@pytest.fixture
def run():
    return make_enrolment()


@pytest.fixture
def office(run):
    return make_user(role=Role.COORDINATOR, area=run.commune.area)


@pytest.fixture
def group(run):
    made = WorkingGroup.objects.create(area=run.commune.area, key="doan", name="Đoàn công tác")
    made.communes.add(run.commune)
    return made


@pytest.fixture
def made(run, office, group):
    """Planned on the 1st for the 3rd; entered on the 8th."""
    with clock.standing_at(clock.at(sept(1), 9)):
        visit = make_visit(run.commune, by=office, on=sept(3), working_group=group)
    with clock.standing_at(clock.at(sept(8), 9)):
        visit_actions.record(visit, made_on=sept(3), summary="Đúng tiến độ", findings={}, by=office)
    return visit


@pytest.fixture
def given_up(run, office, group):
    """Planned on the 2nd for the 10th, given up on the 9th."""
    with clock.standing_at(clock.at(sept(2), 9)):
        visit = make_visit(run.commune, by=office, on=sept(10), working_group=group)
    with clock.standing_at(clock.at(sept(9), 9)):
        visit_actions.give_up(visit, reason="Bão", by=office)
    return visit


def listed(page, part):
    found = page.find(id=part)
    rows = page.find("tr", inside=found[0], data_visit=True) if found else []
    return [int(row["data-visit"]) for row in rows]


def lists(page):
    return [listed(page, part) for part in ("planned", "made", "given-up")]


def test_the_lists_are_those_of_the_day(client, made, given_up, office):
    client.force_login(office)
    one, other = made.pk, given_up.pk

    assert lists(read(client, "/visits/")) == [[], [one], [other]]
    for day, expected in (
        (1, [[one], [], []]),
        (7, [[one, other], [], []]),
        (8, [[other], [one], []]),
        (9, [[], [one], [other]]),
    ):
        page = read(client, "/visits/", as_of=sept(day).isoformat())
        assert lists(page) == expected, day
        assert not page.find("a", href="/visits/new/")
    page = read(client, "/visits/", as_of="2020-09-07")
    assert "2 cuộc" in page.one("div", data_count="planned").text
    assert "1 cuộc" in page.one("div", data_count="overdue").text
    assert f"/visits/{one}/?as_of=2020-09-07" in page.links
    assert [row["data-unvisited"] for row in page.find(data_unvisited=True)] == ["ky-lac"]
    assert not read(client, "/visits/", as_of="2020-09-08").find(data_unvisited=True)


def test_a_visit_and_its_group_are_those_of_the_day(client, made, group, office, run):
    make_task(commune=run.commune, by=office, visit=made, lead_working_group=group)
    client.force_login(office)
    address = made.get_absolute_url()

    assert client.get(address, {"as_of": "2020-08-31"}).status_code == 404
    before = read(client, address, as_of="2020-09-07")
    assert not before.find(id="seen")
    assert not before.find("a", href=f"{address}record/")
    assert not before.find(id="tasks")
    after = read(client, address, as_of="2020-09-08")
    assert "Đúng tiến độ" in after.one(id="seen").text
    assert not after.find(id="tasks")
    assert read(client, address).find(id="tasks")

    page = read(client, f"/working-groups/{group.pk}/", as_of="2020-09-07")
    assert [listed(page, part) for part in ("planned", "made")] == [[made.pk], []]
    assert not page.find(data_task=True)
    (commune,) = page.find("tr", inside=page.one(id="communes"), data_commune="ky-lac")
    assert "chưa ghi nhận" in commune.text
    assert any("hôm nay" in one.text for one in page.find("p", class_="meta"))
    page = read(client, f"/working-groups/{group.pk}/")
    assert [listed(page, part) for part in ("planned", "made")] == [[], [made.pk]]
    assert page.find(data_task=True)
