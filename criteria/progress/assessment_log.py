"""The history of cells as plain values, and the days on which something may be entered."""

import datetime as dt
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from criteria.models import Assessment, Enrolment, Standing
from criteria.progress import standings
from nrm_tracker import clock
from nrm_tracker.prepared import prepared


def check_reason(reason: str) -> None:
    """Whoever corrects or voids an entry says why."""
    if not reason.strip():
        raise ValidationError({"reason": _("Say why the entry is corrected.")})


def entries_of(
    enrolment_ids: list[int],
    *,
    recorded_before: dt.datetime | None = None,
) -> dict[int, list[standings.AssessmentEntry]]:
    """The history of these enrolments as plain values, in one query."""
    entries: dict[int, list[standings.AssessmentEntry]] = {pk: [] for pk in enrolment_ids}
    for values in _entries(enrolment_ids, recorded_before):
        entries[values[-1]].append(standings.AssessmentEntry._make(values[:-1]))
    return entries


@prepared
def _entries(
    enrolment_ids: list[int], before: dt.datetime | None
) -> QuerySet[Assessment, tuple[Any, ...]]:
    found = Assessment.objects.filter(status__enrolment__in=enrolment_ids)
    if before is not None:
        found = found.filter(recorded_at__lt=before)
    return found.order_by().values_list(
        "pk", "status__criterion__number", "level", "result", "assessed_on", "recorded_at",
        "basis", "basis_text", "corrects_id", "voids", "status__enrolment_id",
    )  # fmt: skip


def past_standings(enrolment_ids: list[int]) -> set[standings.StoredRow]:
    """The rows of these enrolments on days before today: one query."""
    past = Standing.objects.filter(enrolment__in=enrolment_ids, on_day__lt=clock.today())
    columns = past.order_by().values_list(*standings.StoredRow._fields)
    return {standings.StoredRow._make(row) for row in columns}


def check_day(enrolment: Enrolment, day: dt.date, *, field: str = "assessed_on") -> None:
    if day > clock.today():
        raise ValidationError({field: future_day(day, field)})
    if day < enrolment.opened_on:
        message = _("Before the commune was enrolled (%(day)s).")
        raise ValidationError({field: message % {"day": f"{enrolment.opened_on:%d/%m/%Y}"}})
    if enrolment.closed_on and day >= enrolment.closed_on:
        message = _("The commune's run at this set closed on %(day)s.")
        raise ValidationError({field: message % {"day": f"{enrolment.closed_on:%d/%m/%Y}"}})


def future_day(day: dt.date, field: str) -> str:
    days = {"today": f"{clock.today():%d/%m/%Y}", "day": f"{day:%d/%m/%Y}"}
    if field == "assessed_on":
        return _("The day cannot be after today (%(today)s). Entered: %(day)s.") % days
    return _("This day cannot be after today (%(today)s); it is %(day)s.") % days
