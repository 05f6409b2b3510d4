"""The cells within reach as plain rows, for the lists that look all of them over.

What a list shows is found and counted by the database; only the cells of a page become rows, so
that thousands of communes are cheap. No row carries a model and none costs a query of its own.
"""

import datetime as dt
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from django.db.models import (
    Exists,
    Expression,
    F,
    FilteredRelation,
    Manager,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
)
from django.db.models.functions import Coalesce, Greatest

from communes.models import Area
from criteria.models import (
    Assessment,
    Claim,
    ClaimDecision,
    CriterionStatus,
    Enrolment,
    Evidence,
    Measurement,
    Responsibility,
    RoundCheck,
)
from criteria.standards.thresholds import Place
from nrm_tracker.prepared import prepared

# A cell: the commune's run and the criterion.
Key = tuple[int, int]

# Where doing something about a cell leaves a trace: rows, the way to their cell, and when. A draft
# leaves none: nobody above the commune may learn of it (rule 9).
_TRACES: list[tuple[Manager, str, Expression | F]] = [
    (Assessment.objects, "status", F("recorded_at")),
    (Measurement.objects, "enrolment__statuses", F("recorded_at")),
    (Claim.objects, "status", Greatest("submitted_at", Coalesce("closed_at", "submitted_at"))),
    (ClaimDecision.objects, "claim__status", F("at")),
    (Evidence.objects, "statuses", Greatest("attached_at", Coalesce("removed_at", "attached_at"))),
    (RoundCheck.objects, "status", F("confirmed_at")),
]


@dataclass(frozen=True)
class CellRow:
    """One cell, assessed or claimed, with what its headline rests on."""

    status_id: int
    enrolment_id: int
    criterion_id: int
    result: str
    assessed_on: dt.date | None
    basis: str
    no_evidence_reason: str
    number: int
    criterion: str
    set_code: str
    slug: str
    commune: str
    sort_key: str
    area_id: int
    region: str
    groups: str
    claimed_at: dt.datetime | None = None
    province_id: int | None = None

    @property
    def key(self) -> Key:
        return (self.enrolment_id, self.criterion_id)

    @property
    def place(self) -> Place:
        return Place(self.region, self.groups, self.province_id)

    @property
    def title(self) -> str:
        """The criterion as lists name it: "8 Thông tin và truyền thông"."""
        return f"{self.number} {self.criterion}"


@dataclass
class Answering:
    """The agencies within reach, and the criteria that each answers for in its own area."""

    names: dict[int, str] = field(default_factory=dict)
    by_cell: dict[tuple[int, int], list[int]] = field(default_factory=dict)

    def of(self, cell: CellRow) -> list[int]:
        return self.by_cell.get((cell.area_id, cell.criterion_id), [])

    def named(self, cell: CellRow) -> str:
        return "; ".join(self.names[agency_id] for agency_id in self.of(cell))

    def scope_of(self, agency_id: int) -> tuple[list[int], list[int]]:
        """In which areas one of them answers, and for which criteria."""
        found = [cell for cell, ids in self.by_cell.items() if agency_id in ids]
        return sorted({area for area, _ in found}), sorted({criterion for _, criterion in found})


class CellScope(NamedTuple):
    """Which runs and cells a list looks over, in plain values: of one commune only if it is named,
    of one agency only if somebody answers."""

    area_ids: Collection[int]
    day: dt.date
    slug: str = ""
    is_answered: bool = False
    answered_areas: Collection[int] = ()
    criteria: Collection[int] = ()

    @property
    def runs(self) -> QuerySet[Enrolment]:
        return runs(self.area_ids, self.day, self.slug)

    @property
    def cells(self) -> QuerySet[CriterionStatus]:
        found = reviewed(self.runs)
        if not self.is_answered:
            return found
        return found.filter(
            enrolment__commune__area__in=self.answered_areas, criterion__in=self.criteria
        )


@dataclass(frozen=True)
class Reach:
    """What a list looks over, and the place of each run in the list."""

    scope: CellScope
    places: dict[int, int]

    @property
    def cells(self) -> QuerySet[CriterionStatus]:
        return self.scope.cells

    def is_blank(self) -> bool:
        """Whether no cell was assessed or claimed: one query."""
        return not self.cells.exists()


def runs(area_ids: Collection[int], day: dt.date, slug: str = "") -> QuerySet[Enrolment]:
    """The runs open on the day, of one commune only if it is named."""
    found = Enrolment.objects.open_on(day).filter(commune__area__in=area_ids)
    return found.filter(commune__slug=slug) if slug else found


def in_order(area_ids: Collection[int], day: dt.date) -> list[tuple[int, str, str]]:
    """The runs in the order of all lists, each with its commune's address and name: one query."""
    # Sorted here, so that no database's collation decides.
    return [(pk, slug, name) for _, slug, _, pk, name in sorted(_placed(area_ids, day))]


@prepared
def _placed(area_ids: Collection[int], day: dt.date) -> QuerySet[Enrolment, Any]:
    columns = ("commune__sort_key", "commune__slug", "criteria_set__code", "pk", "commune__name")
    return runs(area_ids, day).order_by().values_list(*columns)


def reviewed(found: QuerySet[Enrolment]) -> QuerySet[CriterionStatus]:
    """The cells of these runs that somebody assessed or claimed."""
    claimed = Claim.objects.filter(status=OuterRef("pk"), submitted_at__isnull=False)
    cells = CriterionStatus.objects.filter(enrolment__in=found.order_by().values("pk"))
    return cells.filter(Q(version__gt=0) | Exists(claimed)).order_by()


def rows(cells: QuerySet[CriterionStatus]) -> list[CellRow]:
    """These cells in order: one query."""
    return _made(_columns(cells))


def rows_of(keys: Collection[int], scope: Iterable[Any] = ()) -> list[CellRow]:
    """The cells of these keys in order, of those of a `CellScope` if it is given: one query."""
    return _made(_columns_of(keys, *scope))


@prepared
def _columns_of(keys: Collection[int], *scope: Any) -> QuerySet[CriterionStatus, Any]:
    found = CellScope(*scope).cells if scope else CriterionStatus.objects.all()
    return _columns(found.filter(pk__in=keys))


def _columns(cells: QuerySet[CriterionStatus]) -> QuerySet[CriterionStatus, Any]:
    # Only one claim of a cell can wait.
    waits = Q(claims__state=Claim.State.SUBMITTED)
    found = cells.annotate(waiting=FilteredRelation("claims", condition=waits))
    commune = "enrolment__commune__"
    columns = (
        "pk", "enrolment_id", "criterion_id", "result", "assessment__assessed_on",
        "assessment__basis", "assessment__no_evidence_reason", "criterion__number",
        "criterion__name", "enrolment__criteria_set__code", f"{commune}slug", f"{commune}name",
        f"{commune}sort_key", f"{commune}area_id", f"{commune}groups",
        f"{commune}region_override", f"{commune}area__region", "waiting__submitted_at",
        f"{commune}area__kind", f"{commune}area__parent_id",
    )  # fmt: skip
    return found.order_by().values_list(*columns)


def _made(read: Iterable[Any]) -> list[CellRow]:
    made = []
    for values in read:
        *values, groups, own_region, region, claimed_at, kind, parent_id = values
        # A cell without a headline has neither.
        values[5], values[6] = values[5] or "", values[6] or ""
        province_id = values[13] if kind == Area.Kind.PROVINCE else parent_id
        row = (*values, own_region or region, groups, claimed_at, province_id)
        made.append(CellRow(*row))
    return sorted(made, key=lambda cell: (cell.sort_key, cell.slug, cell.set_code, cell.number))


def touched(found: QuerySet[Enrolment]) -> dict[Key, dt.datetime]:
    """When somebody last did something about each cell of these runs: one query."""
    cells = CriterionStatus.objects.filter(enrolment__in=found.order_by().values("pk"))
    latest = {}
    for run, criterion, *known in moments(cells, "enrolment_id", "criterion_id"):
        if at := max(filter(None, known), default=None):
            latest[run, criterion] = at
    return latest


def moments(cells: QuerySet[CriterionStatus], *columns: str) -> QuerySet[CriterionStatus, Any]:
    """Columns of each of these cells and, after them, when each kind of thing was last done.

    The first kind is what was said of it.
    """
    return cells.order_by().annotate(**_LAST).values_list(*columns, *_LAST)


def touched_since(moment: dt.datetime) -> QuerySet:
    """The cells, anywhere, about which somebody did something since."""
    first, *others = [rows.filter(moment__gte=moment).values_list(cell) for rows, cell in _traces()]
    return first.union(*others, all=True)


def answering(area_ids: Collection[int], day: dt.date) -> Answering:
    """Who answers for what on the day, within these areas: one query."""
    made = Answering()
    for agency_id, name, area_id, criterion_id in _answers(area_ids, day):
        made.names[agency_id] = name
        answer = made.by_cell.setdefault((area_id, criterion_id), [])
        if agency_id not in answer:
            answer.append(agency_id)
    return made


@prepared
def _answers(area_ids: Collection[int], day: dt.date) -> QuerySet[Responsibility, Any]:
    found = Responsibility.objects.on(day).filter(agency__area__in=area_ids)
    columns = ("agency_id", "agency__short_name", "agency__area_id", "criterion_id")
    return found.order_by("agency__short_name", "agency_id").values_list(*columns)


def _traces(**cells: Any) -> Iterator[tuple[QuerySet, str]]:
    """Each kind of trace of the cells that are so, with its moment, and the way to its cell."""
    for kind, cell, moment in _TRACES:
        wanted = {f"{cell}__{name}": value for name, value in cells.items()}
        if kind.model is Measurement:
            wanted["enrolment__statuses__criterion"] = F("indicator__criterion")
        rows = kind.filter(**wanted).order_by().annotate(moment=moment)
        yield rows.filter(moment__isnull=False), cell


_LAST = {
    f"moment_{kind}": Subquery(rows.order_by("-moment").values("moment")[:1])
    for kind, (rows, _) in enumerate(_traces(pk=OuterRef("pk")))
}
