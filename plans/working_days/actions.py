"""Days that an area takes off, or works instead. Each verb is one transaction."""

import datetime as dt

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from communes.models import Area
from nrm_tracker import revision
from plans.models import CalendarDay, Plan


@transaction.atomic
def add(
    area: Area,
    *,
    day: dt.date,
    kind: str,
    name: str,
    order: str,
    swapped_with: dt.date | None = None,
    is_expected: bool = False,
) -> CalendarDay:
    """Say that a day is off or worked; `swapped_with` is then the other way round."""
    if not order.strip() and not is_expected:
        message = _("Name the document that says so, or mark the day as expected.")
        raise ValidationError({"order": message})
    if swapped_with == day:
        raise ValidationError({"swapped_with": _("A day cannot be swapped with itself.")})
    Area.objects.select_for_update().get(pk=area.pk)
    other = {"off": CalendarDay.Kind.WORKED, "worked": CalendarDay.Kind.OFF}[kind]
    made = _row(area, "day", day=day, kind=kind, swapped_with=swapped_with)
    made.name, made.order, made.is_expected = name, order, is_expected
    made.save()
    if swapped_with:
        twin = _row(area, "swapped_with", day=swapped_with, kind=other, swapped_with=day)
        twin.name, twin.order, twin.is_expected = name, order, is_expected
        twin.save()
    _changed(area)
    return made


@transaction.atomic
def remove(row: CalendarDay) -> None:
    """Take back what was said of a day, and of the one that it was swapped with."""
    assert row.area is not None  # noqa: S101 those of the country are kept elsewhere
    CalendarDay.objects.filter(area=row.area_id, day__in=[row.day, row.swapped_with]).delete()
    _changed(row.area)


def _changed(area: Area) -> None:
    """What lists show of plans was reckoned by other days; each morning they are reckoned anew."""
    Plan.objects.of_calendar(area).mark_stale()
    revision.bump(area.pk, *Area.objects.filter(parent=area).values_list("pk", flat=True))


def _row(area: Area, field: str, *, day: dt.date, **values: object) -> CalendarDay:
    if CalendarDay.objects.filter(area=area, day=day).exists():
        message = _("Something is said of %(day)s already: take that back first.")
        raise ValidationError({field: message % {"day": f"{day:%d/%m/%Y}"}})
    return CalendarDay(area=area, day=day, **values)
