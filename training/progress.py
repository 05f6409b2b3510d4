"""How the communes come from their first picture to their last: enrolments, values, claims that
were verified on the way, what fell back, and a recognition."""

import datetime as dt

from criteria.assessments.actions import Finding, assess
from criteria.assessments.bulk import Wanted, assess_all
from criteria.assessments.recognition import recognise
from criteria.claims import actions as claim_actions
from criteria.claims import decisions
from criteria.enrolments.actions import Target, enrol_many, move_target
from criteria.evidence import actions as evidence_actions
from criteria.evidence import dossier_steps
from criteria.measurements.actions import Given, measure_all
from criteria.models import (
    Basis,
    Claim,
    ClaimDecision,
    CriterionStatus,
    DossierRequirement,
    Indicator,
    Level,
    Recognition,
    Result,
)
from training import papers
from training.district import ASSESSED, BEGAN, District
from training.figures import value_of

RECOGNISED, FELL_BACK, NOT_ALL_APPLY, STALE = "mau-binh", "mau-ninh", "mau-chau", "mau-lam"
MOVED = "mau-hoa"
# How many days ago each commune is to reach its target; before today where negative.
TARGETS = {
    "mau-binh": 100, "mau-khanh": 60, "mau-lam": 30, "mau-an": -110, "mau-chau": -45,
    "mau-duong": -400, "mau-dong": -75, "mau-hoa": -20, "mau-minh": -200, "mau-ninh": -300,
    "mau-phu": -15,
}  # fmt: skip
MEASURED = (720, 365, 40)


def enrol(district: District) -> None:
    with district.at(BEGAN):
        for slug, commune in district.communes.items():
            days = TARGETS.get(slug)
            target = Target() if days is None else Target(district.ago(days))
            made = enrol_many(
                [commune],
                district.criteria_set,
                opened_on=district.ago(BEGAN),
                target=target,
                by=district.coordinator,
            )
            district.runs[slug] = made[0]


def first_picture(district: District) -> None:
    with district.at(ASSESSED):
        for slug in district.communes:
            wanted = [
                Wanted(cell, _first_finding(district, cell), cell.version)
                for (of, _number), cell in district.cells.items()
                if of == slug and not _is_left_open(district, cell)
            ]
            assess_all(wanted, by=district.coordinator)


def measure(district: District) -> None:
    """All values of all communes, each time they are asked for."""
    for slug, run in district.runs.items():
        for days in MEASURED[:2] if slug == STALE else MEASURED:
            with district.at(days):
                measure_all(
                    run,
                    _values(district, slug, days),
                    level=Level.COMMUNE,
                    by=district.staff_of(slug),
                )


def verified_claims(district: District) -> None:
    """What each commune gained: shown, claimed, and found met by those who answer for it."""
    for slug in district.communes:
        for number, days in district.progress_of(slug).verified.items():
            cell = district.cells[slug, number]
            attach_paper(district, cell, days + 12, f"Biên bản nghiệm thu: {cell.criterion.name}")
            claim = send(district, cell, days + 10)
            for place, (agency, officer) in enumerate(district.officers[number]):
                with district.at(days, hour=9 + place):
                    word = decisions.Word(ClaimDecision.Verdict.MET)
                    decisions.speak(claim, [word], agency=agency, by=officer)


def fall_back(district: District) -> None:
    """A criterion once met is found lacking; of another only the values say so."""
    fallen, doubtful = district.progress_of(FELL_BACK).order[:2]
    with district.at(25):
        finding = Finding(
            level=Level.DISTRICT,
            result=Result.NOT_MET,
            basis=Basis.VERIFICATION,
            basis_text="Kiểm tra duy trì tiêu chí",
            assessed_on=district.ago(25),
            decided_by=f"Đoàn kiểm tra {district.area}",
            reason="Kiểm tra thực tế: một số công trình xuống cấp, tiêu chí không còn duy trì.",
        )
        assess(district.cells[FELL_BACK, fallen], finding, by=district.coordinator)
    with district.at(22):
        measure_all(
            district.runs[FELL_BACK],
            _values_of(district, FELL_BACK, doubtful, 22, is_met=False),
            level=Level.COMMUNE,
            by=district.staff_of(FELL_BACK),
        )


def recognition(district: District) -> None:
    run = district.runs[RECOGNISED]
    asked = DossierRequirement.objects.filter(criteria_set=district.criteria_set)
    for place, requirement in enumerate(asked.order_by("number")):
        days = max(185 - 7 * place, 125)
        with district.at(days):
            done = dossier_steps.Done(
                done_on=district.ago(days),
                number=f"{place + 1:02}/TẬP HUẤN",
                file=papers.paper(requirement.name[:100]) if place < 2 else None,
            )
            dossier_steps.record(run, requirement, done, by=district.coordinator)
    with district.at(120):
        recognised = Recognition(
            enrolment=run,
            title="Xã đạt chuẩn nông thôn mới",
            decision_number="12/QĐ-TẬP HUẤN",
            decided_on=district.ago(120),
            source="Dữ liệu tập huấn, không có thật",
        )
        file = papers.paper("Quyết định công nhận xã đạt chuẩn nông thôn mới")
        recognise(recognised, by=district.coordinator, file=file)


def move_a_target(district: District) -> None:
    run = district.runs[MOVED]
    with district.at(150):
        run.refresh_from_db()
        move_target(
            run,
            Target(district.ago(-180)),
            seen=str(Target.of(run)),
            reason="Công trình đường trục xã chậm do mưa lũ, xã xin lùi thời hạn.",
            by=district.leader,
        )


def send(district: District, cell: CriterionStatus, days: int) -> Claim:
    """What the staff drafted and the leader sent a day later: met, with its values."""
    slug = cell.enrolment.commune.slug
    given = dict(_values_of(district, slug, cell.criterion.number, days, is_met=True))
    draft = claim_actions.Draft(
        given=given,
        result=Result.MET,
        explanation="Xã đã hoàn thành, đề nghị huyện thẩm tra.",
        no_evidence_reason="Hồ sơ bản giấy lưu tại UBND xã.",
    )
    with district.at(days, hour=15):
        claim_actions.save_draft(cell, draft, by=district.staff_of(slug))
    with district.at(days - 1, hour=8):
        return claim_actions.send(cell, draft, by=district.users[slug])


def attach_paper(district: District, cell: CriterionStatus, days: int, caption: str) -> None:
    with district.at(days):
        piece = evidence_actions.Piece(
            caption=caption, file=papers.paper(caption), dated_on=district.ago(days + 3)
        )
        by = district.staff_of(cell.enrolment.commune.slug)
        evidence_actions.attach(cell.enrolment, [cell], [piece], by=by)


def _first_finding(district: District, cell: CriterionStatus) -> Finding:
    number, slug = cell.criterion.number, cell.enrolment.commune.slug
    progress = district.progress_of(slug)
    result, reason = Result.MET, ""
    if slug == NOT_ALL_APPLY and number == progress.order[-1]:
        result, reason = Result.NOT_APPLICABLE, "Quy hoạch của xã không có nội dung này."
    elif not progress.is_met(number, ASSESSED):
        result = Result.NEARLY if (number + progress.index) % 3 == 0 else Result.NOT_MET
        reason = "Một số nội dung chưa hoàn thành."
    return Finding(
        level=Level.DISTRICT,
        result=result,
        reason=reason,
        basis=Basis.DOCUMENT,
        basis_text="Báo cáo rà soát đầu kỳ",
        assessed_on=district.ago(ASSESSED),
        decided_by=f"UBND {district.area}",
        no_evidence_reason="Ghi nhận theo báo cáo rà soát; hồ sơ lưu tại xã.",
    )


def _is_left_open(district: District, cell: CriterionStatus) -> bool:
    """One cell that nobody has assessed yet."""
    order = district.progress_of(STALE).order
    return cell.enrolment.commune.slug == STALE and cell.criterion.number == order[-1]


def _values(district: District, slug: str, days: int) -> list[tuple[Indicator, Given]]:
    progress = district.progress_of(slug)
    return [
        one
        for number in district.criteria
        for one in _values_of(district, slug, number, days, is_met=progress.is_met(number, days))
    ]


def _values_of(
    district: District, slug: str, number: int, days: int, *, is_met: bool
) -> list[tuple[Indicator, Given]]:
    """Where the criterion is not met its first indicator lacks, and every other one after it."""
    day: dt.date = district.ago(days)
    turn = district.progress_of(slug).index + days // 30
    return [
        (
            one,
            value_of(
                one,
                district.communes[slug],
                day,
                is_met=is_met or place % 2 == 1,
                turn=turn + place,
            ),
        )
        for place, one in enumerate(district.indicators[number])
    ]
