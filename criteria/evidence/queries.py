"""How pages read evidence, and the checklist of required papers (rule 10)."""

import datetime as dt
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse

from criteria.models import (
    CriterionStatus,
    Enrolment,
    Evidence,
    EvidenceRequirement,
)
from nrm_tracker import clock, uploads
from nrm_tracker.prepared import prepared
from nrm_tracker.templatetags.ui import who


@dataclass(frozen=True)
class EvidenceRow:
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
    rows: list[EvidenceRow] = field(default_factory=list)

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
    others: list[EvidenceRow]

    @property
    def there_count(self) -> int:
        return sum(one.is_there for one in self.required)

    @property
    def is_empty(self) -> bool:
        return not self.required and not self.others


def evidence_of(
    of: CriterionStatus | Enrolment, day: dt.date, may_see_personal: bool | Collection[int]
) -> list[EvidenceRow]:
    """What was attached to a cell, or to all of a run, and stood at the end of the day.

    One query. `may_see_personal` holds for all, or names the criteria of which the person may;
    a piece that shows several is seen with any of them.
    """
    enrolment_id, status_id = (of.pk, None) if isinstance(of, Enrolment) else (None, of.pk)
    numbers: dict[int, list[int]] = {}
    found: dict[int, Evidence] = {}
    for link in _links(enrolment_id, status_id, clock.end_of(day)):
        found[link.evidence_id] = link.evidence
        numbers.setdefault(link.evidence_id, []).append(link.criterionstatus.criterion.number)
    return [
        _row(evidence, tuple(sorted(numbers[pk])), day, may_see_personal)
        for pk, evidence in found.items()
    ]


def checklist(
    requirements: Iterable[EvidenceRequirement], rows: Iterable[EvidenceRow]
) -> Checklist:
    """What is required with what is there of it, and what is there besides."""
    found = Checklist([Required(one) for one in requirements], [])
    asked = {one.requirement.pk: one.rows for one in found.required}
    for row in rows:
        asked.get(row.requirement_id or 0, found.others).append(row)
    return found


@prepared
def _links(enrolment_id: int | None, status_id: int | None, end: dt.datetime) -> QuerySet[Any]:
    """Which piece shows which cell, of the pieces of a run or of a cell that stood at the end."""
    links = Evidence.statuses.through.objects.filter(
        Q(evidence__removed_at__isnull=True) | Q(evidence__removed_at__gte=end),
        Q(evidence__replacement__isnull=True) | Q(evidence__replacement__attached_at__gte=end),
        evidence__attached_at__lt=end,
    )
    if enrolment_id is not None:
        links = links.filter(evidence__enrolment=enrolment_id)
    if status_id is not None:
        links = links.filter(evidence__in=Evidence.objects.filter(statuses=status_id))
    return links.select_related(
        "evidence__file", "evidence__attached_by", "criterionstatus__criterion"
    ).order_by("evidence__attached_at", "evidence", "criterionstatus__criterion")


def _row(
    evidence: Evidence,
    numbers: tuple[int, ...],
    day: dt.date,
    may_see_personal: bool | Collection[int],
) -> EvidenceRow:
    if isinstance(may_see_personal, bool):
        may = may_see_personal
    else:
        may = any(number in may_see_personal for number in numbers)
    is_visible = may or not evidence.has_personal_data
    file = evidence.file if is_visible else None
    return EvidenceRow(
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
        thumbnail=reverse("evidence-thumbnail", args=[evidence.pk])
        if file and file.thumbnail
        else "",
        is_link=bool(evidence.url),
        dated_on=evidence.dated_on,
        valid_until=evidence.valid_until,
        requirement_id=evidence.requirement_id,
        numbers=numbers,
        attached_at=evidence.attached_at,
        attached_by=who(evidence.attached_by, evidence.attached_at),
        replaces_id=evidence.replaces_id,
    )


def _address(evidence: Evidence) -> str:
    return evidence.url or reverse("evidence-file", args=[evidence.pk])
