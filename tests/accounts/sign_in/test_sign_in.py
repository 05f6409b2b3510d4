import pytest
from django.contrib.messages import get_messages
from django.test import Client
from django.urls import reverse
from django.utils import translation

from accounts.models import Device
from accounts.sign_in.addresses import client_address
from accounts.sign_in.devices import browser_name
from tests.factories import make_user
from tests.pages import CHROME, LOGIN, PASSWORD, sign_in


def test_signing_in_lists_the_device(db, client):
    user = make_user()

    response = sign_in(client, user)

    assert response.status_code == 302
    assert response.url == reverse("start")
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
        ("/?as_of=2020-09-08", "/?as_of=2020-09-08"),
        # Who only opened the site asked for no page.
        ("/", reverse("start")),
        ("https://elsewhere.example/", reverse("start")),
        ("//elsewhere.example/", reverse("start")),
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


@pytest.mark.parametrize(
    ("proxies", "forwarded", "seen"),
    [
        (0, "203.0.113.9", "10.0.0.1"),
        (1, "", "10.0.0.1"),
        (1, "203.0.113.9", "203.0.113.9"),
        (1, "198.51.100.7, 203.0.113.9", "203.0.113.9"),
        (2, "198.51.100.7, 203.0.113.9, 10.0.0.2", "203.0.113.9"),
        (2, "203.0.113.9", "10.0.0.1"),
        (1, "unknown", "10.0.0.1"),
        (1, "x" * 5000, "10.0.0.1"),
        (1, "2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"),
        (1, "::ffff:203.0.113.9", "203.0.113.9"),
    ],
)
def test_where_a_request_comes_from(rf, settings, proxies, forwarded, seen):
    settings.TRUSTED_PROXIES = proxies
    headers = {"x-forwarded-for": forwarded} if forwarded else {}

    request = rf.get("/", headers=headers, REMOTE_ADDR="10.0.0.1")

    assert client_address(request) == seen


def test_nobody_is_asked_where_a_request_comes_from_at_a_socket(rf):
    assert client_address(rf.get("/", REMOTE_ADDR="")) is None


WRONG = "sai-mat-khau"


def answered(user, address, password=WRONG):
    """The code that answers a sign-in from an address behind one proxy."""
    client = Client(headers={"x-forwarded-for": f"198.51.100.7, {address}"})
    return sign_in(client, user, password).status_code


@pytest.fixture
def guarded(db, settings):
    settings.AXES_ENABLED, settings.TRUSTED_PROXIES = True, 1
    return settings


def test_a_lock_is_of_the_name_at_the_address(guarded):
    user, other = make_user(), make_user()
    for _attempt in range(5):
        last = answered(user, "203.0.113.1")

    assert last == 429
    assert answered(user, "203.0.113.1", PASSWORD) == 429
    assert answered(user, "203.0.113.2", PASSWORD) == 302
    assert answered(other, "203.0.113.1", PASSWORD) == 302


def test_an_address_that_tries_many_names_is_locked(guarded, caplog):
    guarded.ADDRESS_FAILURE_LIMIT = 6
    users = [make_user() for _ in range(4)]
    codes = [answered(user, "203.0.113.1") for user in users * 2]

    assert codes == [200] * 5 + [429] * 3
    assert answered(users[0], "203.0.113.2", PASSWORD) == 302
    assert f"locked out: {users[3].username!r} from 203.0.113.1" in caplog.text


def test_a_refused_sign_in_is_told_in_the_log(guarded, caplog):
    user = make_user()

    answered(user, "203.0.113.1")

    assert f"wrong password: {user.username!r} from 203.0.113.1" in caplog.text
    assert "sai-mat-khau" not in caplog.text


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
