"""What changed in an area since a day: commune by commune, criterion by criterion."""

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from operator import itemgetter
from typing import Any

from django.db.models import QuerySet

from criteria.models import Assessment
from criteria.models.history import HEADLINE_ORDER
from criteria.progress import scoring
from criteria.progress.board import Board, BoardRow
from criteria.templatetags.results import basis_word
from nrm_tracker.prepared import prepared

COMMUNES_SHOWN, CELLS_SHOWN = 6, 4


@dataclass(frozen=True)
class CellChange:
    """A criterion, what it was and is, and by whose word of which day, where somebody spoke."""

    number: int
    name: str
    was: str
    now: str
    who: str = ""
    on_day: dt.date | None = None


@dataclass(frozen=True)
class CommuneChange:
    slug: str
    name: str
    # What it meets; of one assessed for the first time, and of how many: "10/20".
    now: str
    # What it met before, or nothing where it was not assessed.
    before: str = ""
    gained: int = 0
    cells: tuple[CellChange, ...] = ()
    more: int = 0
    # By whose word of which day it was assessed for the first time.
    who: str = ""
    on_day: dt.date | None = None

    @property
    def amount(self) -> int:
        return abs(self.gained)

    @property
    def is_first(self) -> bool:
        """Whether it was assessed for the first time."""
        return not self.before


@dataclass(frozen=True)
class Changes:
    """Those of the first communes, how many more changed, and how many did not."""

    shown: list[CommuneChange]
    more: int
    unchanged: int


def changes(board: Board) -> Changes:
    """Since the day that the board is compared with: one query, where something changed."""
    changed = [row for row in board.rows if (row.before or _nothing(row)) != row.results]
    changed.sort(key=_first)
    shown = changed[:COMMUNES_SHOWN]
    spoken = _spoken(board, shown)
    return Changes(
        shown=[_change(board, row, spoken) for row in shown],
        more=len(changed) - len(shown),
        unchanged=len(board.rows) - len(changed),
    )


def _first(row: BoardRow) -> tuple[object, ...]:
    """Those that aim at a day first, the earliest day on top; then those that gained most."""
    return (row.target_on or dt.date.max, -(row.change or 0), row.sort_key)


def _nothing(row: BoardRow) -> str:
    return scoring.NOT_ASSESSED * len(row.results)


def _was_assessed(row: BoardRow) -> bool:
    return bool(row.before) and scoring.headline(row.before or "").is_assessed


# Who said it and when, by run and number.
Spoken = dict[tuple[int, int], tuple[str, dt.date]]


def _spoken(board: Board, rows: list[BoardRow]) -> Spoken:
    moment = board.moment
    runs = [row.enrolment_id for row in rows if row.enrolment_id]
    if not runs or moment.compare is None:
        return {}
    found = _said(runs, moment.compare, moment.day, moment.known_before)
    return {
        (run, number): (decided_by or text or basis_word(basis, level), on_day)
        for run, number, decided_by, text, basis, level, on_day in found
    }


@prepared
def _said(
    runs: Collection[int], since: dt.date, until: dt.date, before: dt.datetime | None
) -> QuerySet[Assessment, Any]:
    """What was found above the communes after a day; of a cell the word that counts comes last."""
    found = Assessment.objects.filter(
        status__enrolment__in=runs, assessed_on__gt=since, assessed_on__lte=until
    )
    return (
        found.above_commune()
        .in_force(before)
        .order_by(*HEADLINE_ORDER)
        .values_list(
            *("status__enrolment_id", "status__criterion__number"),
            *("decided_by", "basis_text", "basis", "level", "assessed_on"),
        )
    )


def _change(board: Board, row: BoardRow, spoken: Spoken) -> CommuneChange:
    if not _was_assessed(row):
        said = [said for (run, _), said in spoken.items() if run == row.enrolment_id]
        who, on_day = max(said, key=itemgetter(1), default=("", None))
        return CommuneChange(row.slug, row.name, now=str(row.head), who=who, on_day=on_day)
    was = row.before or ""
    cells = [
        CellChange(
            criterion.number,
            criterion.short_name,
            scoring.NAMES[was[at]],
            scoring.NAMES[row.results[at]],
            *spoken.get((row.enrolment_id or 0, criterion.number), ()),
        )
        for at, criterion in enumerate(board.criteria)
        if row.changed_at(at)
    ]
    return CommuneChange(
        slug=row.slug,
        name=row.name,
        before=str(scoring.headline(was).met),
        now=str(row.head.met),
        gained=row.change or 0,
        cells=tuple(cells[:CELLS_SHOWN]),
        more=len(cells) - len(cells[:CELLS_SHOWN]),
    )
