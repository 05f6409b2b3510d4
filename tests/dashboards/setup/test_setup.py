"""From an empty database to the first picture: what the set-up page counts, and for whom."""

import datetime as dt

import pytest

from accounts.models import Role
from criteria.assessments import actions as assessment_actions
from criteria.models import Result
from tests.factories import (
    cell,
    finding,
    make_administrator,
    make_agency,
    make_area,
    make_commune,
    make_enrolment,
    make_set,
    make_user,
)
from tests.pages import read

pytestmark = pytest.mark.django_db


def steps(client, address="/setup/"):
    """By the step's name: done of all."""
    answer = client.get(address)
    assert answer.status_code == 200
    return {step.key: (step.done, step.of) for step in answer.context["steps"]}


@pytest.fixture
def administrator(client):
    user = make_administrator()
    client.force_login(user)
    return user


def test_an_administrator_of_an_empty_database_begins_with_the_set_up(client, administrator):
    assert client.get("/start/").headers["Location"] == "/"
    assert client.get("/").headers["Location"] == "/setup/"
    answer = client.get("/setup/")

    assert answer.context["next_step"].key == "area"
    assert [step.is_done for step in answer.context["steps"]] == [False] * 7


def test_each_step_is_counted_from_the_data(client, administrator):
    area = make_area()
    communes = [
        make_commune(area=area, name=f"Xã {n}", slug=f"xa-{n}", code=str(n)) for n in (1, 2)
    ]
    criteria_set = make_set(size=4)
    make_agency(area=area, criteria=list(criteria_set.criteria.all())[:3])
    make_user(role=Role.COMMUNE_LEADER, commune=communes[0])
    leader = make_user(role=Role.LEADER, area=area)
    run = make_enrolment(
        commune=communes[0], criteria_set=criteria_set, target_on=dt.date(2020, 12, 31)
    )
    assessment_actions.assess(cell(run), finding(Result.MET), by=leader)

    assert steps(client) == {
        "area": (1, 1),
        "communes": (2, 2),
        "sets": (1, 1),
        "agencies": (3, 4),
        "accounts": (1, 2),
        "enrolments": (1, 2),
        "picture": (1, 2),
    }
    assert client.get("/setup/").context["next_step"].key == "agencies"


def test_of_several_areas_the_one_asked_for_is_counted(client, administrator):
    make_area()
    other = make_area(code="999", name="Tỉnh khác", kind="province")
    make_commune(area=other, slug="xa-moi", code="9")

    assert steps(client, f"/setup/?area={other.pk}")["communes"] == (1, 1)
    assert client.get("/setup/?area=nothing").status_code == 404


def test_a_coordinator_is_told_what_the_administrator_does(client):
    area = make_area()
    client.force_login(make_user(role=Role.COORDINATOR, area=area))

    page = read(client, "/setup/")

    assert "Quản trị viên thực hiện việc này." in page.html
    assert "/admin/" not in page.html
    assert "/enrolments/new/" in page.html


@pytest.mark.parametrize("role", [Role.LEADER, Role.OBSERVER])
def test_others_set_nothing_up(client, role):
    client.force_login(make_user(role=role, area=make_area()))

    assert client.get("/setup/").status_code == 403
    assert "/setup/" not in client.get("/").content.decode()


def test_an_empty_overview_says_what_to_do_first(client):
    area = make_area()
    client.force_login(make_user(role=Role.COORDINATOR, area=area))

    page = read(client, "/")

    assert "Địa bàn này chưa có xã nào." in page.html
    assert 'href="/setup/">Đến trang thiết lập' in page.html


def test_queries_do_not_grow_with_the_communes(client, administrator, django_assert_num_queries):
    area, criteria_set = make_area(), make_set()
    make_enrolment(commune=make_commune(area=area), criteria_set=criteria_set)
    client.get("/setup/")
    with django_assert_num_queries(17):
        client.get("/setup/")
    for n in range(10):
        commune = make_commune(area=area, name=f"Xã {n}", slug=f"xa-{n}", code=str(n))
        make_enrolment(commune=commune, criteria_set=criteria_set)
    with django_assert_num_queries(17):
        client.get("/setup/")


@pytest.mark.parametrize("who", ["coordinator", "administrator"])
def test_each_way_of_a_step_is_open_to_who_is_offered_it(client, request, who):
    area = make_area()
    make_enrolment(commune=make_commune(area=area), criteria_set=make_set())
    if who == "administrator":
        request.getfixturevalue("administrator")
    else:
        client.force_login(make_user(role=Role.COORDINATOR, area=area, staff=True))
    page = read(client, "/setup/")
    ways = [
        link["href"]
        for step in page.find("li", data_step=True)
        for link in page.find("a", inside=step)
    ]

    assert len(ways) > 3
    assert {way: client.get(way).status_code for way in ways} == dict.fromkeys(ways, 200)
