"""What contradicts itself within reach, check by check, with who should act."""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.conf import settings
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.views.decorators.http import require_safe

from accounts.access import SignedIn
from criteria.progress import board_page
from criteria.reviews import cell_filter
from criteria.reviews import consistency as quality
from criteria.reviews.cell_rows import CellRow
from criteria.reviews.consistency import ACTORS, CHECKS, Check, Finding, Limits
from nrm_tracker import clock
from nrm_tracker.page_cache import cached_until_written


@dataclass(frozen=True)
class Choice:
    """What the list may be narrowed to, and how many findings that leaves."""

    key: str
    label: str | Promise
    count: int
    is_chosen: bool
    query: str


@require_safe
@cached_until_written
def checks(request: SignedIn) -> HttpResponse:
    today = clock.today()
    picked = cell_filter.read(request, today)

    def has_agency(cell: CellRow) -> bool:
        return bool(picked.answering.of(cell))

    known = quality.facts(picked.cells(), picked.runs, today)
    found = quality.findings(known, _limits(), today, has_agency)
    acts = request.GET.get("acts", "")
    acts = acts if acts in ACTORS else ""
    key = request.GET.get("check", "")
    key = key if key in {check.key for check in CHECKS} else ""
    for_them = [row for row in found if not acts or row.acts == acts]
    shown = [row for row in for_them if not key or row.check.key == key]
    page = Paginator(shown, board_page.ROWS_A_PAGE).get_page(request.GET.get("page"))
    return render(
        request,
        "criteria/reviews/consistency.html",
        {
            "nav": "checks",
            "today": today,
            "sieve": picked,
            "choices": [_choice(check, for_them, key, acts, picked.query) for check in CHECKS],
            "all_query": _query(picked.query, acts=acts),
            "total": len(for_them),
            "check": key,
            "acts": acts,
            "actors": ACTORS.items(),
            "page": page,
            "rows": [(row, _agencies(row, picked)) for row in page],
        },
    )


def _limits() -> Limits:
    return Limits(settings.CLAIM_WAIT_DAYS, settings.JUMP_SHARE, settings.JUMP_NUMBER_SHARE)


def _agencies(row: Finding, picked: cell_filter.CellFilter) -> str:
    """Which agencies should act, where it is theirs to act."""
    return picked.answering.named(row.cell) if row.acts == quality.AGENCY else ""


def _choice(check: Check, found: list[Finding], key: str, acts: str, query: str) -> Choice:
    count = sum(row.check is check for row in found)
    return Choice(
        check.key,
        check.title,
        count,
        check.key == key,
        _query(query, acts=acts, check=check.key),
    )


def _query(query: str, **chosen: str) -> str:
    """The address of the same list narrowed otherwise."""
    more = urlencode({name: value for name, value in chosen.items() if value})
    return "?" + "&".join(filter(None, [query, more]))
