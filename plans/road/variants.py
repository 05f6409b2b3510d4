"""What would be if a step took longer or shorter, or were not done: reckoned, never written."""

from dataclasses import dataclass, replace

from plans.forecasts.reckoning import Forecast, again
from plans.models import Activity
from plans.schedule import WorkStep, days_left

KINDS = ("delay", "shorten", "drop")
MOST = 1_000


@dataclass(frozen=True)
class Variant:
    """A change to one step."""

    activity: Activity
    kind: str
    days: int


def steps_of(steps: list[WorkStep], variant: Variant) -> list[WorkStep]:
    key = variant.activity.pk
    if variant.kind == "drop":
        return without(steps, key)
    change = variant.days if variant.kind == "delay" else -variant.days
    return [_longer(step, change) if step.key == key else step for step in steps]


def without(steps: list[WorkStep], key: int) -> list[WorkStep]:
    """The plan without a step: what needed it needs what that one needed."""
    handed_on = next(step.needs for step in steps if step.key == key)
    found = []
    for step in steps:
        if step.key == key:
            continue
        needs = {need.key: need for need in step.needs if need.key != key}
        if len(needs) < len(step.needs):
            for need in handed_on:
                needs.setdefault(need.key, need)
        found.append(replace(step, needs=tuple(needs.values())))
    return found


def reckoned(base: Forecast, variant: Variant) -> Forecast | None:
    """The plan with the change; nothing where no step would be left."""
    steps = steps_of(base.written.steps, variant)
    return again(base, steps) if steps else None


def _longer(step: WorkStep, days: int) -> WorkStep:
    """No step becomes shorter than a day."""
    taken = max(days_left(step) + days, 1)
    if step.started_on is not None:
        return replace(step, remaining=taken)
    return replace(step, days=taken)
