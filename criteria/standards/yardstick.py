"""The indicators of criteria with every threshold, and the papers that criteria ask for."""

from collections.abc import Iterable
from typing import TypeVar

from django.db import models
from django.db.models import F

from criteria.models import (
    Criterion,
    EvidenceRequirement,
    Indicator,
    Threshold,
)

Scale = tuple[Indicator, list[Threshold]]


def scales_of(criterion_ids: Iterable[int]) -> list[Scale]:
    """The indicators of these criteria in order, each with every threshold: one query."""
    found = Indicator.objects.filter(criterion__in=list(criterion_ids)).select_related("criterion")
    rows = found.annotate(**_columns(Threshold, "thresholds"))
    scales: dict[int, Scale] = {}
    for row in rows.order_by("criterion__number", "pk", "thresholds__pk"):
        _, thresholds = scales.setdefault(row.pk, (row, []))
        if threshold := _from_columns(Threshold, "thresholds", row):
            thresholds.append(threshold)
    return list(scales.values())


def yardstick_of(criterion: Criterion) -> tuple[list[Scale], list[EvidenceRequirement]]:
    """A criterion's scales, and the papers that it asks for: one query for the page of a cell."""
    rows = Criterion.objects.filter(pk=criterion.pk).annotate(
        **_columns(Indicator, "indicators"),
        **_columns(Threshold, "indicators__thresholds"),
        **_columns(EvidenceRequirement, "requirements"),
    )
    scales: dict[int, tuple[Indicator, dict[int, Threshold]]] = {}
    papers: dict[int, EvidenceRequirement] = {}
    for row in rows.order_by("indicators__pk", "indicators__thresholds__pk", "requirements__pk"):
        if indicator := _from_columns(Indicator, "indicators", row):
            indicator.criterion = criterion
            _, thresholds = scales.setdefault(indicator.pk, (indicator, {}))
            if threshold := _from_columns(Threshold, "indicators__thresholds", row):
                thresholds.setdefault(threshold.pk, threshold)
        if paper := _from_columns(EvidenceRequirement, "requirements", row):
            papers.setdefault(paper.pk, paper)
    return [(one, list(known.values())) for one, known in scales.values()], list(papers.values())


AnyModel = TypeVar("AnyModel", bound=models.Model)


def _columns(model: type[models.Model], path: str) -> dict[str, F]:
    """The columns of rows that a query joins, under names of their own."""
    names = [field.attname for field in model._meta.concrete_fields]
    alias = path.replace("__", "_")
    return {f"{alias}_of_{name}": F(f"{path}__{name}") for name in names}


def _from_columns(model: type[AnyModel], path: str, row: models.Model) -> AnyModel | None:
    """The joined row; None where there is none."""
    names = [field.attname for field in model._meta.concrete_fields]
    alias = path.replace("__", "_")
    values = {name: getattr(row, f"{alias}_of_{name}") for name in names}
    return model(**values) if values["id"] is not None else None
