"""A plan that comes back from Microsoft Project, or a program that writes its XML (MSPDI).

What a plan does not know is refused, or taken otherwise and said so, beside the task that has it.
"""

import datetime as dt
import re
from collections.abc import Iterator
from typing import IO, Any, NamedTuple

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from nrm_tracker import workbooks
from nrm_tracker.bounded import project_file
from nrm_tracker.forms import LONGEST_NUMBER
from nrm_tracker.limits import PROJECT_FILE, Workbook
from nrm_tracker.tables.reading import one_line
from plans.drafting.needs import TypedNeed, written
from plans.exchange import identity, notes
from plans.exchange.brought import Brought, BroughtRow
from plans.exchange.identity import Identity
from plans.exchange.project import (
    APART,
    AS_SOON_AS_POSSIBLE,
    ELAPSED_FORMATS,
    ESTIMATED,
    FINISH_TO_START,
    KEY_FIELD,
    MARKS_FIELD,
    MINUTES_A_DAY,
    MINUTES_OF_A_DAY,
    NUMBER_FIELD,
    PERCENT_FORMATS,
    SPACE,
    START_NO_EARLIER,
    TENTHS,
)
from plans.models import Dependency, Plan
from plans.models.plans import MOST_DAYS, MOST_STEPS
from plans.schedule import WEEK
from plans.working_days.queries import DaysApart, days_apart

_DAY, _LONGEST_BREAK = dt.timedelta(days=1), dt.timedelta(days=4000)
_DURATION = re.compile(r"PT(?:([0-9]{1,7})H)?(?:([0-9]{1,7})M)?(?:[0-9.]{1,10}S)?")
_LINKS = {
    "0": gettext_lazy("finish to finish"),
    "2": gettext_lazy("start to finish"),
    "3": gettext_lazy("start to start"),
}
_CONSTRAINTS = {
    "1": gettext_lazy("as late as possible"),
    "2": gettext_lazy("must start on"),
    "3": gettext_lazy("must finish on"),
    "5": gettext_lazy("start no later than"),
    "6": gettext_lazy("finish no earlier than"),
    "7": gettext_lazy("finish no later than"),
}


class Element(NamedTuple):
    name: str
    text: str
    within: list[Any]

    def all(self, name: str) -> Iterator["Element"]:
        return (Element(*one) for one in self.within if one[0] == name)

    def first(self, name: str) -> "Element":
        return next(self.all(name), Element(name, "", []))

    def say(self, name: str) -> str:
        return one_line(self.first(name).text)

    def is_true(self, name: str) -> bool:
        return self.say(name) in ("1", "true")


def read(file: IO[bytes], plan: Plan) -> Brought:
    """Raises ValidationError with a sentence where nothing of it can be read."""
    space, root = workbooks.read_apart(project_file.read, file, PROJECT_FILE, _refusal)
    project = Element(*root)
    if space != SPACE or project.name != "Project":
        raise ValidationError(
            _("The file is neither a workbook (.xlsx) nor a plan of Microsoft Project as XML.")
        )
    version, last_key = identity.read(project.say("Subject").split(APART), plan)
    days = days_apart(plan.enrolment.commune.area)
    return _Reading(project, Identity(version, last_key), days).brought()


class _Reading:
    def __init__(self, project: Element, known: Identity, days: DaysApart) -> None:
        self.project, self.known, self.days = project, known, days
        self.tasks = [
            one
            for one in project.first("Tasks").all("Task")
            # The task 0 is the plan itself; a blank row is none.
            if one.say("UID") != "0" and not one.is_true("IsNull")
        ]
        if len(self.tasks) > 2 * MOST_STEPS:
            raise ValidationError(_("A plan has at most %(limit)s steps.") % {"limit": MOST_STEPS})
        self.minutes = _minutes_a_day(project)
        self.notes = [*self._about_calendar()]
        self.steps: list[tuple[Element, BroughtRow]] = []
        self.names = {one.say("UID"): _named(one) for one in self.tasks}

    def brought(self) -> Brought:
        taken: set[int] = set()
        for one in self.tasks:
            if one.is_true("Summary"):
                message = _("“%(task)s” sums up other tasks: it is no step, and is left out.")
                self.notes.append(message % {"task": _named(one)})
                continue
            row = BroughtRow(_("task %(number)s") % {"number": one.say("ID")[:10]}, None, {})
            self._know(row, one, taken)
            self.steps.append((one, row))
        self._number()
        for one, row in self.steps:
            self._read(row, one)
        rows = [row for _one, row in self.steps]
        if self.known.last_key and not any(row.key is not None for row in rows):
            raise ValidationError(identity.not_from_here())
        return Brought(*self.known, rows, notes=self.notes)

    def _about_calendar(self) -> Iterator[str]:
        if self.minutes != MINUTES_A_DAY:
            message = _(
                "The file counts a working day as %(minutes)s minutes; it is taken as a day."
            )
            yield message % {"minutes": self.minutes}
        uid = self.project.say("CalendarUID")
        calendars = {one.say("UID"): one for one in self.project.first("Calendars").all("Calendar")}
        if uid not in calendars:
            yield _("The file's calendar is not in it: days are reckoned by the area's calendar.")
            return
        worked = {
            (int(day.say("DayType")) - 2) % 7
            for day in calendars[uid].first("WeekDays").all("WeekDay")
            if day.say("DayType") in "1234567" and day.say("DayType") and day.is_true("DayWorking")
        }
        if worked != WEEK:
            yield _(
                "The file works on other days of the week: days are reckoned by the area's"
                " calendar."
            )

    def _know(self, row: BroughtRow, one: Element, taken: set[int]) -> None:
        """Which step a task is. One copied from another is new."""
        fields = {f.say("FieldID"): f.say("Value") for f in one.all("ExtendedAttribute")}
        key = fields.get(str(KEY_FIELD), "")
        if key.isdecimal() and len(key) <= LONGEST_NUMBER and int(key) not in taken:
            row.key, row.marks = int(key), fields.get(str(MARKS_FIELD), "")
            row.texts["number"] = fields.get(str(NUMBER_FIELD), "")
            taken.add(row.key)

    def _number(self) -> None:
        numbers = [row.texts.get("number", "") for _one, row in self.steps]
        last = max([0, *(int(one) for one in numbers if one.isdecimal() and len(one) < 6)])
        for _one, row in self.steps:
            if not row.texts.get("number"):
                last += 1
                row.texts["number"] = str(last)
        self.numbers = {one.say("UID"): row.texts["number"] for one, row in self.steps}

    def _read(self, row: BroughtRow, one: Element) -> None:
        row.texts["name"] = one_line(one.first("Name").text)
        row.texts |= notes.read(one.first("Notes").text)
        for name, problem in (
            ("IsSubproject", _("it stands for another file")),
            ("ExternalTask", _("it is of another file")),
            ("Recurring", _("it recurs")),
        ):
            if one.is_true(name):
                row.problems[""] = _("A plan knows no such task: %(problem)s.") % {
                    "problem": problem
                }
        if one.say("Active") == "0":
            row.problems[""] = _("The task is switched off. Switch it on, or delete it.")
        self._read_calendar(row, one)
        self._read_constraint(row, one)
        self._read_days(row, one)
        self._read_links(row, one)

    def _read_calendar(self, row: BroughtRow, one: Element) -> None:
        calendar = one.say("CalendarUID")
        if calendar not in ("", "-1", self.project.say("CalendarUID")):
            row.problems["not_before"] = _(
                "The task has a calendar of its own, which a plan does not know. Take it away."
            )

    def _read_constraint(self, row: BroughtRow, one: Element) -> None:
        kind = one.say("ConstraintType") or str(AS_SOON_AS_POSSIBLE)
        if kind == str(START_NO_EARLIER):
            row.texts["not_before"] = _day(one.say("ConstraintDate"))
        elif kind == str(AS_SOON_AS_POSSIBLE):
            row.texts["not_before"] = ""
        else:
            message = _(
                "The task has the constraint “%(kind)s”. A plan knows “start no earlier than”"
                " alone."
            )
            row.problems["not_before"] = message % {"kind": _CONSTRAINTS.get(kind, kind[:10])}

    def _read_days(self, row: BroughtRow, one: Element) -> None:
        """Of a step that is begun the days left are told: what it took is past."""
        started, finished = one.say("ActualStart"), one.say("ActualFinish")
        if started:
            row.texts["started_on"] = _day(started)
            row.texts["finished_on"] = _day(finished)
            if not finished:
                self._say_days(row, "remaining_days", one, "RemainingDuration")
            self._tell_split(row, one)
        else:
            self._say_days(row, "working_days", one, "Duration")
        percent = one.say("PhysicalPercentComplete")
        if percent and (started or percent != "0"):
            row.texts["percent"] = percent

    def _say_days(self, row: BroughtRow, name: str, one: Element, told: str) -> None:
        if _format(one.say("DurationFormat")) in ELAPSED_FORMATS:
            row.problems[name] = _("Its duration counts days off too. Write it in working days.")
            return
        minutes = _read_duration(one.say(told))
        if minutes is None:
            row.problems[name] = _("The task has no duration that can be read.")
            return
        days = -(-minutes // self.minutes)
        row.texts[name] = str(days)
        if minutes % self.minutes:
            part = f"{minutes / self.minutes:.2f}".rstrip("0").replace(".", ",")
            message = _("“%(task)s”: %(part)s working days are taken as %(days)s.")
            self.notes.append(message % {"task": _named(one), "part": part, "days": days})

    def _tell_split(self, row: BroughtRow, one: Element) -> None:
        stop, resume = _moment(one.say("Stop")), _moment(one.say("Resume"))
        if stop is None or resume is None or one.say("ActualFinish"):
            return
        if not stop < resume < stop + _LONGEST_BREAK:
            return
        calendar = self.days.calendar((), stop.date())
        days = calendar.working_days(stop.date() + _DAY, resume.date() - _DAY)
        if days > 0:
            message = _("The task is split: work rests for %(days)s working days. Join it.")
            row.problems["remaining_days"] = message % {"days": days}

    def _read_links(self, row: BroughtRow, one: Element) -> None:
        needs: dict[str, TypedNeed] = {}
        problems = []
        for link in one.all("PredecessorLink"):
            uid = link.say("PredecessorUID")
            named = self.names.get(uid, uid[:20])
            if problem := self._wrong_with(link, uid):
                problems.append(f"“{named}”: {problem}")
                continue
            wait, unit, problem = self._wait(link)
            if problem:
                problems.append(f"“{named}”: {problem}")
            needs[uid] = TypedNeed(int(self.numbers[uid]), wait, unit)
        if problems:
            row.problems["needs"] = " ".join(problems)
        else:
            row.texts["needs"] = written(list(needs.values()))

    def _wrong_with(self, link: Element, uid: str) -> str:
        kind = link.say("Type") or str(FINISH_TO_START)
        if link.is_true("CrossProject"):
            return _("it is of another file.")
        if uid not in self.names:
            return _("the file has no such task.")
        if uid not in self.numbers or not self.numbers[uid].isdecimal():
            return _("a link to a task that sums up others. Link its tasks.")
        if kind != str(FINISH_TO_START):
            message = _("a link from %(kind)s. A plan knows finish to start alone.")
            return message % {"kind": _LINKS.get(kind, kind[:10])}
        return ""

    def _wait(self, link: Element) -> tuple[int, str, str]:
        """How long a link waits, in which unit; or what is wrong with that."""
        told = link.say("LinkLag") or "0"
        lag = int(told) if re.fullmatch(r"-?[0-9]{1,12}", told) else None
        unit = Dependency.Unit.WORKING_DAYS
        how = _format(link.say("LagFormat"))
        if lag == 0:
            return 0, Dependency.Unit.DAYS, ""
        if lag is None or how in PERCENT_FORMATS:
            return 0, unit, _("its wait is not told in days.")
        if lag < 0:
            return 0, unit, _("it begins before the other ends: a plan knows no lead.")
        minutes = self.minutes
        if how in ELAPSED_FORMATS:
            unit, minutes = Dependency.Unit.DAYS, MINUTES_OF_A_DAY
        days, rest = divmod(lag, minutes * TENTHS)
        if rest:
            return 0, unit, _("it waits for a part of a day: a wait has whole days.")
        if days > MOST_DAYS:
            return 0, unit, _("A wait has at most %(limit)s days.") % {"limit": MOST_DAYS}
        return days, unit, ""


def _minutes_a_day(project: Element) -> int:
    told = project.say("MinutesPerDay")
    return int(told) if re.fullmatch(r"[1-9][0-9]{1,3}", told) else MINUTES_A_DAY


def _named(task: Element) -> str:
    return one_line(task.first("Name").text)[:60]


def _format(told: str) -> int:
    number = int(told) if re.fullmatch(r"[0-9]{1,3}", told) else 0
    return number - ESTIMATED if number > ESTIMATED else number


def _read_duration(told: str) -> int | None:
    found = _DURATION.fullmatch(told)
    return int(found[1] or 0) * 60 + int(found[2] or 0) if found else None


def _moment(told: str) -> dt.datetime | None:
    try:
        return dt.datetime.fromisoformat(told)
    except ValueError:
        return None


def _day(told: str) -> str:
    moment = _moment(told)
    return f"{moment:%d/%m/%Y}" if moment else told[:20]


def _refusal(word: str, _limit: Workbook) -> str:
    return {
        "entities": _("The file declares a document type of its own; such files are not read."),
        "damaged": _(
            "The file is neither a workbook (.xlsx) nor a plan of Microsoft Project as XML."
        ),
    }.get(word) or _("The file holds too much: more than the tasks of a plan.")
