"""Work that is done proposes the claim on its criterion, to the commune's own people."""

import datetime as dt

import pytest

from accounts.access import access_of
from accounts.models import Role
from criteria.assessments import actions as assessment_actions
from criteria.models import Level, Result
from dashboards.inbox import waiting
from meetings.tasks import actions as task_actions
from nrm_tracker import clock
from plans.models import Activity
from plans.progress import actions as progress
from plans.progress.actions import StepProgress
from plans.tasks import actions as step_tasks
from tests.factories import cell, finding, make_enrolment, make_task, make_user
from tests.pages import read
from tests.plans.plans import make_plan

pytestmark = pytest.mark.django_db
TODAY = dt.date(2020, 9, 15)


@pytest.fixture
def run():
    made = make_enrolment(target_on=dt.date(2020, 12, 31))
    for number in (1, 2):
        assess(made, number, Result.NOT_MET, dt.date(2020, 9, 1))
    return made


@pytest.fixture
def head(run):
    return make_user(role=Role.COMMUNE_LEADER, commune=run.commune)


@pytest.fixture
def leader(run):
    return make_user(role=Role.LEADER, area=run.commune.area)


@pytest.fixture
def plan(run):
    made = make_plan(run, "1|Dự toán|5", "2|Bê tông|9|1", "3|Hồ sơ|2")
    criteria = dict(run.criteria_set.criteria.values_list("number", "pk"))
    for number, criterion in ((1, 2), (2, 2), (3, 3)):
        made.activities.filter(number=number).update(criterion=criteria[criterion])
    return made


def assess(run, number, result, on, **kwargs):
    return assessment_actions.assess(
        cell(run, number), finding(result, on, **kwargs), by=make_user()
    )


def finish(plan, number, on=TODAY):
    step = plan.activities.get(number=number)
    told = StepProgress(percent=100, started_on=on, finished_on=on)
    progress.report(plan, {step.pk: told}, by=make_user())


def done_task(run, leader, head, number, on=TODAY):
    task = make_task(
        commune=run.commune, by=leader, criterion=run.criteria_set.criteria.get(number=number)
    )
    with clock.standing_at(clock.at(on, 9)):
        task_actions.report_done(task, note="Xong", by=head)
        task_actions.confirm(task, note="", by=leader)
    return task


def due(person):
    rows = waiting.waiting(access_of(person, TODAY)).rows
    return [(row.number, row.note, row.day) for row in rows if row.kind == "claim"]


STEPS, TASK = "Mọi việc trong kế hoạch đã xong", "Nhiệm vụ về tiêu chí này đã xong"


def test_all_steps_of_a_criterion_done_propose_its_claim(client, run, plan, head, leader):
    finish(plan, 1)
    assert due(head) == []
    finish(plan, 2, dt.date(2020, 9, 14))

    assert due(head) == [(2, STEPS, TODAY)]
    assert due(leader) == []
    client.force_login(head)
    address = "/communes/ky-lac/criteria/2/claim/?set=ntm"
    for page in ("/me/", "/communes/ky-lac/"):
        (item,) = read(client, page).find("li", data_kind="claim")
        assert item["data-criterion"] == "2"
        assert address in read(client, page).links
    assert read(client, "/plans/ky-lac/").find(id="ready")
    assert client.get(address).status_code == 200
    client.force_login(leader)
    assert not read(client, "/communes/ky-lac/").find("li", data_kind="claim")


def test_it_goes_once_the_commune_stated_it_or_somebody_found_something_later(run, plan, head):
    finish(plan, 1, dt.date(2020, 9, 10))
    finish(plan, 2, dt.date(2020, 9, 10))
    assess(run, 2, Result.NOT_MET, dt.date(2020, 9, 10))
    assert due(head) == [(2, STEPS, dt.date(2020, 9, 10))]

    assess(run, 2, Result.NOT_MET, dt.date(2020, 9, 11))
    assert due(head) == []
    finish(plan, 3)
    assert due(head) == [(3, STEPS, TODAY)]
    assess(run, 3, Result.MET, TODAY, level=Level.COMMUNE)
    assert due(head) == []


def test_a_confirmed_task_proposes_it_where_the_plan_has_no_step_open(run, plan, head, leader):
    done_task(run, leader, head, 1, dt.date(2020, 9, 12))
    assert due(head) == [(1, TASK, dt.date(2020, 9, 12))]

    done_task(run, leader, head, 2)
    assert [number for number, *_more in due(head)] == [1]

    assess(run, 1, Result.MET, dt.date(2020, 9, 13))
    assert due(head) == []


def test_a_step_that_is_a_task_is_done_when_that_is_confirmed(run, plan, head, leader):
    finish(plan, 1, dt.date(2020, 9, 10))
    task = make_task(commune=run.commune, by=leader)
    step = plan.activities.get(number=2)
    plan.refresh_from_db()
    step_tasks.link(plan, task, step, version=plan.version, by=head)
    task_actions.report_done(task, note="Xong", by=head)
    assert due(head) == []

    task_actions.confirm(task, note="", by=leader)

    assert Activity.objects.get(pk=step.pk).finished_on == TODAY
    assert due(head) == [(2, STEPS, TODAY)]
