"""What pages read of values: each indicator of a commune with its threshold and verdict."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal

from django.db.models import Q, QuerySet

from communes.models import Checked, Commune, Sourced
from criteria.measurements import evaluation
from criteria.measurements.amounts import shown_amount
from criteria.measurements.value_chart import Sketch, sketch
from criteria.models import (
    CriterionStatus,
    Enrolment,
    Indicator,
    Measurement,
    Threshold,
    Value,
)
from criteria.progress.moment import Moment
from criteria.standards.thresholds import Place, fitting, over_time, place_of
from criteria.standards.yardstick import Scale, scales_of
from nrm_tracker import clock
from nrm_tracker.clock import months_after
from nrm_tracker.prepared import prepared


def newest_of(enrolment: Enrolment, criterion_id: int) -> Measurement | None:
    """The value of a cell that was entered last, whatever day it was true on."""
    found = Measurement.objects.filter(enrolment=enrolment, indicator__criterion=criterion_id)
    return found.select_related("recorded_by", "indicator").order_by("-pk").first()


@dataclass
class Measure:
    """An indicator of a commune on a day: what it must reach, what it reached, what is missing."""

    indicator: Indicator
    threshold: Threshold | None = None
    value: Value | None = None
    past: list[Measurement] = field(default_factory=list)
    # The threshold of the page's day, where another one counts for the value's own day.
    newer_threshold: Threshold | None = None
    place: Place | None = None

    @property
    def is_leaf(self) -> bool:
        return self.indicator.kind != Indicator.Kind.GROUP

    def threshold_on(self, day: dt.date) -> Threshold | None:
        """What a value of that day must reach."""
        return fitting(self.indicator.thresholds.all(), self.place, day) if self.place else None

    @property
    def thresholds(self) -> list[tuple[dt.date, Threshold | None]]:
        """What a value must reach, from which day on."""
        return over_time(self.indicator.thresholds.all(), self.place) if self.place else []

    @property
    def points(self) -> Decimal | None:
        """How far from its threshold the amount lies as it is written, so that the two add up."""
        shown = shown_amount(self.value, self.indicator.limits) if self.value else None
        if shown is None or self.threshold is None or self.threshold.value is None:
            return None
        return abs(self.threshold.value - shown)

    @property
    def least_checked(self) -> Sourced:
        """It or its threshold, whichever was compared with less."""
        rows = [row for row in (self.indicator, self.threshold) if row]
        return max(rows, key=lambda row: Checked.values.index(row.checked))

    @property
    def applies(self) -> bool:
        return not (self.value and self.value.not_applicable_reason)

    @property
    def verdict(self) -> str | None:
        """What the value comes to by the threshold."""
        if self.value is None:
            return None
        if not self.applies:
            return "not_applicable"
        return evaluation.verdict(
            self.indicator.kind,
            self.indicator.comparator,
            self.value.amount,
            self.value.yes_no,
            self.threshold.value if self.threshold else None,
        )

    @property
    def gap(self) -> evaluation.Gap | None:
        if self.value is None or self.threshold is None or not self.applies:
            return None
        return evaluation.gap(
            self.indicator.comparator,
            self.value.amount,
            self.threshold.value,
            numerator=self.value.numerator,
            denominator=self.value.denominator,
            is_counted=self.indicator.is_counted,
        )

    @property
    def due_on(self) -> dt.date | None:
        """The day by which a value that ages is to be measured again."""
        months = self.indicator.remeasure_months
        if self.value is None or not months:
            return None
        return months_after(self.value.measured_on, months)

    @property
    def chart(self) -> Sketch | None:
        """The values that are numbers, drawn; None where there is no line to draw."""
        wanted = self.threshold.value if self.threshold else None
        return sketch(self.past, wanted, self.indicator.limits)

    @property
    def leaf(self) -> evaluation.Leaf:
        verdict = self.verdict if self.applies else None
        return evaluation.Leaf(verdict, self.applies, self.threshold is not None)


def told_values(
    enrolment: Enrolment, moment: Moment, criterion_id: int | None = None
) -> list[Measurement]:
    """What had been measured by the moment of a run, or of one criterion, corrected entries too,
    newest first."""
    return _values(enrolment.pk, criterion_id, moment.day, moment.known_before)


@prepared
def _values(
    enrolment_id: int, criterion_id: int | None, day: dt.date, before: dt.datetime | None
) -> QuerySet[Measurement]:
    found = Measurement.objects.filter(enrolment=enrolment_id)
    if criterion_id is not None:
        found = found.filter(indicator__criterion=criterion_id)
    if before is not None:
        found = found.filter(recorded_at__lt=before)
    # A correction counts whatever day it says was true.
    found = found.filter(Q(measured_on__lte=day) | Q(corrects__isnull=False))
    return found.select_related("recorded_by").order_by("-measured_on", "-pk")


def in_force(values: Iterable[Measurement], day: dt.date) -> list[Measurement]:
    """Those that count on the day: neither corrected nor voiding."""
    known = list(values)
    corrected = {value.corrects_id for value in known}
    return [
        value
        for value in known
        if value.pk not in corrected and not value.voids and value.measured_on <= day
    ]


def measures(
    scales: Iterable[Scale], values: Iterable[Measurement], commune: Commune, day: dt.date
) -> list[Measure]:
    """The indicators with what counts of each, from rows that were read already.

    What a value must reach is the threshold of its own day.
    """
    place = place_of(commune)
    found = [Measure(indicator, place=place) for indicator, _thresholds in scales]
    by_indicator = {measure.indicator.pk: measure for measure in found}
    for value in sorted(in_force(values, day), key=lambda v: (v.measured_on, v.level, v.pk)):
        measure = by_indicator.get(value.indicator_id)
        if measure:
            measure.past.append(value)
            measure.value = value
    for measure in found:
        newest = measure.threshold_on(day)
        measure.threshold = measure.threshold_on(
            measure.value.measured_on if measure.value else day
        )
        measure.newer_threshold = newest if newest != measure.threshold else None
    return found


def measures_of(status: CriterionStatus, day: dt.date | None = None) -> list[Measure]:
    """The indicators of a cell against what counted on the day, today's if none."""
    return measures_at(status, Moment(day or clock.today()))


def measures_at(status: CriterionStatus, moment: Moment) -> list[Measure]:
    """The indicators of a cell against what counted at the moment: three queries."""
    return measures(
        scales_of([status.criterion_id]),
        told_values(status.enrolment, moment, status.criterion_id),
        status.enrolment.commune,
        moment.day,
    )


def unmeasured(status: CriterionStatus) -> list[Measure]:
    """The indicators of a cell, without reading what counts of them."""
    return [Measure(indicator) for indicator in _indicators(status.criterion_id)]


@prepared
def _indicators(criterion_id: int) -> QuerySet[Indicator]:
    return Indicator.objects.filter(criterion=criterion_id).order_by("pk")


def proposed(found: Iterable[Measure]) -> str | None:
    """What the values of a criterion propose (rule 8)."""
    return evaluation.proposal(measure.leaf for measure in found if measure.is_leaf)
