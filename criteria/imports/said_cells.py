"""What a table says, cell by cell, once it is known which column holds what."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from criteria.imports.columns import COMMUNE, CRITERION, RESULT, number_of
from nrm_tracker.tables.heads import Head, first_row_below
from nrm_tracker.tables.reading import Table, letter, words
from nrm_tracker.workbooks import SheetCell


@dataclass(frozen=True)
class SaidCell:
    """A result as it is written, of a commune and a criterion as they are written, and where."""

    row: int
    column: int
    commune: str
    # A number where the column is of one criterion, else what the row says.
    criterion: int | str
    text: str

    @property
    def place(self) -> str:
        return f"{letter(self.column)}{self.row}"


def said_cells(
    table: Table, head: Head, uses: Mapping[int, str], *, without_hidden: bool
) -> Iterator[SaidCell]:
    """Each cell with a result in it, in the order of the table. Blank cells say nothing."""
    spread = spread_down(table, head.last)
    by_use = {use: column for column, use in uses.items() if use}
    wanted = [(number, c) for use, c in by_use.items() if (number := number_of(use)) is not None]
    if without_hidden:
        wanted = [(number, c) for number, c in wanted if c not in table.hidden_columns]

    def at(row: int, column: int) -> str:
        return shown(spread.get((row, column), table.cell(row, column)))

    for row in range(first_row_below(table, head), len(table.rows) + 1):
        if without_hidden and row in table.hidden_rows:
            continue
        commune = at(row, by_use[COMMUNE])
        if CRITERION in by_use:
            text = at(row, by_use[RESULT])
            if text:
                said = at(row, by_use[CRITERION])
                yield SaidCell(row, by_use[RESULT], commune, said, text)
            continue
        for number, column in wanted:
            text = at(row, column)
            if text:
                yield SaidCell(row, column, commune, number, text)


def shown(cell: SheetCell) -> str:
    """What a cell shows; a formula that its program never reckoned says so."""
    return _("(formula without a value)") if cell.kind == "f" else words(cell)


def spread_down(table: Table, head_ends: int) -> dict[tuple[int, int], SheetCell]:
    """The cells merged downwards in one column: each of their rows has what stands in the first."""
    return {
        (row, left): table.cell(top, left)
        for left, top, right, bottom in table.merged
        if left == right and top > head_ends
        for row in range(top, min(bottom, len(table.rows)) + 1)
    }
