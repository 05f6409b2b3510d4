"""What the steps of a plan cost, and who gives how much of it."""

from collections.abc import Iterable
from decimal import Decimal
from typing import NamedTuple

from plans.models import SOURCES, Activity, ApprovedStep


class Costs(NamedTuple):
    """A row for each step: the step, its sum, what each source gives; then the totals."""

    rows: list[tuple[Activity | ApprovedStep, Decimal, list[Decimal | None]]]
    total: Decimal
    totals: list[Decimal]

    @property
    def sources(self) -> list[str]:
        return [str(name) for name in SOURCES.values()]


def costs_of(steps: Iterable[Activity | ApprovedStep]) -> Costs:
    rows = [(one, one.cost, list(one.costs)) for one in steps]
    totals = [
        sum((row[2][n] or Decimal(0) for row in rows), Decimal(0)) for n in range(len(SOURCES))
    ]
    return Costs(rows, sum((row[1] for row in rows), Decimal(0)), totals)
