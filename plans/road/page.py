"""What a leader reads of a plan: dataclass rows, reckoned from a fixed number of queries."""

import datetime as dt
from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from criteria.models import Criterion
from criteria.progress import scoring
from criteria.progress.page_date import PageDate
from plans.drafting.costs import Costs, costs_of
from plans.drafting.queries import about, needs_of
from plans.forecasts.reckoning import Forecast
from plans.models import Activity, ApprovedStep, Plan, PlanVersion, ProgressReport
from plans.road import curve, gantt
from plans.road.curve import Curve, Told
from plans.road.days import PlanDays
from plans.road.gantt import Bar, Gantt
from plans.road.results import CriterionResult, results_on
from plans.road.variants import Variant, reckoned
from plans.schedule import StepDays, TooLong

# So many steps stand unfolded on a telephone.
FIRST = 4
# So much later is the deciding step in the leader's sentence.
SAID_DELAY = 5
NEXT = 4
MOST_LABELS = 9


@dataclass(frozen=True)
class StepLine:
    """A row of the plan's table."""

    activity: Activity
    days: StepDays
    about: str
    needs: str
    approved: ApprovedStep | None
    # Working days after the day approved.
    late: int
    bar: Bar
    span_days: int

    @property
    def is_now(self) -> bool:
        return self.days.is_begun and not self.days.is_done

    @property
    def urgency(self) -> tuple[int, int, dt.date]:
        """What goes on and is late, what goes on, what begins next: by what may slip least."""
        rank = (0 if self.late or self.days.lost else 1) if self.is_now else 2
        return rank, 0 if rank == 2 else self.days.total_float or 0, self.days.start


@dataclass(frozen=True)
class ChanceBar:
    monday: dt.date
    percent: int
    x: str
    y: str
    height: str
    middle: str
    label_y: str
    is_late: bool


class ChanceChart(NamedTuple):
    bars: list[ChanceBar]
    bar_width: str
    target_path: str
    by_target: int

    @property
    def has_labels(self) -> bool:
        """Whether each bar has room for what is said of it."""
        return len(self.bars) <= MOST_LABELS

    @property
    def late(self) -> int:
        return 100 - self.by_target


class Holder(NamedTuple):
    """Who has critical steps: a person, or the agency that directs most of them."""

    name: str
    phone: str
    about: str
    numbers: str
    working_days: int


@dataclass(frozen=True)
class PlanRead:
    """A plan with all that its page shows."""

    plan: Plan
    found: Forecast | None
    problem: str
    version: PlanVersion | None
    approved: dict[int, ApprovedStep]
    results: list[CriterionResult]
    told: list[Told]

    @cached_property
    def head(self) -> scoring.Headline:
        return scoring.headline("".join(one.letter for one in self.results))

    @cached_property
    def uncovered(self) -> list[Criterion]:
        """The criteria that are not met and have no step: the forecast leaves them out."""
        activities = self.found.written.activities if self.found else []
        planned = {one.criterion_id for one in activities}
        return [one for one in self._unmet if one.pk not in planned]

    @cached_property
    def ready(self) -> list[Criterion]:
        """The criteria that are not met though all their steps are done, and of which no claim
        waits: one is due."""
        done: dict[int, bool] = {}
        for line in self.lines if self.found else ():
            key = line.activity.criterion_id
            if key is not None:
                done[key] = done.get(key, True) and line.days.is_done
        waiting = {one.criterion.pk for one in self.results if one.waits}
        unmet = (one for one in self._unmet if one.pk not in waiting)
        return [one for one in unmet if done.get(one.pk, False)]

    @cached_property
    def _unmet(self) -> list[Criterion]:
        return [one.criterion for one in self.results if one.letter in scoring.OPEN]

    @cached_property
    def lines(self) -> list[StepLine]:
        found = self._reckoned
        return [self._line(one, found) for one in found.written.activities]

    @cached_property
    def by_key(self) -> dict[int, StepLine]:
        return {line.activity.pk: line for line in self.lines}

    @cached_property
    def first_keys(self) -> set[int]:
        """The steps to look at first: late, going on, next to begin."""
        open_ones = [line for line in self.lines if not line.days.is_done]
        ranked = sorted(open_ones, key=lambda line: line.urgency)
        return {line.activity.pk for line in ranked[:FIRST]}

    @property
    def folded(self) -> int:
        """How many steps a telephone shows only when asked."""
        return len(self.lines) - len(self.first_keys)

    @property
    def chain(self) -> list[StepLine]:
        return [self.by_key[key] for key in self._reckoned.schedule.chain]

    @property
    def critical(self) -> list[StepLine]:
        return [line for line in self.lines if line.days.is_critical]

    @property
    def next_ones(self) -> list[StepLine]:
        """The steps that may slip least after those that are critical."""
        rest = [line for line in self.lines if not line.days.is_critical and not line.days.is_done]
        return sorted(rest, key=lambda line: (line.days.total_float or 0, line.activity.number))[
            :NEXT
        ]

    @cached_property
    def span(self) -> tuple[dt.date, dt.date]:
        return gantt.span(self._reckoned, self.approved)

    @property
    def small_today(self) -> str:
        return gantt.small_day(self._reckoned.today, self.span)

    @property
    def small_target(self) -> str:
        target = self._reckoned.target
        return gantt.small_day(target + gantt.DAY, self.span) if target else ""

    @cached_property
    def deciding(self) -> StepLine | None:
        found = self._reckoned.deciding
        return self.by_key[found.pk] if found else None

    @cached_property
    def delayed_finish(self) -> dt.date | None:
        """When the plan would end if its deciding step took some days more."""
        if self.deciding is None:
            return None
        try:
            later = reckoned(self._reckoned, Variant(self.deciding.activity, "delay", SAID_DELAY))
        except TooLong:
            return None
        return later.schedule.finish if later else None

    @property
    def said_delay(self) -> int:
        return SAID_DELAY

    @property
    def days_early(self) -> int:
        """Days between the forecast and the target; below nought where it comes after."""
        found = self._reckoned
        return (found.target - found.schedule.finish).days if found.target else 0

    @property
    def target_said(self) -> str:
        """How far the forecast lies from the target, in words; nothing without one."""
        early = self.days_early
        if self._reckoned.target is None:
            return ""
        if early > 0:
            said = ngettext("%(n)s day before the target", "%(n)s days before the target", early)
        elif early < 0:
            said = ngettext("%(n)s day after the target", "%(n)s days after the target", -early)
        else:
            return _("just on the target")
        return said % {"n": abs(early)}

    @property
    def moved(self) -> int:
        """Days by which the forecast lies after what was approved."""
        finish = self._reckoned.schedule.finish
        return (finish - self.version.finish_on).days if self.version else 0

    @property
    def moved_earlier(self) -> int:
        return -self.moved

    def chart(self, *, is_by_month: bool) -> Gantt:
        return gantt.chart(self._reckoned, self.approved, is_by_month=is_by_month)

    def curve(self, *, is_by_cost: bool) -> Curve | None:
        weight = curve.by_cost if is_by_cost else curve.by_days
        return curve.curve(self._reckoned, self.approved, self.told, weight)

    @cached_property
    def chance(self) -> ChanceChart | None:
        target = self._reckoned.target
        return _chance(self._reckoned, target) if target else None

    @cached_property
    def safe_on(self) -> dt.date:
        return self._reckoned.chance.safe()

    @cached_property
    def holders(self) -> list[Holder]:
        return _holders(self.critical)

    @cached_property
    def costs(self) -> Costs:
        return costs_of(self._reckoned.written.activities)

    @property
    def _reckoned(self) -> Forecast:
        assert self.found is not None  # noqa: S101 asked where it is drawn
        return self.found

    def _line(self, one: Activity, found: Forecast) -> StepLine:
        days = found.days(one)
        approved = self.approved.get(one.pk)
        late = 0
        if approved and days.finish > approved.ends_on:
            late = found.calendar.working_days(approved.ends_on + gantt.DAY, days.finish)
        return StepLine(
            one,
            days,
            about(one),
            needs_of(found.written, one),
            approved,
            late,
            gantt.small(one, found, approved, self.span),
            found.calendar.working_days(days.start, days.finish),
        )


def read(days: PlanDays, when: PageDate) -> PlanRead | None:
    """What the page shows of a plan, nothing where nothing was approved by the day: four queries
    beside those of the day."""
    stood = days.on(when)
    if stood is None:
        return None
    return PlanRead(
        days.plan,
        stood.found,
        stood.problem,
        stood.version,
        {one.activity_id: one for one in stood.approved},
        results_on(days.plan.enrolment, when),
        _told(days.plan, stood.day),
    )


def _told(plan: Plan, day: dt.date) -> list[Told]:
    """What was reported until a day, in its order."""
    reports = ProgressReport.objects.filter(activity__plan=plan, reported_on__lte=day)
    columns = ("activity", "reported_on", "percent", "finished_on")
    return [Told(*row) for row in reports.order_by("reported_on", "pk").values_list(*columns)]


def _chance(found: Forecast, target: dt.date) -> ChanceChart:
    weeks = found.chance.by_week()
    width = 320 / max(len(weeks), 1)
    most = max(count for _monday, count in weeks)
    bars = []
    for n, (monday, count) in enumerate(weeks):
        height = 84 * count / most
        bars.append(
            ChanceBar(
                monday=monday,
                percent=round(100 * count / found.chance.runs),
                x=f"{12 + n * width:.1f}",
                y=f"{112 - height:.1f}",
                height=f"{height:.1f}",
                middle=f"{10 + (n + 0.5) * width:.1f}",
                label_y=f"{108 - height:.1f}",
                is_late=monday > target,
            )
        )
    first = weeks[0][0]
    passed = (target - first).days / 7
    # The line stands between weeks: after that in which the target lies.
    line = 10 + min(max(int(passed) + 1, 0), len(weeks)) * width
    path = f"M{line - 2:.1f} 4V112M{line + 2:.1f} 4V112"
    return ChanceChart(bars, f"{width - 4:.1f}", path, found.chance.by(target))


def _holders(critical: list[StepLine]) -> list[Holder]:
    open_ones = [line for line in critical if not line.days.is_done]
    by_person: dict[int, list[StepLine]] = {}
    for line in open_ones:
        if line.activity.person:
            by_person.setdefault(line.activity.person.pk, []).append(line)
    people = sorted(by_person.values(), key=lambda lines: -_left(lines))
    found = [_holder(lines) for lines in people]
    agencies = Counter(line.activity.agency for line in open_ones if line.activity.agency)
    for agency, _count in agencies.most_common(1):
        theirs = [line for line in open_ones if line.activity.agency == agency]
        found.append(Holder(agency.name, "", "agency", _numbers(theirs), _left(theirs)))
    return found


def _holder(lines: list[StepLine]) -> Holder:
    person = lines[0].activity.person
    assert person is not None  # noqa: S101 sorted by it
    about_them = person.position or person.organisation
    return Holder(person.full_name, person.phone, about_them, _numbers(lines), _left(lines))


def _numbers(lines: list[StepLine]) -> str:
    return ", ".join(str(line.activity.number) for line in lines)


def _left(lines: list[StepLine]) -> int:
    return sum(line.days.left for line in lines)
