"""Which threshold counts for a commune on a day (rule 8)."""

import datetime as dt
from collections.abc import Iterable
from typing import NamedTuple, Protocol, TypeVar

from communes.models import Commune, group_on


class AnyThreshold(Protocol):
    """A threshold, or as much of it as decides where and when it counts."""

    @property
    def region(self) -> str | None: ...
    @property
    def commune_group(self) -> str | None: ...
    @property
    def province_id(self) -> int | None: ...
    @property
    def valid_from(self) -> dt.date | None: ...
    @property
    def valid_until(self) -> dt.date | None: ...


Fitting = TypeVar("Fitting", bound=AnyThreshold)


class Place(NamedTuple):
    """What of a commune decides which thresholds are its own."""

    region: str
    # As `Commune.groups`: which one counts is told by the day.
    groups: str
    province_id: int | None


def place_of(commune: Commune) -> Place:
    area = commune.area
    return Place(commune.region_override or area.region, commune.groups, area.province_id)


def fitting(thresholds: Iterable[Fitting], place: Place, day: dt.date) -> Fitting | None:
    """Of an indicator's thresholds the most particular one for a place and a day.

    What its province laid down goes before what holds for its group, that before its region's,
    that before everybody's; of two alike the one that began later.
    """
    group = group_on(place.groups, day)
    found = [
        t
        for t in thresholds
        if t.region in ("", place.region)
        and t.commune_group in ("", group)
        and t.province_id in (None, place.province_id)
        and (t.valid_from is None or t.valid_from <= day)
        and (t.valid_until is None or day <= t.valid_until)
    ]
    return max(found, key=_particular, default=None)


def over_time(thresholds: Iterable[Fitting], place: Place) -> list[tuple[dt.date, Fitting | None]]:
    """Which one counts from which day on, the first from the beginning of time."""
    known = list(thresholds)
    days = {dt.date.min}
    days |= {dt.date.fromisoformat(line[:10]) for line in place.groups.splitlines()}
    days |= {t.valid_from for t in known if t.valid_from}
    ends = {t.valid_until for t in known if t.valid_until} - {dt.date.max}
    days |= {end + dt.timedelta(days=1) for end in ends}
    found: list[tuple[dt.date, Fitting | None]] = []
    for day in sorted(days):
        threshold = fitting(known, place, day)
        if not found or found[-1][1] != threshold:
            found.append((day, threshold))
    return found


def _particular(threshold: AnyThreshold) -> tuple[bool, bool, bool, dt.date]:
    return (
        threshold.province_id is not None,
        bool(threshold.commune_group),
        bool(threshold.region),
        threshold.valid_from or dt.date.min,
    )
