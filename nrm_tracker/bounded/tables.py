"""Any table that an office has, read into plain cells: a workbook, or text parted by marks.

Nothing in it is run: of a formula the value is read that its program left, of macros nothing.
"""

import warnings
from typing import IO, Any

import openpyxl

from nrm_tracker.bounded import text_table
from nrm_tracker.bounded.bare_sheets import BareSheet, bare_workbook
from nrm_tracker.bounded.refused import Refused
from nrm_tracker.bounded.workbook import merged, told
from nrm_tracker.legacy_text import TCVN3_FONT, by_font, is_tcvn3

_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
# How a compound file calls what a password locks.
_LOCKED = "EncryptedPackage".encode("utf-16-le")


def read(
    content: IO[bytes], *, unpacked: int, elements: int, rows: int, columns: int
) -> tuple[list[dict[str, Any]], bytes]:
    """Each sheet with its rows, its merged cells, and what of it is hidden.

    A cell is its kind, its value and its number format, as in `workbook`; "f" with no value is a
    formula that was never reckoned. Refuses "kind", "ods", "old", "password", "unpacked",
    "elements", "rows", "columns" and "damaged".
    """
    start = content.read(8)
    content.seek(0)
    if start == _OLE:
        raise Refused("password" if _LOCKED in content.read() else "old")
    if not start.startswith(_ZIP):
        return [_of_text(content.read(), rows, columns)], b""
    bare, sheets = bare_workbook(content, unpacked, elements)
    try:
        with warnings.catch_warnings():
            # What this program does not know of the workbook's looks.
            warnings.simplefilter("ignore")
            book = openpyxl.load_workbook(bare, read_only=True, data_only=True, keep_links=False)
            fonts = _legacy_fonts(book)
            return [
                _sheet(one, sheets[one._worksheet_path], fonts, rows, columns)
                for one in book.worksheets
            ], b""
    except (Refused, MemoryError):
        raise
    except Exception as error:
        # A broken or made-up workbook fails in the reader in more ways than can be named.
        raise Refused("damaged") from error


def _of_text(content: bytes, most_rows: int, most_columns: int) -> dict[str, Any]:
    rows = text_table.rows_of(content)
    if len(rows) > most_rows:
        raise Refused("rows")
    if any(len(row) > most_columns for row in rows):
        raise Refused("columns")
    cells = [[("s", text or None, "") for text in row] for row in rows]
    return _described("", cells, BareSheet(), [], is_hidden=False)


def _described(
    name: str, rows: list[Any], bare: BareSheet, blocks: list[Any], *, is_hidden: bool
) -> dict[str, Any]:
    return {
        "name": name,
        "is_hidden": is_hidden,
        "rows": rows,
        "merged": blocks,
        "hidden_rows": bare.hidden_rows,
        "hidden_columns": bare.hidden_columns,
    }


def _sheet(
    sheet: Any, bare: BareSheet, fonts: dict[int, str], most: int, columns: int
) -> dict[str, Any]:
    # What a sheet says of its own size may be untrue.
    sheet.reset_dimensions()
    rows: list[Any] = []
    for number, cells in enumerate(sheet.iter_rows(), start=1):
        row = [_cell(cell, fonts, bare) for cell in cells]
        while row and row[-1][1] is None and row[-1][0] != "f":
            row.pop()
        if not row:
            continue
        if number > most:
            raise Refused("rows")
        if len(row) > columns:
            raise Refused("columns")
        rows += [[]] * (number - len(rows) - 1) + [row]
    if is_tcvn3(" ".join(value for row in rows for kind, value, _f in row if kind == "s")):
        rows = [[_unicode(*cell) for cell in row] for row in rows]
    is_hidden = sheet.sheet_state != "visible"
    return _described(sheet.title, rows, bare, merged(sheet), is_hidden=is_hidden)


def _cell(cell: Any, fonts: dict[int, str], bare: BareSheet) -> tuple[str, Any, str]:
    kind, value, number_format = told(cell)
    if value is None:
        place = getattr(cell, "coordinate", "") if bare.unreckoned else ""
        return ("f" if place in bare.unreckoned else "n"), None, ""
    if isinstance(value, str) and kind == "s" and fonts:
        value = by_font(value, fonts.get(cell._style_id, ""))
    return kind, value, number_format


def _unicode(kind: str, value: Any, number_format: str) -> tuple[str, Any, str]:
    return kind, by_font(value, TCVN3_FONT) if kind == "s" else value, number_format


def _legacy_fonts(book: Any) -> dict[int, str]:
    """The fonts from before Unicode, by the number of the style that has them."""
    named = ((number, book._fonts[s.fontId].name) for number, s in enumerate(book._cell_styles))
    return {number: name for number, name in named if (name or "").startswith(TCVN3_FONT)}
