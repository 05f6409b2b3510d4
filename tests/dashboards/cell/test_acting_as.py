"""Who holds several roles reads beside each button as whom the entry is written."""

import datetime as dt

import pytest

from accounts.models import Membership, Person, Role
from communes.models import WorkingGroup
from criteria.claims import actions as claim_actions
from criteria.claims.actions import Draft
from criteria.followup import actions as followup_actions
from criteria.models import Charge, Claim, ClaimDecision, Difficulty, Result
from tests.factories import (
    OPENED,
    attach,
    cell,
    make_agency,
    make_area,
    make_commune,
    make_enrolment,
    make_set,
    make_task,
    make_user,
    make_visit,
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


def make_difficulty(commune, *, by, **kwargs):
    stated = Difficulty(
        commune=commune,
        cause="Thiếu vốn",
        asked_of=Difficulty.AskedOf.DISTRICT,
        stated_on=dt.date(2020, 9, 10),
        **kwargs,
    )
    return followup_actions.state(stated, by=by)


def put_in_charge(commune, *, by):
    person = Person.objects.create(full_name="Lê Văn Tám", area=commune.area)
    charge = Charge(person=person, commune=commune, from_on=dt.date(2020, 1, 1))
    return followup_actions.put_in_charge(charge, by=by)


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
    word, comment = roles_said(page)
    assert "Phòng Một" in word
    assert "Phòng Một" in comment
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
        assert set(roles_said(client.get(f"{CELL}{name}"))) == {"Lãnh đạo xã, Kỳ Lạc"}


def test_on_a_task_it_says_who_reports_and_who_confirms(client, commune, agencies):
    leader = make_user(role=Role.LEADER, area=commune.area)
    also(leader, Role.AGENCY_OFFICER, agency=agencies[0])
    task = make_task(area=commune.area, lead_agency=agencies[0])
    client.force_login(leader)

    assert "Phòng Một" in roles_said(client.get(f"/tasks/{task.pk}/progress/"))[0]
    assert "Lãnh đạo huyện" in roles_said(client.get(f"/tasks/{task.pk}/cancel/"))[0]
    said = roles_said(client.get(f"/tasks/{task.pk}/"))
    assert {one.split(",")[0] for one in said} == {"Chuyên viên phòng", "Lãnh đạo huyện"}


# Beside what is said and shown


@pytest.fixture
def head(client, status, commune, agencies):
    """Who leads the commune and works in an agency that answers for the criterion."""
    user = make_user(role=Role.AGENCY_OFFICER, agency=agencies[0])
    also(user, Role.COMMUNE_LEADER, commune=commune)
    client.force_login(user)
    return user


HEAD = "Lãnh đạo xã, Kỳ Lạc"


def test_on_difficulties_charges_and_evidence(client, head, status, commune):
    difficulty = make_difficulty(commune, by=head)
    piece = attach(status.enrolment, url="https://example.vn/", by=head)
    charge = put_in_charge(commune, by=head)

    for address in (
        "/communes/ky-lac/difficulties/new/",
        f"/difficulties/{difficulty.pk}/resolve/",
        "/communes/ky-lac/charges/new/",
        f"/charges/{charge.pk}/end/",
        f"{CELL}evidence/new/",
        *(f"/evidence/{piece.pk}/{verb}/" for verb in ("edit", "replace", "remove")),
    ):
        assert roles_said(client.get(address)) == [HEAD], address


def test_on_comments(client, head, status):
    comment = followup_actions.comment(status, "Làm sớm", by=head)
    here = roles_said(client.get(CELL))

    assert set(here) == {HEAD}
    for address in (
        f"{CELL}comments/new/",
        *(f"/comments/{comment.pk}/{verb}/" for verb in ("edit", "take-back")),
    ):
        assert roles_said(client.get(address)) == [HEAD], address


def test_who_comments_as_an_agency_a_group_or_a_leader(client, status, commune, agencies):
    group = WorkingGroup.objects.create(name="Đoàn 1447", area=commune.area, key="doan")
    group.communes.add(commune)
    other = make_agency(key="khac", name="Phòng Khác", area=commune.area)
    for place, said in (
        ({"role": Role.AGENCY_OFFICER, "agency": agencies[1]}, "Phòng Hai"),
        ({"role": Role.WORKING_GROUP_MEMBER, "working_group": group}, "Đoàn 1447"),
        ({"role": Role.LEADER, "area": commune.area}, "Lãnh đạo huyện"),
    ):
        user = make_user(**place)
        also(user, Role.AGENCY_OFFICER, agency=other)
        client.force_login(user)
        (role,) = roles_said(client.get(f"{CELL}comments/new/"))
        assert said in role


def test_the_agency_asked_answers_a_difficulty_before_who_leads(client, commune, agencies):
    leader = make_user(role=Role.LEADER, area=commune.area)
    also(leader, Role.AGENCY_OFFICER, agency=agencies[0])
    client.force_login(leader)
    asked = make_difficulty(commune, by=leader, asked_agency=agencies[0])
    open_to_all = make_difficulty(commune, by=leader)

    assert "Phòng Một" in roles_said(client.get(f"/difficulties/{asked.pk}/resolve/"))[0]
    assert "Lãnh đạo" in roles_said(client.get(f"/difficulties/{open_to_all.pk}/resolve/"))[0]


def test_on_many_results_at_once_each_role_of_the_rows(client, commune):
    criteria_set = make_set(code="hai")
    run = make_enrolment(commune=commune, criteria_set=criteria_set)
    user = None
    for number, name in ((1, "Phòng Một"), (2, "Phòng Hai")):
        criterion = criteria_set.criteria.get(number=number)
        agency = make_agency(key=name, name=name, area=commune.area, criteria=[criterion])
        if user is None:
            user = make_user(role=Role.AGENCY_OFFICER, agency=agency)
        else:
            also(user, Role.AGENCY_OFFICER, agency=agency)
    client.force_login(user)
    address = "/communes/ky-lac/assess/"

    (both,) = roles_said(client.get(address))
    assert [name in both for name in ("Phòng Một", "Phòng Hai")] == [True, True]
    one = cell(run, 2)
    sent = {
        "basis": "verification",
        "basis_text": "Biên bản",
        "assessed_on": "08/09/2020",
        f"c{one.pk}-version": one.version,
        f"c{one.pk}-result": "not_met",
        f"c{one.pk}-reason": "Chưa xong",
    }
    (said,) = roles_said(client.post(address, sent))
    assert "Phòng Hai" in said
    assert "Phòng Một" not in said


def test_on_visits_the_body_that_goes(client, commune, agencies):
    officer = make_user(role=Role.AGENCY_OFFICER, agency=agencies[0])
    also(officer, Role.LEADER, area=commune.area)
    visit = make_visit(commune, by=officer, agency=agencies[0])
    others = make_visit(commune, by=officer, agency=agencies[1])
    client.force_login(officer)

    for verb in ("record", "give-up"):
        assert "Phòng Một" in roles_said(client.get(f"/visits/{visit.pk}/{verb}/"))[0]
        assert "Lãnh đạo" in roles_said(client.get(f"/visits/{others.pk}/{verb}/"))[0]
    own, another = (f"/visits/new/?body=agency-{agency.pk}" for agency in agencies)
    assert "Phòng Một" in roles_said(client.get(own))[0]
    assert "Lãnh đạo" in roles_said(client.get(another))[0]


def test_a_role_at_the_province_counts_in_its_districts(client):
    province = make_area(code="42", name="Hà Tĩnh", kind="province")
    district = make_area(parent=province)
    make_enrolment(commune=make_commune(area=district))
    leader = make_user(role=Role.LEADER, area=province)
    also(leader, Role.OBSERVER, area=district)
    client.force_login(leader)

    assert "Hà Tĩnh" in roles_said(client.get(f"{CELL}assess/"))[0]


@pytest.mark.parametrize(
    "address",
    [
        CELL,
        f"{CELL}assess/",
        f"{CELL}comments/new/",
        "/communes/ky-lac/assess/",
        "/communes/ky-lac/charges/new/",
        "/visits/new/",
    ],
)
def test_who_has_one_role_reads_it_in_the_head_alone(client, status, agencies, address):
    client.force_login(make_user(role=Role.LEADER, area=status.enrolment.commune.area))

    assert roles_said(client.get(address)) == []


@pytest.mark.parametrize("address", ["/communes/ky-lac/difficulties/new/", f"{CELL}evidence/new/"])
def test_who_has_one_role_at_a_commune_reads_it_in_the_head_alone(client, status, address):
    head = make_user(role=Role.COMMUNE_LEADER, commune=status.enrolment.commune)
    client.force_login(head)

    assert roles_said(client.get(address)) == []
