"""What the villages propose for the indicators of a criterion that are counted from them (rule 8).

A proposal with its basis, never a verdict: a person takes it over, and decides.
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from criteria.claims import actions as claim_actions
from criteria.claims.actions import Draft
from criteria.measurements import actions as measurement_actions
from criteria.measurements.actions import Given
from criteria.measurements.queries import Measure
from criteria.models import Claim, CriterionStatus, Indicator, Level, Value
from criteria.progress.moment import Moment
from plans.villages import queries
from plans.villages.queries import CommuneVillages, CountsToReach

FROM = Indicator.CountedFrom


@dataclass(frozen=True)
class ProposedValue:
    """A value of an indicator as the villages have it, and what is aimed at."""

    indicator: Indicator
    given: Given
    target: int | None
    # Whether this is what counts already.
    is_recorded: bool = False

    @property
    def is_reached(self) -> bool:
        """Exactly: a share is compared unrounded."""
        if self.target is None:
            return False
        if self.given.denominator:
            return self.given.numerator * 100 >= self.target * self.given.denominator  # type: ignore[operator]
        return self.given.number is not None and self.given.number >= self.target


@dataclass(frozen=True)
class Proposal:
    """What the villages of a commune propose on a day."""

    figures: CommuneVillages
    values: list[ProposedValue]
    target: CountsToReach | None

    @property
    def is_new(self) -> bool:
        """Whether any value says other than what counts."""
        return not all(one.is_recorded for one in self.values)


def proposal(
    status: CriterionStatus,
    measures: Iterable[Measure],
    moment: Moment,
    drafts: Iterable[Value] = (),
) -> Proposal | None:
    """None where nothing is counted from villages, which asks nothing of the database; three
    queries otherwise. `drafts` are what the commune is typing."""
    asked = [one for one in measures if one.indicator.counted_from]
    if not asked:
        return None
    figures = queries.figures_of(status.enrolment.commune, moment)
    if not figures.village_count:
        return None
    typed = {one.indicator_id: one for one in drafts}  # type: ignore[attr-defined]
    values = [
        _value(one, figures, moment.day, typed.get(one.indicator.pk, one.value)) for one in asked
    ]
    return Proposal(figures, [one for one in values if one], figures.target)


@transaction.atomic
def take_over(status: CriterionStatus, found: Proposal, *, as_draft: bool, by: User) -> None:
    """Put the values into the commune's draft, or record them as the office's own.

    Raises Conflict, and ValidationError where a claim waits.
    """
    news = [(one.indicator, one.given) for one in found.values if not one.is_recorded]
    if not as_draft:
        newest = measurement_actions.newest_of(status.enrolment, status.criterion_id)
        level = Level.of(status.enrolment.commune.area)
        seen = newest.pk if newest else 0
        measurement_actions.measure_cell(status, news, level=level, by=by, seen=seen)
        return
    known = Claim.objects.open().filter(status=status).first()
    said = {} if known is None else {
        name: getattr(known, name)
        for name in ("result", "explanation", "no_evidence_reason", "resent_reason")
    }  # fmt: skip
    claim_actions.save_draft(status, Draft(given=dict(news), **said), by=by)


def _value(
    measure: Measure, figures: CommuneVillages, day: dt.date, known: Value | None
) -> ProposedValue | None:
    counts, target = figures.counts, figures.target
    number: int | None = None
    part: tuple[int, int] | None = None
    wanted: int | None = None
    match measure.indicator.counted_from:
        case FROM.MODEL_VILLAGES:
            number, wanted = counts.met, target.villages if target else None
        case FROM.MODEL_GARDENS:
            number, wanted = counts.gardens_met, target.gardens if target else None
        case FROM.VILLAGES_BEGUN:
            part, wanted = (counts.begun, figures.village_count), target.share if target else None
    is_share = measure.indicator.kind == Indicator.Kind.PERCENT
    if (part is None) == is_share:
        # Somebody gave the indicator another kind since.
        return None
    given = Given(
        measured_on=day,
        number=None if number is None else Decimal(number),
        numerator=Decimal(part[0]) if part else None,
        denominator=Decimal(part[1]) if part else None,
        source=_("Counted from the villages, as of %(day)s") % {"day": f"{day:%d/%m/%Y}"},
    )
    return ProposedValue(measure.indicator, given, wanted, _says(known, given))


def _says(value: Value | None, given: Given) -> bool:
    mine = (given.number, given.numerator, given.denominator)
    return value is not None and mine == (value.number, value.numerator, value.denominator)
