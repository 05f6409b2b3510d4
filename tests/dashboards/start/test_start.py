"""Where each begins after signing in."""

import datetime as dt

import pytest

from accounts.models import Membership, Role, User
from communes.models import WorkingGroup
from tests.factories import (
    OPENED,
    make_agency,
    make_area,
    make_commune,
    make_user,
)
from tests.pages import as_person, demo_for_the_module, sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def demo(django_db_setup, django_db_blocker):
    with demo_for_the_module(django_db_blocker):
        yield


@pytest.mark.parametrize(
    ("username", "begins"),
    [
        ("kylac", "/communes/ky-lac/"),
        ("canbo-kylac", "/communes/ky-lac/"),
        ("lamhop", "/communes/lam-hop/"),
        ("phong-yte", "/me/"),
        ("doan-1447", "/me/"),
        ("lanhdao", "/"),
        ("dieuphoi", "/"),
        ("quansat", "/"),
        ("thanhtra", "/"),
        ("quantri", "/"),
    ],
)
def test_each_role_begins_where_its_work_waits(demo, username, begins):
    response = as_person(username).get("/start/", follow=True)

    assert [address for address, _status in response.redirect_chain] == [begins]
    assert response.status_code == 200


def test_the_name_of_the_site_leads_there(demo):
    for username in ("kylac", "lanhdao"):
        assert '<a class="brand" href="/start/">' in as_person(username).get("/").text


def test_the_overview_stays_where_it_is(demo):
    assert as_person("kylac").get("/").status_code == 200


def test_signing_in_leads_there(client):
    commune = make_commune(slug="mot", code="1", area=make_area(code="990", name="Thử"))
    person = make_user(role=Role.COMMUNE_LEADER, commune=commune)

    assert client.get(sign_in(client, person).url).url == commune.get_absolute_url()


@pytest.mark.parametrize(
    ("held", "begins"),
    [
        ([], "/"),
        (["area", "commune"], "/communes/mot/"),
        (["commune", "area"], "/communes/mot/"),
        (["area", "agency"], "/me/"),
        (["commune", "agency"], "/me/"),
        (["commune", "group"], "/me/"),
        (["commune", "second"], "/me/"),
        (["ended", "second"], "/communes/hai/"),
        (["ended"], "/"),
    ],
)
def test_of_several_roles_the_one_that_work_waits_for_counts(client, held, begins):
    area = make_area(code="990", name="Thử")
    first, second = (
        make_commune(area=area, slug=slug, code=code) for slug, code in (("mot", "1"), ("hai", "2"))
    )
    roles = {
        "area": {"role": Role.LEADER, "area": area},
        "commune": {"role": Role.COMMUNE_LEADER, "commune": first},
        "second": {"role": Role.COMMUNE_STAFF, "commune": second},
        "agency": {"role": Role.AGENCY_OFFICER, "agency": make_agency(key="phong-thu", area=area)},
        "group": {
            "role": Role.WORKING_GROUP_MEMBER,
            "working_group": WorkingGroup.objects.create(area=area, name="Đoàn công tác"),
        },
        "ended": {
            "role": Role.COMMUNE_LEADER,
            "commune": first,
            "until_on": dt.date(2020, 9, 14),
        },
    }
    person = make_user()
    Membership.objects.bulk_create(
        Membership(user=person, from_on=OPENED, **roles[name]) for name in held
    )
    client.force_login(User.objects.get(pk=person.pk))

    assert client.get("/start/").url == begins


def test_a_commune_that_is_still_to_come_has_no_page_to_begin_on(client):
    commune = make_commune(slug="moi", code="77", name="Mới", established_on=dt.date(2021, 1, 1))
    client.force_login(make_user(role=Role.COMMUNE_LEADER, commune=commune))

    response = client.get("/start/", follow=True)

    assert response.redirect_chain == [("/", 302)]
    assert response.status_code == 200
