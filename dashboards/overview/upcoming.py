"""What lies ahead of an area or a commune, and what is late: plain rows of sessions and tasks."""

import datetime as dt
from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from django.db.models import Count, F, Q, QuerySet, Value
from django.urls import reverse

from accounts.models import Person
from communes.models import Agency, Commune, WorkingGroup
from criteria.progress.moment import Moment
from meetings.models import Task, WorkingSession
from meetings.models.tasks import SOON, lead_name
from meetings.sessions import session_history
from meetings.tasks import task_history
from meetings.tasks.alike import TaskGroup, grouped
from meetings.tasks.task_history import FollowedTask
from nrm_tracker import clock
from nrm_tracker.prepared import prepared
from nrm_tracker.text import sort_key

LATE_SHOWN = DUE_SHOWN = 5
# So many are read, as the same may be asked of many.
READ = 24
# Where no session was held, what changed is told of so many days.
USUAL_PERIOD = dt.timedelta(days=30)
SESSIONS_AHEAD = 3
SESSIONS_OF_A_COMMUNE = 5
TASKS_OF_A_COMMUNE = 20
LEADS_SHOWN = 6
# The keys by which late tasks are counted: the commune leads, others lead, the commune concerned.
COUNTED = ("lead_commune", "lead_agency", "lead_working_group", "lead_person", "commune")

# The columns of an UpcomingSession, in its order.
SESSION = ("pk", "title", "day_on", "day_state")

LeadCounts = list[tuple[str, int]]
CommuneCounts = list[tuple[str, str, int]]


@dataclass(frozen=True)
class UpcomingSession:
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


@dataclass(frozen=True)
class AreaUpcoming:
    """Of an area on a day: what is late and at whose, what falls due soon, the sessions to come.

    What was done is told since the day compared with, or else the last session, `before`.
    """

    since: dt.date
    before: UpcomingSession | None = None
    late: list[TaskGroup] = field(default_factory=list)
    due: list[TaskGroup] = field(default_factory=list)
    late_count: int = 0
    by_lead: LeadCounts = field(default_factory=list)
    by_commune: CommuneCounts = field(default_factory=list)
    done: int = 0
    in_time: int = 0
    done_since: int = 0
    sessions: list[UpcomingSession] = field(default_factory=list)

    @property
    def is_since_session(self) -> bool:
        return self.before is not None and self.since == self.before.held_on

    @property
    def in_time_percent(self) -> Fraction | None:
        """The share of what was done that was done by its day."""
        return Fraction(100 * self.in_time, self.done) if self.done else None


@dataclass(frozen=True)
class CommuneUpcoming:
    """Of a commune on a day: its newest sessions, and what it or others have to do for it.

    `led`: the keys of the tasks that the commune itself leads.
    """

    sessions: list[UpcomingSession] = field(default_factory=list)
    tasks: list[FollowedTask] = field(default_factory=list)
    led: frozenset[int] = frozenset()
    has_more: bool = False

    def near(self, day: dt.date) -> list[FollowedTask]:
        """What the commune leads that is late, or due soon."""
        return [
            task
            for task in self.tasks
            if task.pk in self.led and task.standing(day) in ("late", "soon")
        ]


def of_area(area_ids: Collection[int], moment: Moment) -> AreaUpcoming:
    """Four queries, and one for the names of each kind of place that has late tasks."""
    day = moment.said_until
    end = clock.end_if_past(day)
    around = _sessions_around(area_ids, day, clock.end_of(day), end is not None)
    sessions = [UpcomingSession(*columns) for columns in around]
    held = (one for one in sessions if one.state in WorkingSession.TAKEN_PLACE)
    before = next(held, None)
    since = _since(moment, before)
    late_count, by_lead, by_commune = _counted(_late_by_keys(area_ids, day, end))
    ((done, in_time, done_since),) = _done(area_ids, since, end) or [(0, 0, 0)]
    tasks = task_history.listed(_late_and_due(area_ids, day, day + SOON, end))
    late = [task for task in tasks if task.due_on and task.due_on < day]
    return AreaUpcoming(
        since=since,
        before=before,
        late=grouped(late, READ)[:LATE_SHOWN],
        due=grouped(tasks[len(late) :], READ)[:DUE_SHOWN],
        late_count=late_count,
        by_lead=by_lead,
        by_commune=by_commune,
        done=done,
        in_time=in_time,
        done_since=done_since,
        sessions=[one for one in sessions if one.state == WorkingSession.State.DRAFT],
    )


def _since(moment: Moment, before: UpcomingSession | None) -> dt.date:
    """The day since which changes are told."""
    if moment.compare and moment.compare < moment.day:
        return moment.compare
    return before.held_on if before else moment.day - USUAL_PERIOD


@prepared
def _late_and_due(
    area_ids: Collection[int], day: dt.date, until: dt.date, end: dt.datetime | None
) -> QuerySet[Any, dict[str, Any]]:
    """The first that are late, and the first of those due until a day."""
    tasks = task_history.as_of(Task.objects.within(area_ids), end)
    late = task_history.late(tasks, day, end).order_by("day_due", "title", "pk")
    due = task_history.due(tasks, day, until, end).order_by("day_due", "title", "pk")
    first = Q(pk__in=late.values("pk")[:READ]) | Q(pk__in=due.values("pk")[:READ])
    return task_history.columns(tasks.filter(first).order_by("day_due", "title", "pk"))


@prepared
def _late_by_keys(
    area_ids: Collection[int], day: dt.date, end: dt.datetime | None
) -> QuerySet[Any, Any]:
    """How many are late of each lead and commune.

    By their keys alone: of a past day PostgreSQL takes them for few, and would look for the names
    of each by itself.
    """
    tasks = task_history.as_of(Task.objects.within(area_ids), end)
    late = task_history.late(tasks, day, end).order_by()
    return late.values(*COUNTED).annotate(count=Count("pk")).values_list(*COUNTED, "count")


@prepared
def _done(area_ids: Collection[int], since: dt.date, end: dt.datetime | None) -> QuerySet[Any, Any]:
    """How many were done by the end of the day, how many by their day, how many after a day."""
    done = Task.objects.within(area_ids).filter(state=Task.State.DONE, done_on__isnull=False)
    if end is not None:
        done = done.filter(closed_at__lt=end)
    in_time = Count("pk", filter=Q(done_on__lte=F("due_on")))
    newly = Count("pk", filter=Q(done_on__gt=since))
    counted = done.order_by().annotate(one=Value(1)).values("one")
    counted = counted.annotate(all=Count("pk"), in_time=in_time, since=newly)
    return counted.values_list("all", "in_time", "since")


@prepared
def _sessions_around(
    area_ids: Collection[int], day: dt.date, end: dt.datetime, is_past: bool
) -> QuerySet[Any, Any]:
    """The next that are to come, and the last that was held before the day."""
    convened = session_history.as_of(WorkingSession.objects.within(area_ids), end, is_past)
    ahead = convened.filter(day_on__gte=day, day_state=WorkingSession.State.DRAFT)
    held = convened.filter(day_on__lt=day, day_state__in=WorkingSession.TAKEN_PLACE)
    shown = Q(pk__in=ahead.order_by("day_on", "pk").values("pk")[:SESSIONS_AHEAD])
    shown |= Q(pk__in=held.order_by("-day_on", "-pk").values("pk")[:1])
    return convened.filter(shown).order_by("day_on", "pk").values_list(*SESSION)


def of_commune(commune: Commune, moment: Moment) -> CommuneUpcoming:
    """Two queries."""
    day = moment.said_until
    end = clock.end_if_past(day)
    rows = _tasks_about(commune.pk, end)
    found = task_history.listed(rows)
    sessions = _sessions_of(commune.pk, clock.end_of(day), day if end else None)
    return CommuneUpcoming(
        sessions=[UpcomingSession(*columns) for columns in sessions],
        tasks=found[:TASKS_OF_A_COMMUNE],
        led=frozenset(row["pk"] for row in rows if row["lead_commune"] == commune.pk),
        has_more=len(found) > TASKS_OF_A_COMMUNE,
    )


@prepared
def _tasks_about(commune_id: int, end: dt.datetime | None) -> QuerySet[Any, dict[str, Any]]:
    tasks = task_history.as_of(Task.objects.about_commune(commune_id), end)
    rows = task_history.unfinished(tasks, end).order_by(F("day_due").asc(nulls_last=True), "pk")
    return task_history.columns(rows, "lead_commune")[: TASKS_OF_A_COMMUNE + 1]


@prepared
def _sessions_of(commune_id: int, end: dt.datetime, past: dt.date | None) -> QuerySet[Any, Any]:
    """Of a past day those that were to be by then; else those to come too."""
    found = WorkingSession.objects.filter(communes=commune_id)
    convened = session_history.as_of(found, end, past is not None)
    if past is not None:
        convened = convened.filter(day_on__lte=past)
    return convened.order_by("-day_on", "-pk").values_list(*SESSION)[:SESSIONS_OF_A_COMMUNE]


# Late tasks, counted by the database


def _counted(counted: list[tuple]) -> tuple[int, LeadCounts, CommuneCounts]:
    """How many are late, of whom most of them, and in which communes."""
    led, agencies, groups, people, about = (_by_key(counted, place) for place in range(5))
    named = _communes(led | about)
    by_lead = [
        (lead_name("", name, "", ""), count)
        for name, count in _by_name(((pk, name) for pk, name, _ in named), led)[:LEADS_SHOWN]
    ]
    by_lead += _by_name(_agencies(agencies), agencies)
    by_lead += _by_name(_groups(groups), groups)
    by_lead += _by_name(_people(people), people)
    by_lead.sort(key=lambda row: (-row[1], sort_key(row[0])))
    by_commune = [(slug, name, about[pk]) for pk, name, slug in named if about[pk]]
    by_commune.sort(key=lambda row: -row[2])
    total = sum(count for *_, count in counted)
    return total, by_lead[:LEADS_SHOWN], by_commune[:LEADS_SHOWN]


@prepared
def _communes(keys: Collection[int]) -> QuerySet[Any, Any]:
    found = Commune.objects.filter(pk__in=keys).order_by("sort_key", "code")
    return found.values_list("pk", "name", "slug")


@prepared
def _agencies(keys: Collection[int]) -> QuerySet[Agency, Any]:
    return Agency.objects.filter(pk__in=keys).values_list("pk", "short_name")


@prepared
def _groups(keys: Collection[int]) -> QuerySet[WorkingGroup, Any]:
    return WorkingGroup.objects.filter(pk__in=keys).values_list("pk", "name")


@prepared
def _people(keys: Collection[int]) -> QuerySet[Person, Any]:
    return Person.objects.filter(pk__in=keys).values_list("pk", "full_name")


def _by_key(counted: list[tuple], place: int) -> Counter[int]:
    """How many there are of each key that stands at the place."""
    sums: Counter[int] = Counter()
    for row in counted:
        if row[place]:
            sums[row[place]] += row[-1]
    return sums


def _by_name(named: Iterable[tuple[int, str]], counts: Counter[int]) -> LeadCounts:
    """The counts by name, the most first, those alike in the order given; one name counts once."""
    sums: Counter[str] = Counter()
    for key, name in named:
        if counts[key]:
            sums[name] += counts[key]
    return sums.most_common()
