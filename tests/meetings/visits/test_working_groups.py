"""The page of a working group."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Role
from communes.models import WorkingGroup
from criteria.assessments import actions as assessment_actions
from meetings.tasks import actions as task_actions
from tests.factories import (
    cell,
    finding,
    make_agency,
    make_area,
    make_commune,
    make_enrolment,
    make_made,
    make_set,
    make_task,
    make_user,
    make_visit,
)
from tests.pages import listed, read

pytestmark = pytest.mark.django_db


@pytest.fixture
def commune():
    return make_commune()


@pytest.fixture
def group(commune):
    made = WorkingGroup.objects.create(
        area=commune.area,
        key="doan-1447",
        name="Đoàn công tác 1447",
        decision_number="1447-QĐ/HU",
        leader_name="Trần Văn Trưởng",
        leader_position="Phó Bí thư",
    )
    made.communes.add(commune)
    return made


@pytest.fixture
def office(client, commune):
    user = make_user(role=Role.COORDINATOR, area=commune.area)
    client.force_login(user)
    return user


def address(group):
    return f"/working-groups/{group.pk}/"


def test_where_its_communes_stand(client, commune, group, office):
    criteria_set = make_set()
    run = make_enrolment(
        commune=commune, criteria_set=criteria_set, target_on=dt.date(2020, 12, 31)
    )
    assessment_actions.assess(cell(run, 1), finding(), by=office)
    other = make_commune(name="Lâm Hợp", slug="lam-hop", code="2")
    make_commune(name="Ngoài", slug="ngoai", code="3")
    group.communes.add(other)
    make_made(commune, dt.date(2020, 9, 10), working_group=group, by=office)
    make_made(other, dt.date(2020, 9, 11), agency=make_agency(), by=office)

    page = read(client, address(group))

    inside = page.one("section", id="communes")
    rows = page.find("tr", inside=inside, data_commune=True)
    assert [row["data-commune"] for row in rows] == ["ky-lac", "lam-hop"]
    assert "1/3" in rows[0].text
    assert "31/12/2020" in rows[0].text
    assert "107" in rows[0].text
    assert "10/09/2020" in rows[0].text
    assert "11/09/2020" not in rows[1].text
    assert "1447-QĐ/HU" in page.html
    assert "Trần Văn Trưởng" in page.html
    assert f"/visits/new/?body=group-{group.pk}" in page.links


def test_its_visits_and_tasks(client, commune, group, office):
    make_visit(commune, agency=make_agency(), by=office)
    later = make_visit(commune, working_group=group, by=office, on=dt.date(2020, 10, 1))
    late = make_visit(commune, working_group=group, by=office, on=dt.date(2020, 9, 1))
    made = make_made(commune, dt.date(2020, 9, 10), working_group=group, by=office)
    second = make_task(lead_working_group=group, by=office, due_on=dt.date(2020, 11, 1))
    first = make_task(lead_working_group=group, by=office, due_on=dt.date(2020, 10, 1))
    make_task(commune=commune, by=office)
    gone = make_task(lead_working_group=group, by=office)
    task_actions.cancel(gone, note="Trùng", by=office)

    page = read(client, address(group))

    assert listed(page, "planned") == [late.pk, later.pk]
    assert listed(page, "made") == [made.pk]
    tasks = [int(row["data-task"]) for row in page.find("tr", data_task=True)]
    assert tasks == [first.pk, second.pk]


def test_its_members_by_name_and_position_only(client, group, office):
    member = make_user(username="tv", role=Role.WORKING_GROUP_MEMBER, working_group=group)
    member.position, member.phone = "Phó Ban Dân vận", "0912 345 678"
    member.save()
    former = make_user(
        username="cu",
        role=Role.WORKING_GROUP_MEMBER,
        working_group=group,
        until_on=dt.date(2020, 9, 1),
    )

    page = read(client, address(group))

    said = page.one("section", id="members").text
    assert str(member) in said
    assert "Phó Ban Dân vận" in said
    assert "0912" not in page.html
    assert str(former) not in page.html


def test_who_reads_it(client, commune, group):
    client.force_login(make_user(role=Role.COMMUNE_STAFF, commune=commune))
    page = read(client, address(group))
    assert not any(link.startswith("/visits/new/") for link in page.links)
    client.force_login(make_user(role=Role.LEADER, area=make_area(code="446")))
    assert client.get(address(group)).status_code == 404
    client.force_login(make_user(role=Role.WORKING_GROUP_MEMBER, working_group=group))
    assert f"/visits/new/?body=group-{group.pk}" in read(client, address(group)).links


def test_an_empty_group_opens(client, office, commune):
    bare = WorkingGroup.objects.create(area=commune.area, key="x", name="Đoàn khác")

    page = read(client, address(bare))

    assert page.find("div", class_="empty")


def test_it_costs_the_same_however_much_the_group_has(client, commune, group, office):
    criteria_set = make_set()

    def fill(numbers):
        for n in numbers:
            one = make_commune(name=f"Xã {n}", slug=f"x{n}", code=str(n))
            make_enrolment(commune=one, criteria_set=criteria_set)
            group.communes.add(one)
            make_visit(one, working_group=group, by=office)
            make_made(one, dt.date(2020, 9, 1), working_group=group, by=office)
            make_task(lead_working_group=group, commune=one, by=office)
            make_user(role=Role.WORKING_GROUP_MEMBER, working_group=group)

    def asked():
        client.get(address(group))
        with CaptureQueriesContext(connection) as queries:
            assert client.get(address(group)).status_code == 200
        return len(queries)

    fill([1])
    few = asked()
    fill(range(2, 30))

    assert asked() == few <= 20
