"""An empty picture claims nothing: it says what comes first, with the way for who may go it."""

import datetime as dt

import pytest

from accounts.models import Role
from criteria.assessments import actions as assessment_actions
from tests.factories import (
    cell,
    finding,
    make_agency,
    make_area,
    make_commune,
    make_enrolment,
    make_set,
    make_user,
)
from tests.pages import read

pytestmark = pytest.mark.django_db
PAGES = ("/", "/communes/", "/criteria/")


@pytest.fixture
def area():
    return make_area()


def as_role(client, role, **place):
    client.force_login(make_user(role=role, **place))
    return client


def empty(client, address):
    """What the page says where nothing is, and the addresses of its buttons."""
    page = read(client, address)
    said = page.find("div", class_="empty")
    links = [link["href"] for one in said for link in page.find("a", inside=one)]
    return " ".join(one.text for one in said), links


@pytest.mark.parametrize("address", PAGES)
def test_without_communes_they_come_first(client, area, address):
    said, links = empty(as_role(client, Role.COORDINATOR, area=area), address)

    assert "Địa bàn này chưa có xã nào." in said
    assert "/setup/" in links


@pytest.mark.parametrize("address", PAGES)
def test_communes_in_no_set_are_enrolled_first(client, area, address):
    make_commune(area=area)

    said, links = empty(as_role(client, Role.COORDINATOR, area=area), address)

    assert "Trước hết cần đăng ký xã thực hiện bộ tiêu chí." in said
    assert "/enrolments/new/" in links


def test_who_enrols_nobody_reads_who_does(client, area):
    make_commune(area=area)

    said, links = empty(as_role(client, Role.OBSERVER, area=area), "/")

    assert "Văn phòng điều phối thực hiện việc này." in said
    assert not {"/enrolments/new/", "/setup/"} & set(links)


@pytest.mark.parametrize(
    ("role", "ways"), [(Role.LEADER, True), (Role.COORDINATOR, True), (Role.OBSERVER, False)]
)
def test_enrolled_communes_are_assessed_first(client, area, role, ways):
    make_enrolment(commune=make_commune(area=area))

    said, links = empty(as_role(client, role, area=area), "/")

    assert "Trước hết cần ghi nhận hiện trạng của từng xã." in said
    assert "đều đạt" not in said
    assert ("/communes/" in links) == ways


def test_a_past_day_says_that_nothing_was_assessed_by_then(client, area):
    make_commune(area=area)
    client = as_role(client, Role.COORDINATOR, area=area)

    page = read(client, "/", as_of="2019-01-01")

    assert "Đến ngày này chưa có xã nào được đánh giá." in page.html
    assert "/enrolments/new/" not in page.links


def test_met_so_far_is_not_met_in_all(client, area):
    run = make_enrolment(commune=make_commune(area=area), criteria_set=make_set(size=2))
    assessment_actions.assess(cell(run, 1), finding(), by=make_user())
    client = as_role(client, Role.OBSERVER, area=area)

    assert "đều đạt; còn 1 tiêu chí chưa đánh giá" in read(client, "/").html

    assessment_actions.assess(cell(run, 2), finding(), by=make_user())

    assert "Các xã thực hiện bộ tiêu chí đều đạt đủ tiêu chí." in read(client, "/").html


@pytest.mark.parametrize("address", ["/review/", "/checks/"])
def test_where_nothing_is_assessed_there_is_nothing_to_look_over(client, area, address):
    run = make_enrolment(commune=make_commune(area=area))
    client = as_role(client, Role.COORDINATOR, area=area)

    assert "chưa có gì để rà soát" in empty(client, address)[0]

    assessment_actions.assess(
        cell(run), finding(on=dt.date(2020, 9, 14), no_evidence_reason="Lưu tại xã"), by=make_user()
    )

    assert "chưa có gì để rà soát" not in empty(client, address)[0]


def test_an_agency_reads_what_it_answers_for(client, area):
    agency = make_agency(area=area)
    client = as_role(client, Role.AGENCY_OFFICER, agency=agency)
    run = make_enrolment(commune=make_commune(area=area))

    assert "Cơ quan chưa được phân công phụ trách tiêu chí nào." in read(client, "/me/").html

    agency.responsibilities.create(criterion=cell(run).criterion)
    client.force_login(make_user(role=Role.AGENCY_OFFICER, agency=agency))

    page = read(client, "/me/")
    head = page.one("p", data_agency=True)
    assert head.text.startswith(f"{agency.short_name} · 1 tiêu chí")
    (link,) = page.find("a", inside=head)
    assert client.get(link["href"]).status_code == 200
