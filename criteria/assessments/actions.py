"""The verbs that write history. Each is one transaction, and rebuilds what it changed (rule 7)."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from communes.models import Agency, Commune
from criteria.measurements import evaluation
from criteria.measurements.queries import measures_of, proposed
from criteria.models import (
    Assessment,
    Basis,
    CriteriaSet,
    CriterionStatus,
    Enrolment,
    Level,
    Measurement,
    Result,
    Standing,
)
from criteria.progress import scoring, standings
from criteria.progress.assessment_log import check_day, entries_of
from nrm_tracker import clock, revision
from nrm_tracker.forms import Conflict
from nrm_tracker.models import StoredFile


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


@transaction.atomic
def enrol(
    commune: Commune,
    criteria_set: CriteriaSet,
    *,
    opened_on: dt.date,
    target_on: dt.date | None = None,
) -> Enrolment:
    """Open a commune's run at a set, each of its criteria not assessed."""
    enrolment = Enrolment.objects.create(
        commune=commune, criteria_set=criteria_set, opened_on=opened_on, target_on=target_on
    )
    CriterionStatus.objects.bulk_create(
        CriterionStatus(enrolment=enrolment, criterion=criterion)
        for criterion in criteria_set.criteria.order_by("number")
    )
    revision.bump(commune.area_id)
    return enrolment


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
    check_day(cell.enrolment, finding.assessed_on)
    _check_evidence(cell, finding)
    _check_against_values(cell, finding)
    entry = append(cell, finding, by=by, at=at)
    revision.bump(cell.enrolment.commune.area_id)
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
    if not reason.strip():
        raise ValidationError({"reason": _("Say why the entry is corrected.")})
    if finding is not None:
        check_day(cell.enrolment, finding.assessed_on)
        _check_evidence(cell, finding)
        _check_against_values(cell, finding)
    said = finding or _same(wrong, reason)
    entry = append(cell, said, by=by, corrects=wrong, voids=finding is None)
    revision.bump(cell.enrolment.commune.area_id)
    return entry


def rebuild(enrolment: Enrolment) -> int:
    """Make the stored standings and headlines what history says; return how many differed."""
    entries = entries_of([enrolment.pk])[enrolment.pk]
    return _store_rows(enrolment, entries) + _store_headlines(enrolment, entries)


def _locked(status: CriterionStatus, version: int | None) -> CriterionStatus:
    """The cell as it stands, and its enrolment, to which nobody else writes meanwhile."""
    enrolment = Enrolment.objects.locked().get(pk=status.enrolment_id)
    current = CriterionStatus.objects.get(pk=status.pk)
    current.enrolment = enrolment
    if version is not None and version != current.version:
        newest = current.assessments.select_related("recorded_by").order_by("-pk").first()
        if newest is not None:
            raise Conflict(newest)
    return current


def _check_against_values(cell: CriterionStatus, finding: Finding) -> None:
    """Whoever decides otherwise than the values of that day propose says why (rule 8)."""
    if finding.level == Level.COMMUNE or finding.reason.strip():
        return
    if not Measurement.objects.filter(enrolment=cell.enrolment_id).exists():
        return
    measures = measures_of(cell, finding.assessed_on)
    if evaluation.contradicts(finding.result, proposed(measures)):
        message = _("The values of the indicators propose otherwise: give the reason.")
        raise ValidationError({"reason": message})


def _check_evidence(cell: CriterionStatus, finding: Finding) -> None:
    """Met needs evidence on the cell, or a stated reason (rule 10).

    A decision is evidence itself; what a commune says of itself is asked for it when it claims.
    """
    if finding.result != Result.MET or finding.level == Level.COMMUNE:
        return
    if finding.basis == Basis.DECISION or finding.no_evidence_reason.strip():
        return
    if not cell.evidence.present().exists():
        message = _("Met needs evidence, or a reason why there is none.")
        raise ValidationError({"no_evidence_reason": message})


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
    entry.full_clean(exclude=["status", "corrects", "recorded_by"])
    entry.save(force_insert=True)
    cell.version += 1
    cell.save(update_fields=["version"])
    if then_rebuild:
        rebuild(cell.enrolment)
    return entry


def _same(wrong: Assessment, reason: str) -> Finding:
    """What a voiding row repeats of the row that it voids."""
    return Finding(
        level=wrong.level,
        result=wrong.result,
        basis=wrong.basis,
        basis_text=wrong.basis_text,
        assessed_on=wrong.assessed_on,
        reason=reason,
    )


def _store_rows(enrolment: Enrolment, entries: list[standings.AssessmentEntry]) -> int:
    numbers = list(
        enrolment.statuses.order_by("criterion__number").values_list("criterion__number", flat=True)
    )
    wanted = {row.on_day: _standing(enrolment, row) for row in standings.rows(entries, numbers)}
    stored = {standing.on_day: standing for standing in enrolment.standings.all()}
    stale = [s.pk for day, s in stored.items() if day not in wanted]
    changed = []
    for day, standing in wanted.items():
        if day in stored and _values(stored[day]) != _values(standing):
            stale.append(stored[day].pk)
            changed.append(standing)
        elif day not in stored:
            changed.append(standing)
    Standing.objects.filter(pk__in=stale).delete()
    Standing.objects.bulk_create(changed)
    return len({*(s.on_day for s in changed), *(d for d in stored if d not in wanted)})


def _standing(enrolment: Enrolment, row: standings.DayRow) -> Standing:
    head = scoring.headline(row.results)
    return Standing(
        enrolment=enrolment,
        on_day=row.on_day,
        results=row.results,
        met_count=head.met,
        applicable_count=head.applicable,
        basis=row.basis,
        basis_text=row.basis_text,
    )


def _values(standing: Standing) -> tuple[object, ...]:
    return tuple(
        getattr(standing, field.attname)
        for field in Standing._meta.concrete_fields
        if not field.primary_key
    )


def _store_headlines(enrolment: Enrolment, entries: list[standings.AssessmentEntry]) -> int:
    heads = standings.headlines(entries)
    changed = []
    for cell in enrolment.statuses.select_related("criterion"):
        head = heads.get(cell.criterion.number)
        wanted = (head.result, head.pk) if head else (Result.NOT_ASSESSED, None)
        if (cell.result, cell.assessment_id) != wanted:
            cell.result, cell.assessment_id = wanted
            changed.append(cell)
    CriterionStatus.objects.bulk_update(changed, ["result", "assessment"])
    return len(changed)
