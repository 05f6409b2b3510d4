"""The accounts with which one looks around. Names are those of roles, never of officials."""

import datetime as dt
from dataclasses import dataclass, field

from django.conf import settings

from accounts.models import Membership, Person, Role, User
from communes.models import Agency, Area, Commune, WorkingGroup

FROM = dt.date(2016, 12, 1)
POSITION = "Tài khoản dùng thử"
PLACES = {
    "area": (Area, "code"),
    "commune": (Commune, "slug"),
    "agency": (Agency, "key"),
    "working_group": (WorkingGroup, "key"),
}


@dataclass(frozen=True)
class Account:
    """A demo account; `place` is the kind of place and the key by which it is known."""

    username: str
    full_name: str
    organisation: str
    role: Role | None = None
    place: tuple[str, str] | None = None
    is_limited: bool = field(default=False)


ACCOUNTS = [
    Account("quantri", "Quản trị hệ thống", "UBND huyện Kỳ Anh"),
    Account("lanhdao", "Lãnh đạo huyện Kỳ Anh", "Huyện ủy Kỳ Anh", Role.LEADER, ("area", "447")),
    Account(
        "dieuphoi",
        "Cán bộ điều phối nông thôn mới huyện Kỳ Anh",
        "Văn phòng điều phối nông thôn mới huyện Kỳ Anh",
        Role.COORDINATOR,
        ("area", "447"),
    ),
    Account(
        "phong-tnmt",
        "Chuyên viên Phòng Tài nguyên và Môi trường",
        "Phòng Tài nguyên và Môi trường huyện Kỳ Anh",
        Role.AGENCY_OFFICER,
        ("agency", "phong-tnmt"),
    ),
    Account(
        "phong-ktht",
        "Chuyên viên Phòng Kinh tế - Hạ tầng",
        "Phòng Kinh tế - Hạ tầng huyện Kỳ Anh",
        Role.AGENCY_OFFICER,
        ("agency", "phong-ktht"),
    ),
    Account(
        "phong-yte",
        "Chuyên viên Phòng Y tế",
        "Phòng Y tế huyện Kỳ Anh",
        Role.AGENCY_OFFICER,
        ("agency", "phong-yte"),
    ),
    Account(
        "bhxh",
        "Chuyên viên Bảo hiểm xã hội",
        "Bảo hiểm xã hội huyện Kỳ Anh",
        Role.AGENCY_OFFICER,
        ("agency", "bhxh"),
    ),
    Account(
        "doan-1447",
        "Thành viên Đoàn công tác 1447",
        "Đoàn công tác theo Quyết định 1447",
        Role.WORKING_GROUP_MEMBER,
        ("working_group", "doan-1447"),
    ),
    Account(
        "kylac", "Lãnh đạo xã Kỳ Lạc", "UBND xã Kỳ Lạc", Role.COMMUNE_LEADER, ("commune", "ky-lac")
    ),
    Account(
        "lamhop",
        "Lãnh đạo xã Lâm Hợp",
        "UBND xã Lâm Hợp",
        Role.COMMUNE_LEADER,
        ("commune", "lam-hop"),
    ),
    Account(
        "canbo-kylac",
        "Cán bộ theo dõi nông thôn mới xã Kỳ Lạc",
        "UBND xã Kỳ Lạc",
        Role.COMMUNE_STAFF,
        ("commune", "ky-lac"),
    ),
    Account(
        "quansat", "Người theo dõi huyện Kỳ Anh", "Huyện Kỳ Anh", Role.OBSERVER, ("area", "447")
    ),
    Account(
        "thanhtra",
        "Người thanh tra, kiểm tra huyện Kỳ Anh",
        "Huyện Kỳ Anh",
        Role.INSPECTOR,
        ("area", "447"),
        is_limited=True,
    ),
]

# The two who chaired the session of 08/09/2020, as the article names them; no accounts.
CHAIRS = [
    ("Trần Đình Gia", "Bí thư Huyện ủy", "Huyện ủy Kỳ Anh"),
    ("Nguyễn Tiến Hùng", "Phó Bí thư Huyện ủy, Chủ tịch UBND huyện", "UBND huyện Kỳ Anh"),
]


def create_missing() -> int:
    """Create the accounts that are not there; those that are there stay as they are."""
    area = Area.objects.get(code="447")
    known = set(User.objects.values_list("username", flat=True))
    new = [account for account in ACCOUNTS if account.username not in known]
    for account in new:
        _create(account, area)
    if new:
        _name_chairs(area)
    return len(new)


def _name_chairs(area: Area) -> None:
    for full_name, position, organisation in CHAIRS:
        Person.objects.get_or_create(
            full_name=full_name,
            organisation=organisation,
            area=area,
            defaults={"position": position},
        )


def _create(account: Account, area: Area) -> None:
    is_administrator = account.role is None
    user = User.objects.create_user(
        account.username,
        password=settings.DEMO_PASSWORD,
        full_name=account.full_name,
        is_staff=is_administrator,
        is_superuser=is_administrator,
    )
    Person.objects.create(
        user=user,
        full_name=account.full_name,
        position=POSITION,
        organisation=account.organisation,
        area=area,
    )
    if account.role and account.place:
        kind, key = account.place
        model, lookup = PLACES[kind]
        Membership.objects.create(
            user=user,
            role=account.role,
            from_on=FROM,
            until_on=_inspection_ends() if account.is_limited else None,
            **{kind: model._default_manager.get(**{lookup: key})},
        )


def _inspection_ends() -> dt.date:
    return dt.date(dt.date.fromisoformat(settings.DEMO_DAY).year + 1, 12, 31)
