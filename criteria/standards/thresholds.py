"""Which threshold counts for a commune on a day (rule 8)."""

import datetime as dt
from collections.abc import Iterable

from communes.models import Commune
from criteria.models import (
    Threshold,
)


def fitting_threshold(
    thresholds: Iterable[Threshold], commune: Commune, day: dt.date
) -> Threshold | None:
    """The most particular of an indicator's thresholds that fits the commune on the day."""
    region = commune.region_override or commune.area.region
    return fitting(thresholds, region, commune.group, day)


def fitting(
    thresholds: Iterable[Threshold], region: str, group: str, day: dt.date
) -> Threshold | None:
    """Of an indicator's thresholds the most particular one for a region, a group and a day."""
    found = [
        t
        for t in thresholds
        if t.region in ("", region)
        and t.commune_group in ("", group)
        and (t.valid_from is None or t.valid_from <= day)
        and (t.valid_until is None or day <= t.valid_until)
    ]
    return max(
        found,
        key=lambda t: (bool(t.commune_group), bool(t.region), t.valid_from or dt.date.min),
        default=None,
    )
