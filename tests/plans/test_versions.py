"""What was approved of a plan, and how it differs from what came after."""

import datetime as dt
from dataclasses import replace
from decimal import Decimal

import pytest

from accounts.models import Role
from plans.approval import freezing
from plans.drafting import actions as drafting
from plans.forecasts import reckoning
from plans.models import Activity, Plan
from plans.progress import actions as progress
from plans.progress.actions import StepProgress
from plans.versions import queries
from plans.versions.differences import VersionDifferences
from tests.factories import make_user
from tests.pages import Page, as_person, demo_for_the_module, read
from tests.plans.plans import approve_plan, make_plan, make_run, said

pytestmark = pytest.mark.django_db
TODAY = dt.date(2020, 9, 15)


@pytest.fixture(scope="module", autouse=True)
def _demo(django_db_setup, django_db_blocker):
    with demo_for_the_module(django_db_blocker):
        yield


def rewritten(plan, *lines, dropped=(), keys=None):
    """The steps of those numbers as they are now typed; others are new."""
    known = keys or dict(plan.activities.current().values_list("number", "pk"))
    rows = [replace(row, key=known.get(row.number)) for row in said(plan, *lines)]
    plan = Plan.objects.get(pk=plan.pk)
    return drafting.write(
        plan, rows, version=plan.version, dropped=[known[number] for number in dropped]
    )


@pytest.fixture
def plan():
    enrolment = make_run("xa-91001", target_on=dt.date(2020, 10, 30))
    return make_plan(enrolment, "1|Dự toán|10", "2|Bê tông|20|1", "3|Loa|5", "4|Thẩm tra|3|2; 3")


def test_what_changed_between_two_versions_is_told_step_by_step(plan):
    first = approve_plan(plan, "12/QĐ")
    plan = rewritten(
        plan,
        "1|Lập dự toán|10",
        "2|Bê tông|22|1 + 3 ngày làm việc",
        "5|Cổng chào|40",
        "4|Thẩm tra|3|2; 5",
        dropped=[3],
    )
    Activity.objects.filter(number=2, plan=plan).update(cost_people=Decimal("12.5"))
    second = approve_plan(Plan.objects.get(pk=plan.pk))

    found = VersionDifferences(queries.side_of(first), queries.side_of(second))

    assert [str(one) for one in found.added] == ["5. Cổng chào"]
    assert [str(one) for one in found.taken_out] == ["3. Loa"]
    assert {one.new.number: one.changes for one in found.changed} == {
        1: [("Việc", "Dự toán", "Lập dự toán")],
        2: [
            ("Việc phải xong trước", "1", "1 + 3 ngày làm việc"),
            ("Số ngày làm việc", "20", "22"),
            ("Kinh phí (triệu đồng)", "0", "12,5"),
        ],
        4: [("Việc phải xong trước", "2; 3", "2; 5")],
    }
    # 10 + 20 + 3 working days from 15 September; then 40 + 3.
    assert (first.finish_on, second.finish_on) == (dt.date(2020, 10, 29), dt.date(2020, 11, 12))
    assert (found.moved, found.same) == (14, 0)
    assert [one.number for one in found.old.chain] == [1, 2, 4]
    assert [one.number for one in found.new.chain] == [5, 4]
    assert [one.number for one in found.became_critical] == [5]
    assert [one.number for one in found.no_longer_critical] == [1, 2]
    assert (second.target_on, second.steps.get(number=2).cost_people) == (
        dt.date(2020, 10, 30),
        Decimal("12.5"),
    )


def test_other_numbers_and_days_that_follow_are_no_changes(plan):
    first = approve_plan(plan)
    keys = dict(plan.activities.values_list("number", "pk"))
    moved = {2: keys[1], 3: keys[2], 4: keys[3], 5: keys[4]}
    plan = rewritten(
        plan,
        "1|Họp dân|2",
        "2|Dự toán|10|1",
        "3|Bê tông|20|2",
        "4|Loa|5",
        "5|Thẩm tra|3|3; 4",
        keys=moved,
    )

    found = VersionDifferences(queries.side_of(first), queries.side_of_today(plan, TODAY))

    assert [str(one) for one in found.added] == ["1. Họp dân"]
    assert [(one.new.number, one.changes[0].label) for one in found.changed] == [
        (2, "Việc phải xong trước")
    ]
    assert [(one.old.number, one.new.number) for one in found.only_moved] == [(2, 3), (4, 5)]
    assert (found.same, found.moved) == (1, 4)


def test_a_version_is_the_same_plan_again_with_what_was_reported_by_a_day(plan, settings):
    version = approve_plan(plan)
    first = plan.activities.get(number=1)
    settings.DEMO_DAY = "2020-09-22"
    progress.report(plan, {first.pk: StepProgress(20, remaining_days=15)}, by=make_user())
    settings.DEMO_DAY = "2020-09-29"
    done = StepProgress(100, started_on=TODAY, finished_on=dt.date(2020, 9, 28))
    progress.report(plan, {first.pk: done}, by=make_user())
    now = reckoning.forecast(reckoning.written(Plan.objects.get(pk=plan.pk)), dt.date(2020, 9, 29))

    def finish(day):
        return reckoning.forecast(_stood(version, day), day).schedule.finish

    assert finish(TODAY) == version.finish_on
    # Fifteen days are left on 22 September, then 20 and 3.
    assert finish(dt.date(2020, 9, 22)) == dt.date(2020, 11, 12)
    assert finish(dt.date(2020, 9, 29)) == now.schedule.finish == dt.date(2020, 10, 29)


def _stood(version, day):
    return freezing.written_on(version, freezing.steps_of(version), day)


def test_the_pages_of_versions():
    client = as_person("lanhdao")
    page = read(client, "/plans/ky-lac/versions/")
    (row,) = page.find("tr", data_version=True)
    assert "11/09/2020" in row.text
    assert "/plans/ky-lac/versions/1/?against=now" in page.links

    shown = read(client, "/plans/ky-lac/versions/1/")
    assert len(shown.find("tr", data_step=True)) == 14
    assert "3 → 4 → 5 → 13 → 14" in shown.one("p", class_="say").text

    compared = read(client, "/plans/ky-lac/versions/1/", against="now")
    said = compared.one("p", class_="say").text
    assert "lùi 2 ngày, từ 21/12/2020 sang 23/12/2020" in said
    assert not compared.find("tr", data_changed=True)
    assert compared.find("tr", data_moved="2")
    for wrong in ("versions/2/", "versions/1/?against=7", "versions/1/?against=x"):
        assert client.get(f"/plans/ky-lac/{wrong}").status_code == 404


def test_a_plan_that_was_never_approved_has_no_version(client):
    enrolment = make_run("xa-91002")
    make_plan(enrolment, "1|A|3")
    client.force_login(make_user(role=Role.LEADER, area=enrolment.commune.area))

    page = Page(client.get(f"/plans/{enrolment.commune.slug}/versions/"))

    assert not page.find("tr", data_version=True)
    assert "chưa" in page.one("div", class_="empty").text
