"""The first administrator: made at a start, once, and never over anybody's account."""

import io

import pytest
from django.conf import settings as project
from django.contrib.auth import get_user
from django.core.management import CommandError, call_command
from django.urls import reverse

from accounts.area_accounts import first_administrator
from accounts.models import Role, User
from tests.factories import make_area, make_user
from tests.pages import sign_in, written

PASSWORD = "mat-khau-ban-dau-4711"
pytestmark = pytest.mark.django_db


@pytest.fixture
def named(settings):
    settings.ADMIN_USERNAME, settings.ADMIN_PASSWORD = "quan-tri", PASSWORD
    return settings


def start():
    said = io.StringIO()
    call_command("first_administrator", stdout=said, stderr=said)
    return said.getvalue()


def test_an_administrator_is_made_who_must_choose_another_password(named, client):
    before = written()

    said = start()

    user = User.objects.get()
    assert (user.username, str(user.full_name)) == ("quan-tri", "Quản trị viên")
    assert user.is_superuser
    assert user.is_staff
    assert written() > before
    assert "quan-tri" in said
    assert PASSWORD not in said
    assert sign_in(client, user, PASSWORD).status_code == 302
    assert get_user(client) == user
    assert client.get("/").url == reverse("accounts:password-change")


def test_every_later_start_changes_nothing(named):
    start()
    user = User.objects.get()
    user.set_password("mot-mat-khau-khac")
    user.save()

    named.ADMIN_USERNAME, named.ADMIN_PASSWORD = "ke-khac", "12345"

    assert start() == ""
    assert User.objects.get() == user
    assert User.objects.get().check_password("mot-mat-khau-khac")


def test_where_anybody_has_an_account_nobody_is_made(named):
    user = make_user(role=Role.OBSERVER, area=make_area())

    assert start() == ""
    assert list(User.objects.all()) == [user]


@pytest.mark.parametrize("name", ["ADMIN_USERNAME", "ADMIN_PASSWORD"])
def test_without_both_nobody_is_made(named, name):
    setattr(named, name, "")

    assert start() == ""
    assert not User.objects.exists()


@pytest.mark.parametrize(
    ("username", "password"),
    [
        ("quan-tri", "ngan"),
        ("quan-tri", "12345678901"),
        ("quản trị!", PASSWORD),
        ("x" * 200, PASSWORD),
    ],
)
def test_what_does_not_do_is_told_without_the_password(named, username, password):
    named.ADMIN_USERNAME, named.ADMIN_PASSWORD = username, password

    with pytest.raises(CommandError) as error:
        start()

    assert "ADMIN_USERNAME" in str(error.value)
    assert password not in str(error.value)
    assert not User.objects.exists()


def test_of_two_servers_that_start_at_once_the_second_makes_nobody(named, monkeypatch):
    make, other = first_administrator._make, []

    def after_the_other(account):
        other.append(User.objects.create(username="may-kia", full_name="Máy kia"))
        return make(account)

    monkeypatch.setattr(first_administrator, "_make", after_the_other)

    assert start() == ""
    assert list(User.objects.all()) == other


@pytest.mark.parametrize("file", ["Makefile", "deploy/nrm-tracker.service"])
def test_each_start_runs_it_before_the_server(file):
    text = (project.BASE_DIR / file).read_text()

    assert text.index("manage.py first_administrator") < text.index("gunicorn nrm_tracker.wsgi")
