"""A value against its threshold, what is still missing, and what a criterion's values propose.

Pure functions of plain values (rule 8). Amounts are exact: a share is compared unrounded.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

MET, NOT_MET = "met", "not_met"
# What values propose that say of each indicator that it does not apply, or has nothing to count.
NOTHING = "nothing"
# The smallest part of what is not counted in ones that anybody can enter.
FINEST = Decimal("0.001")


def verdict(
    kind: str,
    comparator: str,
    amount: Decimal | None,
    yes_no: bool | None,
    threshold: Decimal | None,
) -> str | None:
    """`met` or `not_met`; None where the value or the threshold is not known, or has no number."""
    if kind == "boolean":
        return None if yes_no is None else (MET if yes_no else NOT_MET)
    if amount is None or threshold is None:
        return None
    reached = {
        "ge": amount >= threshold,
        "le": amount <= threshold,
        "eq": amount == threshold,
    }.get(comparator)
    return None if reached is None else (MET if reached else NOT_MET)


@dataclass(frozen=True)
class Gap:
    """What is missing, or too much: `units` counted (households, people), `points` otherwise.

    `points` are percentage points of a share, and the unit itself of a number.
    """

    points: Decimal
    units: Decimal | None = None
    is_too_much: bool = False


def gap(
    comparator: str,
    amount: Decimal | None,
    threshold: Decimal | None,
    *,
    numerator: Decimal | None = None,
    denominator: Decimal | None = None,
    is_counted: bool = True,
) -> Gap | None:
    """How far an amount is from its threshold; None where it is reached or nothing can be said.

    What `is_counted` in ones lacks whole ones.
    """
    if amount is None or threshold is None or comparator not in ("ge", "le", "eq"):
        return None
    below = comparator != "le" and amount < threshold
    above = comparator != "ge" and amount > threshold
    if not below and not above:
        return None
    units = None
    if numerator is not None and denominator:
        step = Decimal(1) if is_counted else FINEST
        wanted = threshold * denominator / 100 / step
        rounding = ROUND_CEILING if below else ROUND_FLOOR
        units = abs(wanted.to_integral_value(rounding) * step - numerator)
    return Gap(abs(threshold - amount), units, above)


@dataclass(frozen=True)
class Leaf:
    """What counts of one leaf indicator: its verdict, whether it applies, has it a threshold."""

    verdict: str | None
    applies: bool = True
    has_threshold: bool = True


def proposal(leaves: Iterable[Leaf]) -> str | None:
    """`met` where every applicable leaf is met, `not_met` where one is not, `nothing` where there
    are leaves and none of them applies.

    None where nothing can be said: no leaves, one unmeasured or without a threshold. A person
    decides; deciding otherwise needs a reason.
    """
    found = list(leaves)
    applicable = [leaf for leaf in found if leaf.applies]
    if not applicable:
        return NOTHING if found else None
    if any(leaf.verdict is None or not leaf.has_threshold for leaf in applicable):
        return None
    return MET if all(leaf.verdict == MET for leaf in applicable) else NOT_MET


def contradicts(result: str, proposed: str | None) -> bool:
    """Whether deciding `result` goes against what the values propose, and so needs a reason.

    Where they propose nothing every result does.
    """
    if proposed is None or result in ("not_applicable", "not_considered", "not_assessed"):
        return False
    return proposed == NOTHING or (result == MET) != (proposed == MET)
