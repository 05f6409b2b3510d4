"""What lies ahead of an area or a commune, and what is late: sessions and tasks, one query each."""

import datetime as dt
from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from django.db.models import Count, F, Q, QuerySet, Value
from django.urls import reverse

from accounts.models import Person
from communes.models import Agency, Commune, WorkingGroup
from criteria.models import Criterion
from criteria.progress.moment import Moment
from dashboards.timeline.unions import rows_of, united
from meetings.models import Task, WorkingSession
from meetings.tasks import task_history
from nrm_tracker import clock
from nrm_tracker.text import sort_key

LATE_SHOWN = 5
SESSIONS_AHEAD = 3
SESSIONS_OF_A_COMMUNE = 5
TASKS_OF_A_COMMUNE = 20
LEADS_SHOWN = 6


class _Line(NamedTuple):
    """The columns that sessions, tasks and counts of tasks are read in."""

    part: str
    pk: int
    text: str
    state: str
    kind: str
    due: dt.date
    done: dt.date
    percent: int
    number: int
    agency: str
    commune: str
    group: str
    person: str
    place: str
    slug: str
    who: str
    phone: str
    many: int
    few: int
    is_so: bool


@dataclass(frozen=True)
class Session:
    """A session as lists name it."""

    pk: int
    title: str
    held_on: dt.date
    state: str

    @property
    def address(self) -> str:
        return reverse("session", args=[self.pk])

    @property
    def state_name(self) -> str:
        return str(WorkingSession.State(self.state).label)

    @property
    def is_draft(self) -> bool:
        return self.state == WorkingSession.State.DRAFT


@dataclass
class AreaAgenda:
    """Of an area on a day: what is late and at whose, and the sessions to come."""

    late: list[Task] = field(default_factory=list)
    late_count: int = 0
    by_lead: list[tuple[str, int]] = field(default_factory=list)
    by_commune: list[tuple[str, str, int]] = field(default_factory=list)
    done: int = 0
    in_time: int = 0
    sessions: list[Session] = field(default_factory=list)

    @property
    def in_time_percent(self) -> float | None:
        """The share of what was done that was done by its day."""
        return 100 * self.in_time / self.done if self.done else None

    @property
    def is_empty(self) -> bool:
        return not (self.late_count or self.done or self.sessions)


@dataclass
class CommuneAgenda:
    """Of a commune on a day: its newest sessions, and what it or others have to do for it."""

    sessions: list[Session] = field(default_factory=list)
    tasks: list[Task] = field(default_factory=list)
    has_more: bool = False


def of_area(area_ids: Collection[int], moment: Moment) -> AreaAgenda:
    """One query, whose rows do not grow with the number of tasks."""
    day = moment.said_until
    tasks = task_history.as_of(Task.objects.within(area_ids), day)
    late = task_history.late(tasks, day)
    first = late.order_by("day_due", "pk").values("pk")[:LATE_SHOWN]
    ahead = _sessions_told(WorkingSession.objects.within(area_ids), day)
    ahead = ahead.filter(held_on__gte=day).order_by("held_on", "pk")
    if day >= clock.today():
        ahead = ahead.filter(state=WorkingSession.State.DRAFT)
    lines = _read(
        [
            _counted(late),
            _done(Task.objects.within(area_ids), day),
            _tasks("late", tasks.filter(pk__in=first)),
            _sessions(ahead.values("pk")[:SESSIONS_AHEAD]),
        ]
    )
    return _area_agenda(lines)


def of_commune(commune: Commune, moment: Moment) -> CommuneAgenda:
    """One query."""
    day = moment.said_until
    tasks = task_history.as_of(Task.objects.about_commune(commune.pk), day)
    rows = task_history.unfinished(tasks, day).order_by(F("day_due").asc(nulls_last=True), "pk")
    told = _sessions_told(WorkingSession.objects.filter(communes=commune.pk), day)
    if day < clock.today():
        told = told.filter(held_on__lte=day)
    newest = told.order_by("-held_on", "-pk").values("pk")[:SESSIONS_OF_A_COMMUNE]
    first = rows.values("pk")[: TASKS_OF_A_COMMUNE + 1]
    lines = _read([_tasks("task", tasks.filter(pk__in=first)), _sessions(newest)])
    found = _by_day(_task(line) for line in lines if line.part == "task")
    sessions = [_session(line) for line in lines if line.part == "session"]
    sessions.sort(key=lambda session: (session.held_on, session.pk), reverse=True)
    return CommuneAgenda(
        sessions, found[:TASKS_OF_A_COMMUNE], has_more=len(found) > TASKS_OF_A_COMMUNE
    )


def _sessions_told(found: QuerySet[WorkingSession], day: dt.date) -> QuerySet[WorkingSession]:
    return found.filter(convened_at__lt=clock.end_of(day))


def _read(parts: list[QuerySet]) -> list[_Line]:
    return [_Line(*row) for row in united(parts)]


def _counted(late: QuerySet) -> QuerySet:
    """How many are late, by who leads and by commune."""
    leads = ("lead_agency", "lead_commune", "lead_working_group", "lead_person", "commune")
    return rows_of(
        late.order_by().values(*leads).annotate(many=Count("pk")),
        _Line,
        part=Value("count"),
        **_LEADS,
        place="commune__name",
        slug="commune__slug",
        many="many",
    )


def _done(found: QuerySet[Task], day: dt.date) -> QuerySet:
    """How many were done by the day, and how many of them in time."""
    done = found.filter(state=Task.State.DONE, done_on__isnull=False)
    if day < clock.today():
        done = done.filter(closed_at__lt=clock.end_of(day))
    counted = done.order_by().values("state").annotate(
        many=Count("pk"), few=Count("pk", filter=Q(done_on__lte=F("due_on")))
    )  # fmt: skip
    return rows_of(counted, _Line, part=Value("done"), many="many", few="few")


def _tasks(part: str, found: QuerySet) -> QuerySet:
    return rows_of(
        found,
        _Line,
        part=Value(part),
        pk="pk",
        text="title",
        state="day_state",
        kind="kind",
        due="day_due",
        done="done_on",
        percent="percent",
        number="criterion__number",
        **_LEADS,
        place="commune__name",
        slug="commune__slug",
        who="focal_person__full_name",
        phone="focal_person__phone",
        is_so="is_illustrative",
    )


def _sessions(pks: QuerySet) -> QuerySet:
    return rows_of(
        WorkingSession.objects.filter(pk__in=pks),
        _Line,
        part=Value("session"),
        pk="pk",
        text="title",
        state="state",
        due="held_on",
    )


_LEADS = {
    "agency": "lead_agency__short_name",
    "commune": "lead_commune__name",
    "group": "lead_working_group__name",
    "person": "lead_person__full_name",
}


def _area_agenda(lines: list[_Line]) -> AreaAgenda:
    made = AreaAgenda()
    leads: Counter[str] = Counter()
    places: Counter[tuple[str, str]] = Counter()
    for line in lines:
        if line.part == "late":
            made.late.append(_task(line))
        elif line.part == "session":
            made.sessions.append(_session(line))
        elif line.part == "done":
            made.done, made.in_time = line.many, line.few
        else:
            leads[_task(line).lead_name] += line.many
            if line.slug:
                places[line.slug, line.place] += line.many
    made.late = _by_day(made.late)
    made.sessions.sort(key=lambda session: (session.held_on, session.pk))
    made.late_count = sum(leads.values())
    made.by_lead = sorted(leads.items(), key=lambda row: (-row[1], sort_key(row[0])))[:LEADS_SHOWN]
    by_commune = [(slug, name, count) for (slug, name), count in places.items()]
    by_commune.sort(key=lambda row: (-row[2], sort_key(row[1])))
    made.by_commune = by_commune[:LEADS_SHOWN]
    return made


def _by_day(tasks: Iterable[Task]) -> list[Task]:
    return sorted(tasks, key=lambda task: (task.due_on or dt.date.max, task.pk or 0))


def _task(line: _Line) -> Task:
    """A task with as much of it as a list names, as it stood on the day."""
    return Task(
        pk=line.pk,
        title=line.text or "",
        state=line.state or Task.State.OPEN,
        kind=line.kind or Task.Kind.ONCE,
        due_on=line.due,
        done_on=line.done,
        percent=line.percent or 0,
        is_illustrative=bool(line.is_so),
        lead_agency=Agency(short_name=line.agency) if line.agency else None,
        lead_commune=Commune(name=line.commune) if line.commune else None,
        lead_working_group=WorkingGroup(name=line.group) if line.group else None,
        lead_person=Person(full_name=line.person) if line.person else None,
        commune=Commune(name=line.place, slug=line.slug) if line.slug else None,
        criterion=Criterion(number=line.number) if line.number else None,
        focal_person=Person(full_name=line.who, phone=line.phone or "") if line.who else None,
    )


def _session(line: _Line) -> Session:
    return Session(line.pk, line.text, line.due, line.state)
