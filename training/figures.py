"""Values that come to what is to be found: made of the threshold, the same each time."""

import datetime as dt
from decimal import Decimal

from communes.models import Commune
from criteria.measurements.actions import Given
from criteria.models import Indicator
from criteria.standards.thresholds import fitting, place_of

Kind = Indicator.Kind
SOURCE = "Số liệu tập huấn"
# What stands for a threshold that nobody knows.
UNKNOWN = Decimal(75)


def value_of(
    indicator: Indicator, commune: Commune, day: dt.date, *, is_met: bool, turn: int
) -> Given:
    """A value on the right side of the threshold, or on the wrong one; `turn` varies it."""
    if indicator.kind == Kind.BOOLEAN:
        return Given(measured_on=day, yes_no=is_met, source=SOURCE)
    if indicator.kind == Kind.TEXT:
        return Given(
            measured_on=day, text="Đã rà soát" if is_met else "Chưa rà soát", source=SOURCE
        )
    threshold = fitting(indicator.thresholds.all(), place_of(commune), day)
    wanted = threshold.value if threshold and threshold.value is not None else UNKNOWN
    number = _amount(indicator.comparator, wanted, is_met=is_met, turn=turn)
    if indicator.kind == Kind.PERCENT:
        number = min(number, Decimal(100))
        if indicator.counted_in and indicator.is_counted:
            whole = commune.households or 1000
            part = _part(number, whole, rounds_up=is_met == (indicator.comparator != "le"))
            return Given(
                measured_on=day,
                numerator=Decimal(part),
                denominator=Decimal(whole),
                source=SOURCE,
            )
    return Given(measured_on=day, number=number, source=SOURCE)


def _amount(comparator: str, wanted: Decimal, *, is_met: bool, turn: int) -> Decimal:
    """Beyond the threshold by a few hundredths of it, or short of it by some."""
    share = Decimal(turn % 5) if is_met else Decimal(6 + turn % 7)
    step = (wanted * share / 100).quantize(Decimal("0.1"))
    if comparator == "eq":
        return wanted if is_met else max(wanted - step - 1, Decimal(0))
    upwards = (comparator == "le") != is_met
    if not is_met:
        step = max(step, Decimal("0.1"))
    return max(wanted + step, Decimal(0)) if upwards else max(wanted - step, Decimal(0))


def _part(percent: Decimal, whole: int, *, rounds_up: bool) -> int:
    exact = percent * whole / 100
    return min(int(exact) + (rounds_up and exact != int(exact)), whole)
