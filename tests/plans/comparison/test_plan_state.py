"""How a plan stands, as other pages say it: the commune's, the overview, a briefing."""

import datetime as dt

import pytest

from accounts.models import Role
from meetings.models import Briefing, WorkingSession
from plans.comparison.plan_state import PlanCounts, counts_of, state_of
from plans.models import Plan
from tests.factories import make_commune, make_enrolment, make_session, make_user
from tests.pages import read
from tests.plans.plans import make_plan

pytestmark = pytest.mark.django_db
TODAY = dt.date(2020, 9, 15)


@pytest.fixture
def run():
    return make_enrolment(target_on=dt.date(2020, 10, 2))


@pytest.fixture
def leader(run):
    return make_user(role=Role.LEADER, area=run.commune.area)


@pytest.fixture
def plan(run):
    """It ends on 09/10/2020, seven days late."""
    made = make_plan(run, "1|Dự toán|5", "2|Đổ bê tông|14|1")
    assert Plan.objects.get().finish_on == dt.date(2020, 10, 9)
    return made


def test_the_forecast_is_told_against_the_target_with_the_step_that_decides_it(run, plan):
    found = state_of(run.commune_id, "ntm")

    assert (found.finish_on, found.days_late, found.reckoned_on) == (
        dt.date(2020, 10, 9), 7, TODAY,
    )  # fmt: skip
    assert (found.step, found.is_approved) == ("2. Đổ bê tông", False)
    assert state_of(run.commune_id, "khac") is None


def test_of_an_area_it_is_counted_how_many_end_after_their_target(run, plan):
    other = make_commune(name="Lâm Hợp", slug="lam-hop", code="2")
    in_time = make_enrolment(
        commune=other, criteria_set=run.criteria_set, target_on=dt.date(2020, 12, 31)
    )
    make_plan(in_time, "1|Dự toán|5")

    assert counts_of({run.commune.area_id}, TODAY) == PlanCounts(reckoned=2, late=1)
    assert counts_of(set(), TODAY) == PlanCounts(0, 0)


def test_the_overview_and_the_commune_lead_to_it_today_alone(client, run, plan, leader):
    client.force_login(leader)

    page = read(client, "/")
    assert page.one("span", id="plans").text == "Theo kế hoạch, 1 trên 1 xã về đích sau mục tiêu"
    assert "/plans/" in page.links
    commune = read(client, "/communes/ky-lac/")
    said = commune.one("p", id="plan").text
    assert "Kế hoạch dự báo 09/10/2020, sau mục tiêu 7 ngày" in said
    assert "2. Đổ bê tông" in said
    assert "/plans/ky-lac/?set=ntm" in commune.links
    for address in ("/", "/communes/ky-lac/"):
        past = read(client, address, as_of="2020-09-10")
        assert not past.find(id="plans")
        assert not past.find(id="plan")


def test_a_commune_without_a_plan_says_so(client, run, leader):
    client.force_login(leader)

    assert "Chưa có kế hoạch" in read(client, "/communes/ky-lac/").one("p", id="plan").text
    assert not read(client, "/").find(id="plans")


def test_a_briefing_keeps_how_the_plan_stood(client, run, plan, leader):
    session = make_session(communes=[run.commune], by=leader)
    client.force_login(leader)
    address = f"/sessions/{session.pk}/briefing/ky-lac/"
    before = read(client, address).one("p", id="plan").text
    assert "sau mục tiêu 7 ngày" in before

    assert client.post(f"/sessions/{session.pk}/hold/", {"confirmed": "on"}).status_code == 302
    Plan.objects.update(finish_on=dt.date(2020, 11, 30))

    kept = Briefing.objects.get().content["plan"]
    assert (kept["finish_on"], kept["step_number"]) == ("2020-10-09", 2)
    assert read(client, address).one("p", id="plan").text == before


def test_a_briefing_says_that_there_is_no_plan_and_an_old_one_says_nothing(client, run, leader):
    session = make_session(communes=[run.commune], by=leader)
    client.force_login(leader)
    address = f"/sessions/{session.pk}/briefing/ky-lac/"
    assert "Chưa có kế hoạch" in read(client, address).one("p", id="plan").text

    client.post(f"/sessions/{session.pk}/hold/", {"confirmed": "on"})
    assert WorkingSession.objects.get().state == "held"
    kept = Briefing.objects.get()
    assert kept.content["plan"] is None
    content = dict(kept.content)
    del content["plan"]
    Briefing.objects.update(content=content)
    client.force_login(make_user(role=Role.OBSERVER, area=run.commune.area))
    assert not read(client, address).find("p", id="plan")
