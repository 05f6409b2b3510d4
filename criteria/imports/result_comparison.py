"""Results of a table against what stands on its day; and recording, and undoing it."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.access import Access
from accounts.models import User
from criteria.assessments import bulk, many
from criteria.assessments.actions import Finding
from criteria.imports.lines import (
    AGAINST,
    NEW,
    OUT,
    REFUSED,
    SAME,
    Comparison,
    Line,
    tell_twice,
)
from criteria.imports.result_work import ResultWork
from criteria.imports.work import LEFT_OUT, writing_key
from criteria.models import (
    Assessment,
    Basis,
    CriterionStatus,
    ImportRun,
    Level,
    Result,
)
from nrm_tracker import clock


class FoundBefore(NamedTuple):
    """What was found of a cell before: of thousands no model is made."""

    status_id: int
    pk: int
    result: str
    assessed_on: dt.date
    level: int
    basis: str
    basis_text: str

    @property
    def level_name(self) -> str:
        return str(Level(self.level).label)

    @property
    def basis_in_words(self) -> str:
        return self.basis_text or str(Basis(self.basis).label)


@dataclass
class ResultLine(Line):
    """`stands` is what was found before, by the day of the table."""

    status: CriterionStatus | None = None
    result: str = ""
    stands: FoundBefore | None = None

    @property
    def target(self) -> int | None:
        return self.status.pk if self.status else None

    @property
    def says(self) -> str:
        return self.result

    @property
    def standing_pk(self) -> int:
        return self.stands.pk if self.stands else 0


def compare(work: ResultWork, basis: dict[str, Any], access: Access, by: User) -> Comparison:
    """The table against what stands on its day; `basis` is what holds of all findings."""
    statuses = _statuses(work)
    lines = _resolved(work, statuses)
    tell_twice(lines)
    standing = _standing_on(work, basis)
    for line in lines:
        line.stands = standing.get(line.target) if line.target else None
        if line.kind == NEW and line.stands and line.stands.result == line.result:
            line.kind = SAME
    known = [line for line in lines if line.status and line.kind == NEW]
    offers = bulk.offers(access, [line.status for line in known if line.status], clock.today())
    findings = [_finding(line, basis) for line in known]
    problems = many.refusals(
        [(line.status, one) for line, one in zip(known, findings, strict=True) if line.status],
        by=by,
    )
    for line, offer, finding in zip(known, offers, findings, strict=True):
        try:
            bulk.refuse_foreign(offer, finding)
        except ValidationError as error:
            line.refuse(" ".join(error.messages))
            continue
        if problem := problems.get(offer.status.pk):
            line.refuse(" ".join(getattr(problem, "messages", [str(problem)])))
        elif line.stands:
            line.kind = AGAINST
    return Comparison(lines, work.choices)


def record(run: ImportRun, lines: Iterable[ResultLine], basis: dict[str, Any], by: User) -> int:
    """Write what the lines say, or nothing: raises BulkRefused."""
    found = [(line.status, _finding(line, basis)) for line in lines if line.status]
    made = many.assess_many(found, by=by)
    link = ImportRun.entries.through
    link.objects.bulk_create(link(importrun_id=run.pk, assessment_id=entry.pk) for entry in made)
    return len(made)


def void(run: ImportRun, *, reason: str, by: User) -> tuple[int, int]:
    """Void what the table wrote; how many, and how many were left, as corrected since."""
    entries = list(run.entries.select_related("status__enrolment").order_by("pk"))
    voiding, left = many.void_many(entries, reason=reason, by=by)
    return len(voiding), left


def written(run: ImportRun) -> QuerySet[Assessment]:
    return run.entries.select_related("status__enrolment__commune", "status__criterion")


def _finding(line: ResultLine, basis: dict[str, Any]) -> Finding:
    why = basis["no_evidence_reason"] if line.result == Result.MET else ""
    return Finding(result=line.result, **{**basis, "no_evidence_reason": why})


def _statuses(work: ResultWork) -> dict[tuple[int, int], CriterionStatus]:
    """The cells of the communes that run at the set on the day, by commune and criterion."""
    enrolments = {run.pk: run for run in work.runs.values()}
    criteria = {one.pk: one for one in work.criteria}
    found = {}
    for status in CriterionStatus.objects.filter(enrolment__in=enrolments.keys()).order_by():
        # The rows that were read already, instead of one more join of thousands.
        status.enrolment = enrolments[status.enrolment_id]
        status.criterion = criteria[status.criterion_id]
        found[status.enrolment.commune_id, status.criterion.number] = status
    return found


def _resolved(
    work: ResultWork, statuses: dict[tuple[int, int], CriterionStatus]
) -> list[ResultLine]:
    communes = {q.key: q.chosen for q in work.commune_questions}
    criteria = {q.key: q.chosen for q in work.criterion_questions}
    results = {q.key: q.chosen for q in work.result_questions}
    lines = []
    for cell in work.cells:
        number = cell.criterion
        if isinstance(number, str):
            number = criteria[writing_key(number)]
        place, result = communes[writing_key(cell.commune)], results.get(writing_key(cell.text))
        if LEFT_OUT in (place, number, result):
            lines.append(ResultLine(OUT, cell))
        elif not (place and number and result):
            lines.append(ResultLine(REFUSED, cell, why=_("Not said yet what is meant.")))
        elif status := statuses.get((int(place), int(number))):
            lines.append(ResultLine(NEW, cell, status=status, result=result))
        else:
            why = work.without_run(int(place), cell.commune)
            lines.append(ResultLine(REFUSED, cell, result=result, why=why))
    return lines


def _standing_on(work: ResultWork, basis: dict[str, Any]) -> dict[int, FoundBefore]:
    """What stands at the head of each cell on the day, by its id: one query."""
    said = Assessment.objects.above_commune().in_force()
    said = said.filter(
        assessed_on__lte=basis["assessed_on"],
        status__enrolment__criteria_set=work.run.criteria_set_id,
        status__enrolment__commune__in=list(work.communes),
    )
    found: dict[int, FoundBefore] = {}
    for row in said.headline_first().values_list(*FoundBefore._fields):
        found.setdefault(row[0], FoundBefore(*row))
    return found
