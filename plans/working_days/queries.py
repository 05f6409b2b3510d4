"""Which days an area works: its own rows before those of the area around it, and of the country."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from communes.models import Area
from plans.models import CalendarDay
from plans.schedule import WorkingCalendar, WorkStep, calendar_for


@dataclass(frozen=True)
class DaysApart:
    """The days that are not as their weekdays are."""

    off: frozenset[dt.date]
    worked: frozenset[dt.date]

    def calendar(self, steps: Iterable[WorkStep], today: dt.date) -> WorkingCalendar:
        return calendar_for(steps, today, off=self.off, worked=self.worked)


def days_apart(area: Area) -> DaysApart:
    """One query."""
    return _apart(CalendarDay.objects.of([area.pk, area.parent_id]), area)


def _apart(rows: Iterable[CalendarDay], area: Area) -> DaysApart:
    nearness = {None: 0, area.parent_id: 1, area.pk: 2}
    kinds = {row.day: row.kind for row in sorted(rows, key=lambda row: nearness[row.area_id])}
    off, worked = (
        frozenset(day for day, found in kinds.items() if found == kind)
        for kind in (CalendarDay.Kind.OFF, CalendarDay.Kind.WORKED)
    )
    return DaysApart(off, worked)


def rows_of(area: Area | None) -> list[CalendarDay]:
    """The rows that count in an area, the newest year first, each year from its first day."""
    keys = [area.pk, area.parent_id] if area else []
    rows = CalendarDay.objects.of(keys).select_related("area")
    return sorted(rows, key=lambda row: (-row.day.year, row.day))
