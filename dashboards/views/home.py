"""The area at a glance."""

import datetime as dt
from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.access import SignedIn
from criteria import scoring
from criteria.models import Bracket, Criterion, Recognition
from criteria.progress import Board, Row
from dashboards import agenda, boards, charts, matrix, moments
from dashboards.kept import kept
from nrm_tracker.revision import unchanged_since_last_write

STALE_AFTER_DAYS = 90
LINES_IN_CHART = 3
WEAKEST_SHOWN = 5
DAYS_OFFERED = 3


@dataclass(frozen=True)
class Lack:
    """A criterion with the communes that do not meet it."""

    criterion: Criterion
    met: int
    assessed: int
    lacking: list[Row]

    @property
    def count(self) -> int:
        return len(self.lacking)


@dataclass(frozen=True)
class Totals:
    """The figures at the head of the page."""

    communes: int
    recognised: list[Row]
    not_assessed: int
    assessed: int
    average: float | None
    # Over the communes assessed on both days: one assessed since is no change of the others.
    average_change: float | None


@require_safe
@unchanged_since_last_write
@kept()
def home(request: SignedIn) -> HttpResponse:
    if redirect := moments.to_iso(request):
        return redirect
    sheet = boards.sheet(request, default_sort="focus", drawn=drawn_in_chart)
    board, when = sheet.board, sheet.when
    focus = boards.in_focus(board)
    brackets = list(Bracket.objects.all())
    return render(
        request,
        "dashboards/overview/overview.html",
        {
            "nav": "home",
            "when": when,
            "board": board,
            "sheet": sheet,
            "totals": totals(board),
            "focus": focus,
            "agenda": agenda.of_area(request.access.areas, when.moment),
            "focus_missing": [(row, board.missing(row)) for row in focus[: boards.FOCUS_SHOWN]],
            "matrix": matrix.body(board, sheet.rows, when.query, linked=sheet.is_a_page),
            "met_counts": _met_of_assessed(board),
            "lacks": lacks(board)[:WEAKEST_SHOWN],
            "chart": charts.line_chart(
                drawn_in_chart(board), sheet.histories, when.day, board.size
            ),
            "marks": charts.map_marks(board.rows, brackets),
            "brackets": brackets,
            "days": days_of_change(sheet),
            "stale_since": stale_since(board.newest_day, when.day),
            "unchecked": [
                row for row in board.rows if row.recognition and not row.recognition.is_checked
            ],
        },
    )  # fmt: skip


def drawn_in_chart(board: Board) -> list[Row]:
    """The communes whose progress is drawn: those on their way, or else the first assessed."""
    return (boards.in_focus(board) or board.assessed)[:LINES_IN_CHART]


def days_of_change(sheet: boards.Sheet) -> list[dt.date]:
    """The newest days before the one shown on which a commune of the chart changed."""
    days = {day for past in sheet.histories.values() for day, _ in past}
    return sorted(days - {sheet.when.day}, reverse=True)[:DAYS_OFFERED]


def totals(board: Board) -> Totals:
    """The head of the page, over the communes of the set."""
    heads = [row.head for row in board.rows]
    changes = [row.change for row in board.rows if row.change is not None]
    return Totals(
        communes=len(board.rows),
        recognised=[row for row in board.rows if in_force(row.recognition, board.moment.day)],
        not_assessed=sum(not head.is_assessed for head in heads),
        assessed=sum(head.is_assessed for head in heads),
        average=scoring.average_met(heads),
        average_change=sum(changes) / len(changes) if changes else None,
    )


def in_force(recognition: Recognition | None, day: dt.date) -> bool:
    """Whether a recognition holds on the day."""
    if recognition is None:
        return False
    return recognition.revoked_on is None or recognition.revoked_on > day


def lacks(board: Board) -> list[Lack]:
    """The criteria that communes lack, the one that most lack first."""
    found = []
    for position, criterion in enumerate(board.criteria):
        letters = [(row, row.results[position]) for row in board.rows]
        lacking = [row for row, letter in letters if letter in (scoring.NEARLY, scoring.NOT_MET)]
        judged = [
            letter
            for _, letter in letters
            if letter not in (scoring.NOT_ASSESSED, scoring.NOT_APPLICABLE)
        ]
        if lacking:
            found.append(Lack(criterion, judged.count(scoring.MET), len(judged), lacking))
    return sorted(found, key=lambda lack: (-lack.count, lack.criterion.number))


def stale_since(newest: dt.date | None, day: dt.date) -> dt.date | None:
    """The day of the newest figure where that is long past."""
    return newest if newest and (day - newest).days > STALE_AFTER_DAYS else None


def _met_of_assessed(board: Board) -> list[tuple[int, int, int]]:
    """For the foot of the matrix: criterion, communes that meet it, communes judged on it."""
    met, nearly, not_met = (
        board.counts(letter) for letter in (scoring.MET, scoring.NEARLY, scoring.NOT_MET)
    )
    return [
        (criterion.number, met[i], met[i] + nearly[i] + not_met[i])
        for i, criterion in enumerate(board.criteria)
    ]
