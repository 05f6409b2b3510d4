"""Who answers for a criterion, what each must speak to, and who has still to speak (rule 9)."""

import datetime as dt
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

from django.db.models import QuerySet

from communes.models import Agency
from criteria.models import (
    Criterion,
    CriterionStatus,
    Indicator,
    Responsibility,
)
from nrm_tracker import clock
from nrm_tracker.prepared import prepared


@dataclass(frozen=True)
class Need:
    """What one agency must speak to: its indicators, or the criterion as a whole."""

    agency: Agency
    indicators: tuple[Indicator, ...] = ()


def responsibilities(status: CriterionStatus) -> list[Responsibility]:
    """Who answers for the criterion there today."""
    found = responsible([status.criterion], clock.today(), {status.enrolment.commune.area_id})
    return found.get(status.criterion_id, [])


def needs(status: CriterionStatus, answering: Iterable[Responsibility]) -> dict[int, Need]:
    """What each agency of the commune's area must speak to, by its id."""
    return needs_in(status.enrolment.commune.area_id, answering)


def needs_in(area_id: int, answering: Iterable[Responsibility]) -> dict[int, Need]:
    """What each agency of the area must speak to, by its id."""
    found: dict[int, tuple[Agency, list[Indicator], bool]] = {}
    for row in answering:
        if row.agency.area_id != area_id:
            continue
        agency, indicators, whole = found.get(row.agency_id, (row.agency, [], False))
        if row.indicator:
            indicators.append(row.indicator)
        found[agency.pk] = (agency, indicators, whole or row.indicator is None)
    return {
        pk: Need(agency, () if whole else tuple(indicators))
        for pk, (agency, indicators, whole) in found.items()
    }


class AgencyWord(Protocol):
    """A word on a claim, as a row or as a page reads it."""

    @property
    def pk(self) -> Any: ...
    @property
    def agency_id(self) -> int | None: ...
    @property
    def indicator_id(self) -> int | None: ...


AnyWord = TypeVar("AnyWord", bound=AgencyWord)
# Whose word, on which indicator (None: on the criterion), by their ids.
WordKey = tuple[int | None, int | None]


def latest_words(
    decisions: Iterable[AnyWord],
) -> dict[WordKey, AnyWord]:
    """Of each agency's words on each indicator the one that counts."""
    found: dict[WordKey, AnyWord] = {}
    for decision in sorted(decisions, key=lambda d: d.pk):
        found[decision.agency_id, decision.indicator_id] = decision
    return found


def unspoken(needed: dict[int, Need], spoken: Collection[WordKey]) -> list[Need]:
    """The agencies that have still to speak."""
    return [n for pk, n in needed.items() if any((pk, i) not in spoken for i in keys_of(n))]


def keys_of(need: Need) -> list[int | None]:
    """The indicators of a need by their ids; None for the criterion as a whole."""
    return [indicator.pk for indicator in need.indicators] or [None]


def responsible(
    criteria: Iterable[Criterion], day: dt.date, area_ids: Collection[int]
) -> dict[int, list[Responsibility]]:
    """Which agencies of these areas answer for each criterion on the day, by its id: one query.

    Areas share the sets of criteria; nobody answers for a commune of another.
    """
    by_criterion: dict[int, list[Responsibility]] = {}
    for responsibility in _answering([one.pk for one in criteria], day, area_ids):
        responsibility.agency = responsibility.agency.named_on(day)
        by_criterion.setdefault(responsibility.criterion_id, []).append(responsibility)
    return by_criterion


@prepared
def _answering(
    criterion_ids: Collection[int], day: dt.date, area_ids: Collection[int]
) -> QuerySet[Responsibility]:
    return (
        Responsibility.objects.on(day)
        .filter(criterion__in=criterion_ids, agency__area__in=area_ids)
        .select_related("agency", "indicator")
        .order_by("indicator__code", "pk")
    )


def agencies(responsibilities: Iterable[Responsibility]) -> list[tuple[Agency, list[str]]]:
    """Each agency once, with the codes of the indicators that it answers for."""
    found: dict[int, tuple[Agency, list[str]]] = {}
    for responsibility in responsibilities:
        agency = responsibility.agency
        codes = found.setdefault(agency.pk, (agency, []))[1]
        if responsibility.indicator:
            codes.append(responsibility.indicator.code)
    return list(found.values())


def any_agency(area_id: int) -> dict[int, Need]:
    """Where nobody answers for a criterion, each agency of the area may be spoken for."""
    found = Agency.objects.filter(area=area_id)
    return {agency.pk: Need(agency) for agency in found}
