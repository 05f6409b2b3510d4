"""What shows that a criterion is met: its verbs, and how pages read it (rule 10).

Each verb is one transaction, locks the enrolment, and raises ValidationError by field.
"""

import datetime as dt
import hashlib
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from criteria.entries import future_day
from criteria.models import (
    Claim,
    CriterionStatus,
    Enrolment,
    Evidence,
    EvidenceRequirement,
)
from nrm_tracker import clock, uploads

LEANT_ON = gettext_lazy(
    "A submitted claim leans on this evidence. Replace it; the old piece stays on record."
)


class ChangedMeanwhile(Exception):
    """Somebody else changed what is said of the same piece first (rule 11)."""


@dataclass(frozen=True, kw_only=True)
class Piece:
    """A file or a link as it is to be attached."""

    caption: str
    file: uploads.Checked | None = None
    url: str = ""
    dated_on: dt.date | None = None
    valid_until: dt.date | None = None
    has_personal_data: bool = False
    requirement: EvidenceRequirement | None = None


@dataclass(frozen=True)
class Row:
    """A piece of evidence for a page. What the reader may not see is empty, and `is_visible` no."""

    pk: int
    is_visible: bool
    is_personal: bool
    is_expired: bool
    caption: str
    name: str
    kind: str
    size: int
    sha256: str
    address: str
    thumbnail: str
    is_link: bool
    dated_on: dt.date | None
    valid_until: dt.date | None
    requirement_id: int | None
    numbers: tuple[int, ...]
    attached_at: dt.datetime
    attached_by: str
    replaces_id: int | None


@dataclass(frozen=True)
class Required:
    """A kind of paper that a criterion asks for, with what is there of it."""

    requirement: EvidenceRequirement
    rows: list[Row] = field(default_factory=list)

    @property
    def is_there(self) -> bool:
        return bool(self.rows)

    @property
    def is_expired(self) -> bool:
        """Whether all that is there ran out."""
        return bool(self.rows) and all(row.is_expired for row in self.rows)


@dataclass(frozen=True)
class Checklist:
    """The evidence of a cell: by what is required, then the rest."""

    required: list[Required]
    others: list[Row]

    @property
    def there_count(self) -> int:
        return sum(one.is_there for one in self.required)

    @property
    def is_empty(self) -> bool:
        return not self.required and not self.others


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

    `seen` is the `mark` of what the writer saw. Raises ChangedMeanwhile.
    """
    locked = _lock(evidence.enrolment_id, may_be_closed=True)
    current = _present(evidence)
    if seen != mark(current):
        raise ChangedMeanwhile
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
    return new


@transaction.atomic
def take_away(evidence: Evidence, *, reason: str, by: User) -> Evidence:
    """Count a piece no longer; refused where a submitted claim leant on it."""
    _lock(evidence.enrolment_id)
    current = _present(evidence)
    if is_leant_on(first_of(current)):
        raise ValidationError(LEANT_ON)
    if not reason.strip():
        raise ValidationError({"reason": _("Say why it is taken away.")})
    current.removed_at, current.removed_by = clock.now(), by
    current.removal_reason = reason
    current.save(update_fields=["removed_at", "removed_by", "removal_reason"])
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


def evidence_of(
    of: CriterionStatus | Enrolment, day: dt.date, may_see_personal: bool | Collection[int]
) -> list[Row]:
    """What was attached to a cell, or to all of a run, and stood at the end of the day.

    One query. `may_see_personal` holds for all, or names the criteria of which the person may;
    a piece that shows several is seen with any of them.
    """
    shown = _links(of, day).select_related(
        "evidence__file", "evidence__attached_by", "criterionstatus__criterion"
    )
    numbers: dict[int, list[int]] = {}
    found: dict[int, Evidence] = {}
    for link in shown.order_by("evidence__attached_at", "evidence", "criterionstatus__criterion"):
        found[link.evidence_id] = link.evidence
        numbers.setdefault(link.evidence_id, []).append(link.criterionstatus.criterion.number)
    return [
        _row(evidence, tuple(sorted(numbers[pk])), day, may_see_personal)
        for pk, evidence in found.items()
    ]


def checklist(requirements: Iterable[EvidenceRequirement], rows: Iterable[Row]) -> Checklist:
    """What is required with what is there of it, and what is there besides."""
    found = Checklist([Required(one) for one in requirements], [])
    asked = {one.requirement.pk: one.rows for one in found.required}
    for row in rows:
        asked.get(row.requirement_id or 0, found.others).append(row)
    return found


def normal(caption: str) -> str:
    """A caption as it is stored."""
    return Evidence._meta.get_field("caption").to_python(caption)


def _links(of: CriterionStatus | Enrolment, day: dt.date) -> QuerySet:
    """Which piece shows which cell, of the pieces that stood at the end of the day."""
    end = clock.end_of(day)
    links = Evidence.statuses.through.objects.filter(
        Q(evidence__removed_at__isnull=True) | Q(evidence__removed_at__gte=end),
        Q(evidence__replacement__isnull=True) | Q(evidence__replacement__attached_at__gte=end),
        evidence__attached_at__lt=end,
    )
    if isinstance(of, Enrolment):
        return links.filter(evidence__enrolment=of)
    return links.filter(evidence__in=Evidence.objects.filter(statuses=of))


def _row(
    evidence: Evidence,
    numbers: tuple[int, ...],
    day: dt.date,
    may_see_personal: bool | Collection[int],
) -> Row:
    if isinstance(may_see_personal, bool):
        may = may_see_personal
    else:
        may = any(number in may_see_personal for number in numbers)
    is_visible = may or not evidence.has_personal_data
    file = evidence.file if is_visible else None
    return Row(
        pk=evidence.pk,
        is_visible=is_visible,
        is_personal=evidence.has_personal_data,
        is_expired=evidence.valid_until is not None and evidence.valid_until < day,
        caption=evidence.caption if is_visible else "",
        name=file.name if file else "",
        kind=str(uploads.BY_MIME[file.kind].label) if file and file.kind in uploads.BY_MIME else "",
        size=file.size if file else 0,
        sha256=file.sha256 if file else "",
        address=_address(evidence) if is_visible else "",
        thumbnail=reverse("criteria:evidence-thumbnail", args=[evidence.pk])
        if file and file.thumbnail
        else "",
        is_link=bool(evidence.url),
        dated_on=evidence.dated_on,
        valid_until=evidence.valid_until,
        requirement_id=evidence.requirement_id,
        numbers=numbers,
        attached_at=evidence.attached_at,
        attached_by=str(evidence.attached_by),
        replaces_id=evidence.replaces_id,
    )


def _address(evidence: Evidence) -> str:
    return evidence.url or reverse("criteria:evidence-file", args=[evidence.pk])


def _lock(enrolment_id: int, *, may_be_closed: bool = False) -> Enrolment:
    """Whoever writes to an enrolment waits for whoever is writing to it."""
    enrolment = Enrolment.objects.select_for_update().get(pk=enrolment_id)
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
