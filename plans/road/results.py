"""What was found of each criterion by a day."""

from typing import NamedTuple

from django.db.models import Exists, OuterRef

from criteria.models import Claim, Criterion, CriterionStatus, Enrolment, Standing
from criteria.progress import scoring, standings
from criteria.progress.assessment_log import entries_of
from criteria.progress.moment import Moment
from criteria.progress.page_date import PageDate


class CriterionResult(NamedTuple):
    """The letter of a criterion's result; whether a claim on it waits, which is known of today."""

    criterion: Criterion
    letter: str
    waits: bool = False


def results_on(run: Enrolment, when: PageDate) -> list[CriterionResult]:
    """The criteria of a run's set in order: two queries at most."""
    if when.is_now:
        return _now(run)
    criteria = list(run.criteria_set.criteria.order_by("number"))
    letters = _row(run, [one.number for one in criteria], when.moment)
    letters = letters.ljust(len(criteria), scoring.NOT_ASSESSED)
    return [CriterionResult(*pair) for pair in zip(criteria, letters, strict=True)]


def _now(run: Enrolment) -> list[CriterionResult]:
    waits = Exists(Claim.objects.waiting().filter(status=OuterRef("pk")))
    statuses = CriterionStatus.objects.filter(enrolment=run).annotate(waits=waits)
    return [
        CriterionResult(one.criterion, scoring.LETTERS[one.result], one.waits)
        for one in statuses.select_related("criterion").order_by("criterion__number")
    ]


def _row(run: Enrolment, numbers: list[int], moment: Moment) -> str:
    if moment.known_before:
        entries = entries_of([run.pk], recorded_before=moment.known_before)[run.pk]
        rows = standings.rows(entries, numbers)
        return next((row.results for row in reversed(rows) if row.on_day <= moment.day), "")
    stood = Standing.objects.filter(enrolment=run, on_day__lte=moment.day).order_by("-on_day")
    return stood.values_list("results", flat=True).first() or ""
