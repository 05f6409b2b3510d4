"""Criteria that are not met though what was to be done is done: their claim is due (rule 31c)."""

from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from criteria.models import Assessment, Claim, CriterionStatus, Level
from criteria.progress import scoring
from meetings.models import Task
from plans.models import Activity

# The results of criteria that are still to be met.
UNMET = [scoring.NAMES[letter] for letter in scoring.OPEN]


def with_days(found: QuerySet[CriterionStatus]) -> QuerySet[CriterionStatus]:
    """`steps_on`, `task_on`: the day on which the last step of the plan, the last task was done."""
    done = Task.objects.filter(
        state=Task.State.DONE,
        commune=OuterRef("enrolment__commune"),
        criterion=OuterRef("criterion"),
    )
    return found.annotate(steps_on=_last(_steps(), "finished_on"), task_on=_last(done, "done_on"))


def due() -> Q:
    """Of those `with_days`: all steps are done, or a task where the plan has no step open; nothing
    was said of the criterion since, and no claim waits."""
    waiting = Claim.objects.filter(status=OuterRef("pk"), state=Claim.State.SUBMITTED)
    idle = ~Q(Exists(_steps().filter(finished_on=None))) & ~Q(Exists(waiting))
    return Q(result__in=UNMET) & idle & (_unsaid_since("steps_on") | _unsaid_since("task_on"))


def _steps() -> QuerySet[Activity]:
    return Activity.objects.current().filter(
        plan__enrolment=OuterRef("enrolment"), criterion=OuterRef("criterion")
    )


def _last(found: QuerySet[Any], day: str) -> Subquery:
    return Subquery(found.order_by(f"-{day}").values(day)[:1])


def _unsaid_since(day: str) -> Q:
    """Whether the commune stated nothing of the cell on the day or after it, and nobody above
    found anything after it; never where there is no such day."""
    said = Assessment.objects.in_force().filter(status=OuterRef("pk"))
    own = Q(level=Level.COMMUNE, assessed_on__gte=OuterRef(day))
    later = said.filter(own | Q(assessed_on__gt=OuterRef(day)))
    return Q(**{f"{day}__isnull": False}) & ~Q(Exists(later))
