"""The plan for Microsoft Project and programs that read its XML, written by the public schema.

Days have 480 minutes, the calendar as well as `MinutesPerDay`: programs that tell slack in days of
eight hours then tell ours. Reported percents stand in `PhysicalPercentComplete`; `PercentComplete`
is of durations, as those programs reckon it.
"""

import datetime as dt
from collections.abc import Iterator
from xml.etree import ElementTree as ET

from django.utils.translation import gettext as _

from nrm_tracker import clock
from plans.drafting.queries import names_of
from plans.exchange import columns, identity, notes
from plans.exchange.project import (
    APART,
    AS_SOON_AS_POSSIBLE,
    ELAPSED,
    FIELD_NAMES,
    FINISH_TO_START,
    KEY_FIELD,
    MARKS_FIELD,
    MINUTES_A_DAY,
    MINUTES_OF_A_DAY,
    NUMBER_FIELD,
    SPACE,
    START_NO_EARLIER,
    TENTHS,
    UNITS,
    WORKING,
)
from plans.forecasts.reckoning import Forecast, WrittenPlan, step_of
from plans.models import Activity, Dependency
from plans.schedule import WEEK, StepDays, days_left
from plans.working_days.queries import DaysApart, days_apart

_MORNING, _EVENING = dt.time(8), dt.time(17)
_TIMES = (("08:00:00", "12:00:00"), ("13:00:00", "17:00:00"))
_HOURS = MINUTES_A_DAY // 60
# The calendar is told for so long before and after the plan.
_AROUND = dt.timedelta(days=366)
_DAY = dt.timedelta(days=1)


def write(plan: WrittenPlan, forecast: Forecast | None) -> bytes:
    """Of a plan that cannot be reckoned nothing is said of what is critical."""
    ET.register_namespace("", SPACE)
    return ET.tostring(_Writing(plan, forecast).project(), "utf-8", xml_declaration=True)


def _add(parent: ET.Element, name: str, value: object = None) -> ET.Element:
    made = ET.SubElement(parent, f"{{{SPACE}}}{name}")
    if value is not None:
        made.text = _clean(str(value))
    return made


def _clean(text: str) -> str:
    """Without letters that no XML may hold."""
    return "".join(one for one in text if one in "\t\n" or (ord(one) >= 32 and one not in "￾￿"))


def _fill(parent: ET.Element, *values: tuple[str, object]) -> None:
    for name, value in values:
        if value is not None:
            _add(parent, name, int(value) if isinstance(value, bool) else value)


class _Writing:
    def __init__(self, plan: WrittenPlan, forecast: Forecast | None) -> None:
        self.plan, self.forecast = plan, forecast
        run = plan.plan.enrolment
        self.names = names_of(run)
        self.texts = columns.texts_of(plan, plan.activities)
        self.today = clock.today()
        self.apart = days_apart(run.commune.area)
        self.calendar = (
            forecast.calendar if forecast else self.apart.calendar(plan.steps, self.today)
        )

    def project(self) -> ET.Element:
        root = ET.Element(f"{{{SPACE}}}Project")
        commune = self.plan.plan.enrolment.commune
        first, last = self._span()
        _fill(
            root,
            ("SaveVersion", 14),
            ("Name", f"{commune.slug}.xml"),
            (
                "Title",
                _("Plan with critical steps of %(commune)s") % {"commune": commune.full_name},
            ),
            ("Subject", APART.join(one.replace(APART, " ") for one in identity.written(self.plan))),
            (
                "Company",
                _("The People's Committee of %(commune)s") % {"commune": commune.full_name},
            ),
            ("CreationDate", _at(self.today, _MORNING)),
            ("ScheduleFromStart", True),
            # What is not begun begins today at the earliest; what is begun may lie before.
            ("StartDate", _at(self.today, _MORNING)),
            ("FinishDate", _at(last, _EVENING)),
            ("CriticalSlackLimit", 0),
            ("CalendarUID", 1),
            ("DefaultStartTime", "08:00:00"),
            ("DefaultFinishTime", "17:00:00"),
            ("MinutesPerDay", MINUTES_A_DAY),
            ("MinutesPerWeek", MINUTES_A_DAY * len(WEEK)),
            ("DaysPerMonth", 20),
            ("DefaultTaskType", 1),
            ("DurationFormat", WORKING),
            ("WeekStartDay", 1),
            ("CurrentDate", _at(self.today, _MORNING)),
            ("StatusDate", _at(self.today, _MORNING)),
        )
        fields = _add(root, "ExtendedAttributes")
        for field, name in FIELD_NAMES.items():
            _fill(_add(fields, "ExtendedAttribute"), ("FieldID", field), ("FieldName", name))
        _write_calendar(_add(_add(root, "Calendars"), "Calendar"), self.apart, (first, last))
        tasks = _add(root, "Tasks")
        for n, one in enumerate(self.plan.activities, start=1):
            self._write_task(_add(tasks, "Task"), n, one)
        return root

    def _span(self) -> tuple[dt.date, dt.date]:
        """The first and the last day of the plan; of one that is not reckoned, today."""
        if self.forecast is None:
            return self.today, self.today
        days = self.forecast.schedule.steps.values()
        return min([self.today, *(one.start for one in days)]), self.forecast.schedule.finish

    def _write_task(self, task: ET.Element, n: int, one: Activity) -> None:
        days = self.forecast.days(one) if self.forecast else None
        taken, left = self._taken(one), _left(one)
        _fill(
            task,
            ("UID", one.pk),
            ("ID", n),
            ("Name", one.name),
            ("Active", True),
            ("Manual", False),
            ("Type", 1),
            ("IsNull", False),
            ("WBS", one.number),
            ("OutlineNumber", n),
            ("OutlineLevel", 1),
            ("Priority", 500),
            *self._when(one, days),
            ("Duration", _duration(taken + left)),
            ("DurationFormat", WORKING),
            *self._resumed(one, left),
            ("EffortDriven", False),
            ("Recurring", False),
            ("Estimated", False),
            ("Milestone", one.working_days == 0),
            ("Summary", False),
        )
        self._write_slack(task, days)
        _fill(
            task,
            ("PercentComplete", _share(taken, left) if one.started_on else 0),
            ("ActualStart", _at(one.started_on, _MORNING)),
            ("ActualFinish", _at(one.finished_on, _EVENING)),
            ("ActualDuration", _duration(taken)),
            ("RemainingDuration", _duration(left)),
            ("ConstraintType", START_NO_EARLIER if one.not_before else AS_SOON_AS_POSSIBLE),
            ("CalendarUID", -1),
            ("ConstraintDate", _at(one.not_before, _MORNING)),
            ("Notes", notes.write(self.texts[one.pk]) or None),
            ("PhysicalPercentComplete", one.percent or 0),
        )
        for link in self.plan.needs.get(one.pk, ()):
            _write_link(_add(task, "PredecessorLink"), link)
        texts = self.texts[one.pk]
        marks = columns.marks_of(self.plan, one, texts, self.names)
        kept = {KEY_FIELD: one.pk, MARKS_FIELD: marks, NUMBER_FIELD: one.number}
        for field, value in kept.items():
            attribute = _add(task, "ExtendedAttribute")
            _fill(attribute, ("FieldID", field), ("Value", value))

    def _taken(self, one: Activity) -> int:
        """The working days that a step took: all of one that is done, else up to its report."""
        if one.finished_on:
            return self.calendar.working_days(one.started_on or one.finished_on, one.finished_on)
        if one.started_on is None:
            return 0
        until = (one.reported_on or one.started_on) - _DAY
        return max(self.calendar.working_days(one.started_on, until), 0)

    def _when(self, one: Activity, days: StepDays | None) -> list[tuple[str, object]]:
        if days is None:
            return []
        start_at = _EVENING if one.working_days == 0 else _MORNING
        return [("Start", _at(days.start, start_at)), ("Finish", _at(days.finish, _EVENING))]

    def _resumed(self, one: Activity, left: int) -> list[tuple[str, object]]:
        """Of a step that is begun: until when work is told, and when it goes on."""
        if one.started_on is None or one.finished_on or not left:
            return []
        reported = one.reported_on or one.started_on
        goes_on = dt.date.fromordinal(self.calendar.day(self.calendar.edge(reported.toordinal())))
        stop = _at(self.calendar.after(goes_on, -1), _EVENING)
        if goes_on <= one.started_on:
            stop = _at(one.started_on, _MORNING)
        return [("Stop", stop), ("Resume", _at(goes_on, _MORNING))]

    def _write_slack(self, task: ET.Element, days: StepDays | None) -> None:
        if days is None or days.total_float is None:
            return
        _fill(
            task,
            ("Critical", days.is_critical),
            ("FreeSlack", (days.free_float or 0) * MINUTES_A_DAY * TENTHS),
            ("TotalSlack", days.total_float * MINUTES_A_DAY * TENTHS),
        )


def _left(one: Activity) -> int:
    return days_left(step_of(one, ()))


def _share(taken: int, left: int) -> int:
    return round(100 * taken / (taken + left)) if taken + left else 100


def _at(day: dt.date | None, time: dt.time) -> str | None:
    return dt.datetime.combine(day, time).isoformat() if day else None


def _duration(days: int) -> str:
    return f"PT{days * _HOURS}H0M0S"


def _write_link(link: ET.Element, need: Dependency) -> None:
    unit = UNITS[Dependency.Unit(need.unit)]
    minutes = MINUTES_OF_A_DAY if unit == ELAPSED else MINUTES_A_DAY
    _fill(
        link,
        ("PredecessorUID", need.needs_id),
        ("Type", FINISH_TO_START),
        ("CrossProject", False),
        ("LinkLag", need.wait * minutes * TENTHS),
        ("LagFormat", unit),
    )


def _write_calendar(calendar: ET.Element, apart: DaysApart, span: tuple[dt.date, dt.date]) -> None:
    _fill(calendar, ("UID", 1), ("Name", _("Working days")), ("IsBaseCalendar", True))
    _fill(calendar, ("IsBaselineCalendar", False), ("BaseCalendarUID", -1))
    days = _add(calendar, "WeekDays")
    for weekday in range(7):
        day = _add(days, "WeekDay")
        # Sunday is the first.
        _fill(day, ("DayType", (weekday + 1) % 7 + 1), ("DayWorking", weekday in WEEK))
        if weekday in WEEK:
            _write_times(day)
    others = list(_apart_within(apart, span))
    # Told twice, as Microsoft Project does: programs older than its version of 2007 know the first.
    for one, is_worked in others:
        day = _add(days, "WeekDay")
        _fill(day, ("DayType", 0), ("DayWorking", is_worked))
        _write_period(day, one, is_worked=is_worked)
    exceptions = _add(calendar, "Exceptions")
    for one, is_worked in others:
        exception = _add(exceptions, "Exception")
        _fill(exception, ("EnteredByOccurrences", False))
        _write_period(exception, one)
        _fill(exception, ("Occurrences", 1), ("Name", f"{one:%d/%m/%Y}"), ("Type", 1))
        _fill(exception, ("DayWorking", is_worked))
        if is_worked:
            _write_times(exception)


def _write_period(parent: ET.Element, day: dt.date, *, is_worked: bool = False) -> None:
    first, last = _at(day, dt.time(0)), _at(day, dt.time(23, 59))
    _fill(_add(parent, "TimePeriod"), ("FromDate", first), ("ToDate", last))
    if is_worked:
        _write_times(parent)


def _apart_within(
    apart: DaysApart, span: tuple[dt.date, dt.date]
) -> Iterator[tuple[dt.date, bool]]:
    """The days other than their weekdays, around the plan."""
    first, last = span[0] - _AROUND, span[1] + _AROUND
    for day in sorted(apart.off | apart.worked):
        if first <= day <= last:
            yield day, day in apart.worked


def _write_times(parent: ET.Element) -> None:
    times = _add(parent, "WorkingTimes")
    for first, last in _TIMES:
        _fill(_add(times, "WorkingTime"), ("FromTime", first), ("ToTime", last))
