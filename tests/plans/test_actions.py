"""Writing, sending, approving and reporting on a plan."""

import datetime as dt
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, transaction

from accounts.models import Notice, Person, Role
from nrm_tracker import clock
from nrm_tracker.forms import Conflict
from plans.approval import actions as approval
from plans.drafting import actions as drafting
from plans.drafting import needs
from plans.drafting.needs import TypedNeed
from plans.forecasts import actions as forecasts
from plans.forecasts import reckoning
from plans.models import Activity, ApprovedStep, Dependency, Plan, ProgressReport, UsualStep
from plans.progress import actions as progress
from plans.progress.actions import StepProgress
from tests.factories import make_enrolment, make_user
from tests.plans.plans import make_plan, said

pytestmark = pytest.mark.django_db
TODAY = dt.date(2020, 9, 15)


@pytest.fixture
def enrolment():
    return make_enrolment(target_on=dt.date(2020, 10, 30))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", []),
        ("2; 3", [(2, 0, "days"), (3, 0, "days")]),
        ("5 + 7 ngày", [(5, 7, "days")]),
        ("5+7", [(5, 7, "days")]),
        ("5 + chờ 3 ngày làm việc", [(5, 3, "working")]),
        ("1, 5–7", [(1, 0, "days"), (5, 0, "days"), (6, 0, "days"), (7, 0, "days")]),
    ],
)
def test_needs_are_read_as_people_write_them(text, found):
    assert needs.read(text) == [TypedNeed(*one) for one in found]


@pytest.mark.parametrize("text", ["a", "2 + x", "5-3", "2; 2", "1 + 20000 ngày", "1-9000", "-4"])
def test_needs_that_cannot_be_are_refused(text):
    with pytest.raises(ValidationError):
        needs.read(text)


def test_needs_are_written_shortly():
    read = needs.read("1; 5-13; 3 + 7 ngày; 20; 21")

    assert needs.written(read) == "1; 3 + 7 ngày; 5-13; 20; 21"
    assert needs.read(needs.written(read)) == sorted(read)


def test_a_plan_is_written_and_reckoned(enrolment):
    plan = make_plan(enrolment, "1|Dự toán|10", "2|Bê tông|20|1 + 2 ngày làm việc")

    plan.refresh_from_db()
    assert plan.finish_on == dt.date(2020, 10, 28)
    assert (plan.step_count, plan.critical_count, plan.forecast_on) == (2, 2, TODAY)
    assert plan.deciding.name == "Bê tông"
    assert 0 < plan.chance < 100
    link = Dependency.objects.get()
    assert (link.wait, link.unit) == (2, "working")


def test_a_plan_begins_with_the_usual_steps_of_criteria(enrolment):
    code = enrolment.criteria_set.code
    for order, (name, follows) in enumerate([("Dự toán", False), ("Thi công", True)], start=1):
        UsualStep.objects.create(
            set_code=code, criterion_number=2, order=order, name=name, working_days=5,
            follows_last=follows, wait=3,
        )  # fmt: skip
    criteria = enrolment.criteria_set.criteria.filter(number__in=[1, 2])

    plan = drafting.begin(enrolment, criteria, by=make_user())

    steps = list(plan.activities.values_list("number", "name", "criterion__number"))
    assert steps == [(1, "Dự toán", 2), (2, "Thi công", 2)]
    assert Dependency.objects.get().wait == 3
    with pytest.raises(Conflict):
        drafting.begin(enrolment, [], by=make_user())


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        (["1|A|1|2", "2|B|1|1"], "vòng"),
        (["1|A|1|1"], "chính nó"),
        (["1|A|1|9"], "9"),
        (["1|A|1", "1|B|1"], "1"),
        ([f"{n}|V|10000|{n - 1 or ''}" for n in range(1, 12)], ""),
        # Not too long but for its longest days.
        ([f"{n}|V|10000|{n - 1 or ''}" for n in range(1, 5)] + ["5|V|3000|4"], ""),
    ],
)
def test_what_cannot_be_planned_is_refused_in_words(enrolment, lines, words):
    plan = make_plan(enrolment)

    if words:
        with pytest.raises(ValidationError) as refused:
            drafting.write(plan, said(plan, *lines), version=plan.version)
        assert words in str(refused.value)
    else:
        drafting.write(plan, said(plan, *lines), version=plan.version)
        plan.refresh_from_db()
        assert plan.forecast_problem
        assert plan.finish_on is None


def test_numbers_change_places_and_a_circle_across_what_stands_is_seen(enrolment):
    plan = make_plan(enrolment, "1|A|1", "2|B|1|1", "3|C|1|2")
    first, second, third = plan.activities.order_by("number")
    rows = said(plan, "2|A|1", "1|B|1|2")
    changed = [
        type(row)(row.number, row.values, row.needs, None, activity.pk)
        for row, activity in zip(rows, (first, second), strict=True)
    ]

    plan = drafting.write(plan, changed, version=plan.version)
    first.refresh_from_db()
    assert first.number == 2
    (row,) = said(plan, "2|A|1|3")
    with pytest.raises(ValidationError, match=r"2\. A"):
        drafting.write(
            plan,
            [type(row)(2, row.values, row.needs, None, first.pk)],
            version=plan.version,
        )
    assert third.needs.get().needs == second


def test_who_writes_second_is_told(enrolment):
    plan = make_plan(enrolment, "1|A|1")
    seen = plan.version
    drafting.write(plan, said(plan, "2|B|1"), version=seen)

    with pytest.raises(Conflict):
        drafting.write(plan, said(plan, "2|C|1"), version=seen)
    assert plan.activities.current().count() == 2


def test_people_are_found_by_name_or_made(enrolment):
    area = enrolment.commune.area
    known = Person.objects.create(full_name="Phạm Văn Đ", area=area)
    plan = make_plan(enrolment)

    rows = said(plan, "1|A|1", person="phạm văn đ, 0900 000 004") + said(
        plan, "2|B|1", person="Võ Thị P"
    )
    drafting.write(plan, rows, version=plan.version)

    people = [one.person for one in Activity.objects.order_by("number").select_related("person")]
    assert people[0] == known
    assert people[0].phone == "0900 000 004"
    assert people[1].full_name == "Võ Thị P"


def test_a_plan_is_sent_approved_and_kept_as_it_was(enrolment):
    area, commune = enrolment.commune.area, enrolment.commune
    staff = make_user(role=Role.COMMUNE_STAFF, commune=commune)
    leader = make_user(role=Role.LEADER, area=area)
    plan = make_plan(enrolment, "1|A|10", "2|B|5|1", by=staff)

    plan = approval.submit(plan, version=plan.version, by=staff)
    assert Notice.objects.filter(user=leader).count() == 1
    with pytest.raises(ValidationError):
        approval.approve(plan, version=plan.version, document="", note="", by=staff)
    with pytest.raises(ValidationError):
        approval.send_back(plan, version=plan.version, reason=" ", by=leader)
    made = approval.approve(plan, version=plan.version, document="12/KH", note="", by=leader)

    plan.refresh_from_db()
    assert plan.state == Plan.State.APPROVED
    assert (made.number, made.finish_on) == (1, dt.date(2020, 10, 5))
    steps = list(made.steps.values_list("number", "needs", "starts_on", "ends_on"))
    assert steps[1] == (2, "1", dt.date(2020, 9, 29), dt.date(2020, 10, 5))
    drafting.write(plan, said(plan, "3|C|30|2"), version=plan.version)
    plan.refresh_from_db()
    assert plan.state == Plan.State.DRAFT
    assert plan.finish_on > made.finish_on
    assert made.steps.count() == 2
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        ApprovedStep.objects.all()._raw_delete("default")


def test_a_plan_is_returned_with_a_reason(enrolment):
    plan = make_plan(enrolment, "1|A|10")
    with pytest.raises(ValidationError):
        approval.approve(plan, version=plan.version, document="", note="", by=make_user())
    plan = approval.submit(plan, version=plan.version, by=make_user())

    plan = approval.send_back(plan, version=plan.version, reason="Thiếu dự toán", by=make_user())

    assert (plan.state, plan.return_reason) == (Plan.State.DRAFT, "Thiếu dự toán")
    with pytest.raises(Conflict):
        approval.submit(plan, version=plan.version - 1, by=make_user())


def test_what_was_reported_moves_the_forecast_and_stays(enrolment):
    plan = make_plan(enrolment, "1|A|10", "2|B|5|1")
    first, second = plan.activities.order_by("number")

    plan = progress.report(
        plan,
        {first.pk: StepProgress(30, remaining_days=14, difficulty="Thiếu cát")},
        by=make_user(),
    )
    assert plan.finish_on == dt.date(2020, 10, 9)
    first.refresh_from_db()
    assert (first.started_on, first.reported_on, first.remaining_days) == (TODAY, TODAY, 14)

    done = StepProgress(100, started_on=dt.date(2020, 9, 1), finished_on=dt.date(2020, 9, 14))
    plan = progress.report(plan, {first.pk: done, second.pk: StepProgress(50)}, by=make_user())
    # Half of five days is left: three, from today.
    assert plan.finish_on == dt.date(2020, 9, 17)
    assert ProgressReport.objects.count() == 3
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        ProgressReport.objects.update(percent=0)


@pytest.mark.parametrize(
    "given",
    [
        {"percent": 10, "started_on": TODAY + dt.timedelta(days=1)},
        {"percent": 100, "started_on": TODAY, "finished_on": TODAY - dt.timedelta(days=1)},
        {"percent": 50, "started_on": TODAY, "finished_on": TODAY},
        {"percent": 50, "quantity_done": Decimal(5)},
    ],
)
def test_what_cannot_have_been_is_refused_at_its_step(enrolment, given):
    plan = make_plan(enrolment, "1|A|10")
    step = plan.activities.get()
    Activity.objects.update(quantity_required=Decimal(4))

    with pytest.raises(ValidationError) as refused:
        progress.report(plan, {step.pk: StepProgress(**given)}, by=make_user())
    assert list(refused.value.error_dict) == [str(step.pk)]
    assert not ProgressReport.objects.exists()


def test_each_morning_plans_are_reckoned_anew(enrolment, settings):
    plan = make_plan(enrolment, "1|A|10")
    assert forecasts.refresh_all() == 0
    settings.DEMO_DAY = "2020-09-22"

    assert forecasts.refresh_all() == 1
    plan.refresh_from_db()
    assert plan.finish_on == dt.date(2020, 10, 5)
    assert reckoning.forecast(reckoning.written(plan), clock.today()).schedule.finish == (
        plan.finish_on
    )
