"""A small line of an indicator's values over time, with its threshold."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from criteria.models import (
    Measurement,
)
from nrm_tracker.text import decimal_text


@dataclass(frozen=True)
class Sketch:
    """A small line of values in a drawing of 340 by 120: whole numbers that templates print."""

    points: list[tuple[int, int, str]]
    threshold_y: int | None

    @property
    def path(self) -> str:
        return "M" + "L".join(f"{x} {y}" for x, y, _label in self.points)


def sketch(past: Iterable[Measurement], threshold: Decimal | None) -> Sketch | None:
    """Values by their days from left to right, with the threshold among them."""
    known = [(v.measured_on, v.amount) for v in past if v.amount is not None]
    if len({day for day, _amount in known}) < 2:
        return None
    first, last = known[0][0], known[-1][0]
    heights = [amount for _day, amount in known] + ([] if threshold is None else [threshold])
    low, high = min(heights), max(heights)

    def y_of(amount: Decimal) -> int:
        return round(100 - float((amount - low) / (high - low)) * 75) if high > low else 60

    points = [
        (
            round(25 + (day - first).days / (last - first).days * 290),
            y_of(amount),
            decimal_text(round(amount, 1)),
        )
        for day, amount in known
    ]
    return Sketch(points, None if threshold is None else y_of(threshold))
