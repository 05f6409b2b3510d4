"""Values of many communes at once: the same checks as of one, few queries; all or nothing."""

from collections.abc import Sequence

from django.db import transaction

from accounts.models import User
from criteria.measurements.actions import Given, given_of, measurement
from criteria.models import Enrolment, Indicator, Level, Measurement
from criteria.progress.assessment_log import check_reason
from nrm_tracker import clock, revision

Said = tuple[Enrolment, Indicator, Given]
_BATCH = 500


@transaction.atomic
def measure_many(said: Sequence[Said], *, by: User) -> list[Measurement]:
    """Write all of these as values of the bodies of each commune's area, or none of them.

    Raises ValueRefused.
    """
    enrolments = Enrolment.lock_many({enrolment.pk for enrolment, _indicator, _given in said})
    at = clock.now()
    rows = []
    for enrolment, indicator, given in said:
        locked = enrolments[enrolment.pk]
        level = Level.of(locked.commune.area)
        rows.append(measurement(locked, indicator, given, level=level, by=by, at=at))
    return _append(rows, enrolments)


@transaction.atomic
def void_many(
    wrong: Sequence[Measurement], *, reason: str, by: User
) -> tuple[list[Measurement], int]:
    """Void those of these values that nobody corrected since; what was written, and how many were
    left."""
    check_reason(reason)
    enrolments = Enrolment.lock_many({value.enrolment_id for value in wrong})
    corrected = Measurement.objects.filter(corrects__enrolment__in=enrolments).order_by()
    known = set(corrected.values_list("corrects", flat=True))
    at = clock.now()
    voiding = [
        Measurement(
            enrolment_id=value.enrolment_id,
            indicator_id=value.indicator_id,
            level=value.level,
            recorded_by=by,
            recorded_at=at,
            corrects=value,
            voids=True,
            reason=reason,
            **vars(given_of(value)),
        )
        for value in wrong
        if value.pk not in known and not value.voids
    ]
    return _append(voiding, enrolments), len(wrong) - len(voiding)


def _append(rows: list[Measurement], enrolments: dict[int, Enrolment]) -> list[Measurement]:
    made = Measurement.objects.bulk_create(rows, batch_size=_BATCH)
    for area_id in {enrolment.commune.area_id for enrolment in enrolments.values()}:
        revision.bump(area_id)
    return made
