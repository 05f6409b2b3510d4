"""What a board comes to: totals, weakest criteria, how old its figures are."""

import datetime as dt
from dataclasses import dataclass
from fractions import Fraction

from criteria.progress import scoring
from criteria.progress.board import Board, BoardRow

STALE_AFTER_DAYS = 90
NAMED = 4


@dataclass(frozen=True)
class WeakCriterion:
    """A criterion with the communes that do not meet it."""

    number: int
    short_name: str
    met: int
    assessed: int
    # Of the first communes that lack it.
    names: tuple[str, ...]
    count: int

    @property
    def further(self) -> int:
        """How many communes are not named."""
        return self.count - len(self.names)


@dataclass(frozen=True)
class Stale:
    """The day of the newest figure, more than so many days past."""

    day: dt.date
    after: int = STALE_AFTER_DAYS


@dataclass(frozen=True)
class Totals:
    """The figures at the head of the page."""

    communes: int
    recognised: list[BoardRow]
    not_assessed: int
    assessed: int
    # Criteria of communes that nobody judged yet, where some are.
    open_count: int
    average: Fraction | None
    # Over the communes assessed on both days: one assessed since is no change of the others.
    average_change: Fraction | None


def totals(board: Board) -> Totals:
    """The head of the page, over the communes of the set."""
    heads = [row.head for row in board.rows]
    changes = [row.change for row in board.rows if row.change is not None]
    return Totals(
        communes=len(board.rows),
        recognised=[row for row in board.rows if row.status and row.status.is_recognised],
        not_assessed=sum(not head.is_assessed for head in heads),
        assessed=sum(head.is_assessed for head in heads),
        open_count=sum(row.results.count(one) for row in board.rows for one in scoring.UNJUDGED)
        if any(head.is_assessed for head in heads)
        else 0,
        average=scoring.average_met(heads),
        average_change=Fraction(sum(changes), len(changes)) if changes else None,
    )


def lacks(board: Board) -> list[WeakCriterion]:
    """The criteria that communes lack, the one that most lack first."""
    found = []
    joined = "".join(row.results for row in board.rows)
    for position, criterion in enumerate(board.criteria):
        letters = joined[position :: board.size]
        pairs = zip(board.rows, letters, strict=True)
        lacking = [row for row, letter in pairs if letter in (scoring.NEARLY, scoring.NOT_MET)]
        if lacking:
            met, names = letters.count(scoring.MET), (row.name for row in lacking[:NAMED])
            count = len(lacking)
            found.append(
                WeakCriterion(
                    *(criterion.number, criterion.short_name, met, met + count),
                    *(tuple(names), count),
                )
            )
    return sorted(found, key=lambda lack: (-lack.count, lack.number))


def stale_since(newest: dt.date | None, day: dt.date) -> Stale | None:
    """The day of the newest figure where that is long past."""
    return Stale(newest) if newest and (day - newest).days > STALE_AFTER_DAYS else None


def met_of_assessed(board: Board) -> list[tuple[int, int, int]]:
    """For the foot of the matrix: criterion, communes that meet it, communes judged on it."""
    met, nearly, not_met = (
        board.counts(letter) for letter in (scoring.MET, scoring.NEARLY, scoring.NOT_MET)
    )
    return [
        (criterion.number, met[i], met[i] + nearly[i] + not_met[i])
        for i, criterion in enumerate(board.criteria)
    ]
