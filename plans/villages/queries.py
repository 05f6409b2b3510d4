"""What the pages of villages read: a fixed number of queries, for one commune as for all."""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field, fields
from typing import TypeVar

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery

from communes.models import Commune, CommuneQuerySet, Village
from criteria.progress.moment import Moment
from plans.models import (
    Garden,
    ModelCriterion,
    ModelResult,
    VillageFigures,
    VillageStanding,
    VillageStep,
    VillageTarget,
)
from plans.models.recorded import Recorded
from plans.villages import standings
from plans.villages.standings import VillageCounts, VillageRows, VillageState

T = TypeVar("T", bound=Recorded)


@dataclass(frozen=True)
class ModelCriteria:
    """What is asked of villages, and of gardens."""

    of_villages: list[ModelCriterion]
    of_gardens: list[ModelCriterion]

    @property
    def village_keys(self) -> list[int]:
        return [one.pk for one in self.of_villages]

    @property
    def garden_keys(self) -> list[int]:
        return [one.pk for one in self.of_gardens]


@dataclass(frozen=True)
class CountsToReach:
    """What a commune is to reach, as a plain row; see `VillageTarget`."""

    area: int
    commune: int | None
    villages: int | None
    gardens: int | None
    share: int | None
    from_on: dt.date
    source: str
    is_illustrative: bool


_TARGET = tuple(field.name for field in fields(CountsToReach))
Targets = dict[tuple[int | None, int | None], CountsToReach]


@dataclass(frozen=True)
class CommuneVillages:
    """The villages of a commune in figures, beside what they are to reach: a plain row."""

    slug: str
    name: str
    village_count: int
    counts: VillageCounts
    target: CountsToReach | None

    @property
    def share(self) -> int | None:
        """How many of a hundred villages began, never a hundred before all did."""
        return 100 * self.counts.begun // self.village_count if self.village_count else None

    @property
    def reached(self) -> list[bool]:
        """Of each target that was set, whether it is reached."""
        if self.target is None:
            return []
        wanted = (
            (self.target.villages, self.counts.met),
            (self.target.gardens, self.counts.gardens_met),
            (self.target.share, self.share or 0),
        )
        return [found >= target for target, found in wanted if target is not None]

    @property
    def is_reached(self) -> bool:
        return bool(self.reached) and all(self.reached)


@dataclass
class VillageOnPage:
    """A village of a commune as a row of its table."""

    village: Village
    state: VillageState
    criteria: ModelCriteria

    @property
    def results(self) -> list[ModelResult | None]:
        return [self.state.results.get(key) for key in self.criteria.village_keys]

    @property
    def met_count(self) -> int:
        return self.state.met_count(self.criteria.village_keys)

    @property
    def gardens_met(self) -> int:
        return self.state.gardens_met(self.criteria.garden_keys)

    @property
    def households(self) -> int | None:
        known = self.state.households
        return self.village.households if known is None else known


@dataclass
class CommunePage:
    """The villages of one commune on a day."""

    criteria: ModelCriteria
    lines: list[VillageOnPage]
    figures: CommuneVillages
    rows: VillageRows = field(default_factory=VillageRows)

    @property
    def newest(self) -> int:
        """The key of the newest result, 0 of none."""
        return max((one.pk for one in self.rows.results), default=0)


def model_criteria() -> ModelCriteria:
    found = list(ModelCriterion.objects.order_by("number"))
    by_kind = {kind: [one for one in found if one.kind == kind] for kind in ModelCriterion.Kind}
    return ModelCriteria(by_kind[ModelCriterion.Kind.VILLAGE], by_kind[ModelCriterion.Kind.GARDEN])


def rows_of(
    communes: Collection[int], before: dt.datetime | None = None, village: int | None = None
) -> VillageRows:
    """All that was recorded of the villages of some communes, or of one of them: four queries."""

    def read(found: QuerySet[T]) -> list[T]:
        found = found.filter(village__commune__in=communes)
        if village is not None:
            found = found.filter(village=village).select_related("recorded_by")
        if before is not None:
            found = found.filter(recorded_at__lt=before)
        return list(found)

    gardens = read(Garden.objects.all())
    for one in gardens:
        if before is not None and one.left_at and one.left_at >= before:
            one.left_on = None
    return VillageRows(
        read(VillageStep.objects.all()),
        gardens,
        read(ModelResult.objects.all()),
        read(VillageFigures.objects.all()),
    )


def targets_on(area_ids: Iterable[int | None], moment: Moment) -> Targets:
    """The newest target of each area, and of each commune with its own: one query."""
    found = VillageTarget.objects.filter(area__in=set(area_ids) - {None})
    found = found.filter(from_on__lte=moment.day)
    if moment.known_before:
        found = found.filter(recorded_at__lt=moment.known_before)
    rows = (CountsToReach(*row) for row in found.order_by("from_on", "pk").values_list(*_TARGET))
    return {(one.area, one.commune): one for one in rows}


def target_for(commune: Commune, found: Targets) -> CountsToReach | None:
    """The commune's own before that of its area, and that before the one of the area around."""
    keys = ((commune.area_id, commune.pk), (commune.area_id, None), (commune.area.parent_id, None))
    return next((found[key] for key in keys if key in found), None)


def communes_with_villages(area_ids: Collection[int], moment: Moment) -> list[CommuneVillages]:
    """All communes of some areas: three queries; as known earlier some more."""
    communes = list(_communes(area_ids, moment.day))
    known = _counted(area_ids, moment)
    areas = {area for one in communes for area in (one.area_id, one.area.parent_id)}
    targets = targets_on(areas, moment)
    return [
        CommuneVillages(
            one.slug,
            one.named_on(moment.day).name,
            one.village_count,
            known.get(one.pk, VillageCounts()),
            target_for(one, targets),
        )
        for one in communes
    ]


def commune_page(commune: Commune, moment: Moment, *, village: int | None = None) -> CommunePage:
    """The villages of a commune, or one of them: eight queries."""
    criteria = model_criteria()
    found = commune.villages.order_by("sort_key", "pk")
    villages = list(found if village is None else found.filter(pk=village))
    rows = rows_of([commune.pk], moment.known_before, village)
    states = standings.state_on(rows, moment.day)
    lines = [VillageOnPage(one, states.get(one.pk, VillageState()), criteria) for one in villages]
    figures = CommuneVillages(
        commune.slug,
        commune.name,
        len(villages),
        standings.counts(states.values(), criteria.garden_keys),
        target_for(commune, targets_on([commune.area_id, commune.area.parent_id], moment)),
    )
    return CommunePage(criteria, lines, figures, rows)


def figures_of(commune: Commune, moment: Moment) -> CommuneVillages:
    """The figures of one commune alone: two queries; as known earlier some more."""
    targets = targets_on([commune.area_id, commune.area.parent_id], moment)
    target = target_for(commune, targets)
    if moment.known_before:
        counted = _counted([commune.area_id], moment, commune.pk)
        counts = counted.get(commune.pk, VillageCounts())
        village_count = commune.villages.count()
        return CommuneVillages(commune.slug, commune.name, village_count, counts, target)
    stood = VillageStanding.objects.filter(commune=OuterRef("pk"), on_day__lte=moment.day)
    stood = stood.order_by("-on_day")
    columns = [Subquery(stood.values(name)[:1]) for name in COUNTS]
    one = Commune.objects.filter(pk=commune.pk).annotate(village_count=Count("villages"))
    village_count, *found = one.values_list("village_count", *columns).get()
    begun = found[0] is not None
    counts = VillageCounts(*found) if begun else VillageCounts()
    return CommuneVillages(commune.slug, commune.name, village_count, counts, target)


def newest_result(commune: Commune) -> int:
    """The key of what was found last in the commune, 0 of nothing."""
    found = ModelResult.objects.filter(village__commune=commune).order_by("-pk")
    return found.values_list("pk", flat=True).first() or 0


def _communes(area_ids: Collection[int], day: dt.date) -> CommuneQuerySet:
    found = Commune.objects.within(area_ids).existing_on(day).select_related("area")
    return found.annotate(village_count=Count("villages")).order_by("sort_key", "code")


def _counted(
    area_ids: Collection[int], moment: Moment, commune: int | None = None
) -> dict[int, VillageCounts]:
    """The villages in figures by commune, as they stood."""
    one = Q(commune=commune) if commune is not None else Q()
    if moment.known_before:
        return _replayed(area_ids, moment, one)
    latest = VillageStanding.objects.filter(commune=OuterRef("commune"), on_day__lte=moment.day)
    last_day = latest.order_by("-on_day").values("on_day")[:1]
    rows = VillageStanding.objects.filter(one, commune__area__in=area_ids)
    rows = rows.filter(on_day=Subquery(last_day)).order_by()
    return {row[0]: VillageCounts(*row[1:]) for row in rows.values_list("commune", *COUNTS)}


COUNTS = VillageCounts._fields


def _replayed(area_ids: Collection[int], moment: Moment, one: Q) -> dict[int, VillageCounts]:
    """The same as known on an earlier day, from what had been entered by then."""
    owners = dict(
        Village.objects.filter(one, commune__area__in=area_ids).values_list("pk", "commune")
    )
    rows = rows_of(set(owners.values()), moment.known_before)
    keys = model_criteria().garden_keys
    by_commune: defaultdict[int, list[VillageState]] = defaultdict(list)
    for village, state in standings.state_on(rows, moment.day).items():
        by_commune[owners[village]].append(state)
    return {pk: standings.counts(states, keys) for pk, states in by_commune.items()}
