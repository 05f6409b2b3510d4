"""The communes that aim at a target day, and the message that tells of them: plain values."""

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from typing import NamedTuple

from criteria.progress import board_page, scoring
from criteria.progress.board import Board, BoardRow
from dashboards.overview.summary import Totals
from dashboards.overview.upcoming import AreaUpcoming, UpcomingSession
from meetings.tasks.alike import TaskGroup


class CriterionName(NamedTuple):
    number: int
    short_name: str
    name: str

    def __str__(self) -> str:
        return f"{self.number} {self.name}"


@dataclass(frozen=True)
class FocusRow:
    """A commune on its way, with the criteria that it does not meet, and those nearly met."""

    row: BoardRow
    not_met: tuple[CriterionName, ...]
    nearly: tuple[CriterionName, ...]

    @property
    def said_not_met(self) -> str:
        return "; ".join(map(str, self.not_met))

    @property
    def said_nearly(self) -> str:
        return "; ".join(map(str, self.nearly))

    @classmethod
    def of(cls, board: Board, row: BoardRow) -> "FocusRow":
        open_ = (scoring.NOT_MET, *(scoring.UNJUDGED if row.head.is_assessed else ()))
        return cls(row, _named(board, row, open_), _named(board, row, scoring.NEARLY))


@dataclass(frozen=True)
class Focus:
    """How many there are and the first of them, how many are past their day, the next day."""

    count: int
    rows: list[FocusRow]
    overdue: int
    next_on: dt.date | None

    @property
    def has_more(self) -> bool:
        return self.count > len(self.rows)


@dataclass(frozen=True)
class Message:
    """What the message says beside them."""

    place: str
    totals: Totals
    late: list[TaskGroup]
    late_count: int
    sessions: list[UpcomingSession]

    @classmethod
    def of(cls, place: str, totals: Totals, ahead: AreaUpcoming) -> "Message":
        return cls(place, totals, ahead.late, ahead.late_count, ahead.sessions)


def focus_of(board: Board, day: dt.date) -> Focus:
    found = board_page.in_focus(board)
    days = [row.target_on for row in found if row.target_on]
    return Focus(
        count=len(found),
        rows=[FocusRow.of(board, row) for row in found[: board_page.FOCUS_SHOWN]],
        overdue=sum(one < day for one in days),
        next_on=min((one for one in days if one >= day), default=None),
    )


def _named(board: Board, row: BoardRow, letters: Collection[str]) -> tuple[CriterionName, ...]:
    return tuple(
        CriterionName(one.number, one.short_name, one.name) for one in board.having(row, letters)
    )
