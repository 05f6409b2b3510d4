"""A name as people write it: the unit, who it may be, or nothing."""

import datetime as dt

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from communes.units import resolver
from communes.units.directory import CHANGE, UnitLevel, directory
from communes.units.names import bare_key
from communes.units.resolver import Why, code_fits, resolve, resolve_address

IN_2020 = dt.date(2020, 9, 15)
IN_2026 = dt.date(2026, 11, 30)


def asked(answer):
    """The candidates, by their full names: why each is to be asked."""
    assert answer.unit is None
    return {directory().where(one.unit): one.why for one in answer.candidates}


@pytest.mark.parametrize(
    ("address", "code"),
    [
        ("xã Lâm Hợp, huyện Kỳ Anh", "18838"),
        ("xã Lâm Hợp, huyện Kỳ Anh, tỉnh Hà Tĩnh", "18838"),
        ("xa ky lac, huyen ky anh, ha tinh", "18850"),
        ("X. Kỳ Lạc, H. Kỳ Anh, T. Hà Tĩnh", "18850"),
        ("KỲ LẠC, KỲ ANH, HÀ TĨNH", "18850"),
        ("Thôn 2, xã Kỳ Lạc, huyện Kỳ Anh, tỉnh Hà Tĩnh", "18850"),
        ("P.1, TP. Tân An, Long An", "27694"),
        ("P1, thành phố Tân An, Long An", "27694"),
        ("Phường Đúc, Huế", "19780"),
        ("phường Vũng Áng, Hà Tĩnh", "18823"),
    ],
)
def test_an_address_names_one_commune(address, code):
    assert resolve_address(address).unit.code == code


def test_an_address_with_a_district_is_of_before():
    """Of the two communes of the name the one whose code another bears now."""
    found = resolve_address("xã Kỳ Lạc, huyện Kỳ Anh, Hà Tĩnh").unit

    assert (found.code, found.until) == ("18850", CHANGE)


def test_a_name_of_both_lists_is_asked_without_a_day():
    assert asked(resolve_address("xã Kỳ Lạc, Hà Tĩnh")) == {
        "Xã Kỳ Lạc, Huyện Kỳ Anh, Tỉnh Hà Tĩnh": Why.SEVERAL,
        "Xã Kỳ Lạc, Tỉnh Hà Tĩnh": Why.SEVERAL,
    }
    assert resolve("xã Kỳ Lạc", province="Hà Tĩnh", day=IN_2020).unit.code == "18850"
    assert resolve("xã Kỳ Lạc", province="Hà Tĩnh", day=IN_2026).unit.code == "18838"
    assert resolve("xã Kỳ Lạc", day=CHANGE).unit.code == "18838"


def test_nothing_crosses_the_day_silently():
    gone = {"Xã Lâm Hợp, Huyện Kỳ Anh, Tỉnh Hà Tĩnh": Why.OTHER_DAY}

    assert asked(resolve("Lâm Hợp", province="Hà Tĩnh", day=IN_2026)) == gone
    assert asked(resolve("Lâm Hợp", district="Kỳ Anh", day=IN_2026)) == gone
    assert asked(resolve("Vũng Áng", province="Hà Tĩnh", day=IN_2020)) == {
        "Phường Vũng Áng, Tỉnh Hà Tĩnh": Why.OTHER_DAY
    }


@pytest.mark.parametrize("name", ["xã Kỳ Lâm", "ky hop"])
def test_a_unit_that_went_earlier_leads_to_who_has_its_place(name):
    answer = resolve(name, district="huyện Kỳ Anh", province="Hà Tĩnh")

    assert asked(answer) == {"Xã Lâm Hợp, Huyện Kỳ Anh, Tỉnh Hà Tĩnh": Why.EARLIER_NAME}
    assert answer.candidates[0].earlier.until == dt.date(2020, 1, 1)


def test_an_earlier_unit_of_the_name_of_one_of_today_is_asked_too():
    assert asked(resolve("phường Sông Trí", province="Hà Tĩnh")) == {
        "Phường Sông Trí, Tỉnh Hà Tĩnh": Why.SEVERAL,
        "Phường Hưng Trí, Thị xã Kỳ Anh, Tỉnh Hà Tĩnh": Why.EARLIER_NAME,
    }
    assert resolve("phường Sông Trí", province="Hà Tĩnh", day=IN_2026).unit.code == "18754"


def test_another_kind_or_other_marks_are_asked():
    township = "Thị trấn Kỳ Đồng, Huyện Kỳ Anh, Tỉnh Hà Tĩnh"

    assert asked(resolve("xã Kỳ Đồng", district="Kỳ Anh")) == {township: Why.OTHER_KIND}
    assert asked(resolve("Kỳ Đông", district="Kỳ Anh")) == {township: Why.OTHER_MARKS}
    assert resolve("Kỳ Đồng", district="Kỳ Anh").unit.kind == "township"


def test_a_commune_and_a_township_of_one_name_are_told_apart_by_their_kind():
    known = directory()
    both = asked(resolve("Yên Viên", district="Gia Lâm"))

    assert list(both.values()) == [Why.SEVERAL, Why.SEVERAL]
    assert resolve("thị trấn Yên Viên", district="Gia Lâm").unit.kind == "township"
    assert known.where(resolve("xã Yên Viên", district="Gia Lâm").unit).startswith("Xã Yên Viên,")


def test_a_name_nearly_right_is_suggested_never_taken():
    """The article of 2020 misspells it."""
    answer = resolve("xã Kỳ Lạ", district="huyện Kỳ Anh")

    assert answer.candidates[0].unit.code == "18850"
    assert {one.why for one in answer.candidates} == {Why.NEAR}


@pytest.mark.parametrize("nothing", ["", "  ", ",,,", "xã", "…", "Qwrtp", "xã Qwrtp, huyện Kỳ Anh"])
def test_nothing_is_known_of_what_is_no_name(nothing):
    assert not resolve_address(nothing)


def test_a_name_in_an_unknown_place_is_not_looked_for_elsewhere():
    assert not resolve("Kỳ Lạc", province="Qwrtp")
    assert not resolve("Kỳ Lạc", district="huyện Qwrtp")


@pytest.mark.parametrize(
    ("code", "name", "day", "fits"),
    [
        ("18838", "Kỳ Lạc", IN_2026, True),
        ("18838", "Kỳ Lạc", IN_2020, False),
        ("18838", "Lâm Hợp", IN_2020, True),
        ("18838", "xã Kỳ Lâm", dt.date(2019, 1, 1), True),
        ("18838", "Kỳ Lâm", IN_2026, False),
        ("18850", "Kỳ Lạc", IN_2020, True),
        ("18850", "Kỳ Lạc", IN_2026, False),
        ("19813", "Thuỷ Xuân", IN_2026, True),
        ("99999", "Kỳ Lạc", IN_2026, False),
    ],
)
def test_a_code_fits_the_name_of_its_day(code, name, day, fits):
    assert code_fits(code, name, day) is fits


@pytest.mark.parametrize(
    ("words", "names"),
    [
        ("ky anh", ["Huyện Kỳ Anh", "Thị xã Kỳ Anh"]),
        ("447", ["Huyện Kỳ Anh"]),
        ("thi xa ky anh", ["Thị xã Kỳ Anh"]),
        ("huyện Kỳ Ank", ["Huyện Kỳ Anh"]),
        ("Hà Tĩnh", ["Tỉnh Hà Tĩnh", "Thành phố Hà Tĩnh"]),
        ("", []),
        ("qwrtp", []),
    ],
)
def test_areas_are_found_by_words(words, names):
    found = [unit.full_name for unit in resolver.areas_like(words)]

    assert found[: len(names)] == names
    assert bool(found) is bool(names)


UNITS = st.sampled_from([*directory().before.values(), *directory().after.values()])


def place_of(unit):
    above = directory().above(unit)
    place = {"district": above.full_name} if above.level == UnitLevel.DISTRICT else {}
    return place | {"province": directory().province_of(unit).full_name}


@given(UNITS, st.sampled_from([str, str.upper, bare_key]))
@example(directory().before["18850"], bare_key)
def test_every_unit_is_found_by_its_own_name_or_asked(unit, written):
    """With its kind, place and day: itself, or among those that are asked; never another."""
    day = CHANGE if unit.since else CHANGE - dt.timedelta(days=1)
    answer = resolve(written(unit.full_name), **place_of(unit), day=day)

    assert unit in {answer.unit, *(one.unit for one in answer.candidates)}
    assert answer.unit in (unit, None)


@given(st.text(max_size=60), st.sampled_from([None, IN_2020, IN_2026]))
def test_whatever_is_written_is_answered(words, day):
    answer = resolve_address(words, day=day)

    assert answer.unit is None or day is None or answer.unit.existed_on(day)
    assert len(answer.candidates) == len({one.unit for one in answer.candidates})
