"""An area or a commune entered by hand: what contradicts the lists or stands twice is refused."""

import datetime as dt

import pytest
from django.contrib.admin.models import LogEntry
from django.core.exceptions import ValidationError

from communes.models import Area, Commune
from communes.units import by_hand
from communes.units.directory import CHANGE
from tests.factories import make_area, make_commune, make_user

pytestmark = pytest.mark.django_db


def commune(area, *, name="Kỳ Lạc", code="18850", kind="commune", established_on=None):
    return Commune(area=area, name=name, code=code, kind=kind, established_on=established_on)


def refused(row, add=by_hand.add_commune):
    with pytest.raises(ValidationError) as error:
        add(row, by=make_user())
    return error.value.message_dict


def test_a_commune_is_added_with_an_address_and_a_log_entry():
    by = make_user()
    made = by_hand.add_commune(commune(make_area()), by=by)

    assert (made.slug, made.pk) == ("ky-lac-18850", Commune.objects.get().pk)
    assert LogEntry.objects.get().user == by


def test_an_address_of_the_reference_files_stays_theirs():
    province = make_area(code="42", name="Hà Tĩnh", kind="province")
    made = by_hand.add_commune(commune(province, code="18838"), by=make_user())

    assert made.slug == "ky-lac-18838-2"


@pytest.mark.parametrize(
    ("given", "field", "said"),
    [
        ({"code": "18838"}, "code", "mã 18838 là của Xã Lâm Hợp, Huyện Kỳ Anh, Tỉnh Hà Tĩnh"),
        ({"established_on": CHANGE}, "code", "Ngày 01/07/2025, mã 18850"),
        ({"code": "1885"}, "code", "năm chữ số. Có phải 01885?"),
        ({"code": "18850a"}, "code", "năm chữ số."),
        ({"code": "一二三四五"}, "code", "năm chữ số."),
    ],
)
def test_a_code_that_is_not_that_of_the_name_is_refused(given, field, said):
    if given.get("established_on"):
        given |= {"name": "Lâm Hợp", "code": "18838"}
        said = "Ngày 01/07/2025, mã 18838 là của Xã Kỳ Lạc, Tỉnh Hà Tĩnh"

    (message,) = refused(commune(make_area(), **given))[field]

    assert said in message


@pytest.mark.parametrize("day", [dt.date(2026, 4, 30), dt.date(2025, 7, 2)])
def test_of_what_came_after_the_lists_they_say_nothing(day):
    province = make_area(code="42", name="Hà Tĩnh", kind="province")

    assert by_hand.add_commune(
        commune(province, name="Tên Mới", code="18838", established_on=day), by=make_user()
    ).pk


def test_a_name_or_code_that_is_there_is_refused():
    area = make_area()
    make_commune(area=area, name="Kỳ Hoà", slug="ky-hoa-cu", code="18850")
    make_commune(area=area, name="Kỳ Hải", slug="ky-hai-cu", code="18802", dissolved_on=CHANGE)

    assert refused(commune(area)) == {"code": ["Xã Kỳ Hoà đang mang mã này."]}
    assert refused(commune(area, name="Kỳ Hòa", code="11111")) == {
        "name": ["Đã có Xã Kỳ Hoà, mã 18850."]
    }
    assert refused(commune(area, name="Kỳ Hải", code="18802"))


def test_the_code_of_a_unit_that_has_ended_is_free_again():
    area = make_area()
    ended = dt.date(2020, 1, 1)
    make_commune(area=area, name="Kỳ Lâm", slug="ky-lam", code="18838", dissolved_on=ended)

    assert by_hand.add_commune(
        commune(area, name="Lâm Hợp", code="18838", established_on=ended), by=make_user()
    ).pk


def test_an_area_is_added():
    made = by_hand.add_area(
        Area(code="447", kind="district", designation="town", name="Kỳ Anh"), by=make_user()
    )

    assert (str(made), LogEntry.objects.count()) == ("Thị xã Kỳ Anh", 1)


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"code": "42"}, "code"),
        ({"code": "43", "kind": "province"}, "parent"),
        ({"code": "43", "established_on": CHANGE, "dissolved_on": CHANGE}, "__all__"),
    ],
)
def test_an_area_that_contradicts_itself_is_refused(given, field):
    province = make_area(code="42", name="Hà Tĩnh", kind="province")
    area = Area(**{"kind": "district", "name": "Khác", "parent": province, **given})

    assert list(refused(area, by_hand.add_area)) == [field]
