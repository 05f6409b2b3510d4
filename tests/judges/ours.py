"""Our part: the plans as files, and the days that we reckon of them, with the time that it took."""

import io
import json
import random
import statistics
import sys
import time
from pathlib import Path

import django

django.setup()

from django.core.management import call_command  # noqa: E402

from accounts.models import User  # noqa: E402
from criteria.models import Enrolment  # noqa: E402
from nrm_tracker import clock  # noqa: E402
from plans.drafting import actions  # noqa: E402
from plans.drafting.needs import TypedNeed  # noqa: E402
from plans.drafting.rows import StepRow  # noqa: E402
from plans.exchange import mspdi  # noqa: E402
from plans.forecasts.reckoning import forecast, written  # noqa: E402
from plans.models import Plan  # noqa: E402
from plans.schedule import schedule  # noqa: E402

STEPS, NEEDS, RUNS = 300, 500, 60


def main(folder):
    call_command("migrate", verbosity=0)
    call_command("load_demo", stdout=io.StringIO())
    for slug in ("ky-lac", "lam-hop"):
        tell(folder, slug, Plan.objects.get(enrolment__commune__slug=slug))
    free = Enrolment.objects.filter(plan=None, closed_on=None).order_by("pk")
    for name, units, run in zip(
        ("long-working", "long-both"), (["working"], ["working", "days"]), free, strict=False
    ):
        tell(folder, name, long_plan(run, units))


def long_plan(run, units):
    """Steps of which each needs earlier ones, some after a wait, some not before a day."""
    lots = random.Random(20)  # noqa: S311 the same ones each time
    plan = actions.begin(run, [], by=User.objects.first())
    pairs = set()
    while len(pairs) < NEEDS:
        later = lots.randint(2, STEPS)
        pairs.add((later, lots.randint(max(1, later - 25), later - 1)))
    rows = []
    for number in range(1, STEPS + 1):
        needs = []
        for later, earlier in sorted(pairs):
            if later == number:
                wait = lots.choice([0, 0, 0, 2, 5])
                unit = lots.choice(units) if wait else "days"
                needs.append(TypedNeed(earlier, wait, unit))
        # A milestone that needs nothing is reached in the evening with us, with them before.
        days = lots.choice([0, 1, 2, 3, 5, 8, 13] if needs else [1, 2, 3, 5, 8, 13])
        values = {"name": f"Việc {number}", "working_days": days}
        rows.append(StepRow(number, values, needs, None))
    return actions.write(plan, rows, version=plan.version)


def tell(folder, name, plan):
    plan = Plan.objects.select_related("enrolment__commune__area").get(pk=plan.pk)
    plan_as_written = written(plan)
    found = forecast(plan_as_written, clock.today())
    (folder / f"{name}.xml").write_bytes(mspdi.write(plan_as_written, found))
    days = {
        key: {
            "start": one.start.isoformat(),
            "finish": one.finish.isoformat(),
            "float": one.total_float,
            "free": one.free_float,
            "days": plan_as_written.by_key[key].working_days,
        }
        for key, one in found.schedule.steps.items()
    }
    said = {"steps": days, "finish": found.schedule.finish.isoformat(), "ms": measured(found)}
    (folder / f"{name}.json").write_text(json.dumps(said))


def measured(found):
    """The middle of many runs, in milliseconds of the processor; the calendar is kept."""
    taken = []
    for _run in range(RUNS):
        begun = time.thread_time()
        schedule(found.steps, found.calendar, today=found.today, target=found.target)
        taken.append(1000 * (time.thread_time() - begun))
    return statistics.median(taken)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
