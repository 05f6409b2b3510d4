"""What a board comes to: totals, weakest criteria, how old its figures are."""

import datetime as dt
from dataclasses import dataclass
from fractions import Fraction
from itertools import islice
from operator import itemgetter

from django.utils.translation import gettext

from criteria.models import Criterion
from criteria.progress import scoring
from criteria.progress.board import Board

STALE_AFTER_DAYS = 90
NAMED = 4
RECOGNISED_NAMED = 3


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
    recognised: int
    # With what they meet: "20/20".
    first_recognised: list[tuple[str, str]]
    not_assessed: int
    assessed: int
    # Criteria of communes that nobody judged yet, where some are.
    open_count: int
    average: Fraction | None
    # Over the communes assessed on both days: one assessed since is no change of the others.
    average_change: Fraction | None


def totals(board: Board) -> Totals:
    """The head of the page, over the communes of the set."""
    changes = [row.change for row in board.rows if row.change is not None]
    recognised = [row for row in board.rows if row.status and row.status.is_recognised]
    assessed = len(board.assessed)
    return Totals(
        communes=len(board.rows),
        recognised=len(recognised),
        first_recognised=[(row.name, str(row.head)) for row in recognised[:RECOGNISED_NAMED]],
        not_assessed=len(board.rows) - assessed,
        assessed=assessed,
        open_count=sum(sum(board.counts(one)) for one in scoring.UNJUDGED) if assessed else 0,
        average=scoring.average_met([row.head for row in board.assessed]),
        average_change=Fraction(sum(changes), len(changes)) if changes else None,
    )


def lacks(board: Board, most: int) -> list[WeakCriterion]:
    """The criteria that communes lack, the one that most lack first, no more than so many."""
    pairs = zip(board.criteria, board.letters, strict=True)
    lacked = [(_lacking(of_one), criterion, of_one) for criterion, of_one in pairs]
    lacked = sorted(filter(itemgetter(0), lacked), key=lambda one: (-one[0], one[1].number))
    return [_weak(board, *one) for one in lacked[:most]]


def _lacking(letters: str) -> int:
    return letters.count(scoring.NEARLY) + letters.count(scoring.NOT_MET)


def _weak(board: Board, count: int, criterion: Criterion, letters: str) -> WeakCriterion:
    lacking = (scoring.NEARLY, scoring.NOT_MET)
    found = ((board.rows[at].name, one) for at, one in enumerate(letters) if one in lacking)
    met = letters.count(scoring.MET)
    shown = tuple(name_lacking(*one) for one in islice(found, NAMED))
    return WeakCriterion(criterion.number, criterion.short_name, met, met + count, shown, count)


def name_lacking(name: str, letter: str) -> str:
    """A commune that does not meet a criterion; of one that nearly does that is said."""
    nearly = letter == scoring.NEARLY
    return gettext("%(commune)s (nearly met)") % {"commune": name} if nearly else name


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
