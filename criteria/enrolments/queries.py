"""What pages read of the runs of communes at sets, and of their targets."""

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from django.db.models import Count, Exists, OuterRef

from accounts.models import Membership
from communes.models import Commune
from criteria.models import CriteriaSet, Enrolment, TargetChange
from nrm_tracker import clock


@dataclass(frozen=True)
class EnrolmentRow:
    """A commune's run at a set; without a key a commune that runs at none."""

    slug: str
    commune: str
    pk: int | None = None
    set_name: str = ""
    size: int = 0
    opened_on: dt.date | None = None
    target_on: dt.date | None = None
    target_count: int | None = None
    closed_on: dt.date | None = None


def rows_of(area_ids: Collection[int]) -> list[EnrolmentRow]:
    """The communes of areas with their runs, closed ones too: three queries."""
    sizes = dict(CriteriaSet.objects.annotate(size=Count("criteria")).values_list("pk", "size"))
    runs: dict[int, list[tuple]] = {}
    columns = (
        *("commune_id", "pk", "criteria_set__name", "criteria_set_id"),
        *("opened_on", "target_on", "target_count", "closed_on"),
    )
    found = Enrolment.objects.filter(commune__area__in=area_ids).order_by("opened_on", "pk")
    for commune_id, pk, name, set_id, *days in found.values_list(*columns):
        runs.setdefault(commune_id, []).append((pk, name, sizes[set_id], *days))
    today = clock.today()
    communes = Commune.objects.within(area_ids).order_by("sort_key", "code")
    rows = []
    for pk, slug, name, dissolved_on in communes.values_list("pk", "slug", "name", "dissolved_on"):
        rows += [EnrolmentRow(slug, name, *said) for said in runs.get(pk, [])]
        if pk not in runs and (dissolved_on is None or dissolved_on > today):
            rows.append(EnrolmentRow(slug, name))
    return rows


@dataclass(frozen=True)
class EnrolmentOffer:
    """What communes may be enrolled in: a set, and the communes not in it yet."""

    sets: list[CriteriaSet]
    criteria_set: CriteriaSet | None
    communes: list[Commune]
    # Those that are in the set already: who sends them is told.
    enrolled: list[Commune]


def offer(area_ids: Collection[int], set_code: str) -> EnrolmentOffer:
    """The communes of areas, and the set that the address names, or the likeliest: two queries.

    Sets that no criteria were loaded for are not offered.
    """
    sets = list(CriteriaSet.objects.with_criteria())
    picked = next((one for one in sets if one.code == set_code), None) or usual_set(sets)
    in_set = Exists(Enrolment.objects.filter(commune=OuterRef("pk"), criteria_set=picked))
    communes = Commune.objects.within(area_ids).existing_on(clock.today())
    communes = communes.annotate(is_in_set=in_set).order_by("sort_key", "code")
    found: list[Commune] = [*communes] if picked else []
    new, enrolled = (
        [one for one in found if one.is_in_set is known]  # type: ignore[attr-defined]
        for known in (False, True)
    )
    return EnrolmentOffer(sets, picked, new, enrolled)


def usual_set(sets: Sequence[CriteriaSet]) -> CriteriaSet | None:
    """The newest basic set in force today, or else the newest."""
    today = clock.today()
    in_force = [
        one
        for one in sets
        if one.tier == CriteriaSet.Tier.BASIC
        and one.valid_from <= today
        and (one.valid_until is None or one.valid_until >= today)
    ]
    return max(in_force or sets, key=lambda one: one.valid_from, default=None)


def changes_of(enrolment: Enrolment) -> list[TargetChange]:
    """How its target was moved, the newest first: one query."""
    return list(enrolment.target_changes.select_related("by").order_by("-at", "-pk"))


def is_in_use() -> bool:
    """Whether any commune runs, or ran, at a set, or anybody works at a real place."""
    return Enrolment.objects.exists() or Membership.objects.at_real_places().exists()
