"""Numbers as people write and read them."""

from decimal import Decimal
from fractions import Fraction

import pytest
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

from nrm_tracker.figures import (
    Ambiguous,
    Reading,
    beside,
    exact,
    fixed,
    grouped,
    plain,
    read,
    rounded,
    written,
)

COUNT, AMOUNT, SHARE = Reading.COUNT, Reading.AMOUNT, Reading.SHARE


@pytest.mark.parametrize(
    ("number", "places", "expected"),
    [
        (Fraction(72900, 800), 2, "91.13"),
        (Decimal("91.125"), 2, "91.13"),
        (91.125, 2, "91.13"),
        (Decimal("16.125"), 2, "16.13"),
        (16.125, 2, "16.13"),
        (Fraction(16125, 1000), 2, "16.13"),
        (Decimal("-0.125"), 2, "-0.13"),
        (Decimal("2.5"), 0, "3"),
        (1.005, 2, "1.01"),
    ],
)
def test_there_is_one_rounding_half_up(number, places, expected):
    assert str(rounded(number, places)) == expected


@pytest.mark.parametrize(
    ("number", "limit", "places", "expected"),
    [
        (Decimal("97.96"), 98, 1, "97,96"),
        (Decimal("35.96"), 36, 1, "35,96"),
        (Fraction(249900, 2500), 100, 1, "99,96"),
        (Fraction(849600, 10000), 85, 1, "84,96"),
        (Decimal("24.24"), Decimal("24.2"), 1, "24,24"),
        (Decimal("85.04"), 85, 1, "85,04"),
        (Decimal("84.94"), 85, 1, "84,9"),
        (Decimal("84.9996"), 85, 1, "84,9996"),
        (85, 85, 1, "85"),
        (Decimal("0.004"), None, 1, "0,004"),
        (Fraction(100, 3), None, 2, "33,33"),
    ],
)
def test_a_figure_never_crosses_a_limit(number, limit, places, expected):
    assert written(number, places, [limit]) == expected


def test_what_has_decimals_never_reads_as_a_whole():
    assert fixed(Fraction(56959, 2848), 2) == "19,9996"
    assert fixed(Fraction(321, 20), 2) == "16,05"
    assert fixed(20, 2) == "20,00"
    assert fixed(1234.5, 1) == "1.234,5"


counts = st.integers(0, 10**11)
thresholds = st.integers(0, 10**8).map(lambda n: Decimal(n).scaleb(-3))


@given(part=counts, whole=st.integers(1, 10**11), limit=thresholds, places=st.integers(0, 3))
def test_any_share_lies_on_the_side_of_any_threshold(part, whole, limit, places):
    share = Decimal(part) * 100 / whole

    shown = beside(share, places, [limit])

    assert (shown > limit, shown < limit) == (share > limit, share < limit)
    assert (share > limit) == (Fraction(part * 100, whole) > exact(limit))
    assert abs(exact(shown) - exact(share)) <= Fraction(1, 2 * 10**places)


@pytest.mark.parametrize(
    ("number", "typed", "printed"),
    [
        (Decimal("15432.500"), "15432,5", "15.432,5"),
        (Decimal("1250"), "1250", "1.250"),
        (1000.0, "1000", "1.000"),
        (0.1, "0,1", "0,1"),
        (Decimal("1E+3"), "1000", "1.000"),
        (0, "0", "0"),
    ],
)
def test_a_number_is_written_with_all_that_it_has(number, typed, printed):
    assert (plain(number), grouped(number)) == (typed, printed)


@pytest.mark.parametrize(
    ("typed", "reading", "expected"),
    [
        ("3.397", COUNT, "3397"),
        ("0.125", COUNT, "0.125"),
        ("1.250.000", COUNT, "1250000"),
        ("12.34", AMOUNT, "12.34"),
        ("15,432", AMOUNT, "15.432"),
        ("0.125", AMOUNT, "0.125"),
        ("15.432,5", AMOUNT, "15432.5"),
        ("1.250.000", AMOUNT, "1250000"),
        ("91.125", SHARE, "91.125"),
        ("91,5 %", SHARE, "91.5"),
        ("", COUNT, ""),
    ],
)
def test_what_was_typed_is_read_exactly(typed, reading, expected):
    assert read(typed, reading) == expected


def test_the_thousands_of_what_has_parts_are_asked_about():
    with pytest.raises(Ambiguous) as refused:
        read("15.432", AMOUNT)

    assert refused.value.readings == ("15432", "15,432")


@pytest.mark.parametrize(
    ("typed", "reading"),
    [("85%", COUNT), ("85%", AMOUNT), ("1.25.000", COUNT), ("1e9", SHARE), ("−1", COUNT)],
)
def test_what_is_no_number_is_refused(typed, reading):
    with pytest.raises(ValueError, match=typed.replace(".", r"\.")):
        read(typed, reading)


@pytest.fixture
def english():
    with override("en"):
        yield


@pytest.mark.usefixtures("english")
def test_english_readers_see_and_type_english_marks():
    assert (plain(Decimal("1250.5")), grouped(Decimal("1250.5"))) == ("1250.5", "1,250.5")
    assert (fixed(16, 2), written(Decimal("97.96"), 1, [98])) == ("16.00", "97.96")
    assert [read(typed, COUNT) for typed in ("3,397", "1,250,000")] == ["3397", "1250000"]
    assert [read(typed, AMOUNT) for typed in ("15,432.5", "12.34")] == ["15432.5", "12.34"]
    assert read("91.5 %", SHARE) == "91.5"
    with pytest.raises(Ambiguous) as refused:
        read("15,432", AMOUNT)
    assert refused.value.readings == ("15432", "15.432")


@given(number=st.decimals(0, 10**9, places=3), language=st.sampled_from(["vi", "en"]))
def test_what_is_written_to_be_typed_is_read_back_as_it_was(number, language):
    with override(language):
        assert Decimal(read(plain(number), SHARE)) == number
