"""The list of visits, and one visit."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Role
from communes.models import WorkingGroup
from criteria.assessments import actions as assessment_actions
from meetings.models import Task
from meetings.visits import actions as visit_actions
from tests import files
from tests.factories import (
    cell,
    finding,
    make_agency,
    make_area,
    make_commune,
    make_enrolment,
    make_made,
    make_task,
    make_user,
    make_visit,
)
from tests.pages import listed, read

pytestmark = pytest.mark.django_db
LIST = "/visits/"


@pytest.fixture
def commune():
    return make_commune()


@pytest.fixture
def agency():
    return make_agency()


@pytest.fixture
def office(client, commune):
    user = make_user(role=Role.COORDINATOR, area=commune.area)
    client.force_login(user)
    return user


def on(day, month=9):
    return dt.date(2020, month, day)


def _figure(page, name):
    (link,) = page.find("a", inside=page.one("div", data_count=name), class_="fig plain")
    return link.text


# The list


def test_planned_against_made(client, commune, agency, office):
    later = make_visit(commune, agency=agency, by=office, on=on(2, 10))
    late = make_visit(commune, agency=agency, by=office, on=on(10))
    old = make_made(commune, on(1), agency=agency, by=office)
    new = make_made(commune, on(12), agency=agency, by=office)
    gone = make_visit(commune, agency=agency, by=office, on=on(16))
    visit_actions.give_up(gone, reason="Bão lũ", by=office)

    page = read(client, LIST)

    assert listed(page, "planned") == [late.pk, later.pk]
    assert [row["data-visit"] for row in page.find("tr", data_overdue=True)] == [str(late.pk)]
    assert listed(page, "made") == [new.pk, old.pk]
    assert listed(page, "given-up") == [gone.pk]
    counted = {name: _figure(page, name) for name in ("planned", "overdue", "made", "unvisited")}
    assert counted == {"planned": "2", "overdue": "1", "made": "2", "unvisited": "0"}
    assert "Bão lũ" in page.html


def test_the_address_filters(client, commune, agency, office):
    other = make_commune(name="Lâm Hợp", slug="lam-hop", code="2")
    group = WorkingGroup.objects.create(area=commune.area, key="doan", name="Đoàn 1447")
    group.communes.add(other)
    mine = make_visit(commune, agency=agency, by=office, on=on(20))
    theirs = make_visit(other, working_group=group, by=office, on=on(21), kind="support")
    last_year = make_made(commune, dt.date(2019, 5, 5), agency=agency, by=office)

    def found(**query):
        page = read(client, LIST, **query)
        rows = page.find("tr", data_visit=True)
        return {int(row["data-visit"]) for row in rows}

    assert found() == {mine.pk, theirs.pk, last_year.pk}
    assert found(commune="lam-hop") == {theirs.pk}
    assert found(agency=agency.pk) == {mine.pk, last_year.pk}
    assert found(group=group.pk) == {theirs.pk}
    assert found(kind="support") == {theirs.pk}
    assert found(year="2019") == {last_year.pk}
    assert found(year="2020", commune="ky-lac") == {mine.pk}


@pytest.mark.parametrize(
    "query",
    [
        {"commune": "x"},
        {"agency": "9" * 40},
        {"group": "-1"},
        {"kind": "x"},
        {"year": "0"},
        {"planned": "x", "made": "99", "unvisited": "-3"},
    ],
)
def test_what_names_nothing_filters_nothing(client, commune, agency, office, query):
    visit = make_visit(commune, agency=agency, by=office)

    assert listed(read(client, LIST, **query), "planned") == [visit.pk]


def test_communes_that_nobody_visited(client, commune, agency, office, settings):
    settings.VISIT_STALE_DAYS = 30
    long_ago = make_commune(name="Kỳ Xuân", slug="ky-xuan", code="2")
    longer = make_commune(name="Kỳ Anh", slug="ky-anh", code="3")
    lately = make_commune(name="Kỳ Bắc", slug="ky-bac", code="4")
    make_commune(name="Cũ", slug="cu", code="5", dissolved_on=dt.date(2020, 1, 1))
    make_made(long_ago, on(16, 8), agency=agency, by=office)
    make_made(longer, on(1, 3), agency=agency, by=office)
    make_made(lately, on(17, 8), agency=agency, by=office)

    page = read(client, LIST)

    rows = page.find(data_unvisited=True)
    assert [row["data-unvisited"] for row in rows] == ["ky-lac", "ky-anh", "ky-xuan"]
    assert rows[0].is_inside(page.one("details", id="never-visited"))
    assert "01/03/2020" in rows[1].text
    assert "198" in rows[1].text
    assert "16/08/2020" in rows[2].text
    assert "/visits/new/?commune=ky-xuan" in page.links


def test_who_sees_a_button_to_plan(client, commune, agency):
    group = WorkingGroup.objects.create(area=commune.area, key="doan", name="Đoàn 1447")
    people = [
        (Role.OBSERVER, {"area": commune.area}, False, False),
        (Role.COMMUNE_LEADER, {"commune": commune}, False, False),
        (Role.LEADER, {"area": commune.area}, True, True),
        (Role.AGENCY_OFFICER, {"agency": agency}, True, True),
        (Role.WORKING_GROUP_MEMBER, {"working_group": group}, True, False),
    ]
    for role, place, has_button, has_links in people:
        client.force_login(make_user(role=role, **place))
        page = read(client, LIST)
        assert ("/visits/new/" in page.links) == has_button
        assert ("/visits/new/?commune=ky-lac" in page.links) == has_links
        assert f"/working-groups/{group.pk}/" in page.links


def test_other_areas_do_not_show(client, commune, agency, office):
    far = make_area(code="446")
    foreign = make_user(role=Role.COORDINATOR, area=far)
    visit = make_visit(
        make_commune(area=far, slug="xa", code="9"),
        agency=make_agency(key="xa", area=far),
        by=foreign,
    )

    page = read(client, LIST)

    assert not page.find("tr", data_visit=True)
    assert [row["data-unvisited"] for row in page.find(data_unvisited=True)] == ["ky-lac"]
    assert client.get(f"/visits/{visit.pk}/").status_code == 404


def test_an_empty_list_says_what_to_do(client, office):
    page = read(client, LIST)

    assert page.find("div", class_="empty")
    assert "/visits/new/" in page.links


def test_pages_are_turned_apart_and_cost_the_same(client, agency, office):
    def asked():
        client.get(LIST, {"kind": "support"})
        with CaptureQueriesContext(connection) as queries:
            client.get(LIST)
        return len(queries)

    communes = [make_commune(name="Xã 0", slug="x0", code="0")]
    _fill(communes, agency, office)
    few = asked()
    communes = [make_commune(name=f"Xã {n}", slug=f"x{n}", code=str(n)) for n in range(1, 60)]
    _fill(communes, agency, office)

    assert asked() == few <= 20
    page = read(client, LIST, planned=2)
    assert len(listed(page, "planned")) == 10
    assert len(listed(page, "made")) == 50
    assert [row["data-unvisited"] for row in page.find(data_unvisited=True)] == ["ky-lac"]


def _fill(communes, agency, by):
    for commune in communes:
        make_visit(commune, agency=agency, by=by, on=on(20))
        make_made(commune, on(10), agency=agency, by=by)
        gone = make_visit(commune, agency=agency, by=by, on=on(22))
        visit_actions.give_up(gone, reason="Bão", by=by)


# One visit


def test_a_visit_with_all_that_came_of_it(client, office):
    run = make_enrolment(commune=make_commune(slug="ky-tay", name="Kỳ Tây", code="7"))
    assessment_actions.assess(cell(run, 2), finding(), by=office)
    agency = make_agency()
    visit = make_visit(run.commune, agency=agency, by=office)
    client.post(
        f"/visits/{visit.pk}/record/",
        {
            "made_on": "15/09/2020",
            "summary": "Chưa xong",
            f"finding-{cell(run, 2).criterion_id}": "Còn 2 km",
            "new_files": [files.picture()],
            "captions": "Đường thôn 1",
        },
    )
    task = make_task(lead_commune=run.commune, by=office)
    Task.objects.filter(pk=task.pk).update(visit=visit)

    page = read(client, f"/visits/{visit.pk}/")

    assert "Chưa xong" in page.html
    row = page.one("tr", data_finding="2")
    assert "Còn 2 km" in row.text
    assert "/communes/ky-tay/criteria/2/?set=ntm" in page.links
    (photo,) = visit.files.all()
    assert page.one("img")["src"] == f"/visits/{visit.pk}/files/{photo.pk}/?thumbnail=1"
    assert page.one("img")["alt"] == "Đường thôn 1"
    assert [row["data-task"] for row in page.find("tr", data_task=True)] == [str(task.pk)]
    assert f"/visits/{visit.pk}/tasks/new/" in page.links
    assert f"/visits/{visit.pk}/record/" not in page.links


def test_a_visit_costs_the_same_however_much_it_found(client, office):
    run = make_enrolment(commune=make_commune(slug="ky-tay", name="Kỳ Tây", code="7"))
    agency = make_agency()

    def asked(day, numbers):
        visit = make_visit(run.commune, agency=agency, by=office, on=on(day))
        found = {cell(run, number).criterion: "Tốt" for number in numbers}
        visit_actions.record(visit, made_on=on(day), summary="", findings=found, by=office)
        for n in numbers:
            task = make_task(lead_commune=run.commune, by=office, title=f"Việc {n}")
            Task.objects.filter(pk=task.pk).update(visit=visit)
        client.get(f"/visits/{visit.pk}/")
        with CaptureQueriesContext(connection) as queries:
            assert client.get(f"/visits/{visit.pk}/").status_code == 200
        return len(queries)

    assert asked(1, [1]) == asked(2, [1, 2, 3]) <= 20


def test_buttons_of_a_planned_visit(client, commune, agency, office):
    visit = make_visit(commune, agency=agency, by=office)
    record, give_up, task = (
        f"/visits/{visit.pk}/{name}/" for name in ("record", "give-up", "tasks/new")
    )
    people = {
        (Role.LEADER, "area"): {record, give_up},
        (Role.AGENCY_OFFICER, "agency"): {record, give_up},
        (Role.COMMUNE_LEADER, "commune"): set(),
        (Role.OBSERVER, "area"): set(),
    }
    places = {"area": commune.area, "agency": agency, "commune": commune}
    for (role, place), expected in people.items():
        client.force_login(make_user(role=role, **{place: places[place]}))
        links = set(read(client, f"/visits/{visit.pk}/").links)
        assert links & {record, give_up, task} == expected


def test_pages_are_only_read(client, office):
    for address in (LIST, "/visits/1/", "/working-groups/1/"):
        assert client.post(address).status_code == 405
        client.logout()
        assert client.get(address).status_code == 302
        client.force_login(office)
    assert client.get("/visits/999999999999999999999/").status_code == 404
