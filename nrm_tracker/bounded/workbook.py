"""A workbook read into plain cells. A small file may hold very much."""

import datetime as dt
import warnings
import zipfile
import zlib
from typing import IO, Any

import openpyxl
from openpyxl.utils.cell import range_boundaries
from openpyxl.xml.constants import SHEET_MAIN_NS
from openpyxl.xml.functions import iterparse

from nrm_tracker.bounded.refused import Refused

_PIECE = 64 * 1024
# How a workbook of LibreOffice begins to say what it is: of a template more follows.
_ODS = b"application/vnd.oasis.opendocument.spreadsheet"
_MERGED = f"{{{SHEET_MAIN_NS}}}mergeCell"
# The last row that the format knows.
_LAST_ROW = 1_048_576
# How reading fails where a file is no package, or a broken one; RuntimeError: it is locked.
NO_ZIP = (
    *(zipfile.BadZipFile, zlib.error, OSError, ValueError, EOFError),
    *(NotImplementedError, RuntimeError),
)


def read(
    content: IO[bytes], *, unpacked: int, elements: int, rows: int, columns: int, values: bool
) -> tuple[dict[str, tuple[list[Any], list[Any]]], bytes]:
    """Each sheet by its name with its rows, of which the first `columns` are read, and its merged
    cells, each block by column and row of its first cell and of its last.

    A cell is its kind, its value (a day as ISO) and its number format. Of a formula comes its last
    value where `values` are asked for. Refuses "kind", "ods", "unpacked", "elements", "rows" and
    "damaged".
    """
    _check(content, unpacked, elements)
    try:
        with warnings.catch_warnings():
            # What this program does not know of the workbook's looks.
            warnings.simplefilter("ignore")
            book = openpyxl.load_workbook(content, read_only=True, data_only=values)
            sheets = book.worksheets
            return {one.title: (_rows(one, rows, columns), merged(one)) for one in sheets}, b""
    except (Refused, MemoryError):
        raise
    except Exception as error:
        # A broken or made-up workbook fails in the reader in more ways than can be named.
        raise Refused("damaged") from error


def refuse_others(package: zipfile.ZipFile) -> None:
    """Refuse what is no workbook of Excel: "ods" where it is one of LibreOffice, else "kind"."""
    names = package.namelist()
    if "xl/workbook.xml" in names:
        return
    if "mimetype" in names:
        with package.open("mimetype") as said:
            if said.read(len(_ODS)) == _ODS:
                raise Refused("ods")
    raise Refused("kind")


def _check(content: IO[bytes], unpacked: int, elements: int) -> None:
    """Count what each part holds before any is read; what the list says of it may be untrue."""
    size = count = 0
    try:
        with zipfile.ZipFile(content) as package:
            refuse_others(package)
            for part in package.infolist():
                with package.open(part) as opened:
                    while piece := opened.read(_PIECE):
                        size += len(piece)
                        # An element begins with it, and within text it cannot stand.
                        count += piece.count(b"<")
                        if size > unpacked:
                            raise Refused("unpacked")
                        if count > elements:
                            raise Refused("elements")
    except NO_ZIP as error:
        raise Refused("kind") from error
    content.seek(0)


def _rows(sheet: Any, most: int, columns: int) -> list[Any]:
    """Up to the last row with anything in it."""
    # What a sheet says of its own size may be untrue.
    sheet.reset_dimensions()
    found: list[Any] = []
    for number, cells in enumerate(sheet.iter_rows(max_col=columns), start=1):
        row = [told(cell) for cell in cells]
        if any(value is not None for _kind, value, _format in row):
            if number > most:
                raise Refused("rows")
            found += [[]] * (number - len(found) - 1) + [row]
        elif number > _LAST_ROW:
            raise Refused("rows")
    return found


def merged(sheet: Any) -> list[tuple[int, int, int, int]]:
    """Its blocks. openpyxl tells nothing of it where it reads row by row."""
    found = []
    with sheet._get_source() as source:
        for _event, element in iterparse(source):
            if element.tag == _MERGED:
                found.append(range_boundaries(element.get("ref")))
            element.clear()
    return found


def told(cell: Any) -> tuple[str, Any, str]:
    """A cell as its kind, its value and its number format."""
    value, kind = cell.value, cell.data_type
    if isinstance(value, dt.date):
        return "d", value.isoformat(), ""
    if value is not None and not isinstance(value, bool | int | float | str):
        # A time of day, or a formula over several cells.
        value, kind = str(value), kind if kind == "f" else "s"
    return kind, value, str(cell.number_format) if isinstance(value, int | float) else ""
