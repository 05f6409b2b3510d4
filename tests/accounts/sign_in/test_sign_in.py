import pytest
from django.contrib.messages import get_messages
from django.urls import reverse
from django.utils import translation

from accounts.models import Device
from accounts.sign_in.devices import browser_name
from tests.factories import make_user
from tests.pages import CHROME, LOGIN, PASSWORD, sign_in


def test_signing_in_lists_the_device(db, client):
    user = make_user()

    response = sign_in(client, user)

    assert response.status_code == 302
    assert response.url == reverse("home")
    device = Device.objects.get()
    assert device.user == user
    assert device.name.startswith("Chrome")
    assert device.session_key == client.session.session_key


@pytest.mark.parametrize(
    ("password", "active"), [("sai-mat-khau", True), (PASSWORD, False), ("", True)]
)
def test_signing_in_is_refused(db, client, password, active):
    user = make_user()
    user.is_active = active
    user.save()

    response = sign_in(client, user, password)

    assert response.status_code == 200
    assert response.context["form"].errors
    assert f'value="{user.username}"' in response.text
    assert not Device.objects.exists()


@pytest.mark.parametrize(
    ("target", "lands"),
    [
        ("/accounts/devices/", "/accounts/devices/"),
        ("https://elsewhere.example/", reverse("home")),
        ("//elsewhere.example/", reverse("home")),
    ],
)
def test_next_leads_to_this_site_only(db, client, target, lands):
    assert sign_in(client, make_user(), next=target).url == lands


def test_a_device_is_kept_for_thirty_days_on_request(db, client, settings):
    sign_in(client, make_user(), remember="on")

    cookie = client.cookies[settings.SESSION_COOKIE_NAME]
    assert cookie["max-age"] == 30 * 24 * 60 * 60


def test_a_device_is_not_kept_unasked(db, client, settings):
    sign_in(client, make_user())

    assert not client.cookies[settings.SESSION_COOKIE_NAME]["max-age"]
    assert client.session.get_expiry_age() == 12 * 60 * 60


def test_five_wrong_passwords_lock_out(db, client, settings):
    settings.AXES_ENABLED = True
    user = make_user()
    for _attempt in range(4):
        assert sign_in(client, user, "sai-mat-khau").status_code == 200

    assert sign_in(client, user, "sai-mat-khau").status_code == 429
    response = sign_in(client, user)

    assert response.status_code == 429
    assert "15" in response.text
    assert not Device.objects.exists()


def test_signing_out(db, client):
    sign_in(client, make_user())

    response = client.post(reverse("accounts:logout"))

    assert response.url == LOGIN
    assert "_auth_user_id" not in client.session
    assert Device.objects.get().revoked_at is not None
    assert len(list(get_messages(response.wsgi_request))) == 1


def test_signing_out_takes_a_post(db, client):
    client.force_login(make_user())

    assert client.get(reverse("accounts:logout")).status_code == 405


@pytest.mark.parametrize(
    ("user_agent", "name"),
    [
        (CHROME, "Chrome on Windows"),
        (f"{CHROME} Edg/109.0", "Edge on Windows"),
        ("Mozilla/5.0 (Windows NT 6.1) Chrome/109 coc_coc_browser/110", "Cốc Cốc on Windows"),
        ("Mozilla/5.0 (Linux; Android 9) Chrome/109 Mobile", "Chrome on Android"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 15_0 like Mac OS X) Safari/604", "Safari on iPhone"),
        ("curl/8", "Unknown browser"),
        ("", "Unknown browser"),
    ],
)
def test_a_browser_is_named(user_agent, name):
    with translation.override("en"):
        assert browser_name(user_agent) == name
