"""Plans with critical steps: one comes too late, one made up its time, one is done."""

from collections.abc import Iterable
from typing import NamedTuple

from plans.approval import actions as approval
from plans.drafting import actions as drafting
from plans.drafting.needs import TypedNeed
from plans.drafting.rows import StepRow, TypedPerson
from plans.forecasts import actions as forecasts
from plans.models import Activity, Plan
from plans.progress import actions as progress
from plans.progress.actions import StepProgress
from training.district import District

LATE, SAVED, FINISHED = "mau-dong", "mau-an", "mau-binh"


class Planned(NamedTuple):
    """A step: the first one of a criterion, how many working days it takes, what it needs."""

    name: str
    days: int
    needs: tuple[int, ...] = ()


class ReportedStep(NamedTuple):
    """What was reported of a step: how many days ago it began, how many working days are left."""

    number: int
    percent: int
    begun: int
    left: int
    difficulty: str = ""


STEPS = (
    Planned("Khảo sát, lập dự toán các công trình", 10),
    Planned("Vận động hiến đất, giải phóng mặt bằng", 15),
    Planned("Thi công đường trục thôn", 40, (1, 2)),
    Planned("Chỉnh trang nhà văn hóa thôn", 25, (1,)),
    Planned("Huyện thẩm tra, hoàn thiện hồ sơ", 8, (3, 4)),
)


def plans(district: District) -> None:
    _late(district)
    _saved(district)
    _finished(district)


def _late(district: District) -> None:
    """Approved in time; the road waits for sand, and the forecast passes the target."""
    plan = _approved(district, LATE, 40, document="Kế hoạch năm của xã")
    _report(district, plan, 30, [ReportedStep(1, 60, 38, 5), ReportedStep(2, 40, 38, 12)])
    done = [_done(district, 1, 38, 22), _done(district, 2, 38, 15)]
    _report_done(district, plan, 14, done)
    _report(district, plan, 3, [ReportedStep(3, 10, 13, 60, "Thiếu cát, nhà thầu rút một tổ")])
    _reckon(district, plan)


def _saved(district: District) -> None:
    """Late after its first reports; a second version, with one team more, is in time again."""
    plan = _approved(district, SAVED, 60, document="Kế hoạch năm của xã")
    _report(
        district,
        plan,
        50,
        [ReportedStep(1, 30, 58, 8), ReportedStep(2, 10, 58, 75, "27 hộ chưa ký")],
    )
    with district.at(40):
        plan = _now(plan)
        road = plan.activities.get(number=3)
        rows = [_row(district, plan, 3, STEPS[2]._replace(days=20), key=road.pk)]
        plan = drafting.write(plan, rows, version=plan.version)
    _decide(district, plan, 38, document="Kế hoạch điều chỉnh")
    done = [_done(district, 1, 58, 36), _done(district, 2, 58, 12)]
    _report_done(district, plan, 10, done)
    _reckon(district, plan)


def _finished(district: District) -> None:
    """Every step was done before the commune was recognised."""
    plan = _approved(district, FINISHED, 320, document="Kế hoạch năm của xã")
    for number, begun, ended in (
        (1, 318, 305),
        (2, 318, 298),
        (4, 304, 265),
        (3, 297, 240),
        (5, 238, 226),
    ):
        _report_done(district, plan, ended - 1, [_done(district, number, begun, ended)])
    _reckon(district, plan)


def _approved(district: District, slug: str, days: int, *, document: str) -> Plan:
    run = district.runs[slug]
    with district.at(days + 3):
        plan = drafting.begin(run, [], by=district.staff_of(slug))
        rows = [_row(district, plan, number, one) for number, one in enumerate(STEPS, start=1)]
        plan = drafting.write(plan, rows, version=plan.version)
    _decide(district, plan, days, document=document)
    return plan


def _decide(district: District, plan: Plan, days: int, *, document: str) -> None:
    slug = plan.enrolment.commune.slug
    with district.at(days + 1):
        sent = approval.submit(plan, version=_now(plan).version, by=district.users[slug])
    with district.at(days):
        approval.approve(sent, version=sent.version, document=document, note="", by=district.leader)


def _row(
    district: District, plan: Plan, number: int, step: Planned, *, key: int | None = None
) -> StepRow:
    commune = plan.enrolment.commune
    values = {"name": step.name, "working_days": step.days}
    if number < len(STEPS):
        course = district.progress_of(commune.slug)
        aims = course.unmet or course.order[-len(STEPS) :]
        values["criterion"] = district.criteria[aims[number % len(aims)]]
    needs = [TypedNeed(one) for one in step.needs]
    return StepRow(number, values, needs, TypedPerson(f"Chủ tịch xã {commune.name}"), key)


def _report(district: District, plan: Plan, days: int, said: Iterable[ReportedStep]) -> None:
    _tell(
        district,
        plan,
        days,
        {
            one.number: StepProgress(
                percent=one.percent,
                started_on=district.ago(one.begun),
                remaining_days=one.left,
                difficulty=one.difficulty,
            )
            for one in said
        },
    )


def _done(district: District, number: int, begun: int, ended: int) -> tuple[int, StepProgress]:
    first, last = district.ago(begun), district.ago(ended)
    return number, StepProgress(100, started_on=first, finished_on=last)


def _report_done(
    district: District, plan: Plan, days: int, done: Iterable[tuple[int, StepProgress]]
) -> None:
    _tell(district, plan, days, dict(done))


def _tell(district: District, plan: Plan, days: int, told: dict[int, StepProgress]) -> None:
    keys = dict(Activity.objects.filter(plan=plan).values_list("number", "pk"))
    by = district.staff_of(plan.enrolment.commune.slug)
    with district.at(days, hour=16):
        progress.report(plan, {keys[number]: said for number, said in told.items()}, by=by)


def _reckon(district: District, plan: Plan) -> None:
    with district.at(0, hour=5):
        forecasts.refresh(plan.pk, district.day)


def _now(plan: Plan) -> Plan:
    return Plan.objects.select_related("enrolment__commune__area").get(pk=plan.pk)
