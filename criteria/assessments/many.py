"""Thousands of cells at once: the same checks as of one, asked in few queries; all or nothing."""

import datetime as dt
from collections.abc import Collection, Iterable, Sequence

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F

from accounts.models import User
from criteria.assessments.actions import (
    CellFacts,
    Finding,
    check_finding,
    check_not_own_claim,
    check_words,
    rebuild_many,
    same_finding,
)
from criteria.assessments.bulk import BulkRefused
from criteria.models import Assessment, Claim, CriterionStatus, Enrolment, Evidence, Measurement
from criteria.progress.assessment_log import check_reason
from nrm_tracker import clock, revision
from nrm_tracker.forms import Conflict, refuse_together


class FactsOfManyCells(CellFacts):
    """The facts of all cells of some runs, asked beforehand: three queries."""

    def __init__(self, enrolment_ids: Collection[int], by: User) -> None:
        cells = CriterionStatus.objects.filter(enrolment__in=enrolment_ids)
        claims = Claim.objects.waiting().written_by(by).filter(status__in=cells)
        shown = Evidence.objects.present().filter(statuses__in=cells)
        measured = Measurement.objects.filter(enrolment__in=enrolment_ids).order_by()
        self.claimed = set(claims.order_by().values_list("status", flat=True))
        self.shown = set(shown.order_by().values_list("statuses", flat=True))
        self.measured = set(measured.values_list("enrolment", flat=True).distinct())

    def has_own_claim(self, cell: CriterionStatus, by: User) -> bool:
        return cell.pk in self.claimed

    def has_evidence(self, cell: CriterionStatus) -> bool:
        return cell.pk in self.shown

    def is_measured(self, cell: CriterionStatus) -> bool:
        return cell.enrolment_id in self.measured


Said = tuple[CriterionStatus, Finding]


def refusals(said: Sequence[Said], *, by: User) -> dict[int, ValidationError | Conflict]:
    """What would be refused of each cell, by its id; the cells come with their runs."""
    facts = FactsOfManyCells({cell.enrolment_id for cell, _finding in said}, by)
    problems: dict[int, ValidationError | Conflict] = {}
    for cell, finding in said:
        try:
            _check(cell, finding, by, facts)
        except ValidationError as problem:
            problems[cell.pk] = problem
    return problems


@transaction.atomic
def assess_many(said: Sequence[Said], *, by: User) -> list[Assessment]:
    """Write what was found of each of these cells, or nothing. Raises BulkRefused."""
    enrolments = Enrolment.lock_many({cell.enrolment_id for cell, _finding in said})
    for cell, _finding in said:
        cell.enrolment = enrolments[cell.enrolment_id]
    if problems := refusals(said, by=by):
        raise BulkRefused(problems)
    at = clock.now()
    return _append([_entry(cell, finding, by, at) for cell, finding in said], enrolments)


@transaction.atomic
def void_many(
    wrong: Sequence[Assessment], *, reason: str, by: User
) -> tuple[list[Assessment], int]:
    """Void those of these entries that nobody corrected since; what was written, and how many were
    left. The entries come with their cells."""
    check_reason(reason)
    enrolments = Enrolment.lock_many({entry.status.enrolment_id for entry in wrong})
    facts = FactsOfManyCells(enrolments, by)
    corrected = Assessment.objects.filter(corrects__status__enrolment__in=enrolments).order_by()
    known = set(corrected.values_list("corrects", flat=True))
    standing = [entry for entry in wrong if entry.pk not in known and not entry.voids]
    for entry in standing:
        check_not_own_claim(entry.status, entry.level, by, facts)
    at = clock.now()
    voiding = [
        _entry(entry.status, same_finding(entry, reason), by, at, corrects=entry, voids=True)
        for entry in standing
    ]
    return _append(voiding, enrolments), len(wrong) - len(standing)


def _check(cell: CriterionStatus, finding: Finding, by: User, facts: CellFacts) -> None:
    refuse_together(
        lambda: check_not_own_claim(cell, finding.level, by, facts),
        lambda: check_finding(cell, finding, facts),
    )


def _entry(
    cell: CriterionStatus, finding: Finding, by: User, at: dt.datetime, **correction: object
) -> Assessment:
    return Assessment(status=cell, recorded_by=by, recorded_at=at, **vars(finding), **correction)


def _check_words_once(entries: Iterable[Assessment]) -> None:
    """Of those that say the same the words are looked at once."""
    for entry in {_words(entry): entry for entry in entries}.values():
        check_words(entry)


def _words(entry: Assessment) -> tuple[object, ...]:
    said = (entry.level, entry.result, entry.basis, entry.percent, entry.assessed_on)
    texts = (entry.reason, entry.basis_text, entry.decided_by, entry.document_number)
    return (*said, *texts, entry.no_evidence_reason)


def _append(entries: list[Assessment], enrolments: dict[int, Enrolment]) -> list[Assessment]:
    _check_words_once(entries)
    made = Assessment.objects.bulk_create(entries, batch_size=500)
    touched = [entry.status_id for entry in made]
    for start in range(0, len(touched), 500):
        cells = CriterionStatus.objects.filter(pk__in=touched[start : start + 500])
        cells.update(version=F("version") + 1)
    rebuild_many(enrolments.values())
    for area_id in {enrolment.commune.area_id for enrolment in enrolments.values()}:
        revision.bump(area_id)
    return made
