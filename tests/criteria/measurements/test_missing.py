"""What a commune lacks of its indicators, as its page names it."""

import datetime as dt
from decimal import Decimal

import pytest

from accounts.models import Role
from communes.models import Area
from criteria.measurements import actions
from criteria.measurements.actions import Given
from criteria.measurements.missing import missing_of
from criteria.models import Level, Threshold
from criteria.progress.moment import Moment
from criteria.templatetags.values import missing_piece
from tests.factories import cell, make_enrolment, make_user

pytestmark = pytest.mark.django_db
TODAY = dt.date(2020, 9, 15)


@pytest.fixture
def enrolment():
    return make_enrolment()


@pytest.fixture
def office(enrolment):
    return make_user(role=Role.COORDINATOR, area=enrolment.commune.area)


def make_indicator(enrolment, *thresholds, code="1.1", number=1, **kwargs):
    values = {"kind": "percent", "comparator": "ge", "unit": "%", "counted_in": "hộ"} | kwargs
    criterion = cell(enrolment, number).criterion
    made = criterion.indicators.create(code=code, text="Tỷ lệ hộ", **values)
    for value in thresholds:
        Threshold.objects.create(indicator=made, value=value, text=f"{value}")
    return made


def measure(enrolment, indicator, by, *, on=TODAY, level=Level.DISTRICT, **said):
    numbers = {name: Decimal(n) if isinstance(n, str) else n for name, n in said.items()}
    given = Given(measured_on=on, **numbers)
    return actions.measure(enrolment, indicator, given, level=level, by=by)


def told(enrolment, number=1, **moment):
    """The pieces of one criterion, as plain text."""
    criterion = cell(enrolment, number).criterion
    found = missing_of(enrolment, [criterion.pk], Moment(**{"day": TODAY} | moment))
    pieces = [missing_piece(one, number) for one in found.get(criterion.pk, ())]
    return [piece.removeprefix('<span class="pc">').removesuffix("</span>") for piece in pieces]


SHARE = {"numerator": "2765", "denominator": "3397"}


@pytest.mark.parametrize(
    ("kwargs", "threshold", "said", "expected"),
    [
        ({"counted_in": "người"}, 85, SHARE, ["1.1 còn 123 người"]),
        ({"code": "1", "counted_in": "người"}, 85, SHARE, ["còn 123 người"]),
        (
            {"comparator": "le"},
            "24.2",
            {"numerator": "75", "denominator": "300"},
            ["1.1 vượt 3 hộ"],
        ),
        ({}, 85, {"numerator": "2888", "denominator": "3397"}, []),
        # Of a share that nobody counted nothing is told in points alone.
        ({}, 85, {"number": "81.4"}, ["1.1 81,4% (≥ 85%)"]),
        ({"counted_in": ""}, 85, SHARE, ["1.1 81,4% (≥ 85%)"]),
        ({"comparator": "le"}, 6, {"number": "7.2"}, ["1.1 7,2% (≤ 6%)"]),
        (
            {"kind": "number", "unit": "triệu đồng/người", "counted_in": ""},
            36,
            {"number": "32.5"},
            ["1.1 còn 3,5 triệu đồng/người"],
        ),
        (
            {"counted_in": "km"},
            85,
            {"numerator": "12.34", "denominator": "15.432"},
            ["1.1 còn 0,778 km"],
        ),
        ({"kind": "boolean", "comparator": "is_true"}, None, {"yes_no": False}, ["1.1 chưa đạt"]),
        ({"kind": "boolean", "comparator": "is_true"}, None, {"yes_no": True}, []),
        # What has no threshold lacks nothing that could be told.
        ({}, None, SHARE, []),
    ],
)
def test_a_gap_is_told_in_what_is_counted(enrolment, office, kwargs, threshold, said, expected):
    thresholds = () if threshold is None else (Decimal(threshold),)
    measure(enrolment, make_indicator(enrolment, *thresholds, **kwargs), office, **said)

    assert told(enrolment) == expected


def test_what_nobody_measured_is_not_told(enrolment):
    make_indicator(enrolment, 85)

    assert told(enrolment) == []


def test_the_newest_value_of_the_day_counts(enrolment, office):
    share = make_indicator(enrolment, 85)
    for day, part in ((1, "80"), (10, "70"), (5, "60")):
        measure(
            enrolment, share, office, on=dt.date(2020, 9, day), numerator=part, denominator="100"
        )

    assert told(enrolment) == ["1.1 còn 15 hộ"]
    assert told(enrolment, day=dt.date(2020, 9, 9)) == ["1.1 còn 25 hộ"]
    assert told(enrolment, day=dt.date(2020, 9, 4)) == ["1.1 còn 5 hộ"]
    assert told(enrolment, day=dt.date(2020, 8, 31)) == []
    assert told(enrolment, known=dt.date(2020, 9, 14)) == []


def test_of_one_day_the_word_of_the_higher_level_counts(enrolment, office):
    share = make_indicator(enrolment, 85)
    measure(enrolment, share, office, numerator="80", denominator="100")
    own = make_user(role=Role.COMMUNE_LEADER, commune=enrolment.commune)
    measure(enrolment, share, own, level=Level.COMMUNE, numerator="84", denominator="100")

    assert told(enrolment) == ["1.1 còn 5 hộ"]


def test_what_was_corrected_or_voided_does_not_count(enrolment, office, settings):
    share = make_indicator(enrolment, 85)
    earlier = measure(
        enrolment, share, office, on=dt.date(2020, 9, 1), numerator="80", denominator="100"
    )
    wrong = measure(enrolment, share, office, numerator="8", denominator="100")
    settings.DEMO_DAY = "2020-09-16"
    actions.correct(wrong, None, reason="Nhập nhầm", by=office)

    assert told(enrolment) == ["1.1 còn 5 hộ"]
    assert told(enrolment, known=TODAY) == ["1.1 còn 77 hộ"]
    right = Given(measured_on=dt.date(2020, 9, 1), numerator=Decimal(84), denominator=Decimal(100))
    actions.correct(earlier, right, reason="Đếm lại", by=office)
    assert told(enrolment) == ["1.1 còn 1 hộ"]


def test_the_threshold_of_the_commune_s_own_place_and_day_is_taken(enrolment, office):
    enrolment.commune.area.region = "btb"
    share = make_indicator(enrolment)
    elsewhere = Area.objects.create(code="01", name="Hà Nội", kind=Area.Kind.PROVINCE)
    for value, place in (
        (85, {}),
        (90, {"region": "btb"}),
        (99, {"region": "dbsh"}),
        (98, {"province": elsewhere}),
        (95, {"region": "btb", "valid_from": dt.date(2020, 9, 10)}),
    ):
        Threshold.objects.create(indicator=share, value=value, text=f"{value}", **place)
    measure(enrolment, share, office, on=dt.date(2020, 9, 1), numerator="80", denominator="100")

    assert told(enrolment) == ["1.1 còn 10 hộ"]
    measure(enrolment, share, office, numerator="80", denominator="100")
    assert told(enrolment) == ["1.1 còn 15 hộ"]


def test_several_indicators_of_several_criteria_are_one_query(
    enrolment, office, django_assert_num_queries
):
    for number in (1, 2):
        for part in (1, 2):
            share = make_indicator(enrolment, 85, code=f"{number}.{part}", number=number)
            measure(enrolment, share, office, numerator=str(80 + part), denominator="100")
    wanted = [cell(enrolment, number).criterion_id for number in (1, 2, 3)]

    with django_assert_num_queries(1):
        found = missing_of(enrolment, wanted, Moment(TODAY))

    assert {pk: [one.code for one in all_of] for pk, all_of in found.items()} == {
        wanted[0]: ["1.1", "1.2"],
        wanted[1]: ["2.1", "2.2"],
    }
    with django_assert_num_queries(0):
        assert missing_of(enrolment, [], Moment(TODAY)) == {}
