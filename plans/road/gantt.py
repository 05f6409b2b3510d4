"""The chart of a plan, as numbers for its drawing. Nothing in it is told by colour alone."""

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise

from django.utils.translation import gettext as _

from plans.forecasts.reckoning import Forecast
from plans.models import Activity, ApprovedStep
from plans.schedule import StepDays, WorkingCalendar

DAY = dt.timedelta(days=1)
TOP, ROW, LEFT, RIGHT = 58, 29, 322, 12
NAME_LETTERS = 37
# So wide is a day by week, and by month; a longer plan is drawn by month.
WIDE, NARROW, MOST_WIDE_DAYS = 7.7, 2.6, 400
SMALL = 320


@dataclass(frozen=True)
class Stretch:
    """A piece of a line: where it begins, and how long it is."""

    x: str
    width: str


@dataclass(frozen=True)
class Bar:
    """A step in the chart. `y` is the top of its row."""

    y: int
    number: int
    name: str
    is_critical: bool
    is_done: bool
    forecast: Stretch
    done: Stretch | None
    approved: Stretch | None
    slack: tuple[str, str] | None
    label: str
    label_x: str

    @property
    def text_y(self) -> int:
        return self.y + 19

    @property
    def bar_y(self) -> int:
        return self.y + 4

    @property
    def slack_y(self) -> int:
        return self.y + 11

    @property
    def approved_y(self) -> int:
        return self.y + 20

    @property
    def line_y(self) -> int:
        return self.y + ROW

    @property
    def diamond(self) -> str:
        return f"M7 {self.y + 5}l6 6-6 6-6-6z"


@dataclass(frozen=True)
class Gantt:
    width: int
    height: int
    months: list[tuple[str, str]]
    weeks: list[tuple[str, str]]
    off: list[Stretch]
    bars: list[Bar]
    arrows: list[str]
    today: str
    target: str
    is_by_month: bool

    @property
    def target_path(self) -> str:
        """Two lines, of which one would be taken for today's."""
        x = float(self.target)
        return f"M{x - 2:.1f} 18V{self.foot}M{x + 1:.1f} 18V{self.foot}"

    @property
    def target_flag(self) -> str:
        """The flag stands before its line, where today's stands behind."""
        return f"{float(self.target) - 112:.1f}"

    @property
    def foot(self) -> int:
        return self.height - 4

    @property
    def off_height(self) -> int:
        return self.height - 46


class _Scale:
    """Where days lie on a chart."""

    def __init__(self, first: dt.date, left: float, day: float) -> None:
        self.first, self.left, self.day = first, left, day

    def x(self, day: dt.date) -> float:
        """The left edge of a day."""
        return self.left + (day - self.first).days * self.day

    def stretch(self, first: dt.date, last: dt.date) -> Stretch:
        width = max((last - first).days + 1, 0) * self.day
        return Stretch(f"{self.x(first):.1f}", f"{max(width, 2):.1f}")


def chart(
    forecast: Forecast, approved: Mapping[int, ApprovedStep], *, is_by_month: bool = False
) -> Gantt:
    first, last = span(forecast, approved)
    by_month = is_by_month or (last - first).days > MOST_WIDE_DAYS
    scale = _Scale(first, LEFT, NARROW if by_month else WIDE)
    activities = forecast.written.activities
    bars = [
        _bar(one, forecast, approved.get(one.pk), scale, TOP + ROW * n)
        for n, one in enumerate(activities)
    ]
    rows = {one.pk: bar.y for one, bar in zip(activities, bars, strict=True)}
    return Gantt(
        width=round(scale.x(last + DAY)) + RIGHT,
        height=TOP + ROW * len(activities) + 8,
        months=[(f"{scale.x(day):.1f}", _month(day)) for day in _months(first, last)],
        weeks=[]
        if by_month
        else [(f"{scale.x(day):.1f}", str(day.day)) for day in _mondays(first, last)],
        off=[] if by_month else _days_off(forecast.calendar, scale, first, last),
        bars=bars,
        arrows=list(_arrows(forecast, scale, rows)),
        today=f"{scale.x(forecast.today):.1f}",
        target=f"{scale.x(forecast.target + DAY):.1f}" if forecast.target else "",
        is_by_month=by_month,
    )


def small(
    activity: Activity,
    forecast: Forecast,
    approved: ApprovedStep | None,
    shown: tuple[dt.date, dt.date],
) -> Bar:
    """The bar of one step, for its row on a telephone."""
    return _bar(activity, forecast, approved, _small_scale(*shown), 0)


def small_day(day: dt.date, shown: tuple[dt.date, dt.date]) -> str:
    return f"{_small_scale(*shown).x(day):.1f}"


def _small_scale(first: dt.date, last: dt.date) -> _Scale:
    return _Scale(first, 0, SMALL / ((last - first).days + 1))


def span(forecast: Forecast, approved: Mapping[int, ApprovedStep]) -> tuple[dt.date, dt.date]:
    """From a Monday to some days after the last day shown."""
    steps = forecast.schedule.steps.values()
    firsts = [forecast.today, *(one.start for one in steps)]
    lasts = [
        forecast.today,
        forecast.schedule.finish,
        *([forecast.target] if forecast.target else []),
    ]
    firsts += [one.starts_on for one in approved.values()]
    lasts += [one.ends_on for one in approved.values()]
    first = min(firsts)
    return first - DAY * first.weekday(), max(lasts) + 9 * DAY


def _bar(
    activity: Activity,
    forecast: Forecast,
    approved: ApprovedStep | None,
    scale: _Scale,
    y: int,
) -> Bar:
    days = forecast.days(activity)
    slack = None
    if days.late_finish and days.total_float:
        slack = (f"{scale.x(days.finish + DAY):.1f}", f"{scale.x(days.late_finish + DAY):.1f}")
    name = activity.name
    return Bar(
        y=y,
        number=activity.number,
        name=name if len(name) <= NAME_LETTERS else f"{name[: NAME_LETTERS - 1].rstrip()}…",
        is_critical=days.is_critical,
        is_done=days.is_done,
        forecast=scale.stretch(days.start, days.finish),
        done=_done(activity, days, scale),
        approved=scale.stretch(approved.starts_on, approved.ends_on) if approved else None,
        slack=slack,
        label=_label(days),
        label_x=f"{scale.x(days.finish + DAY) + 4:.1f}",
    )


def _done(activity: Activity, days: StepDays, scale: _Scale) -> Stretch | None:
    """As much of the bar as was reported done."""
    percent = 100 if days.is_done else activity.percent or 0
    if not percent or not days.is_begun:
        return None
    whole = scale.x(days.finish + DAY) - scale.x(days.start)
    return Stretch(f"{scale.x(days.start):.1f}", f"{whole * percent / 100:.1f}")


def _label(days: StepDays) -> str:
    day = f"{days.finish:%d/%m}"
    if days.total_float:
        return _("%(day)s · float %(n)s") % {"day": day, "n": days.total_float}
    return day


def _arrows(forecast: Forecast, scale: _Scale, rows: dict[int, int]) -> Iterator[str]:
    """From each step of the chain to the one that waits for it."""
    steps, chain = forecast.schedule.steps, forecast.schedule.chain
    for one, next_one in pairwise(chain):
        x = scale.x(steps[one].finish + DAY)
        to = max(scale.x(steps[next_one].start), x + 3)
        y, down = rows[one] + 11, rows[next_one] + 3
        yield f"M{x:.1f} {y}H{to:.1f}V{down}"


def _months(first: dt.date, last: dt.date) -> Iterator[dt.date]:
    day = first
    while day <= last:
        yield day
        day = (day.replace(day=1) + 32 * DAY).replace(day=1)


def _month(day: dt.date) -> str:
    return f"{day.month}/{day.year}" if day.month == 1 else _("Month %(n)s") % {"n": day.month}


def _mondays(first: dt.date, last: dt.date) -> list[dt.date]:
    return [first + 7 * DAY * n for n in range((last - first).days // 7 + 1)]


def _days_off(
    calendar: WorkingCalendar, scale: _Scale, first: dt.date, last: dt.date
) -> list[Stretch]:
    days = [first + DAY * n for n in range((last - first).days + 1)]
    return [scale.stretch(day, day) for day in days if not calendar.is_worked(day)]
