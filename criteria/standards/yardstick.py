"""The indicators of criteria with every threshold, and the papers that criteria ask for."""

from collections.abc import Collection, Iterable

from django.db.models import Prefetch, QuerySet

from criteria.models import EvidenceRequirement, Indicator, Threshold
from nrm_tracker.prepared import prepared

Scale = tuple[Indicator, list[Threshold]]


def scales_of(criterion_ids: Iterable[int]) -> list[Scale]:
    """The indicators of these criteria in order, each with every threshold: two queries."""
    return [(one, list(one.thresholds.all())) for one in _indicators(list(criterion_ids))]


@prepared
def _indicators(criterion_ids: Collection[int]) -> QuerySet[Indicator]:
    thresholds = Prefetch("thresholds", Threshold.objects.select_related("province").order_by("pk"))
    found = Indicator.objects.filter(criterion__in=criterion_ids).select_related("criterion")
    return found.prefetch_related(thresholds).order_by("criterion__number", "pk")


@prepared
def papers_of(criterion_id: int) -> QuerySet[EvidenceRequirement]:
    """The papers that a criterion asks for."""
    return EvidenceRequirement.objects.filter(criterion=criterion_id).order_by("pk")
