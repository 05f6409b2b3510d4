"""Values against thresholds: truth tables of plain values (rule 8)."""

from decimal import Decimal

import pytest

from criteria.measurements.evaluation import Gap, Leaf, contradicts, gap, proposal, verdict


@pytest.mark.parametrize(
    ("kind", "comparator", "amount", "yes_no", "threshold", "expected"),
    [
        ("percent", "ge", "85", None, "85", "met"),
        ("percent", "ge", "84.999", None, "85", "not_met"),
        ("percent", "le", "24.2", None, "24.2", "met"),
        ("percent", "le", "24.201", None, "24.2", "not_met"),
        ("number", "eq", "0", None, "0", "met"),
        ("number", "eq", "1", None, "0", "not_met"),
        ("percent", "ge", None, None, "85", None),
        ("percent", "ge", "85", None, None, None),
        ("number", "", "85", None, "85", None),
        ("boolean", "is_true", None, True, None, "met"),
        ("boolean", "is_true", None, False, None, "not_met"),
        ("boolean", "is_true", None, None, None, None),
        ("text", "", None, None, None, None),
    ],
)
def test_a_value_against_its_threshold(kind, comparator, amount, yes_no, threshold, expected):
    amount, threshold = (None if n is None else Decimal(n) for n in (amount, threshold))

    assert verdict(kind, comparator, amount, yes_no, threshold) == expected


@pytest.mark.parametrize(
    ("comparator", "part", "whole", "threshold", "expected"),
    [
        # 85 % of 3,397 people are 2,887.45: one more than 2,887.
        ("ge", 2765, 3397, "85", Gap(Decimal(85) - Decimal(276500) / 3397, Decimal(123))),
        ("ge", 2888, 3397, "85", None),
        ("le", 75, 300, "24.2", Gap(Decimal("0.8"), Decimal(3), is_too_much=True)),
        ("le", 72, 300, "24.2", None),
    ],
)
def test_what_is_missing_is_counted(comparator, part, whole, threshold, expected):
    numerator, denominator = Decimal(part), Decimal(whole)

    found = gap(
        comparator,
        numerator * 100 / denominator,
        Decimal(threshold),
        numerator=numerator,
        denominator=denominator,
    )

    assert (found is None) == (expected is None)
    if found and expected:
        assert (found.units, found.is_too_much) == (expected.units, expected.is_too_much)
        assert abs(found.points - expected.points) < Decimal("1e-9")


def test_what_nobody_counted_lacks_points_alone():
    assert gap("ge", Decimal("34.5"), Decimal(36)) == Gap(Decimal("1.5"))
    assert gap("ge", Decimal("34.5"), None) is None
    assert gap("is_true", Decimal(1), Decimal(2)) is None
    assert gap("eq", Decimal(2), Decimal(0)) == Gap(Decimal(2), is_too_much=True)
    assert gap("ge", Decimal(5), Decimal(85), numerator=Decimal(0), denominator=Decimal(0)) == Gap(
        Decimal(80)
    )


MET, NOT_MET, UNKNOWN = Leaf("met"), Leaf("not_met"), Leaf(None)
AWAY, BARE = Leaf(None, applies=False), Leaf("met", has_threshold=False)


@pytest.mark.parametrize(
    ("leaves", "expected"),
    [
        ([], None),
        ([MET], "met"),
        ([MET, MET], "met"),
        ([MET, NOT_MET], "not_met"),
        ([MET, UNKNOWN], None),
        ([NOT_MET, UNKNOWN], None),
        ([MET, AWAY], "met"),
        ([AWAY], "nothing"),
        ([AWAY, AWAY], "nothing"),
        ([AWAY, UNKNOWN], None),
        ([MET, BARE], None),
    ],
)
def test_what_the_values_of_a_criterion_propose(leaves, expected):
    assert proposal(leaves) == expected


@pytest.mark.parametrize(
    ("result", "proposed", "expected"),
    [
        ("met", "not_met", True),
        ("not_met", "met", True),
        ("nearly", "met", True),
        ("met", "met", False),
        ("nearly", "not_met", False),
        ("met", None, False),
        ("not_applicable", "met", False),
        ("met", "nothing", True),
        ("nearly", "nothing", True),
        ("not_met", "nothing", True),
        ("not_applicable", "nothing", False),
    ],
)
def test_deciding_otherwise(result, proposed, expected):
    assert contradicts(result, proposed) == expected
