"""The criteria of a set, and one criterion over all communes."""

from dataclasses import dataclass
from statistics import mode

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.access import SignedIn
from criteria import permissions
from criteria.models import CriteriaSet, Criterion
from criteria.progress import board_page, page_date, scoring
from criteria.progress.board import Board, BoardRow, board
from criteria.standards import responsible_agencies
from dashboards.overview.summary import name_lacking, stale_since
from nrm_tracker.page_cache import cached_until_written

# Nearest to met first; what nobody judged comes last.
NEARNESS = {
    letter: rank
    for rank, letter in enumerate(
        (
            scoring.NEARLY,
            scoring.NOT_MET,
            scoring.MET,
            scoring.NOT_APPLICABLE,
            scoring.NOT_CONSIDERED,
            scoring.NOT_ASSESSED,
        )
    )
}


@dataclass(frozen=True)
class Lack:
    """A criterion with the communes that do not meet it."""

    criterion: Criterion
    met: int
    assessed: int
    lacking: list[str]

    @property
    def count(self) -> int:
        return len(self.lacking)


@dataclass(frozen=True)
class CommuneResult:
    """A commune at one criterion."""

    row: BoardRow
    result: str
    has_changed: bool


@require_safe
@cached_until_written
def criterion_list(request: SignedIn) -> HttpResponse:
    if redirect := page_date.to_iso(request):
        return redirect
    when = page_date.read(request)
    made = board(request.access.shown, when.moment, when.set_code)
    responsible = responsible_agencies.responsible(made.criteria, when.day, _own(request))
    met = made.counts(scoring.MET)
    rows = [
        (
            Lack(criterion, met[position], _judged(made, position), _lacking(made, position)),
            [
                agency
                for agency, _ in responsible_agencies.agencies(responsible.get(criterion.pk, []))
            ],
        )
        for position, criterion in enumerate(made.criteria)
    ]
    return render(
        request,
        "dashboards/criterion/criteria.html",
        {
            "nav": "criteria",
            "when": board_page.settled(when, made),
            "stale_since": stale_since(made.newest_day, when.day),
            "board": made,
            "rows": rows,
            "usual": _most_alike(made.criteria),
            "sets": list(CriteriaSet.objects.all()),
        },
    )


def _most_alike(criteria: list[Criterion]) -> Criterion | None:
    """One of those that were compared with their source as most were: others are exceptions."""
    if not criteria:
        return None
    usual = mode(one.checked for one in criteria)
    return next(one for one in criteria if one.checked == usual)


@require_safe
@cached_until_written
def criterion(request: SignedIn, number: int) -> HttpResponse:
    if redirect := page_date.to_iso(request):
        return redirect
    when = page_date.read(request)
    made = board(request.access.shown, when.moment, when.set_code)
    found = _find(made, number)
    position = made.criteria.index(found)
    standings = [
        CommuneResult(row, scoring.NAMES[row.results[position]], row.changed_at(position))
        for row in made.rows
    ]
    standings.sort(key=lambda s: (NEARNESS[scoring.LETTERS[s.result]], s.row.sort_key))
    by_criterion = responsible_agencies.responsible([found], when.day, request.access.shown)
    responsible = by_criterion.get(found.pk, [])
    return render(
        request,
        "dashboards/criterion/criterion.html",
        {
            "nav": "criteria",
            "when": board_page.settled(when, made),
            "stale_since": stale_since(made.newest_day, when.day),
            "board": made,
            "criterion": found,
            "earlier": made.criteria[position - 1] if position else None,
            "later": made.criteria[position + 1] if position + 1 < made.size else None,
            "page": Paginator(standings, board_page.ROWS_A_PAGE).get_page(request.GET.get("page")),
            "met": sum(s.result == "met" for s in standings),
            "judged": _judged(made, position),
            "agencies": responsible_agencies.agencies(
                row for row in responsible if row.agency.area_id in _own(request)
            ),
            "may_assess": board_page.settled(when, made).is_now
            and permissions.may_assess_somewhere(request.access, responsible),
            "indicators": found.indicators.prefetch_related("thresholds__province").order_by("pk"),
        },
    )


def _own(request: SignedIn) -> set[int]:
    """The area looked at, without those inside it: each has agencies of its own."""
    area = request.access.area
    return {area.pk} if area else set()


def _find(made: Board, number: int) -> Criterion:
    for criterion in made.criteria:
        if criterion.number == number:
            return criterion
    raise Http404


def _judged(made: Board, position: int) -> int:
    """How many communes were judged on a criterion that applies to them."""
    blank = (*scoring.UNJUDGED, scoring.NOT_APPLICABLE)
    return sum(row.results[position] not in blank for row in made.rows)


def _lacking(made: Board, position: int) -> list[str]:
    lacking = (scoring.NEARLY, scoring.NOT_MET)
    found = ((row.name, row.results[position]) for row in made.rows)
    return [name_lacking(*one) for one in found if one[1] in lacking]
