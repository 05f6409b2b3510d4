"""Who and what there is in the district: every name is made up and says so."""

import datetime as dt
from dataclasses import dataclass

from django.utils.text import slugify

from communes.models import Agency, Area, Commune, Region, Village, WorkingGroup
from criteria.models import CriteriaSet, Criterion, Responsibility
from nrm_tracker.text import search_key

CODE = "tap-huan"
NAME = "Tập huấn"
SOURCE = "Dữ liệu tập huấn, không có thật"


@dataclass(frozen=True)
class Course:
    """A commune, and the share of its criteria that it meets at first and at last, in percent."""

    name: str
    at_first: int
    at_last: int

    @property
    def slug(self) -> str:
        return slugify(self.name.replace("Đ", "D"))


COURSES = (
    Course("Mẫu An", 45, 75),
    Course("Mẫu Bình", 80, 100),
    Course("Mẫu Châu", 60, 85),
    Course("Mẫu Dương", 30, 50),
    Course("Mẫu Đông", 70, 90),
    Course("Mẫu Giang", 55, 70),
    Course("Mẫu Hòa", 40, 65),
    Course("Mẫu Khánh", 85, 95),
    Course("Mẫu Lâm", 20, 35),
    Course("Mẫu Minh", 65, 80),
    Course("Mẫu Ninh", 50, 60),
    Course("Mẫu Phú", 75, 90),
)
VILLAGES = ("Thôn Một", "Thôn Hai", "Thôn Ba", "Thôn Bốn")


@dataclass(frozen=True)
class Body:
    """An agency, and the words in the name of a criterion by which it answers for that one."""

    key: str
    name: str
    words: tuple[str, ...] = ()


# The first whose words occur answers; the last answers for what is left.
BODIES = (
    Body(
        "ha-tang",
        "Phòng Hạ tầng",
        ("quy hoach", "giao thong", "dien", "thuong mai", "nha o", "thong tin", "ha tang"),
    ),
    Body("moi-truong", "Phòng Môi trường", ("moi truong",)),
    Body("y-te", "Phòng Y tế", ("y te",)),
    Body("giao-duc", "Phòng Giáo dục", ("truong hoc", "giao duc", "lao dong", "nhan luc")),
    Body("van-hoa", "Phòng Văn hóa", ("van hoa",)),
    Body(
        "nong-nghiep",
        "Phòng Nông nghiệp",
        ("thuy loi", "thu nhap", "san xuat", "kinh te", "vuon", "khoa hoc"),
    ),
    Body("noi-vu", "Phòng Nội vụ"),
)
# Answers beside the one above, so that a claim has two words to wait for.
BESIDE = {"moi-truong": "y-te"}
GROUP_COMMUNES = ("mau-an", "mau-duong", "mau-lam")


def make_area() -> Area:
    return Area.objects.create(
        code=CODE,
        name=NAME,
        kind=Area.Kind.DISTRICT,
        region=Region.NORTH_CENTRAL,
        is_training=True,
        source=SOURCE,
    )


def make_communes(area: Area, counted_on: dt.date) -> list[Commune]:
    communes = [
        _commune(area, number, one, counted_on) for number, one in enumerate(COURSES, start=1)
    ]
    Village.objects.bulk_create(
        Village(commune=commune, name=name, households=_households(number) // len(VILLAGES))
        for number, commune in enumerate(communes, start=1)
        for name in VILLAGES
    )
    return communes


def make_bodies(area: Area, criteria_set: CriteriaSet) -> dict[str, Agency]:
    """The agencies by their keys, with what each answers for."""
    agencies = {
        body.key: Agency.objects.create(
            area=area,
            key=f"{CODE}-{body.key}",
            name=f"{body.name} huyện {NAME}",
            short_name=body.name,
            source=SOURCE,
        )
        for body in BODIES
    }
    Responsibility.objects.bulk_create(
        Responsibility(agency=agencies[key], criterion=criterion, source=SOURCE)
        for criterion in criteria_set.criteria.order_by("number")
        for key in _keys_for(criterion)
    )
    return agencies


def make_group(area: Area, communes: list[Commune], decided_on: dt.date) -> WorkingGroup:
    group = WorkingGroup.objects.create(
        area=area,
        key=f"{CODE}-doan",
        name=f"Đoàn công tác huyện {NAME}",
        decision_number="01/QĐ-TẬP HUẤN",
        decided_on=decided_on,
        leader_name=f"Trưởng đoàn công tác huyện {NAME}",
        leader_position="Trưởng đoàn",
        source=SOURCE,
    )
    group.communes.set([one for one in communes if one.slug in GROUP_COMMUNES])
    return group


def _commune(area: Area, number: int, course: Course, counted_on: dt.date) -> Commune:
    return Commune.objects.create(
        area=area,
        code=f"TH{number:02}",
        name=course.name,
        slug=course.slug,
        population=4 * _households(number),
        households=_households(number),
        figures_on=counted_on,
        figures_source=SOURCE,
        source=SOURCE,
    )


def _households(number: int) -> int:
    return 900 + 85 * number


def _keys_for(criterion: Criterion) -> list[str]:
    name = search_key(criterion.name)
    key = next((b.key for b in BODIES if any(word in name for word in b.words)), BODIES[-1].key)
    return [key, *filter(None, [BESIDE.get(key)])]
