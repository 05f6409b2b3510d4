"""The area at a glance, and the list of its communes."""

import datetime as dt

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from accounts.access import SignedIn
from communes.models import Checked
from criteria.models import Bracket
from criteria.progress import board_page, matrix, page_date
from criteria.progress.board import Board, BoardRow
from criteria.progress.brackets import bands
from dashboards.overview import charts, upcoming
from dashboards.overview.summary import lacks, met_of_assessed, stale_since, totals
from nrm_tracker.page_cache import cached_until_written


@require_safe
@cached_until_written
def commune_list(request: SignedIn) -> HttpResponse:
    if to_iso := page_date.to_iso(request):
        return to_iso
    page = board_page.board_page(request, default_sort="name")
    return render(
        request,
        "dashboards/overview/communes.html",
        {
            "nav": "communes",
            "when": page.when,
            "board": page.board,
            "board_page": page,
            "totals": totals(page.board),
            "stale_since": stale_since(page.board.newest_day, page.when.day),
        },
    )


LINES_IN_CHART = 3
WEAKEST_SHOWN = 5
DAYS_OFFERED = 3


@require_safe
@cached_until_written
def home(request: SignedIn) -> HttpResponse:
    if to_iso := page_date.to_iso(request):
        return to_iso
    if not request.access.areas and request.access.is_administrator:
        return redirect("setup")
    page = board_page.board_page(request, default_sort="focus", drawn=drawn_in_chart)
    board, when = page.board, page.when
    focus = board_page.in_focus(board)
    area = request.access.area
    brackets = Bracket.objects.of(board.criteria_set, area.province_id if area else None)
    marks = charts.map_marks(board.rows, brackets)
    return render(
        request,
        "dashboards/overview/overview.html",
        {
            "nav": "home",
            "when": when,
            "board": board,
            "board_page": page,
            "totals": totals(board),
            "focus": focus,
            "overdue_count": sum(row.target_on < when.day for row in focus if row.target_on),
            "next_target_on": min(
                (row.target_on for row in focus if row.target_on and row.target_on >= when.day),
                default=None,
            ),
            "upcoming": upcoming.of_area(request.access.shown, when.moment),
            "focus_missing": [(row, board.missing(row)) for row in focus[: board_page.FOCUS_SHOWN]],
            "matrix": matrix.body(board, page.rows, when.query, linked=page.is_a_page),
            "met_counts": met_of_assessed(board),
            "lacks": lacks(board)[:WEAKEST_SHOWN],
            "chart": charts.line_chart(
                drawn_in_chart(board), page.histories, when.day, board.size
            ),
            "marks": marks,
            "marks_svg": charts.svg(marks),
            "bands": bands([row.head for row in board.rows], brackets),
            "days": days_of_change(page),
            "stale_since": stale_since(board.newest_day, when.day),
            "least_checked": least_checked(board.rows),
        },
    )  # fmt: skip


def least_checked(rows: list[BoardRow]) -> list[BoardRow]:
    """Those whose recognitions were compared with the least, none where all were with the law."""
    found: dict[str, list[BoardRow]] = {}
    for row in rows:
        if row.recognition:
            found.setdefault(row.recognition.checked, []).append(row)
    return found.get(Checked.UNREAD) or found.get(Checked.QUOTED) or []


def drawn_in_chart(board: Board) -> list[BoardRow]:
    """The communes whose progress is drawn: those on their way, or else the first assessed."""
    return (board_page.in_focus(board) or board.assessed)[:LINES_IN_CHART]


def days_of_change(page: board_page.BoardPage) -> list[dt.date]:
    """The newest days before the one shown on which a commune of the chart changed."""
    days = {day for past in page.histories.values() for day, _ in past}
    return sorted(days - {page.when.day}, reverse=True)[:DAYS_OFFERED]
