"""Which threshold counts: of the day, the region, the group and the province (rule 8c)."""

import datetime as dt

import pytest

from communes.models import Area
from criteria.models import Threshold
from criteria.standards.thresholds import Place, fitting, over_time, place_of
from tests.factories import make_area, make_commune

DAY = dt.date(2022, 6, 30)
HERE = Place("btb", "2022-03-01 ii\n2022-07-01 i", 42)


def threshold(value, **kwargs):
    return Threshold(value=value, text=f"≥ {value}", **kwargs)


@pytest.mark.parametrize(
    "others",
    [
        [{}],
        [{}, {"region": "btb"}],
        [{"region": "btb"}, {"commune_group": "ii"}],
        [{"region": "btb", "commune_group": "ii"}, {"province_id": 42}],
        [{"province_id": 42}, {"province_id": 42, "commune_group": "ii"}],
        [{"valid_from": dt.date(2021, 1, 1)}, {"valid_from": dt.date(2022, 1, 1)}],
        [{"region": "dbsh"}, {}],
    ],
)
def test_the_most_particular_counts(others):
    elsewhere = [
        {"region": "dbsh", "commune_group": "ii"},
        {"commune_group": "i"},
        {"province_id": 40},
        {"valid_from": dt.date(2022, 7, 1)},
        {"valid_until": dt.date(2022, 6, 29)},
    ]
    known = [threshold(n, **one) for n, one in enumerate([*others, *elsewhere])]
    fits = [one for one in others if one.get("region") != "dbsh"]

    assert fitting(known, HERE, DAY) == known[others.index(fits[-1])]


@pytest.mark.django_db
def test_a_district_s_communes_have_their_province_s_thresholds():
    province = make_area(code="42", name="Hà Tĩnh", kind=Area.Kind.PROVINCE)
    other = make_area(code="40", name="Nghệ An", kind=Area.Kind.PROVINCE)
    district = make_area(parent=province)
    known = [threshold(36), threshold(38, province=province), threshold(40, province=other)]

    inside = fitting(known, place_of(make_commune(area=district)), DAY)
    at_once = make_commune(area=other, slug="quynh-luu", code="17000")

    assert inside is known[1]
    assert fitting(known, place_of(at_once), DAY) is known[2]


def test_the_page_says_for_whom_and_when_it_counts():
    assert threshold(36).scope == "Mức chung cả nước"
    province = Area(kind="province", name="Hà Tĩnh")
    whole = threshold(
        36, region="btb", commune_group="Khu vực II", province=province,
        valid_from=dt.date(2022, 1, 1), valid_until=dt.date(2022, 12, 31),
    )  # fmt: skip
    assert whole.scope == (
        "Tỉnh Hà Tĩnh, Khu vực II, Bắc Trung Bộ, từ ngày 01/01/2022, đến ngày 31/12/2022"
    )


def test_one_that_holds_to_the_end_of_all_days_is_told_over_time():
    known = [threshold(36, valid_from=DAY, valid_until=dt.date.max)]

    assert over_time(known, Place("btb", "", 42)) == [(dt.date.min, None), (DAY, known[0])]
