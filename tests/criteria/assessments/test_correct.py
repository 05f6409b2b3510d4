import datetime as dt
from decimal import Decimal

import pytest

from accounts.models import Role
from criteria.assessments import actions as assessment_actions
from criteria.models import Assessment, Basis, Level, Result
from tests.factories import (
    cell,
    finding,
    make_agency,
    make_area,
    make_enrolment,
    make_user,
)

pytestmark = pytest.mark.django_db
DAY = dt.date(2020, 9, 8)


@pytest.fixture
def enrolment():
    return make_enrolment()


@pytest.fixture
def area(enrolment):
    return enrolment.commune.area


@pytest.fixture
def leader(client, area):
    user = make_user(role=Role.LEADER, area=area)
    client.force_login(user)
    return user


@pytest.fixture
def wrong(enrolment):
    found = finding(
        on=DAY,
        percent=Decimal("7.5"),
        reason="Theo báo cáo",
        basis=Basis.SESSION,
        basis_text="Buổi làm việc ngày 08/09/2020",
        decided_by="Trần Đình Gia",
    )
    return assessment_actions.assess(cell(enrolment), found, by=make_user())


def url_of(entry):
    return f"/assessments/{entry.pk}/correct/"


def typed(**changes):
    values = {
        "result": "not_met",
        "assessed_on": "08/09/2020",
        "reason": "Nhập nhầm",
        "basis": "verification",
        "version": "1",
    }
    return values | changes


def void(**changes):
    return {"void": "1", "void-reason": "Nhập nhầm xã", "void-version": "1"} | changes


def errors(response, name="form"):
    assert response.status_code == 200
    return list(response.context[name].errors)


def test_the_form_opens_with_what_was_said(client, leader, wrong):
    response = client.get(url_of(wrong))

    page = response.content.decode()
    assert 'value="08/09/2020"' in page
    assert 'value="7,50"' in page
    assert 'value="Buổi làm việc ngày 08/09/2020"' in page
    assert 'value="Trần Đình Gia"' in page
    assert response.context["replace"]["reason"].value() is None


def test_a_correction_takes_the_entry_s_place(client, enrolment, leader, wrong):
    response = client.post(url_of(wrong), typed())

    assert (response.status_code, response.url) == (302, "/communes/ky-lac/criteria/1/")
    newer = Assessment.objects.get(corrects=wrong)
    assert (newer.result, newer.reason, newer.recorded_by) == ("not_met", "Nhập nhầm", leader)
    assert newer.level == Level.DISTRICT
    assert cell(enrolment).result == Result.NOT_MET
    wrong.refresh_from_db()
    assert wrong.result == Result.MET


def test_a_voided_entry_counts_no_longer(client, enrolment, leader, wrong):
    response = client.post(url_of(wrong), void())

    assert response.status_code == 302
    newer = Assessment.objects.get(corrects=wrong)
    assert (newer.voids, newer.reason) == (True, "Nhập nhầm xã")
    assert cell(enrolment).result == Result.NOT_ASSESSED


def test_the_past_day_that_a_correction_changes_is_counted(client, enrolment, leader, wrong):
    client.post(url_of(wrong), typed())

    (said,) = client.get(url_of(wrong)).context["messages"]
    assert str(said).rstrip(".").endswith(": 1")


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"reason": ""}, "reason"),
        ({"reason": "   "}, "reason"),
        ({"assessed_on": "16/09/2020"}, "assessed_on"),
        ({"assessed_on": "30/11/2016"}, "assessed_on"),
        ({"result": "?"}, "result"),
        ({"version": ""}, "__all__"),
    ],
)
def test_a_bad_correction_is_told_beside_the_field(client, leader, wrong, changes, field):
    assert errors(client.post(url_of(wrong), typed(**changes))) == [field]
    assert Assessment.objects.count() == 1


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"void-reason": ""}, "reason"),
        ({"void-reason": "\x00"}, "reason"),
        ({"void-reason": "đ" * 2001}, "reason"),
        ({"void-version": "x"}, "__all__"),
    ],
)
def test_voiding_needs_its_reason(client, leader, wrong, changes, field):
    response = client.post(url_of(wrong), void(**changes))

    assert errors(response) == [field]
    assert not response.context["replace"].errors
    assert Assessment.objects.count() == 1


def test_a_corrected_entry_is_not_corrected_again(client, leader, wrong):
    newer = assessment_actions.correct(
        wrong, finding(Result.NOT_MET, DAY, reason="x"), reason="x", by=make_user()
    )

    page = client.get(url_of(wrong)).content.decode()
    assert url_of(newer) in page
    assert 'name="result"' not in page

    response = client.post(url_of(wrong), typed(version="2", reason="Lý do của tôi"))
    assert errors(response) == ["__all__"]
    assert "Lý do của tôi" in response.content.decode()
    assert Assessment.objects.count() == 2


def test_an_entry_that_voids_may_be_replaced_but_not_voided(client, enrolment, leader, wrong):
    voiding = assessment_actions.correct(wrong, None, reason="x", by=make_user())

    assert 'name="void"' not in client.get(url_of(voiding)).content.decode()
    assert errors(client.post(url_of(voiding), void(**{"void-version": "2"}))) == ["__all__"]

    assert (
        client.post(
            url_of(voiding), typed(version="2", result="met", no_evidence_reason="Hồ sơ lưu tại xã")
        ).status_code
        == 302
    )
    assert cell(enrolment).result == Result.MET


@pytest.mark.parametrize("data", [typed(reason="Của tôi"), void(**{"void-reason": "Của tôi"})])
def test_somebody_wrote_meanwhile(client, enrolment, leader, wrong, data):
    theirs = finding(Result.NEARLY, dt.date(2020, 9, 15), reason="Của người khác")
    assessment_actions.assess(cell(enrolment), theirs, by=make_user())

    response = client.post(url_of(wrong), data)

    assert response.status_code == 409
    page = response.content.decode()
    assert "Của người khác" in page
    assert page.count("Của tôi") == 2
    assert response.context["form"]["version"].value() == "2"
    assert not Assessment.objects.filter(corrects=wrong).exists()


def test_a_commune_s_own_view_is_corrected_by_its_leader_alone(client, enrolment, leader):
    found = finding(Result.MET, DAY, level=Level.COMMUNE)
    own = assessment_actions.assess(cell(enrolment), found, by=make_user())
    assert client.get(url_of(own)).status_code == 403

    client.force_login(make_user(role=Role.COMMUNE_LEADER, commune=enrolment.commune))
    assert client.post(url_of(own), typed()).status_code == 302
    assert Assessment.objects.get(corrects=own).basis == Basis.SELF


def test_a_commune_s_leader_corrects_nothing_above(client, enrolment, wrong):
    client.force_login(make_user(role=Role.COMMUNE_LEADER, commune=enrolment.commune))

    assert client.get(url_of(wrong)).status_code == 403
    assert client.post(url_of(wrong), typed()).status_code == 403
    assert client.post(url_of(wrong), void()).status_code == 403


def test_a_provincial_entry_is_the_coordinator_s(client, enrolment, area, leader):
    found = finding(Result.MET, DAY, level=Level.PROVINCE)
    entry = assessment_actions.assess(cell(enrolment), found, by=make_user())
    assert client.get(url_of(entry)).status_code == 403

    client.force_login(make_user(role=Role.COORDINATOR, area=area))
    assert sorted(errors(client.post(url_of(entry), typed()))) == ["decided_by", "document_number"]
    data = typed(decided_by="Đoàn thẩm định", document_number="9/BC")
    assert client.post(url_of(entry), data).status_code == 302
    assert Assessment.objects.get(corrects=entry).level == Level.PROVINCE


def test_a_leader_keeps_the_agency_of_what_is_corrected(client, enrolment, leader):
    agency = make_agency()
    found = finding(on=DAY, on_behalf_of=agency, document_number="15/BC")
    entry = assessment_actions.assess(cell(enrolment), found, by=make_user())

    page = client.get(url_of(entry)).content.decode()
    assert f'<option value="{agency.pk}" selected>' in page
    assert 'value="15/BC"' in page


def test_who_is_not_signed_in_is_sent_to_sign_in(client, wrong):
    assert "login" in client.get(url_of(wrong)).url
    assert "login" in client.post(url_of(wrong), typed()).url


def test_outside_one_s_reach_there_is_no_entry(client, wrong):
    elsewhere = make_area(code="446", name="Cẩm Xuyên")
    client.force_login(make_user(role=Role.LEADER, area=elsewhere))

    assert client.get(url_of(wrong)).status_code == 404
    assert client.post(url_of(wrong), typed()).status_code == 404


@pytest.mark.parametrize("pk", [0, 10**30])
def test_an_unknown_entry_is_not_found(client, leader, pk):
    assert client.get(f"/assessments/{pk}/correct/").status_code == 404


def test_other_methods_are_refused(client, leader, wrong):
    assert client.put(url_of(wrong)).status_code == 405
