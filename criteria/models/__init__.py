"""The yardstick (`yardstick`) and what was measured with it (`history`)."""

from criteria.models.history import (
    Assessment,
    Basis,
    CriterionStatus,
    Enrolment,
    Level,
    Recognition,
    Result,
    Standing,
)
from criteria.models.yardstick import (
    Bracket,
    CriteriaSet,
    Criterion,
    CriterionGroup,
    Indicator,
    LevelName,
    LoadedReference,
    Responsibility,
    Threshold,
)

__all__ = [
    "Assessment",
    "Basis",
    "Bracket",
    "CriteriaSet",
    "Criterion",
    "CriterionGroup",
    "CriterionStatus",
    "Enrolment",
    "Indicator",
    "Level",
    "LevelName",
    "LoadedReference",
    "Recognition",
    "Responsibility",
    "Result",
    "Standing",
    "Threshold",
]
