"""Values of indicators: the verbs that write them, and what a page reads of them."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, TypeVar

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext as _

from accounts.models import User
from communes.models import Commune
from criteria import measuring
from criteria.cells import fitting_threshold
from criteria.entries import check_day
from criteria.models import (
    Criterion,
    CriterionStatus,
    Enrolment,
    EvidenceRequirement,
    Indicator,
    Measurement,
    Threshold,
    Value,
)
from criteria.progress import Moment
from nrm_tracker import clock

LIMIT = Decimal("99999999999")
# Units of which there are parts; every other is counted in ones.
MEASURED = ("", "km", "ha", "kg")


@dataclass(frozen=True, kw_only=True)
class Given:
    """What somebody says of an indicator; see `Value`."""

    measured_on: dt.date
    number: Decimal | None = None
    yes_no: bool | None = None
    text: str = ""
    numerator: Decimal | None = None
    denominator: Decimal | None = None
    not_applicable_reason: str = ""
    source: str = ""

    def same_as(self, value: Value | None) -> bool:
        """Whether a stored value says just this."""
        mine = tuple(getattr(self, name) for name in SAID)
        return value is not None and mine == tuple(getattr(value, name) for name in SAID)


# What is said of an indicator, by the names of `Given`.
SAID = (
    "number", "yes_no", "text", "numerator", "denominator", "not_applicable_reason", "source",
    "measured_on",
)  # fmt: skip


def given_of(value: Value) -> Given:
    return Given(**{name: getattr(value, name) for name in SAID})


class ValueRefused(ValidationError):
    """One of several values cannot be one of its indicator."""

    def __init__(self, indicator: Indicator, refused: ValidationError) -> None:
        super().__init__(f"{indicator.code}: {' '.join(refused.messages)}")
        self.indicator, self.refused = indicator, refused


class ValuesChanged(Exception):
    """Somebody else wrote values of the same indicators first (rule 11)."""

    def __init__(self, newest: Measurement) -> None:
        super().__init__(str(newest))
        self.newest = newest


def newest_of(enrolment: Enrolment, criterion_id: int) -> Measurement | None:
    """The value of a cell that was entered last, whatever day it was true on."""
    found = Measurement.objects.filter(enrolment=enrolment, indicator__criterion=criterion_id)
    return found.select_related("recorded_by", "indicator").order_by("-pk").first()


@transaction.atomic
def measure_cell(
    status: CriterionStatus,
    given: Iterable[tuple[Indicator, Given]],
    *,
    level: int,
    by: User,
    seen: int | None,
) -> list[Measurement]:
    """Write values of one cell by one who saw `seen`, its newest value, 0 for none.

    Raises ValuesChanged and ValueRefused.
    """
    Enrolment.objects.select_for_update().get(pk=status.enrolment_id)
    newest = newest_of(status.enrolment, status.criterion_id)
    if newest is not None and newest.pk != seen:
        raise ValuesChanged(newest)
    return measure_all(status.enrolment, given, level=level, by=by)


@transaction.atomic
def measure_all(
    enrolment: Enrolment,
    given: Iterable[tuple[Indicator, Given]],
    *,
    level: int,
    by: User,
    at: dt.datetime | None = None,
    is_illustrative: bool = False,
) -> list[Measurement]:
    """Write these values, or none of them. Raises ValueRefused."""
    locked = Enrolment.objects.select_for_update().get(pk=enrolment.pk)
    rows = []
    for indicator, value in given:
        try:
            check(locked, indicator, value)
        except ValidationError as error:
            raise ValueRefused(indicator, error) from error
        rows.append(
            Measurement(
                enrolment=locked,
                indicator=indicator,
                level=level,
                recorded_by=by,
                recorded_at=at or clock.now(),
                is_illustrative=is_illustrative,
                **vars(value),
            )
        )
    return Measurement.objects.bulk_create(rows)


def measure(
    enrolment: Enrolment, indicator: Indicator, given: Given, *, level: int, by: User, **kwargs: Any
) -> Measurement:
    """Write one value. Raises ValidationError by the names of `Given`."""
    try:
        return measure_all(enrolment, [(indicator, given)], level=level, by=by, **kwargs)[0]
    except ValueRefused as error:
        raise error.refused from error


@transaction.atomic
def correct(wrong: Measurement, given: Given | None, *, reason: str, by: User) -> Measurement:
    """Replace a value by `given`, or void it where there is none. The old row stays."""
    enrolment = Enrolment.objects.select_for_update().get(pk=wrong.enrolment_id)
    if Measurement.objects.filter(corrects=wrong).exists():
        raise ValidationError(_("This value was corrected already. Correct the newer one."))
    if wrong.voids:
        raise ValidationError(_("This entry voids another and cannot be corrected itself."))
    if not reason.strip():
        raise ValidationError({"reason": _("Say why the entry is corrected.")})
    if given is not None:
        check(enrolment, wrong.indicator, given)
    return Measurement.objects.create(
        enrolment=enrolment,
        indicator=wrong.indicator,
        level=wrong.level,
        recorded_by=by,
        recorded_at=clock.now(),
        corrects=wrong,
        voids=given is None,
        reason=reason,
        **vars(given or given_of(wrong)),
    )


def check(enrolment: Enrolment, indicator: Indicator, given: Given) -> None:
    """Raise ValidationError, by field, where the value cannot be one of the indicator."""
    check_day(enrolment, given.measured_on, field="measured_on")
    if indicator.kind == Indicator.Kind.GROUP:
        raise ValidationError(_("This indicator is measured by its parts."))
    if given.not_applicable_reason:
        if not indicator.may_be_not_applicable:
            message = _("This indicator applies to every commune.")
            raise ValidationError({"not_applicable_reason": message})
        return
    _check_number(indicator, given)
    missing = {
        Indicator.Kind.BOOLEAN: given.yes_no is None and "yes_no",
        Indicator.Kind.TEXT: not given.text and "text",
        Indicator.Kind.NUMBER: given.number is None and "number",
        Indicator.Kind.PERCENT: given.number is None and given.numerator is None and "number",
    }[Indicator.Kind(indicator.kind)]
    if missing:
        raise ValidationError({missing: _("Give the value.")})


def _check_number(indicator: Indicator, given: Given) -> None:
    for name in ("number", "numerator", "denominator"):
        value = getattr(given, name)
        if value is not None and value < 0:
            raise ValidationError({name: _("It cannot be negative.")})
        if value is not None and value > LIMIT:
            raise ValidationError({name: _("This number is too large.")})
    if given.number is not None and given.numerator is not None:
        message = _("Give the two counts or the percentage, not both.")
        raise ValidationError({"number": message})
    if (given.numerator is None) != (given.denominator is None):
        missing = "numerator" if given.numerator is None else "denominator"
        raise ValidationError({missing: _("Give both the number meeting it and the total.")})
    if given.denominator is not None and given.denominator == 0:
        raise ValidationError({"denominator": _("The number in all is more than nothing.")})
    _check_whole(indicator, given)
    if given.numerator is not None and given.numerator > (given.denominator or 0):
        message = _("The number meeting it cannot exceed the total. Entered: %(part)s/%(whole)s.")
        entered = {"part": _plain(given.numerator), "whole": _plain(given.denominator or 0)}
        raise ValidationError({"numerator": message % entered})
    if indicator.kind == Indicator.Kind.PERCENT and given.number is not None and given.number > 100:
        message = _("The value must lie between 0 and 100%%. Entered: %(typed)s.")
        raise ValidationError({"number": message % {"typed": _plain(given.number)}})


def _check_whole(indicator: Indicator, given: Given) -> None:
    """People and households are counted in ones: 1,250 is no count of them."""
    if indicator.counted_in in MEASURED:
        return
    for name in ("numerator", "denominator"):
        value = getattr(given, name)
        if value is not None and value != value.to_integral_value():
            message = _("A count has no decimals. Write it as 1250 or 1.250. Entered: %(typed)s.")
            raise ValidationError({name: message % {"typed": _plain(value)}})


def _plain(number: Decimal | int) -> str:
    return f"{Decimal(number).normalize():f}".replace(".", ",")


@dataclass
class Measure:
    """An indicator of a commune on a day: what it must reach, what it reached, what is missing."""

    indicator: Indicator
    threshold: Threshold | None = None
    value: Measurement | None = None
    past: list[Measurement] = field(default_factory=list)

    @property
    def is_leaf(self) -> bool:
        return self.indicator.kind != Indicator.Kind.GROUP

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
        return measuring.verdict(
            self.indicator.kind,
            self.indicator.comparator,
            self.value.amount,
            self.value.yes_no,
            self.threshold.value if self.threshold else None,
        )

    @property
    def gap(self) -> measuring.Gap | None:
        if self.value is None or self.threshold is None or not self.applies:
            return None
        return measuring.gap(
            self.indicator.comparator,
            self.value.amount,
            self.threshold.value,
            numerator=self.value.numerator,
            denominator=self.value.denominator,
        )

    @property
    def due_on(self) -> dt.date | None:
        """The day by which a value that ages is to be measured again."""
        months = self.indicator.remeasure_months
        if self.value is None or not months:
            return None
        return months_after(self.value.measured_on, months)

    @property
    def chart(self) -> "Sketch | None":
        """The values that are numbers, drawn; None where there is no line to draw."""
        return sketch(self.past, self.threshold.value if self.threshold else None)

    @property
    def leaf(self) -> measuring.Leaf:
        verdict = self.verdict if self.applies else None
        return measuring.Leaf(verdict, self.applies, self.threshold is not None)


@dataclass(frozen=True)
class Sketch:
    """A small line of values in a drawing of 340 by 120: whole numbers that templates print."""

    points: list[tuple[int, int, str]]
    threshold_y: int | None

    @property
    def path(self) -> str:
        return "M" + "L".join(f"{x} {y}" for x, y, _label in self.points)


def sketch(past: Iterable[Measurement], threshold: Decimal | None) -> Sketch | None:
    """Values by their days from left to right, with the threshold among them."""
    known = [(v.measured_on, v.amount) for v in past if v.amount is not None]
    if len({day for day, _amount in known}) < 2:
        return None
    first, last = known[0][0], known[-1][0]
    heights = [amount for _day, amount in known] + ([] if threshold is None else [threshold])
    low, high = min(heights), max(heights)

    def y_of(amount: Decimal) -> int:
        return round(100 - float((amount - low) / (high - low)) * 75) if high > low else 60

    points = [
        (
            round(25 + (day - first).days / (last - first).days * 290),
            y_of(amount),
            _plain(round(amount, 1)),
        )
        for day, amount in known
    ]
    return Sketch(points, None if threshold is None else y_of(threshold))


def months_after(day: dt.date, months: int) -> dt.date:
    """The same day of the month so many months later, or that month's last."""
    years, month = divmod(day.month - 1 + months, 12)
    for last in (day.day, 30, 29, 28):
        try:
            return dt.date(day.year + years, month + 1, last)
        except ValueError:
            continue
    raise AssertionError(day)


Scale = tuple[Indicator, list[Threshold]]


def scales_of(criterion_ids: Iterable[int]) -> list[Scale]:
    """The indicators of these criteria in order, each with every threshold: one query."""
    found = Indicator.objects.filter(criterion__in=list(criterion_ids)).select_related("criterion")
    rows = found.annotate(**_columns(Threshold, "thresholds"))
    scales: dict[int, Scale] = {}
    for row in rows.order_by("criterion__number", "pk", "thresholds__pk"):
        _, thresholds = scales.setdefault(row.pk, (row, []))
        if threshold := _from_columns(Threshold, "thresholds", row):
            thresholds.append(threshold)
    return list(scales.values())


def yardstick_of(criterion: Criterion) -> tuple[list[Scale], list[EvidenceRequirement]]:
    """A criterion's scales, and the papers that it asks for: one query for the page of a cell."""
    rows = Criterion.objects.filter(pk=criterion.pk).annotate(
        **_columns(Indicator, "indicators"),
        **_columns(Threshold, "indicators__thresholds"),
        **_columns(EvidenceRequirement, "requirements"),
    )
    scales: dict[int, tuple[Indicator, dict[int, Threshold]]] = {}
    papers: dict[int, EvidenceRequirement] = {}
    for row in rows.order_by("indicators__pk", "indicators__thresholds__pk", "requirements__pk"):
        if indicator := _from_columns(Indicator, "indicators", row):
            indicator.criterion = criterion
            _, thresholds = scales.setdefault(indicator.pk, (indicator, {}))
            if threshold := _from_columns(Threshold, "indicators__thresholds", row):
                thresholds.setdefault(threshold.pk, threshold)
        if paper := _from_columns(EvidenceRequirement, "requirements", row):
            papers.setdefault(paper.pk, paper)
    return [(one, list(known.values())) for one, known in scales.values()], list(papers.values())


AnyModel = TypeVar("AnyModel", bound=models.Model)


def _columns(model: type[models.Model], path: str) -> dict[str, F]:
    """The columns of rows that a query joins, under names of their own."""
    names = [field.attname for field in model._meta.concrete_fields]
    alias = path.replace("__", "_")
    return {f"{alias}_of_{name}": F(f"{path}__{name}") for name in names}


def _from_columns(model: type[AnyModel], path: str, row: models.Model) -> AnyModel | None:
    """The joined row; None where there is none."""
    names = [field.attname for field in model._meta.concrete_fields]
    alias = path.replace("__", "_")
    values = {name: getattr(row, f"{alias}_of_{name}") for name in names}
    return model(**values) if values["id"] is not None else None


def told_values(enrolment: Enrolment, moment: Moment) -> QuerySet[Measurement]:
    """What had been measured by the moment, corrected entries too, newest first."""
    found = Measurement.objects.filter(enrolment=enrolment)
    if moment.known:
        found = found.filter(recorded_at__lt=clock.end_of(moment.known))
    # A correction counts whatever day it says was true.
    found = found.filter(Q(measured_on__lte=moment.day) | Q(corrects__isnull=False))
    return found.select_related("recorded_by").order_by("-measured_on", "-recorded_at", "-pk")


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
    """The indicators with what counts of each, from rows that were read already."""
    found = [Measure(i, fitting_threshold(known, commune, day)) for i, known in scales]
    by_indicator = {measure.indicator.pk: measure for measure in found}
    for value in sorted(
        in_force(values, day), key=lambda v: (v.measured_on, v.level, v.recorded_at, v.pk)
    ):
        measure = by_indicator.get(value.indicator_id)
        if measure:
            measure.past.append(value)
            measure.value = value
    return found


def measures_of(status: CriterionStatus, day: dt.date) -> list[Measure]:
    """The indicators of a cell against what counted on the day: two queries."""
    return measures(
        scales_of([status.criterion_id]),
        told_values(status.enrolment, Moment(day)),
        status.enrolment.commune,
        day,
    )


def proposed(found: Iterable[Measure]) -> str | None:
    """What the values of a criterion propose (rule 8)."""
    return measuring.proposal(measure.leaf for measure in found if measure.is_leaf)
