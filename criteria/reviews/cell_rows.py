"""Every cell within reach as plain rows, for the lists that look all of them over.

No row carries a model and none costs a query of its own, so that thousands are cheap.
"""

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass, field

from django.db.models import Exists, FilteredRelation, Manager, Max, OuterRef, Q, QuerySet

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

# A cell: the commune's run and the criterion.
Key = tuple[int, int]

# Where doing something about a cell leaves a trace: rows, their run and criterion, and when.
_CELL = ("status__enrolment", "status__criterion")
_TRACES: list[tuple[Manager, str, str, str]] = [
    (Assessment.objects, *_CELL, "recorded_at"),
    (Measurement.objects, "enrolment", "indicator__criterion", "recorded_at"),
    (Claim.objects, *_CELL, "submitted_at"),
    (Claim.objects, *_CELL, "closed_at"),
    (ClaimDecision.objects, "claim__status__enrolment", "claim__status__criterion", "at"),
    (Evidence.objects, "enrolment", "statuses__criterion", "attached_at"),
    (Evidence.objects, "enrolment", "statuses__criterion", "removed_at"),
    (RoundCheck.objects, *_CELL, "confirmed_at"),
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
    group: str
    claimed_at: dt.datetime | None = None

    @property
    def key(self) -> Key:
        return (self.enrolment_id, self.criterion_id)


@dataclass
class Answering:
    """The agencies within reach, and the criteria that each answers for in its own area."""

    names: dict[int, str] = field(default_factory=dict)
    by_cell: dict[tuple[int, int], list[int]] = field(default_factory=dict)

    def of(self, cell: CellRow) -> list[int]:
        return self.by_cell.get((cell.area_id, cell.criterion_id), [])

    def named(self, cell: CellRow) -> str:
        return "; ".join(self.names[agency_id] for agency_id in self.of(cell))


def runs(area_ids: Collection[int], day: dt.date, slug: str = "") -> QuerySet[Enrolment]:
    """The runs open on the day, of one commune only if it is named."""
    found = Enrolment.objects.open_on(day).filter(commune__area__in=area_ids)
    return found.filter(commune__slug=slug) if slug else found


def communes_of(found: QuerySet[Enrolment]) -> list[tuple[str, str]]:
    """The address and name of each commune of these runs, in order: one query."""
    named = found.order_by("commune__sort_key", "commune__slug")
    return list(dict.fromkeys(named.values_list("commune__slug", "commune__name")))


def cells(found: QuerySet[Enrolment]) -> list[CellRow]:
    """The cells of these runs that somebody assessed or claimed: one query."""
    claimed = Claim.objects.filter(status=OuterRef("pk"), submitted_at__isnull=False)
    rows = CriterionStatus.objects.filter(
        Q(version__gt=0) | Exists(claimed), enrolment__in=found.order_by().values("pk")
    )
    # Only one claim of a cell can wait.
    waits = Q(claims__state=Claim.State.SUBMITTED)
    rows = rows.annotate(waiting=FilteredRelation("claims", condition=waits))
    commune = "enrolment__commune__"
    columns = (
        "pk", "enrolment_id", "criterion_id", "result", "assessment__assessed_on",
        "assessment__basis", "assessment__no_evidence_reason", "criterion__number",
        "criterion__name", "enrolment__criteria_set__code", f"{commune}slug", f"{commune}name",
        f"{commune}sort_key", f"{commune}area_id", f"{commune}group",
        f"{commune}region_override", f"{commune}area__region", "waiting__submitted_at",
    )  # fmt: skip
    made = []
    for *values, group, own_region, region, claimed_at in rows.order_by().values_list(*columns):
        # A cell without a headline has neither.
        values[5], values[6] = values[5] or "", values[6] or ""
        row = (*values, own_region or region, group, claimed_at)
        made.append(CellRow(*row))
    return sorted(made, key=lambda cell: (cell.sort_key, cell.slug, cell.set_code, cell.number))


def touched(found: QuerySet[Enrolment]) -> dict[Key, dt.datetime]:
    """When somebody last did something about each cell of these runs: one query.

    A draft does not count: nobody above the commune may learn of it (rule 9).
    """
    ids = found.order_by().values("pk")
    first, *others = [
        rows.filter(**{f"{run}__in": ids, f"{at}__isnull": False})
        .order_by()
        .values_list(run, criterion)
        .annotate(last=Max(at))
        for rows, run, criterion, at in _TRACES
    ]
    latest: dict[Key, dt.datetime] = {}
    for enrolment_id, criterion_id, at in first.union(*others, all=True):
        key = (enrolment_id, criterion_id)
        latest[key] = max(at, latest.get(key, at))
    return latest


def answering(area_ids: Collection[int], day: dt.date) -> Answering:
    """Who answers for what on the day, within these areas: one query."""
    found = (
        Responsibility.objects.filter(agency__area__in=area_ids)
        .filter(Q(from_on__isnull=True) | Q(from_on__lte=day))
        .filter(Q(until_on__isnull=True) | Q(until_on__gte=day))
        .order_by("agency__short_name", "agency_id")
    )
    made = Answering()
    columns = ("agency_id", "agency__short_name", "agency__area_id", "criterion_id")
    for agency_id, name, area_id, criterion_id in found.values_list(*columns):
        made.names[agency_id] = name
        answer = made.by_cell.setdefault((area_id, criterion_id), [])
        if agency_id not in answer:
            answer.append(agency_id)
    return made
