"""The row of cells on any day, from history: pure functions of plain values (rules 3, 5, 7)."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from criteria.models.history import headline_order
from criteria.models.yardstick import Level
from criteria.progress import scoring


class AssessmentEntry(NamedTuple):
    """What one assessment says, with what decides whether it counts. Thousands are made at once."""

    pk: int
    number: int
    level: int
    result: str
    assessed_on: dt.date
    recorded_at: dt.datetime
    basis: str
    basis_text: str
    corrects_id: int | None = None
    voids: bool = False


@dataclass(frozen=True)
class DayRow:
    """A commune's cells from a day on, and what the newest of them rests on."""

    on_day: dt.date
    results: str
    basis: str
    basis_text: str


class StoredRow(NamedTuple):
    """A stored row of an enrolment, which stands until its next one."""

    enrolment_id: int
    on_day: dt.date
    results: str
    basis: str
    basis_text: str


class Difference(NamedTuple):
    """A stretch of days on which a row is not what it was."""

    first: dt.date
    last: dt.date
    has_other_results: bool


def differences(
    before: Iterable[StoredRow], after: Iterable[StoredRow], until: dt.date
) -> list[Difference]:
    """Where the rows of one enrolment differ, up to a day: the stretches, oldest first."""
    was, now = ({row.on_day: row for row in rows} for rows in (before, after))
    days = sorted(was.keys() | now.keys())
    ends = [*(day - dt.timedelta(days=1) for day in days[1:]), until]
    found: list[Difference] = []
    old = new = None
    for day, end in zip(days, ends, strict=False):
        old, new = was.get(day, old), now.get(day, new)
        if _reads(old) != _reads(new):
            found.append(Difference(day, end, _reads(old)[:1] != _reads(new)[:1]))
    return found


def _reads(row: StoredRow | None) -> tuple[str, ...]:
    return (row.results, row.basis, row.basis_text) if row else ()


def in_force(entries: Iterable[AssessmentEntry]) -> list[AssessmentEntry]:
    """The entries that count: neither corrected nor voiding."""
    known = list(entries)
    corrected = {entry.corrects_id for entry in known}
    return [entry for entry in known if entry.pk not in corrected and not entry.voids]


def headlines(entries: Iterable[AssessmentEntry]) -> dict[int, AssessmentEntry]:
    """The entry that stands at the head of each criterion, by its number."""
    latest: dict[int, AssessmentEntry] = {}
    for entry in sorted(_above_commune(entries), key=headline_order):
        latest[entry.number] = entry
    return latest


def rows(entries: Iterable[AssessmentEntry], numbers: list[int]) -> list[DayRow]:
    """The rows that history makes, one for each day on which something was found, oldest first."""
    cells = dict.fromkeys(numbers, scoring.NOT_ASSESSED)
    made: list[DayRow] = []
    for entry in sorted(_above_commune(entries), key=headline_order):
        cells[entry.number] = scoring.LETTERS[entry.result]
        row = DayRow(entry.assessed_on, "".join(cells.values()), entry.basis, entry.basis_text)
        if made and made[-1].on_day == row.on_day:
            made[-1] = row
        else:
            made.append(row)
    return made


def _above_commune(entries: Iterable[AssessmentEntry]) -> list[AssessmentEntry]:
    return [entry for entry in in_force(entries) if entry.level > Level.COMMUNE]
