"""A province that has communes of its own judges them itself: there is no level between."""

import pytest

from accounts.models import Membership, Role
from communes.models import Area
from criteria.claims import decisions
from criteria.models import Assessment, Claim, Level, Result
from meetings.sessions import actions as session_actions
from nrm_tracker import clock
from tests.factories import (
    OPENED,
    cell,
    make_agency,
    make_area,
    make_commune,
    make_enrolment,
    make_session,
    make_user,
)
from tests.pages import read

pytestmark = pytest.mark.django_db
URL = "/communes/ky-lac/criteria/1/assess/"


@pytest.fixture
def province():
    return make_area(code="42", name="Hà Tĩnh", kind=Area.Kind.PROVINCE)


@pytest.fixture
def enrolment(province):
    return make_enrolment(commune=make_commune(area=province))


def sign_in(client, role, **place):
    user = make_user(role=role, **place)
    client.force_login(user)
    return user


def typed(**changes):
    values = {
        "result": "not_met",
        "assessed_on": "08/09/2020",
        "basis": "verification",
        "decided_by": "",
        "version": "0",
    }
    return values | changes


def test_a_leaders_word_is_the_provinces(client, province, enrolment):
    sign_in(client, Role.LEADER, area=province)

    assert client.post(URL, typed()).status_code == 302
    assert Assessment.objects.get().level == Level.PROVINCE
    assert cell(enrolment).result == Result.NOT_MET


def test_an_agencys_word_is_the_provinces_and_is_corrected_by_it(client, province, enrolment):
    agency = make_agency(area=province, name="Sở Y tế", criteria=[cell(enrolment).criterion])
    sign_in(client, Role.AGENCY_OFFICER, agency=agency)

    client.post(URL, typed())
    wrong = Assessment.objects.get()

    assert wrong.level == Level.PROVINCE
    assert client.get(f"/assessments/{wrong.pk}/correct/").status_code == 200


@pytest.mark.parametrize(
    ("sent", "fields"),
    [
        ({}, ["document_number", "on_behalf_of"]),
        ({"document_number": "9/BC"}, ["on_behalf_of"]),
        ({"decided_by": "Hội đồng thẩm định tỉnh"}, ["document_number"]),
        ({"decided_by": "Hội đồng thẩm định tỉnh", "document_number": "9/BC"}, None),
    ],
)
def test_a_coordinator_writes_for_an_agency_or_the_provinces_council(
    client, province, enrolment, sent, fields
):
    sign_in(client, Role.COORDINATOR, area=province)

    page = read(client, URL)
    answer = client.post(URL, typed(**sent))

    assert not page.find("input", name="level")
    if fields:
        assert sorted(answer.context["form"].errors) == fields
    else:
        assert Assessment.objects.get().level == Level.PROVINCE


def test_many_at_once_are_the_provinces(client, province, enrolment):
    sign_in(client, Role.LEADER, area=province)
    row = f"c{cell(enrolment).pk}"
    sent = {
        "basis": "verification",
        "assessed_on": "08/09/2020",
        "decided_by": "",
        f"{row}-version": "0",
        f"{row}-result": "not_met",
        f"{row}-reason": "",
        "confirm": "1",
    }

    answer = client.post("/criteria/1/assess/", sent)

    assert answer.status_code == 302
    assert Assessment.objects.get().level == Level.PROVINCE


def test_a_session_of_the_province_finds_at_its_level(enrolment):
    session = make_session(communes=[enrolment.commune])

    assert session_actions.finding_of(session, result=Result.NOT_MET).level == Level.PROVINCE


def test_what_is_asked_of_the_district_is_asked_of_nobody(client, province, enrolment):
    sign_in(client, Role.COORDINATOR, area=province)

    page = read(client, "/communes/ky-lac/difficulties/new/")

    asked = [one["value"] for one in page.find("input", name="asked_of")]
    assert asked == ["commune", "province", "centre"]


def test_roles_are_called_after_the_kind_of_area(province):
    district = make_area()
    names = {
        (Role.LEADER, "area", district): "Lãnh đạo huyện, Huyện Kỳ Anh",
        (Role.LEADER, "area", province): "Lãnh đạo tỉnh, Tỉnh Hà Tĩnh",
        (Role.OBSERVER, "area", province): "Người theo dõi (chỉ xem), Tỉnh Hà Tĩnh",
        (
            Role.AGENCY_OFFICER,
            "agency",
            make_agency(name="Phòng Y tế"),
        ): "Chuyên viên phòng, ban, Phòng Y tế",
        (
            Role.AGENCY_OFFICER,
            "agency",
            make_agency(area=province, key="so", name="Sở Y tế"),
        ): "Chuyên viên sở, ngành, Sở Y tế",
    }

    for (role, kind, place), said in names.items():
        assert str(Membership(role=role, from_on=OPENED, **{kind: place})) == said


def test_the_form_of_an_account_offers_the_roles_of_the_area(client, province):
    sign_in(client, Role.COORDINATOR, area=province)

    page = read(client, "/accounts/area/new/")

    assert page.find("option", value="leader")[0].text == "Lãnh đạo tỉnh"


def test_a_claim_is_settled_at_the_level_of_the_province(province, enrolment):
    agency = make_agency(area=province, name="Sở Y tế", criteria=[cell(enrolment).criterion])
    claim = Claim.objects.create(
        status=cell(enrolment),
        result=Result.NEARLY,
        state=Claim.State.SUBMITTED,
        drafted_by=make_user(),
        drafted_at=clock.now(),
        submitted_by=make_user(),
        submitted_at=clock.now(),
    )

    decisions.speak(
        claim,
        [decisions.Word(Result.NOT_MET, "Thiếu hồ sơ")],
        agency=agency,
        by=make_user(),
        seen=0,
    )

    assert Assessment.objects.get().level == Level.PROVINCE
