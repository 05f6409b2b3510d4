"""Which old backups stay: the newest of each of the last days, weeks and months."""

import datetime as dt
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Keeping:
    """Of how many days, weeks and months that have a backup the newest one stays."""

    daily: int = 7
    weekly: int = 4
    monthly: int = 12


def staying(moments: Collection[dt.datetime], keeping: Keeping) -> set[dt.datetime]:
    """Those of `moments` that stay; the newest always does."""
    periods: list[tuple[int, Callable[[dt.datetime], Any]]] = [
        (keeping.daily, lambda moment: moment.date()),
        (keeping.weekly, lambda moment: moment.isocalendar()[:2]),
        (keeping.monthly, lambda moment: (moment.year, moment.month)),
    ]
    stay = {max(moments)} if moments else set()
    for count, period in periods:
        newest = {period(moment): moment for moment in sorted(moments)}
        stay |= set(sorted(newest.values(), reverse=True)[:count])
    return stay
