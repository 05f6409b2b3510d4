"""Letters with a link to a password: sent after the answer, once, and what the link does."""

import datetime as dt
import re
import smtplib

import pytest
from axes.models import AccessAttempt
from django.contrib.admin.models import LogEntry
from django.contrib.auth.hashers import MD5PasswordHasher
from django.core import mail
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from accounts.letters import actions, sending
from accounts.models import PasswordLetter, Role, User
from nrm_tracker import clock, slots
from tests.factories import make_area, make_user
from tests.mail_server import raising
from tests.pages import PASSWORD, Page, sign_in

FORGOTTEN, SENT = reverse("accounts:forgotten"), reverse("accounts:forgotten-sent")
LIST, INVITE = reverse("accounts:first-passwords"), reverse("accounts:invite")
NEW = "mot-mat-khau-khac-7"
State, Kind = PasswordLetter.State, PasswordLetter.Kind
CONSOLE = "django.core.mail.backends.console.EmailBackend"
pytestmark = pytest.mark.django_db


@pytest.fixture
def tam():
    return person("tam")


def person(username, email="", **kwargs):
    user = make_user(username=username, **kwargs)
    user.email = email or f"{username}@nrm.example"
    user.save()
    return user


def ask(client, name):
    return client.post(FORGOTTEN, {"name": name})


def link_in(letter):
    return re.search(r"https?://[^/]+(/accounts/link/\S+)", letter.body)[1]


def choose(client, link, new=NEW, again=None):
    return client.post(link, {"new_password1": new, "new_password2": again or new})


@pytest.mark.parametrize("name", ["tam", "TAM", "tam@nrm.example", "Tam@NRM.example"])
def test_a_forgotten_password_is_chosen_anew(client, settings, tam, name):
    settings.SITE_URL = "https://nrm.example"
    old = Client()
    sign_in(old, tam)
    assert ask(client, name).url == SENT

    (letter,) = mail.outbox
    assert letter.to == [tam.email]
    assert "https://nrm.example/accounts/link/" in letter.body
    assert tam.username in letter.body
    link = link_in(letter)
    assert "no-store" in client.get(link)["Cache-Control"]
    assert choose(client, link).url == reverse("accounts:login")

    tam.refresh_from_db()
    assert tam.check_password(NEW)
    assert old.get(reverse("accounts:devices")).status_code == 302
    assert LogEntry.objects.get().object_id == str(tam.pk)
    assert sign_in(client, tam, NEW).status_code == 302


def test_a_link_works_once(client, tam):
    ask(client, "tam")
    link = link_in(mail.outbox[0])
    choose(client, link)

    assert client.get(link).status_code == 410
    assert choose(Client(), link, "mot-mat-khau-khac-8").status_code == 410
    tam.refresh_from_db()
    assert tam.check_password(NEW)


def test_of_two_who_use_a_link_at_once_one_counts(tam):
    token = sending.default_token_generator.make_token(tam)
    second = User.objects.get(pk=tam.pk)
    for account, new in ((tam, NEW), (second, "mot-mat-khau-khac-8")):
        account.set_password(new)

    actions.choose_password(tam, token)
    with pytest.raises(actions.Conflict):
        actions.choose_password(second, token)

    assert User.objects.get(pk=tam.pk).check_password(NEW)


def test_an_old_link_is_over(client, settings, tam):
    ask(client, "tam")
    settings.PASSWORD_RESET_TIMEOUT = -1

    response = client.get(link_in(mail.outbox[0]))

    assert response.status_code == 410
    assert FORGOTTEN in response.text


@pytest.mark.parametrize("uid", ["MQ", "x", "LTE", "MA", "OTk5OTk5OTk5OTk5OTk5OTk5OTk5", "4pGg"])
def test_a_link_of_nobody_is_over(client, uid):
    assert client.get(reverse("accounts:link", args=[uid, "a-b"])).status_code == 410


def test_a_locked_account_is_not_opened_by_a_link(client, tam):
    ask(client, "tam")
    User.objects.filter(pk=tam.pk).update(is_active=False)

    assert client.get(link_in(mail.outbox[0])).status_code == 410
    ask(client, "tam")
    assert len(mail.outbox) == 1


def test_a_lock_out_ends_with_the_new_password(client, settings, tam):
    settings.AXES_ENABLED = True
    for _attempt in range(5):
        sign_in(client, tam, "sai-mat-khau")
    assert sign_in(client, tam).status_code == 429
    assert FORGOTTEN in sign_in(client, tam).text

    ask(client, "tam")
    choose(client, link_in(mail.outbox[0]))

    assert not AccessAttempt.objects.exists()
    assert sign_in(client, tam, NEW).status_code == 302


@pytest.mark.parametrize(
    ("new", "again", "field"),
    [
        ("ngan", "ngan", "new_password2"),
        (NEW, "khac-hoan-toan", "new_password2"),
        ("1234567890123", "1234567890123", "new_password2"),
    ],
)
def test_a_bad_password_is_refused_beside_it(client, tam, new, again, field):
    ask(client, "tam")
    link = link_in(mail.outbox[0])

    response = choose(client, link, new, again)

    assert list(response.context["form"].errors) == [field]
    assert choose(client, link).status_code == 302


def test_who_gets_no_turn_is_told_and_may_try_again(client, tam, monkeypatch):
    ask(client, "tam")
    link = link_in(mail.outbox[0])

    with monkeypatch.context() as patch:
        patch.setattr(MD5PasswordHasher, "encode", raising(slots.Busy("password")))
        response = choose(client, link)

    assert response.context["form"].non_field_errors() == [str(slots.BUSY)]
    assert choose(client, link).status_code == 302


def test_nobody_is_told_whether_there_is_an_account(client, tam):
    make_user(username="khong-thu")
    answers = [ask(Client(), name) for name in ("tam", "khong-co", "khong-thu", "x@nrm.example")]

    assert {answer.url for answer in answers} == {SENT}
    assert [letter.to for letter in mail.outbox] == [[tam.email]]
    assert client.get(SENT).status_code == 200


def test_a_letter_goes_out_after_the_answer(tam):
    actions.ask_for_link("tam", asked_from=None)
    answer = sending.ThenSend("/")
    assert mail.outbox == []

    answer.close()

    assert len(mail.outbox) == 1


def test_what_fails_after_the_answer_is_noted_in_the_log(tam, monkeypatch, caplog):
    monkeypatch.setattr(sending, "send_due", raising(RuntimeError("x")))

    sending.ThenSend("/").close()

    assert "could not be sent" in caplog.text


def test_letters_are_not_asked_for_without_end(client, settings, tam):
    for _n in range(5):
        assert ask(Client(), "tam").url == SENT
    assert len(mail.outbox) == actions.MOST_AN_HOUR

    settings.ADDRESS_FAILURE_LIMIT = actions.MOST_AN_HOUR
    person("tu")
    ask(Client(), "tu")
    assert len(mail.outbox) == actions.MOST_AN_HOUR

    earlier = clock.now() - dt.timedelta(hours=2)
    PasswordLetter.objects.update(asked_at=earlier)
    ask(Client(), "tu")
    assert len(mail.outbox) == actions.MOST_AN_HOUR + 1


def test_a_mailbox_of_several_gets_a_letter_for_each(client):
    person("mot", "chung@nrm.example")
    person("hai", "chung@nrm.example")

    ask(client, "chung@nrm.example")

    assert {re.search(r": (mot|hai)\n", one.body)[1] for one in mail.outbox} == {"mot", "hai"}


@pytest.mark.parametrize("name", ["", "x" * 300, "a\x00b"])
def test_a_name_that_is_none_is_refused(client, name):
    response = ask(client, name)

    assert list(response.context["form"].errors) == ["name"]


def test_without_a_mail_server_the_page_says_whom_to_ask(client, settings, tam):
    settings.EMAIL_BACKEND, settings.COORDINATOR_PHONE = CONSOLE, "0239 123 456"

    for response in (client.get(FORGOTTEN), ask(client, "tam")):
        assert response.status_code == 200
        assert "0239 123 456" in response.text
        assert not Page(response).find("input", name="name")
    assert not PasswordLetter.objects.exists()


def test_the_sign_in_leads_there(client):
    assert FORGOTTEN in Page(client.get(reverse("accounts:login"))).links


# How they are sent


def states():
    return dict(PasswordLetter.objects.values_list("user__username", "state"))


def asked(*people):
    for user in people:
        actions.ask_for_link(user.username, asked_from=None)


def test_a_letter_is_sent_once(server, tam):
    asked(tam)

    assert sending.send_due() == (1, [])
    assert sending.send_due() == (0, [])
    assert states() == {"tam": State.SENT}


def test_of_two_who_send_one_claims(server, tam):
    asked(tam)
    letter = PasswordLetter.objects.get()
    PasswordLetter.objects.update(state=State.SENDING)

    assert sending._send(letter.pk, None) is None
    assert mail.outbox == []


def test_what_was_refused_is_tried_again_and_stops_nobody_else(server, tam):
    error = smtplib.SMTPDataError(554, b"no")
    asked(tam, person("tu"))
    server(on_send=lambda messages: messages[0].to == [tam.email] and raising(error)())

    assert sending.send_due() == (1, [(tam, str(error))])
    assert states() == {"tam": State.FAILED, "tu": State.SENT}
    server()
    assert sending.send_due() == (1, [])


def test_where_the_server_fell_silent_it_is_not_sent_again(server, tam):
    asked(tam)
    server(on_send=raising(TimeoutError("timed out")))
    assert sending.send_due() == (0, [(tam, "timed out")])

    server()
    assert sending.send_due() == (0, [])
    assert states() == {"tam": State.SENDING}


def test_a_server_that_does_not_answer_keeps_all_waiting(server, tam):
    asked(tam, person("tu"))
    server(on_open=raising(ConnectionRefusedError("no")))
    assert sending.send_due() == (0, [])
    assert set(states().values()) == {State.WAITING}

    server()
    assert sending.send_due() == (2, [])


def test_letters_wait_for_the_next_run_where_time_is_up(server, tam):
    asked(tam, person("tu"))

    assert sending.send_due(1e-9)[0] == 0
    call_command("send_digests")
    assert set(states().values()) == {State.SENT}


def test_what_waited_too_long_is_not_sent(server, tam):
    asked(tam)
    PasswordLetter.objects.update(asked_at=clock.now() - dt.timedelta(days=3))

    assert sending.send_due() == (0, [])


# Invitations


@pytest.fixture
def office():
    client = Client()
    client.force_login(make_user(username="dieuphoi", role=Role.COORDINATOR, area=make_area()))
    return client


@pytest.fixture
def newcomer():
    user = person("moi", role=Role.OBSERVER, area=make_area())
    user.set_unusable_password()
    user.must_change_password = True
    user.save()
    return user


def test_a_newcomer_is_invited_and_chooses_a_password(office, newcomer):
    assert office.post(INVITE, {"who": [newcomer.pk]}).url == LIST

    (letter,) = mail.outbox
    assert letter.to == [newcomer.email]
    assert "15/09/2020" in office.get(LIST).text
    theirs = Client()
    assert choose(theirs, link_in(letter)).status_code == 302
    assert sign_in(theirs, newcomer, NEW).status_code == 302
    assert theirs.get(reverse("accounts:devices")).status_code == 200
    assert str(newcomer.pk) not in {
        one["value"] for one in Page(office.get(LIST)).find("input", name="who")
    }


def test_a_link_opens_where_somebody_else_must_change_a_password(office, newcomer):
    office.post(INVITE, {"who": [newcomer.pk]})
    other = make_user()
    User.objects.filter(pk=other.pk).update(must_change_password=True)
    theirs = Client()
    theirs.force_login(other)

    assert theirs.get(link_in(mail.outbox[0])).status_code == 200


def test_a_slip_ends_the_link_of_an_invitation(office, newcomer):
    office.post(INVITE, {"who": [newcomer.pk]})
    office.post(reverse("accounts:slips"), {"who": [newcomer.pk]})

    assert Client().get(link_in(mail.outbox[0])).status_code == 410


def test_who_has_no_address_is_named(office, newcomer):
    User.objects.filter(pk=newcomer.pk).update(email="")

    response = office.post(INVITE, {"who": [newcomer.pk]})

    assert newcomer.full_name in response.context["form"].errors["who"][0]
    assert not PasswordLetter.objects.exists()


def test_a_refused_invitation_is_told_on_the_list(server, office, newcomer):
    server(on_send=raising(ValueError("no address of anybody")))
    office.post(INVITE, {"who": [newcomer.pk]})

    assert "no address of anybody" in office.get(LIST).text


def test_without_a_mail_server_nobody_is_invited(office, newcomer, settings):
    settings.EMAIL_BACKEND = CONSOLE

    assert INVITE not in office.get(LIST).text
    assert office.post(INVITE, {"who": [newcomer.pk]}).status_code == 403


def test_an_old_password_still_signs_in_until_another_is_chosen(client, tam):
    ask(client, "tam")

    assert sign_in(client, tam, PASSWORD).status_code == 302
