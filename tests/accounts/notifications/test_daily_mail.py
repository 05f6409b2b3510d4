"""The e-mail of a day against servers that refuse, fall silent or are slow: never twice."""

import datetime as dt
import smtplib
import threading

import pytest
from django.core import mail
from django.db import connection

from accounts.models import DailyMail, Notice
from accounts.notifications.notices import tell
from dashboards.inbox import digest
from nrm_tracker import settings as environment
from tests.factories import make_user
from tests.mail_server import raising

pytestmark = pytest.mark.django_db
TODAY, TOMORROW = dt.date(2020, 9, 15), "2020-09-16"
State = DailyMail.State


@pytest.fixture
def tam():
    return told("tam")


def told(username):
    """Somebody with an address, whom something concerns."""
    person = make_user(username=username)
    person.email = f"{username}@nrm.example"
    person.save()
    tell([person], f"Cho {username}", "/me/")
    return person


def states():
    return dict(DailyMail.objects.values_list("user__username", "state"))


def test_a_server_may_not_be_silent_for_long():
    assert 0 < environment.EMAIL_TIMEOUT <= 60


def test_what_came_of_it_is_noted(server, tam):
    assert digest.send_all() == (1, [])
    assert digest.send_all() == (0, [])

    row = DailyMail.objects.get()
    assert (row.user, row.day, row.state, row.reason) == (tam, TODAY, State.SENT, "")
    assert Notice.objects.get().mailed_on == TODAY


@pytest.mark.parametrize(
    "error",
    [
        smtplib.SMTPRecipientsRefused({"tam@nrm.example": (550, b"unknown")}),
        smtplib.SMTPDataError(554, b"no"),
        ValueError("not an address"),
    ],
)
def test_what_was_refused_is_tried_again_and_stops_nobody_else(server, tam, error):
    told("tu")

    def refuse_tam(messages):
        if messages[0].to == [tam.email]:
            raise error

    server(on_send=refuse_tam)
    assert digest.send_all() == (1, [(tam, str(error))])
    assert states() == {"tam": State.FAILED, "tu": State.SENT}
    assert Notice.objects.get(user=tam).mailed_on is None

    server()
    assert digest.send_all() == (1, [])
    assert states() == {"tam": State.SENT, "tu": State.SENT}
    assert sorted(letter.to[0] for letter in mail.outbox) == [tam.email, "tu@nrm.example"]


@pytest.mark.parametrize("error", [TimeoutError("timed out"), smtplib.SMTPServerDisconnected("x")])
def test_where_the_server_fell_silent_it_is_not_sent_again(server, settings, tam, error):
    server(on_send=raising(error))
    assert digest.send_all() == (0, [(tam, str(error))])

    server()
    assert digest.send_all() == (0, [])
    assert states() == {"tam": State.SENDING}
    assert mail.outbox == []

    settings.DEMO_DAY = TOMORROW
    assert digest.send_all() == (1, [])
    assert "Cho tam" in mail.outbox[0].body


def test_what_was_ended_on_the_way_is_not_sent_again(server, settings, tam):
    server(on_send=raising(KeyboardInterrupt()))
    with pytest.raises(KeyboardInterrupt):
        digest.send_all()

    server()
    assert digest.send_all() == (0, [])
    assert states() == {"tam": State.SENDING}

    settings.DEMO_DAY = TOMORROW
    assert digest.send_all() == (1, [])


def test_a_server_that_nobody_reaches_is_asked_once_and_all_wait(server, tam):
    told("tu")
    asked = []

    def unreachable():
        asked.append(True)
        raise ConnectionRefusedError("refused")

    server(on_open=unreachable)
    sent, failed = digest.send_all()
    assert (sent, len(failed), len(asked)) == (0, 1, 1)
    assert states() == {}

    server()
    assert digest.send_all() == (2, [])


def test_of_two_that_run_at_once_the_second_finds_it_claimed(server, tam):
    """The second comes while the first has written its letter, and while it hands it over."""
    seen = []

    def second(*_args):
        server()
        seen.append(digest.send_all())

    server(on_send=second)
    assert digest.send_all() == (1, [])
    assert seen == [(0, [])]

    told("tu")
    server(on_open=second)
    assert digest.send_all() == (0, [])
    assert seen == [(0, []), (1, [])]
    assert len(mail.outbox) == 2


@pytest.mark.django_db(transaction=True)
def test_it_goes_out_after_the_transaction(server, tam):
    within = []
    server(on_send=lambda messages: within.append(connection.in_atomic_block))

    digest.send_all()

    assert within == [False]


@pytest.mark.django_db(transaction=True)
def test_two_servers_at_once_send_one(server):
    people = [told(f"nguoi-thu-{number}") for number in range(5)]
    ready = threading.Barrier(2, timeout=30)
    results = []

    def send():
        try:
            ready.wait()
            results.append(digest.send_all())
        finally:
            connection.close()

    threads = [threading.Thread(target=send) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sum(sent for sent, _failed in results) == len(people)
    assert sorted(letter.to[0] for letter in mail.outbox) == [one.email for one in people]
    assert set(states().values()) == {State.SENT}
