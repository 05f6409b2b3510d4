"""The indicators of criteria with every threshold, and the papers that criteria ask for."""

from collections.abc import Iterable

from django.db.models import Prefetch

from criteria.models import EvidenceRequirement, Indicator, Threshold

Scale = tuple[Indicator, list[Threshold]]


def scales_of(criterion_ids: Iterable[int]) -> list[Scale]:
    """The indicators of these criteria in order, each with every threshold: two queries."""
    found = Indicator.objects.filter(criterion__in=list(criterion_ids))
    thresholds = Prefetch("thresholds", Threshold.objects.select_related("province").order_by("pk"))
    found = found.select_related("criterion").prefetch_related(thresholds)
    return [(one, list(one.thresholds.all())) for one in found.order_by("criterion__number", "pk")]


def papers_of(criterion_id: int) -> list[EvidenceRequirement]:
    """The papers that a criterion asks for."""
    return list(EvidenceRequirement.objects.filter(criterion=criterion_id).order_by("pk"))
