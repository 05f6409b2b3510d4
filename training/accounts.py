"""Accounts of every role, named by what they are. Without a password nobody gets in: whoever keeps
the area's accounts gives each its first one."""

import datetime as dt

from django.contrib.auth.hashers import make_password

from accounts.models import Membership, Person, Role, User
from communes.models import Agency, Area, Commune, WorkingGroup
from nrm_tracker import clock
from training.places import CODE, NAME

INSPECTED_FOR = dt.timedelta(days=365)


class Accounts:
    """Makes the accounts, all with the same password, from one day on."""

    def __init__(self, area: Area, from_on: dt.date, until_on: dt.date, password: str | None):
        self.area, self.from_on, self.until_on = area, from_on, until_on
        self.password = make_password(password)
        self.users: dict[str, User] = {}

    def make(
        self,
        communes: list[Commune],
        agencies: dict[str, Agency],
        group: WorkingGroup,
        *,
        with_administrator: bool,
    ) -> dict[str, User]:
        """By the part of the name that follows `tap-huan-`."""
        district = f"huyện {NAME}"
        at_area = (
            ("lanh-dao", f"Lãnh đạo {district}", Role.LEADER),
            ("dieu-phoi", f"Cán bộ điều phối {district}", Role.COORDINATOR),
            ("quan-sat", f"Người theo dõi {district}", Role.OBSERVER),
            ("thanh-tra", f"Người thanh tra {district}", Role.INSPECTOR),
        )
        for name, full_name, role in at_area:
            self._add(name, full_name, role, area=self.area)
        if with_administrator:
            self._add("quan-tri", "Quản trị hệ thống tập huấn")
        for key, agency in agencies.items():
            full_name = f"Chuyên viên {agency.short_name}"
            self._add(key, full_name, Role.AGENCY_OFFICER, agency=agency)
        full_name = f"Thành viên Đoàn công tác {district}"
        self._add("doan", full_name, Role.WORKING_GROUP_MEMBER, working_group=group)
        for one in communes:
            self._add(one.slug, f"Chủ tịch xã {one.name}", Role.COMMUNE_LEADER, commune=one)
            staff = f"Cán bộ xã {one.name}"
            self._add(f"can-bo-{one.slug}", staff, Role.COMMUNE_STAFF, commune=one)
        return self.users

    def _add(self, name: str, full_name: str, role: Role | None = None, **place: object) -> None:
        user = User.objects.create(
            username=f"{CODE}-{name}",
            full_name=full_name,
            password=self.password,
            date_joined=clock.at(self.from_on, 8),
            is_staff=role is None,
            is_superuser=role is None,
        )
        organisation = next(iter(place.values()), self.area)
        Person.objects.create(
            user=user,
            full_name=full_name,
            position="Tài khoản tập huấn",
            organisation=getattr(organisation, "full_name", str(organisation)),
            area=self.area,
        )
        if role:
            until_on = self.until_on if role == Role.INSPECTOR else None
            Membership.objects.create(
                user=user, role=role, from_on=self.from_on, until_on=until_on, **place
            )
        self.users[name] = user
