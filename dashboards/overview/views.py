"""The area at a glance, and the list of its communes."""

import datetime as dt
from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.views.decorators.http import require_safe

from accounts.access import SignedIn
from accounts.models import Ability
from communes.models import Checked
from criteria.claims.waiting import WaitingClaims, waiting_claims
from criteria.models import Bracket
from criteria.progress import board_page, matrix, page_date
from criteria.progress.board import Board, BoardRow
from criteria.progress.page_date import PageDate
from dashboards.overview import changes, charts, ranks, upcoming
from dashboards.overview.focus import Message, focus_of
from dashboards.overview.summary import lacks, met_of_assessed, stale_since, totals
from dashboards.overview.upcoming import UpcomingSession
from meetings.models.tasks import SOON
from nrm_tracker.page_cache import cached_until_written
from plans.comparison.plan_state import counts_of


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
    ahead = upcoming.of_area(request.access.shown, page_date.read(request).moment)
    page = board_page.board_page(
        request, default_sort="focus", since=ahead.since, drawn=drawn_in_chart
    )
    board, when = page.board, page.when
    drawn, area = drawn_in_chart(board), request.access.area
    reckoned, shown = totals(board), {row.slug for row in drawn}
    return render(
        request,
        "dashboards/overview/overview.html",
        {
            "nav": "home",
            "when": when,
            "board": board,
            "board_page": page,
            "totals": reckoned,
            "focus": focus_of(board, when.day),
            "plans": counts_of(request.access.shown, when.day) if when.is_now else None,
            "message": Message.of(request.access.place_name, reckoned, ahead),
            "upcoming": ahead,
            "changes": changes.changes(board),
            "waiting": _waiting(request, when),
            "matrix": matrix.body(
                board, _assessed(page.rows), when.query, linked=page.is_a_page
            ),
            "void": _names(page.rows, when.query),
            "met_counts": met_of_assessed(board),
            "lacks": lacks(board, WEAKEST_SHOWN),
            "chart": charts.line_chart(drawn, page.histories, when.day, board.size),
            "undrawn": [row.name for row in board.assessed if row.slug not in shown],
            "ranks": ranks.ranks(
                board, Bracket.objects.of(board.criteria_set, area.province_id if area else None)
            ),
            "compared": when.compared(board.moment.compare).query,
            "soon_days": SOON.days,
            "days": comparisons(page, ahead.before),
            "stale_since": stale_since(board.newest_day, when.day),
            "least_checked": least_checked(board.rows),
        },
    )  # fmt: skip


def _waiting(request: SignedIn, when: PageDate) -> WaitingClaims | None:
    """What waits for verification, for who decides on claims here."""
    if not request.access.areas_for(Ability.DECIDE) & request.access.shown:
        return None
    return waiting_claims(request.access.shown, when.moment)


@dataclass(frozen=True)
class Names:
    """Communes that are named in one line, each leading to its page."""

    count: int
    first: str
    last: str
    links: SafeString


def _names(rows: list[BoardRow], query: str) -> Names | None:
    """Those of which nothing is known."""
    void = [row for row in rows if not row.head.is_assessed]
    if not void:
        return None
    links = (
        f'<li data-commune="{row.slug}"><a class="lnk" '
        f'href="{reverse("commune", args=[row.slug])}{escape(query)}">{escape(row.name)}</a></li>'
        for row in void
    )
    joined = mark_safe("".join(links))  # noqa: S308 names are escaped
    return Names(len(void), void[0].name, void[-1].name, joined)


def _assessed(rows: list[BoardRow]) -> list[BoardRow]:
    return [row for row in rows if row.head.is_assessed]


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


@dataclass(frozen=True)
class OtherDay:
    """A day to be compared with: the last session's, which needs no choosing, or another."""

    day: dt.date
    query: str
    is_session: bool = False
    is_chosen: bool = False


def comparisons(page: board_page.BoardPage, before: UpcomingSession | None) -> list[OtherDay]:
    """The day of the last session, and the newest on which a commune of the chart changed."""
    when, chosen = page.when, page.board.moment.compare
    days = {day for past in page.histories.values() for day, _ in past if day < when.day}
    made = []
    if before:
        days.discard(before.held_on)
        usual = when.compared(None).query or "?"
        made.append(OtherDay(before.held_on, usual, True, before.held_on == chosen))
    return made + [
        OtherDay(day, when.compared(day).query, is_chosen=day == chosen)
        for day in sorted(days, reverse=True)[:DAYS_OFFERED]
    ]
