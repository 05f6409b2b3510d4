"""The verbs that write history. Each is one transaction, and rebuilds what it changed (rule 7)."""

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from decimal import Decimal
from operator import itemgetter
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from accounts.models import User
from communes.models import Agency
from criteria.measurements import evaluation
from criteria.measurements.queries import measures_of, proposed
from criteria.models import (
    Assessment,
    Basis,
    Claim,
    CriterionStatus,
    Enrolment,
    Evidence,
    Level,
    Measurement,
    Result,
    Standing,
)
from criteria.progress import scoring, standings
from criteria.progress.assessment_log import check_day, check_reason, entries_of
from nrm_tracker import clock, parts, revision
from nrm_tracker.forms import Conflict, refuse_together
from nrm_tracker.models import StoredFile
from nrm_tracker.prepared import Update, prepared


@dataclass(frozen=True, kw_only=True)
class Finding:
    """What is to be written of a cell."""

    level: int
    result: str
    basis: str
    assessed_on: dt.date
    reason: str = ""
    basis_text: str = ""
    percent: Decimal | None = None
    decided_by: str = ""
    on_behalf_of: Agency | None = None
    document_number: str = ""
    document_file: StoredFile | None = None
    no_evidence_reason: str = ""
    is_illustrative: bool = False


class CellFacts:
    """What is asked of a cell before something is said of it: of one cell, when it is needed."""

    def has_own_claim(self, cell: CriterionStatus, by: User) -> bool:
        """Whether a claim waits there that the person drafted or sent."""
        return bool(_own_claim(cell.pk, by.pk))

    def has_evidence(self, cell: CriterionStatus) -> bool:
        return bool(_evidence(cell.pk))

    def is_measured(self, cell: CriterionStatus) -> bool:
        """Whether any indicator of the run has a value."""
        return bool(_measurement(cell.enrolment_id))


_ASKED = CellFacts()


@prepared
def _own_claim(cell_id: int, user_id: int) -> QuerySet[Claim, Any]:
    found = Claim.objects.waiting().written_by(user_id).filter(status=cell_id)
    return found.order_by().values_list("pk")[:1]


@prepared
def _evidence(cell_id: int) -> QuerySet[Evidence, Any]:
    return Evidence.objects.present().filter(statuses=cell_id).order_by().values_list("pk")[:1]


@prepared
def _measurement(enrolment_id: int) -> QuerySet[Measurement, Any]:
    found = Measurement.objects.filter(enrolment=enrolment_id)
    return found.order_by().values_list("pk")[:1]


@transaction.atomic
def assess(
    status: CriterionStatus,
    finding: Finding,
    *,
    by: User,
    version: int | None = None,
    at: dt.datetime | None = None,
) -> Assessment:
    """Write what was found of a cell.

    `version` is the one that the writer saw; None where nobody looked (loading, recognition).
    Raises Conflict with the newest assessment, and ValidationError by field.
    """
    cell = _locked(status, version)
    refuse_together(
        lambda: check_not_own_claim(cell, finding.level, by),
        lambda: check_finding(cell, finding),
    )
    entry = append(cell, finding, by=by, at=at)
    part = parts.RESULTS if finding.assessed_on == clock.today() else parts.ALL
    revision.bump(cell.enrolment.commune.area_id, part=part)
    return entry


@transaction.atomic
def correct(
    wrong: Assessment,
    finding: Finding | None,
    *,
    reason: str,
    by: User,
    version: int | None = None,
) -> Assessment:
    """Replace an assessment by `finding`, or void it where there is none. The old row stays."""
    cell = _locked(wrong.status, version)
    if Assessment.objects.filter(corrects=wrong).exists():
        raise ValidationError(_("This entry was corrected already. Correct the newer one."))
    if finding is None and wrong.voids:
        raise ValidationError(_("This entry voids another and cannot be voided itself."))
    refuse_together(
        lambda: check_not_own_claim(cell, wrong.level, by),
        lambda: check_reason(reason),
        lambda: check_finding(cell, finding) if finding else None,
    )
    said = finding or same_finding(wrong, reason)
    entry = append(cell, said, by=by, corrects=wrong, voids=finding is None)
    revision.bump(cell.enrolment.commune.area_id)
    return entry


def check_finding(cell: CriterionStatus, finding: Finding, facts: CellFacts = _ASKED) -> None:
    """What holds of each finding, whether it is the first or replaces one.

    Raises ValidationError by field, of all that is wrong. A result or a basis that is "" is not
    known yet, and refused elsewhere.
    """
    refuse_together(
        lambda: check_day(cell.enrolment, finding.assessed_on),
        lambda: _check_evidence(cell, finding, facts),
        lambda: _check_said(finding),
        lambda: _check_against_values(cell, finding, facts),
    )


# A cell's key, its criterion's number, and the result and the assessment that head it.
_StoredCell = tuple[int, int, str, int | None]


def rebuild(enrolment: Enrolment, written: CriterionStatus | None = None) -> int:
    """Make the stored standings and headlines what history says; return how many differed.

    The version of the cell that was `written` is stored with its headline.
    """
    entries = entries_of([enrolment.pk])[enrolment.pk]
    cells = sorted(_stored_cells(enrolment.pk), key=itemgetter(1))
    numbers = [number for _pk, number, *_stored in cells]
    return _store_rows(enrolment, entries, numbers) + _store_headlines(entries, cells, written)


@prepared
def _stored_cells(enrolment_id: int) -> QuerySet[CriterionStatus, _StoredCell]:
    found = CriterionStatus.objects.filter(enrolment=enrolment_id).order_by()
    return found.values_list("pk", "criterion__number", "result", "assessment_id")


def rebuild_many(enrolments: Collection[Enrolment]) -> None:
    """The same for many runs, in few statements."""
    ids = [enrolment.pk for enrolment in enrolments]
    entries = entries_of(ids)
    cells = CriterionStatus.objects.filter(enrolment__in=ids)
    numbers: dict[int, list[int]] = {pk: [] for pk in ids}
    ordered = cells.order_by("criterion__number")
    for pk, number in ordered.values_list("enrolment", "criterion__number"):
        numbers[pk].append(number)
    stored: dict[int, dict[dt.date, _Row]] = {pk: {} for pk in ids}
    found = Standing.objects.filter(enrolment__in=ids).order_by()
    for pk, *row in found.values_list("enrolment", *_ROW):
        stored[pk][row[0]] = tuple(row)
    changed: list[Standing] = []
    for pk in ids:
        rows, stale = _row_changes(entries[pk], numbers[pk], stored[pk])
        changed += [_standing(pk, row) for row in rows]
        if stale:
            Standing.objects.filter(enrolment=pk, on_day__in=stale).delete()
    _store_standings(changed)
    said = Assessment.objects.filter(status=OuterRef("pk")).above_commune().in_force()
    head = said.headline_first()[:1]
    cells.update(
        assessment=Subquery(head.values("pk")),
        result=Coalesce(Subquery(head.values("result")), Value(Result.NOT_ASSESSED.value)),
    )


@prepared
def _cell(pk: int) -> QuerySet[CriterionStatus]:
    return CriterionStatus.objects.filter(pk=pk).order_by()


def _locked(status: CriterionStatus, version: int | None) -> CriterionStatus:
    """The cell as it stands, and its enrolment, to which nobody else writes meanwhile."""
    enrolment = Enrolment.lock(status.enrolment_id)
    (current,) = _cell(status.pk)
    current.enrolment = enrolment
    if version is not None and version != current.version:
        newest = current.assessments.select_related("recorded_by").order_by("-pk").first()
        if newest is not None:
            raise Conflict(newest)
    return current


def check_not_own_claim(
    cell: CriterionStatus, level: int, by: User, facts: CellFacts = _ASKED
) -> None:
    """Whoever drafted or sent the claim that waits finds nothing there, by whatever second role."""
    if level == Level.COMMUNE:
        return
    if facts.has_own_claim(cell, by):
        raise ValidationError(_("Nobody verifies a claim that they drafted or sent themselves."))


def _check_against_values(cell: CriterionStatus, finding: Finding, facts: CellFacts) -> None:
    """Whoever decides otherwise than the values of that day propose says why (rule 8)."""
    if finding.level == Level.COMMUNE or not finding.result or finding.reason.strip():
        return
    if not facts.is_measured(cell):
        return
    by_values = proposed(measures_of(cell, finding.assessed_on))
    if not evaluation.contradicts(finding.result, by_values):
        return
    message = _("The values of the indicators propose otherwise: give the reason.")
    if by_values == evaluation.NOTHING:
        message = _("No indicator is left to judge by: give the reason of the result.")
    raise ValidationError({"reason": message})


def _check_evidence(cell: CriterionStatus, finding: Finding, facts: CellFacts) -> None:
    """Met needs evidence on the cell, or a stated reason (rule 10).

    A decision is evidence itself; what a commune says of itself is asked for it when it claims.
    """
    if finding.result != Result.MET or finding.level == Level.COMMUNE:
        return
    if finding.basis in (Basis.DECISION, "") or finding.no_evidence_reason.strip():
        return
    if not facts.has_evidence(cell):
        message = _("Met needs evidence, or a reason why there is none.")
        raise ValidationError({"no_evidence_reason": message})


def check_words(entry: Assessment) -> None:
    """The constraints, too, are held by the database: to ask it of each first is twelve statements.

    Those that a person can break are told here.
    """
    rows = ["status", "corrects", "recorded_by", "on_behalf_of", "document_file"]
    entry.clean_fields(exclude=rows)
    _check_said(entry)


def _check_said(said: Finding | Assessment) -> None:
    errors = {}
    if said.percent is not None and not 0 <= said.percent <= 100:
        errors["percent"] = _("A percentage lies between 0 and 100%.")
    if said.result == Result.NOT_APPLICABLE and not said.reason:
        errors["reason"] = _("Say why the criterion does not apply.")
    if said.result == Result.NOT_CONSIDERED and said.level != Level.PROVINCE:
        errors["result"] = _("Only who appraises for the province records this.")
    if errors:
        raise ValidationError(errors)


def append(
    cell: CriterionStatus,
    finding: Finding,
    *,
    by: User,
    at: dt.datetime | None = None,
    corrects: Assessment | None = None,
    voids: bool = False,
    then_rebuild: bool = True,
) -> Assessment:
    """A further row of the history of a cell, to whose enrolment nobody else writes meanwhile."""
    entry = Assessment(
        status=cell,
        recorded_by=by,
        recorded_at=at or clock.now(),
        corrects=corrects,
        voids=voids,
        **vars(finding),
    )
    check_words(entry)
    entry.save(force_insert=True)
    cell.version += 1
    if then_rebuild:
        rebuild(cell.enrolment, written=cell)
    else:
        cell.save(update_fields=["version"])
    return entry


def same_finding(wrong: Assessment, reason: str) -> Finding:
    """What a voiding row repeats of the row that it voids."""
    return Finding(
        level=wrong.level,
        result=wrong.result,
        basis=wrong.basis,
        basis_text=wrong.basis_text,
        assessed_on=wrong.assessed_on,
        reason=reason,
    )


# What is stored of a row, by the names of a standing.
_Row = tuple[Any, ...]
_ROW = ("on_day", "results", "met_count", "applicable_count", "basis", "basis_text")


def _store_rows(
    enrolment: Enrolment, entries: list[standings.AssessmentEntry], numbers: list[int]
) -> int:
    stored = {row[0]: row for row in _stored_rows(enrolment.pk)}
    changed, stale = _row_changes(entries, numbers, stored)
    if stale:
        enrolment.standings.filter(on_day__in=stale).delete()
    _store_standings([_standing(enrolment.pk, row) for row in changed])
    return len(changed) + len(stale)


@prepared
def _stored_rows(enrolment_id: int) -> QuerySet[Standing, _Row]:
    return Standing.objects.filter(enrolment=enrolment_id).order_by().values_list(*_ROW)


def _row_changes(
    entries: list[standings.AssessmentEntry], numbers: list[int], stored: dict[dt.date, _Row]
) -> tuple[list[_Row], set[dt.date]]:
    """The rows that differ from the stored ones, and the days that have a row no more."""
    wanted = {row.on_day: _values(row) for row in standings.rows(entries, numbers)}
    changed = [row for day, row in wanted.items() if stored.get(day) != row]
    return changed, stored.keys() - wanted.keys()


def _standing(enrolment_id: int, row: _Row) -> Standing:
    return Standing(enrolment_id=enrolment_id, **dict(zip(_ROW, row, strict=True)))


def _store_standings(changed: list[Standing]) -> None:
    Standing.objects.bulk_create(
        changed,
        update_conflicts=True,
        unique_fields=["enrolment", "on_day"],
        update_fields=_ROW[1:],
    )


def _values(row: standings.DayRow) -> _Row:
    head = scoring.headline(row.results)
    return (row.on_day, row.results, head.met, head.applicable, row.basis, row.basis_text)


def _store_headlines(
    entries: list[standings.AssessmentEntry],
    cells: Sequence[_StoredCell],
    written: CriterionStatus | None,
) -> int:
    heads = standings.headlines(entries)
    changed = 0
    for pk, number, *stored in cells:
        head = heads.get(number)
        result, entry = (head.result, head.pk) if head else (Result.NOT_ASSESSED.value, None)
        # Mostly one: a statement that changes several at once costs more than one for each.
        if written and written.pk == pk:
            changed += _store_cell(pk, result, entry, written.version)
        elif stored != [result, entry]:
            changed += _store_headline(pk, result, entry)
    return changed


@prepared
def _store_cell(pk: int, result: str, assessment_id: int | None, version: int) -> Update:
    cell = CriterionStatus.objects.filter(pk=pk)
    return Update(cell, result=result, assessment=assessment_id, version=version)


@prepared
def _store_headline(pk: int, result: str, assessment_id: int | None) -> Update:
    return Update(CriterionStatus.objects.filter(pk=pk), result=result, assessment=assessment_id)
