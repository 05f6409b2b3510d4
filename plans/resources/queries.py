"""Resources in sums: by source, criterion and commune, beside the costs of plans.

Money in millions of đồng: money, goods at their worth, and what labour and land were said to be
worth. Sums are made by the database, a fixed number of queries for any number of rows.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db.models import Case, Count, F, OuterRef, Q, QuerySet, Subquery, Sum, Value, When
from django.db.models.functions import Coalesce, ExtractYear

from communes.models import Commune
from criteria.progress.moment import Moment
from plans.models import (
    SOURCES,
    Activity,
    ConstructionDebt,
    Contribution,
)

Kind, Stage, Source = Contribution.Kind, Contribution.Stage, Contribution.Source
NOUGHT = Decimal(0)
_WORTH = Case(
    When(kind__in=[Kind.MONEY, Kind.GOODS], then=F("amount")),
    default=Coalesce(F("worth"), Value(NOUGHT)),
)


@dataclass
class StageSums:
    """What was asked for, promised, allotted and spent, in millions of đồng; and in kind."""

    money: dict[str, Decimal] = field(default_factory=lambda: defaultdict(Decimal))
    # By kind and stage: days of labour, m² of land.
    in_kind: dict[tuple[str, str], Decimal] = field(default_factory=lambda: defaultdict(Decimal))
    planned: Decimal | None = None
    is_illustrative: bool = False

    @property
    def stages(self) -> list[tuple[str, Decimal | None]]:
        """The name of each stage with its sum; None of nothing."""
        return [(str(stage.label), self.money.get(stage) or None) for stage in Stage]

    @property
    def asked(self) -> Decimal:
        return self.money.get(Stage.ASKED, NOUGHT)

    @property
    def promised(self) -> Decimal:
        return self.money.get(Stage.PROMISED, NOUGHT)

    @property
    def allotted(self) -> Decimal:
        return self.money.get(Stage.ALLOTTED, NOUGHT)

    @property
    def spent(self) -> Decimal:
        return self.money.get(Stage.SPENT, NOUGHT)

    @property
    def labour(self) -> Decimal:
        """Days given: those that were spent."""
        return self.in_kind.get((Kind.LABOUR, Stage.SPENT), NOUGHT)

    @property
    def land(self) -> Decimal:
        return self.in_kind.get((Kind.LAND, Stage.SPENT), NOUGHT)

    @property
    def lacking(self) -> Decimal | None:
        """What of the plan's cost was allotted to nothing yet."""
        return None if self.planned is None else max(self.planned - self.allotted, NOUGHT)

    @property
    def is_empty(self) -> bool:
        return not any(self.money.values()) and not any(self.in_kind.values()) and not self.planned

    def add(self, stage: str, kind: str, amount: Decimal, worth: Decimal) -> None:
        self.money[stage] += worth
        if kind in (Kind.LABOUR, Kind.LAND):
            self.in_kind[kind, stage] += amount


@dataclass(frozen=True)
class SumLine:
    """A row of a table of sums: a source, a criterion, or all."""

    name: Any
    sums: StageSums


@dataclass(frozen=True)
class DebtSums:
    """What is owed for buildings."""

    items: int = 0
    value: Decimal = NOUGHT
    paid: Decimal = NOUGHT

    @property
    def owed(self) -> Decimal:
        return self.value - self.paid


@dataclass(frozen=True)
class CommuneResources:
    """A commune as a plain row of the list."""

    slug: str
    name: str
    sums: StageSums
    debt: DebtSums


def counted(
    area_ids: Collection[int], moment: Moment, year: int | None, commune: Commune | None = None
) -> QuerySet[Contribution]:
    """What counts by a day, of one year or of all up to it."""
    found = Contribution.objects.in_force(moment.known_before)
    found = found.filter(commune__area__in=area_ids, given_on__lte=moment.day)
    if commune is not None:
        found = found.filter(commune=commune)
    if year is not None:
        found = found.filter(given_on__gte=dt.date(year, 1, 1), given_on__lte=dt.date(year, 12, 31))
    return found.order_by()


def years_of(found: QuerySet[Contribution]) -> list[int]:
    """The years of these rows, the newest first."""
    by_year = found.annotate(year=ExtractYear("given_on"))
    return sorted(by_year.values_list("year", flat=True).distinct(), reverse=True)


def by_source(found: QuerySet[Contribution], planned: dict[str, Decimal]) -> list[SumLine]:
    """A row for each source, and last the whole: one query. `planned`: the cost of plans."""
    sums = {source: StageSums(planned=planned.get(source)) for source in Source}
    whole = StageSums(planned=sum(planned.values(), NOUGHT) if planned else None)
    for row in _grouped(found, "source"):
        sums[row[0]].add(*row[1:])
        whole.add(*row[1:])
    lines = [SumLine(source.label, sums[source]) for source in Source]
    return [*lines, SumLine(None, whole)]


def by_criterion(found: QuerySet[Contribution]) -> list[SumLine]:
    """A row for each criterion of which anything was recorded: one query."""
    sums: dict[tuple[Any, ...], StageSums] = defaultdict(StageSums)
    for *key, stage, kind, amount, worth in _grouped(found, "criterion__number", "criterion__name"):
        sums[tuple(key)].add(stage, kind, amount, worth)
    in_order = sorted(sums.items(), key=lambda one: (one[0][0] is None, one[0][0] or 0))
    return [SumLine(f"{key[0]} {key[1]}" if key[0] else None, one) for key, one in in_order]


def communes_with_resources(
    area_ids: Collection[int], moment: Moment, year: int | None, *, with_plans: bool
) -> list[CommuneResources]:
    """All communes of some areas, beside what their plans cost: five queries."""
    communes = Commune.objects.within(area_ids).existing_on(moment.day)
    sums: dict[int, StageSums] = defaultdict(StageSums)
    found = counted(area_ids, moment, year)
    for commune, *rest in _grouped(found, "commune"):
        sums[commune].add(*rest)
    for commune in found.filter(is_illustrative=True).values_list("commune", flat=True).distinct():
        sums[commune].is_illustrative = True
    planned = planned_by_commune(area_ids) if with_plans else {}
    for commune, cost in planned.items():
        sums[commune].planned = cost
    debts = debt_sums(area_ids, moment)
    return [
        CommuneResources(
            one.slug,
            one.named_on(moment.day).name,
            sums.get(one.pk, StageSums()),
            debts.get(one.pk, DebtSums()),
        )
        for one in communes.order_by("sort_key", "code")
    ]


def planned_by_source(commune: Commune) -> dict[str, Decimal]:
    """What the plan of a commune costs, by source; empty where it says nothing: one query."""
    return _planned(_open_steps().filter(plan__enrolment__commune=commune))


def planned_in(area_ids: Collection[int]) -> dict[str, Decimal]:
    """What all plans of some areas cost, by source: one query."""
    return _planned(_open_steps().filter(plan__enrolment__commune__area__in=area_ids))


def planned_by_commune(area_ids: Collection[int]) -> dict[int, Decimal]:
    """What the plans of the communes cost that say so: one query."""
    steps = _open_steps().filter(plan__enrolment__commune__area__in=area_ids)
    whole = sum((Coalesce(F(name), Value(NOUGHT)) for name in SOURCES), Value(NOUGHT))
    rows = steps.order_by().values("plan__enrolment__commune").annotate(planned=Sum(whole))
    return dict(rows.filter(planned__gt=0).values_list("plan__enrolment__commune", "planned"))


def debt_sums(area_ids: Collection[int], moment: Moment) -> dict[int, DebtSums]:
    """What is owed by commune: one query."""
    rows = _last_stated(moment).filter(item__commune__area__in=area_ids).order_by()
    found = rows.values_list("item__commune").annotate(Count("pk"), Sum("value"), Sum("paid"))
    return {commune: DebtSums(*rest) for commune, *rest in found}


def debts_of(commune: Commune, moment: Moment) -> list[ConstructionDebt]:
    """Each item of a commune as it was stated last, what is owed first: one query."""
    found = _last_stated(moment).filter(item__commune=commune)
    rows = list(found.select_related("item__criterion", "recorded_by"))
    return sorted(rows, key=lambda one: (-one.owed, one.item.name))


def total_of(debts: Iterable[ConstructionDebt]) -> DebtSums:
    known = list(debts)
    return DebtSums(
        len(known),
        sum((one.value for one in known), NOUGHT),
        sum((one.paid for one in known), NOUGHT),
    )


def _last_stated(moment: Moment) -> QuerySet[ConstructionDebt]:
    said = Q(stated_on__lte=moment.day)
    if moment.known_before:
        said &= Q(recorded_at__lt=moment.known_before)
    newest = ConstructionDebt.objects.filter(said, item=OuterRef("item"))
    keys = newest.order_by("-stated_on", "-pk").values("pk")[:1]
    return ConstructionDebt.objects.filter(pk=Subquery(keys))


def _grouped(found: QuerySet[Contribution], *names: str) -> Iterable[tuple[Any, ...]]:
    """The sums by these columns, stage and kind: (…, stage, kind, amount, worth)."""
    rows = found.values_list(*names, "stage", "kind")
    return rows.annotate(Sum("amount"), worth_sum=Sum(_WORTH))


def _open_steps() -> QuerySet[Activity]:
    """The steps of the plans that go on: a closed run spends nothing more."""
    return Activity.objects.current().filter(plan__enrolment__closed_on__isnull=True)


def _planned(steps: QuerySet[Activity]) -> dict[str, Decimal]:
    sums = steps.order_by().aggregate(**{f"sum_{name}": Sum(name) for name in SOURCES})
    if not any(sums.values()):
        return {}
    return {name.removeprefix("cost_"): sums[f"sum_{name}"] or NOUGHT for name in SOURCES}
