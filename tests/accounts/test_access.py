"""What the head of each page says of a person's roles."""

import pytest

from accounts.access import access_of
from accounts.models import Membership, Role
from nrm_tracker import clock
from tests.factories import OPENED, make_agency, make_area, make_commune, make_user

pytestmark = pytest.mark.django_db


def line_of(user):
    return access_of(user, clock.today()).role_line


def test_both_roles_of_a_person_stand_in_the_head():
    user = make_user(role=Role.AGENCY_OFFICER, agency=make_agency(name="Phòng Y tế"))
    group = make_area().working_groups.create(key="doan", name="Đoàn 1447", decision_number="1447")
    Membership.objects.create(
        user=user, role=Role.WORKING_GROUP_MEMBER, working_group=group, from_on=OPENED
    )

    assert line_of(user).split("; ") == [
        "Chuyên viên phòng, ban, Phòng Y tế",
        "Thành viên Đoàn công tác, Đoàn 1447",
    ]


def test_of_many_roles_the_first_stands_for_all():
    user = make_user(role=Role.LEADER, area=make_area())
    for name in ("Kỳ Lạc", "Lâm Hợp"):
        commune = make_commune(name=name, slug=f"xa-{len(name)}", code=f"{len(name)}")
        Membership.objects.create(
            user=user, role=Role.COMMUNE_LEADER, commune=commune, from_on=OPENED
        )

    assert line_of(user) == "Lãnh đạo huyện, Huyện Kỳ Anh và 2 vai trò khác"


@pytest.mark.parametrize(
    ("name", "beside"),
    [
        ("Chuyên viên Phòng Y tế", ""),
        ("Chuyên viên của huyện", "Phòng Y tế"),
        ("Nguyễn Văn Lộc", "Chuyên viên phòng, ban, Phòng Y tế"),
    ],
)
def test_what_the_name_says_is_not_said_again_beside_it(name, beside):
    user = make_user(role=Role.AGENCY_OFFICER, agency=make_agency(name="Phòng Y tế"))

    assert access_of(user, clock.today()).role_beside(name) == beside


def test_who_has_no_role_is_called_nothing():
    assert line_of(make_user()) == ""
