"""How a plan differs from what it was: steps new, taken out, changed; the chain; the finish.

Both sides are steps as a version keeps them; what a step needs is compared by the steps meant, not
by their numbers, which change when a step is put between.
"""

import datetime as dt
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from django.utils.translation import gettext as _

from nrm_tracker.figures import grouped
from plans.drafting import needs
from plans.drafting.queries import about
from plans.models import ApprovedStep


@dataclass(frozen=True)
class PlanSide:
    """One side of a comparison."""

    name: str
    finish_on: dt.date
    steps: list[ApprovedStep]

    @cached_property
    def by_key(self) -> dict[int, ApprovedStep]:
        return {one.activity_id: one for one in self.steps}

    @cached_property
    def keys(self) -> dict[int, int]:
        return {one.number: one.activity_id for one in self.steps}

    @property
    def chain(self) -> list[ApprovedStep]:
        placed = [one for one in self.steps if one.chain_place]
        return sorted(placed, key=lambda one: one.chain_place or 0)

    @property
    def knows_critical(self) -> bool:
        """Whether it was kept which steps were critical."""
        return any(one.is_critical is not None for one in self.steps)

    def needs_of(self, step: ApprovedStep) -> set[tuple[int, int, str]]:
        return {(self.keys[one.number], one.wait, one.unit) for one in needs.read(step.needs)}


class StepChange(NamedTuple):
    """What of a step is otherwise, in words."""

    label: str
    old: str
    new: str


@dataclass(frozen=True)
class ChangedStep:
    old: ApprovedStep
    new: ApprovedStep
    changes: list[StepChange]

    @property
    def moved(self) -> int:
        """Days by which it ends later."""
        return (self.new.ends_on - self.old.ends_on).days

    @property
    def moved_earlier(self) -> int:
        return -self.moved


@dataclass(frozen=True)
class VersionDifferences:
    old: PlanSide
    new: PlanSide

    @property
    def sides(self) -> tuple[PlanSide, PlanSide]:
        return self.old, self.new

    @cached_property
    def added(self) -> list[ApprovedStep]:
        return [one for one in self.new.steps if one.activity_id not in self.old.by_key]

    @cached_property
    def taken_out(self) -> list[ApprovedStep]:
        return [one for one in self.old.steps if one.activity_id not in self.new.by_key]

    @cached_property
    def both(self) -> list[ChangedStep]:
        pairs = [
            (self.old.by_key[one.activity_id], one)
            for one in self.new.steps
            if one.activity_id in self.old.by_key
        ]
        return [ChangedStep(old, new, list(self._changes(old, new))) for old, new in pairs]

    @property
    def changed(self) -> list[ChangedStep]:
        """Those of which something was written otherwise."""
        return [one for one in self.both if one.changes]

    @property
    def only_moved(self) -> list[ChangedStep]:
        """Those that fall on other days because of others."""
        return [one for one in self.both if not one.changes and _days(one.old) != _days(one.new)]

    @property
    def same(self) -> int:
        return len(self.both) - len(self.changed) - len(self.only_moved)

    @property
    def moved(self) -> int:
        """Days by which the plan ends later."""
        return (self.new.finish_on - self.old.finish_on).days

    @property
    def moved_earlier(self) -> int:
        return -self.moved

    @property
    def knows_critical(self) -> bool:
        return self.old.knows_critical and self.new.knows_critical

    @property
    def became_critical(self) -> list[ApprovedStep]:
        before = _critical(self.old.steps)
        return [one for one in self.new.steps if one.is_critical and one.activity_id not in before]

    @property
    def no_longer_critical(self) -> list[ApprovedStep]:
        after = _critical(self.new.steps)
        return [one for one in self.old.steps if one.is_critical and one.activity_id not in after]

    def _changes(self, old: ApprovedStep, new: ApprovedStep) -> Iterable[StepChange]:
        if self.old.needs_of(old) != self.new.needs_of(new):
            yield StepChange(_("Must be done first"), old.needs or "–", new.needs or "–")
        for label, before, after in (
            (_("Work to do"), old.name, new.name),
            (_("Criterion, indicator"), about(old), about(new)),
            (_("Place"), old.place, new.place),
            (_("Quantity"), _quantity(old), _quantity(new)),
            (_("Working days"), str(old.working_days), str(new.working_days)),
            (_("Not before"), _day(old.not_before), _day(new.not_before)),
            (_("Person in charge"), old.person, new.person),
            (_("Agency that directs"), _agency(old), _agency(new)),
            (_("Cost (million đồng)"), grouped(old.cost), grouped(new.cost)),
        ):
            if before != after:
                yield StepChange(label, before or "–", after or "–")


def _days(step: ApprovedStep) -> tuple[dt.date, dt.date]:
    return step.starts_on, step.ends_on


def _critical(steps: Collection[ApprovedStep]) -> set[int]:
    return {one.activity_id for one in steps if one.is_critical}


def _quantity(step: ApprovedStep) -> str:
    if step.quantity_required is None:
        return step.unit
    return f"{grouped(step.quantity_required)} {step.unit}".strip()


def _day(day: dt.date | None) -> str:
    return f"{day:%d/%m/%Y}" if day else ""


def _agency(step: ApprovedStep) -> str:
    return step.agency.short_name if step.agency else ""
