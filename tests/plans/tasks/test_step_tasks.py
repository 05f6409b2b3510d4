"""A step of a plan that is a task: one truth, told by the task."""

import datetime as dt

import pytest
from django.core.exceptions import ValidationError

from accounts.models import Notice, Person, Role
from meetings.tasks import actions as task_actions
from meetings.tasks import due_dates
from nrm_tracker import clock
from nrm_tracker.forms import Conflict
from plans.drafting import actions as drafting
from plans.models import Activity, Plan, ProgressReport
from plans.models.plans import PlanQuerySet
from plans.progress import actions as progress
from plans.progress.actions import StepProgress
from plans.tasks import actions
from tests.factories import make_agency, make_commune, make_enrolment, make_task, make_user
from tests.pages import read
from tests.plans.plans import make_plan, said

pytestmark = pytest.mark.django_db
TODAY = dt.date(2020, 9, 15)


@pytest.fixture
def enrolment():
    return make_enrolment(target_on=dt.date(2020, 10, 30))


@pytest.fixture
def head(enrolment):
    return make_user(role=Role.COMMUNE_LEADER, commune=enrolment.commune)


@pytest.fixture
def leader(enrolment):
    return make_user(role=Role.LEADER, area=enrolment.commune.area)


@pytest.fixture
def plan(enrolment):
    made = make_plan(enrolment, "1|Dự toán|5", "2|Đổ bê tông|10|1")
    Plan.objects.update(state="approved")
    return made


@pytest.fixture
def task(enrolment, leader):
    agency = make_agency(name="Phòng Kinh tế - Hạ tầng")
    focal = Person.objects.create(area=enrolment.commune.area, full_name="Ông Đào Văn Nhân")
    return make_task(
        by=leader, commune=enrolment.commune, lead_agency=agency, focal_person=focal,
        criterion=enrolment.criteria_set.criteria.get(number=2), due_on=dt.date(2020, 9, 30),
        title="Bê tông hóa đường trục thôn",
    )  # fmt: skip


def step_of(task):
    return Activity.objects.get(task=task)


def on(day, verb, task, by, **more):
    with clock.standing_at(clock.at(day, 9)):
        return verb(task, note="Đã làm", by=by, **more)


def link(plan, task, number=2, by=None):
    step = plan.activities.get(number=number)
    version = Plan.objects.get(pk=plan.pk).version
    return actions.link(plan, task, step, version=version, by=by or make_user())


def test_a_task_becomes_a_new_step_with_all_that_it_says(plan, task, head):
    step = actions.add(plan, task, working_days=12, version=plan.version, by=head)

    plan.refresh_from_db()
    assert (step.number, step.name, step.criterion.number) == (3, task.title, 2)
    assert (step.person, step.agency) == (task.focal_person, task.lead_agency)
    assert (step.working_days, step.percent, step.started_on) == (12, 0, None)
    assert (plan.state, plan.step_count) == ("draft", 3)
    assert plan.finish_on == dt.date(2020, 10, 5)


def test_a_step_is_as_far_as_its_task_and_done_once_that_is_confirmed(plan, task, leader, head):
    link(plan, task)
    assert Plan.objects.get().state == "approved"

    on(dt.date(2020, 9, 17), task_actions.report_progress, task, head, percent=40)
    step = step_of(task)
    assert (step.percent, step.remaining_days, step.finished_on) == (40, 6, None)
    assert (step.started_on, step.reported_on) == (dt.date(2020, 9, 17),) * 2

    on(dt.date(2020, 9, 22), task_actions.report_done, task, head)
    step = step_of(task)
    assert (step.percent, step.remaining_days, step.finished_on) == (100, 0, None)

    on(dt.date(2020, 9, 25), task_actions.send_back, task, leader)
    on(dt.date(2020, 9, 28), task_actions.report_done, task, head)
    on(dt.date(2020, 10, 2), task_actions.confirm, task, leader)
    step = step_of(task)
    assert (step.finished_on, step.started_on) == (dt.date(2020, 9, 28), dt.date(2020, 9, 17))
    told = [(r.percent, r.finished_on, r.reported_by) for r in step.reports.order_by("pk")]
    assert told == [
        (0, None, told[0][2]), (40, None, head), (100, None, head),
        (100, dt.date(2020, 9, 28), leader),
    ]  # fmt: skip
    plan.refresh_from_db()
    assert plan.forecast_on == dt.date(2020, 10, 2)


def test_who_does_it_follows_the_task_and_is_not_typed_in_the_plan(plan, task, leader):
    link(plan, task)
    other = Person(area=task.area, full_name="Bà Lê Thị Hai")
    task_actions.name_focal(task, other, by=leader)
    assert step_of(task).person == other

    step, version = step_of(task), Plan.objects.get().version
    (row,) = said(plan, "2|Đổ bê tông|10|1", person="Ông Khác")
    row = type(row)(row.number, row.values, row.needs, row.person, step.pk)
    with pytest.raises(ValidationError, match="Bà Lê Thị Hai"):
        drafting.write(plan, [row], version=version)
    row = type(row)(row.number, row.values | {"working_days": 7}, row.needs, None, step.pk)
    drafting.write(plan, [row], version=version)
    step.refresh_from_db()
    assert (step.working_days, step.person, step.agency) == (7, other, task.lead_agency)
    with pytest.raises(ValidationError) as refused:
        progress.report(plan, {step.pk: StepProgress(percent=100)}, by=leader)
    told = {str(step.pk): ["Việc 2 là nhiệm vụ: báo cáo ở trang nhiệm vụ."]}
    assert refused.value.message_dict == told


def test_what_is_given_up_is_the_plans_own_again(plan, task, leader, head):
    link(plan, task)
    task_actions.report_progress(task, percent=30, note="Đã làm", by=head)

    task_actions.cancel(task, note="Trùng", by=leader)

    step = plan.activities.get(number=2)
    assert (step.task, step.percent, step.person) == (None, 30, task.focal_person)
    assert "2" in Notice.objects.filter(user=head, address=plan.get_absolute_url()).get().text
    progress.report(plan, {step.pk: StepProgress(percent=60)}, by=head)
    assert ProgressReport.objects.filter(activity=step).latest("pk").percent == 60


def test_a_step_let_go_at_the_same_moment_leaves_the_report_as_it_is(plan, task, head, monkeypatch):
    link(plan, task)
    locked = PlanQuerySet.locked

    def let_go_before(self):
        Activity.objects.filter(task=task).update(task=None)
        return locked(self)

    monkeypatch.setattr(PlanQuerySet, "locked", let_go_before)
    task_actions.report_progress(task, percent=30, note="Đã làm", by=head)

    task.refresh_from_db()
    assert task.percent == 30
    assert plan.activities.get(number=2).percent == 0


def test_a_task_of_another_commune_is_no_step(plan, task, leader):
    task.commune, task.lead_commune = make_commune(slug="khac", code="1", name="Khác"), None
    task.save(update_fields=["commune", "lead_commune"])
    with pytest.raises(ValidationError, match="không thuộc xã"):
        link(plan, task)
    with pytest.raises(ValidationError, match="Chọn xã"):
        actions.assign(plan, plan.activities.get(number=1), [task, task], by=leader)


def test_what_cannot_be_a_step_is_refused(plan, task, leader, head):
    for kind, every in (("recurring", "month"), ("continuing", "")):
        endless = make_task(commune=task.commune, by=leader, kind=kind, every=every)
        with pytest.raises(ValidationError) as refused:
            link(plan, endless)
        assert "kind" in refused.value.message_dict
    link(plan, task)
    with pytest.raises(ValidationError) as refused:
        link(plan, task, number=1)
    assert "task" in refused.value.message_dict
    other = make_task(commune=task.commune, by=leader)
    with pytest.raises(ValidationError) as refused:
        link(plan, other, number=2)
    assert "step" in refused.value.message_dict
    with pytest.raises(Conflict):
        actions.add(plan, other, working_days=1, version=0, by=head)
    progress.report(
        plan,
        {plan.activities.get(number=1).pk: StepProgress(percent=100, finished_on=TODAY)},
        by=head,
    )
    with pytest.raises(ValidationError) as refused:
        link(plan, other, number=1)
    assert "step" in refused.value.message_dict


# The pages


def test_the_commune_puts_a_task_into_its_plan_from_the_page_of_the_task(
    client, plan, task, head, leader
):
    client.force_login(head)
    address = f"/plans/ky-lac/tasks/?set=ntm&task={task.pk}"
    page = read(client, task.get_absolute_url())
    assert address in page.links
    page = read(client, address)
    assert page.one("input", id="id_working_days")["value"] == "12"
    sent = {"version": plan.version, "task": task.pk, "step": ""}

    wrong = client.post(address, sent | {"working_days": "x"})
    assert "working_days" in wrong.context["form"].errors
    stale = client.post(address, sent | {"working_days": 12, "version": 0})
    assert stale.status_code == 409
    answer = client.post(address, sent | {"working_days": 12})

    step = step_of(task)
    assert answer.headers["Location"] == "/plans/ky-lac/?set=ntm#step-3"
    page = read(client, task.get_absolute_url())
    assert "/plans/ky-lac/?set=ntm#step-3" in page.links
    assert address not in page.links
    row = read(client, "/plans/ky-lac/").one("tr", id="step-3")
    assert "30/09/2020" in row.text
    assert "Ông Đào Văn Nhân" in row.text
    due_dates.move_day(task, to_on=dt.date(2020, 10, 9), reason="Mưa lũ", by=leader)
    assert "09/10/2020" in read(client, "/plans/ky-lac/").one("tr", id="step-3").text
    report = read(client, "/plans/ky-lac/report/")
    assert f"{task.get_absolute_url()}#forms" in report.links
    assert not report.find(id=f"id_percent-{step.pk}")

    client.post("/plans/ky-lac/steps/3/release/", {"version": Plan.objects.get().version})
    step.refresh_from_db()
    assert (step.task, step.person) == (None, task.focal_person)


def test_the_leader_assigns_a_step_as_a_task(client, plan, enrolment, leader):
    client.force_login(leader)
    assert "/plans/ky-lac/steps/1/task/" in read(client, "/plans/ky-lac/tasks/").links
    page = read(client, "/plans/ky-lac/steps/1/task/")
    assert page.one("textarea", name="title").text == "Dự toán"
    assert page.one("input", name="due_on")["value"] == "21/09/2020"
    sent = {
        "title": "Lập dự toán", "communes": [enrolment.commune_id], "lead": "commune",
        "kind": "once", "due_on": "21/09/2020", "priority": 2,
    }  # fmt: skip

    wrong = client.post(
        "/plans/ky-lac/steps/1/task/", sent | {"kind": "recurring", "every": "week"}
    )
    assert "kind" in wrong.context["form"].errors
    answer = client.post("/plans/ky-lac/steps/1/task/", sent)

    step = Activity.objects.get(number=1)
    assert answer.headers["Location"] == step.task.get_absolute_url()
    assert (step.task.title, step.task.lead_commune) == ("Lập dự toán", enrolment.commune)
    again = client.get("/plans/ky-lac/steps/1/task/")
    assert again.headers["Location"] == step.task.get_absolute_url()
