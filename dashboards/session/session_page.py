"""What the page of a session reads: its people and papers, its minutes, its tasks, its results."""

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from criteria.models import Assessment
from meetings.models import (
    Entry,
    Participant,
    SessionAssessment,
    Task,
    WorkingSession,
)
from meetings.tasks import briefing, task_history
from meetings.tasks.task_history import FollowedTask

# People and papers


@dataclass(frozen=True)
class SessionPaper:
    """A paper that was handed in, of a commune or of none."""

    pk: int
    caption: str
    commune_name: str | None


@dataclass(frozen=True)
class Correction:
    """What was added to the minutes after they were published."""

    pk: int
    text: str
    at: dt.datetime
    by: str


@dataclass(frozen=True)
class LeftOutTask:
    """An unfinished task that the session did not take over, and why."""

    pk: int
    title: str
    reason: str
    at: dt.datetime
    by: str


@dataclass(frozen=True)
class Papers:
    """Who sat in it, what was handed in, what was added, what was left out."""

    chairs: list[Participant]
    secretaries: list[Participant]
    attendees: list[Participant]
    absent: list[Participant]
    files: list[SessionPaper]
    corrections: list[Correction]
    left_out: list[LeftOutTask]


def papers_of(session: WorkingSession) -> Papers:
    """Four queries, one of each table."""
    people = list(session.participants.all())
    here = [one for one in people if one.presence == Participant.Presence.PRESENT]
    files = session.files.order_by("pk").values_list("pk", "caption", "commune__name")
    addenda = session.addenda.order_by("pk").values_list("pk", "text", "at", "by__full_name")
    dropped = session.dropped.order_by("task_id").values_list(
        "task_id", "task__title", "reason", "at", "by__full_name"
    )
    return Papers(
        chairs=[one for one in here if one.part == Participant.Part.CHAIR],
        secretaries=[one for one in here if one.part == Participant.Part.SECRETARY],
        attendees=[one for one in here if one.part == Participant.Part.ATTENDEE],
        absent=[one for one in people if one.presence == Participant.Presence.ABSENT],
        files=[SessionPaper(*row) for row in files],
        # None is made before the minutes are published.
        corrections=[Correction(*row) for row in addenda] if session.is_published else [],
        left_out=[LeftOutTask(*row) for row in dropped],
    )


# Tasks


@dataclass(frozen=True)
class SessionTask(FollowedTask):
    """A task of this session or of an earlier one, as it stands today."""

    session_id: int
    session_held_on: dt.date
    entry_id: int | None


COLUMNS = (
    *task_history.COLUMNS,
    *("state", "due_on", "session", "session__held_on", "entry"),
)


@dataclass(frozen=True)
class Matters:
    """The tasks that came of a session, and those that it takes over."""

    came: list[SessionTask] = field(default_factory=list)
    carried: list[SessionTask] = field(default_factory=list)


def matters_of(session: WorkingSession, communes: list[int], day: dt.date) -> Matters:
    """Three queries.

    What is taken over are the tasks of earlier sessions with one of the same communes, unfinished
    on the day, less those that this session or one of these left out.
    """
    left_out = briefing.left_out_before(session, communes).values("task")
    carried = _unfinished_of_earlier(session, communes, day).exclude(pk__in=left_out)
    # Their keys first: with them in one condition the database would look through all tasks.
    found = Task.objects.filter(Q(session=session) | Q(pk__in=list(carried))).values(*COLUMNS)
    tasks = [_task(said) for said in found]
    return Matters(
        came=[task for task in tasks if task.session_id == session.pk],
        carried=[task for task in tasks if task.session_id != session.pk],
    )


def _unfinished_of_earlier(
    session: WorkingSession, communes: list[int], day: dt.date
) -> QuerySet[Task, int]:
    """The keys of what earlier sessions asked of the communes or of all, unfinished on the day."""
    earlier = briefing.earlier_than(session).filter(communes__in=communes).order_by().values("pk")
    about = (
        Q(commune__in=communes)
        | Q(commune=None, lead_commune__in=communes)
        | Q(commune=None, lead_commune=None)
    )
    tasks = task_history.as_of(Task.objects.filter(about, session__in=earlier), day)
    return task_history.unfinished(tasks, day).order_by().values_list("pk", flat=True)


def _task(said: dict[str, Any]) -> SessionTask:
    return SessionTask(
        **task_history.facts(said),
        state=said["state"],
        due_on=said["due_on"],
        session_id=said["session"],
        session_held_on=said["session__held_on"],
        entry_id=said["entry"],
    )


# Minutes and results


@dataclass(frozen=True)
class MinutesEntry:
    """One thing said, with the tasks that came of it: the same asked of many stands once, with
    all who lead."""

    pk: int
    kind: str
    kind_name: str
    speaker: str
    text: str
    commune_name: str | None
    criterion_number: int | None
    criterion_name: str | None
    theme_name: str | None
    may_become_tasks: bool
    came: dict[str, list[SessionTask]]


def entries_of(session: WorkingSession, came: list[SessionTask]) -> list[MinutesEntry]:
    """The minutes in order, each entry with those of the tasks that came of it: one query."""
    by_entry: dict[int | None, dict[str, list[SessionTask]]] = {}
    for task in came:
        by_entry.setdefault(task.entry_id, {}).setdefault(task.title, []).append(task)
    names = {str(kind): str(kind.label) for kind in Entry.Kind}
    found = session.entries.values_list(
        *("pk", "kind", "speaker", "text", "commune__name"),
        *("criterion__number", "criterion__short_name", "theme__name"),
    )
    return [
        MinutesEntry(
            *(pk, kind, names[kind], speaker, text, commune, number, criterion, theme),
            may_become_tasks=kind in Entry.BECOMING_TASKS,
            came=by_entry.get(pk, {}),
        )
        for pk, kind, speaker, text, commune, number, criterion, theme in found
    ]


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


def results_of(session: WorkingSession) -> list[RecordedResult]:
    """By commune and criterion: one query."""
    commune, criterion = "assessment__status__enrolment__commune", "assessment__status__criterion"
    corrections = Assessment.objects.filter(corrects=OuterRef("assessment"))
    found = SessionAssessment.objects.filter(session=session).order_by(
        f"{commune}__sort_key", f"{criterion}__number", "pk"
    )
    columns = (
        *("assessment", "assessment__result", "assessment__assessed_on"),
        *(f"{commune}__slug", f"{commune}__name", f"{criterion}__number", f"{criterion}__name"),
        f"{criterion}__criteria_set__code",
    )
    return [RecordedResult(*row) for row in found.values_list(*columns, Exists(corrections))]
