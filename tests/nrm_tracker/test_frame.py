import pytest
from django.test import Client, RequestFactory
from django.urls import reverse
from django.views.defaults import server_error

from accounts.models import Role
from nrm_tracker.version import VERSION
from tests.factories import make_area, make_user

LOGIN = reverse("accounts:login")


def text_of(response):
    return response.content.decode()


@pytest.mark.parametrize("path", [LOGIN, "/nowhere/"])
def test_a_page_for_nobody_asks_no_database(client, path):
    # Without the database fixture, a query fails the test.
    assert client.get(path).status_code in (200, 404)


def test_the_broken_page_needs_nothing():
    response = server_error(RequestFactory().get("/"))

    assert response.status_code == 500
    assert "/static/css/app.css" in text_of(response)


def test_the_sign_in_page_says_that_this_is_the_demo(client):
    assert "15/09/2020" in text_of(client.get(LOGIN))


def test_the_foot_names_the_version(client):
    assert f"Phiên bản {VERSION}</span>" in text_of(client.get(LOGIN))


def test_the_frame_names_who_is_signed_in_and_the_place(db, client):
    area = make_area()
    user = make_user(role=Role.LEADER, area=area)
    client.force_login(user)

    page = text_of(client.get(reverse("accounts:devices")))

    assert str(user) in page
    assert f"<small>{area}</small>" in page


@pytest.mark.parametrize(("role", "shown"), [(Role.COORDINATOR, True), (Role.OBSERVER, False)])
def test_accounts_are_linked_for_those_who_keep_them(db, client, role, shown):
    client.force_login(make_user(role=role, area=make_area()))

    page = text_of(client.get(reverse("accounts:devices")))

    assert (f'href="{reverse("accounts:area")}"' in page) == shown


@pytest.mark.parametrize("staff", [True, False])
def test_administration_is_linked_for_staff(db, client, staff):
    client.force_login(make_user(staff=staff))

    page = text_of(client.get(reverse("accounts:devices")))

    assert (f'href="{reverse("admin:index")}"' in page) == staff


def test_a_missing_page_offers_the_search(db, client):
    client.force_login(make_user())

    response = client.get("/nowhere/")

    assert response.status_code == 404
    assert 'id="q-here"' in text_of(response)


def test_a_stale_form_is_told_that_nothing_was_recorded(db):
    response = Client(enforce_csrf_checks=True).post(LOGIN, {"username": "a"})

    assert response.status_code == 403
    assert response.templates[0].name == "403_csrf.html"
