"""The life of a claim on the demo's day: drafted, sent, spoken to, returned, settled (rule 9)."""

import datetime as dt
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Notice, User
from communes.models import Agency
from criteria.assessments import actions as assessment_actions
from criteria.assessments.actions import Finding
from criteria.claims import decisions
from criteria.claims import queries as claim_queries
from criteria.claims.decisions import Word
from criteria.models import (
    Assessment,
    Basis,
    Claim,
    ClaimDecision,
    CriterionStatus,
    DraftValue,
    Level,
    Measurement,
    Result,
)
from criteria.progress import carried
from criteria.progress.moment import Moment
from tests.criteria.claims.deeds import (
    CELL,
    CLAIM,
    give_back,
    indicator,
    prefix,
    save,
    say,
    send,
    typed,
)
from tests.factories import attach_picture, make_agency, make_area
from tests.pages import Page, as_person, demo_cell, demo_for_the_module, read

pytestmark = pytest.mark.django_db
TODAY = dt.date(2020, 9, 15)


@pytest.fixture(scope="module", autouse=True)
def demo(django_db_setup, django_db_blocker):
    with demo_for_the_module(django_db_blocker):
        yield


@pytest.fixture
def status():
    return demo_cell("ky-lac", 15)


def person(username):
    return User.objects.get(username=username)


@pytest.fixture
def sent(status):
    assert send().status_code == 302
    return Claim.objects.get()


# Drafting


def test_a_draft_is_kept_and_nobody_above_sees_it(status):
    response = save(explanation="Đang vận động")

    assert response.status_code == 302
    claim = Claim.objects.get()
    assert (claim.state, claim.drafted_by.username) == ("draft", "canbo-kylac")
    value = DraftValue.objects.get(indicator__code="15.1")
    assert (value.numerator, value.denominator) == (Decimal(3108), Decimal(3397))
    assert round(value.amount, 1) == Decimal("91.5")
    assert not Measurement.objects.exists()
    assert "Đang vận động" in as_person("kylac").get(CELL).text
    for username in ("lanhdao", "dieuphoi", "bhxh", "quansat", "thanhtra", "lamhop"):
        assert "Đang vận động" not in as_person(username).get(CELL).text
    assert as_person("lanhdao").get(f"/claims/{claim.pk}/word/").status_code == 404


def test_a_draft_saved_again_is_the_same_draft(status):
    save()
    save(version="1", explanation="Lần hai")

    claim = Claim.objects.get()
    assert (claim.explanation, claim.version) == ("Lần hai", 2)
    assert DraftValue.objects.count() == 3


def test_two_who_write_the_same_draft(status):
    save(explanation="Lời của người trước")

    response = as_person("kylac").post(CLAIM, typed(explanation="Lời của người sau", keep="1"))

    assert response.status_code == 409
    assert "Lời của người trước" in response.text
    assert "Lời của người sau" in response.text
    again = response.context["form"]["version"].value()
    assert as_person("kylac").post(CLAIM, typed(version=again, keep="1")).status_code == 302


@pytest.mark.parametrize(
    ("code", "field", "text"),
    [
        ("15.1", "numerator", "3.398"),
        ("15.1", "numerator", "-1"),
        ("15.1", "numerator", "abc"),
        ("15.1", "denominator", ""),
        ("15.1", "measured_on", "16/09/2020"),
        ("15.1", "measured_on", "30/11/2016"),
        ("15.1", "measured_on", "hôm qua"),
        ("15.1", "source", "\x00"),
        ("15.2", "yes_no", "maybe"),
        ("15.3", "denominator", "9" * 15),
        ("15.1", "numerator", "1,5"),
        ("15.1", "denominator", "0"),
        ("15.1", "number", "91,5"),
    ],
)
def test_a_value_outside_its_unit_is_said_beside_it_and_kept(status, code, field, text):
    response = save(**{f"{prefix(code)}-{field}": text}, explanation="Lời đã gõ")

    assert response.status_code == 200
    (wrong,) = response.context["form"].wrong
    assert wrong.indicator.code == code
    assert "Lời đã gõ" in response.text
    assert not Claim.objects.exists()


def test_a_share_that_nobody_counted_lies_between_0_and_100(status):
    nothing = {f"{prefix('15.1')}-numerator": "", f"{prefix('15.1')}-denominator": ""}

    over = save(**nothing, **{f"{prefix('15.1')}-number": "120"})
    assert "120" in over.context["form"].wrong[0].errors["number"][0]
    for text in ("7,5", "7.5"):
        version = Claim.objects.values_list("version", flat=True).first() or 0
        save(**nothing, **{f"{prefix('15.1')}-number": text}, version=str(version))
        assert DraftValue.objects.get(indicator__code="15.1").number == Decimal("7.5")


def test_the_commune_s_staff_cannot_send(status):
    save()

    assert send("canbo-kylac").status_code == 403
    assert Claim.objects.get().is_draft
    assert 'name="send"' not in as_person("canbo-kylac").get(CELL).text
    assert 'name="send"' in as_person("kylac").get(CELL).text


@pytest.mark.parametrize("username", ["lamhop", "lanhdao", "dieuphoi", "phong-yte", "quansat"])
def test_a_foreign_commune_s_claim_is_refused(status, username):
    assert save(username).status_code == 403
    assert not Claim.objects.exists()


# Sending


def test_sending_makes_history_of_the_draft(status):
    save()

    assert send().status_code == 302

    claim = Claim.objects.get()
    assert (claim.state, claim.submitted_by.username) == ("submitted", "kylac")
    assert Measurement.objects.filter(level=Level.COMMUNE).count() == 3
    assert not DraftValue.objects.exists()
    own = Assessment.objects.get(status=status, level=Level.COMMUNE)
    assert (own.result, own.assessed_on) == ("met", TODAY)
    assert CriterionStatus.objects.get(pk=status.pk).result == Result.NOT_MET
    told = Notice.objects.filter(address__contains="/criteria/15/")
    told = told.values_list("user__username", flat=True)
    assert set(told) == {"bhxh", "phong-yte"}


def test_met_without_evidence_or_a_reason_is_not_sent(status):
    response = send(no_evidence_reason="")

    assert "no_evidence_reason" in response.context["form"].errors
    assert not Claim.objects.exists()
    assert not Measurement.objects.exists()


def test_met_against_the_values_needs_an_explanation(status):
    low = {f"{prefix('15.1')}-numerator": "2.765"}

    assert "explanation" in send(**low).context["form"].errors
    assert send(**low, explanation="Đã có thêm 123 thẻ chờ cấp").status_code == 302


def test_all_that_is_wrong_with_a_claim_is_told_at_once(status):
    wrong = {
        f"{prefix('15.1')}-numerator": "3.1o8",
        f"{prefix('15.1')}-measured_on": "16/09/2020",
        f"{prefix('15.3')}-numerator": "309",
        f"{prefix('15.3')}-measured_on": "30/11/2016",
    }

    form = send(**wrong, no_evidence_reason="").context["form"]

    assert {one.indicator.code: set(one.errors) for one in form.wrong} == {
        "15.1": {"numerator", "measured_on"},
        "15.3": {"numerator", "measured_on"},
    }
    assert list(form.errors) == ["no_evidence_reason"]
    assert list(send(**wrong, result="").context["form"].errors) == ["result"]
    assert not save(**wrong, result="").context["form"].errors
    assert not Claim.objects.exists()


def test_evidence_and_the_values_are_both_asked_about(status):
    few = {f"{prefix('15.1')}-numerator": "1.000"}

    form = send(**few, no_evidence_reason="").context["form"]

    assert set(form.errors) == {"no_evidence_reason", "explanation"}


def test_a_claim_needs_a_result(status):
    assert "result" in send(result="").context["form"].errors
    assert "explanation" in send(result="not_applicable").context["form"].errors
    assert not Claim.objects.exists()


def test_one_claim_waits_at_a_time(sent):
    response = save(version=str(sent.version))

    assert response.context["form"].non_field_errors()
    assert Claim.objects.count() == 1


def test_a_value_that_says_nothing_new_is_not_written_again(sent):
    as_person("kylac").post(f"/claims/{sent.pk}/withdraw/")

    assert send().status_code == 302
    assert Measurement.objects.count() == 3


# Words


def test_each_agency_gives_its_word_and_the_last_settles(sent, status):
    assert say("bhxh", sent, **{f"verdict_{indicator('15.1').pk}": "met"}).status_code == 302
    assert Claim.objects.get().is_waiting
    assert demo_cell("ky-lac", 15).result == "not_met"
    assert _("still to speak:") in as_person("lanhdao").get(CELL).text

    assert say("phong-yte", sent, verdict="met").status_code == 302

    claim = Claim.objects.get()
    assert (claim.state, claim.outcome.result) == ("decided", "met")
    assert claim.outcome.level == Level.DISTRICT
    assert demo_cell("ky-lac", 15).result == "met"
    page = read(as_person("lanhdao"), "/")
    assert "11/20" in page.row("ky-lac").text
    assert "10/20" in read(as_person("lanhdao"), "/", as_of="2020-09-08").row("ky-lac").text


def test_the_worst_word_is_that_of_the_criterion(sent):
    say("phong-yte", sent, verdict="nearly", reason="Trạm còn thiếu một phòng")
    say("bhxh", sent, **{f"verdict_{indicator('15.1').pk}": "met"})

    outcome = Claim.objects.get().outcome
    assert outcome.result == "nearly"
    assert "Trạm còn thiếu một phòng" in outcome.reason


def test_a_finding_other_than_met_needs_a_reason(sent):
    response = say("phong-yte", sent, verdict="not_met")

    assert "reason" in response.context["form"].errors
    assert not ClaimDecision.objects.exists()


@pytest.mark.parametrize("username", ["phong-tnmt", "kylac", "canbo-kylac", "quansat", "doan-1447"])
def test_who_does_not_answer_cannot_touch_it(sent, username):
    assert say(username, sent, verdict="met").status_code == 403
    assert give_back(username, sent).status_code == 403
    assert not ClaimDecision.objects.exists()


def test_one_return_returns_the_claim_and_the_commune_sees_why(sent):
    say("bhxh", sent, **{f"verdict_{indicator('15.1').pk}": "met"})

    assert give_back("phong-yte", sent).status_code == 302

    assert Claim.objects.get().state == "returned"
    for username in ("kylac", "canbo-kylac"):
        assert "Thiếu biên bản cân đo" in as_person(username).get(CELL).text
    earlier = read(as_person("quansat"), CELL).one("section", id="claims").text
    for told in ("Bảo hiểm xã hội huyện · 15.1", "Phòng Y tế", "30/09/2020"):
        assert told in earlier
    assert Notice.objects.filter(user__username="kylac", text__contains="cân đo").exists()
    # What the commune claimed is there to be sent again.
    assert send(resent_reason="Biên bản gửi theo đường công văn").status_code == 302
    again = Claim.objects.get(state="submitted")
    say("bhxh", again, **{f"verdict_{indicator('15.1').pk}": "met"})
    say("phong-yte", again, verdict="met")
    assert demo_cell("ky-lac", 15).result == "met"


def test_a_reason_that_ends_by_itself_is_followed_by_one_stop(sent):
    give_back("phong-yte", sent, reason="Cần sổ đến 31/08/2020.")

    told = Notice.objects.filter(text__contains="Cần sổ").first().text
    assert told.endswith(": Cần sổ đến 31/08/2020. Cần bổ sung trước ngày 30/09/2020.")
    returned = read(as_person("kylac"), CELL).one("p", id="returned").text
    assert "Cần sổ đến 31/08/2020. Cần bổ sung trước ngày 30/09/2020" in returned


WHY = "Biên bản đã gửi theo đường công văn"


@pytest.fixture
def returned(sent):
    assert give_back("phong-yte", sent).status_code == 302
    return sent


def test_what_came_back_is_not_sent_again_as_it_was_without_a_word(returned):
    response = send(explanation="")

    assert list(response.context["form"].errors) == ["resent_reason"]
    page = Page(response)
    assert page.one("textarea", name="explanation").text.strip() == ""
    assert "chưa thêm minh chứng" in page.html
    assert page.find("input", name="resent_reason") or page.find("textarea", name="resent_reason")
    assert Claim.objects.get().state == "returned"
    assert send(resent_reason="   ").status_code == 200
    assert send(resent_reason=WHY).status_code == 302
    assert Claim.objects.get(state="submitted").resent_reason == WHY
    assert WHY in read(as_person("bhxh"), CELL).one("section", id="claimed").text
    again = Claim.objects.get(state="submitted")
    assert WHY in as_person("bhxh").get(f"/claims/{again.pk}/word/").text
    assert WHY in as_person("lanhdao").get(f"{CELL}history/").text
    say("bhxh", again, **{f"verdict_{indicator('15.1').pk}": "met"})
    say("phong-yte", again, verdict="met")
    assert WHY in read(as_person("quansat"), CELL).one("section", id="claims").text


@pytest.mark.parametrize(
    "changes",
    [
        {"numerator": "3.109"},
        {"source": "Trạm y tế xã"},
        {"result": "nearly"},
        {"explanation": "Đã cân đo lại"},
        {"no_evidence_reason": "Biên bản do huyện giữ"},
    ],
)
def test_what_was_changed_since_it_came_back_needs_no_word(returned, changes):
    own = {f"{prefix('15.1')}-{k}": v for k, v in changes.items() if k in ("numerator", "source")}
    rest = {k: v for k, v in changes.items() if k not in ("numerator", "source")}

    assert send(**own, **rest).status_code == 302


def test_evidence_attached_since_it_came_back_needs_no_word(returned, status):
    attach_picture(status.enrolment, numbers=(15,), caption="Biên bản cân đo")

    assert send().status_code == 302


def test_evidence_from_before_the_return_is_not_new(status):
    attach_picture(status.enrolment, numbers=(15,), caption="Ảnh")
    send()
    give_back("phong-yte", Claim.objects.get())

    assert list(send().context["form"].errors) == ["resent_reason"]


def test_a_withdrawal_does_not_hide_the_return(returned):
    send(resent_reason=WHY)
    waiting = Claim.objects.get(state="submitted")
    as_person("kylac").post(f"/claims/{waiting.pk}/withdraw/")

    assert list(send().context["form"].errors) == ["resent_reason"]


def test_the_word_is_asked_for_only_after_a_return_and_kept_with_the_draft(sent):
    def asks(address):
        page = read(as_person("kylac"), address)
        return bool(page.find(name="resent_reason"))

    as_person("kylac").post(f"/claims/{sent.pk}/withdraw/")
    assert not asks(CELL)
    assert not asks(CLAIM)
    send()
    give_back("phong-yte", Claim.objects.get(state="submitted"))
    assert asks(CELL)
    assert asks(CLAIM)
    save(resent_reason=WHY)
    assert WHY in as_person("kylac").get(CELL).text
    assert WHY in as_person("kylac").get(CLAIM).text
    assert WHY not in as_person("bhxh").get(CELL).text


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({"reason": ""}, "reason"),
        ({"add_by": ""}, "add_by"),
        ({"add_by": "14/09/2020"}, "add_by"),
        ({"add_by": "mai"}, "add_by"),
    ],
)
def test_a_return_says_what_and_by_when(sent, data, field):
    response = give_back("phong-yte", sent, **data)

    assert field in response.context["form"].errors
    assert Claim.objects.get().is_waiting


def test_a_leader_settles_with_a_reason(sent):
    assert "reason" in say("lanhdao", sent, verdict="met", reason="").context["form"].errors

    say("lanhdao", sent, verdict="nearly", reason="Chờ cân đo lại")

    claim = Claim.objects.get()
    assert claim.outcome.result == "nearly"
    assert claim.outcome.decided_by.startswith(person("lanhdao").full_name)


def test_a_coordinator_records_an_agency_s_written_finding(sent):
    agency = sent.status.criterion.responsibilities.get(agency__key="bhxh").agency
    data = {"agency": agency.pk, "verdict": "met"}

    assert "document_number" in say("dieuphoi", sent, **data).context["form"].errors
    say("dieuphoi", sent, **data, document_number="12/BC-BHXH")

    word = ClaimDecision.objects.get()
    assert (word.agency, word.indicator.code, word.document_number) == (
        agency,
        "15.1",
        "12/BC-BHXH",
    )
    assert Claim.objects.get().is_waiting


def test_who_comes_second_is_told_and_keeps_the_text(sent):
    say("lanhdao", sent, verdict="met", reason="Đã kiểm tra")

    response = say("phong-yte", sent, verdict="not_met", reason="Lời của người sau")

    assert response.status_code == 409
    assert "Lời của người sau" in response.text
    assert ClaimDecision.objects.count() == 1


def test_nobody_judges_a_claim_of_their_own(sent):
    with pytest.raises(ValidationError):
        decisions.decide(sent, "met", reason="tự duyệt", by=person("kylac"))
    with pytest.raises(ValidationError):
        decisions.speak(
            sent,
            [Word("met")],
            agency=sent.status.criterion.responsibilities.get(agency__key="phong-yte").agency,
            by=person("kylac"),
        )
    assert Claim.objects.get().is_waiting


def test_who_drafted_first_does_not_judge_it_either(status):
    """The leader who sends a draft is not its only author."""
    officer = person("phong-yte")
    commune = status.enrolment.commune
    officer.memberships.create(role="commune_staff", commune=commune, from_on="2020-01-01")
    assert save("phong-yte").status_code == 302
    assert send().status_code == 302
    claim = Claim.objects.get()

    refused = say("phong-yte", claim, verdict="met")

    assert refused.context["form"].non_field_errors()
    assert not ClaimDecision.objects.exists()
    assert not read(as_person("phong-yte"), CELL).find("section", id="word")


def test_withdrawing_ends_the_wait(sent):
    assert as_person("canbo-kylac").post(f"/claims/{sent.pk}/withdraw/").status_code == 403

    as_person("kylac").post(f"/claims/{sent.pk}/withdraw/")

    assert Claim.objects.get().state == "withdrawn"
    again = as_person("kylac").post(f"/claims/{sent.pk}/withdraw/")
    assert again.status_code == 409


# The page


def test_the_page_shows_the_gap_in_units(status):
    send(
        **{f"{prefix('15.1')}-numerator": "2.765"},
        result="nearly",
    )

    page = read(as_person("lanhdao"), CELL)

    row = page.one("tr", data_indicator="15.1").text
    assert "81,4%" in row
    assert "2.765/3.397" in row
    assert "còn 123 người" in row


def test_values_by_day(status):
    send()

    assert "91,5%" in as_person("lanhdao").get(CELL).text
    assert "91,5%" not in as_person("lanhdao").get(f"{CELL}?as_of=2020-08-30").text
    assert "91,5%" not in as_person("lanhdao").get(f"{CELL}?known=2020-09-14").text


def test_a_value_is_corrected_and_the_old_one_stays(sent):
    value = Measurement.objects.get(indicator__code="15.1")
    address = f"/values/{value.pk}/correct/"
    data = {
        f"{prefix('15.1')}-numerator": "3.000",
        f"{prefix('15.1')}-denominator": "3.397",
        f"{prefix('15.1')}-measured_on": "31/08/2020",
        "reason": "",
    }

    assert as_person("canbo-kylac").post(address, data).status_code == 403
    refused = as_person("kylac").post(address, data)
    assert "reason" in refused.context["form"].errors
    assert as_person("kylac").post(address, data | {"reason": "Nhập nhầm"}).status_code == 302

    assert Measurement.objects.filter(indicator__code="15.1").count() == 2
    assert "88,3%" in as_person("lanhdao").get(CELL).text
    twice = as_person("kylac").post(address, data | {"reason": "Lần nữa"})
    assert twice.status_code == 200
    assert Measurement.objects.filter(indicator__code="15.1").count() == 2


def test_a_value_is_voided(sent):
    value = Measurement.objects.get(indicator__code="15.2")

    as_person("kylac").post(f"/values/{value.pk}/correct/", {"reason": "Nhầm xã", "void": "1"})

    row = Page(as_person("lanhdao").get(CELL)).one("tr", data_indicator="15.2").text
    assert _("not measured") in row


def test_the_coordinator_measures(status):
    address = f"{CELL}measure/"
    data = {key: value for key, value in typed().items() if key.startswith("i")}

    assert as_person("kylac").get(address).status_code == 403
    assert as_person("dieuphoi").post(address, data).status_code == 302

    assert set(Measurement.objects.values_list("level", flat=True)) == {Level.DISTRICT}
    bad = as_person("dieuphoi").post(address, data | {f"{prefix('15.1')}-numerator": "9.999"})
    assert bad.status_code == 200
    assert Measurement.objects.count() == 3
    late = as_person("dieuphoi").post(address, data | {"seen": "0"})
    assert late.status_code == 409
    again = {"seen": late.context["seen"], f"{prefix('15.1')}-numerator": "3.109"}
    assert as_person("dieuphoi").post(address, data | again).status_code == 302
    assert Measurement.objects.count() == 4


@pytest.mark.parametrize(
    "username", ["lanhdao", "dieuphoi", "kylac", "canbo-kylac", "phong-yte", "bhxh", "thanhtra"]
)
def test_a_page_of_a_cell_asks_at_most_twenty_times(sent, username, django_assert_max_num_queries):
    client = as_person(username)

    with django_assert_max_num_queries(20):
        assert client.get(CELL).status_code == 200
    as_person("kylac").post(f"/claims/{sent.pk}/withdraw/")
    save(version="0")
    with django_assert_max_num_queries(20):
        assert client.get(CELL).status_code == 200


def test_the_form_of_a_claim_asks_at_most_twenty_times(status, django_assert_max_num_queries):
    save()
    client = as_person("kylac")

    with django_assert_max_num_queries(20):
        assert client.get(CLAIM).status_code == 200
    wrong = typed(version="1", send="1", **{f"{prefix('15.1')}-numerator": "9.999"})
    with django_assert_max_num_queries(20):
        assert client.post(CLAIM, wrong).status_code == 200


def test_a_commune_s_page_says_where_claims_stand(sent, settings):
    def said(**query):
        row = read(as_person("lanhdao"), "/communes/ky-lac/", **query).find(
            "tr", data_criterion="15"
        )[0]
        return [text for text in ("Chờ thẩm tra", "Chờ 1 ngày", "Trả lại") if text in row.text]

    assert said() == ["Chờ thẩm tra"]
    assert said(as_of="2020-09-14") == []
    settings.DEMO_DAY = "2020-09-16"
    assert said() == ["Chờ 1 ngày"]
    give_back("phong-yte", sent)
    assert said() == ["Trả lại"]
    assert said(as_of="2020-09-15") == ["Chờ thẩm tra"]


def test_a_commune_sees_what_it_sent_since_when_and_who_is_still_to_speak(sent, settings):
    def said(**query):
        page = read(as_person("kylac"), "/communes/ky-lac/", **query)
        return " ".join(section.text for section in page.find("section", id="sent"))

    settings.DEMO_DAY = "2020-09-18"
    both = said()
    assert "Đã gửi, đang chờ" in both
    assert "gửi ngày 15/09/2020" in both
    assert "Chờ thẩm tra (3 ngày)" in both
    for agency in ("Bảo hiểm xã hội huyện", "Phòng Y tế"):
        assert agency in both
    say("phong-yte", sent, verdict="met")
    assert "Phòng Y tế" not in said()
    assert "Bảo hiểm xã hội huyện" in said()
    assert "Phòng Y tế" in said(as_of="2020-09-17")
    assert said(as_of="2020-09-14") == ""
    note = read(as_person("canbo-kylac"), CELL).one("p", id="sent").text
    assert "Đã gửi, đang chờ" in note
    assert "Bảo hiểm xã hội huyện" in note
    give_back("bhxh", sent)
    assert said() == ""
    assert not read(as_person("kylac"), CELL).find("p", id="sent")


@pytest.mark.parametrize("how", ["returned", "settled", "withdrawn"])
def test_a_past_day_shows_a_claim_that_was_answered_later_as_waiting(sent, settings, how):
    settings.DEMO_DAY = "2020-09-18"
    if how == "returned":
        give_back("phong-yte", sent)
    elif how == "settled":
        say("lanhdao", sent, verdict="met", reason="Đã kiểm tra tại xã")
    else:
        as_person("kylac").post(f"/claims/{sent.pk}/withdraw/")

    for username in ("kylac", "lanhdao"):
        page = read(as_person(username), CELL, as_of="2020-09-16")
        assert "Đã gửi, đang chờ" in page.one("p", id="sent").text
        assert "Chờ thẩm tra (1 ngày)" in page.one("section", id="claimed").text
        assert not page.find("form", id="claim-form")
        assert not page.find("a", href=f"/claims/{sent.pk}/withdraw/")
        assert not page.find("section", id="claims")
        assert not read(as_person(username), CELL).find("p", id="sent")


def test_a_word_that_was_seen_can_be_changed_on_its_own_page(sent):
    say("phong-yte", sent, verdict="met")
    page = read(as_person("phong-yte"), f"/claims/{sent.pk}/word/")

    seen = page.one("input", name="seen")["value"]

    assert say("phong-yte", sent, seen=seen, verdict="nearly", reason="Rà lại").status_code == 302
    assert ClaimDecision.objects.count() == 2


def test_who_spoke_meanwhile_is_told_and_may_decide_to_say_it_again(sent):
    say("phong-yte", sent, verdict="met")
    data = {"verdict": "nearly", "reason": "Rà lại"}

    late = say("phong-yte", sent, **data)

    assert late.status_code == 409
    late.status_code = 200
    seen = Page(late).one("input", name="seen")["value"]
    assert say("phong-yte", sent, seen=seen, **data).status_code == 302


def test_where_a_claim_stands_is_one_query_however_often_an_agency_spoke(
    status, sent, django_assert_num_queries
):
    indicator_id = indicator("15.1").pk
    for verdict in ("met", "nearly"):
        last = ClaimDecision.objects.order_by("-pk").first()
        data = {f"verdict_{indicator_id}": verdict, "reason": "Đã rà soát"}
        say("bhxh", sent, seen=str(last.pk if last else 0), **data)
    assert ClaimDecision.objects.count() == 2

    with django_assert_num_queries(1):
        found = claim_queries.standing_of(status.enrolment, Moment(TODAY))

    bhxh = Agency.objects.get(key="bhxh")
    assert {number: claim.spoken for number, claim in found.items()} == {
        15: {(bhxh.pk, indicator_id)}
    }


# A claim that waits for nobody


@pytest.fixture
def orphan(sent):
    """A claim on a criterion for which no agency answers any more, since yesterday."""
    yesterday = TODAY - dt.timedelta(days=1)
    sent.status.criterion.responsibilities.update(until_on=yesterday)
    return sent


def test_a_claim_for_which_nobody_answers_is_seen_by_the_coordinator(orphan):
    office = as_person("dieuphoi")
    told = _("%(note)s; no agency answers for it").split("; ")[1]
    assert told in office.get("/me/").text
    assert told not in as_person("phong-yte").get("/me/").text
    assert read(office, "/checks/?check=waiting").one("tr", data_finding="waiting")
    left = _(
        "Nobody who answers for it has still to speak: the coordinator or a leader settles it."
    )
    assert left in as_person("quansat").get(CELL).text


def test_the_coordinator_settles_it_in_the_name_of_any_agency_of_the_area(orphan, status):
    agency = status.criterion.responsibilities.get(agency__key="bhxh").agency
    data = {"agency": agency.pk, "verdict": "met", "document_number": "12/BC-BHXH"}

    assert say("dieuphoi", orphan, **data).status_code == 302

    claim = Claim.objects.get()
    assert (claim.state, claim.outcome.result) == ("decided", "met")
    assert claim.outcome.decided_by == agency.name


def test_an_agency_of_another_area_is_not_spoken_for(orphan):
    elsewhere = make_agency(area=make_area(code="999", name="Cẩm Xuyên"), key="khac")
    data = {"agency": elsewhere.pk, "verdict": "met", "document_number": "1"}

    assert "agency" in say("dieuphoi", orphan, **data).context["form"].errors
    with pytest.raises(ValidationError):
        decisions.speak(orphan, [Word("met")], agency=elsewhere, by=person("dieuphoi"))


def test_who_sent_a_claim_finds_nothing_at_its_cell_by_a_second_role(sent, status):
    officer = person("kylac")
    place = {"area": status.enrolment.commune.area, "from_on": "2020-01-01"}
    officer.memberships.create(role="leader", **place)

    assert not read(as_person("kylac"), CELL).find("section", id="assess")
    finding = Finding(
        level=Level.DISTRICT, result="met", basis=Basis.VERIFICATION, assessed_on=TODAY
    )
    with pytest.raises(ValidationError):
        assessment_actions.assess(status, finding, by=officer)


@pytest.mark.parametrize("is_voided", [False, True])
def test_nor_do_they_correct_what_was_found_there_before(sent, status, is_voided):
    wrong = status.assessments.get(level=Level.DISTRICT)
    better = Finding(level=Level.DISTRICT, result="met", basis=Basis.DECISION, assessed_on=TODAY)

    with pytest.raises(ValidationError):
        assessment_actions.correct(
            wrong, None if is_voided else better, reason="x", by=person("kylac")
        )
    assert assessment_actions.correct(wrong, None, reason="x", by=person("lanhdao"))


# On the way to attach evidence


ATTACH = f"{CELL}evidence/new/"
NOT_SAVED = gettext_lazy("What was typed before is filled in below. It is not saved yet.")


def to_attach(client, requirement="", **changes):
    sent = typed(no_evidence_reason="", **changes) | {"attach": requirement}
    return client.post(CLAIM, sent)


def attach_piece(client, **changes):
    sent = {"criteria": ["15"], "url": "https://ky-lac.example/so-the.pdf"} | changes
    return client.post(ATTACH, sent)


def test_what_was_typed_goes_along_to_the_evidence_and_comes_back(status):
    client = as_person("kylac")
    bad = {f"{prefix('15.3')}-numerator": "6l"}

    response = to_attach(client, explanation="Đang vận động", **bad)

    assert response.url == f"{ATTACH}?set={status.enrolment.criteria_set.code}"
    assert not Claim.objects.exists()
    assert not Measurement.objects.exists()
    assert f"{CLAIM}?set=ntm-2016-ha-tinh" in Page(client.get(response.url)).links
    response = attach_piece(client)
    assert response.url == f"{CLAIM}#claim"
    page = Page(client.get(CLAIM))
    assert page.one("textarea", name="explanation").text == "Đang vận động"
    shown = [
        page.one("input", name=f"{prefix(code)}-numerator")["value"] for code in ("15.1", "15.3")
    ]
    assert shown == ["3.108", "6l"]
    assert page.find("input", name="result", value="met", checked=True)
    assert str(NOT_SAVED) in page.html
    assert len(page.find(class_="err")) == 1
    assert client.post(CLAIM, typed(no_evidence_reason="") | {"send": "1"}).status_code == 302
    assert Claim.objects.get().is_waiting
    assert (
        _("What was typed before is filled in below. It is not saved yet.")
        not in client.get(CLAIM).text
    )


def test_what_is_carried_is_of_its_cell_and_of_its_person(status):
    client = as_person("kylac")
    to_attach(client, explanation="Đang vận động")

    assert "Đang vận động" not in client.get("/communes/ky-lac/criteria/14/claim/").text
    assert "Đang vận động" not in as_person("canbo-kylac").get(CLAIM).text
    elsewhere = client.post(
        "/communes/ky-lac/criteria/14/evidence/new/",
        {"criteria": ["14"], "url": "https://a.example/"},
    )
    assert elsewhere.url.endswith("/criteria/14/#evidence")


def test_only_a_few_cells_are_carried_at_once(status):
    client = as_person("kylac")
    for number in (15, 1, 2, 3, 4, 5):
        client.post(
            f"/communes/ky-lac/criteria/{number}/claim/", {"attach": "", "explanation": "x"}
        )

    assert len(client.session["carried"]) == carried.MOST
    assert attach_piece(client).url == f"{CELL}#evidence"


@pytest.mark.parametrize(
    ("requirement", "asked"), [("7", "&requirement=7"), ("x", ""), ("9" * 3000, ""), ("²", "")]
)
def test_the_paper_that_was_asked_for_is_named(status, requirement, asked):
    response = to_attach(as_person("kylac"), requirement)

    assert response.url == f"{ATTACH}?set=ntm-2016-ha-tinh{asked}"


def test_who_may_not_draft_carries_nothing(status):
    assert to_attach(as_person("dieuphoi")).status_code == 403


def test_beside_the_claim_s_form_evidence_is_attached_by_its_button(status):
    page = Page(as_person("kylac").get(CELL))
    buttons = page.find("button", name="attach")

    assert {button.attrs.get("form", "claim-form") for button in buttons} == {"claim-form"}
    assert len(buttons) > 1
    # What Enter in a field does.
    assert page.find("button", inside=page.one("form", id="claim-form"))[0]["name"] == "keep"
    assert not [link for link in page.links if link.startswith(ATTACH)]
    assert [link for link in Page(as_person("dieuphoi").get(CELL)).links if link.startswith(ATTACH)]
