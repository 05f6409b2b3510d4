"""The sheet of a commune's indicators as `.xlsx`: how it is laid out and written."""

import datetime as dt
import io
import re
from collections.abc import Iterable
from typing import Any

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
# Where the day and the source stand that hold for every row without its own.
COMMON_ROW = 4
COMMON = {"measured_on": 6, "source": 9}
HEAD_ROW = 6
KEY_COLUMN = 1
CODE_COLUMN = 3
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
WIDTH = FIRST_INPUT + len(INPUTS) - 1
_AMOUNTS = ("numerator", "denominator", "number")
_UNSAFE = re.compile(r"[^\w-]+")


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


def heads() -> dict[int, str]:
    """What stands over the columns, by column."""
    labels = [label for label, _width in [*SHOWN, *INPUTS.values()]]
    return {column: str(label) for column, label in enumerate(labels, start=KEY_COLUMN + 1)}


def common_labels() -> dict[int, str]:
    """What stands before the day and the source that hold for every row, by column."""
    every = _("every row without its own")
    return {column - 1: f"{INPUTS[name][0]} ({every})" for name, column in COMMON.items()}


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
    title = " · ".join(filter(None, [enrolment.commune.area.training_mark, title]))
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
    for column, text in common_labels().items():
        sheet.write_string(COMMON_ROW - 1, column - 1, text, formats["shown"])
        sheet.write_blank(COMMON_ROW - 1, column, None, formats["words"])
    for column, text in heads().items():
        sheet.write_string(HEAD_ROW - 1, column - 1, text, formats["head"])


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
