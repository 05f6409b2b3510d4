"""Kỳ Anh district as far as the facts support it, each thing on the day on which it was true."""

import datetime as dt
from dataclasses import dataclass, field
from functools import partial

from django.core.exceptions import ValidationError
from django.db import transaction

from accounts.models import User
from communes.models import Checked, Commune
from criteria.assessments import actions as assessment_actions
from criteria.assessments.actions import Finding
from criteria.assessments.recognition import recognise
from criteria.enrolments.actions import enrol
from criteria.models import (
    Assessment,
    Basis,
    CriteriaSet,
    Enrolment,
    Level,
    Recognition,
    Result,
)
from demo import accounts, plans, resources, session, villages
from nrm_tracker import clock, revision

SET = "ntm-2016-ha-tinh"
OPENED = dt.date(2016, 12, 1)
# Lâm Hợp came of a merger in 2020; this is the first day that the facts support.
OPENED_LATER = {"lam-hop": dt.date(2020, 9, 8)}
TARGETS = {"ky-lac": dt.date(2020, 12, 31), "lam-hop": dt.date(2020, 12, 31)}

SESSION_ON = session.HELD_ON
SESSION_BASIS = "Buổi làm việc của Thường trực Huyện ủy ngày 08/09/2020"
NOT_MET = {
    "ky-lac": {1, 2, 6, 8, 10, 13, 15, 17, 18, 20},
    "lam-hop": {1, 2, 17, 20},
}
# Reported ready to be recognised, which no decision is: their criteria that did not apply.
READY: dict[str, set[int]] = {"ky-giang": set(), "ky-xuan": {7}}
READY_ON = dt.date(2017, 12, 31)
PRESS_2017 = "Thêm 3 xã huyện Kỳ Anh đủ điều kiện xét công nhận xã đạt chuẩn NTM"
TITLE = "Xã đạt chuẩn nông thôn mới"


@dataclass(frozen=True)
class Recognised:
    """A recognition that is known of; a year only, where the facts have no day."""

    slug: str
    decided_on: dt.date
    source: str
    decision_number: str = ""
    checked: str = Checked.UNREAD


RECOGNISED = [
    Recognised(
        "lam-hop",
        dt.date(2021, 1, 15),
        "Báo Hà Tĩnh, bài về thẩm định xã nông thôn mới sau sáp nhập",
        decision_number="218/QĐ-UBND",
        checked=Checked.QUOTED,
    ),
    *(
        Recognised(
            slug,
            dt.date(2021, 12, 31),
            "Báo Hà Tĩnh, danh sách xã đạt chuẩn năm 2021; chưa đọc quyết định",
        )
        for slug in ("ky-lac", "ky-tay")
    ),
]


@dataclass
class DemoReport:
    """What was added, and what could not be, because people had recorded otherwise."""

    accounts: int = 0
    enrolments: int = 0
    assessments: int = 0
    recognitions: int = 0
    tasks: int = 0
    plans: int = 0
    villages: int = 0
    contributions: int = 0
    left_out: list[str] = field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        written = (self.assessments, self.recognitions, self.tasks, self.plans)
        beside = (self.villages, self.contributions)
        return not any((self.accounts, self.enrolments, *written, *beside))


@transaction.atomic
def load(until: dt.date) -> DemoReport:
    """Add what was true by `until` and is not there yet."""
    report = DemoReport(accounts=accounts.create_missing())
    by = User.objects.get(username="dieuphoi")
    report.enrolments = _enrol(until)
    runs = {
        run.commune.slug: run
        for run in Enrolment.objects.filter(criteria_set__code=SET).select_related("commune")
    }
    if until >= READY_ON:
        report.assessments += sum(_record_readiness(runs[slug], by) for slug in READY)
    if until >= SESSION_ON:
        report.assessments += sum(_record_session(runs[slug], by) for slug in NOT_MET)
        report.tasks += session.hold(by, SET, set().union(*NOT_MET.values()))
    if until >= plans.APPROVED_ON:
        report.plans = sum(plans.write(runs[slug], until) for slug in plans.PLANS)
    if until >= villages.RECORDED_ON:
        report.villages = villages.write(until, by)
    if until >= resources.RECORDED_ON:
        report.contributions = sum(resources.write(runs[slug]) for slug in resources.ROWS)
    for known in RECOGNISED:
        if known.decided_on <= until:
            _recognise(runs[known.slug], known, by, report)
    if not report.is_empty:
        revision.bump()
    return report


def _enrol(until: dt.date) -> int:
    criteria_set = CriteriaSet.objects.get(code=SET)
    missing = Commune.objects.filter(area__code="447").exclude(
        enrolments__criteria_set=criteria_set
    )
    added = 0
    for commune in missing:
        opened_on = OPENED_LATER.get(commune.slug, OPENED)
        if opened_on <= until:
            target_on = TARGETS.get(commune.slug)
            enrol(commune, criteria_set, opened_on=opened_on, target_on=target_on)
            added += 1
    return added


def _record_readiness(run: Enrolment, by: User) -> int:
    finding = partial(
        Finding,
        level=Level.DISTRICT,
        basis=Basis.DOCUMENT,
        basis_text=PRESS_2017,
        assessed_on=READY_ON,
    )
    not_applicable = finding(
        result=Result.NOT_APPLICABLE, reason="Quy hoạch của xã không có chợ nông thôn."
    )
    met = finding(
        result=Result.MET,
        no_evidence_reason="Theo tin trên nongthonmoihatinh.vn; chưa đọc hồ sơ, quyết định.",
    )
    numbers = run.statuses.values_list("criterion__number", flat=True)
    outside = READY[run.commune.slug]
    return _record(run, {n: not_applicable if n in outside else met for n in numbers}, by)


def _record_session(run: Enrolment, by: User) -> int:
    finding = partial(
        Finding,
        level=Level.DISTRICT,
        basis=Basis.SESSION,
        assessed_on=SESSION_ON,
        decided_by="Thường trực Huyện ủy",
    )
    named = finding(result=Result.NOT_MET, basis_text=SESSION_BASIS)
    # The report names what is not met; what is met follows from its count.
    unnamed = finding(
        result=Result.MET,
        basis_text=f"{SESSION_BASIS}; suy từ báo cáo, không nêu riêng",
        no_evidence_reason="Suy từ báo cáo của xã, không nêu riêng; chưa kèm hồ sơ.",
    )
    not_met = NOT_MET[run.commune.slug]
    numbers = run.statuses.values_list("criterion__number", flat=True)
    # One after the other, so that a history tells each in one entry.
    met = {n: unnamed for n in numbers if n not in not_met}
    return _record(run, met, by) + _record(run, dict.fromkeys(not_met, named), by)


def _record(run: Enrolment, findings: dict[int, Finding], by: User) -> int:
    """Write the findings that were not written before, corrected since or not."""
    done = 0
    for cell in run.statuses.select_related("criterion"):
        finding = findings.get(cell.criterion.number)
        if finding is None or _was_recorded(cell.pk, finding):
            continue
        assessment_actions.assess(cell, finding, by=by, at=clock.at(finding.assessed_on, 17))
        done += 1
    return done


def _was_recorded(cell_id: int, finding: Finding) -> bool:
    at = clock.at(finding.assessed_on, 17)
    return Assessment.objects.filter(status=cell_id, basis=finding.basis, recorded_at=at).exists()


def _recognise(run: Enrolment, known: Recognised, by: User, report: DemoReport) -> None:
    if run.recognitions.filter(decided_on=known.decided_on).exists():
        return
    recognition = Recognition(
        enrolment=run,
        title=TITLE,
        decision_number=known.decision_number,
        decided_on=known.decided_on,
        precision=(
            Recognition.Precision.DAY if known.decision_number else Recognition.Precision.YEAR
        ),
        source=known.source,
        checked=known.checked,
    )
    try:
        recognise(recognition, by=by, at=clock.at(known.decided_on, 17))
    except ValidationError as error:
        report.left_out.append(f"{run.commune}: {' '.join(error.messages)}")
    else:
        report.recognitions += 1
