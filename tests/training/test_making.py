"""Where the district for training may be made, by whom, and with which accounts."""

import datetime as dt

import pytest
from django.core.exceptions import ValidationError

from accounts.models import User
from communes.models import Area
from tests.factories import make_administrator, make_commune, make_enrolment
from tests.pages import Page
from training import loading, places
from training.accounts import Accounts

pytestmark = pytest.mark.django_db
TODAY = dt.date(2020, 9, 15)


@pytest.fixture
def administrator(client):
    user = make_administrator()
    client.force_login(user)
    return client


def test_without_a_password_nobody_signs_in():
    area = places.make_area()
    made = Accounts(area, TODAY, TODAY, None)
    commune = make_commune(area=area)
    group = places.make_group(area, [commune], TODAY)

    users = made.make([commune], {}, group, with_administrator=False)

    assert not any(user.has_usable_password() for user in users.values())
    assert not User.objects.filter(is_staff=True).exists()


def test_it_is_refused_where_people_work_or_no_set_was_in_force():
    with pytest.raises(ValidationError, match="16/09/2018"):
        loading.load(TODAY)
    make_enrolment()
    with pytest.raises(ValidationError, match="số liệu"):
        loading.load(TODAY)

    assert not Area.objects.filter(is_training=True).exists()


def test_the_set_up_offers_it_until_anything_is_followed(administrator):
    assert "/setup/training/" in administrator.get("/setup/").content.decode()
    assert Page(administrator.get("/setup/training/")).one("button", class_="btn btn-send")

    make_enrolment()

    assert "/setup/training/" not in administrator.get("/setup/").content.decode()
    assert "Tạo huyện" not in administrator.get("/setup/training/").content.decode()


def test_the_button_makes_it(administrator, monkeypatch):
    monkeypatch.setattr(loading, "load", lambda day: places.make_area())

    response = administrator.post("/setup/training/")

    assert response.url == "/accounts/area/"
    assert Area.objects.get().is_training
