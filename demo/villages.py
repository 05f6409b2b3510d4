"""The villages of the two communes on their way, and of one whose villages and decision are known.

Names of villages are those that the sources give: of Kỳ Lạc those of its demo plan, of Lâm Hợp
those of 2017, before villages were merged. How far each came, and every garden, is made up and
marked so.
"""

import datetime as dt
from typing import NamedTuple

from accounts.models import User
from communes.models import Commune, Village
from nrm_tracker import clock
from plans.models import Garden, ModelCriterion, ModelResult, VillageStep
from plans.villages import actions

RECORDED_ON = dt.date(2020, 9, 11)
# The villages of Kỳ Châu are all known, and which of them was recognised.
KNOWN = {"ky-chau": ("Châu Long", "Bắc Châu", "Hiệu Châu", "Thuận Châu")}
RECOGNISED_ON = dt.date(2020, 9, 21)
DECISION = "Quyết định 4943/QĐ-UBND ngày 21/9/2020 của UBND huyện Kỳ Anh, theo baohatinh.vn"
TARGET_OF_2018 = (
    "Mục tiêu năm 2018 của huyện Kỳ Anh: xã đã đạt, đang phấn đấu đạt chuẩn từ 2 khu dân cư và 20"
    " vườn; xã còn lại từ 1 khu dân cư và 10 vườn (nongthonmoihatinh.vn; chưa đọc văn bản)"
)
AIMING = (2, 20)
OTHERS = (1, 10)


class VillageCourse(NamedTuple):
    """A village: which steps it took, how many criteria it met, its gardens with theirs."""

    name: str
    steps: tuple[str, ...] = ()
    met: int = 0
    gardens: tuple[int, ...] = ()
    households: int | None = None
    mixed_gardens: int | None = None


_BEGUN, _PLANNED = ("registered",), ("registered", "planned")
COURSES: dict[str, tuple[str, tuple[VillageCourse, ...]]] = {
    "ky-lac": (
        "kylac",
        (
            VillageCourse("Lạc Thắng", _PLANNED, 7, (5, 5, 4, 3, 2, 2), 118, 31),
            VillageCourse("Lạc Sơn", _PLANNED, 5, (4, 3), 124, 42),
            VillageCourse("Lạc Thanh", _BEGUN, 4, (), 97, 38),
            VillageCourse("Lạc Vinh", _BEGUN, 3, (), 88, 40),
            VillageCourse("Lạc Trung"),
            VillageCourse("Xuân Tiến", _BEGUN, 4, (2,), 132, 45),
        ),
    ),
    "lam-hop": (
        "lamhop",
        (
            VillageCourse("Trung Hà", (*_PLANNED, "met"), 10, (5, 5, 5, 5, 4), 104, 9),
            VillageCourse("Bắc Hà", _PLANNED, 8, (5, 5, 4, 4), 92, 17),
            VillageCourse("Nam Hà", _BEGUN, 6, (3,), 87, 22),
            VillageCourse("Tân Hà", _BEGUN, 5),
            VillageCourse("Đông Hà"),
            VillageCourse("Hải Hà"),
            VillageCourse("Kim Hà"),
            VillageCourse("Xuân Hà"),
            VillageCourse("Minh Châu", _PLANNED, 7, (5, 4), 76, 15),
            VillageCourse("Minh Hoa", _BEGUN, 5),
            VillageCourse("Minh Tân"),
            VillageCourse("Tân Cầu"),
            VillageCourse("Trường Xuân"),
            VillageCourse("Tân Xuân"),
        ),
    ),
}
# When each step was taken, as made up.
DAYS = {
    "registered": dt.date(2020, 3, 2),
    "planned": dt.date(2020, 5, 18),
    "met": dt.date(2020, 8, 28),
}
CONFIRMED_BY = "Văn bản xác nhận (minh họa)"
FOUND_ON = dt.date(2020, 9, 10)


def write(until: dt.date, by: User) -> int:
    """What was so by `until` and is not there yet; how many villages were added."""
    with clock.standing_at(clock.at(min(until, RECORDED_ON), 9)):
        added = sum(_villages(slug, KNOWN[slug]) for slug in KNOWN)
        for slug, (username, courses) in COURSES.items():
            if new := _villages(slug, tuple(one.name for one in courses)):
                added += new
                _follow(slug, courses, User.objects.get(username=username))
        if added:
            _targets(by)
    if until >= RECOGNISED_ON:
        with clock.standing_at(clock.at(RECOGNISED_ON, 9)):
            _recognise(by)
    return added


def _villages(slug: str, names: tuple[str, ...]) -> int:
    commune = Commune.objects.get(slug=slug)
    known = set(commune.villages.values_list("name", flat=True))
    new = [Village(commune=commune, name=name) for name in names if name not in known]
    Village.objects.bulk_create(new)
    return len(new)


def _follow(slug: str, courses: tuple[VillageCourse, ...], by: User) -> None:
    commune = Commune.objects.get(slug=slug)
    villages = {one.name: one for one in commune.villages.select_related("commune")}
    keys = {
        kind: list(ModelCriterion.objects.filter(kind=kind).values_list("pk", flat=True))
        for kind in ModelCriterion.Kind
    }
    found: dict[actions.Subject, str] = {}
    for course in courses:
        village = villages[course.name]
        for step in course.steps:
            actions.take_step(
                village,
                step,
                taken_on=DAYS[step],
                document=CONFIRMED_BY if step in actions.CONFIRMED else "",
                by=by,
                is_illustrative=True,
            )
        if course.mixed_gardens is not None:
            actions.count(
                village,
                counted_on=FOUND_ON,
                households=course.households,
                mixed_gardens=course.mixed_gardens,
                by=by,
                is_illustrative=True,
            )
        if course.steps:
            found |= _results(village.pk, None, keys[ModelCriterion.Kind.VILLAGE], course.met)
        for number, met in enumerate(course.gardens, start=1):
            garden = _garden(village, number, by)
            found |= _results(village.pk, garden.pk, keys[ModelCriterion.Kind.GARDEN], met)
    actions.record_results(commune, found, assessed_on=FOUND_ON, by=by, is_illustrative=True)


def _garden(village: Village, number: int, by: User) -> Garden:
    return actions.register_garden(
        village, f"Vườn hộ số {number}", registered_on=DAYS["planned"], by=by, is_illustrative=True
    )


def _results(
    village: int, garden: int | None, criteria: list[int], met: int
) -> dict[actions.Subject, str]:
    """The first are met, the next nearly, the others not."""
    found = ModelResult.Found
    return {
        (village, garden, key): (
            found.MET if place < met else found.NEARLY if place == met else found.NOT_MET
        ).value
        for place, key in enumerate(criteria)
    }


def _targets(by: User) -> None:
    communes = Commune.objects.filter(slug__in=COURSES).select_related("area")
    area = communes[0].area
    villages, gardens = OTHERS
    actions.set_target(
        area,
        from_on=dt.date(2018, 1, 1),
        villages=villages,
        gardens=gardens,
        share=None,
        source=TARGET_OF_2018,
        by=by,
    )
    for commune in communes:
        actions.set_target(
            area,
            commune=commune,
            from_on=dt.date(2020, 9, 8),
            villages=AIMING[0],
            gardens=AIMING[1],
            share=None,
            source=TARGET_OF_2018,
            by=by,
            is_illustrative=True,
        )


def _recognise(by: User) -> None:
    known = Village.objects.filter(commune__slug="ky-chau", name="Thuận Châu")
    village = known.select_related("commune").first()
    step = VillageStep.Step.RECOGNISED
    if village and not VillageStep.objects.filter(village=village, step=step).exists():
        actions.take_step(village, step, taken_on=RECOGNISED_ON, document=DECISION, by=by)
