"""What the page of a session says: its people and papers, its figures, minutes, tasks, results.

Until its minutes are published the page is read from today's data. Once they are, it is what
`freezing` kept, with how the tasks stand today beside it.
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.names import who_is, who_was
from criteria.models import Assessment
from criteria.progress.board import Board, add_bases, board
from criteria.progress.moment import Moment
from meetings.models import (
    DroppedItem,
    Entry,
    Participant,
    SessionAssessment,
    Task,
    WorkingSession,
)
from meetings.tasks import briefing, task_history
from meetings.tasks.task_history import FollowedTask
from nrm_tracker import clock
from nrm_tracker.prepared import prepared

# Minutes of so many entries are told by what was concluded, all else in a fold.
LONG = 5

# People, and what was added


@dataclass(frozen=True)
class People:
    """Who sat in it, by their part."""

    chairs: list[Participant]
    secretaries: list[Participant]
    attendees: list[Participant]
    absent: list[Participant]


def people_of(session: WorkingSession) -> People:
    people = list(session.participants.all())
    here = [one for one in people if one.presence == Participant.Presence.PRESENT]
    return People(
        chairs=[one for one in here if one.part == Participant.Part.CHAIR],
        secretaries=[one for one in here if one.part == Participant.Part.SECRETARY],
        attendees=[one for one in here if one.part == Participant.Part.ATTENDEE],
        absent=[one for one in people if one.presence == Participant.Presence.ABSENT],
    )


@dataclass(frozen=True)
class SignedScan:
    sha256: str
    size: int
    # Whether a newer one took its place.
    is_superseded: bool


@dataclass(frozen=True)
class LaterAddendum:
    """What the minutes received after they were published."""

    pk: int
    text: str
    minutes_number: str
    notice_number: str
    at: dt.datetime
    by: str
    scan: SignedScan | None

    @property
    def is_correction(self) -> bool:
        return bool(self.text) and self.scan is None


@dataclass(frozen=True)
class Received:
    """The addenda in order, and of numbers and scans the one that counts."""

    addenda: list[LaterAddendum] = field(default_factory=list)
    minutes_number: str = ""
    notice_number: str = ""
    scan: LaterAddendum | None = None

    @property
    def is_corrected(self) -> bool:
        return any(one.is_correction for one in self.addenda)


def received_of(session: WorkingSession) -> Received:
    """One query; nothing is added before the minutes are published."""
    if not session.is_published:
        return Received()
    columns = ("pk", "text", "minutes_number", "notice_number", "at", who_is("by"))
    rows = list(session.addenda.values_list(*columns, "scan__sha256", "scan__size"))
    newest = max(((at, pk) for pk, *_, at, _, sha256, _ in rows if sha256), default=None)
    addenda = [
        LaterAddendum(
            *(pk, text, minutes, notice, at, who_was(by, at)),
            scan=SignedScan(sha256, size, (at, pk) != newest) if sha256 else None,
        )
        for pk, text, minutes, notice, at, by, sha256, size in rows
    ]
    minutes = [one.minutes_number for one in addenda if one.minutes_number]
    notices = [one.notice_number for one in addenda if one.notice_number]
    return Received(
        addenda=addenda,
        minutes_number=[session.minutes_number, *minutes][-1],
        notice_number=[session.notice_number, *notices][-1],
        scan=next((one for one in addenda if one.scan and not one.scan.is_superseded), None),
    )


# The page


@dataclass(frozen=True)
class SessionPaper:
    """A paper that was handed in, of a commune or of none."""

    pk: int
    caption: str
    commune_name: str | None


@dataclass(frozen=True)
class LeftOutTask:
    """An unfinished task that the session did not take over, and why."""

    pk: int
    title: str
    reason: str
    at: dt.datetime
    by: str


@dataclass(frozen=True)
class SessionTask(FollowedTask):
    """A task of this session or of an earlier one: as it stands today, or as it was published."""

    session_id: int
    session_held_on: dt.date
    entry_id: int | None
    # Of one that was published: how it stands today.
    now: FollowedTask | None = None

    @property
    def today(self) -> FollowedTask:
        return self.now or self

    @property
    def is_moved(self) -> bool:
        return self.today.due_on != self.due_on

    @property
    def has_other_person(self) -> bool:
        """Whether somebody is in charge whom the published minutes did not name."""
        focal, now = self.focal_person, self.today.focal_person
        return now is not None and (focal is None or focal.full_name != now.full_name)


@dataclass(frozen=True)
class MinutesEntry:
    """One thing said, with the tasks that came of it: the same asked of many stands once, with
    all who lead."""

    pk: int
    kind: str
    speaker: str
    text: str
    commune_name: str | None
    criterion_number: int | None
    criterion_name: str | None
    theme_name: str | None
    came: dict[str, list[SessionTask]] = field(default_factory=dict)

    @property
    def kind_name(self) -> str:
        return str(Entry.Kind(self.kind).label)

    @property
    def may_become_tasks(self) -> bool:
        return self.kind in Entry.BECOMING_TASKS


@dataclass(frozen=True)
class RecordedResult:
    """What was recorded of a cell from a session, and whether it was corrected since."""

    assessment_id: int
    result: str
    assessed_on: dt.date
    commune_slug: str
    commune_name: str
    number: int
    criterion_name: str
    set_code: str
    is_corrected: bool


@dataclass(frozen=True)
class SessionPage:
    """What is frozen when the minutes are published."""

    day: dt.date
    set_code: str
    board: Board
    entries: list[MinutesEntry]
    tasks: list[SessionTask]
    # Unfinished tasks of earlier sessions, but for those left out.
    carried: list[SessionTask]
    left_out: list[LeftOutTask]
    files: list[SessionPaper]
    recorded: list[RecordedResult]
    # Tasks that came of the session after its minutes were published.
    later: list[FollowedTask] = field(default_factory=list)
    is_kept: bool = False

    @property
    def gist(self) -> list[MinutesEntry]:
        """What was concluded, or directed where nothing was; nothing of minutes that are short."""
        if len(self.entries) < LONG:
            return []
        concluded = [one for one in self.entries if one.kind == Entry.Kind.CONCLUSION]
        return concluded or [one for one in self.entries if one.kind == Entry.Kind.DIRECTION]


def page_of(session: WorkingSession) -> SessionPage:
    """As the data stand now: a fixed number of queries."""
    day = briefing.day_of(session)
    made = board({session.area_id}, Moment(day), communes=session.communes.all())
    add_bases(made, made.rows)
    communes = [row.commune_id for row in [*made.rows, *made.others, *made.unenrolled]]
    left_out = _left_out_of(session)
    tasks = _tasks_of(session, communes, day)
    came = [task for task in tasks if task.session_id == session.pk]
    gone = {task.pk for task in left_out}
    files = session.files.order_by("pk").values_list("pk", "caption", "commune__name")
    return SessionPage(
        day=day,
        set_code=made.criteria_set.code if made.criteria_set else "",
        board=made,
        entries=with_tasks(_entries_of(session), came),
        tasks=came,
        carried=[task for task in tasks if task.session_id != session.pk and task.pk not in gone],
        left_out=left_out,
        files=[SessionPaper(*row) for row in files],
        recorded=_results_of(session),
    )


def with_today(page: SessionPage, session: WorkingSession) -> SessionPage:
    """A published page with what came after it: two queries."""
    published = [task.pk for task in [*page.tasks, *page.carried]]
    found = Task.objects.filter(Q(session=session) | Q(pk__in=published))
    now = {task.pk: task for task in task_history.listed_today(found)}
    tasks = [replace(task, now=now.get(task.pk)) for task in page.tasks]
    recorded = [result.assessment_id for result in page.recorded]
    corrected = set(
        Assessment.objects.filter(corrects__in=recorded).values_list("corrects", flat=True)
    )
    return replace(
        page,
        tasks=tasks,
        entries=with_tasks(page.entries, tasks),
        carried=[replace(task, now=now.get(task.pk)) for task in page.carried],
        recorded=[
            replace(result, is_corrected=result.assessment_id in corrected)
            for result in page.recorded
        ],
        later=[task for pk, task in now.items() if pk not in published],
    )


def with_tasks(entries: Iterable[MinutesEntry], came: Iterable[SessionTask]) -> list[MinutesEntry]:
    """Each entry with those of the tasks that came of it."""
    by_entry: dict[int | None, dict[str, list[SessionTask]]] = {}
    for task in came:
        by_entry.setdefault(task.entry_id, {}).setdefault(task.title, []).append(task)
    return [replace(entry, came=by_entry.get(entry.pk, {})) for entry in entries]


# Its queries


def _left_out_of(session: WorkingSession) -> list[LeftOutTask]:
    return [
        LeftOutTask(task, title, reason, at, who_was(by, at))
        for task, title, reason, at, by in _dropped_by(session.pk)
    ]


@prepared
def _dropped_by(session_id: int) -> QuerySet[DroppedItem, Any]:
    dropped = DroppedItem.objects.filter(session=session_id).order_by("task_id")
    return dropped.values_list("task_id", "task__title", "reason", "at", who_is("by"))


COLUMNS = (
    *task_history.COLUMNS,
    *task_history.OF_TODAY,
    *("session", "session__held_on", "entry"),
)


def _tasks_of(session: WorkingSession, communes: list[int], day: dt.date) -> list[SessionTask]:
    """The tasks that came of a session, and those that it takes over: two queries.

    What is taken over are the tasks of earlier sessions with one of the same communes, unfinished
    on the day, less those that this session or one of these left out.
    """
    known_by = (session.area_id, session.held_on, session.pk)
    # Their keys first: with them in one condition the database would look through all tasks.
    carried = _carried(*known_by, communes, clock.end_if_past(day))
    return [_task(said) for said in _came_or_carried(session.pk, carried)]


@prepared
def _came_or_carried(session_id: int, keys: list[int]) -> QuerySet[Task, dict[str, Any]]:
    return Task.objects.meant().filter(Q(session=session_id) | Q(pk__in=keys)).values(*COLUMNS)


@prepared
def _carried(
    area_id: int, held_on: dt.date, pk: int, communes: list[int], end: dt.datetime | None
) -> QuerySet[Task, int]:
    """The keys of what earlier sessions asked of the communes or of all, unfinished by the end of
    the day and left out by none."""
    earlier = briefing.earlier(area_id, held_on, pk)
    left_out = briefing.left_out_by(earlier, communes).values("task")
    asked = earlier.filter(communes__in=communes).order_by().values("pk")
    about = (
        Q(commune__in=communes)
        | Q(commune=None, lead_commune__in=communes)
        | Q(commune=None, lead_commune=None)
    )
    tasks = task_history.as_of(Task.objects.filter(about, session__in=asked), end)
    unfinished: QuerySet[Task] = task_history.unfinished(tasks, end).exclude(pk__in=left_out)
    return unfinished.order_by().values_list("pk", flat=True)


def _task(said: dict[str, Any]) -> SessionTask:
    return SessionTask(
        **task_history.facts(said),
        **task_history.now(said),
        session_id=said["session"],
        session_held_on=said["session__held_on"],
        entry_id=said["entry"],
    )


def _entries_of(session: WorkingSession) -> list[MinutesEntry]:
    """The minutes in order: one query."""
    return [MinutesEntry(*row) for row in _entry_rows(session.pk)]


@prepared
def _entry_rows(session_id: int) -> QuerySet[Entry, Any]:
    return Entry.objects.filter(session=session_id).values_list(
        *("pk", "kind", "speaker", "text", "commune__name"),
        *("criterion__number", "criterion__short_name", "theme__name"),
    )


def _results_of(session: WorkingSession) -> list[RecordedResult]:
    """By commune and criterion: one query."""
    return [RecordedResult(*row) for row in _result_rows(session.pk)]


@prepared
def _result_rows(session_id: int) -> QuerySet[SessionAssessment, Any]:
    commune, criterion = "assessment__status__enrolment__commune", "assessment__status__criterion"
    corrections = Assessment.objects.filter(corrects=OuterRef("assessment"))
    found = SessionAssessment.objects.filter(session=session_id).order_by(
        f"{commune}__sort_key", f"{criterion}__number", "pk"
    )
    columns = (
        *("assessment", "assessment__result", "assessment__assessed_on"),
        *(f"{commune}__slug", f"{commune}__name", f"{criterion}__number", f"{criterion}__name"),
        f"{criterion}__criteria_set__code",
    )
    return found.values_list(*columns, Exists(corrections))
