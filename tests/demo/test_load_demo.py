import datetime as dt

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from accounts.models import Membership, Person, User
from criteria.models import (
    Assessment,
    Criterion,
    Enrolment,
    Recognition,
    Standing,
)
from demo.accounts import ACCOUNTS
from nrm_tracker import clock

pytestmark = pytest.mark.django_db

PICTURE_ON = dt.date(2020, 9, 8)
HEADS = (("lam-hop", "16/20"), ("ky-lac", "10/20"))
LAM_HOP_LACKS = [1, 2, 17, 20]
KY_LAC_LACKS = [1, 2, 6, 8, 10, 13, 15, 17, 18, 20]


@pytest.fixture
def loaded(capsys):
    call_command("load_demo")
    return capsys.readouterr().out


def standing(slug, day):
    found = Standing.objects.filter(enrolment__commune__slug=slug, on_day__lte=day)
    return found.order_by("-on_day").first()


def lacking(row):
    return [number for number, letter in enumerate(row.results, start=1) if letter == "x"]


def counts():
    return [m.objects.count() for m in (User, Membership, Person, Enrolment, Assessment, Standing)]


def test_a_later_day_adds_what_followed(settings, loaded):
    before = set(Recognition.objects.values_list("pk", flat=True))
    settings.DEMO_DAY = "2021-12-31"

    call_command("load_demo", until=dt.date(2021, 1, 15))
    call_command("load_demo")

    added = Recognition.objects.exclude(pk__in=before)
    assert set(
        added.values_list("enrolment__commune__slug", "decided_on", "decision_number", "precision")
    ) == {
        ("lam-hop", dt.date(2021, 1, 15), "218/QĐ-UBND", "day"),
        ("ky-lac", dt.date(2021, 12, 31), "", "year"),
        ("ky-tay", dt.date(2021, 12, 31), "", "year"),
    }
    assert standing("lam-hop", dt.date(2021, 1, 15)).met_count == 20
    assert standing("lam-hop", dt.date(2020, 12, 31)).met_count == 16
    assert standing("ky-lac", dt.date(2021, 12, 30)).met_count == 10
    call_command("check_progress")


def test_an_earlier_day_leaves_out_what_came_after(capsys):
    call_command("load_demo", until=dt.date(2017, 12, 30))

    assert Enrolment.objects.count() == 19
    assert not Assessment.objects.exists()
    assert User.objects.count() == len(ACCOUNTS)


def test_a_second_run_adds_nothing(loaded, capsys):
    before = counts()

    call_command("load_demo")

    assert counts() == before
    assert settings.DEMO_PASSWORD in capsys.readouterr().out


def test_what_was_recorded_otherwise_meanwhile_is_left_out(settings, loaded, capsys):
    run = Enrolment.objects.get(commune__slug="ky-lac")
    Recognition.objects.create(
        enrolment=run,
        title="Xã đạt chuẩn nông thôn mới",
        decided_on="2020-09-15",
        recorded_by=User.objects.first(),
        recorded_at=clock.now(),
    )
    settings.DEMO_DAY = "2021-12-31"

    call_command("load_demo")

    assert "Kỳ Lạc: " in capsys.readouterr().out
    assert run.recognitions.count() == 1
    assert Recognition.objects.filter(enrolment__commune__slug="ky-tay").exists()


def test_it_refuses_outside_demo_mode(settings):
    settings.DEMO_MODE = False

    with pytest.raises(CommandError):
        call_command("load_demo")

    assert not User.objects.exists()


def test_it_refuses_a_day_after_the_demo_day():
    with pytest.raises(CommandError, match="15/09/2020"):
        call_command("load_demo", until=dt.date(2020, 9, 16))

    assert not Criterion.objects.exists()


def test_every_account_signs_in_and_is_printed(client, loaded):
    assert len(ACCOUNTS) == User.objects.count() == 13
    for account in ACCOUNTS:
        user = User.objects.get(username=account.username)
        assert client.login(username=account.username, password=settings.DEMO_PASSWORD)
        assert account.username in loaded
        assert not user.must_change_password
        assert user.person.organisation
        assert user.is_staff == (account.username == "quantri")
        assert user.memberships.valid_on(clock.today()).count() == (not user.is_staff)
