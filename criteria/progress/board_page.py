"""What the pages of an area share: its board, made once a request from the address."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from django.core.paginator import Page, Paginator
from django.utils.translation import gettext

from accounts.access import SignedIn
from criteria.progress import board as progress_board
from criteria.progress import page_date
from criteria.progress.board import Board, BoardRow
from criteria.progress.page_date import PageDate
from criteria.progress.statuses import add_statuses

ROWS_A_PAGE = 50
FOCUS_SHOWN = 10
FAR = 10_000


@dataclass(frozen=True)
class BoardPage:
    """A board with the rows of one page of it, in the order asked for."""

    when: PageDate
    board: Board
    page: Page
    sort: str
    histories: progress_board.Histories = field(default_factory=dict)

    @property
    def rows(self) -> list[BoardRow]:
        return list(self.page.object_list)

    @property
    def is_a_page(self) -> bool:
        """Whether no more rows are shown than a page has."""
        return len(self.page.object_list) <= ROWS_A_PAGE

    @property
    def sorts(self) -> list[tuple[str, str]]:
        """The orders that a page offers, with their names."""
        return [
            ("focus", gettext("communes with a target")),
            ("-met", gettext("most criteria met")),
            ("-missing", gettext("most criteria left")),
            ("name", gettext("name")),
            ("-day", gettext("newest figure")),
        ]


def board_page(
    request: SignedIn,
    *,
    default_sort: str,
    since: dt.date | None = None,
    drawn: Callable[[Board], list[BoardRow]] = lambda board: [],
) -> BoardPage:
    """The board of the area that is looked at, sorted and paged as the address says.

    Compared with `since` where the address names no day. `drawn` says of which communes the page
    also needs the history.
    """
    when = page_date.read(request)
    moment = replace(when.moment, compare=when.moment.compare or since)
    board = progress_board.board(request.access.shown, moment, when.set_code)
    progress_board.add_targets(board)
    sort = request.GET.get("sort", "")
    sort = sort if sort in SORTS else default_sort
    rows = sorted(board.rows, key=SORTS[sort])
    size = max(len(rows), 1) if request.GET.get("rows") == "all" else ROWS_A_PAGE
    page = Paginator(rows, size).get_page(request.GET.get("page"))
    shown = [*page.object_list, *in_focus(board)[:FOCUS_SHOWN]]
    histories = progress_board.add_bases(board, shown, drawn(board))
    add_statuses(board)
    return BoardPage(settled(when, board), board, page, sort, histories)


def settled(when: PageDate, board: Board) -> PageDate:
    """The moment whose links name the set, where a commune shown runs at more than one."""
    if board.has_choice and board.criteria_set:
        return replace(when, set_code=board.criteria_set.code)
    return when


def in_focus(board: Board) -> list[BoardRow]:
    """The communes that have not reached their target: first those whose day has passed, then the
    next to come, of one day those furthest off."""
    day = board.moment.day
    rows = [row for row in board.rows if row.target_on and not row.is_there]
    return sorted(rows, key=lambda row: (row.target_on or day, -row.left, row.sort_key))


def _by_focus(row: BoardRow) -> tuple[object, ...]:
    """Communes on their way to a target first, then those assessed, then the others."""
    aims = row.target_on is not None and not row.is_there
    return (not aims, not row.head.is_assessed, row.head.met, row.sort_key)


def _by_met(row: BoardRow) -> tuple[object, ...]:
    return (not row.head.is_assessed, row.head.met, row.sort_key)


def _by_met_down(row: BoardRow) -> tuple[object, ...]:
    return (not row.head.is_assessed, -row.head.met, row.sort_key)


def _by_missing_down(row: BoardRow) -> tuple[object, ...]:
    return (not row.head.is_assessed, -row.left, row.sort_key)


def _by_day(row: BoardRow) -> tuple[object, ...]:
    return (row.on_day is None, row.on_day.toordinal() if row.on_day else 0, row.sort_key)


def _by_day_down(row: BoardRow) -> tuple[object, ...]:
    return (row.on_day is None, -row.on_day.toordinal() if row.on_day else 0, row.sort_key)


SORTS = {
    "focus": _by_focus,
    "name": lambda row: row.sort_key,
    "-name": lambda row: [-ord(c) for c in row.sort_key] + [FAR],
    "met": _by_met,
    "-met": _by_met_down,
    "-missing": _by_missing_down,
    "day": _by_day,
    "-day": _by_day_down,
}
