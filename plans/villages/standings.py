"""How far villages came: replayed from what was recorded of them, day by day.

What was recorded last of a day counts; what was taken back does not. Pure functions of rows read.
"""

import datetime as dt
from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import groupby
from typing import NamedTuple

from plans.models import Garden, ModelResult, VillageFigures, VillageStep

STEPS = tuple(VillageStep.Step)
MET = ModelResult.Found.MET


@dataclass(frozen=True)
class VillageRows:
    """All that was recorded of some villages."""

    steps: Collection[VillageStep] = ()
    gardens: Collection[Garden] = ()
    results: Collection[ModelResult] = ()
    figures: Collection[VillageFigures] = ()


@dataclass
class GardenState:
    """A garden on a day, with what counts of its criteria."""

    garden: Garden
    results: dict[int, ModelResult] = field(default_factory=dict)

    def met_count(self, criteria: Collection[int]) -> int:
        return _met(self.results, criteria)


@dataclass
class VillageState:
    """A village on a day: its steps, what counts of its criteria, its gardens and figures."""

    steps: dict[str, VillageStep] = field(default_factory=dict)
    results: dict[int, ModelResult] = field(default_factory=dict)
    gardens: dict[int, GardenState] = field(default_factory=dict)
    households: int | None = None
    mixed_gardens: int | None = None
    counted_on: dt.date | None = None
    is_illustrative: bool = False

    @property
    def furthest(self) -> VillageStep | None:
        """The last step on the way that it took."""
        taken = [self.steps[step] for step in STEPS if step in self.steps]
        return taken[-1] if taken else None

    @property
    def is_met(self) -> bool:
        """Whether it counts as a model village."""
        return bool(self.steps.keys() & {VillageStep.Step.MET, VillageStep.Step.RECOGNISED})

    def met_count(self, criteria: Collection[int]) -> int:
        return _met(self.results, criteria)

    def gardens_met(self, criteria: Collection[int]) -> int:
        found = self.gardens.values()
        return sum(one.met_count(criteria) == len(criteria) > 0 for one in found)


class VillageCounts(NamedTuple):
    """The villages of a commune in figures; `begun` and what follows count the villages there."""

    begun: int = 0
    planned: int = 0
    nearly: int = 0
    met: int = 0
    recognised: int = 0
    gardens: int = 0
    gardens_met: int = 0
    mixed_gardens: int | None = None
    is_illustrative: bool = False


class _Event(NamedTuple):
    day: dt.date
    pk: int
    village: int
    row: VillageStep | Garden | ModelResult | VillageFigures
    leaves: bool = False


def over_time(
    rows: VillageRows, until: dt.date | None = None
) -> Iterator[tuple[dt.date, dict[int, VillageState]]]:
    """The villages by their keys after each day on which something was recorded.

    It is one mapping, which changes while one goes on.
    """
    states: dict[int, VillageState] = {}
    events = (event for event in _events(rows) if until is None or event.day <= until)
    in_order = sorted(events, key=lambda event: (event.day, event.pk))
    for day, found in groupby(in_order, key=lambda event: event.day):
        for event in found:
            _apply(states.setdefault(event.village, VillageState()), event)
        yield day, states


def state_on(rows: VillageRows, day: dt.date) -> dict[int, VillageState]:
    """The villages as they stood at the end of a day."""
    found: dict[int, VillageState] = {}
    for _day, states in over_time(rows, day):
        found = states
    return found


def counts(states: Iterable[VillageState], garden_criteria: Collection[int]) -> VillageCounts:
    known = list(states)
    furthest = Counter(one.furthest.step for one in known if one.furthest)
    left = [one.mixed_gardens for one in known if one.mixed_gardens is not None]
    step = VillageStep.Step
    return VillageCounts(
        begun=sum(furthest.values()),
        planned=sum(n for name, n in furthest.items() if name != step.REGISTERED),
        nearly=furthest[step.NEARLY],
        met=sum(one.is_met for one in known),
        recognised=furthest[step.RECOGNISED],
        gardens=sum(len(one.gardens) for one in known),
        gardens_met=sum(one.gardens_met(garden_criteria) for one in known),
        mixed_gardens=sum(left) if left else None,
        is_illustrative=any(one.is_illustrative for one in known),
    )


def _met(results: dict[int, ModelResult], criteria: Collection[int]) -> int:
    return sum(key in results and results[key].result == MET for key in criteria)


def _events(rows: VillageRows) -> Iterator[_Event]:
    voided = {one.voids_id for one in rows.steps}
    for step in rows.steps:
        if step.pk not in voided and step.voids_id is None:
            yield _Event(step.taken_on, step.pk, step.village_id, step)
    for garden in rows.gardens:
        # Before the results of the same day.
        yield _Event(garden.registered_on, -1, garden.village_id, garden)
        if garden.left_on:
            yield _Event(garden.left_on, 0, garden.village_id, garden, leaves=True)
    for result in rows.results:
        yield _Event(result.assessed_on, result.pk, result.village_id, result)
    for figures in rows.figures:
        yield _Event(figures.counted_on, figures.pk, figures.village_id, figures)


def _apply(state: VillageState, event: _Event) -> None:
    row = event.row
    state.is_illustrative |= row.is_illustrative
    match row:
        case VillageStep():
            state.steps[row.step] = row
        case Garden() if event.leaves:
            state.gardens.pop(row.pk, None)
        case Garden():
            state.gardens[row.pk] = GardenState(row)
        case ModelResult(garden_id=None):
            _keep(state.results, row)
        case ModelResult(garden_id=int(key)):
            # Of one that left the list nothing counts.
            if garden := state.gardens.get(key):
                _keep(garden.results, row)
        case VillageFigures():
            state.counted_on = row.counted_on
            if row.households is not None:
                state.households = row.households
            if row.mixed_gardens is not None:
                state.mixed_gardens = row.mixed_gardens


def _keep(results: dict[int, ModelResult], row: ModelResult) -> None:
    if row.result == ModelResult.Found.NOT_ASSESSED:
        results.pop(row.criterion_id, None)
    else:
        results[row.criterion_id] = row
