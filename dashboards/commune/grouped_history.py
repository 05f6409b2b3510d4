"""A commune's history as people tell it: what one sitting decided is one entry, not twenty."""

import datetime as dt
from collections.abc import Container, Iterable
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby

from django.utils.text import capfirst

from criteria.models import Assessment, Level, Result
from criteria.templatetags.results import basis_word
from nrm_tracker.templatetags.ui import who


@dataclass(frozen=True)
class ToldAssessment:
    """An entry of history as pages print it."""

    pk: int
    number: int
    criterion: str
    short_name: str
    level: int
    level_name: str
    result: str
    percent: Decimal | None
    basis: str
    basis_text: str
    basis_name: str
    assessed_on: dt.date
    recorded_at: dt.datetime
    by: str
    decided_by: str
    on_behalf_of: str
    document_number: str
    reason: str
    no_evidence_reason: str
    missed_round: int | None
    voids: bool
    is_correction: bool
    is_corrected: bool
    is_illustrative: bool
    may_correct: bool = False

    def __str__(self) -> str:
        return self.criterion

    @classmethod
    def of(
        cls, entry: Assessment, corrected: Container[int], correctable: Container[int] = ()
    ) -> "ToldAssessment":
        """`corrected`, `correctable`: keys of what was corrected, and of what the reader may."""
        criterion, body = entry.status.criterion, entry.on_behalf_of
        return cls(
            pk=entry.pk,
            number=criterion.number,
            criterion=str(criterion),
            short_name=criterion.short_name,
            level=entry.level,
            level_name=entry.get_level_display(),
            result=entry.result,
            percent=entry.percent,
            basis=entry.basis,
            basis_text=entry.basis_text,
            basis_name=entry.basis_text or capfirst(basis_word(entry.basis, entry.level)),
            assessed_on=entry.assessed_on,
            recorded_at=entry.recorded_at,
            by=who(entry.recorded_by, entry.recorded_at),
            decided_by=entry.decided_by,
            on_behalf_of=str(body.named_on(entry.recorded_at)) if body else "",
            document_number=entry.document_number,
            reason=entry.reason,
            no_evidence_reason=entry.no_evidence_reason,
            missed_round=entry.missed_round,  # type: ignore[attr-defined]  # by `cells.told_by`
            voids=entry.voids,
            is_correction=entry.corrects_id is not None,
            is_corrected=entry.pk in corrected,
            is_illustrative=entry.is_illustrative,
            may_correct=entry.pk in correctable,
        )


@dataclass(frozen=True)
class SittingEntry:
    """Assessments of one day, level and basis, that one person entered in one go."""

    entries: list[ToldAssessment]

    @property
    def first(self) -> ToldAssessment:
        return self.entries[0]

    @property
    def is_single(self) -> bool:
        return len(self.entries) == 1

    @property
    def is_conclusion(self) -> bool:
        """Whether somebody above the commune said it."""
        return self.first.level > Level.COMMUNE

    @property
    def no_evidence(self) -> list[str]:
        """The reasons for having no evidence, each once, in the order of the entries."""
        given = (entry.no_evidence_reason for entry in self.entries)
        return list(dict.fromkeys(reason for reason in given if reason))

    @property
    def by_result(self) -> list[tuple[str, list[ToldAssessment]]]:
        """Which criteria got which result, in the order of rule 1."""
        found = []
        for result in Result.values:
            entries = [entry for entry in self.entries if entry.result == result]
            if entries:
                found.append((result, sorted(entries, key=lambda entry: entry.number)))
        return found


def sittings(assessments: Iterable[Assessment]) -> list[list[Assessment]]:
    """The sittings of a history that is sorted newest first. Corrections stand alone."""
    return [list(entries) for _, entries in groupby(assessments, key=_sitting)]


def tell(found: Iterable[list[Assessment]], corrected: Container[int]) -> list[SittingEntry]:
    """Sittings as pages print them."""
    return [
        SittingEntry([ToldAssessment.of(entry, corrected) for entry in entries])
        for entries in found
    ]


def _sitting(entry: Assessment) -> tuple[object, ...]:
    if entry.corrects_id:
        return (entry.pk,)
    minute: dt.datetime = entry.recorded_at.replace(second=0, microsecond=0)
    return (
        entry.assessed_on,
        entry.level,
        entry.basis,
        entry.basis_text,
        minute,
        entry.recorded_by_id,
        entry.decided_by,
        entry.reason,
        entry.is_illustrative,
        entry.missed_round,  # type: ignore[attr-defined]  # by `cells.told_by`
    )
