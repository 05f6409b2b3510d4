"""A commune's history as people tell it: what one sitting decided is one entry, not twenty."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby

from criteria.models import Assessment, Criterion, Level, Result


@dataclass(frozen=True)
class SittingEntry:
    """Assessments of one day, level and basis, that one person entered in one go."""

    entries: list[Assessment]

    @property
    def first(self) -> Assessment:
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
    def by_result(self) -> list[tuple[str, list[Criterion]]]:
        """Which criteria got which result, in the order of rule 1."""
        found = []
        for result in Result.values:
            criteria = [e.status.criterion for e in self.entries if e.result == result]
            if criteria:
                found.append((result, sorted(criteria, key=lambda c: c.number)))
        return found


def tell(assessments: Iterable[Assessment]) -> list[SittingEntry]:
    """The sittings of a history that is sorted newest first. Corrections stand alone."""
    return [SittingEntry(list(entries)) for _, entries in groupby(assessments, key=_sitting)]


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
