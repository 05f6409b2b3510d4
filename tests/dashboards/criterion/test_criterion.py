"""The set, and one criterion over all communes."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Role
from criteria.assessments import actions as assessment_actions
from criteria.models import Result
from tests.factories import (
    cell,
    finding,
    make_area,
    make_commune,
    make_enrolment,
    make_set,
    make_user,
)
from tests.pages import as_person, demo_for_the_module, read, record

pytestmark = pytest.mark.django_db
TODAY = dt.date(2020, 9, 15)
ASSESSED = {"ky-giang", "ky-xuan", "ky-lac", "lam-hop"}


@pytest.fixture(scope="module")
def demo(django_db_setup, django_db_blocker):
    with demo_for_the_module(django_db_blocker):
        yield


@pytest.fixture
def leader(demo):
    return as_person("lanhdao")


@pytest.fixture
def reader(client, db):
    client.force_login(make_user(role=Role.OBSERVER, area=apart()))
    return client


def apart():
    return make_area(code="990", name="Thử")


def enrolled(slug, criteria_set):
    commune = make_commune(slug=slug, name=slug, code=slug, area=apart())
    return make_enrolment(commune=commune, criteria_set=criteria_set)


def met_of(page):
    """What each row of the set says: communes that meet it / assessed."""
    rows = page.find("tr", data_criterion=True)
    return {int(r["data-criterion"]): page.find("td", inside=r, class_="num")[1].text for r in rows}


def results(page):
    return {r["data-commune"]: r["data-result"] for r in page.find("tr", data_commune=True)}


# The set


def test_each_criterion_with_how_many_meet_it(leader):
    found = met_of(read(leader, "/criteria/"))

    assert list(found) == list(range(1, 21))
    assert (found[1], found[3], found[6], found[7]) == ("2/4", "4/4", "3/4", "3/3")


def test_each_criterion_on_an_earlier_day(leader):
    page = read(leader, "/criteria/", as_of="2020-09-07")
    found = met_of(page)

    assert (found[1], found[7]) == ("2/2", "1/1")
    assert "/criteria/1/?as_of=2020-09-07" in page.links
    assert set(met_of(read(leader, "/criteria/", as_of="2017-01-01")).values()) == {""}
    assert met_of(read(leader, "/criteria/", as_of="1900-01-01")) == {}


def test_what_is_no_day_is_said(leader):
    for address in ("/criteria/", "/criteria/1/"):
        assert len(read(leader, address, as_of="2020-09-16").problems) == 1
        assert len(read(leader, address, compare="xx").problems) == 1
        assert leader.get(f"{address}?as_of=08/09/2020").url == f"{address}?as_of=2020-09-08"


def test_the_other_sets_are_offered(leader):
    page = read(leader, "/criteria/")

    sets = [link for link in page.links if link.startswith("?set=")]

    sizes = [len(met_of(read(leader, f"/criteria/{link}"))) for link in sets]
    assert sorted(sizes) == [10, 19, 19]
    assert met_of(read(leader, "/criteria/", set="khong-co"))[1] == "2/4"


# One criterion


def test_the_communes_nearest_to_met_come_first(leader):
    record("ky-lac", 1, Result.NEARLY, TODAY)
    page = read(leader, "/criteria/1/")

    assert page.slugs[:2] == ["ky-lac", "lam-hop"]
    assert page.slugs[2:4] == ["ky-giang", "ky-xuan"]
    found = results(page)
    assert len(found) == 20
    assert (found["ky-lac"], found["lam-hop"], found["ky-giang"]) == ("nearly", "not_met", "met")
    assert {slug for slug, result in found.items() if result != "not_assessed"} == ASSESSED


def test_where_it_does_not_apply(leader):
    assert results(read(leader, "/criteria/7/"))["ky-xuan"] == "not_applicable"


def test_days_compare_and_known(leader):
    record("ky-lac", 8, Result.MET, dt.date(2020, 9, 10))

    def result(**query):
        return results(read(leader, "/criteria/8/", **query))["ky-lac"]

    assert result() == "met"
    assert result(as_of="2020-09-09") == "not_met"
    assert result(known="2020-09-14") == "not_met"
    assert result(as_of="2020-09-07") == "not_assessed"
    page = read(leader, "/criteria/8/", compare="2020-09-09")
    marked = [
        row["data-commune"]
        for row in page.find("tr", data_commune=True)
        if page.find("span", inside=row, class_="up")
    ]
    assert marked == ["ky-lac"]


def test_a_commune_that_nobody_assessed_has_no_figure(leader):
    row = read(leader, "/criteria/1/").row("ky-son")

    assert "/20" not in row.text


def test_the_path_leads_to_the_neighbours(leader):
    assert "/criteria/2/" in read(leader, "/criteria/1/").links
    assert "/criteria/0/" not in read(leader, "/criteria/1/").links
    assert "/criteria/21/" not in read(leader, "/criteria/20/").links


def test_every_criterion_opens(leader):
    for number in range(1, 21):
        read(leader, f"/criteria/{number}/")
    assert leader.get("/criteria/21/").status_code == 404


def test_a_number_beyond_the_set_that_is_shown_is_not_found(reader):
    enrolled("mot", make_set(size=2))
    make_set(code="moi", size=3, valid_from=TODAY)

    assert reader.get("/criteria/3/").status_code == 404
    assert reader.get("/criteria/3/", {"set": "moi"}).status_code == 200


def test_51_communes_are_two_pages(reader):
    criteria_set = make_set(size=1)
    for n in range(51):
        enrolled(f"xa-{n}", criteria_set)

    first, second = read(reader, "/criteria/1/"), read(reader, "/criteria/1/", page="2")

    assert (len(first.slugs), len(second.slugs)) == (50, 1)


@pytest.mark.parametrize("query", [{}, {"as_of": "2020-09-14", "compare": "2020-09-01"}])
@pytest.mark.parametrize("address", ["/", "/communes/", "/criteria/", "/criteria/1/", "/me/"])
def test_a_page_asks_as_much_for_eleven_communes_as_for_one(client, address, query):
    leader = make_user(role=Role.LEADER, area=apart())
    client.force_login(leader)
    criteria_set = make_set(size=3)
    asked = []
    for numbers in ([0], range(1, 11)):
        for n in numbers:
            assessment_actions.assess(cell(enrolled(f"xa-{n}", criteria_set)), finding(), by=leader)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(address, query).status_code == 200
        asked.append(len(queries))

    assert asked[0] == asked[1] <= 20


def test_not_modified(leader):
    for address in ("/communes/", "/criteria/", "/criteria/1/"):
        tag = leader.get(address).headers["ETag"]
        assert leader.get(address, headers={"If-None-Match": tag}).status_code == 304
    leader.post("/communes/ky-lac/criteria/8/assess/", {})
    assert leader.get("/criteria/", headers={"If-None-Match": tag}).status_code == 200
