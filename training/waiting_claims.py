"""Claims as they stand at last: one in every state, and the evidence beside them."""

from criteria.claims import actions as claim_actions
from criteria.claims import decisions
from criteria.claims.decisions import Word
from criteria.evidence import actions as evidence_actions
from criteria.evidence.actions import Piece
from criteria.models import ClaimDecision, CriterionStatus, Result
from training import papers
from training.district import District
from training.progress import attach_paper, send

Verdict = ClaimDecision.Verdict


def claims(district: District) -> None:
    _drafted(district, "mau-an")
    _returned(district, _next(district, "mau-an", 1), days=6, add_by=-10)
    _returned(district, _next(district, "mau-giang"), days=20, add_by=3)
    _returned_and_sent_again(district, _next(district, "mau-hoa"))
    for slug, days in (("mau-chau", 3), ("mau-dong", 7), ("mau-phu", 12), ("mau-minh", 28)):
        cell = _next(district, slug)
        attach_paper(district, cell, days + 2, f"Báo cáo tự đánh giá: {cell.criterion.name}")
        send(district, cell, days)
    _half_spoken(district, "mau-duong")
    _found_otherwise(district, _next(district, "mau-khanh"), Verdict.NEARLY)
    _found_otherwise(district, _next(district, "mau-ninh"), Verdict.NOT_MET)
    _withdrawn(district, _next(district, "mau-lam"))
    _decided_by_the_leader(district, _next(district, "mau-minh", 1))
    _spoken_on_behalf(district, _next(district, "mau-giang", 1))


def evidence(district: District) -> None:
    """Pictures, a link, what holds personal data, what ran out, was replaced or taken away."""
    cells = [_next(district, slug, 2) for slug in ("mau-an", "mau-giang", "mau-hoa")]
    pieces = [
        Piece(caption="Ảnh tuyến đường trục xã", file=papers.picture(0)),
        Piece(caption="Ảnh nhà văn hóa thôn Một", file=papers.picture(1)),
        Piece(caption="Trang thông tin của xã", url="https://tap-huan.example/nong-thon-moi"),
        Piece(
            caption="Danh sách hộ tham gia bảo hiểm y tế",
            file=papers.paper("Danh sách hộ (tên đã bỏ)"),
            has_personal_data=True,
        ),
        Piece(
            caption="Giấy chứng nhận an toàn thực phẩm",
            file=papers.paper("Giấy chứng nhận an toàn thực phẩm"),
            valid_until=district.ago(5),
        ),
    ]
    for cell in cells:
        by = district.staff_of(cell.enrolment.commune.slug)
        with district.at(70):
            made = evidence_actions.attach(cell.enrolment, [cell], pieces, by=by)
        with district.at(50):
            newer = Piece(caption="Ảnh tuyến đường trục xã sau khi làm", file=papers.picture(2))
            evidence_actions.replace(made[0], newer, by=by)
        with district.at(48):
            evidence_actions.take_away(made[1], reason="Ảnh chụp nhầm thôn.", by=by)


def _next(district: District, slug: str, place: int = 0) -> CriterionStatus:
    """One of the criteria that the commune has still to meet; the last of few where there are
    none left."""
    unmet = district.progress_of(slug).unmet
    return district.cells[slug, unmet[min(place, len(unmet) - 1)]]


def _drafted(district: District, slug: str) -> None:
    cell = _next(district, slug)
    attach_paper(district, cell, 4, f"Báo cáo tự đánh giá: {cell.criterion.name}")
    draft = claim_actions.Draft(
        given={}, result=Result.MET, explanation="Đang bổ sung số liệu của thôn Ba."
    )
    with district.at(2):
        claim_actions.save_draft(cell, draft, by=district.staff_of(slug))


def _returned(district: District, cell: CriterionStatus, *, days: int, add_by: int) -> None:
    attach_paper(district, cell, days + 6, f"Báo cáo tự đánh giá: {cell.criterion.name}")
    claim = send(district, cell, days + 5)
    agency, officer = district.officers[cell.criterion.number][0]
    with district.at(days, hour=10):
        decisions.send_back(
            claim,
            reason="Thiếu biên bản nghiệm thu có xác nhận của thôn Hai. Bổ sung rồi gửi lại.",
            add_by=district.ago(add_by),
            agency=agency,
            by=officer,
        )


def _returned_and_sent_again(district: District, cell: CriterionStatus) -> None:
    _returned(district, cell, days=18, add_by=8)
    attach_paper(district, cell, 11, "Biên bản nghiệm thu có xác nhận của thôn Hai")
    send(district, cell, 9)


def _half_spoken(district: District, slug: str) -> None:
    """One agency has spoken, another has not; any claim that waits where one alone answers."""
    unmet = district.progress_of(slug).unmet
    number = next((n for n in unmet if len(district.officers[n]) > 1), unmet[0])
    cell = district.cells[slug, number]
    claim = send(district, cell, 10)
    if len(district.officers[number]) > 1:
        agency, officer = district.officers[number][0]
        with district.at(4):
            decisions.speak(claim, [Word(Verdict.MET)], agency=agency, by=officer)


def _found_otherwise(district: District, cell: CriterionStatus, verdict: str) -> None:
    claim = send(district, cell, 45)
    for place, (agency, officer) in enumerate(district.officers[cell.criterion.number]):
        word = Word(verdict, reason="Kiểm tra thực tế thấy còn hai hạng mục dở dang.")
        with district.at(38, hour=9 + place):
            decisions.speak(claim, [word], agency=agency, by=officer)


def _withdrawn(district: District, cell: CriterionStatus) -> None:
    claim = send(district, cell, 33)
    with district.at(30):
        claim_actions.withdraw(claim, by=district.users[cell.enrolment.commune.slug])


def _decided_by_the_leader(district: District, cell: CriterionStatus) -> None:
    claim = send(district, cell, 52)
    with district.at(47):
        reason = "Đã nghe báo cáo tại xã; các hạng mục chính đã hoàn thành."
        decisions.decide(claim, Verdict.NEARLY, reason=reason, by=district.leader)


def _spoken_on_behalf(district: District, cell: CriterionStatus) -> None:
    """The coordinator records what agencies wrote on paper."""
    claim = send(district, cell, 58)
    for place, (agency, _officer) in enumerate(district.officers[cell.criterion.number]):
        word = Word(Verdict.NOT_MET, reason="Theo văn bản của phòng: chưa đủ hồ sơ nghiệm thu.")
        with district.at(49, hour=9 + place):
            decisions.speak(
                claim,
                [word],
                agency=agency,
                by=district.coordinator,
                document_number=f"{place + 21}/BC-TẬP HUẤN",
            )
