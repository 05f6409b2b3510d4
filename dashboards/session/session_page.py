"""What the pages of a session read: its figures on a day, its papers, its tasks."""

import datetime as dt
from collections import Counter
from dataclasses import dataclass, field
from typing import NamedTuple

from django.db.models import Exists, FilteredRelation, OuterRef, Q, Subquery, Value
from django.db.models.functions import Concat

from communes.models import Commune
from criteria.models import Assessment, CriteriaSet, Criterion, Standing
from criteria.progress import scoring
from criteria.progress.board import Board, BoardRow, RowBasis
from criteria.progress.moment import Moment
from dashboards.timeline.unions import rows_of, united
from meetings.models import (
    Addendum,
    DroppedItem,
    Entry,
    Participant,
    SessionAssessment,
    SessionFile,
    Task,
    WorkingSession,
)
from meetings.tasks import briefing, task_history

# Figures


def board_of(session: WorkingSession, day: dt.date) -> Board:
    """The communes of a session against the set that most of them run at: two queries.

    Those that run at another stand in `others`, with no run at all in `unenrolled`.
    """
    rows = _rows(session, day)
    enrolled = [row for row in rows if row.enrolment_id]
    criteria = _criteria({row.set_id for row in enrolled if row.set_id})
    chosen = _commonest(enrolled)
    board = Board(
        frozenset({session.area_id}), Moment(day), None, criteria.get(chosen or 0, []), []
    )
    board.criteria_set = board.criteria[0].criteria_set if board.criteria else None
    by_commune: dict[int, list[BoardRow]] = {}
    for row in rows:
        row.results = row.results or scoring.NOT_ASSESSED * len(criteria.get(row.set_id or 0, []))
        by_commune.setdefault(row.commune_id, []).append(row)
    for found in by_commune.values():
        fitting = [row for row in found if row.set_id and row.set_id == chosen]
        if fitting:
            board.rows.append(fitting[0])
        elif found[-1].enrolment_id:
            board.others.append(found[-1])
        else:
            board.unenrolled.append(found[-1])
    return board


def _rows(session: WorkingSession, day: dt.date) -> list[BoardRow]:
    """Each commune with each of its runs of the day and what it came to, oldest set first."""
    newest = Standing.objects.filter(enrolment=OuterRef("run__pk"), on_day__lte=day)
    newest = newest.order_by("-on_day")
    running = Q(enrolments__opened_on__lte=day) & (
        Q(enrolments__closed_on__isnull=True) | Q(enrolments__closed_on__gt=day)
    )
    figures = ("results", "on_day", "basis", "basis_text")
    found = Commune.objects.filter(sessions=session).annotate(
        run=FilteredRelation("enrolments", condition=running),
        **{f"newest_{name}": Subquery(newest.values(name)[:1]) for name in figures},
    )
    columns: tuple[str, ...] = ("pk", "slug", "name", "sort_key", "run__pk", "run__target_on")
    columns += ("run__criteria_set", "run__criteria_set__code", "run__criteria_set__tier")
    columns += ("run__criteria_set__valid_from", *(f"newest_{name}" for name in figures))
    ordered = found.order_by("sort_key", "code", "run__criteria_set__valid_from", "run__pk")
    rows = []
    for pk, slug, name, key, run, target, set_id, code, tier, since, *newest_of in (
        ordered.values_list(*columns)
    ):  # fmt: skip
        row = BoardRow(pk, slug, name, key, None, None, run, set_id, code or "", target_on=target)
        if run:
            row.set_order = (tier == CriteriaSet.Tier.BASIC, since)
        results, on_day, basis, text = newest_of
        if on_day:
            row.results, row.on_day, row.basis = results, on_day, RowBasis(on_day, basis, text)
        rows.append(row)
    return rows


def _criteria(set_ids: set[int]) -> dict[int, list[Criterion]]:
    found = Criterion.objects.filter(criteria_set__in=set_ids).select_related("criteria_set")
    by_set: dict[int, list[Criterion]] = {}
    for criterion in found.order_by("number"):
        by_set.setdefault(criterion.criteria_set_id, []).append(criterion)
    return by_set


def _commonest(rows: list[BoardRow]) -> int | None:
    """The basic set that most run at, the newer where two have as many."""
    basic = [row for row in rows if row.set_order and row.set_order[0]]
    counts = Counter(row.set_id for row in basic)
    orders = {row.set_id: row.set_order for row in basic}
    return max(counts, key=lambda pk: (counts[pk], orders[pk]), default=None)


# Papers


class _Line(NamedTuple):
    """The columns that participants, files, addenda and what was left out are read in."""

    kind: str
    pk: int
    code: str
    name: str
    position: str
    organisation: str
    text: str
    place: int
    at: dt.datetime
    is_so: bool


@dataclass
class Papers:
    """Who sat in it, what was handed in, what was added, what was left out: one query."""

    chairs: list[_Line] = field(default_factory=list)
    secretaries: list[_Line] = field(default_factory=list)
    attendees: list[_Line] = field(default_factory=list)
    absent: list[_Line] = field(default_factory=list)
    files: list[_Line] = field(default_factory=list)
    addenda: list[_Line] = field(default_factory=list)
    dropped: dict[int, _Line] = field(default_factory=dict)


def papers_of(session: WorkingSession) -> Papers:
    lines = [_Line(*values) for values in united(_parts(session)).order_by("of_place", "of_pk")]
    people = [line for line in lines if line.kind == "person"]
    here = [line for line in people if not line.is_so]

    def who(part: str) -> list[_Line]:
        return [line for line in here if line.code == part]

    return Papers(
        chairs=who(Participant.Part.CHAIR),
        secretaries=who(Participant.Part.SECRETARY),
        attendees=who(Participant.Part.ATTENDEE),
        absent=[line for line in people if line.is_so],
        files=[line for line in lines if line.kind == "file"],
        addenda=[line for line in lines if line.kind == "addendum"],
        dropped={line.place: line for line in lines if line.kind == "dropped"},
    )


def _parts(session: WorkingSession) -> list:
    absent = Q(presence=Participant.Presence.ABSENT)
    # One of the two names is empty.
    people = Participant.objects.filter(session=session).annotate(
        is_absent=absent, called=Concat("full_name", "group_name")
    )
    return [
        rows_of(
            people, _Line, kind=Value("person"), pk="pk", code="part", name="called",
            position="position", organisation="organisation", text="reason", place="rank",
            is_so="is_absent",
        ),
        rows_of(
            SessionFile.objects.filter(session=session), _Line, kind=Value("file"), pk="pk",
            code="kind", name="caption", position="commune__name", text="file__name",
        ),
        rows_of(
            Addendum.objects.filter(session=session), _Line, kind=Value("addendum"), pk="pk",
            name="by__full_name", text="text", at="at",
        ),
        rows_of(
            DroppedItem.objects.filter(session=session), _Line, kind=Value("dropped"), pk="pk",
            name="by__full_name", position="task__title", text="reason", place="task_id", at="at",
        ),
    ]  # fmt: skip


# Minutes and tasks


@dataclass
class Matters:
    """The tasks that came of a session, and those that it takes over or leaves out: one query."""

    came: list[Task] = field(default_factory=list)
    carried: list[Task] = field(default_factory=list)

    def of_entry(self, entry: Entry) -> list[tuple[str, list[Task]]]:
        """What came of an entry: the same thing asked of many stands once, with all who lead."""
        by_title: dict[str, list[Task]] = {}
        for task in self.came:
            if task.entry_id == entry.pk:
                by_title.setdefault(task.title, []).append(task)
        return list(by_title.items())


def matters_of(session: WorkingSession, day: dt.date) -> Matters:
    """What is taken over are the tasks of earlier sessions with one of the same communes, less
    those that one of these left out."""
    communes = session.communes.order_by().values("pk")
    earlier = briefing.earlier_than(session).filter(communes__in=communes).order_by().values("pk")
    about = (
        Q(commune__in=communes)
        | Q(commune=None, lead_commune__in=communes)
        | Q(commune=None, lead_commune=None)
    )
    standing = task_history.as_of(Task.objects.all(), day)
    left_out = briefing.left_out_before(session, communes).values("task")
    taken_over = standing.filter(about, session__in=earlier).exclude(pk__in=left_out)
    carried = task_history.unfinished(taken_over, day)
    found = Task.objects.with_all().filter(
        Q(session=session) | Q(pk__in=carried.order_by().values("pk"))
    )
    made = Matters()
    for task in found:
        (made.came if task.session_id == session.pk else made.carried).append(task)
    return made


def entries_of(
    session: WorkingSession, matters: Matters
) -> list[tuple[Entry, list[tuple[str, list[Task]]]]]:
    """The minutes in order, each entry with the tasks that came of it: one query."""
    found = session.entries.select_related("commune", "criterion", "theme")
    return [(entry, matters.of_entry(entry)) for entry in found]


def assessments_of(session: WorkingSession) -> list[Assessment]:
    """What was recorded from a session, each with whether it was corrected since: one query."""
    corrections = Assessment.objects.filter(corrects=OuterRef("assessment"))
    found = (
        SessionAssessment.objects.filter(session=session)
        .select_related(
            "assessment__status__criterion__criteria_set", "assessment__status__enrolment__commune"
        )
        .annotate(is_corrected=Exists(corrections))
        .order_by(
            "assessment__status__enrolment__commune__sort_key",
            "assessment__status__criterion__number",
            "pk",
        )
    )
    made = []
    for recorded in found:
        recorded.assessment.is_corrected = recorded.is_corrected  # type: ignore[attr-defined]
        made.append(recorded.assessment)
    return made
