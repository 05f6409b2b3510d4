"""The table of a set's indicators as `.xlsx`: down with what is there, up as it was filled in."""

import io
from collections.abc import Iterable
from typing import IO, Any

import xlsxwriter
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils import translation
from django.utils.translation import gettext as _

from communes.models import Checked
from criteria.standards.scale_rows import ScaleRow, ScaleTable
from criteria.standards.scale_words import COMPARATORS, KINDS
from nrm_tracker import clock, limits, workbooks
from nrm_tracker.figures import plain
from nrm_tracker.text import of_cell, search_key
from nrm_tracker.workbooks import SheetCell

HEAD_ROW = 4
# Rows left for indicators that are still to be filled in.
BLANK_ROWS = 60
_WIDTHS = {"text": 60, "source": 34, "agencies": 26, "checked": 28, "code": 8, "criterion": 9}
_LISTS: dict[str, list[tuple[str, Any]]] = {
    "kind": KINDS,
    "comparator": COMPARATORS,
    "checked": Checked.choices,
}


def write(table: ScaleTable, rows: Iterable[ScaleRow]) -> bytes:
    target = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    book = xlsxwriter.Workbook(target, options)
    book.set_properties({"created": clock.now().replace(tzinfo=None)})
    sheet = book.add_worksheet(_("Indicators"))
    columns, formats = table.columns, _formats(book)
    sheet.write_string(0, 0, table.criteria_set.name, formats["title"])
    said = _("%(basis)s. Agencies and the province's own: %(area)s. Downloaded on %(day)s.")
    known = {"basis": table.criteria_set.legal_basis, "area": table.area or "–"}
    sheet.write_string(1, 0, said % {**known, "day": f"{clock.today():%d/%m/%Y}"})
    sheet.write_string(2, 0, _("An empty cell changes nothing. Nothing is taken away here."))
    for column, (key, head) in enumerate(columns.items()):
        sheet.write_string(HEAD_ROW - 1, column, head, formats["head"])
        sheet.set_column(column, column, _WIDTHS.get(key, 14))
    last = HEAD_ROW
    for last, row in enumerate(rows, start=HEAD_ROW):
        for column, key in enumerate(columns):
            sheet.write_string(last, column, row.words[key], formats["words"])
    end = last + BLANK_ROWS
    for number in range(last + 1, end):
        for column in range(len(columns)):
            sheet.write_blank(number, column, None, formats["words"])
    for column, key in enumerate(columns):
        if key in _LISTS:
            words = [str(label) for _value, label in _LISTS[key]]
            rule = {"validate": "list", "source": words, "error_message": " / ".join(words)}
            sheet.data_validation(HEAD_ROW, column, end, column, rule)
    sheet.freeze_panes(HEAD_ROW, 3)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(HEAD_ROW - 1)
    book.close()
    return target.getvalue()


def _formats(book: Any) -> dict[str, Any]:
    line = {"border": 1, "border_color": "#CDD2D6", "valign": "top", "text_wrap": True}
    return {
        "title": book.add_format({"bold": True, "font_size": 14}),
        "head": book.add_format({**line, "bold": True, "bg_color": "#E7E9E5"}),
        # As text: a program would make a number of 1.10.
        "words": book.add_format({**line, "num_format": "@"}),
    }


def read(file: IO[bytes], table: ScaleTable) -> list[tuple[int, dict[str, str]]]:
    """The rows as they were filled in, each with its number. Raises ValidationError."""
    found: list[tuple[int, dict[str, str]]] = []
    heads = 0
    for sheet in workbooks.read(file, limits.SHEET, values=True).values():
        columns: dict[int, str] = {}
        for number, cells in enumerate(sheet.rows, start=1):
            if head := _head(cells, table):
                columns, heads = head, heads + 1
                continue
            words = {key: _word(cells[c]) for c, key in columns.items() if c < len(cells)}
            if words.get("code") or words.get("text"):
                found.append((number, words))
    if heads != 1:
        message = _(
            "The workbook has no row with the heads of the columns, or several. Download it anew,"
            " and copy the rows into it."
        )
        raise ValidationError(message)
    return found


def _head(cells: list[SheetCell], table: ScaleTable) -> dict[int, str]:
    """Which column is what, where the row is the head, in one of our languages."""
    said = [search_key(of_cell(cell.value)) for cell in cells]
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            keys = {search_key(head): key for key, head in table.columns.items()}
        if len(keys.keys() & set(said)) == len(keys):
            return {c: keys[word] for c, word in enumerate(said) if word in keys}
    return {}


def _word(cell: SheetCell) -> str:
    """A cell as somebody would type it: 0.98 shown in percent as 98%."""
    if isinstance(cell.value, int | float) and not isinstance(cell.value, bool):
        is_share = cell.number_format.endswith("%")
        exact = round(cell.value * 100, 6) if is_share else cell.value
        return plain(exact) + ("%" if is_share else "")
    return of_cell(cell.value)
