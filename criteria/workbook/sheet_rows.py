"""One commune's indicators as a sheet: what stands on it, and what filling it in changes."""

import datetime as dt
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from criteria.claims.actions import Draft, save_draft
from criteria.measurements.actions import Given, ValueRefused, measure_all
from criteria.measurements.amounts import shown_share
from criteria.measurements.queries import Measure, measures, told_values
from criteria.models import (
    Claim,
    CriterionStatus,
    DraftValue,
    Enrolment,
    Indicator,
    Level,
    Threshold,
    Value,
)
from criteria.progress.moment import Moment
from criteria.standards import yardstick
from nrm_tracker.figures import grouped


@dataclass(frozen=True)
class SheetRow:
    """A leaf indicator on the sheet: what it must reach in the commune, what is known of it.

    `draft` is what the commune's own people are typing; it stands before what was sent.
    """

    measure: Measure
    draft: DraftValue | None = None

    @property
    def indicator(self) -> Indicator:
        return self.measure.indicator

    @property
    def present(self) -> Value | None:
        return self.draft or self.measure.value

    @property
    def key(self) -> str:
        """How the sheet knows the indicator: its code is unique in its criterion."""
        return f"{self.indicator.criterion.number}/{self.indicator.code}"

    @property
    def seen(self) -> str:
        """A mark of what is known now, to tell whether somebody wrote meanwhile."""
        said = repr(self.present.says()) if self.present else ""
        return hashlib.sha256(said.encode()).hexdigest()[:16]


@dataclass(frozen=True)
class SheetDifference:
    """What was filled in that is not known yet. `row` is the sheet's, for sentences."""

    line: SheetRow
    given: Given
    row: int
    is_stale: bool = False

    @property
    def threshold(self) -> Threshold | None:
        """The one that counts on the day that was filled in."""
        return self.line.measure.threshold_on(self.given.measured_on)

    @property
    def old(self) -> str:
        return in_words(self.line.present, self.line.indicator) if self.line.present else ""

    @property
    def new(self) -> str:
        return in_words(self.given, self.line.indicator)


class SheetRefused(Exception):
    """Some of what was filled in could not be written, so nothing was: what was wrong, by key."""

    def __init__(self, problems: dict[str, ValidationError]) -> None:
        super().__init__(str(problems))
        self.problems = problems


def lines(enrolment: Enrolment, day: dt.date, *, with_drafts: bool) -> list[SheetRow]:
    """Every leaf indicator of the set, in order: four queries with drafts, three without.

    `with_drafts` is for the commune's own people: what they are typing stands before what was sent.
    """
    criteria = enrolment.criteria_set.criteria.values_list("pk", flat=True)
    scales = yardstick.scales_of(criteria)
    told = told_values(enrolment, Moment(day))
    drafts = _drafts(enrolment) if with_drafts else {}
    return [
        SheetRow(m, drafts.get(m.indicator.pk))
        for m in measures(scales, told, enrolment.commune, day)
        if m.is_leaf
    ]


@transaction.atomic
def accept(
    enrolment: Enrolment, differences: Iterable[SheetDifference], *, by: User, as_draft: bool
) -> None:
    """Write all of it, or nothing: raises SheetRefused.

    What the commune's own people filled in becomes their draft; the coordination office's values
    are measured at once.
    """
    Enrolment.lock(enrolment.pk)
    write = _draft if as_draft else _measure
    if problems := write(enrolment, list(differences), by):
        raise SheetRefused(problems)


def rehearse(
    enrolment: Enrolment, differences: Iterable[SheetDifference], *, by: User, as_draft: bool
) -> None:
    """Raise what `accept` would raise; nothing stays written."""
    with transaction.atomic():
        try:
            accept(enrolment, differences, by=by, as_draft=as_draft)
        finally:
            transaction.set_rollback(True)


def _draft(
    enrolment: Enrolment, differences: list[SheetDifference], by: User
) -> dict[str, ValidationError]:
    """Put the values into the draft of each criterion; what else is typed in it stays."""
    by_criterion: dict[int, list[SheetDifference]] = {}
    for difference in differences:
        criterion_id = difference.line.indicator.criterion_id
        by_criterion.setdefault(criterion_id, []).append(difference)
    problems: dict[str, ValidationError] = {}
    cells = CriterionStatus.objects.filter(enrolment=enrolment, criterion__in=by_criterion)
    for status in cells.select_related("criterion", "enrolment__commune"):
        found = by_criterion[status.criterion_id]
        kept = status.claims.open().first() or Claim()
        draft = Draft(
            given={difference.line.indicator: difference.given for difference in found},
            result=kept.result,
            explanation=kept.explanation,
            no_evidence_reason=kept.no_evidence_reason,
            resent_reason=kept.resent_reason,
        )
        try:
            save_draft(status, draft, by=by)
        except ValidationError as problem:
            problems |= {difference.line.key: problem for difference in found}
    return problems


def _measure(
    enrolment: Enrolment, differences: list[SheetDifference], by: User
) -> dict[str, ValidationError]:
    given = [(difference.line.indicator, difference.given) for difference in differences]
    level = Level.of(enrolment.commune.area)
    try:
        measure_all(enrolment, given, level=level, by=by)
    except ValueRefused as problem:
        keys = [d.line.key for d in differences if d.line.indicator == problem.indicator]
        return dict.fromkeys(keys, problem.refused)
    return {}


def in_words(value: Value | Given, indicator: Indicator) -> str:
    """A value as pages print it: "3.108/3.397 người (91,49%)", with its day."""
    said = _amount_in_words(value, indicator)
    return f"{said} ({value.measured_on:%d/%m/%Y})"


def _amount_in_words(value: Value | Given, indicator: Indicator) -> str:
    if value.is_without_objects:
        return _("Nothing to count: %(reason)s") % {"reason": value.not_applicable_reason}
    if value.not_applicable_reason:
        return _("Not applicable: %(reason)s") % {"reason": value.not_applicable_reason}
    if value.yes_no is not None:
        return _("Met") if value.yes_no else _("Not met")
    if value.numerator is not None and value.denominator is not None:
        share = shown_share(value, indicator.limits, places=2)
        counted = f"{grouped(value.numerator)}/{grouped(value.denominator)} {indicator.counted_in}"
        return counted.strip() + (f", {grouped(share)}%" if share is not None else "")
    if value.number is not None:
        unit = indicator.unit if indicator.unit == "%" else f" {indicator.unit}"
        return f"{grouped(value.number)}{unit}".strip()
    return value.text


def _drafts(enrolment: Enrolment) -> dict[int, DraftValue]:
    found = DraftValue.objects.filter(
        claim__status__enrolment=enrolment, claim__state=Claim.State.DRAFT
    )
    return {value.indicator_id: value for value in found}
