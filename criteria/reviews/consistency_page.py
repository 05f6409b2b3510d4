"""What contradicts itself within reach, check by check, with who should act."""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.views.decorators.http import require_safe

from accounts.access import SignedIn
from criteria.reviews import cell_filter, findings
from criteria.reviews import consistency as quality
from criteria.reviews.cell_rows import CellRow
from criteria.reviews.consistency import ACTORS, CHECKS, Check, Contradiction, Limits
from criteria.reviews.findings import Findings
from nrm_tracker import clock
from nrm_tracker.alike import folded
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

    found = findings.look_over(picked.reach, _limits(), today, has_agency)
    acts = request.GET.get("acts", "")
    acts = acts if acts in ACTORS else ""
    key = request.GET.get("check", "")
    key = key if key in {check.key for check in CHECKS} else ""
    shown = [check for check in CHECKS if key in ("", check.key)]
    page = cell_filter.page(
        request,
        sum(found.count(check, acts) for check in shown),
        lambda first, last: found.page(shown, acts, first, last),
    )
    return render(
        request,
        "criteria/reviews/consistency.html",
        {
            "nav": "review",
            "today": today,
            "cell_filter": picked,
            "choices": [_choice(check, found, key, acts, picked.query) for check in CHECKS],
            "all_query": _query(picked.query, acts=acts),
            "total": sum(found.count(check, acts) for check in CHECKS),
            "is_blank": not page.object_list and picked.reach.is_blank(),
            "check": key,
            "acts": acts,
            "actors": ACTORS.items(),
            "page": page,
            "rows": folded(
                [(row, _agencies(row, picked)) for row in page],
                lambda pair: (pair[0].check.key, pair[0].sentence, pair[0].acts, pair[1]),
            ),
        },
    )


def _limits() -> Limits:
    return Limits(settings.CLAIM_WAIT_DAYS, settings.JUMP_SHARE, settings.JUMP_NUMBER_SHARE)


def _agencies(row: Contradiction, picked: cell_filter.CellFilter) -> str:
    """Which agencies should act, where it is theirs to act."""
    return picked.answering.named(row.cell) if row.acts == quality.AGENCY else ""


def _choice(check: Check, found: Findings, key: str, acts: str, query: str) -> Choice:
    return Choice(
        check.key,
        check.title,
        found.count(check, acts),
        check.key == key,
        _query(query, acts=acts, check=check.key),
    )


def _query(query: str, **chosen: str) -> str:
    """The address of the same list narrowed otherwise."""
    more = urlencode({name: value for name, value in chosen.items() if value})
    return "?" + "&".join(filter(None, [query, more]))
