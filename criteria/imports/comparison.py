"""What a table would change, cell by cell: new, the same, against what stands, or refused."""

import hashlib
import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from accounts.access import Access
from accounts.models import User
from criteria.assessments import bulk, many
from criteria.assessments.actions import Finding
from criteria.imports.meanings import LEFT_OUT
from criteria.imports.meanings import key_of as writing_key
from criteria.imports.said_cells import SaidCell
from criteria.imports.work import Work
from criteria.models import Assessment, CriterionStatus, Enrolment, Result
from nrm_tracker import clock

NEW, SAME, AGAINST, REFUSED, OUT = "new", "same", "against", "refused", "out"
KINDS = (REFUSED, AGAINST, NEW, SAME, OUT)


@dataclass
class Line:
    """One cell of the table and what comes of it; `stands` is what was found before, by its day."""

    kind: str
    said: SaidCell
    status: CriterionStatus | None = None
    result: str = ""
    stands: Assessment | None = None
    why: str = ""


@dataclass
class Comparison:
    """All lines, in the order of the table, and what was chosen of it: meanings, day and basis."""

    lines: list[Line]
    choices: dict[str, Any]

    @property
    def counts(self) -> dict[str, int]:
        found = Counter(line.kind for line in self.lines)
        return {kind: found[kind] for kind in KINDS}

    def of(self, kind: str) -> list[Line]:
        return [line for line in self.lines if line.kind == kind]

    def written(self, *, with_against: bool) -> list[Line]:
        kinds = {NEW, AGAINST} if with_against else {NEW}
        return [line for line in self.lines if line.kind in kinds]

    @property
    def seen(self) -> str:
        """A mark of what was shown: another one, where somebody wrote or chose meanwhile."""
        shown = [
            (line.kind, line.said.place, line.result, line.stands.pk if line.stands else 0)
            for line in self.lines
        ]
        chosen = json.dumps(self.choices, sort_keys=True)
        return hashlib.sha256(repr((chosen, shown)).encode()).hexdigest()[:32]


def compare(work: Work, basis: dict[str, Any], access: Access, by: User) -> Comparison:
    """The table against what stands on its day; `basis` is what holds of all findings."""
    statuses = _statuses(work)
    lines = _resolved(work, statuses)
    _tell_twice(lines)
    known = [line for line in lines if line.status and line.kind == NEW]
    offers = bulk.offers(access, [line.status for line in known if line.status], clock.today())
    findings = [_finding(line, basis) for line in known]
    standing = _standing_on(work, basis)
    problems = many.refusals(
        [(line.status, one) for line, one in zip(known, findings, strict=True) if line.status],
        by=by,
    )
    for line, offer, finding in zip(known, offers, findings, strict=True):
        line.stands = standing.get(offer.status.pk)
        if line.stands and line.stands.result == line.result:
            line.kind = SAME
            continue
        try:
            bulk.refuse_foreign(offer, finding)
        except ValidationError as error:
            _refuse(line, " ".join(error.messages))
            continue
        if problem := problems.get(offer.status.pk):
            _refuse(line, " ".join(getattr(problem, "messages", [str(problem)])))
        elif line.stands:
            line.kind = AGAINST
    return Comparison(lines, work.choices)


def findings_of(
    lines: Iterable[Line], basis: dict[str, Any]
) -> list[tuple[CriterionStatus, Finding]]:
    return [(line.status, _finding(line, basis)) for line in lines if line.status]


def _finding(line: Line, basis: dict[str, Any]) -> Finding:
    why = basis["no_evidence_reason"] if line.result == Result.MET else ""
    return Finding(result=line.result, **{**basis, "no_evidence_reason": why})


def _statuses(work: Work) -> dict[tuple[int, int], CriterionStatus]:
    """The cells of the communes that run at the set on the day, by commune and criterion."""
    runs = Enrolment.objects.open_on(work.day).filter(
        criteria_set=work.run.criteria_set_id, commune__in=list(work.communes)
    )
    enrolments = {run.pk: run for run in runs}
    criteria = {one.pk: one for one in work.criteria}
    found = {}
    for status in CriterionStatus.objects.filter(enrolment__in=enrolments.keys()).order_by():
        # The rows that were read already, instead of one more join of thousands.
        status.enrolment = enrolments[status.enrolment_id]
        status.enrolment.commune = work.communes[status.enrolment.commune_id]
        status.criterion = criteria[status.criterion_id]
        found[status.enrolment.commune_id, status.criterion.number] = status
    return found


def _resolved(work: Work, statuses: dict[tuple[int, int], CriterionStatus]) -> list[Line]:
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
            lines.append(Line(OUT, cell))
        elif not (place and number and result):
            lines.append(Line(REFUSED, cell, why=_("Not said yet what is meant.")))
        elif status := statuses.get((int(place), int(number))):
            lines.append(Line(NEW, cell, status, result))
        else:
            why = _("%(commune)s does not run at this set on %(day)s.")
            # It may have left the area since it was chosen.
            commune = work.communes.get(int(place), cell.commune)
            named = {"commune": str(commune), "day": f"{work.day:%d/%m/%Y}"}
            lines.append(Line(REFUSED, cell, result=result, why=why % named))
    return lines


def _tell_twice(lines: list[Line]) -> None:
    """A cell that the table tells twice: once is enough, two results are one too many."""
    first: dict[int, Line] = {}
    for line in lines:
        if line.status is None:
            continue
        before = first.setdefault(line.status.pk, line)
        if before is line:
            continue
        place = {"place": before.said.place}
        if before.result == line.result:
            line.kind, line.why = OUT, _("Said already in cell %(place)s.") % place
        else:
            _refuse(line, _("Cell %(place)s says otherwise of the same criterion.") % place)


def _refuse(line: Line, why: str) -> None:
    line.kind, line.why = REFUSED, why


def _standing_on(work: Work, basis: dict[str, Any]) -> dict[int, Assessment]:
    """What stands at the head of each cell on the day, by its id: one query."""
    said = Assessment.objects.above_commune().in_force()
    said = said.filter(
        assessed_on__lte=basis["assessed_on"],
        status__enrolment__criteria_set=work.run.criteria_set_id,
        status__enrolment__commune__in=list(work.communes),
    )
    found: dict[int, Assessment] = {}
    for one in said.headline_first():
        found.setdefault(one.status_id, one)
    return found
