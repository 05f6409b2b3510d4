from plans.models.plans import (
    SOURCES,
    Activity,
    ApprovedStep,
    Dependency,
    Plan,
    PlanForecast,
    PlanVersion,
    ProgressReport,
    UsualStep,
)
from plans.models.resources import ConstructionDebt, ConstructionItem, Contribution
from plans.models.villages import (
    Garden,
    ModelCriterion,
    ModelResult,
    VillageFigures,
    VillageStanding,
    VillageStep,
    VillageTarget,
)
from plans.models.working_days import CalendarDay

__all__ = [
    "SOURCES",
    "Activity",
    "ApprovedStep",
    "CalendarDay",
    "ConstructionDebt",
    "ConstructionItem",
    "Contribution",
    "Dependency",
    "Garden",
    "ModelCriterion",
    "ModelResult",
    "Plan",
    "PlanForecast",
    "PlanVersion",
    "ProgressReport",
    "UsualStep",
    "VillageFigures",
    "VillageStanding",
    "VillageStep",
    "VillageTarget",
]
