"""The yardstick (`yardstick`), what was measured with it (`history`, `bulk_entries`, `measures`,
`claims`), what shows it (`evidence`), what follows them up (`followup`), review rounds (`rounds`),
and tables taken over from Excel (`imports`)."""

from criteria.models.bulk_entries import BulkEntry
from criteria.models.claims import Claim, ClaimDecision
from criteria.models.evidence import (
    DossierRequirement,
    DossierStep,
    Evidence,
    EvidenceRequirement,
)
from criteria.models.followup import Charge, Comment, Difficulty
from criteria.models.history import (
    Assessment,
    Basis,
    CriterionStatus,
    Enrolment,
    GroupDecision,
    Level,
    Recognition,
    Result,
    Standing,
    TargetChange,
)
from criteria.models.imports import ImportProfile, ImportRun
from criteria.models.measures import DraftValue, Measurement, Value
from criteria.models.rounds import Round, RoundCheck, RoundReturn
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
    "BulkEntry",
    "Charge",
    "Claim",
    "ClaimDecision",
    "Comment",
    "CriteriaSet",
    "Criterion",
    "CriterionGroup",
    "CriterionStatus",
    "Difficulty",
    "DossierRequirement",
    "DossierStep",
    "DraftValue",
    "Enrolment",
    "Evidence",
    "EvidenceRequirement",
    "GroupDecision",
    "ImportProfile",
    "ImportRun",
    "Indicator",
    "Level",
    "LevelName",
    "LoadedReference",
    "Measurement",
    "Recognition",
    "Responsibility",
    "Result",
    "Round",
    "RoundCheck",
    "RoundReturn",
    "Standing",
    "TargetChange",
    "Threshold",
    "Value",
]
