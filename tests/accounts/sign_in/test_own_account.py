import datetime as dt

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse

from accounts.models import Device
from nrm_tracker import clock
from tests.factories import make_user
from tests.pages import PASSWORD, sign_in

CHANGE = reverse("accounts:password-change")
DEVICES = reverse("accounts:devices")
NEW = "mot-mat-khau-khac-7"


def change(client, old=PASSWORD, new=NEW, again=NEW):
    data = {"old_password": old, "new_password1": new, "new_password2": again}
    return client.post(CHANGE, data)


@pytest.fixture
def user(db):
    return make_user()


@pytest.fixture
def here(user):
    client = Client()
    sign_in(client, user)
    return client


@pytest.fixture
def there(user):
    client = Client()
    sign_in(client, user)
    return client


def test_a_new_password_keeps_this_device_and_ends_the_others(user, here, there):
    assert change(here).status_code == 302

    assert here.get(DEVICES).status_code == 200
    assert there.get(DEVICES).status_code == 302
    user.refresh_from_db()
    assert user.check_password(NEW)
    [device] = Device.objects.filter(revoked_at=None)
    assert device.session_key == here.session.session_key
    assert Session.objects.filter(session_key=device.session_key).exists()


@pytest.mark.parametrize(
    ("old", "new", "again", "field"),
    [
        ("sai-mat-khau", NEW, NEW, "old_password"),
        (PASSWORD, NEW, "khac", "new_password2"),
        (PASSWORD, "1234567890", "1234567890", "new_password2"),
        (PASSWORD, PASSWORD, PASSWORD, "new_password1"),
    ],
)
def test_a_new_password_is_refused(user, here, old, new, again, field):
    response = change(here, old, new, again)

    assert response.status_code == 200
    assert list(response.context["form"].errors) == [field]
    user.refresh_from_db()
    assert user.check_password(PASSWORD)


def test_old_passwords_are_not_tried_without_end(user, here, settings):
    settings.AXES_ENABLED = True

    codes = [change(here, old="sai-mat-khau").status_code for _ in range(5)]

    assert codes == [200] * 4 + [429]
    assert change(here).status_code == 429
    user.refresh_from_db()
    assert user.check_password(PASSWORD)


def test_a_first_password_is_changed_before_anything_else(user, here):
    user.must_change_password = True
    user.save()

    assert here.get(DEVICES).url == CHANGE
    assert here.get(CHANGE).status_code == 200
    change(here)
    assert here.get(DEVICES).status_code == 200


def test_who_must_change_the_password_may_leave(user, here):
    user.must_change_password = True
    user.save()

    assert here.post(reverse("accounts:logout")).url == reverse("accounts:login")


def test_devices_are_listed_and_this_one_marked(user, here, there):
    response = here.get(DEVICES)

    assert response.text.count("<b>Chrome ") == 2
    assert response.context["current"] == here.session["device"]


def test_a_device_is_signed_out_from_another(user, here, there):
    response = here.post(reverse("accounts:device-revoke", args=[there.session["device"]]))

    assert response.url == DEVICES
    assert there.get(DEVICES).status_code == 302
    assert here.get(DEVICES).status_code == 200
    assert Device.objects.exclude(revoked_at=None).count() == 1


def test_signing_this_device_out_leads_to_sign_in(user, here):
    response = here.post(reverse("accounts:device-revoke", args=[here.session["device"]]))

    assert response.url == reverse("accounts:login")
    assert here.get(DEVICES).status_code == 302


def test_nobody_signs_out_anothers_device(user, here):
    other = Client()
    sign_in(other, make_user())

    response = here.post(reverse("accounts:device-revoke", args=[other.session["device"]]))

    assert response.status_code == 404
    assert other.get(DEVICES).status_code == 200


def test_signing_a_device_out_takes_a_post(user, here):
    assert here.get(reverse("accounts:device-revoke", args=[1])).status_code == 405


@pytest.mark.parametrize("path", [DEVICES, CHANGE])
def test_own_pages_need_sign_in(db, client, path):
    assert client.get(path).url == f"{reverse('accounts:login')}?next={path}"


def test_a_device_is_noted_every_ten_minutes_at_most(user, here):
    earlier = clock.now() - dt.timedelta(hours=1)
    Device.objects.update(last_seen_at=earlier)

    here.get(DEVICES)

    # The session, the person, the devices, the reach: nothing is written.
    assert Device.objects.get().last_seen_at == earlier


def test_the_list_costs_the_same_for_many_devices(user, here, django_assert_max_num_queries):
    for _n in range(3):
        sign_in(Client(), user)

    with django_assert_max_num_queries(8):
        here.get(DEVICES)
