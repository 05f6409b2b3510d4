"""Reference data out to a table and back: rows known by their keys, days and numbers as written.

Rows go through `full_clean` and `save`, one by one, so that what a form refuses is refused here
and the search and sort keys are made.
"""

import datetime as dt
import io
import re
from decimal import Decimal, InvalidOperation
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.formats import sanitize_separators
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from import_export import resources, results, widgets
from import_export.formats.base_formats import CSV, XLSX
from tablib import Dataset

from nrm_tracker import limits, workbooks
from nrm_tracker.figures import Ambiguous, Reading, plain, read
from nrm_tracker.forms import FIRST_DAY, LAST_DAY, OUTSIDE_DAYS, NumberField
from nrm_tracker.text import of_cell


class DayWidget(widgets.DateWidget):
    """dd/mm/yyyy, or ISO; never the month first."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.formats = ("%d/%m/%Y", "%Y-%m-%d")

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> Any:
        try:
            day = super().clean(value, row, **kwargs)
        except ValueError:
            message = _("Not a day. Write day/month/year, as 08/09/2020.")
            raise ValueError(message) from None
        # A cell of a workbook that holds a day holds its midnight too.
        day = day.date() if isinstance(day, dt.datetime) else day
        if day and not FIRST_DAY <= day <= LAST_DAY:
            raise ValueError(OUTSIDE_DAYS)
        return day

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> Any:
        return super().render(value, obj, **kwargs) if value else ""


class TextWidget(widgets.CharWidget):
    """Text; an empty cell of a workbook is an empty text, never no text at all."""

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> str:
        return of_cell(value)


class WholeNumberWidget(widgets.IntegerWidget):
    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> int | None:
        try:
            number: int | None = super().clean(value, row, **kwargs)
            is_whole = number is None or Decimal(sanitize_separators(value)) == number
        except (ArithmeticError, ValueError):
            is_whole = False
        if not is_whole:
            raise ValueError(_("Not a whole number. Write it as 12."))
        return number

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> Any:
        return "" if value is None else super().render(value, obj, **kwargs)


class NumberWidget(widgets.DecimalWidget):
    """A number with a decimal comma, or a point; what can be read in two ways is refused."""

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> Decimal | None:
        if self.is_empty(value):
            return None
        # A number that the workbook holds as one says by itself what it is.
        typed = str(value) if isinstance(value, str) else plain(value)
        try:
            return Decimal(read(typed, Reading.AMOUNT))
        except Ambiguous as either:
            thousands, decimals = either.readings
            said = {"typed": typed, "thousands": thousands, "decimals": decimals}
            raise ValueError(NumberField.default_error_messages["ambiguous"] % said) from None
        except ValueError:
            raise ValueError(_("Not a number. Write it as 91.5.")) from None

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> Any:
        return "" if value is None else plain(value)


_SEVERAL = gettext_lazy("There are several: %(what)s “%(key)s”. Change them one by one.")


class KeyWidget(widgets.ForeignKeyWidget):
    """A row by its key: `ky-lac`, or `1980-ha-tinh/17/17.1` where it takes several fields."""

    def __init__(self, model: type[models.Model], *fields: str) -> None:
        super().__init__(model, field=fields[-1])
        self.fields = fields

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> models.Model | None:
        key = of_cell(value)
        if not key:
            return None
        parts = key.split("/", len(self.fields) - 1)
        try:
            return self.model._default_manager.get(**dict(zip(self.fields, parts, strict=True)))
        except (self.model.DoesNotExist, ValueError):
            message = _("There is no %(what)s “%(key)s”.")
            what = self.model._meta.verbose_name
            raise ValueError(message % {"what": what, "key": key}) from None
        except self.model.MultipleObjectsReturned:
            raise ValueError(
                _SEVERAL % {"what": self.model._meta.verbose_name, "key": key}
            ) from None

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        return "/".join(str(_follow(value, field)) for field in self.fields) if value else ""


def _follow(row: Any, path: str) -> Any:
    for name in path.split("__"):
        row = getattr(row, name)
    return row


# What a spreadsheet takes for a formula; a negative number is none. And its mark, which goes again.
_FORMULA = re.compile(r"[=+@\t\r]|-(?![0-9.,]+$)")
_MARK = re.compile(r"^'(?=[=+@\t\r-])")


BYTE_ORDER_MARK = "\ufeff"


class SafeCSV(CSV):
    """CSV in which no spreadsheet finds a formula, and each finds Vietnamese letters.

    What begins like a formula goes out behind an apostrophe, and comes back without it; the mark
    that stands before the first letter tells spreadsheets that they are in UTF-8.
    """

    def export_data(self, dataset: Dataset, **kwargs: Any) -> str:
        marked = Dataset(headers=dataset.headers)
        for row in dataset:
            marked.append([_marked(str(cell)) for cell in row])
        exported: str = marked.export("csv", **kwargs)
        return f"{BYTE_ORDER_MARK}{exported}"

    def create_dataset(self, in_stream: Any, **kwargs: Any) -> Dataset:
        """Raises ValidationError where it is too much."""
        said = workbooks.too_large(limits.IMPORT)
        _refuse_above(limits.IMPORT.packed, len(in_stream), said)
        sent = super().create_dataset(in_stream.removeprefix(BYTE_ORDER_MARK), **kwargs)
        said = _("The table has more than %(limit)s rows.") % {"limit": limits.IMPORT.rows}
        _refuse_above(limits.IMPORT.rows, len(sent), said)
        plain = Dataset(headers=sent.headers)
        for row in sent:
            plain.append([_MARK.sub("", cell) for cell in row])
        return plain


class BoundedXLSX(XLSX):
    """The first sheet of a workbook, of a size that may be worked through."""

    def create_dataset(self, in_stream: bytes) -> Dataset:
        """Raises ValidationError where it cannot be read or is too much."""
        sheets = workbooks.read(io.BytesIO(in_stream), limits.IMPORT, values=True)
        first = next(iter(sheets.values()), None)
        heads, *rows = (first and first.rows) or [[]]
        headers = [cell.value for cell in heads]
        while headers and headers[-1] is None:
            headers.pop()
        table = Dataset(headers=headers)
        for row in rows:
            told = [cell.value for cell in row[: len(headers)]]
            table.append(told + [None] * (len(headers) - len(told)))
        return table


def _refuse_above(most: int, count: int, said: str) -> None:
    if count > most:
        raise ValidationError(said)


def _marked(text: str) -> str:
    return f"'{text}" if _FORMULA.match(text) else text


class ImportDifference(resources.Diff):
    """What a row was and becomes, marked by elements alone: a page may hold no style of its own."""

    def as_html(self) -> list[SafeString]:
        olds = ["" if self.new else str(old) for old in self.left]
        return [_difference(old, str(new)) for old, new in zip(olds, self.right, strict=True)]


def _difference(old: str, new: str) -> SafeString:
    if old == new:
        return format_html("{}", new)
    removed = format_html("<del>{}</del> ", old) if old else ""
    return format_html("{}<ins>{}</ins>", removed, new) if new else format_html("{}", removed)


class ImportResult(results.Result):
    """Rows are numbered as spreadsheets number them: the head is row 1."""

    def append_invalid_row(self, number: int, row: Any, validation_error: Any) -> None:
        super().append_invalid_row(number + 1, row, validation_error)

    def append_error_row(self, number: int, row: Any, errors: Any) -> None:
        super().append_error_row(number + 1, row, errors)


_NO_TEXT = gettext_lazy(
    "The cell holds %(value)s as a number or a day, not as text: 17.1 may have been 17.10, and 1"
    " may have been 01. Format the column as text, type it anew, and send the file again."
)


def _is_number(key: str, number: int) -> bool:
    try:
        return Decimal(key) == number
    except InvalidOperation:
        return False


class ReferenceResource(resources.ModelResource):
    """What every table of reference data has in common.

    Each row of the database is named by one row of the file.
    """

    WIDGETS_MAP = {
        **resources.ModelResource.WIDGETS_MAP,
        "DateField": DayWidget,
        "DecimalField": NumberWidget,
        "CharField": TextWidget,
        "SlugField": TextWidget,
        "TextField": TextWidget,
        "NameField": TextWidget,
        "ProseField": TextWidget,
        "IntegerField": WholeNumberWidget,
        "PositiveIntegerField": WholeNumberWidget,
        "PositiveSmallIntegerField": WholeNumberWidget,
    }

    @classmethod
    def get_diff_class(cls) -> type[ImportDifference]:
        return ImportDifference

    @classmethod
    def get_result_class(cls) -> type[ImportResult]:
        return ImportResult

    def get_instance(self, instance_loader: Any, row: Any) -> Any:
        try:
            return super().get_instance(instance_loader, row)
        except self._meta.model.MultipleObjectsReturned:
            name = self.get_import_id_fields()[0]
            column = self.fields[name].column_name
            said = {"what": self._meta.model._meta.verbose_name, "key": of_cell(row[column])}
            raise ValidationError({column: _SEVERAL % said}) from None

    def before_import(self, dataset: Any, **kwargs: Any) -> None:
        # In which row of the file each row of the database was named first.
        self._named: dict[Any, int] = {}
        super().before_import(dataset, **kwargs)

    def before_import_row(self, row: Any, **kwargs: Any) -> None:
        problems = {}
        for name in self.get_import_id_fields():
            column, attribute = self.fields[name].column_name, self.fields[name].attribute
            is_text = isinstance(self.fields[name].widget, TextWidget)
            if is_text and self._is_unclear(attribute, row.get(column)):
                problems[column] = _NO_TEXT % {"value": row[column]}
        if problems:
            raise ValidationError(problems)
        super().before_import_row(row, **kwargs)

    def _is_unclear(self, attribute: str, cell: Any) -> bool:
        """Whether nobody can tell which key a spreadsheet made this number, or day, of.

        A whole number is taken for its digits, where no key has a nought more, as 01 has.
        """
        if cell is None or isinstance(cell, str):
            return False
        digits = of_cell(cell)
        if not digits.isdecimal():
            return True
        rows = self._meta.model._default_manager.filter(**{f"{attribute}__contains": digits})
        others = rows.exclude(**{attribute: digits}).values_list(attribute, flat=True)
        return any(_is_number(key, int(digits)) for key in others)

    def after_init_instance(self, instance: Any, new: bool, row: Any, **kwargs: Any) -> None:
        number = kwargs["row_number"] + 1
        first = number if new else self._named.setdefault(instance.pk, number)
        if first != number:
            twice = _("Rows %(first)s and %(row)s of the file have the same key. Keep one of them.")
            raise ValidationError(twice % {"first": first, "row": number})
        super().after_init_instance(instance, new, row, **kwargs)

    def after_import_row(self, row: Any, row_result: Any, **kwargs: Any) -> None:
        self._named.setdefault(row_result.object_id, kwargs["row_number"] + 1)
        super().after_import_row(row, row_result, **kwargs)

    class Meta:
        clean_model_instances = True
        skip_unchanged = True
        report_skipped = True
        use_bulk = False
        # For the log of what changed.
        store_instance = True
