"""Rows for tests: each function's signature is its manual."""

import datetime as dt
from itertools import count

from accounts.models import Membership, Role, User
from communes.models import Agency, Area, Commune
from criteria import recording
from criteria.models import Basis, CriteriaSet, Criterion, Level, Responsibility, Result
from criteria.recording import Finding

_numbers = count(1)
OPENED = dt.date(2016, 12, 1)


def make_area(*, code="447", name="Kỳ Anh", kind=Area.Kind.DISTRICT, **kwargs):
    return Area.objects.get_or_create(code=code, defaults={"kind": kind, "name": name, **kwargs})[0]


def make_commune(*, name="Kỳ Lạc", slug="ky-lac", code="18850", area=None, **kwargs):
    area = area or make_area()
    return Commune.objects.create(area=area, name=name, slug=slug, code=code, **kwargs)


def make_set(*, code="ntm", size=3, **kwargs):
    defaults = {"name": f"Bộ tiêu chí {code}", "valid_from": OPENED, "legal_basis": "1980/QĐ-TTg"}
    criteria_set = CriteriaSet.objects.create(code=code, **{**defaults, **kwargs})
    Criterion.objects.bulk_create(
        Criterion(criteria_set=criteria_set, number=n, name=f"Tiêu chí {n}", short_name=f"TC {n}")
        for n in range(1, size + 1)
    )
    return criteria_set


def make_enrolment(*, commune=None, criteria_set=None, opened_on=OPENED, **kwargs):
    commune = commune or make_commune()
    return recording.enrol(commune, criteria_set or make_set(), opened_on=opened_on, **kwargs)


def make_user(*, username=None, role=None, staff=False, from_on=OPENED, until_on=None, **place):
    username = username or f"nguoi-{next(_numbers)}"
    user = User.objects.create_user(
        username, password="mat-khau-thu", full_name=f"Họ tên {username}", is_staff=staff
    )
    if role:
        if role == Role.INSPECTOR and until_on is None:
            until_on = dt.date(2030, 1, 1)
        Membership.objects.create(user=user, role=role, from_on=from_on, until_on=until_on, **place)
    return user


def make_agency(*, key="phong-vhtt", name="Phòng Văn hóa - Thông tin", area=None, criteria=()):
    agency = Agency.objects.create(area=area or make_area(), key=key, name=name, short_name=name)
    Responsibility.objects.bulk_create(
        Responsibility(agency=agency, criterion=criterion) for criterion in criteria
    )
    return agency


def finding(result=Result.MET, on=dt.date(2020, 9, 8), *, level=Level.DISTRICT, **kwargs):
    kwargs.setdefault("basis", Basis.SELF if level == Level.COMMUNE else Basis.VERIFICATION)
    if result == Result.NOT_APPLICABLE:
        kwargs.setdefault("reason", "Không quy hoạch chợ.")
    if result == Result.MET:
        kwargs.setdefault("no_evidence_reason", "Hồ sơ lưu tại xã.")
    return Finding(level=level, result=result, assessed_on=on, **kwargs)


def cell(enrolment, number=1):
    return enrolment.statuses.get(criterion__number=number)
