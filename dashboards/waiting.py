"""What waits for a person now, by what the person is here for."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from accounts.access import Access
from criteria import scoring
from criteria.models import Criterion, Responsibility
from criteria.progress import Board, Row


@dataclass(frozen=True)
class Item:
    """A cell that somebody should see to."""

    row: Row
    criterion: Criterion
    result: str


@dataclass(frozen=True)
class Queue:
    """What waits, under a heading, with what to do where nothing does."""

    title: str
    items: list[Item]
    empty: str


def queues(access: Access, board: Board) -> list[Queue]:
    """The queues of a person: its communes' open cells, or its agency's criteria not met."""
    made = []
    own = access.heads | access.staffs
    if own:
        rows = [row for row in board.rows if row.commune_id in own]
        made.append(
            Queue(
                _("Criteria your commune has still to meet"),
                _open_cells(board, rows, None),
                _("Every criterion is met. Keep the evidence up to date."),
            )
        )
    if access.agencies:
        made.append(
            Queue(
                _("Criteria of your agency that communes do not meet"),
                _open_cells(board, board.assessed, _criteria_of(access)),
                _("No commune lacks a criterion of your agency."),
            )
        )
    if access.leads or access.coordinates:
        aiming = [row for row in board.rows if row.target_on and not row.head.is_complete]
        made.append(
            Queue(
                _("Criteria to be met by communes with a target day"),
                _open_cells(board, aiming, None),
                _("No commune with a target day lacks a criterion."),
            )
        )
    return made


def _criteria_of(access: Access) -> set[int]:
    found = Responsibility.objects.filter(agency__in=access.agencies)
    return set(found.values_list("criterion_id", flat=True))


def _open_cells(board: Board, rows: list[Row], criteria: set[int] | None) -> list[Item]:
    """The cells of `rows` neither met nor out of question, of these criteria only if given."""
    closed = (scoring.MET, scoring.NOT_APPLICABLE)
    return [
        Item(row, criterion, scoring.NAMES[letter])
        for row in rows
        for criterion, letter in zip(board.criteria, row.results, strict=True)
        if letter not in closed and (criteria is None or criterion.pk in criteria)
    ]
