"""The sheet of a commune's indicators as `.xlsx`: read back as it was filled in."""

import datetime as dt
import warnings
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import IO, Any

import openpyxl
from django.utils.translation import gettext as _

from criteria.models import Enrolment
from criteria.workbook.number_formats import percent_signs
from criteria.workbook.xlsx import (
    COMMON,
    COMMON_ROW,
    FIRST_INPUT,
    HEAD_ROW,
    INPUTS,
    KEY_SHEET,
    MARK,
)
from nrm_tracker.figures import plain

LIMIT = 5 * 1024 * 1024
# What a workbook of 5 MB may come to when it is unpacked.
UNPACKED_LIMIT = 20 * 1024 * 1024
# A sheet has a row for each indicator of a set; a made-up one could claim any number.
LAST_ROW = 1000
# What is longer is no number of an indicator: the form refuses it as it stands.
LARGEST = Decimal(10) ** 15


class Unreadable(Exception):
    """Not a sheet of this commune: why, in a sentence."""


@dataclass
class FilledRow:
    """What somebody typed into a row, as text by field, and what could not be read of it."""

    number: int
    key: str
    texts: dict[str, str] = field(default_factory=dict)
    problems: dict[str, str] = field(default_factory=dict)


def read(file: IO[bytes], enrolment: Enrolment) -> list[FilledRow]:
    """The rows as they were filled in, blank ones too. Raises Unreadable."""
    _check_package(file)
    try:
        with warnings.catch_warnings():
            # What this program does not know of the workbook's looks.
            warnings.simplefilter("ignore")
            book = openpyxl.load_workbook(file, read_only=True)
            return _rows(book, enrolment)
    except Unreadable:
        raise
    except Exception as error:
        # A broken or made-up workbook fails in the reader in more ways than can be named.
        raise Unreadable(_("The file cannot be read as an Excel workbook (.xlsx).")) from error


def _check_package(file: IO[bytes]) -> None:
    refused = Unreadable(_("The file is not an Excel workbook (.xlsx)."))
    try:
        with zipfile.ZipFile(file) as package:
            size = sum(entry.file_size for entry in package.infolist())
            if "xl/workbook.xml" not in package.namelist():
                raise refused
    except (zipfile.BadZipFile, OSError, ValueError, EOFError, NotImplementedError) as error:
        raise refused from error
    if size > UNPACKED_LIMIT:
        raise Unreadable(_("The workbook is too large when it is unpacked."))
    file.seek(0)


def _rows(book: Any, enrolment: Enrolment) -> list[FilledRow]:
    if KEY_SHEET not in book.sheetnames:
        raise Unreadable(_("This workbook was not downloaded here. Download the sheet anew."))
    keys = book[KEY_SHEET].iter_rows(values_only=True, max_row=LAST_ROW, max_col=5)
    table = [tuple(row) for row in keys]
    _check_identity([str(said or "") for said in table[0]] if table else [], enrolment)
    wanted = {row[0]: str(row[1]) for row in table[1:] if len(row) > 1 and _is_row(row[0])}
    title = next(name for name in book.sheetnames if name != KEY_SHEET)
    last = max(wanted, default=0)
    common: dict[str, str] = {}
    found = []
    width = FIRST_INPUT + len(INPUTS) - 1
    for number, cells in _cells(book[title], last, width):
        if number == COMMON_ROW:
            common = _common(cells)
        elif number in wanted:
            found.append(_filled(number, wanted[number], cells, common))
    missing = sorted(set(wanted) - {row.number for row in found})
    return found + [FilledRow(n, wanted[n], problems={"": _moved()}) for n in missing]


def _cells(sheet: Any, last: int, width: int) -> Iterator[tuple[int, tuple[Any, ...]]]:
    rows = sheet.iter_rows(max_row=last, max_col=width)
    return enumerate(rows, start=1)


def _check_identity(said: list[str], enrolment: Enrolment) -> None:
    if said[:1] != [MARK] or len(said) < 4:
        raise Unreadable(_("This workbook was not downloaded here. Download the sheet anew."))
    _mark, code, slug, name = said[:4]
    if slug != enrolment.commune.slug:
        message = _("This is the sheet of %(other)s, not of %(commune)s.")
        names = {"other": name[:100] or slug[:100], "commune": enrolment.commune.name}
        raise Unreadable(message % names)
    if code != enrolment.criteria_set.code:
        message = _("This is a sheet of another set: %(code)s.")
        raise Unreadable(message % {"code": code[:40]})


def _is_row(number: Any) -> bool:
    return isinstance(number, int) and HEAD_ROW < number <= LAST_ROW


def _moved() -> str:
    return _("The hidden key of the row was changed. Download the sheet anew.")


def _common(cells: tuple[Any, ...]) -> dict[str, str]:
    """The day and the source for every row. A formula there is told in the rows that take it."""
    return {
        name: _text(cells[column - 1]) for name, column in COMMON.items() if column <= len(cells)
    }


def _filled(number: int, key: str, cells: tuple[Any, ...], common: dict[str, str]) -> FilledRow:
    row = FilledRow(number, key)
    if not cells or str(cells[0].value or "") != key:
        row.problems[""] = _moved()
        return row
    for name, cell in zip(INPUTS, cells[FIRST_INPUT - 1 :], strict=False):
        if cell.data_type == "f":
            row.problems[name] = _("A formula. Put its value there instead.")
        elif cell.data_type == "e":
            row.problems[name] = _("An error of the workbook: %(error)s.") % {"error": cell.value}
        elif text := _text(cell):
            row.texts[name] = text
    if row.texts:
        row.texts = {**{name: text for name, text in common.items() if text}, **row.texts}
    return row


def _text(cell: Any) -> str:
    """A cell as somebody would type it: days as dd/mm/yyyy, 0.915 shown in percent as 91,5%."""
    value = cell.value
    if isinstance(value, dt.datetime | dt.date):
        return f"{value:%d/%m/%Y}"
    if isinstance(value, bool):
        return _("Met") if value else _("Not met")
    if isinstance(value, int | float):
        return _number(value, str(cell.number_format))
    return str(value if value is not None else "").strip()


def _number(number: float, number_format: str) -> str:
    """A number exactly: a float is the shortest decimal that gives it, nothing is rounded."""
    exact = Decimal(repr(number))
    if not exact.is_finite() or abs(exact) > LARGEST:
        return str(exact)
    signs = percent_signs(number_format, exact)
    return plain(exact * 100**signs) + ("%" if signs else "")
