"""Plans on a past day: as approved and reported by then, with the forecasts that were kept."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Role
from communes.models import Commune
from criteria.models import Enrolment, TargetChange
from nrm_tracker import clock
from plans.forecasts import actions as forecasts
from plans.forecasts import by_day, reckoning
from plans.models import Activity, Plan, PlanForecast
from plans.progress import actions as progress
from plans.progress.actions import StepProgress
from tests.factories import make_area, make_user
from tests.pages import Page, as_person, demo_for_the_module, read
from tests.plans.plans import approve_plan, make_plan, make_run

pytestmark = pytest.mark.django_db
MOST = 20


@pytest.fixture(scope="module", autouse=True)
def _demo(django_db_setup, django_db_blocker):
    with demo_for_the_module(django_db_blocker):
        yield


def on(settings, day):
    settings.DEMO_DAY = f"2020-{day}"


def test_each_day_that_it_is_reckoned_a_forecast_is_kept(settings):
    enrolment = make_run("xa-91010", target_on=dt.date(2020, 10, 2))
    area = enrolment.commune.area
    on(settings, "09-01")
    plan = make_plan(enrolment, "1|A|10", "2|B|5|1")
    approve_plan(plan)
    on(settings, "09-10")
    first = plan.activities.get(number=1)
    progress.report(plan, {first.pk: StepProgress(10, remaining_days=12)}, by=make_user())
    on(settings, "09-15")
    Plan.objects.mark_stale()
    forecasts.refresh_all()

    kept = PlanForecast.objects.filter(plan=plan).order_by("on")
    assert list(kept.values_list("on", "state", "finish_on", "late_count")) == [
        (dt.date(2020, 9, 1), "approved", dt.date(2020, 9, 22), 0),
        (dt.date(2020, 9, 10), "approved", dt.date(2020, 10, 2), 2),
        (dt.date(2020, 9, 15), "approved", dt.date(2020, 10, 2), 2),
    ]
    assert set(kept.values_list("deciding", flat=True)) == {"1. A"}
    weeks = by_day.weeks_of(plan, dt.date(2020, 9, 15))
    assert [(one.on.day, one.later) for one in weeks] == [(1, 0), (10, 10), (15, 0)]
    assert by_day.newest_of([area.pk], dt.date(2020, 9, 9))[enrolment.pk].finish_on == (
        dt.date(2020, 9, 22)
    )
    assert by_day.newest_of([area.pk], dt.date(2020, 8, 31)) == {}


def test_the_plan_of_a_past_day_is_what_was_approved_with_what_was_reported_by_then():
    client = as_person("lanhdao")

    page = read(client, "/plans/ky-lac/", as_of="2020-09-14")
    said = page.one("p", class_="say").text
    # Nothing was reported by then: what was approved on 11 September, from the 14th on.
    assert "Kỳ Lạc dự báo về đích ngày" in said
    assert page.figures[0] == "10/20"
    assert "as_of" in page.html
    assert "Không sửa được ở đây" in page.html or "past" in page.html
    assert not page.find("section", id="what-if")
    assert "Báo cáo tiến độ" not in page.html

    then = read(client, "/plans/ky-lac/", as_of="2020-09-10")
    assert "chưa" in then.one("div", class_="empty").text
    assert not then.find("p", class_="say")
    assert client.get("/plans/ky-lac/?as_of=14/09/2020").url == "/plans/ky-lac/?as_of=2020-09-14"


def test_two_days_are_compared():
    page = read(as_person("lanhdao"), "/plans/ky-lac/", compare="2020-09-14")

    section = page.one("section", id="compared")
    assert "14/09/2020" in section.text
    assert page.find("tr", data_moved="2")
    unknown = read(as_person("lanhdao"), "/plans/ky-lac/", compare="2020-09-10")
    assert any("10/09/2020" in problem for problem in unknown.problems)


def test_all_plans_stand_as_they_were_forecast_on_the_day():
    client = as_person("quansat")

    page = read(client, "/plans/", as_of="2020-09-12", compare="2020-09-15")
    kept = PlanForecast.objects.get(
        plan__enrolment__commune__slug="ky-lac", on=dt.date(2020, 9, 11)
    )
    assert f"{kept.finish_on:%d/%m/%Y}" in page.row("ky-lac").text
    assert "tính ngày 11/09" in page.row("ky-lac").text
    before = read(client, "/plans/", as_of="2020-09-01")
    assert "chưa có dự báo" in before.row("ky-lac").text
    assert before.figures[:2] == ["0", "0"]


def test_a_past_day_has_the_target_of_that_day():
    enrolment = Plan.objects.get(enrolment__commune__slug="ky-lac").enrolment
    TargetChange.objects.create(
        enrolment=enrolment,
        from_on=dt.date(2020, 11, 30),
        to_on=enrolment.target_on,
        reason="Thử",
        by=make_user(),
        at=clock.at(dt.date(2020, 9, 15), 6),
    )

    page = read(as_person("lanhdao"), "/plans/ky-lac/", as_of="2020-09-14")
    assert "30/11/2020" in page.one("p", class_="say").parent.text
    assert (
        "30/11/2020" in read(as_person("lanhdao"), "/plans/", as_of="2020-09-14").row("ky-lac").text
    )


@pytest.mark.parametrize(
    "address",
    ["/plans/?as_of=2020-09-14&compare=2020-09-15", "/plans/ky-lac/?as_of=2020-09-14",
     "/plans/ky-lac/?compare=2020-09-14&weight=cost", "/plans/ky-lac/?known=2020-09-14",
     "/plans/ky-lac/versions/", "/plans/ky-lac/versions/1/?against=now"],
)  # fmt: skip
def test_a_past_day_asks_little_of_the_database(address):
    client = as_person("dieuphoi")
    client.get("/healthz")

    with CaptureQueriesContext(connection) as asked:
        assert client.get(address).status_code == 200
    assert len(asked) <= MOST


def test_who_has_most_critical_steps_over_all_plans():
    page = read(as_person("lanhdao"), "/plans/")

    agencies, people = page.find("table", class_="tb t-holding")
    # Steps 13 and 14 of Kỳ Lạc, 6 and 7 of Lâm Hợp.
    first = page.find("tr", inside=agencies)[1].text
    assert first == "Văn phòng Điều phối nông thôn mới huyện 4 2"
    assert "Phó Chủ tịch UBND xã Kỳ Lạc 3 1" in people.text


def test_300_plans_stand_side_by_side_and_are_reckoned_by_nobody(client, monkeypatch):
    area = make_area(code="911", name="Huyện Nhiều Xã")
    first = make_run("xa-91100", area=area, target_on=dt.date(2020, 9, 30))
    plan = make_plan(first, "1|A|10", "2|B|5|1", person="Lê Văn Một")
    fill(plan, 299)
    client.force_login(make_user(role=Role.LEADER, area=area))
    client.get("/healthz")
    monkeypatch.setattr(reckoning, "schedule", None)

    with CaptureQueriesContext(connection) as asked:
        page = Page(client.get("/plans/"))

    assert len(asked) <= MOST
    assert len(page.slugs) == 50
    assert page.figures == ["300", "300", "0"]
    (people,) = page.find("table", class_="tb t-holding")
    # Two of the first plan, one of each of the others.
    assert "Lê Văn Một 301 300" in people.text


def fill(plan, count):
    """As many plans beside one, each with a step of the same person, forecast as that one is."""
    run, step = plan.enrolment, plan.activities.first()
    communes = Commune.objects.bulk_create(
        Commune(area=run.commune.area, name=f"Xã {n}", slug=f"xa-nhieu-{n}", code=str(50_000 + n))
        for n in range(count)
    )
    runs = Enrolment.objects.bulk_create(
        Enrolment(
            commune=one,
            criteria_set=run.criteria_set,
            opened_on=run.opened_on,
            target_on=run.target_on,
        )
        for one in communes
    )
    kept = {"made_by": plan.made_by, "made_at": plan.made_at, "finish_on": plan.finish_on}
    plans = Plan.objects.bulk_create(Plan(enrolment=one, **kept) for one in runs)
    Activity.objects.bulk_create(
        Activity(plan=one, number=1, name="A", working_days=9, person=step.person, is_critical=True)
        for one in plans
    )
    PlanForecast.objects.bulk_create(
        PlanForecast(plan=one, on=plan.forecast_on, state=one.state, finish_on=plan.finish_on)
        for one in plans
    )
