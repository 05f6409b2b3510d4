"""A table that an office kept elsewhere: .xlsx, .xlsm, .csv, or cells pasted from Excel.

`read` gives its sheets as cells where they stood; `words` says what a cell shows.
"""

import datetime as dt
import io
import re
import unicodedata
from typing import IO, NamedTuple

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from nrm_tracker.bounded import tables
from nrm_tracker.figures import plain
from nrm_tracker.limits import TABLE, Workbook
from nrm_tracker.text import normalize
from nrm_tracker.workbooks import BLANK, ODS, TOO_MUCH, Block, SheetCell, cell_of, read_apart

# Spaces and hyphens that only look like others.
_SPACES = re.compile(r"[\s\u00a0\u200b\ufeff]+")
_HYPHENS = re.compile("[\u2010-\u2015\u2212]")


class Table(NamedTuple):
    """A sheet: its rows up to the last with anything in it, not all of one length.

    Numbers of rows and columns in `merged` and of what is hidden begin at 1.
    """

    name: str
    rows: list[list[SheetCell]]
    merged: list[Block] = []
    hidden_rows: frozenset[int] = frozenset()
    hidden_columns: frozenset[int] = frozenset()
    is_hidden: bool = False
    # Rows and columns have changed places.
    is_turned: bool = False

    @property
    def width(self) -> int:
        return max(map(len, self.rows), default=0)

    def cell(self, row: int, column: int) -> SheetCell:
        """The cell at a row and a column, each from 1."""
        cells = self.rows[row - 1] if row <= len(self.rows) else []
        return cells[column - 1] if column <= len(cells) else BLANK

    def turned(self) -> "Table":
        """Its columns as rows. Titles merged over most of the sheet name no row."""
        height, width = len(self.rows), self.width
        return self._replace(
            rows=[[self.cell(r, c) for r in range(1, height + 1)] for c in range(1, width + 1)],
            merged=[
                (top, left, bottom, right)
                for left, top, right, bottom in self.merged
                if right - left < width / 2
            ],
            hidden_rows=self.hidden_columns,
            hidden_columns=self.hidden_rows,
            is_turned=not self.is_turned,
        )

    def place(self, row: int, column: int) -> str:
        """How Excel calls the cell, in the sheet as it was sent."""
        return f"{letter(row)}{column}" if self.is_turned else f"{letter(column)}{row}"

    def column_name(self, column: int) -> str:
        """How people call the column, in the sheet as it was sent."""
        return _("Row %(row)s") % {"row": column} if self.is_turned else letter(column)


def read(source: IO[bytes] | str) -> list[Table]:
    """The sheets of a file, or of pasted cells, that have anything in them. Raises ValidationError
    with a sentence."""
    file = io.BytesIO(source.encode()) if isinstance(source, str) else source
    sheets = read_apart(tables.read, file, TABLE, _refusal)
    found = [_table(**sheet) for sheet in sheets if sheet["rows"]]
    if not found:
        raise ValidationError(_("The file has no cell with anything in it."))
    return found


def words(cell: SheetCell) -> str:
    """What a cell shows, in one line: plain spaces and hyphens, days as dd/mm/yyyy, 7.0 as 7."""
    value = cell.value
    if value is None:
        return ""
    if isinstance(value, dt.datetime):
        return f"{value:%d/%m/%Y}"
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, int | float):
        return plain(value) if abs(value) < 10**15 else str(value)
    return one_line(value)


def one_line(text: str) -> str:
    """`text` in NFC with plain spaces and hyphens, and nothing that cannot be seen."""
    text = _HYPHENS.sub("-", _SPACES.sub(" ", text))
    return normalize("".join(c for c in text if unicodedata.category(c) not in ("Cf", "Cc", "Co")))


def letter(column: int) -> str:
    """How Excel calls a column, which is told from 1."""
    name = ""
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(ord("A") + rest) + name
    return name


def _table(
    name: str,
    rows: list[list[tuple]],
    merged: list[list[int]],
    hidden_rows: list[int],
    hidden_columns: list[int],
    *,
    is_hidden: bool,
) -> Table:
    return Table(
        one_line(name),
        [[cell_of(*cell) for cell in row] for row in rows],
        _within(merged, len(rows), max(map(len, rows))),
        frozenset(hidden_rows),
        frozenset(hidden_columns),
        is_hidden,
    )


def _within(merged: list[list[int]], height: int, width: int) -> list[Block]:
    """The blocks that have a cell of the table. Those of a sound workbook have none in common: of
    others so many are left out as would be more cells than there are."""
    found: list[Block] = []
    left_over = height * width
    for left, top, right, bottom in merged:
        cells = (min(bottom, height) - top + 1) * (min(right, width) - left + 1)
        if top <= height and left <= width and cells <= left_over:
            found.append((left, top, right, bottom))
            left_over -= cells
    return found


def _refusal(word: str, limit: Workbook) -> str:
    return {
        "kind": _(
            "The file is neither an Excel workbook (.xlsx, .xlsm) nor a table as text (.csv)."
        ),
        "ods": str(ODS),
        "old": _("The workbook is of Excel 97–2003 (.xls). Open it and save it as .xlsx."),
        "password": _("The workbook has a password. Save it without one, then send it again."),
        "rows": _("A sheet has more than %(limit)s rows.") % {"limit": limit.rows},
        "columns": _("A sheet has more than %(limit)s columns.") % {"limit": limit.columns},
        "damaged": _("The file is damaged. Open it, save it anew, then send it again."),
    }.get(word) or str(TOO_MUCH)
