"""Passwords take much memory each: two at once, the others wait, and not for ever."""

import threading
import time

import pytest
from axes.models import AccessAttempt
from django.contrib.auth.hashers import Argon2PasswordHasher, check_password, make_password
from django.urls import reverse

from nrm_tracker import hashers, limits, slots
from tests.factories import make_user
from tests.pages import LOGIN, PASSWORD, sign_in


@pytest.fixture
def argon2(settings, monkeypatch):
    """As the site has it, but small."""
    monkeypatch.setattr(Argon2PasswordHasher, "memory_cost", 1024)
    settings.PASSWORD_HASHERS = ["nrm_tracker.hashers.ArgonInTurn"]


def test_the_site_keeps_passwords_by_it():
    from nrm_tracker import settings

    assert settings.PASSWORD_HASHERS[0] == f"{hashers.__name__}.{hashers.ArgonInTurn.__name__}"


def test_a_password_is_known_as_before(argon2):
    before = Argon2PasswordHasher().encode(PASSWORD, "muoi-cua-mat-khau-nay")

    for encoded in (before, make_password(PASSWORD)):
        assert check_password(PASSWORD, encoded)
        assert not check_password(PASSWORD + "x", encoded)


def test_two_are_worked_out_at_once(argon2, monkeypatch):
    at_once, most = [], []

    def slow(self, password, encoded):
        at_once.append(password)
        most.append(len(at_once))
        time.sleep(0.05)
        at_once.pop()
        return True

    monkeypatch.setattr(Argon2PasswordHasher, "verify", slow)
    hasher = hashers.ArgonInTurn()
    asked = [threading.Thread(target=hasher.verify, args=("x", "y")) for _ in range(8)]
    for one in asked:
        one.start()
    for one in asked:
        one.join()

    assert len(most) == 8
    assert max(most) <= slots.AT_ONCE


def test_who_gets_no_turn_to_sign_in_is_told_and_no_attempt_is_counted(
    db, client, settings, monkeypatch, argon2
):
    settings.AXES_ENABLED = True
    monkeypatch.setattr(limits, "PATIENCE", 0.05)
    user = make_user()

    for name in (user.username, "khong-co"):
        with slots.turn("password"), slots.turn("password"):
            response = client.post(LOGIN, {"username": name, "password": "mat-khau-khac"})

        assert response.status_code == 200
        assert response.context["form"].non_field_errors() == [str(slots.BUSY)]
    assert not AccessAttempt.objects.exists()
    assert sign_in(client, user).status_code == 302


def test_who_gets_no_turn_for_a_new_password_is_told_beside_the_old_one(
    db, client, monkeypatch, argon2
):
    user = make_user()
    sign_in(client, user)
    monkeypatch.setattr(limits, "PATIENCE", 0.05)
    new = {"new_password1": "mat-khau-hoan-toan-moi", "new_password2": "mat-khau-hoan-toan-moi"}

    with slots.turn("password"), slots.turn("password"):
        response = client.post(
            reverse("accounts:password-change"), {"old_password": PASSWORD, **new}
        )

    assert response.context["form"].errors["old_password"] == [str(slots.BUSY)]
    user.refresh_from_db()
    assert user.check_password(PASSWORD)
