"""A list of people as it is pasted from a spreadsheet: rows of texts by the fields they are for."""

import csv
from collections.abc import Sequence

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from nrm_tracker.text import pasted, search_key

# The fields of a row, in the order of a list without a head, and how offices head their columns.
COLUMNS = {
    "full_name": ("ho va ten", "ho ten", "ten", "full name"),
    "position": ("chuc vu", "chuc danh", "position"),
    "role": ("vai tro", "quyen", "role"),
    "place": ("don vi", "noi cong tac", "co quan", "xa", "dia ban", "place"),
    "phone": ("dien thoai", "so dien thoai", "sdt", "dt", "telephone"),
    "email": ("email", "e mail", "thu dien tu", "hop thu"),
    "from_on": ("tu ngay", "ngay bat dau", "from"),
    "until_on": ("den ngay", "den het ngay", "ngay ket thuc", "until"),
    "username": ("ten dang nhap", "tai khoan", "user name"),
}
NUMBERS = ("stt", "tt", "so tt", "no")
MOST_ROWS = 200


def read(text: str) -> list[dict[str, str]]:
    """The rows of a pasted list; raises ValidationError where it is none."""
    try:
        lines = list(csv.reader(text.splitlines(keepends=True), delimiter="\t"))
    except csv.Error:
        raise ValidationError(_("The list cannot be read: a cell is too long.")) from None
    return of_lines([[" ".join(pasted(cell).split()) for cell in line] for line in lines])


def of_lines(lines: Sequence[Sequence[str]]) -> list[dict[str, str]]:
    """The rows of a table whose first line may say what its columns are."""
    rows = [line for line in lines if any(line)]
    if not rows:
        raise ValidationError(_("There is nobody in the list."))
    if max(map(len, rows)) == 1:
        said = _("The list has one column. Copy the cells of the spreadsheet, then paste them.")
        raise ValidationError(said)
    columns = _headed(rows[0])
    rows = rows[1:] if columns else rows
    columns = columns or _in_order(rows)
    if not rows:
        raise ValidationError(_("There is nobody in the list, but a head."))
    if len(rows) > MOST_ROWS:
        said = _("The list has %(count)s rows; at most %(limit)s are taken at once.")
        raise ValidationError(said % {"count": len(rows), "limit": MOST_ROWS})
    return [_fields(row, columns) for row in rows]


def _fields(row: Sequence[str], columns: Sequence[str]) -> dict[str, str]:
    return {name: cell for name, cell in zip(columns, row, strict=False) if name}


def _headed(line: Sequence[str]) -> list[str]:
    """The fields that the cells of a head name, "" for others; nothing where it is no head."""
    found = [_field(cell) for cell in line]
    named = [name for name in found if name]
    for name in named:
        if named.count(name) > 1:
            twice = [cell for cell, field in zip(line, found, strict=True) if field == name]
            said = _("Two columns say the same: %(columns)s. Take one of them away.")
            raise ValidationError(said % {"columns": ", ".join(twice)})
    if len(named) < 2:
        return []
    if "full_name" not in named:
        raise ValidationError(_("The head names no column of full names (Full name)."))
    return found


def _field(cell: str) -> str:
    key = search_key(cell.partition("(")[0])
    return next((name for name, heads in COLUMNS.items() if key in heads), "")


def _in_order(rows: Sequence[Sequence[str]]) -> list[str]:
    """Without a head the columns stand in the usual order, after running numbers or not."""
    names = list(COLUMNS)
    is_numbered = all(row[0].rstrip(".").isdecimal() for row in rows if row[0])
    return ["", *names] if is_numbered and any(row[0] for row in rows) else names
