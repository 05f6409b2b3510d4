"""Who holds several roles reads beside each button as whom the entry is written."""

import pytest

from accounts.models import Membership, Role
from criteria.claims import actions as claim_actions
from criteria.claims.actions import Draft
from criteria.models import Claim, ClaimDecision, Result
from tests.factories import (
    OPENED,
    cell,
    make_agency,
    make_area,
    make_commune,
    make_enrolment,
    make_task,
    make_user,
)
from tests.pages import Page

pytestmark = pytest.mark.django_db
CELL = "/communes/ky-lac/criteria/1/"
SAID = "Ghi với tư cách: "


@pytest.fixture
def commune():
    return make_commune()


@pytest.fixture
def status(commune):
    return cell(make_enrolment(commune=commune), 1)


@pytest.fixture
def agencies(status):
    return [
        make_agency(
            key=name, name=name, area=status.enrolment.commune.area, criteria=[status.criterion]
        )
        for name in ("Phòng Một", "Phòng Hai")
    ]


def also(user, role, **place):
    Membership.objects.create(user=user, role=role, from_on=OPENED, **place)


def sent(status):
    head = make_user(role=Role.COMMUNE_LEADER, commune=status.enrolment.commune)
    draft = Draft(given={}, result=Result.MET, explanation="Xong", no_evidence_reason="Gửi sau")
    claim_actions.send(status, draft, by=head)
    return Claim.objects.get()


def roles_said(response):
    return [
        one.text.removeprefix(SAID) for one in Page(response).find("p") if one.text.startswith(SAID)
    ]


def test_an_officer_of_two_agencies_speaks_for_each_and_sees_for_which(client, status, agencies):
    one, two = agencies
    officer = make_user(role=Role.AGENCY_OFFICER, agency=one)
    also(officer, Role.AGENCY_OFFICER, agency=two)
    claim = sent(status)
    client.force_login(officer)

    page = client.get(CELL)
    assert len(roles_said(page)) == 1
    assert "Phòng Một" in roles_said(page)[0]
    address = f"/claims/{claim.pk}/word/?agency={two.pk}"
    assert Page(page).one("a", href=address).text == "Phòng Hai"
    assert "Phòng Hai" in roles_said(client.get(address))[0]
    assert "Phòng Hai" in roles_said(client.get(address.replace("word", "return")))[0]

    client.post(f"/claims/{claim.pk}/word/?agency={one.pk}", {"verdict": "met", "seen": "0"})

    assert [word.agency for word in ClaimDecision.objects.all()] == [one]
    assert "Phòng Hai" in roles_said(client.get(CELL))[0]


def test_a_leader_who_is_an_officer_too(client, status, agencies):
    leader = make_user(role=Role.LEADER, area=status.enrolment.commune.area)
    also(leader, Role.AGENCY_OFFICER, agency=agencies[0])
    client.force_login(leader)

    assert "Lãnh đạo huyện" in roles_said(client.get(f"{CELL}assess/"))[0]
    sent(status)
    assert "Phòng Một" in roles_said(client.get(CELL))[0]


def test_a_coordinator_whose_agency_does_not_answer_alone_writes_as_coordinator(
    client, status, agencies
):
    office = make_user(role=Role.AGENCY_OFFICER, agency=agencies[0])
    also(office, Role.COORDINATOR, area=status.enrolment.commune.area)
    client.force_login(office)

    assert "Phòng Một" not in roles_said(client.get(f"{CELL}assess/"))[0]


def test_who_leads_a_commune_and_works_in_an_agency_reports_as_the_commune(
    client, status, commune, agencies
):
    head = make_user(role=Role.AGENCY_OFFICER, agency=agencies[0])
    also(head, Role.COMMUNE_LEADER, commune=commune)
    client.force_login(head)

    for name in ("", "claim/", "own-view/"):
        (said,) = roles_said(client.get(f"{CELL}{name}"))
        assert said == "Lãnh đạo xã, Kỳ Lạc"


def test_on_a_task_it_says_who_reports_and_who_confirms(client, commune, agencies):
    leader = make_user(role=Role.LEADER, area=commune.area)
    also(leader, Role.AGENCY_OFFICER, agency=agencies[0])
    task = make_task(area=commune.area, lead_agency=agencies[0])
    client.force_login(leader)

    assert "Phòng Một" in roles_said(client.get(f"/tasks/{task.pk}/progress/"))[0]
    assert "Lãnh đạo huyện" in roles_said(client.get(f"/tasks/{task.pk}/cancel/"))[0]
    said = roles_said(client.get(f"/tasks/{task.pk}/"))
    assert {one.split(",")[0] for one in said} == {"Chuyên viên phòng", "Lãnh đạo huyện"}


def test_a_role_at_the_province_counts_in_its_districts(client):
    province = make_area(code="42", name="Hà Tĩnh", kind="province")
    district = make_area(parent=province)
    make_enrolment(commune=make_commune(area=district))
    leader = make_user(role=Role.LEADER, area=province)
    also(leader, Role.OBSERVER, area=district)
    client.force_login(leader)

    assert "Hà Tĩnh" in roles_said(client.get(f"{CELL}assess/"))[0]


@pytest.mark.parametrize("address", [CELL, f"{CELL}assess/"])
def test_who_has_one_role_reads_it_in_the_head_alone(client, status, address):
    client.force_login(make_user(role=Role.LEADER, area=status.enrolment.commune.area))

    assert roles_said(client.get(address)) == []
