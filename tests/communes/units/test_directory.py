"""The lists of units: how many, and where a good guess about them is wrong."""

import csv
import datetime as dt
from collections import Counter

import pytest

from communes.units.directory import DATA, UnitLevel, directory, sources
from communes.units.names import bare_key, marked_key


def province(name, *, before=False):
    known = directory()
    units = known.provinces_before if before else known.provinces
    return next(unit for unit in units.values() if unit.name == name)


def test_both_lists_are_whole():
    known = directory()

    assert (len(known.provinces_before), len(known.districts), len(known.before)) == (
        63,
        696,
        10035,
    )
    assert (len(known.provinces), len(known.after)) == (34, 3321)
    assert Counter(unit.kind for unit in known.after.values()) == {
        "commune": 2621,
        "ward": 687,
        "special_zone": 13,
    }


def test_eleven_provinces_stayed_as_they_were():
    known = directory()
    stayed = {unit.name for unit in known.provinces.values() if unit.since is None}

    assert len(stayed) == 11
    assert {"Hà Tĩnh", "Hà Nội", "Huế"} <= stayed
    assert known.provinces_before["42"] is known.provinces["42"]


def test_ha_tinh_has_69_communes_and_ky_anh_had_20():
    known = directory()
    kinds = Counter(unit.kind for unit in known.within(province("Hà Tĩnh")))
    ky_anh = known.within(known.districts["447"])

    assert kinds == {"commune": 60, "ward": 9}
    assert len(ky_anh) == 20
    assert {unit.code: unit.name for unit in ky_anh}["18850"] == "Kỳ Lạc"
    assert len(known.within(known.districts["449"])) == 11


@pytest.mark.parametrize(
    ("code", "before", "after"),
    [
        ("18838", "Lâm Hợp", "Kỳ Lạc"),
        ("18766", "Kỳ Phong", "Kỳ Xuân"),
        ("18775", "Kỳ Đồng", "Kỳ Anh"),
        ("18844", "Kỳ Sơn", "Kỳ Thượng"),
        ("18814", "Kỳ Tân", "Kỳ Hoa"),
    ],
)
def test_a_code_names_another_commune_after_the_day(code, before, after):
    assert directory().before[code].name == before
    assert directory().after[code].name == after


def test_a_new_commune_bears_the_old_code_of_one_of_its_parts():
    known = directory()
    others = [
        unit
        for unit in known.after.values()
        if unit.code not in {part.code for part in known.predecessors(unit)}
    ]

    assert {unit.name for unit in others} == {
        *("Bạch Long Vĩ", "Cồn Cỏ", "Hoàng Sa", "Lý Sơn", "Côn Đảo")
    }


def test_codes_that_another_source_has_otherwise_are_marked():
    doubtful = [unit for unit in directory().after.values() if unit.other_code]

    assert len(doubtful) == 123
    assert {unit.source for unit in doubtful} == {"vau"}
    assert not [unit for unit in directory().within(province("Hà Tĩnh")) if unit.other_code]


def test_a_divided_commune_has_all_its_parts():
    known = directory()
    divided = [unit for unit in known.before.values() if len(unit.successors + unit.doubtful) > 1]
    (ky_loi,) = [unit for unit in known.within(known.districts["449"]) if unit.name == "Kỳ Lợi"]

    assert len(divided) == 471
    assert {unit.name for unit in known.successors(ky_loi)} == {"Sông Trí", "Vũng Áng", "Hoành Sơn"}


def test_parts_of_another_commune_of_the_name_are_left_out():
    """Phường 4 of Tây Ninh has no part in Long An, 90 km away, where there is another Phường 4."""
    known = directory()
    tay_ninh, long_an = known.before["25462"], known.before["27691"]

    assert (tay_ninh.name, tay_ninh.successors, tay_ninh.doubtful) == ("4", ("25459",), ("27694",))
    assert (long_an.name, long_an.successors, long_an.doubtful) == ("4", ("27694",), ("25459",))
    assert sum(bool(unit.doubtful) for unit in known.before.values()) == 28
    assert tay_ninh not in known.predecessors(known.after["27694"])


def test_every_unit_of_before_has_a_successor_in_the_province_that_has_its_place():
    known = directory()

    for unit in known.before.values():
        old = known.province_of(unit)
        heirs = known.successors(old) or [old]
        assert {known.province_of(one) for one in known.successors(unit)} == set(heirs)


def test_ky_lam_went_in_two_steps_with_two_days():
    (ky_lam,) = [one for one in directory().earlier if one.name == "Kỳ Lâm"]
    lam_hop = directory().before[ky_lam.code]
    (ky_lac,) = directory().successors(lam_hop)

    assert (ky_lam.until, lam_hop.name) == (dt.date(2020, 1, 1), "Lâm Hợp")
    assert (lam_hop.until, ky_lac.name, ky_lac.code) == (dt.date(2025, 7, 1), "Kỳ Lạc", "18838")


def test_a_province_of_today_may_bear_the_code_of_another():
    kien_giang = province("Kiên Giang", before=True)
    an_giang = province("An Giang")

    assert kien_giang.code == an_giang.code == "91"
    assert directory().successors(kien_giang) == [an_giang]
    assert {unit.name for unit in directory().predecessors(an_giang)} == {"An Giang", "Kiên Giang"}


def test_a_district_is_succeeded_by_the_province_of_today():
    assert directory().successors(directory().districts["447"]) == [province("Hà Tĩnh")]
    assert directory().where(directory().before["18850"]) == "Xã Kỳ Lạc, Huyện Kỳ Anh, Tỉnh Hà Tĩnh"


@pytest.mark.parametrize("path", sorted(DATA.glob("*.csv")), ids=lambda path: path.stem)
def test_each_row_is_in_order_and_names_its_source(path):
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))

    assert rows == sorted(rows, key=lambda row: list(row.values()))
    assert {row["source"] for row in rows} <= sources().keys()


def test_names_of_one_list_stand_once_in_their_place():
    """Of a kind; a commune and the township in it often share a name."""
    known = directory()
    for units in (known.before, known.after, known.districts):
        named = Counter((unit.above, unit.kind, marked_key(unit.name)) for unit in units.values())
        assert max(named.values()) == 1
    assert {unit.level for unit in known.districts.values()} == {UnitLevel.DISTRICT}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Hoà Bình", "Hòa Bình"),
        ("Thuỷ Xuân", "Thủy Xuân"),
        ("PHƯỜNG 01", "phường 1"),
        ("Ea H’leo", "ea h'leo"),
    ],
)
def test_the_place_of_a_tone_is_no_difference(one, other):
    assert marked_key(one) == marked_key(other)
    assert bare_key(one) == bare_key(other)


def test_other_marks_are_a_difference():
    assert marked_key("Hòa") != marked_key("Hóa")
    assert bare_key("Hòa") == bare_key("Hóa")
