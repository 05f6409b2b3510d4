"""A write to history may change days before today: how many, is told to who wrote."""

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext as _

from criteria.models import Enrolment
from criteria.progress.assessment_log import days_apart, past_standings

# What was typed into a form, cleaned.
Cleaned = dict[str, Any]


def counting_past_days(
    enrolment: Enrolment, write: Callable[[Cleaned], None]
) -> Callable[[Cleaned], int]:
    """`write`, which then tells how many days before today have another standing since."""

    def counted(given: Cleaned) -> int:
        Enrolment.objects.locked().get(pk=enrolment.pk)
        before = past_standings([enrolment.pk])
        write(given)
        return days_apart(before, past_standings([enrolment.pk]))[enrolment.pk]

    return counted


def with_past_days(said: str, days: int) -> str:
    """What was said, and how many past days changed, where any did."""
    if not days:
        return said
    changed = _("Past days changed: %(count)s.") % {"count": days}
    return f"{said} {changed}"
