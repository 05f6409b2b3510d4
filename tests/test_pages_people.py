"""What waits for me, and what a person is."""

import datetime as dt

import pytest

from accounts.models import Person, Role
from criteria.models import Result
from tests.factories import make_area, make_user
from tests.pages import as_person, demo_for_the_module, read, record

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def demo(django_db_setup, django_db_blocker):
    with demo_for_the_module(django_db_blocker):
        yield


def waiting(username, **query):
    """The cells that wait for a person."""
    links = read(as_person(username), "/me/", **query).links
    cells = [
        link.split("/") for link in links if link.startswith("/communes/") and "criteria" in link
    ]
    return [(parts[2], int(parts[4])) for parts in cells]


KY_LAC = [("ky-lac", n) for n in (1, 2, 6, 8, 10, 13, 15, 17, 18, 20)]
LAM_HOP = [("lam-hop", n) for n in (1, 2, 17, 20)]


@pytest.mark.parametrize(
    ("username", "cells"),
    [
        ("kylac", KY_LAC),
        ("canbo-kylac", KY_LAC),
        ("lamhop", LAM_HOP),
        ("lanhdao", KY_LAC + LAM_HOP),
        ("dieuphoi", KY_LAC + LAM_HOP),
        ("quansat", []),
        ("thanhtra", []),
        ("doan-1447", []),
        ("quantri", []),
    ],
)
def test_what_waits_for_each(demo, username, cells):
    assert waiting(username) == cells


def test_an_officer_sees_what_communes_lack_of_the_agency_s_criteria(demo):
    for username in ("phong-tnmt", "phong-ktht", "phong-yte", "bhxh"):
        assert set(waiting(username)) <= set(KY_LAC + LAM_HOP)
    assert waiting("phong-tnmt")


def test_queues_show_now_whatever_day_is_asked_for(demo):
    record("ky-lac", 8, Result.MET, dt.date(2020, 9, 15))

    assert waiting("kylac", as_of="2020-09-08") == [cell for cell in KY_LAC if cell[1] != 8]


def test_who_has_no_role_is_told_so(client, db):
    client.force_login(make_user())

    assert read(client, "/me/").find("div", class_="empty")
    assert read(client, "/").slugs == []


def test_a_person(demo):
    person = Person.objects.get(full_name="Trần Đình Gia")
    person.phone = "0900 000 000"
    person.save()

    page = read(as_person("quansat"), f"/people/{person.pk}/")

    assert page.one("h1").text == "Trần Đình Gia"
    for said in (person.position, person.organisation, "Kỳ Anh"):
        assert said in page.one("main").text
    assert [link for link in page.links if link.startswith("tel:")]


def test_a_person_of_another_area_is_not_found(demo):
    far = Person.objects.create(full_name="Người Xa", area=make_area(code="990", name="Thử"))

    assert as_person("lanhdao").get(f"/people/{far.pk}/").status_code == 404
    assert as_person("quantri").get(f"/people/{far.pk}/").status_code == 200


def test_the_style_guide_shows_every_component_to_staff(demo):
    assert as_person("quantri").get("/styleguide/").status_code == 200


def test_a_role_that_ends_is_said_to_end(demo):
    assert "31/12/2021" in read(as_person("thanhtra"), "/me/").one("main").text


def test_a_second_role_adds_what_it_reaches(client, demo):
    user = make_user(role=Role.OBSERVER, area=make_area(code="990", name="Thử"))
    client.force_login(user)
    assert client.get("/communes/ky-lac/").status_code == 404

    user.memberships.create(role=Role.OBSERVER, area=make_area(), from_on="2020-09-15")

    assert client.get("/communes/ky-lac/").status_code == 200
