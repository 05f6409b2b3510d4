"""What a file of Microsoft Project says by numbers (MSPDI, the schema of 2007)."""

from plans.models import Dependency

SPACE = "http://schemas.microsoft.com/project"
# Slack and durations of these programs are in working days of eight hours, whatever the calendar.
MINUTES_A_DAY = 480
MINUTES_OF_A_DAY = 24 * 60
# Tenths of a minute, in which waits and slack are told.
TENTHS = 10
FINISH_TO_START = 1
AS_SOON_AS_POSSIBLE, START_NO_EARLIER = 0, 4
WORKING, ELAPSED = 7, 8
UNITS = {Dependency.Unit.WORKING_DAYS: WORKING, Dependency.Unit.DAYS: ELAPSED}
# Where a step's key, what went out of it, and its number are kept: free texts of a task.
KEY_FIELD, MARKS_FIELD, NUMBER_FIELD = 188744014, 188744015, 188744016
FIELD_NAMES = {KEY_FIELD: "Text28", MARKS_FIELD: "Text29", NUMBER_FIELD: "Text30"}
# Of formats of durations: those that count days off too, and those in percent. From 32 on the same
# ones follow, marked as estimated.
ESTIMATED = 32
ELAPSED_FORMATS = frozenset({4, 6, 8, 10, 12, 20})
PERCENT_FORMATS = frozenset({19, 20})
# What stands in the notes of a task, a line each.
NOTED = (
    *("criterion", "place", "unit", "quantity_required", "quantity_done"),
    *("person", "agency", "evidence", "difficulty"),
)
APART = "/"
