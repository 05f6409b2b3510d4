"""What shows that a criterion is met: its verbs, and how pages read it (rule 10).

Each verb is one transaction, locks the enrolment, and raises ValidationError by field."""

import datetime as dt
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from criteria.models import (
    Claim,
    CriterionStatus,
    Enrolment,
    Evidence,
    EvidenceRequirement,
)
from criteria.progress.assessment_log import future_day
from nrm_tracker import clock, revision, uploads
from nrm_tracker.forms import Conflict

LEANT_ON = gettext_lazy(
    "A submitted claim leans on this evidence. Replace it; the old piece stays on record."
)


@dataclass(frozen=True, kw_only=True)
class Piece:
    """A file or a link as it is to be attached."""

    caption: str
    file: uploads.CheckedUpload | None = None
    url: str = ""
    dated_on: dt.date | None = None
    valid_until: dt.date | None = None
    has_personal_data: bool = False
    requirement: EvidenceRequirement | None = None


@transaction.atomic
def attach(
    enrolment: Enrolment, statuses: Iterable[CriterionStatus], pieces: Iterable[Piece], *, by: User
) -> list[Evidence]:
    """Attach each piece to all these cells of the enrolment."""
    cells, wanted = list(statuses), list(pieces)
    locked = _lock(enrolment.pk)
    if not wanted:
        raise ValidationError(_("Choose at least one file, or give a link."))
    _check_cells(locked, cells)
    made = [_evidence(locked, piece, cells, by=by) for piece in wanted]
    _keep(list(zip(made, wanted, strict=True)), cells, by=by)
    revision.bump(locked.commune.area_id)
    return made


@transaction.atomic
def edit(
    evidence: Evidence,
    *,
    seen: str,
    statuses: Iterable[CriterionStatus],
    caption: str,
    dated_on: dt.date | None,
    valid_until: dt.date | None,
    has_personal_data: bool,
    requirement: EvidenceRequirement | None,
) -> Evidence:
    """Say better what a piece is. Once a claim leant on it only what guards or adds may change.

    `seen` is the `mark` of what the writer saw. Raises Conflict with the piece.
    """
    locked = _lock(evidence.enrolment_id, may_be_closed=True)
    current = _present(evidence)
    if seen != mark(current):
        raise Conflict(current)
    cells = list(statuses)
    _check_cells(locked, cells)
    said = (normal(caption), dated_on, valid_until)
    if is_leant_on(first_of(current)):
        if said != (current.caption, current.dated_on, current.valid_until):
            raise ValidationError(LEANT_ON)
        if set(_cell_ids(current)) - {cell.pk for cell in cells}:
            raise ValidationError({"criteria": LEANT_ON})
    current.caption, current.dated_on, current.valid_until = said
    current.has_personal_data = has_personal_data
    current.requirement = requirement
    _check(current, cells)
    current.save(
        update_fields=["caption", "dated_on", "valid_until", "has_personal_data", "requirement"]
    )
    current.statuses.set(cells)
    revision.bump(locked.commune.area_id)
    return current


@transaction.atomic
def replace(evidence: Evidence, piece: Piece, *, by: User) -> Evidence:
    """Put a piece in the place of another, which stays on record and readable."""
    locked = _lock(evidence.enrolment_id)
    old = _present(evidence)
    cells = list(old.statuses.all())
    new = _evidence(locked, piece, cells, by=by)
    new.replaces = old
    _keep([(new, piece)], cells, by=by)
    revision.bump(locked.commune.area_id)
    return new


@transaction.atomic
def take_away(evidence: Evidence, *, reason: str, by: User) -> Evidence:
    """Count a piece no longer; refused where a submitted claim leant on it."""
    locked = _lock(evidence.enrolment_id)
    current = _present(evidence)
    if is_leant_on(first_of(current)):
        raise ValidationError(LEANT_ON)
    if not reason.strip():
        raise ValidationError({"reason": _("Say why it is taken away.")})
    current.removed_at, current.removed_by = clock.now(), by
    current.removal_reason = reason
    current.save(update_fields=["removed_at", "removed_by", "removal_reason"])
    revision.bump(locked.commune.area_id)
    return current


def mark(evidence: Evidence) -> str:
    """What is said of a piece, in a few letters: two marks differ where anything does."""
    said = (
        evidence.caption,
        evidence.dated_on,
        evidence.valid_until,
        evidence.has_personal_data,
        evidence.requirement_id,
        sorted(_cell_ids(evidence)),
    )
    return hashlib.sha256(repr(said).encode()).hexdigest()[:16]


def is_leant_on(evidence: Evidence) -> bool:
    """Whether a claim of one of its cells was submitted since it was attached."""
    claims = Claim.objects.filter(status__in=evidence.statuses.all())
    return claims.filter(submitted_at__gte=evidence.attached_at).exists()


def normal(caption: str) -> str:
    """A caption as it is stored."""
    return Evidence._meta.get_field("caption").to_python(caption)


def _lock(enrolment_id: int, *, may_be_closed: bool = False) -> Enrolment:
    enrolment = Enrolment.lock(enrolment_id)
    if enrolment.closed_on and enrolment.closed_on <= clock.today() and not may_be_closed:
        message = _("The commune's run at this set closed on %(day)s.")
        raise ValidationError(message % {"day": f"{enrolment.closed_on:%d/%m/%Y}"})
    return enrolment


def _present(evidence: Evidence) -> Evidence:
    """The row as it is now; refused if somebody replaced or took it away."""
    current = Evidence.objects.select_related("file", "requirement").get(pk=evidence.pk)
    if current.removed_at:
        raise ValidationError(_("This evidence was taken away already."))
    if Evidence.objects.filter(replaces=current).exists():
        raise ValidationError(_("This evidence was replaced already. See the newer one."))
    return current


def first_of(evidence: Evidence) -> Evidence:
    """The oldest of the pieces that this one stands in for: a claim may have leant on that."""
    while evidence.replaces_id:
        evidence = Evidence.objects.get(pk=evidence.replaces_id)
    return evidence


def _cell_ids(evidence: Evidence) -> list[int]:
    return list(evidence.statuses.values_list("pk", flat=True))


def _check_cells(enrolment: Enrolment, cells: list[CriterionStatus]) -> None:
    if not cells:
        raise ValidationError({"criteria": _("Choose at least one criterion.")})
    if any(cell.enrolment_id != enrolment.pk for cell in cells):
        raise ValidationError({"criteria": _("Evidence shows criteria of one commune only.")})


def _evidence(
    enrolment: Enrolment, piece: Piece, cells: list[CriterionStatus], *, by: User
) -> Evidence:
    evidence = Evidence(
        enrolment=enrolment,
        url=piece.url,
        caption=normal(piece.caption),
        dated_on=piece.dated_on,
        valid_until=piece.valid_until,
        has_personal_data=piece.has_personal_data,
        requirement=piece.requirement,
        attached_at=clock.now(),
        attached_by=by,
    )
    if (piece.file is None) == (not piece.url):
        raise ValidationError(_("Attach a file or give a link, one of the two."))
    _check(evidence, cells)
    return evidence


def _check(evidence: Evidence, cells: list[CriterionStatus]) -> None:
    """What can be said before a file is kept."""
    errors = {}
    if evidence.dated_on and evidence.dated_on > clock.today():
        errors["dated_on"] = future_day(evidence.dated_on, "dated_on")
    first = evidence.dated_on
    if first and evidence.valid_until and evidence.valid_until < first:
        errors["valid_until"] = _("It cannot run out before the day of the evidence.")
    asked = evidence.requirement
    if asked and asked.criterion_id not in {cell.criterion_id for cell in cells}:
        errors["requirement"] = _("This paper is required of another criterion.")
    if errors:
        raise ValidationError(errors)
    evidence.clean_fields(exclude=["enrolment", "file", "attached_by", "requirement"])


def _keep(made: list[tuple[Evidence, Piece]], cells: list[CriterionStatus], *, by: User) -> None:
    """Store the files and the rows; of files that are not to stay nothing stays behind."""
    try:
        for evidence, piece in made:
            if piece.file:
                evidence.file = uploads.store(piece.file, by)
            evidence.full_clean(exclude=["enrolment", "file", "attached_by", "requirement"])
            evidence.save(force_insert=True)
    except Exception:
        for evidence, _piece in made:
            if evidence.file:
                uploads.forget(evidence.file)
        raise
    link = Evidence.statuses.through
    link.objects.bulk_create(
        link(evidence=evidence, criterionstatus=cell) for evidence, _piece in made for cell in cells
    )
