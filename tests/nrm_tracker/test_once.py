"""A form that is sent twice is done once; what only looks alike is done as often as it was sent."""

import datetime as dt
import io
import threading
from contextlib import contextmanager

import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.db import connection
from django.http import QueryDict
from django.test import Client
from django.utils.translation import gettext as _

from accounts.area_accounts import views as area_accounts
from accounts.models import Role
from accounts.sign_in import views as sign_in
from criteria.followup import actions as followup_actions
from criteria.models import Assessment, Charge, Claim, Comment, Difficulty, Evidence
from meetings.models import Addendum, SessionFile, Task, TaskUpdate, Visit, WorkingSession
from nrm_tracker import once, revision, slots
from nrm_tracker.models import StoredFile, Submission
from tests import files
from tests.factories import (
    cell,
    make_agency,
    make_enrolment,
    make_entry,
    make_made,
    make_session,
    make_task,
    make_user,
)
from tests.pages import PASSWORD, Page

pytestmark = pytest.mark.django_db
COMMENT = "/communes/ky-lac/criteria/1/comments/new/"
DIFFICULTY = "/communes/ky-lac/difficulties/new/"
A_FILE = "a file"
# Where a form is drawn that is sent elsewhere.
PAGES = {"/tasks/bulk/": "/tasks/"}
STATED = {"cause": "Thiếu vốn", "asked_of": "district", "stated_on": "10/09/2020"}


@pytest.fixture
def run():
    return make_enrolment()


@pytest.fixture
def leader(client, run):
    user = make_user(role=Role.LEADER, area=run.commune.area)
    client.force_login(user)
    return user


@pytest.fixture
def office(client, run):
    user = make_user(role=Role.COORDINATOR, area=run.commune.area)
    client.force_login(user)
    return user


def token_of(client, address):
    """What the form of a page carries, as it was drawn this time."""
    return Page(client.get(address)).find("input", name="csrfmiddlewaretoken")[0]["value"]


def drawn(client, address, **typed):
    """A form as its page draws it, filled in."""
    return {"csrfmiddlewaretoken": token_of(client, address), **typed}


def said(client, response):
    return [
        message.text
        for message in Page(client.get(response["Location"])).elements
        if "msg" in message.classes
    ]


def test_the_second_gets_the_answer_of_the_first(client, run, office):
    sent = drawn(client, DIFFICULTY, **STATED)

    first, second = (client.post(DIFFICULTY, sent) for _time in range(2))
    told = said(client, second)

    assert Difficulty.objects.count() == 1
    assert first["Location"] == second["Location"]
    place = _("Difficulty stated: %(place)s.") % {"place": run.commune.full_name}
    assert place in " ".join(told)


def test_what_was_mended_after_going_back_is_another(client, run, leader):
    sent = drawn(client, COMMENT, text="Cần làm rõ")

    for text in ("Cần làm rõ", "Cần làm rõ hơn"):
        client.post(COMMENT, sent | {"text": text})

    assert Comment.objects.count() == 2


def test_what_was_sent_before_something_else_may_be_sent_again(client, run, leader):
    """Only the newest of a load is known: the second click on it, not the way back to another."""
    sent = drawn(client, COMMENT, text="Cần làm rõ")

    for text in ("A", "B", "B", "A", "A"):
        client.post(COMMENT, sent | {"text": text})

    assert [one.text for one in Comment.objects.order_by("pk")] == ["A", "B", "A"]
    assert Submission.objects.count() == 1


def test_what_is_only_carried_along_is_no_sending(client, run):
    client.force_login(make_user(role=Role.COMMUNE_LEADER, commune=run.commune))
    address = "/communes/ky-lac/criteria/2/claim/"
    sent = drawn(client, address, attach="")

    for text in ("Một", "Hai", "Một"):
        answer = client.post(address, sent | {"explanation": text})

    assert "/evidence/new/" in answer["Location"]
    (kept,) = client.session["carried"].values()
    assert QueryDict(kept)["explanation"] == "Một"
    assert not Submission.objects.exists()


def test_two_loads_of_a_kept_page_are_two(client, run, leader, settings):
    memory = {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "once"}
    settings.CACHES = {**settings.CACHES, "pages": memory}
    page = "/communes/ky-lac/criteria/1/"

    forms = [drawn(client, page, text="Đề nghị bổ sung") for _load in range(2)]
    for form in forms:
        client.post(COMMENT, form)

    assert Comment.objects.count() == 2


def test_two_addresses_and_two_people_are_two(client, run, leader):
    sent = drawn(client, COMMENT, text="Cần làm rõ")
    other = Client()
    other.force_login(make_user(role=Role.LEADER, area=run.commune.area))

    client.post(COMMENT, sent)
    client.post(COMMENT.replace("/1/", "/2/"), sent)
    other.post(COMMENT, sent)

    assert Comment.objects.count() == 3


def test_without_a_page_nothing_tells_two_apart(client, run, leader):
    """A script sends the secret of its cookie, which is the same each time."""
    for token in ("", "x" * 32):
        for _time in range(2):
            client.post(COMMENT, {"csrfmiddlewaretoken": token, "text": "Cần làm rõ"})

    assert Comment.objects.count() == 4
    assert not Submission.objects.exists()


def test_files_are_told_apart_by_what_is_in_them(client, run, leader):
    session = make_session(communes=[run.commune])
    address = f"/sessions/{session.pk}/files/new/"
    sent = drawn(client, address, kind="report", caption="Báo cáo")

    for text in ("a", "b", "b"):
        client.post(address, sent | {"file": files.pdf(text=text)})

    assert SessionFile.objects.count() == StoredFile.objects.count() == 2


def test_what_was_refused_may_be_sent_again_as_it_was(client, run, leader, monkeypatch):
    sent = drawn(client, COMMENT, text="Cần làm rõ")

    def refuse(*args, **kwargs):
        raise ValidationError({"text": "Chưa được"})

    with monkeypatch.context() as patch:
        patch.setattr(followup_actions, "comment", refuse)
        assert client.post(COMMENT, sent).status_code == 200
    assert not Submission.objects.exists()

    assert client.post(COMMENT, sent).status_code == 302
    assert Comment.objects.count() == 1


def test_what_was_refused_leaves_known_what_was_done(client, run, leader, monkeypatch):
    sent = drawn(client, COMMENT, text="Cần làm rõ")
    client.post(COMMENT, sent)

    def refuse(*args, **kwargs):
        raise ValidationError({"text": "Chưa được"})

    with monkeypatch.context() as patch:
        patch.setattr(followup_actions, "comment", refuse)
        assert client.post(COMMENT, sent | {"text": "Khác"}).status_code == 200
    client.post(COMMENT, sent)

    assert Comment.objects.count() == 1


@pytest.fixture
def looks_too_early(monkeypatch):
    """The first look of a sending finds nothing: the same one is done a moment later."""
    look, looked = once.Sending.first, set()

    def late(sending):
        if sending in looked:
            return look(sending)
        looked.add(sending)
        return None

    monkeypatch.setattr(once.Sending, "first", late)


def test_who_finds_done_what_the_first_did_gets_its_answer(client, run, office, looks_too_early):
    """There is nothing any more to delete, to change or to be in charge of."""
    draft = make_session(communes=[run.commune], by=office)
    charge = {"full_name": "Lê Thị Hà", "position": "Phó Chủ tịch", "from_on": "01/09/2020"}
    for address, typed in (
        (f"/sessions/{draft.pk}/delete/", {}),
        (DIFFICULTY, STATED),
        ("/communes/ky-lac/charges/new/", charge),
    ):
        sent = drawn(client, address, **typed)

        first, second = (client.post(address, sent) for _time in range(2))

        assert (first.status_code, second.status_code) == (302, 302)
        assert first["Location"] == second["Location"]

    assert not WorkingSession.objects.exists()
    assert Difficulty.objects.count() == Charge.objects.count() == 1


def test_what_broke_may_be_sent_again(client, run, leader, monkeypatch):
    sent = drawn(client, COMMENT, text="Cần làm rõ")

    def end(*args, **kwargs):
        raise OSError("ended")

    with monkeypatch.context() as patch:
        patch.setattr(followup_actions, "comment", end)
        with pytest.raises(OSError, match="ended"):
            client.post(COMMENT, sent)

    client.post(COMMENT, sent)
    assert Comment.objects.count() == 1


def test_who_comes_back_later_is_told_that_nothing_was_recorded(client, run, office):
    sent = drawn(client, DIFFICULTY, **STATED)
    client.post(DIFFICULTY, sent)
    Page(client.get("/"))
    sent_at = Submission.objects.get().made_at - once.AT_ONCE
    Submission.objects.update(made_at=sent_at)

    told = said(client, client.post(DIFFICULTY, sent))

    assert Difficulty.objects.count() == 1
    assert _("This form was sent before. Nothing was recorded a second time.") in told


def test_keys_go_with_the_daily_mails(client, run, leader):
    old, young = (drawn(client, COMMENT, text=text) for text in ("cũ", "mới"))
    client.post(COMMENT, old)
    Submission.objects.update(made_at=Submission.objects.get().made_at - dt.timedelta(days=3))
    client.post(COMMENT, young)

    call_command("send_digests", stdout=io.StringIO())

    assert Submission.objects.count() == 1
    client.post(COMMENT, young)
    assert Comment.objects.count() == 2


def test_a_message_of_before_is_not_kept_with_the_answer(client, run, office):
    for text in ("một", "hai"):
        client.post(DIFFICULTY, drawn(client, DIFFICULTY, **STATED) | {"cause": text})

    assert [len(one.said) for one in Submission.objects.all()] == [1, 1]


# What takes long


@pytest.fixture
def heavy(monkeypatch):
    """By name the work that takes turns, and whether somebody else could write meanwhile."""
    worked, take = {}, slots.turn

    @contextmanager
    def turn(name):
        other = threading.Thread(target=write)
        other.start()
        other.join(timeout=5)
        free = not other.is_alive() and not connection.in_atomic_block
        worked[name] = worked.get(name, True) and free
        with take(name):
            yield

    def write():
        try:
            revision.bump()
        finally:
            connection.close()

    monkeypatch.setattr(slots, "turn", turn)
    return worked


@pytest.mark.django_db(transaction=True)
def test_others_write_while_files_are_looked_at(client, run, office, heavy):
    address = "/communes/ky-lac/criteria/1/evidence/new/"
    sent = drawn(client, address, criteria=["1"], new_files=files.picture())

    assert client.post(address, sent).status_code == 302

    assert StoredFile.objects.get().thumbnail
    assert heavy == {"work": True}


@pytest.mark.django_db(transaction=True)
def test_others_write_while_a_workbook_is_read(client, run, office, heavy):
    book = client.get("/communes/ky-lac/sheet.xlsx").content
    address = "/communes/ky-lac/sheet/"
    sent = drawn(client, address, file=files.upload("ky-lac.xlsx", book))

    assert client.post(address, sent).status_code == 200

    assert heavy == {"work": True}


@pytest.mark.django_db(transaction=True)
def test_others_write_while_passwords_wait_for_their_turn(client, office, heavy, settings):
    settings.PASSWORD_HASHERS = ["nrm_tracker.hashers.ArgonInTurn", *settings.PASSWORD_HASHERS]
    address = "/accounts/password/"
    chosen = "duong-gang-mot"
    typed = {"old_password": PASSWORD, "new_password1": chosen, "new_password2": chosen}

    assert client.post(address, drawn(client, address, **typed)).status_code == 302

    office.refresh_from_db()
    assert heavy == {"password": True}
    assert office.check_password(chosen)


# At the same moment


def together(address, *sendings):
    """The answers to what clients send to an address at the same moment."""
    ready, answers = threading.Barrier(len(sendings), timeout=30), []

    def send(client, sent):
        # A file is read by whoever sends it: each sends its own.
        data = {name: files.pdf() if value == A_FILE else value for name, value in sent.items()}
        try:
            ready.wait()
            answers.append(client.post(address, data))
        finally:
            connection.close()

    threads = [threading.Thread(target=send, args=sending) for sending in sendings]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def twice(user, address, typed):
    """The answers to a form that a person sends twice at the same moment."""
    first, second = Client(), Client()
    first.force_login(user)
    second.cookies.update(first.cookies)
    sent = drawn(first, PAGES.get(address, address), **typed)
    return together(address, (first, sent), (second, sent))


@pytest.fixture
def deeds(run):
    """Who sends what where, and the rows that it makes one of."""
    commune, area = run.commune, run.commune.area
    office = make_user(role=Role.COORDINATOR, area=area)
    head = make_user(role=Role.COMMUNE_LEADER, commune=commune)
    agency = make_agency(criteria=[cell(run).criterion])
    officer = make_user(role=Role.AGENCY_OFFICER, agency=agency)
    held = make_session(communes=[commune], by=office, state=WorkingSession.State.HELD)
    entry = make_entry(held, by=office)
    published = make_session(communes=[commune], by=office, state=WorkingSession.State.PUBLISHED)
    visit = make_made(commune, dt.date(2020, 9, 10), by=officer, agency=agency)
    status = cell(run)
    double = make_task(commune=commune, lead_commune=commune, by=office)
    cancelled = {"tasks": double.pk, f"version-{double.pk}": double.version}
    cancelled |= {"deed": "cancel", "note": "Trùng", "sure": "1"}
    task = {
        "title": "Làm rõ đường găng",
        "communes": [commune.pk],
        "lead": "commune",
        "kind": "once",
        "due_on": "31/12/2020",
        "priority": 2,
    }
    call = {
        "version": "0",
        "form": "party",
        "title": "Nghe và cho ý kiến",
        "communes": [commune.pk],
        "held_on": "20/09/2020",
        "chairs": "Trần Văn Chủ",
    }
    found = {"result": "not_met", "basis": "verification", "assessed_on": "15/09/2020"}
    claimed = {"result": "met", "no_evidence_reason": "Lưu tại xã", "version": "0", "send": "1"}
    row = {f"c{status.pk}-result": "nearly", f"c{status.pk}-version": "1", "confirm": "1"}
    going = {
        "commune": "ky-lac",
        "body": f"agency-{agency.pk}",
        "kind": "supervision",
        "planned_on": "20/09/2020",
        "purpose": "Kiểm tra tiến độ",
    }
    papers = {"criteria": ["1"], "new_files": A_FILE}
    return {
        "a session": (office, "/sessions/new/", call, WorkingSession),
        "a task": (office, "/tasks/new/?commune=ky-lac&criterion=1", task, Task),
        "a task of a conclusion": (office, f"/entries/{entry.pk}/tasks/new/", task, Task),
        "a task of a visit": (office, f"/visits/{visit.pk}/tasks/new/", task, Task),
        "many tasks": (office, "/tasks/bulk/", cancelled, TaskUpdate),
        "an addendum": (
            office,
            f"/sessions/{published.pk}/addendum/",
            {"text": "Sửa: 15 thành 16."},
            Addendum,
        ),
        "a paper": (
            office,
            f"/sessions/{held.pk}/files/new/",
            {"kind": "report", "caption": "Báo cáo", "file": A_FILE},
            SessionFile,
        ),
        "evidence": (head, "/communes/ky-lac/criteria/1/evidence/new/", papers, Evidence),
        "a difficulty": (office, DIFFICULTY, STATED, Difficulty),
        "a comment": (office, COMMENT, {"text": "Cần làm rõ"}, Comment),
        "a visit": (officer, "/visits/new/", going, Visit),
        "an assessment": (
            officer,
            "/communes/ky-lac/criteria/1/assess/",
            found | {"version": "0"},
            Assessment,
        ),
        "many assessments": (officer, "/criteria/1/assess/", found | row, Assessment),
        "a claim": (head, "/communes/ky-lac/criteria/2/claim/", claimed, Claim),
    }


@pytest.mark.django_db(transaction=True)
def test_of_two_at_the_same_moment_one_is_done(deeds):
    made, answered = {}, {}
    for name, (user, address, typed, rows) in deeds.items():
        before = rows.objects.count()
        answers = twice(user, address, typed)
        made[name] = rows.objects.count() - before
        answered[name] = {(one.status_code, one.headers.get("Location")) for one in answers}

    assert made == dict.fromkeys(deeds, 1)
    assert {name: len(answers) for name, answers in answered.items()} == dict.fromkeys(deeds, 1)
    assert {status for answers in answered.values() for status, _to in answers} == {302}


@pytest.fixture
def both_read(monkeypatch):
    """`both_read(module, name)`: two requests have read what they need before either goes on."""
    ready = threading.Barrier(2, timeout=30)

    def meet_after(module, name):
        read = getattr(module, name)

        def wait(*args, **kwargs):
            found = read(*args, **kwargs)
            ready.wait()
            return found

        monkeypatch.setattr(module, name, wait)

    return meet_after


def signed_in(*users):
    clients = [Client() for _user in users]
    for client, user in zip(clients, users, strict=True):
        client.force_login(user)
    return clients


@pytest.mark.django_db(transaction=True)
def test_of_two_new_passwords_at_the_same_moment_one_counts(both_read):
    both_read(sign_in, "NewPasswordForm")
    user = make_user()
    chosen = ["duong-gang-mot", "duong-gang-hai"]
    sent = [
        {"old_password": PASSWORD, "new_password1": new, "new_password2": new} for new in chosen
    ]

    answers = together("/accounts/password/", *zip(signed_in(user, user), sent, strict=True))

    assert sorted(one.status_code for one in answers) == [200, 302]
    user.refresh_from_db()
    assert [user.check_password(new) for new in chosen].count(True) == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("second", "refused_count"), [("mot-mat-khau", 0), ("hai-mat-khau", 1)])
def test_of_two_first_passwords_at_the_same_moment_one_counts(
    run, both_read, second, refused_count
):
    both_read(area_accounts, "_others")
    member = make_user(role=Role.COMMUNE_STAFF, commune=run.commune)
    keepers = [make_user(role=Role.COORDINATOR, area=run.commune.area) for _one in range(2)]
    sent = [{"first_password": chosen} for chosen in ("mot-mat-khau", second)]

    answers = together(
        f"/accounts/area/{member.pk}/password/", *zip(signed_in(*keepers), sent, strict=True)
    )

    refusal = _("Somebody gave this account another password at the same moment.")
    assert [refusal in one.content.decode() for one in answers].count(True) == refused_count
