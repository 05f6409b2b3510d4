"""What blocks a commune: stated, resolved, and listed."""

import datetime as dt
from dataclasses import replace

import pytest
from django.db import connection
from django.template.loader import render_to_string
from django.test.utils import CaptureQueriesContext
from django.utils.translation import gettext as _

from accounts.models import Notice, Role
from criteria.followup import queries as followup_queries
from criteria.models import Difficulty
from criteria.progress.moment import Moment
from criteria.progress.page_date import PageDate
from nrm_tracker import clock
from tests.factories import (
    cell,
    make_agency,
    make_area,
    make_commune,
    make_enrolment,
    make_user,
)
from tests.pages import read

pytestmark = pytest.mark.django_db
TODAY = dt.date(2020, 9, 15)
NEW = "/communes/ky-lac/difficulties/new/"
AT_1 = f"{NEW}?criterion=1"
LIST = "/difficulties/"


@pytest.fixture
def run():
    return make_enrolment()


@pytest.fixture
def staff(client, run):
    user = make_user(role=Role.COMMUNE_STAFF, commune=run.commune)
    client.force_login(user)
    return user


def typed(**changes):
    values = {
        "cause": "Thiếu vốn đối ứng",
        "request": "Hỗ trợ 2 tỷ đồng",
        "asked_of": "district",
        "asked_agency": "",
        "stated_on": "10/09/2020",
    }
    return values | changes


def make_difficulty(run, by, *, number=1, on=dt.date(2020, 9, 10), **kwargs):
    values = {
        "commune": run.commune,
        "criterion": cell(run, number).criterion if number else None,
        "cause": "Thiếu vốn",
        "asked_of": "district",
        "stated_on": on,
        "stated_at": clock.at(on, 9),
        "stated_by": by,
    }
    return Difficulty.objects.create(**values | kwargs)


def resolved(on, **kwargs):
    return {
        "resolved_on": on,
        "resolved_at": clock.at(on, 9),
        "resolution": "Đã cấp vốn",
        **kwargs,
    }


def errors(response):
    return {name: list(found) for name, found in response.context["form"].errors.items()}


# Stating


def test_a_difficulty_of_a_criterion_is_stated(client, run, staff):
    agency = make_agency()
    officer = make_user(role=Role.AGENCY_OFFICER, agency=agency)

    response = client.post(AT_1, typed(asked_agency=agency.pk))

    assert (response.status_code, response.url) == (
        302,
        "/communes/ky-lac/criteria/1/#difficulties",
    )
    stated = Difficulty.objects.get()
    assert (stated.commune, stated.criterion) == (run.commune, cell(run).criterion)
    assert (stated.cause, stated.request) == ("Thiếu vốn đối ứng", "Hỗ trợ 2 tỷ đồng")
    assert (stated.asked_of, stated.asked_agency) == ("district", agency)
    assert (stated.stated_on, stated.stated_by) == (dt.date(2020, 9, 10), staff)
    assert stated.resolved_on is None
    (notice,) = Notice.objects.all()
    assert (notice.user, notice.address) == (officer, response.url)
    (said,) = client.get(NEW).context["messages"]
    assert "Kỳ Lạc" in str(said)


def test_a_difficulty_of_the_commune_as_a_whole(client, run, staff):
    response = client.post(NEW, typed())

    assert response.url == "/communes/ky-lac/#difficulties"
    assert Difficulty.objects.get().criterion is None
    assert Notice.objects.count() == 0


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"cause": ""}, "cause"),
        ({"cause": "   "}, "cause"),
        ({"cause": "x" * 2001}, "cause"),
        ({"cause": "a\x00b"}, "cause"),
        ({"request": "x" * 2001}, "request"),
        ({"asked_of": ""}, "asked_of"),
        ({"asked_of": "moon"}, "asked_of"),
        ({"asked_agency": "999999"}, "asked_agency"),
        ({"asked_agency": "x"}, "asked_agency"),
        ({"asked_agency": "9" * 30}, "asked_agency"),
        ({"stated_on": "16/09/2020"}, "stated_on"),
        ({"stated_on": "31/02/2020"}, "stated_on"),
        ({"stated_on": ""}, "stated_on"),
    ],
)
def test_what_cannot_be_stated_is_said_beside_the_field_and_kept(
    client, run, staff, changes, field
):
    response = client.post(AT_1, typed(**{"request": "Lời đã gõ", **changes}))

    assert response.status_code == 200
    assert list(errors(response)) == [field]
    assert "Lời đã gõ" in response.text or field == "request"
    assert Difficulty.objects.count() == 0


def test_an_agency_of_another_area_cannot_be_asked(client, run, staff):
    far = make_agency(area=make_area(code="446", name="Cẩm Xuyên"))

    response = client.post(AT_1, typed(asked_agency=far.pk))

    assert list(errors(response)) == ["asked_agency"]


def test_days_outside_the_commune_s_life_are_refused(client, run, staff):
    run.commune.established_on = dt.date(2020, 9, 5)
    run.commune.save()

    response = client.post(NEW, typed(stated_on="04/09/2020"))

    assert list(errors(response)) == ["stated_on"]
    assert "05/09/2020" in errors(response)["stated_on"][0]

    run.commune.dissolved_on = dt.date(2020, 9, 12)
    run.commune.save()
    assert list(errors(client.post(NEW, typed(stated_on="12/09/2020")))) == ["stated_on"]
    assert client.post(NEW, typed(stated_on="11/09/2020")).status_code == 302


@pytest.mark.parametrize("number", ["99", "x", "-1", "1e3", "9" * 30, "①"])
def test_a_criterion_that_is_none_is_not_found(client, run, staff, number):
    assert client.get(NEW, {"criterion": number}).status_code == 404
    assert client.post(f"{NEW}?criterion=99", typed()).status_code == 404


# Resolving


def test_a_difficulty_is_resolved_and_what_was_stated_stays(client, run, staff):
    writer = make_user(role=Role.COMMUNE_LEADER, commune=run.commune)
    stated = make_difficulty(run, writer)

    response = client.post(
        f"/difficulties/{stated.pk}/resolve/",
        {"resolution": "Huyện đã cấp 2 tỷ đồng", "resolved_on": "14/09/2020"},
    )

    assert response.url == "/communes/ky-lac/criteria/1/#difficulties"
    stated.refresh_from_db()
    assert stated.cause == "Thiếu vốn"
    assert stated.stated_by == writer
    assert (stated.resolved_on, stated.resolved_by) == (dt.date(2020, 9, 14), staff)
    assert stated.resolution == "Huyện đã cấp 2 tỷ đồng"
    assert [notice.user for notice in Notice.objects.all()] == [writer]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"resolution": " "}, "resolution"),
        ({"resolved_on": "09/09/2020"}, "resolved_on"),
        ({"resolved_on": "16/09/2020"}, "resolved_on"),
        ({"resolved_on": "mai"}, "resolved_on"),
    ],
)
def test_what_cannot_be_resolved_so_is_said_and_kept(client, run, staff, changes, field):
    stated = make_difficulty(run, staff)
    data = {"resolution": "Lời đã gõ", "resolved_on": "14/09/2020"} | changes

    response = client.post(f"/difficulties/{stated.pk}/resolve/", data)

    assert list(errors(response)) == [field]
    stated.refresh_from_db()
    assert stated.resolved_on is None


def test_the_second_who_resolves_is_told_and_loses_no_text(client, run, staff):
    stated = make_difficulty(run, staff, **resolved(dt.date(2020, 9, 12), resolved_by=staff))
    data = {"resolution": "Lời của người sau", "resolved_on": "14/09/2020"}

    response = client.post(f"/difficulties/{stated.pk}/resolve/", data)

    assert response.status_code == 409
    assert "Đã cấp vốn" in response.text
    assert "Lời của người sau" in response.text
    stated.refresh_from_db()
    assert stated.resolution == "Đã cấp vốn"


# The list


def told(page):
    return [int(row["data-difficulty"]) for row in page.find("tr", data_difficulty=True)]


def test_open_difficulties_are_listed_by_commune_with_the_days_they_wait(client, run, staff):
    lam_hop = make_enrolment(
        commune=make_commune(slug="lam-hop", name="Lâm Hợp", code="2"),
        criteria_set=run.criteria_set,
    )
    far = make_enrolment(
        commune=make_commune(slug="cam-my", name="Cẩm Mỹ", code="3", area=make_area(code="446")),
        criteria_set=run.criteria_set,
    )
    second = make_difficulty(lam_hop, staff)
    first = make_difficulty(run, staff, number=None, on=dt.date(2020, 9, 1))
    make_difficulty(run, staff, **resolved(dt.date(2020, 9, 12), resolved_by=staff))
    make_difficulty(far, staff)

    page = read(client, LIST)

    assert told(page) == [first.pk, second.pk]
    assert "14" in page.one("tr", data_difficulty=str(first.pk)).text
    assert staff.full_name in page.one("tr", data_difficulty=str(second.pk)).text
    assert "/communes/lam-hop/criteria/1/?set=ntm#difficulties" in page.links


def test_each_filter_is_an_address(client, run, staff):
    agency = make_agency()
    by_agency = make_difficulty(run, staff, asked_agency=agency, asked_of="district")
    of_the_province = make_difficulty(run, staff, number=2, asked_of="province")
    whole = make_difficulty(run, staff, number=None, asked_of="commune")

    assert told(read(client, LIST, criterion="1")) == [by_agency.pk]
    assert told(read(client, LIST, criterion="0")) == [whole.pk]
    assert told(read(client, LIST, agency=agency.pk)) == [by_agency.pk]
    assert told(read(client, LIST, level="province")) == [of_the_province.pk]
    assert told(read(client, LIST, level="province", criterion="1")) == []


@pytest.mark.parametrize(
    "query",
    [{"criterion": "99"}, {"agency": "x"}, {"level": "x"}, {"page": "x"}, {"agency": "9" * 40}],
)
def test_a_filter_that_names_nothing_filters_nothing(client, run, staff, query):
    stated = make_difficulty(run, staff)

    assert told(read(client, LIST, **query)) == [stated.pk]


def test_the_list_of_another_day(client, run, staff):
    later = make_difficulty(run, staff)
    settled = make_difficulty(
        run, staff, on=dt.date(2020, 9, 1), **resolved(dt.date(2020, 9, 12), resolved_by=staff)
    )

    assert told(read(client, LIST)) == [later.pk]
    assert told(read(client, LIST, as_of="2020-09-11")) == [settled.pk, later.pk]
    assert told(read(client, LIST, as_of="2020-09-12")) == [later.pk]
    assert told(read(client, LIST, as_of="2020-09-09")) == [settled.pk]
    assert told(read(client, LIST, known="2020-09-11")) == [settled.pk, later.pk]
    assert told(read(client, LIST, known="2020-09-05")) == [settled.pk]
    assert client.get(LIST, {"as_of": "11/09/2020"}).url == f"{LIST}?as_of=2020-09-11"


def test_51_difficulties_are_two_pages_at_the_same_cost(client, run, staff):
    def count(number):
        with CaptureQueriesContext(connection) as asked:
            assert len(told(read(client, LIST, level="district"))) == number
        return len(asked)

    make_difficulty(run, staff)
    few = count(1)
    for _n in range(50):
        make_difficulty(run, staff)

    assert count(50) == few <= 20
    assert len(told(read(client, LIST, page=2))) == 1
    (onward,) = {x for x in read(client, LIST, level="district").links if "page=2" in x}
    assert "level=district" in onward


def test_a_list_with_nothing_in_it_says_what_to_do(client, run, staff):
    assert read(client, LIST).find("div", class_="empty")


# What the page of a cell shows


def shown(run, day=TODAY, *, known=None, rights=None, criterion=True):
    status = cell(run)
    found = followup_queries.followup_of_cell(status, day, known)
    context = {
        "followup": found,
        "rights": rights,
        "commune": run.commune,
        "criterion": status.criterion if criterion else None,
        "set_code": run.criteria_set.code,
        "when": PageDate(Moment(day, known), TODAY),
    }
    return found, render_to_string("criteria/followup/_difficulties.html", context)


def test_a_cell_shows_open_and_resolved_difficulties_as_of_a_day(run, django_assert_num_queries):
    by = make_user()
    make_difficulty(
        run, by, **resolved(dt.date(2020, 9, 12), resolved_by=by), asked_agency=make_agency()
    )
    make_difficulty(run, by, number=2)
    make_difficulty(run, by, number=None)
    status = cell(run)
    status.enrolment = run

    with django_assert_num_queries(3):
        now = followup_queries.followup_of_cell(status, TODAY)

    assert (len(now.open), len(now.resolved)) == (0, 1)
    assert now.resolved[0].resolution == "Đã cấp vốn"
    earlier = followup_queries.followup_of_cell(status, dt.date(2020, 9, 11))
    assert (len(earlier.open), len(earlier.resolved)) == (1, 0)
    assert earlier.open[0].resolution == ""
    assert "Phòng Văn hóa" in earlier.open[0].asked
    assert followup_queries.followup_of_cell(status, dt.date(2020, 9, 9)).difficulties == []
    assert len(followup_queries.followup_of_cell(status, TODAY, dt.date(2020, 9, 11)).open) == 1


def test_a_commune_shows_all_of_them(run, django_assert_num_queries):
    by = make_user()
    for number in (1, 2, None):
        make_difficulty(run, by, number=number)

    with django_assert_num_queries(2):
        found = followup_queries.followup_of_commune(run.commune, TODAY)

    assert [row.number for row in found.open] == [1, 2, None]


def test_only_who_may_sees_the_ways_to_write(run):
    make_difficulty(run, make_user())
    worker = followup_queries.Rights(work=True, answer=True)

    _found, page = shown(run, rights=worker)
    assert f"{AT_1}&amp;set=ntm" in page
    assert "/resolve/" in page
    for rights in (None, followup_queries.Rights(charge=True, comment=True)):
        _found, page = shown(run, rights=rights)
        assert "href" not in page
    make_difficulty(run, make_user(), **resolved(TODAY, resolved_by=make_user()))
    assert "Đã cấp vốn" in shown(run)[1]


def test_nothing_stated_says_so(run):
    found, page = shown(run, rights=replace(followup_queries.Rights(), work=True))

    assert found.difficulties == []
    assert _("No difficulty is stated at this criterion.") in page
    assert "/difficulties/new/" in page
