"""What is said beside the figures: difficulties, who answers for what, comments, visits, rounds."""

import tomllib
from pathlib import Path
from typing import Any

from accounts.models import Person
from criteria.followup import actions as followup
from criteria.models import Charge, Difficulty
from criteria.reviews import actions as reviews
from meetings.models import Visit
from meetings.visits import actions as visits
from training import papers
from training.district import BEGAN, District

TOLD = tomllib.loads(Path(__file__).with_name("told").joinpath("beside.toml").read_text("utf-8"))
COMMENTED = ("mau-an", "mau-giang", "mau-minh")
# What communes did in the round that is open.
SUBMITTED = ("mau-binh", "mau-chau", "mau-dong", "mau-khanh", "mau-phu")
HALF_DONE = ("mau-an", "mau-minh", "mau-ninh")


def difficulties(district: District) -> None:
    for told in TOLD["difficulty"]:
        stated, solved, by = told["stated"], told.get("solved"), district.users[told["commune"]]
        with district.at(stated):
            made = followup.state(_difficulty(district, told), by=by)
        if solved is not None:
            with district.at(solved):
                resolution = "Đã được bố trí và hoàn thành."
                followup.resolve(made, on=district.ago(solved), resolution=resolution, by=by)


def charges(district: District) -> None:
    """Each commune has a head; some criteria have somebody in charge, with a day."""
    for slug, commune in district.communes.items():
        with district.at(BEGAN - 10):
            head = Person.objects.get(user=district.users[slug])
            _charge(district, Charge(person=head, commune=commune), BEGAN - 10)
        staff = Person.objects.get(user=district.staff_of(slug))
        numbers = [*district.progress_of(slug).unmet[:2], district.progress_of(slug).order[0]]
        for place, number in enumerate(numbers):
            criterion = district.criteria[number]
            due_on = district.ago(-60 + 40 * place)
            charge = Charge(person=staff, commune=commune, criterion=criterion, due_on=due_on)
            with district.at(180 - place):
                _charge(district, charge, 180 - place)
    ended = Charge.objects.filter(commune=district.communes["mau-an"]).order_by("pk").last()
    assert ended is not None  # noqa: S101 it was just made
    with district.at(40):
        followup.end(ended, on=district.ago(40))


def comments(district: District) -> None:
    for slug in COMMENTED:
        cell = district.cells[slug, district.progress_of(slug).unmet[0]]
        for told in TOLD["comment"]:
            with district.at(told["days"]):
                followup.comment(cell, told["text"], by=district.users[told.get("by", slug)])


def make_visits(district: District) -> None:
    for told in TOLD["visit"]:
        by = district.users[told["by"]]
        with district.at(told["planned"]):
            visit = visits.plan(_visit(district, told), by=by)
        match told.get("outcome"):
            case "given up":
                with district.at(told["for"]):
                    visits.give_up(visit, reason="Trùng lịch họp, sẽ đi đợt sau.", by=by)
            case "made":
                with district.at(told["for"], hour=16):
                    _record_visit(district, visit, told["for"])


def rounds(district: District) -> None:
    slugs = list(district.communes)
    _review(district, "Đợt rà soát 6 tháng đầu kỳ", 400, 380, slugs[:-1], closed=378)
    _review(district, "Đợt rà soát 6 tháng cuối kỳ", 210, 190, slugs, closed=188)
    _review(district, "Đợt rà soát hiện nay", 15, -5, SUBMITTED, half_done=HALF_DONE)


def _difficulty(district: District, told: dict[str, Any]) -> Difficulty:
    unmet = district.progress_of(told["commune"]).unmet
    is_for_district = told["asked_of"] == Difficulty.AskedOf.DISTRICT
    return Difficulty(
        commune=district.communes[told["commune"]],
        criterion=district.criteria[unmet[0]] if unmet else None,
        cause=told["cause"],
        request=told.get("request", ""),
        asked_of=told["asked_of"],
        asked_agency=district.agencies["ha-tang"] if is_for_district else None,
        stated_on=district.ago(told["stated"]),
    )


def _charge(district: District, charge: Charge, days: int) -> None:
    charge.from_on = district.ago(days)
    followup.put_in_charge(charge, by=district.coordinator)


def _visit(district: District, told: dict[str, Any]) -> Visit:
    agency = district.agencies.get(told["by"])
    return Visit(
        kind=Visit.Kind.INSPECTION if agency else Visit.Kind.SUPERVISION,
        commune=district.communes[told["commune"]],
        planned_on=district.ago(told["for"]),
        purpose="Kiểm tra tiến độ các tiêu chí chưa đạt",
        agency=agency,
        working_group=None if agency else district.group,
    )


def _record_visit(district: District, visit: Visit, days: int) -> None:
    numbers = district.progress_of(visit.commune.slug).order[-2:]
    visits.record(
        visit,
        made_on=district.ago(days),
        summary="Đã kiểm tra hai thôn; xã thực hiện đúng tiến độ, còn vướng mặt bằng.",
        findings={district.criteria[n]: "Còn hạng mục dở dang, cần đôn đốc." for n in numbers},
        by=visit.planned_by,
        files=[(papers.picture(days % 3), "Ảnh hiện trường")],
    )


def _review(
    district: District,
    name: str,
    opens: int,
    closes: int,
    submitted: list[str] | tuple[str, ...],
    *,
    half_done: tuple[str, ...] = (),
    closed: int | None = None,
) -> None:
    with district.at(opens, hour=8):
        found = reviews.open_round(
            district.area,
            list(district.runs.values()),
            name=name,
            opens_on=district.ago(opens),
            closes_on=district.ago(closes),
            by=district.coordinator,
        )
    returns = {
        one.enrolment.commune.slug: one
        for one in found.returns.select_related("enrolment__commune")
    }
    for place, slug in enumerate((*submitted, *half_done)):
        cells = [cell for (of, _n), cell in district.cells.items() if of == slug]
        with district.at(opens - 2 - place % 10):
            if slug in half_done:
                cells = cells[: len(cells) // 2]
            reviews.confirm(returns[slug], cells, by=district.users[slug])
            if slug in submitted:
                reviews.submit_return(returns[slug], by=district.users[slug])
    if closed is not None:
        with district.at(closed):
            reviews.close(found, by=district.coordinator)
