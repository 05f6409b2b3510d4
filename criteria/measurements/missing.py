"""What a commune lacks of its indicators, as lists name it: plain rows, read in one query."""

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import groupby
from typing import Any, NamedTuple

from django.db.models import Exists, OuterRef, QuerySet, Subquery

from criteria.measurements import evaluation
from criteria.measurements.amounts import share_of, shown_amount
from criteria.models import Enrolment, Indicator, Measurement
from criteria.models.yardstick import counted_in_ones
from criteria.progress.moment import Moment
from criteria.standards.thresholds import fitting, place_of
from nrm_tracker.prepared import prepared


@dataclass(frozen=True)
class Missing:
    """What one indicator lacks: so many of `unit`, or that it is not so.

    Of a share that nobody counted the parts of, the share `reached` and the one that is `wanted`.
    """

    code: str
    amount: Decimal | None = None
    unit: str = ""
    is_too_much: bool = False
    reached: Decimal | None = None
    wanted: Decimal | None = None
    comparator: str = ""
    is_illustrative: bool = False


class _Reading(NamedTuple):
    """The newest value of an indicator, beside one of its thresholds."""

    criterion_id: int
    indicator_id: int
    code: str
    kind: str
    comparator: str
    unit: str
    counted_in: str
    number: Decimal | None
    yes_no: bool | None
    numerator: Decimal | None
    denominator: Decimal | None
    not_applicable_reason: str
    measured_on: dt.date
    is_illustrative: bool
    # Of the threshold, by which `fitting` chooses; None where there is none.
    region: str | None
    commune_group: str | None
    province_id: int | None
    valid_from: dt.date | None
    valid_until: dt.date | None
    value: Decimal | None


def missing_of(
    enrolment: Enrolment, criterion_ids: Collection[int], moment: Moment
) -> dict[int, tuple[Missing, ...]]:
    """By criterion what the newest values lack (rule 8); what nobody measured is not told.

    One query.
    """
    place = place_of(enrolment.commune)
    rows = _readings(enrolment.pk, list(criterion_ids), moment.day, moment.known_before)
    found: dict[int, list[Missing]] = {}
    readings = map(_Reading._make, rows)
    for _indicator, beside in groupby(readings, key=lambda reading: reading.indicator_id):
        first, *others = beside
        wanted = fitting([first, *others], place, first.measured_on)
        lacks = _missing(first, wanted.value if wanted else None)
        if lacks:
            found.setdefault(first.criterion_id, []).append(lacks)
    return {pk: tuple(lacks) for pk, lacks in found.items()}


def _missing(reading: _Reading, wanted: Decimal | None) -> Missing | None:
    if reading.not_applicable_reason:
        return None
    told = Missing(reading.code, is_illustrative=reading.is_illustrative)
    if reading.kind == Indicator.Kind.BOOLEAN:
        return told if reading.yes_no is False else None
    share = share_of(reading)
    gap = evaluation.gap(
        reading.comparator,
        reading.number if share is None else share,
        wanted,
        numerator=reading.numerator,
        denominator=reading.denominator,
        is_counted=counted_in_ones(reading.counted_in),
    )
    if gap is None:
        return None
    if gap.units is not None and reading.counted_in:
        unit, amount = reading.counted_in, gap.units
    elif share is None and reading.kind != Indicator.Kind.PERCENT:
        unit, amount = reading.unit, gap.points
    else:
        reached = shown_amount(reading, [wanted])
        return replace(told, reached=reached, wanted=wanted, comparator=reading.comparator)
    return replace(told, amount=amount, unit=unit, is_too_much=gap.is_too_much)


@prepared
def _readings(
    enrolment_id: int, criterion_ids: Collection[int], day: dt.date, before: dt.datetime | None
) -> QuerySet[Measurement, Any]:
    """The newest value of each indicator that counts, once for each threshold."""
    entered = Measurement.objects.filter(enrolment=enrolment_id)
    if before is not None:
        entered = entered.filter(recorded_at__lt=before)
    counting = entered.filter(~Exists(entered.filter(corrects=OuterRef("pk"))), voids=False)
    counting = counting.filter(measured_on__lte=day)
    same = counting.filter(indicator=OuterRef("indicator"))
    newest = same.order_by("-measured_on", "-level", "-pk").values("pk")[:1]
    found = counting.filter(indicator__criterion__in=criterion_ids, pk=Subquery(newest))
    return found.order_by("indicator", "indicator__thresholds").values_list(
        "indicator__criterion", "indicator", "indicator__code", "indicator__kind",
        "indicator__comparator", "indicator__unit", "indicator__counted_in", "number", "yes_no",
        "numerator", "denominator", "not_applicable_reason", "measured_on", "is_illustrative",
        "indicator__thresholds__region", "indicator__thresholds__commune_group",
        "indicator__thresholds__province", "indicator__thresholds__valid_from",
        "indicator__thresholds__valid_until", "indicator__thresholds__value",
    )  # fmt: skip
