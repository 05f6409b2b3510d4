"""The sheet of a commune's indicators as `.xlsx`: written, and read back as it was filled in."""

import datetime as dt
import io
import re
import warnings
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import IO, Any

import openpyxl
import xlsxwriter
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from criteria.measurements.forms import ValueForm
from criteria.models import Enrolment, Indicator
from criteria.workbook.sheet_rows import SheetRow, in_words
from nrm_tracker import clock

# Says that a workbook came from here, and how its columns lie.
MARK = "nrm-tracker 1"
KEY_SHEET = "nrm"
LIMIT = 5 * 1024 * 1024
# What a workbook of 5 MB may come to when it is unpacked.
UNPACKED_LIMIT = 20 * 1024 * 1024
# A sheet has a row for each indicator of a set; a made-up one could claim any number.
LAST_ROW = 1000
# Beyond this nothing is rounded: the form refuses it.
LARGEST = Decimal(10) ** 15
# Where the day and the source stand that hold for every row without its own.
COMMON_ROW = 4
COMMON = {"measured_on": 6, "source": 9}
HEAD_ROW = 6
KEY_COLUMN = 1
SHOWN = [
    (gettext_lazy("Criterion"), 9),
    (gettext_lazy("Code"), 8),
    (gettext_lazy("Indicator"), 52),
    (gettext_lazy("Unit"), 14),
    (gettext_lazy("Threshold"), 22),
    (gettext_lazy("Known now"), 26),
]
# The fields that may be filled in, from this column on.
FIRST_INPUT = 8
INPUTS = {
    "numerator": (gettext_lazy("Number meeting it, or concerned"), 14),
    "denominator": (gettext_lazy("Number in all"), 12),
    "number": (gettext_lazy("Value"), 12),
    "yes_no": (gettext_lazy("Met or not"), 12),
    "text": (gettext_lazy("In words"), 24),
    "not_applicable_reason": (gettext_lazy("Why it does not apply"), 28),
    "measured_on": (gettext_lazy("Measured on"), 13),
    "source": (gettext_lazy("Source of the value"), 28),
}
_AMOUNTS = ("numerator", "denominator", "number")
_UNSAFE = re.compile(r"[^\w-]+")


class Unreadable(Exception):
    """Not a sheet of this commune: why, in a sentence."""


@dataclass
class FilledRow:
    """What somebody typed into a row, as text by field, and what could not be read of it."""

    number: int
    key: str
    texts: dict[str, str] = field(default_factory=dict)
    problems: dict[str, str] = field(default_factory=dict)


# Written


def write(enrolment: Enrolment, lines: Iterable[SheetRow]) -> bytes:
    """The workbook: what may be filled in is unlocked, the rest is locked, without a password."""
    target = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    book = xlsxwriter.Workbook(target, options)
    book.set_properties({"created": clock.now().replace(tzinfo=None)})
    sheet = book.add_worksheet(_("Indicators"))
    keys = book.add_worksheet(KEY_SHEET)
    formats = _formats(book)
    _write_head(sheet, enrolment, formats)
    identity = [MARK, enrolment.criteria_set.code, enrolment.commune.slug]
    keys.write_row(0, 0, [*identity, enrolment.commune.name, clock.today().isoformat()])
    for row, line in enumerate(lines, start=HEAD_ROW + 1):
        _write_known(sheet, row, line, formats)
        asked = set(ValueForm(enrolment=enrolment, measure=line.measure).fields)
        _write_inputs(sheet, row, line.indicator, asked, formats)
        keys.write_row(row - HEAD_ROW, 0, [row, line.key])
    keys.protect()
    keys.very_hidden()
    sheet.protect("", {"format_columns": True, "format_rows": True})
    _lay_out(sheet)
    book.close()
    return target.getvalue()


def name_of(enrolment: Enrolment, day: dt.date) -> str:
    return _UNSAFE.sub("-", f"{enrolment.commune.slug}-{day:%Y%m%d}") + ".xlsx"


def _formats(book: Any) -> dict[str, Any]:
    line = {"border": 1, "border_color": "#CDD2D6", "valign": "top", "text_wrap": True}
    blank = {**line, "locked": False, "bg_color": "#FFF6D6"}
    return {
        "title": book.add_format({"bold": True, "font_size": 14}),
        "plain": book.add_format({"valign": "top"}),
        "head": book.add_format({**line, "bold": True, "bg_color": "#E7E9E5"}),
        "shown": book.add_format(line),
        "closed": book.add_format({**line, "bg_color": "#E7E9E5"}),
        # As text: a program in another country's settings would turn 08/09 into August.
        "words": book.add_format({**blank, "num_format": "@"}),
        "amount": book.add_format({**blank, "align": "right"}),
    }


def _write_head(sheet: Any, enrolment: Enrolment, formats: dict[str, Any]) -> None:
    title = _("%(commune)s: indicators") % {"commune": enrolment.commune.full_name}
    said = _("%(set)s. Downloaded on %(day)s.") % {
        "set": enrolment.criteria_set.name,
        "day": f"{clock.today():%d/%m/%Y}",
    }
    how = _(
        "Only the yellow cells can be filled in; a row left blank stays as it is. Type values, not"
        " formulas. Days as 08/09/2020."
    )
    said_first = [(title, "title"), (said, "plain"), (how, "plain")]
    for row, (text, style) in enumerate(said_first):
        sheet.write_string(row, 1, text, formats[style])
    every = _("every row without its own")
    for name, column in COMMON.items():
        said = f"{INPUTS[name][0]} ({every})"
        sheet.write_string(COMMON_ROW - 1, column - 2, said, formats["shown"])
        sheet.write_blank(COMMON_ROW - 1, column - 1, None, formats["words"])
    heads = [*SHOWN, *INPUTS.values()]
    for column, (label, _width) in enumerate(heads, start=KEY_COLUMN):
        sheet.write_string(HEAD_ROW - 1, column, str(label), formats["head"])


def _write_known(sheet: Any, row: int, line: SheetRow, formats: dict[str, Any]) -> None:
    indicator = line.indicator
    units = " / ".join(filter(None, [indicator.unit, indicator.counted_in]))
    shown = [
        str(indicator.criterion.number),
        indicator.code,
        indicator.text,
        units,
        line.measure.threshold.text if line.measure.threshold else "",
        in_words(line.present, indicator) if line.present else "",
    ]
    sheet.write_string(row - 1, 0, line.key)
    for column, text in enumerate(shown, start=KEY_COLUMN):
        sheet.write_string(row - 1, column, text, formats["shown"])


def _write_inputs(
    sheet: Any, row: int, indicator: Indicator, asked: set[str], formats: dict[str, Any]
) -> None:
    for column, name in enumerate(INPUTS, start=FIRST_INPUT - 1):
        if name not in asked:
            sheet.write_blank(row - 1, column, None, formats["closed"])
            continue
        style = "amount" if name in _AMOUNTS else "words"
        sheet.write_blank(row - 1, column, None, formats[style])
        if rule := _rule(name, indicator):
            sheet.data_validation(row - 1, column, row - 1, column, rule)


def _rule(name: str, indicator: Indicator) -> dict[str, Any] | None:
    """What the office program itself asks of a cell."""
    if name == "yes_no":
        words = [_("Met"), _("Not met")]
        return {"validate": "list", "source": words, "error_message": " / ".join(words)}
    if name in _AMOUNTS:
        is_share = name == "number" and indicator.kind == Indicator.Kind.PERCENT
        limits = {"minimum": 0, "maximum": 100 if is_share else 99_999_999_999}
        return {
            "validate": "decimal",
            "criteria": "between",
            **limits,
            "error_message": _("A number from 0 to 100.") if is_share else _("A number from 0."),
        }
    return None


def _lay_out(sheet: Any) -> None:
    sheet.set_column(0, 0, None, None, {"hidden": True})
    for column, (_label, width) in enumerate([*SHOWN, *INPUTS.values()], start=KEY_COLUMN):
        sheet.set_column(column, column, width)
    sheet.freeze_panes(HEAD_ROW, 4)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(HEAD_ROW - 1)


# Read


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
    """A cell as somebody would type it: days as dd/mm/yyyy, a share of 0,915 shown in % as 91,5."""
    value = cell.value
    if isinstance(value, dt.datetime | dt.date):
        return f"{value:%d/%m/%Y}"
    if isinstance(value, bool):
        return _("Met") if value else _("Not met")
    if isinstance(value, int | float):
        return _number(Decimal(repr(value)), is_share="%" in str(cell.number_format))
    return str(value if value is not None else "").strip()


def _number(number: Decimal, *, is_share: bool) -> str:
    if not number.is_finite() or abs(number) > LARGEST:
        return str(number)
    number = number * 100 if is_share else number
    return f"{round(number, 3).normalize():f}".replace(".", ",")
