"""A word on a claim undone within ten minutes, by who gave it (rule 11b)."""

import datetime as dt

import pytest
from django.core.management import call_command

from accounts.models import Notice, User
from criteria.assessments import actions as assessment_actions
from criteria.claims import queries as claim_queries
from criteria.models import Assessment, Claim, ClaimDecision, Round, RoundReturn
from criteria.progress.moment import Moment
from meetings.models import WorkingSession
from nrm_tracker import clock
from tests.criteria.claims.deeds import CELL, give_back, indicator, save, say, send
from tests.factories import finding
from tests.pages import Page, as_person, demo_cell, demo_for_the_module

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module", autouse=True)
def demo(django_db_setup, django_db_blocker):
    with demo_for_the_module(django_db_blocker):
        yield


@pytest.fixture
def sent():
    send()
    Notice.objects.all().delete()
    return Claim.objects.get()


def bhxh_says(claim, verdict="met", **more):
    return say("bhxh", claim, **{f"verdict_{indicator('15.1').pk}": verdict}, **more)


@pytest.fixture
def settled(sent):
    """Both agencies spoke; the word of the second settled it."""
    bhxh_says(sent)
    say("phong-yte", sent, verdict="met")
    return Claim.objects.get()


def undo(username, claim):
    return as_person(username).post(f"/claims/{claim.pk}/undo/", follow=True)


def told(answer):
    (said,) = answer.context["messages"]
    return str(said)


def buttons(username):
    return Page(as_person(username).get(CELL)).find("form", action=True, method="post")


def may_undo(username, claim):
    return any(form["action"] == f"/claims/{claim.pk}/undo/" for form in buttons(username))


def test_the_message_has_the_button(sent):
    client = as_person("phong-yte")

    client.post(f"/claims/{sent.pk}/word/", {"seen": "0", "reason": "", "verdict": "met"})
    page = Page(client.get(CELL))

    (message,) = page.find("div", role="status")
    at = ClaimDecision.objects.get().at
    until = clock.local(at + dt.timedelta(minutes=10))
    assert f"Hoàn tác được đến {until:%H:%M}." in message.text
    assert any(form["action"] == f"/claims/{sent.pk}/undo/" for form in page.find("form"))


def test_a_settled_claim_waits_again_and_its_finding_is_voided(settled):
    assert demo_cell("ky-lac", 15).result == "met"
    assert may_undo("phong-yte", settled)
    assert not may_undo("bhxh", settled)

    answer = undo("phong-yte", settled)

    assert told(answer).startswith("Đã hoàn tác, đề nghị lại chờ thẩm tra: ")
    claim = Claim.objects.get()
    assert (claim.state, claim.outcome, claim.closed_at, claim.closed_by) == (
        "submitted", None, None, None
    )  # fmt: skip
    assert demo_cell("ky-lac", 15).result == "not_met"
    voiding = Assessment.objects.latest("pk")
    assert (voiding.voids, voiding.corrects.result, voiding.reason) == (True, "met", "Đã hoàn tác")
    call_command("check_progress")
    assert not may_undo("phong-yte", settled)


def test_the_words_before_it_count_and_the_undone_one_is_given_anew(settled):
    undo("phong-yte", settled)

    assert claim_queries.with_words(Claim.objects.all(), Moment(clock.today()))[0].words[0].agency
    assert say("phong-yte", settled, verdict="nearly", reason="Thiếu").status_code == 302
    assert Claim.objects.get().outcome.result == "nearly"


def test_history_keeps_the_word_and_its_undoing(settled):
    undo("phong-yte", settled)

    page = as_person("quansat").get(f"{CELL}history/")

    word, undone = ClaimDecision.objects.order_by("pk")[1:]
    assert (undone.undoes, undone.verdict) == (word, "met")
    assert "Hoàn tác ý kiến về đề nghị" in page.text
    (standing,) = claim_queries.with_words(Claim.objects.all(), Moment(clock.today()))
    assert [one.agency for one in standing.words] == ["Bảo hiểm xã hội huyện"]


def test_a_return_is_undone(sent):
    give_back("phong-yte", sent)
    assert Notice.objects.filter(text__contains="Thiếu biên bản cân đo").count() == 2

    assert may_undo("phong-yte", sent)
    undo("phong-yte", sent)

    assert Claim.objects.get().is_waiting
    assert "Thiếu biên bản cân đo" not in as_person("kylac").get(CELL).text
    assert not Notice.objects.exists()
    enrolment = demo_cell("ky-lac", 15).enrolment
    standing = claim_queries.standing_of(enrolment, Moment(clock.today()))[15]
    assert (standing.is_waiting, standing.spoken, standing.to_add) == (True, set(), "")


def test_a_word_that_settled_nothing_is_undone(sent):
    bhxh_says(sent)

    undo("bhxh", sent)

    assert Claim.objects.get().is_waiting
    say("phong-yte", sent, verdict="met")
    assert Claim.objects.get().is_waiting
    bhxh_says(sent)
    assert Claim.objects.get().state == "decided"


def test_an_agency_that_undid_its_word_has_it_to_give_again(sent):
    bhxh_says(sent)
    waiting = as_person("bhxh").get("/me/").text
    assert f"{CELL}?" not in waiting

    undo("bhxh", sent)

    assert f"{CELL}?" in as_person("bhxh").get("/me/").text


def test_who_read_of_it_is_told_that_it_was_undone(settled):
    Notice.objects.filter(user__username="kylac").update(read_at=clock.now())

    undo("phong-yte", settled)

    of_the_second = Notice.objects.filter(text__contains="hoàn tác")
    assert [notice.user.username for notice in of_the_second] == ["kylac"]
    assert of_the_second[0].text.endswith(
        ": ý kiến về đề nghị đã được hoàn tác; đề nghị lại chờ thẩm tra."
    )


def test_another_word_since_is_told(sent):
    bhxh_says(sent)
    say("phong-yte", sent, verdict="met")

    said = told(undo("bhxh", sent))

    word = ClaimDecision.objects.latest("pk")
    assert said == (
        f"Không hoàn tác được nữa: {word.by} đã làm tiếp lúc {clock.local(word.at):%H:%M}"
        " (cho ý kiến về đề nghị)."
    )
    assert Claim.objects.get().state == "decided"


def test_a_later_entry_since_is_told(settled):
    by = User.objects.get(username="lanhdao")
    assessment_actions.assess(
        demo_cell("ky-lac", 15), finding("nearly", clock.today(), reason="Đo lại"), by=by
    )

    assert f": {by} đã làm tiếp lúc" in told(undo("phong-yte", settled))
    assert demo_cell("ky-lac", 15).result == "nearly"


def test_a_draft_begun_since_is_told_without_what_it_says(sent):
    give_back("phong-yte", sent)
    save(explanation="Đang bổ sung", version="0")

    said = told(undo("phong-yte", sent))

    assert "(đang lập đề nghị mới)" in said
    assert "Đang bổ sung" not in said
    assert Claim.objects.filter(state="returned").exists()


def test_a_withdrawal_since_is_told(sent):
    bhxh_says(sent)
    as_person("kylac").post(f"/claims/{sent.pk}/withdraw/")

    assert "đã làm tiếp lúc" in told(undo("bhxh", sent))
    assert not ClaimDecision.objects.exclude(undoes=None).exists()


def test_a_round_closed_since_keeps_it(settled):
    enrolment, by = settled.status.enrolment, User.objects.get(username="dieuphoi")
    found = Round.objects.create(
        area=enrolment.commune.area,
        number=9,
        name="Quý III",
        opens_on=clock.today(),
        closes_on=clock.today(),
        opened_by=by,
        closed_at=clock.now(),
        closed_by=by,
    )
    RoundReturn.objects.create(round=found, enrolment=enrolment)

    assert told(undo("phong-yte", settled)) == (
        "Không hoàn tác được nữa: đợt rà soát đã kết thúc lúc"
        f" {clock.local(found.closed_at):%H:%M} (Quý III)."
    )


def test_minutes_published_since_keep_it(settled):
    session = WorkingSession.objects.filter(communes__slug="ky-lac").first()
    session.state, session.published_at = "published", clock.now()
    session.save()

    assert "biên bản đã ban hành lúc" in told(undo("phong-yte", settled))
    assert Claim.objects.get().state == "decided"


def test_after_ten_minutes_it_is_refused(settled, monkeypatch):
    now = clock.now()
    monkeypatch.setattr(clock, "now", lambda: now + dt.timedelta(minutes=11))

    assert not may_undo("phong-yte", settled)
    assert told(undo("phong-yte", settled)).startswith("Chỉ hoàn tác được trong 10 phút")
    assert Claim.objects.get().state == "decided"


def test_twice_is_said(settled):
    undo("phong-yte", settled)

    assert told(undo("phong-yte", settled)) == "Nội dung này đã được hoàn tác trước đó."


def test_nobody_else_undoes_it(settled):
    for username in ("lanhdao", "kylac", "quansat", "phong-tnmt"):
        assert undo(username, settled).status_code == 403
