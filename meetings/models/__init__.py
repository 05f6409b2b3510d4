from meetings.models.papers import (
    DocumentHead,
    DocumentTemplate,
    Publication,
    PublishedPaper,
)
from meetings.models.sessions import (
    Addendum,
    Briefing,
    CalendarAddress,
    Entry,
    Participant,
    SessionAssessment,
    SessionChange,
    SessionFile,
    Theme,
    WorkingSession,
)
from meetings.models.tasks import DroppedItem, DueDateChange, Task, TaskUpdate
from meetings.models.visits import Visit, VisitFile, VisitFinding

__all__ = [
    "Addendum",
    "Briefing",
    "CalendarAddress",
    "DocumentHead",
    "DocumentTemplate",
    "DroppedItem",
    "DueDateChange",
    "Entry",
    "Participant",
    "Publication",
    "PublishedPaper",
    "SessionAssessment",
    "SessionChange",
    "SessionFile",
    "Task",
    "TaskUpdate",
    "Theme",
    "Visit",
    "VisitFile",
    "VisitFinding",
    "WorkingSession",
]
