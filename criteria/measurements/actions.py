"""Writing values of indicators: each verb is one transaction."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from criteria.measurements import share_words
from criteria.measurements.queries import newest_of
from criteria.models import (
    CriterionStatus,
    Enrolment,
    Indicator,
    Measurement,
    Value,
)
from criteria.progress.assessment_log import check_day, check_reason
from nrm_tracker import clock, revision
from nrm_tracker.figures import grouped, plain
from nrm_tracker.forms import Conflict, refuse_together

LIMIT = Decimal("99999999999")
_NUMBERS = ("number", "numerator", "denominator")


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

    @property
    def is_none_of_none(self) -> bool:
        """0 of 0: nobody here whom the indicator could count."""
        return self.numerator == 0 and self.denominator == 0 and self.number is None

    @property
    def is_without_objects(self) -> bool:
        return self.is_none_of_none and bool(self.not_applicable_reason)

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

    Raises Conflict with the newest value, and ValueRefused.
    """
    Enrolment.lock(status.enrolment_id)
    newest = newest_of(status.enrolment, status.criterion_id)
    if newest is not None and newest.pk != seen:
        raise Conflict(newest)
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
    locked = Enrolment.lock(enrolment.pk)
    rows = [
        measurement(
            locked, indicator, value, level=level, by=by, at=at, is_illustrative=is_illustrative
        )
        for indicator, value in given
    ]
    made = Measurement.objects.bulk_create(rows)
    if made:
        revision.bump(locked.commune.area_id)
    return made


def measurement(
    enrolment: Enrolment,
    indicator: Indicator,
    given: Given,
    *,
    level: int,
    by: User,
    at: dt.datetime | None = None,
    is_illustrative: bool = False,
) -> Measurement:
    """A value that may be written of a run that is locked. Raises ValueRefused."""
    try:
        check_value(enrolment, indicator, given)
    except ValidationError as error:
        raise ValueRefused(indicator, error) from error
    return Measurement(
        enrolment=enrolment,
        indicator=indicator,
        level=level,
        recorded_by=by,
        recorded_at=at or clock.now(),
        is_illustrative=is_illustrative,
        **vars(given),
    )


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
    enrolment = Enrolment.lock(wrong.enrolment_id)
    if Measurement.objects.filter(corrects=wrong).exists():
        raise ValidationError(_("This value was corrected already. Correct the newer one."))
    if wrong.voids:
        raise ValidationError(_("This entry voids another and cannot be corrected itself."))
    check_reason(reason)
    if given is not None:
        check_value(enrolment, wrong.indicator, given)
    made = Measurement.objects.create(
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
    revision.bump(enrolment.commune.area_id)
    return made


def check_value(enrolment: Enrolment, indicator: Indicator, given: Given) -> None:
    """Raise ValidationError, by field, where the value cannot be one of the indicator."""
    refuse_together(
        lambda: check_day(enrolment, given.measured_on, field="measured_on"),
        lambda: _check_said(indicator, given),
    )


def _check_said(indicator: Indicator, given: Given) -> None:
    if indicator.kind == Indicator.Kind.GROUP:
        raise ValidationError(_("This indicator is measured by its parts."))
    if given.is_none_of_none and indicator.may_have_no_objects:
        if not given.not_applicable_reason:
            message = _("0 of 0: say why there is nothing to count.")
            raise ValidationError({"not_applicable_reason": message})
        return
    if given.not_applicable_reason:
        if not indicator.may_be_not_applicable:
            message = _("This indicator applies to every commune.")
            raise ValidationError({"not_applicable_reason": message})
        return
    refuse_together(
        *(partial(_check_number, indicator, given, name) for name in _NUMBERS),
        lambda: _check_share(indicator, given),
        lambda: _check_given(indicator, given),
    )


def _check_number(indicator: Indicator, given: Given, name: str) -> None:
    """One number by itself. People and households are counted in ones: 1,250 is no count."""
    value: Decimal | None = getattr(given, name)
    if value is None:
        return
    if value < 0:
        raise ValidationError({name: _("It cannot be negative.")})
    if value > LIMIT:
        raise ValidationError({name: _("This number is too large.")})
    if name == "number":
        if indicator.kind == Indicator.Kind.PERCENT and value > 100:
            message = _("The value must lie between 0 and 100%%. Entered: %(typed)s.")
            raise ValidationError({name: message % {"typed": plain(value)}})
    elif indicator.is_counted and value != value.to_integral_value():
        message = _("A count has no decimals. Write it as 1250 or 1,250. Entered: %(typed)s.")
        raise ValidationError({name: message % {"typed": plain(value)}})


def _check_share(indicator: Indicator, given: Given) -> None:
    """The two parts of a share, and the share, against one another."""
    part, whole = given.numerator, given.denominator
    if given.number is not None and part is not None:
        message = _("Give the two counts or the percentage, not both.")
        raise ValidationError({"number": message})
    if part is None and whole is None:
        return
    if part is None or whole is None:
        missing = "numerator" if part is None else "denominator"
        raise ValidationError({missing: share_words.missing(indicator, missing)})
    if whole == 0:
        raise ValidationError({"denominator": _("The number in all is more than nothing.")})
    if 0 <= whole < part:
        message = share_words.too_many(indicator, grouped(part), grouped(whole))
        raise ValidationError({"numerator": message})


def _check_given(indicator: Indicator, given: Given) -> None:
    """That anything of the indicator's kind is said."""
    missing = {
        Indicator.Kind.BOOLEAN: given.yes_no is None and "yes_no",
        Indicator.Kind.TEXT: not given.text and "text",
        Indicator.Kind.NUMBER: given.number is None and "number",
        Indicator.Kind.PERCENT: given.number is None
        and given.numerator is None
        and given.denominator is None
        and "number",
    }[Indicator.Kind(indicator.kind)]
    if missing:
        raise ValidationError({missing: _("Give the value.")})
