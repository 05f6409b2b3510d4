"""Review rounds: the list, one round with who is late or what it froze, one commune's return."""

from dataclasses import dataclass

from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.access import SignedIn
from accounts.models import Ability
from criteria import permissions
from criteria.models import Bracket, Criterion, Round, RoundReturn
from criteria.progress import board_page, matrix, scoring
from criteria.progress.board import Board, BoardRow
from criteria.progress.brackets import bands
from criteria.progress.moment import Moment
from criteria.progress.page_date import PageDate
from criteria.reviews import queries
from criteria.reviews.queries import ReturnRow
from nrm_tracker import clock
from nrm_tracker.page_cache import cached_until_written


@require_safe
@cached_until_written
def round_list(request: SignedIn) -> HttpResponse:
    found = (
        Round.objects.within(request.access.shown)
        .select_related("area")
        .annotate(
            asked=Count("returns"),
            submitted=Count("returns", filter=Q(returns__submitted_at__isnull=False)),
        )
        .order_by("-opens_on", "-number", "pk")
    )
    return render(
        request,
        "criteria/reviews/rounds.html",
        {
            "nav": "rounds",
            "page": Paginator(found, board_page.ROWS_A_PAGE).get_page(request.GET.get("page")),
            "may_open": bool(request.access.areas_for(Ability.ROUNDS) & request.access.shown),
            "today": clock.today(),
        },
    )


@require_safe
def review_round(request: SignedIn, pk: int) -> HttpResponse:
    found = get_object_or_404(
        Round.objects.within(request.access.areas).select_related("area", "opened_by", "closed_by"),
        pk=pk,
    )
    returns = queries.returns_of(found)
    criteria = _criteria_of(returns)
    page = Paginator(returns, board_page.ROWS_A_PAGE).get_page(request.GET.get("page"))
    today = clock.today()
    context = {
        "nav": "rounds",
        "round": found,
        "today": today,
        "has_begun": found.opens_on <= today,
        "criteria_set": criteria[0].criteria_set if criteria else None,
        "size": len(criteria),
        "page": page,
        "submitted": sum(row.submitted_at is not None for row in returns),
        "missing": sum(
            row.submitted_at is None and (found.closed_at is not None or row.days_late > 0)
            for row in returns
        ),
        "own": [row for row in returns if permissions.may_draft(request.access, row.commune_id)],
        "may_close": not found.closed_at
        and permissions.may_run_rounds(request.access, found.area_id),
    }
    if found.closed_at:
        context |= _frozen(request, found, returns, criteria, list(page.object_list))
    return render(request, "criteria/reviews/round.html", context)


@require_safe
def round_return(request: SignedIn, pk: int, slug: str) -> HttpResponse:
    within = RoundReturn.objects.filter(
        round__in=Round.objects.within(request.access.areas),
        enrolment__commune__area__in=request.access.areas,
    )
    given = get_object_or_404(
        within.select_related(
            "round", "submitted_by", "enrolment__commune", "enrolment__criteria_set"
        ),
        round__pk=pk,
        enrolment__commune__slug=slug,
    )
    cells = queries.cells_of(given)
    commune_id = given.enrolment.commune_id
    takes = (
        given.round.closed_at is None
        and given.submitted_at is None
        and given.round.opens_on <= clock.today()
    )
    return render(
        request,
        "criteria/reviews/round_return.html",
        {
            "nav": "rounds",
            "round": given.round,
            "given": given,
            "cells": cells,
            "left": [cell.status.criterion for cell in cells if cell.is_left],
            "done": sum(not cell.is_left for cell in cells),
            "today": clock.today(),
            "may_confirm": takes and permissions.may_draft(request.access, commune_id),
            "may_submit": takes and permissions.may_submit(request.access, commune_id),
        },
    )


@dataclass(frozen=True)
class Against:
    """The rounds that a closed one may be compared with, the one chosen, and what is wrong."""

    choices: list[Round]
    chosen: Round | None
    problem: str = ""


def _frozen(
    request: SignedIn,
    found: Round,
    returns: list[ReturnRow],
    criteria: list[Criterion],
    shown: list[ReturnRow],
) -> dict[str, object]:
    """The snapshot as a matrix, beside that of another round."""
    against = _against(found, request.GET.get("against", ""))
    own_view = request.GET.get("view") == "own"
    before = _rows_before(against.chosen, own_view=own_view)
    rows = [_row(row, before, own_view=own_view) for row in returns]
    day = clock.local_day(found.closed_at) if found.closed_at else found.closes_on
    when = PageDate(Moment(day), clock.today(), criteria[0].criteria_set.code if criteria else "")
    board = Board(
        request.access.areas,
        when.moment,
        criteria[0].criteria_set if criteria else None,
        criteria,
        rows,
    )
    ids = {row.enrolment_id for row in shown}
    others = {row.enrolment_id: row for row in shown}
    drawn = [row for row in rows if row.enrolment_id in ids]

    def other_view(row: BoardRow) -> str:
        return _other_view(others[row.enrolment_id or 0], own_view=own_view)

    return {
        "board": board,
        "when": when,
        "against": against,
        "own_view": own_view,
        "matrix": matrix.body(board, drawn, when.query, said=other_view),
        "met_counts": list(zip(criteria, board.counts(scoring.MET), strict=True)),
        "changed": [row for row in rows if row.change],
        "bands": bands(
            [row.head for row in rows],
            Bracket.objects.of(board.criteria_set, found.area.province_id),
        ),
    }


def _criteria_of(returns: list[ReturnRow]) -> list[Criterion]:
    if not returns:
        return []
    found = Criterion.objects.filter(criteria_set=returns[0].set_id)
    return list(found.select_related("criteria_set").order_by("number"))


def _against(found: Round, number: str) -> Against:
    """The round that the address names, by default the closed one before: one query."""
    choices = list(
        Round.objects.filter(area=found.area_id, closed_at__isnull=False)
        .exclude(pk=found.pk)
        .order_by("-number")
    )
    earlier = next((other for other in choices if other.number < found.number), None)
    if not number:
        return Against(choices, earlier)
    chosen = next((other for other in choices if str(other.number) == number), None)
    problem = "" if chosen else _("No closed round of that number to compare with.")
    return Against(choices, chosen or earlier, problem)


def _rows_before(chosen: Round | None, *, own_view: bool) -> dict[int, str]:
    """What the round compared with froze, by run: a comparison never crosses sets."""
    if chosen is None:
        return {}
    column = "own_results" if own_view else "results"
    found = RoundReturn.objects.filter(round=chosen)
    return dict(found.order_by().values_list("enrolment_id", column))


def _row(frozen: ReturnRow, before: dict[int, str], *, own_view: bool) -> BoardRow:
    row = BoardRow(
        frozen.commune_id, frozen.slug, frozen.name, frozen.sort_key,
        frozen.enrolment_id, frozen.set_id,
    )  # fmt: skip
    row.results = frozen.own_results if own_view else frozen.results
    row.before = before.get(frozen.enrolment_id)
    return row


def _other_view(frozen: ReturnRow, *, own_view: bool) -> str:
    """How many criteria are met by the view that the matrix does not draw."""
    head = scoring.headline(frozen.results if own_view else frozen.own_results)
    return "; ".join(filter(None, [str(head), _submitted(frozen)]))


def _submitted(frozen: ReturnRow) -> str:
    if frozen.submitted_on is None:
        return _("not submitted")
    return _("submitted %(day)s") % {"day": f"{frozen.submitted_on:%d/%m/%Y}"}
