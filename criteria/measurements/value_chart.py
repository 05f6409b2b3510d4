"""A small line of an indicator's values over time, with its threshold."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from decimal import Decimal

from criteria.measurements.amounts import shown_amount
from criteria.models import (
    Measurement,
)
from nrm_tracker.figures import grouped


@dataclass(frozen=True)
class Sketch:
    """A small line of values in a drawing of 340 by 120: whole numbers that templates print."""

    points: list[tuple[int, int, str]]
    threshold_y: int | None

    @property
    def path(self) -> str:
        return "M" + "L".join(f"{x} {y}" for x, y, _label in self.points)


def sketch(
    past: Iterable[Measurement], threshold: Decimal | None, limits: Collection[Decimal | None]
) -> Sketch | None:
    """Values by their days from left to right, with the threshold among them."""
    known = [
        (v.measured_on, v.amount, grouped(shown))
        for v in past
        if v.amount is not None and (shown := shown_amount(v, limits)) is not None
    ]
    if len({day for day, _amount, _label in known}) < 2:
        return None
    first, last = known[0][0], known[-1][0]
    heights = [amount for _day, amount, _label in known]
    heights += [] if threshold is None else [threshold]
    low, high = min(heights), max(heights)

    def y_of(amount: Decimal) -> int:
        return round(100 - float((amount - low) / (high - low)) * 75) if high > low else 60

    points = [
        (
            round(25 + (day - first).days / (last - first).days * 290),
            y_of(amount),
            label,
        )
        for day, amount, label in known
    ]
    return Sketch(points, None if threshold is None else y_of(threshold))
