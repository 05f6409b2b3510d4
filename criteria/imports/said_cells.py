"""What a table says, cell by cell, once it is known which column holds what."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from criteria.imports.result_columns import CRITERION, RESULT, number_of
from criteria.imports.work import COMMUNE
from nrm_tracker.tables.heads import Head, first_row_below
from nrm_tracker.tables.reading import Table, words
from nrm_tracker.workbooks import SheetCell


@dataclass(frozen=True)
class SaidCell:
    """A result as it is written, of a commune and a criterion as they are written, and where."""

    place: str
    commune: str
    # A number where the column is of one criterion, else what the row says.
    criterion: int | str
    text: str


def said_cells(
    table: Table, head: Head, uses: Mapping[int, str], *, without_hidden: bool
) -> Iterator[SaidCell]:
    """Each cell with a result in it, in the order of the table. Blank cells say nothing."""
    by_use = {use: column for column, use in uses.items() if use}
    wanted = [(number, c) for use, c in by_use.items() if (number := number_of(use)) is not None]
    if without_hidden:
        wanted = [(number, c) for number, c in wanted if c not in table.hidden_columns]
    cell = reader_of(table, head)

    def at(row: int, column: int) -> str:
        return shown(cell(row, column))

    for row in rows_below(table, head, without_hidden=without_hidden):
        commune = at(row, by_use[COMMUNE])
        if CRITERION in by_use:
            text = at(row, by_use[RESULT])
            if text:
                said = at(row, by_use[CRITERION])
                yield SaidCell(table.place(row, by_use[RESULT]), commune, said, text)
            continue
        for number, column in wanted:
            text = at(row, column)
            if text:
                yield SaidCell(table.place(row, column), commune, number, text)


def shown(cell: SheetCell) -> str:
    """What a cell shows; a formula that its program never reckoned says so."""
    return _("(formula without a value)") if cell.kind == "f" else words(cell)


def rows_below(table: Table, head: Head, *, without_hidden: bool) -> Iterator[int]:
    """The rows that the head is of."""
    for row in range(first_row_below(table, head), len(table.rows) + 1):
        if not (without_hidden and row in table.hidden_rows):
            yield row


def reader_of(table: Table, head: Head) -> Callable[[int, int], SheetCell]:
    """Gives a cell below the head; of cells merged downwards what stands in the first."""
    spread = spread_down(table, head.last)
    return lambda row, column: spread.get((row, column), table.cell(row, column))


def spread_down(table: Table, head_ends: int) -> dict[tuple[int, int], SheetCell]:
    """The cells merged downwards in one column: each of their rows has what stands in the first."""
    return {
        (row, left): table.cell(top, left)
        for left, top, right, bottom in table.merged
        if left == right and top > head_ends
        for row in range(top, min(bottom, len(table.rows)) + 1)
    }
