"""What lies ahead of an area or a commune, and what is late: plain rows of sessions and tasks."""

import datetime as dt
from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from fractions import Fraction

from django.db.models import Count, F, Q, QuerySet
from django.urls import reverse

from accounts.models import Person
from communes.models import Agency, Commune, WorkingGroup
from criteria.progress.moment import Moment
from meetings.models import Task, WorkingSession
from meetings.models.tasks import lead_name
from meetings.sessions import session_history
from meetings.tasks import task_history
from meetings.tasks.task_history import FollowedTask
from nrm_tracker import clock
from nrm_tracker.text import sort_key

LATE_SHOWN = 5
SESSIONS_AHEAD = 3
SESSIONS_OF_A_COMMUNE = 5
TASKS_OF_A_COMMUNE = 20
LEADS_SHOWN = 6
# The keys by which late tasks are counted: the commune leads, others lead, the commune concerned.
COUNTED = ("lead_commune", "lead_agency", "lead_working_group", "lead_person", "commune")

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
    """Of an area on a day: what is late and at whose, and the sessions to come."""

    late: list[FollowedTask] = field(default_factory=list)
    late_count: int = 0
    by_lead: LeadCounts = field(default_factory=list)
    by_commune: CommuneCounts = field(default_factory=list)
    done: int = 0
    in_time: int = 0
    sessions: list[UpcomingSession] = field(default_factory=list)

    @property
    def in_time_percent(self) -> Fraction | None:
        """The share of what was done that was done by its day."""
        return Fraction(100 * self.in_time, self.done) if self.done else None

    @property
    def is_empty(self) -> bool:
        return not (self.late_count or self.done or self.sessions)


@dataclass(frozen=True)
class CommuneUpcoming:
    """Of a commune on a day: its newest sessions, and what it or others have to do for it."""

    sessions: list[UpcomingSession] = field(default_factory=list)
    tasks: list[FollowedTask] = field(default_factory=list)
    has_more: bool = False


def of_area(area_ids: Collection[int], moment: Moment) -> AreaUpcoming:
    """Four queries, and one for the names of each kind of place that has late tasks."""
    day = moment.said_until
    every = Task.objects.within(area_ids)
    tasks = task_history.as_of(every, day)
    late = task_history.late(tasks, day)
    first = late.order_by("day_due", "pk").values("pk")[:LATE_SHOWN]
    late_count, by_lead, by_commune = _counted(late)
    done = _done(every, day).aggregate(
        all=Count("pk"), in_time=Count("pk", filter=Q(done_on__lte=F("due_on")))
    )
    convened = session_history.as_of(WorkingSession.objects.within(area_ids), day)
    ahead = convened.filter(day_on__gte=day, day_state=WorkingSession.State.DRAFT)
    return AreaUpcoming(
        late=task_history.listed(tasks.filter(pk__in=first).order_by("day_due", "pk")),
        late_count=late_count,
        by_lead=by_lead,
        by_commune=by_commune,
        done=done["all"],
        in_time=done["in_time"],
        sessions=_sessions(ahead.order_by("day_on", "pk")[:SESSIONS_AHEAD]),
    )


def of_commune(commune: Commune, moment: Moment) -> CommuneUpcoming:
    """Two queries."""
    day = moment.said_until
    tasks = task_history.as_of(Task.objects.about_commune(commune.pk), day)
    rows = task_history.unfinished(tasks, day).order_by(F("day_due").asc(nulls_last=True), "pk")
    found = task_history.listed(rows[: TASKS_OF_A_COMMUNE + 1])
    convened = session_history.as_of(WorkingSession.objects.filter(communes=commune.pk), day)
    if day < clock.today():
        convened = convened.filter(day_on__lte=day)
    return CommuneUpcoming(
        sessions=_sessions(convened.order_by("-day_on", "-pk")[:SESSIONS_OF_A_COMMUNE]),
        tasks=found[:TASKS_OF_A_COMMUNE],
        has_more=len(found) > TASKS_OF_A_COMMUNE,
    )


def _sessions(found: QuerySet) -> list[UpcomingSession]:
    columns = found.values_list("pk", "title", "day_on", "day_state")
    return [UpcomingSession(*values) for values in columns]


def _done(found: QuerySet[Task], day: dt.date) -> QuerySet[Task]:
    """Those that were done by the end of the day."""
    done = found.filter(state=Task.State.DONE, done_on__isnull=False)
    return done.filter(closed_at__lt=clock.end_of(day)) if day < clock.today() else done


# Late tasks, counted by the database


def _counted(late: QuerySet) -> tuple[int, LeadCounts, CommuneCounts]:
    """How many are late, of whom most of them, and in which communes.

    They are counted by their keys alone: of a past day PostgreSQL takes them for few, and would
    look for the names of each by itself.
    """
    by_keys = late.order_by().values(*COUNTED).annotate(count=Count("pk"))
    counted = list(by_keys.values_list(*COUNTED, "count"))
    led, agencies, groups, people, about = (_by_key(counted, place) for place in range(5))
    communes = Commune.objects.filter(pk__in=led | about).order_by("sort_key", "code")
    named = list(communes.values_list("pk", "name", "slug"))
    by_lead = [
        (lead_name("", name, "", ""), count)
        for name, count in _by_name(((pk, name) for pk, name, _ in named), led)[:LEADS_SHOWN]
    ]
    by_lead += _by_name(
        Agency.objects.filter(pk__in=agencies).values_list("pk", "short_name"), agencies
    )
    by_lead += _by_name(
        WorkingGroup.objects.filter(pk__in=groups).values_list("pk", "name"), groups
    )
    by_lead += _by_name(Person.objects.filter(pk__in=people).values_list("pk", "full_name"), people)
    by_lead.sort(key=lambda row: (-row[1], sort_key(row[0])))
    by_commune = [(slug, name, about[pk]) for pk, name, slug in named if about[pk]]
    by_commune.sort(key=lambda row: -row[2])
    total = sum(count for *_, count in counted)
    return total, by_lead[:LEADS_SHOWN], by_commune[:LEADS_SHOWN]


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
