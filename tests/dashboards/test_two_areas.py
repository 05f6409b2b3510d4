"""Areas share the sets of criteria, never their agencies: no page of one names those of another."""

import datetime as dt

import pytest
from django.urls import reverse

from accounts.models import Membership, Role
from communes.models import Area
from criteria.assessments import actions as assessment_actions
from criteria.models import Claim, Result
from nrm_tracker import clock
from tests.factories import (
    OPENED,
    cell,
    finding,
    make_agency,
    make_area,
    make_commune,
    make_enrolment,
    make_session,
    make_set,
    make_task,
    make_user,
)
from tests.pages import read

pytestmark = pytest.mark.django_db
OWN, OTHER = "Phòng Bên Này", "Phòng Bên Kia"


@pytest.fixture
def areas():
    """Two districts at one set: in each an agency answers for the first criterion, a claim waits,
    and a task is led by the agency."""
    made = {}
    criteria_set = make_set()
    for code, name, agency_name in (("447", "Kỳ Anh", OWN), ("448", "Cẩm Xuyên", OTHER)):
        area = made[code] = make_area(code=code, name=name)
        run = make_enrolment(
            commune=make_commune(area=area, slug=f"xa-{code}", name=f"Xã {code}", code=code),
            criteria_set=criteria_set,
        )
        agency = make_agency(
            area=area, key=f"phong-{code}", name=agency_name, criteria=[cell(run).criterion]
        )
        assessment_actions.assess(cell(run), finding(Result.NOT_MET), by=make_user())
        Claim.objects.create(
            status=cell(run),
            result=Result.NEARLY,
            state=Claim.State.SUBMITTED,
            drafted_by=make_user(),
            drafted_at=clock.now(),
            submitted_by=make_user(),
            submitted_at=clock.now() - dt.timedelta(days=60),
        )
        make_session(communes=[run.commune])
        make_task(area=area, lead_agency=agency, commune=run.commune)
    return made["447"], made["448"]


PAGES = [
    *("/", "/communes/", "/criteria/", "/criteria/1/", "/criteria/1/history/", "/tasks/"),
    *("/visits/", "/visits/new/", "/difficulties/", "/review/", "/checks/", "/rounds/"),
    *("/sessions/", "/sessions/new/", "/tasks/new/", "/search/?q=phong", "/accounts/area/"),
    *("/accounts/area/new/", "/enrolments/", "/setup/", "/criteria/1/assess/"),
    *("/communes/xa-447/", "/communes/xa-447/criteria/1/", "/communes/xa-447/dossier/"),
    *("/communes/xa-447/criteria/1/assess/", "/communes/xa-447/difficulties/new/"),
    *("/communes/xa-447/assess/", "/communes/xa-447/history/", "/communes/xa-447/sheet/"),
    *("/communes/xa-447/criteria/1/history/", "/communes/xa-447/criteria/1/claim/"),
]


@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.LEADER])
@pytest.mark.parametrize("address", PAGES)
def test_no_page_names_an_agency_of_another_area(client, areas, role, address):
    """Whoever reaches both sees those of the area looked at."""
    user = make_user(role=role, area=areas[0])
    Membership.objects.create(
        user=user, role=role, area=areas[1], from_on=OPENED + dt.timedelta(days=1)
    )
    client.force_login(user)

    answer = client.get(address)

    assert answer.status_code in (200, 403)
    assert OTHER not in answer.content.decode()


@pytest.mark.parametrize("address", ["/criteria/", "/criteria/1/", "/communes/xa-447/criteria/1/"])
def test_those_of_the_own_area_are_named(client, areas, address):
    client.force_login(make_user(role=Role.LEADER, area=areas[0]))

    assert OWN in read(client, address).html


def test_a_word_on_a_claim_is_offered_to_the_agencies_of_its_area(client, areas):
    client.force_login(make_user(role=Role.COORDINATOR, area=areas[0]))
    claim = Claim.objects.get(status__enrolment__commune__area=areas[0])

    for name in ("claim-word", "claim-return"):
        page = client.get(f"/claims/{claim.pk}/{name.partition('-')[2]}/").content.decode()
        assert OTHER not in page
    assert OWN in client.get(f"/claims/{claim.pk}/word/").content.decode()


def test_a_provinces_own_agencies_stand_on_its_criteria(client, areas):
    province = make_area(code="42", name="Hà Tĩnh", kind=Area.Kind.PROVINCE)
    Area.objects.filter(pk__in=[area.pk for area in areas]).update(parent=province)
    criterion = areas[0].agencies.get().responsibilities.get().criterion
    make_agency(area=province, key="so", name="Sở Y tế", criteria=[criterion])
    client.force_login(make_user(role=Role.LEADER, area=province))

    for address in ("/criteria/", "/criteria/1/"):
        page = read(client, address).html
        assert "Sở Y tế" in page
        assert OTHER not in page
        assert OWN not in page


def test_an_officer_who_reads_another_area_looks_after_the_own(client, areas):
    agency = areas[0].agencies.get()
    user = make_user(role=Role.AGENCY_OFFICER, agency=agency)
    Membership.objects.create(user=user, role=Role.OBSERVER, area=areas[1], from_on=OPENED)
    client.force_login(user)

    page = read(client, "/me/")

    assert page.find("li", data_commune="xa-447")
    assert not page.find("li", data_commune="xa-448")


def test_a_visit_is_planned_for_an_agency_of_the_area_looked_at(client, areas):
    user = make_user(role=Role.AGENCY_OFFICER, agency=areas[0].agencies.get())
    Membership.objects.create(
        user=user,
        role=Role.AGENCY_OFFICER,
        agency=areas[1].agencies.get(),
        from_on=OPENED + dt.timedelta(days=1),
    )
    client.force_login(user)

    assert OTHER not in read(client, "/visits/new/").html
    client.post(reverse("accounts:choose-area"), {"area": areas[1].pk, "back": "/"})
    assert OWN not in read(client, "/visits/new/").html
