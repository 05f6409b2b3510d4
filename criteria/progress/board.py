"""Where communes stand on any day: plain rows from a fixed number of queries (rules 2, 6, 15).

Pages and reports read here. No row carries a model, so that thousands are cheap."""

import datetime as dt
from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from django.db.models import Case, CharField, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce

from communes.models import Commune
from criteria.models import (
    Assessment,
    Basis,
    CriteriaSet,
    Criterion,
    Enrolment,
    Level,
    Recognition,
    Standing,
    TargetChange,
)
from criteria.progress import scoring, standings
from criteria.progress.assessment_log import entries_of
from criteria.progress.dossiers import newest_step
from criteria.progress.moment import Moment
from criteria.progress.sets import commonest, set_of
from criteria.progress.status import CommuneStatus
from nrm_tracker import clock
from nrm_tracker.dated_names import names_then
from nrm_tracker.prepared import prepared


@dataclass(frozen=True)
class RowBasis:
    """What the newest figure of a row rests on."""

    on_day: dt.date
    kind: str
    text: str
    # Whose verification it is, where the text does not say.
    level: int | None = None


@dataclass
class BoardRow:
    """A commune on a day. What it comes to is reckoned once, when its results are there."""

    commune_id: int
    slug: str
    name: str
    sort_key: str
    enrolment_id: int | None = None
    set_id: int | None = None
    target_on: dt.date | None = None
    target_count: int | None = None
    results: str = ""
    on_day: dt.date | None = None
    before: str | None = None
    # The newest step of its dossier.
    last_step_on: dt.date | None = None
    basis: RowBasis | None = None
    past: list[tuple[dt.date, str]] = field(default_factory=list)
    recognition: Recognition | None = None
    status: CommuneStatus | None = None
    may_be_withdrawn: bool = False

    @cached_property
    def head(self) -> scoring.Headline:
        return scoring.headline(self.results)

    @property
    def goal(self) -> int:
        """How many criteria it aims at: all that apply, where nobody said otherwise."""
        return self.target_count or self.head.applicable

    @property
    def left(self) -> int:
        """Criteria still to be met to reach the target."""
        return max(self.goal - self.head.met, 0)

    @property
    def is_there(self) -> bool:
        """Whether it has met what it aims at, or all."""
        return self.head.is_complete or (self.head.is_assessed and not self.left)

    @cached_property
    def change(self) -> int | None:
        """Criteria met more (or fewer) than on the day compared with."""
        if self.before is None or not self.head.is_assessed:
            return None
        before = scoring.headline(self.before)
        # Not assessed is not zero: there is nothing to count from.
        return self.head.met - before.met if before.is_assessed else None

    def changed_at(self, position: int) -> bool:
        """Whether the cell differs from the day compared with."""
        if self.before is None:
            return False
        return self.before[position : position + 1] != self.results[position : position + 1]


NOTHING = Value(None, output_field=CharField())
# The criteria of each set, by its key.
Sets = dict[int, list[Criterion]]


@dataclass(frozen=True)
class Known:
    """What had been entered by a day: the criteria of each set, the history of each enrolment."""

    numbers: dict[int, list[int]]
    entries: dict[int, list[standings.AssessmentEntry]]


@dataclass
class Board:
    """The communes of an area against one set."""

    area_ids: frozenset[int]
    moment: Moment
    criteria_set: CriteriaSet | None
    criteria: list[Criterion]
    rows: list[BoardRow]
    others: list[BoardRow] = field(default_factory=list)
    unenrolled: list[BoardRow] = field(default_factory=list)
    has_choice: bool = False
    known: Known | None = None

    @property
    def size(self) -> int:
        return len(self.criteria)

    @property
    def columns(self) -> list[tuple[int, str]]:
        """The criteria as a table's head names them."""
        return [(criterion.number, criterion.short_name) for criterion in self.criteria]

    @cached_property
    def assessed(self) -> list[BoardRow]:
        return [row for row in self.rows if row.head.is_assessed]

    @cached_property
    def newest_day(self) -> dt.date | None:
        return max((row.on_day for row in self.rows if row.on_day), default=None)

    @cached_property
    def letters(self) -> list[str]:
        """The results of all communes, a text of letters for each criterion in order."""
        joined = "".join(row.results for row in self.rows)
        return [joined[position :: self.size] for position in range(self.size)]

    def counts(self, letter: str) -> list[int]:
        """How many communes have `letter` at each criterion, in the order of the set."""
        return [of_one.count(letter) for of_one in self.letters]

    def missing(self, row: BoardRow) -> list[Criterion]:
        """The criteria that a commune must still meet."""
        return self.having(row, scoring.OPEN)

    def having(self, row: BoardRow, letters: Collection[str]) -> list[Criterion]:
        """The criteria of a commune with one of these letters."""
        pairs = zip(self.criteria, row.results, strict=True)
        return [criterion for criterion, letter in pairs if letter in letters]


def board(
    area_ids: Iterable[int],
    moment: Moment,
    set_code: str = "",
    communes: QuerySet[Commune] | None = None,
) -> Board:
    """Every commune that existed on the day, or each of `communes`, with its row of the set.

    Three queries; `set_code` empty, or of no set, takes the basic set that most were enrolled in.
    Targets are today's until `add_targets`.
    """
    areas = frozenset(area_ids)
    is_asked = moment.known is None
    if communes is None:
        runs = _runs_within(areas, moment.day, is_asked, moment.compare, moment.known_before)
        named = _named_within(areas, moment.day)
    else:
        asked = (moment.day, is_asked, moment.compare, moment.known_before)
        runs = list(_runs(communes, *asked))
        named = list(_named(communes))
    enrolments = [_enrolment(*columns) for columns in runs]
    sets = _criteria_by_set(enrolments, set_code)
    known = _known_by(enrolments, sets, moment.known) if moment.known else None
    if known:
        _fill_as_known(enrolments, moment, known)
    criteria = _chosen(sets, set_code, Counter(row.set_id for row in enrolments))
    criteria_set = criteria[0].criteria_set if criteria else None
    made = Board(areas, moment, criteria_set, criteria, [], known=known)
    by_commune: dict[int, list[BoardRow]] = {}
    for row in enrolments:
        by_commune.setdefault(row.commune_id, []).append(row)
    for row in _bare_rows(named, moment.day):
        found = by_commune.get(row.commune_id, [])
        made.has_choice = made.has_choice or len(found) > 1
        fitting = [r for r in found if criteria_set and r.set_id == criteria_set.pk]
        if fitting:
            made.rows.append(_complete(fitting[0], row, len(criteria)))
        elif found:
            made.others.append(_complete(found[-1], row, len(found[-1].results)))
        else:
            made.unenrolled.append(row)
    return made


Histories = dict[int, list[tuple[dt.date, str]]]


def add_bases(made: Board, rows: Iterable[BoardRow], drawn: Iterable[BoardRow] = ()) -> Histories:
    """Read what the newest figures of `rows` rest on, and every standing of `drawn`: one query, or
    two.

    Returns the rows that the enrolments of `drawn` made by the day, oldest first, by their ids.
    A board as known on an earlier day has both already.
    """
    if made.moment.known:
        return {row.enrolment_id: row.past for row in drawn if row.enrolment_id}
    day = made.moment.day
    wanted = {(row.enrolment_id, row.on_day): row for row in rows if row.on_day}
    histories: Histories = {row.enrolment_id: [] for row in drawn if row.enrolment_id}
    runs = {enrolment_id for enrolment_id, _ in wanted if enrolment_id}
    days = {on_day for _, on_day in wanted if on_day}
    for enrolment_id, on_day, kind, text, results in _standings(runs, days, list(histories), day):
        if (enrolment_id, on_day) in wanted:
            wanted[enrolment_id, on_day].basis = RowBasis(on_day, kind, text)
        if enrolment_id in histories and on_day <= day:
            histories[enrolment_id].append((on_day, results))
    _add_levels(wanted)
    return histories


def _add_levels(rows: dict[tuple[int | None, dt.date], BoardRow]) -> None:
    """Whose verification a row rests on, where no text says it: one query, or none."""
    unsaid = {
        key: row.basis
        for key, row in rows.items()
        if row.basis and row.basis.kind == Basis.VERIFICATION and not row.basis.text
    }
    if not unsaid:
        return
    runs, days = {run for run, _ in unsaid if run}, {day for _, day in unsaid}
    for run, day, level in _verified(runs, days):
        if (run, day) in unsaid:
            rows[run, day].basis = replace(unsaid[run, day], level=level)


@prepared
def _verified(
    enrolment_ids: Collection[int], days: Collection[dt.date]
) -> QuerySet[Assessment, Any]:
    """The verifications without a text; of a day the province's last, which counts."""
    found = Assessment.objects.in_force().filter(
        status__enrolment__in=enrolment_ids,
        assessed_on__in=days,
        level__gt=Level.COMMUNE,
        basis=Basis.VERIFICATION,
        basis_text="",
    )
    return found.order_by("level").values_list("status__enrolment", "assessed_on", "level")


@prepared
def _standings(
    enrolment_ids: Collection[int],
    days: Collection[dt.date],
    drawn_ids: Collection[int],
    until: dt.date,
) -> QuerySet[Standing, Any]:
    """Of the days, and of those drawn all until a day."""
    newest = Q(enrolment_id__in=enrolment_ids, on_day__in=days)
    past = Q(enrolment_id__in=drawn_ids, on_day__lte=until)
    found = Standing.objects.filter(newest | past).order_by("on_day")
    return found.values_list("enrolment_id", "on_day", "basis", "basis_text", "results")


def add_targets(made: Board) -> None:
    """The targets as they were on the day: one query, none today."""
    runs = Enrolment.objects.filter(commune__area__in=made.area_ids)
    targets = targets_on(made.moment.said_until, runs)
    for row in [*made.rows, *made.others]:
        if row.enrolment_id in targets:
            row.target_on, row.target_count = targets[row.enrolment_id]


def _named(communes: QuerySet[Commune]) -> QuerySet[Commune, Any]:
    return communes.order_by("sort_key", "code").values_list(
        *("name", "kind", "earlier_names"), *("pk", "slug", "sort_key")
    )


@prepared
def _named_within(area_ids: Collection[int], day: dt.date) -> QuerySet[Commune, Any]:
    return _named(Commune.objects.within(area_ids).existing_on(day))


def _bare_rows(named: Iterable[Any], day: dt.date) -> list[BoardRow]:
    """The communes as they were called on the day."""
    return [
        BoardRow(pk, slug, names_then((name, kind), earlier, day)[0] if earlier else name, sort_key)
        for name, kind, earlier, pk, slug, sort_key in named
    ]


def _runs(
    communes: QuerySet[Commune],
    day: dt.date,
    is_asked: bool,
    compare: dt.date | None,
    before: dt.datetime | None,
) -> QuerySet[Enrolment, Any]:
    """The enrolments open on the day, oldest set first, and if asked for the results they had then
    and on the day compared with."""
    found = Enrolment.objects.open_on(day).filter(commune__in=communes)
    found = found.annotate(last_step_on=newest_step(day, before))
    columns: tuple[str, ...] = ("pk", "commune_id", "target_on", "target_count")
    columns += ("criteria_set_id", "last_step_on", "before")
    found = found.annotate(before=_before(compare, is_asked) if compare else NOTHING)
    if is_asked:
        latest = _latest(day)
        found = found.annotate(
            results=Subquery(latest.values("results")[:1]),
            on_day=Subquery(latest.values("on_day")[:1]),
        )
        columns += ("results", "on_day")
    return found.order_by("criteria_set__valid_from", "pk").values_list(*columns)


def _before(day: dt.date, is_asked: bool) -> Case:
    """The results on the day compared with, if asked for; NULL of what did not run then."""
    ran = Q(opened_on__lte=day) & (Q(closed_on=None) | Q(closed_on__gt=day))
    nothing = Value("")
    found = Coalesce(Subquery(_latest(day).values("results")[:1]), nothing)
    return Case(When(ran, then=found if is_asked else nothing), output_field=CharField())


def _latest(day: dt.date) -> QuerySet[Standing]:
    found = Standing.objects.filter(enrolment=OuterRef("pk"), on_day__lte=day)
    return found.order_by("-on_day")


@prepared
def _runs_within(
    area_ids: Collection[int],
    day: dt.date,
    is_asked: bool,
    compare: dt.date | None,
    before: dt.datetime | None,
) -> QuerySet[Enrolment, Any]:
    communes = Commune.objects.within(area_ids).existing_on(day)
    return _runs(communes, day, is_asked, compare, before)


def _enrolment(
    pk: int,
    commune_id: int,
    target_on: dt.date | None,
    target_count: int | None,
    set_id: int,
    last_step_on: dt.date | None,
    before: str | None,
    results: str | None = "",
    on_day: dt.date | None = None,
) -> BoardRow:
    """The row of a run, unnamed."""
    row = BoardRow(commune_id, "", "", "", pk, set_id, target_on, target_count)
    row.results, row.on_day, row.last_step_on = results or "", on_day, last_step_on
    row.before = before
    return row


def targets_on(
    day: dt.date, runs: QuerySet[Enrolment]
) -> dict[int, tuple[dt.date | None, int | None]]:
    """The targets of a past day of those of `runs` that were moved since: one query, none today."""
    if day >= clock.today():
        return {}
    moved = TargetChange.objects.filter(enrolment__in=runs, at__gte=clock.end_of(day))
    # The first move after the day says what it was.
    newest_first = moved.order_by("-at", "-pk")
    return {
        run: (from_on, from_count)
        for run, from_on, from_count in newest_first.values_list(
            "enrolment_id", "from_on", "from_count"
        )
    }


def _known_by(rows: list[BoardRow], sets: Sets, known: dt.date) -> Known:
    """What had been entered by the day of the enrolments of `rows`."""
    ids = [row.enrolment_id for row in rows if row.enrolment_id]
    return Known(
        numbers={found[0].criteria_set_id: [c.number for c in found] for found in sets.values()},
        entries=entries_of(ids, recorded_before=clock.end_of(known)),
    )


def _fill_as_known(rows: list[BoardRow], moment: Moment, known: Known) -> None:
    """Rebuild each row from what had been entered."""
    for row in rows:
        numbers = known.numbers.get(row.set_id or 0, [])
        for made in standings.rows(known.entries.get(row.enrolment_id or 0, []), numbers):
            if row.before is not None and moment.compare and made.on_day <= moment.compare:
                row.before = made.results
            if made.on_day <= moment.day:
                row.past.append((made.on_day, made.results))
                row.results, row.on_day = made.results, made.on_day
                row.basis = RowBasis(made.on_day, made.basis, made.basis_text)


def _criteria_by_set(rows: list[BoardRow], code: str) -> Sets:
    """The criteria in order, with their groups, of the sets of `rows` and of the one asked for."""
    keys = {row.set_id for row in rows if row.set_id}
    sets: Sets = {}
    for criterion in _criteria_of(keys, code):
        sets.setdefault(criterion.criteria_set_id, []).append(criterion)
    return sets


@prepared
def _criteria_of(keys: Collection[int], code: str) -> QuerySet[Criterion]:
    found = Criterion.objects.filter(Q(criteria_set__in=keys) | Q(criteria_set__code=code))
    return found.select_related("criteria_set", "group").order_by("number")


def _chosen(sets: Sets, code: str, counts: Counter[int | None]) -> list[Criterion]:
    """The criteria of the set asked for, or else of the commonest, by how many run at each."""
    runs = {set_of(criteria[0].criteria_set): counts[key] for key, criteria in sets.items()}
    chosen = code if any(one.code == code for one in runs) else commonest(runs)
    return next((found for found in sets.values() if found[0].criteria_set.code == chosen), [])


def _complete(row: BoardRow, named: BoardRow, size: int) -> BoardRow:
    """The enrolment's row with the commune's name, and a letter for each criterion."""
    row.slug, row.name, row.sort_key = named.slug, named.name, named.sort_key
    nothing = scoring.NOT_ASSESSED * size
    row.results = row.results or nothing
    row.before = row.before if row.before is None else row.before or nothing
    return row
