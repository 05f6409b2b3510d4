from plans.models.plans import (
    SOURCES,
    Activity,
    ApprovedStep,
    Dependency,
    Plan,
    PlanVersion,
    ProgressReport,
    UsualStep,
)
from plans.models.working_days import CalendarDay

__all__ = [
    "SOURCES",
    "Activity",
    "ApprovedStep",
    "CalendarDay",
    "Dependency",
    "Plan",
    "PlanVersion",
    "ProgressReport",
    "UsualStep",
]
