"""The sheet of a commune's indicators as `.xlsx`: read back as it was filled in."""

import datetime as dt
from collections.abc import Callable, Container, Iterable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import IO

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils import translation
from django.utils.translation import gettext as _

from criteria.models import Enrolment
from criteria.workbook.merged_cells import merged_inputs
from criteria.workbook.number_formats import percent_signs
from criteria.workbook.xlsx import (
    CODE_COLUMN,
    COMMON,
    FIRST_INPUT,
    HEAD_ROW,
    INPUTS,
    KEY_SHEET,
    MARK,
    WIDTH,
    common_labels,
    heads,
)
from nrm_tracker import limits, workbooks
from nrm_tracker.figures import plain
from nrm_tracker.text import of_cell, search_key
from nrm_tracker.workbooks import BLANK, Sheet, SheetCell

Row = list[SheetCell]

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
    try:
        sheets = workbooks.read(file, limits.SHEET)
    except ValidationError as refused:
        raise Unreadable(refused.messages[0]) from refused
    if KEY_SHEET not in sheets:
        raise Unreadable(_("This workbook was not downloaded here. Download the sheet anew."))
    table = [[of_cell(cell.value) for cell in row] for row in sheets.pop(KEY_SHEET).rows]
    _check_identity(table[0] if table else [], enrolment)
    # In which row of the sheet each key was written.
    written = enumerate(table[1:], HEAD_ROW + 1)
    wanted = {row[1]: number for number, row in written if len(row) > 1 and row[1]}
    found = list(_filled_rows(_own_sheet(sheets, wanted), wanted))
    _tell_twice(found)
    missing = wanted.keys() - {row.key for row in found}
    gone = _("The sheet has no such row any more, or its hidden key was changed. Download it anew.")
    return found + [
        FilledRow(wanted[key], key, problems={"": gone})
        for key in sorted(missing, key=wanted.__getitem__)
    ]


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


def _own_sheet(sheets: dict[str, Sheet], wanted: Container[str]) -> Sheet:
    """The sheet whose rows have our keys, wherever it stands and whatever it is called."""
    found = {
        name: sheet
        for name, sheet in sheets.items()
        if any(_key(cells) in wanted for cells in sheet.rows)
    }
    if not found:
        message = _(
            "No row of the workbook has the key of an indicator: the hidden first column was taken"
            " out or changed. Download the sheet anew, and copy the figures into it."
        )
        raise Unreadable(message)
    if len(found) > 1:
        names = ", ".join(f"“{name[:40]}”" for name in list(found)[:5])
        message = _("The indicators stand in several sheets: %(sheets)s. Keep the one that counts.")
        raise Unreadable(message % {"sheets": names})
    (sheet,) = found.values()
    return sheet


def _filled_rows(sheet: Sheet, wanted: Container[str]) -> Iterator[FilledRow]:
    rows = [row + [BLANK] * (WIDTH - len(row)) for row in sheet.rows]
    head = _row_of(rows, heads)
    first = rows[_row_of(rows, common_labels) - 1]
    common = {name: first[column - 1] for name, column in COMMON.items()}
    try:
        merged = merged_inputs(sheet.merged, rows)
    except ValueError as error:
        raise Unreadable(_("The file cannot be read as an Excel workbook (.xlsx).")) from error
    for number, cells in enumerate(rows, start=1):
        key = _key(cells)
        if key in wanted:
            row = FilledRow(number, key, problems=_wrong_place(key, cells))
            shared = {**common, **merged.shared[number]}
            _fill(row, cells, shared, merged.unclear[number])
            yield row
        elif number > head and any(as_typed(cell) for cell in cells[FIRST_INPUT - 1 :]):
            keyless = _(
                "The row has no key of an indicator, so its figures are nobody's. Move them to the"
                " row of the indicator, or clear them."
            )
            yield FilledRow(number, key, problems={"": keyless})


def _row_of(rows: list[Row], labels: Callable[[], dict[int, str]]) -> int:
    """The number of the row in which these words stand, in one of our languages."""
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            said = {column: search_key(text) for column, text in labels().items()}
        for number, cells in enumerate(rows, start=1):
            if all(search_key(of_cell(cells[c - 1].value)) == text for c, text in said.items()):
                return number
    message = _(
        "The head of the sheet or its columns were changed, so that nobody knows which figure is"
        " what. Download the sheet anew, and copy the figures into it."
    )
    raise Unreadable(message)


def _key(cells: Row) -> str:
    return of_cell(cells[0].value) if cells else ""


def _wrong_place(key: str, cells: Row) -> dict[str, str]:
    """Where only a part of a row was moved, its key is not that of what it shows."""
    shown, code = of_cell(cells[CODE_COLUMN - 1].value), key.partition("/")[2]
    if not shown or shown == code or _is_number(cells[CODE_COLUMN - 1].value, code):
        return {}
    message = _("The row shows %(shown)s, but its hidden key is that of %(code)s.")
    moved = message % {"shown": shown[:20], "code": code}
    anew = _("Download the sheet anew, and copy the figures into it.")
    return {"": f"{moved} {anew}"}


def _is_number(value: object, code: str) -> bool:
    """Whether a program made a number of the code: 17.1 of 17.10."""
    if not isinstance(value, int | float):
        return False
    try:
        return float(code) == value
    except ValueError:
        return False


def _tell_twice(rows: Iterable[FilledRow]) -> None:
    first: dict[str, int] = {}
    for row in rows:
        if row.key in first:
            twice = _("Row %(row)s has the same hidden key. Keep one of the two.")
            row.problems[""] = twice % {"row": first[row.key]}
        elif row.key:
            first[row.key] = row.number


def _fill(
    row: FilledRow, cells: Row, shared: dict[str, SheetCell], unclear: Container[str]
) -> None:
    """What is typed in the row itself, and then what it shares with others."""
    for name, cell in zip(INPUTS, cells[FIRST_INPUT - 1 :], strict=False):
        if name in unclear:
            row.problems[name] = _("Merged cells. Unmerge them, and fill in each row by itself.")
        elif cell is not shared.get(name):
            _say(row, name, cell)
    if row.texts:
        for name, cell in shared.items():
            if name not in row.texts and name not in row.problems:
                _say(row, name, cell)


def _say(row: FilledRow, name: str, cell: SheetCell) -> None:
    if cell.kind == "f":
        row.problems[name] = _("A formula. Put its value there instead.")
    elif cell.kind == "e":
        row.problems[name] = _("An error of the workbook: %(error)s.") % {"error": cell.value}
    elif text := as_typed(cell):
        row.texts[name] = text


def as_typed(cell: SheetCell) -> str:
    """A cell as somebody would type it: days as dd/mm/yyyy, 0.915 shown in percent as 91,5%."""
    value = cell.value
    if isinstance(value, dt.datetime):
        return f"{value:%d/%m/%Y}"
    if isinstance(value, bool):
        return _("Met") if value else _("Not met")
    if isinstance(value, int | float):
        return _number(value, cell.number_format)
    return str(value if value is not None else "").strip()


def _number(number: float, number_format: str) -> str:
    """A number exactly: a float is the shortest decimal that gives it, nothing is rounded."""
    exact = Decimal(repr(number))
    if not exact.is_finite() or abs(exact) > LARGEST:
        return str(exact)
    signs = percent_signs(number_format, exact)
    return plain(exact * 100**signs) + ("%" if signs else "")
