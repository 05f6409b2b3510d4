"""The workbook of a plan, read back as it was edited."""

from collections.abc import Container
from decimal import Decimal
from typing import IO

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils import translation
from django.utils.translation import gettext as _

from criteria.workbook.number_formats import percent_signs
from nrm_tracker.figures import plain
from nrm_tracker.forms import LONGEST_NUMBER
from nrm_tracker.tables import reading
from nrm_tracker.tables.reading import Table, words
from nrm_tracker.text import of_cell, search_key
from nrm_tracker.workbooks import SheetCell
from plans.exchange import identity
from plans.exchange.brought import Brought, BroughtRow
from plans.exchange.layout import LAYOUT, TYPED
from plans.exchange.xlsx import KEY_HEAD, KEY_SHEET, NO_STEP
from plans.models import Plan
from plans.models.plans import MOST_STEPS

# Without these nobody knows what a row is.
_NEEDED = ("number", "name", "working_days", "needs")
# What is a number only by its looks: an indicator 17.10 is no 17.1.
_CODES = ("criterion",)


def read(file: IO[bytes], plan: Plan) -> Brought:
    """Raises ValidationError with a sentence where nothing of it can be read."""
    tables = reading.read(file)
    known = next((one for one in tables if one.name == KEY_SHEET), None)
    if known is None:
        raise ValidationError(identity.not_from_here())
    said = [[of_cell(cell.value) for cell in row] for row in known.rows]
    version, last_key = identity.read(said[0], plan)
    marks = {
        int(row[0]): row[1]
        for row in said[1:]
        if len(row) > 1 and row[0].isdecimal() and len(row[0]) <= LONGEST_NUMBER
    }
    table, head = _own_sheet([one for one in tables if one.name != KEY_SHEET])
    places, notes = _places(table, head)
    rows = _rows(table, head, places, marks)
    if marks and not any(row.key is not None for row in rows):
        message = _(
            "No row has the key of a step: the hidden first column was taken out or changed."
            " Download the plan anew, or paste new steps from Excel."
        )
        raise ValidationError(message)
    return Brought(version, last_key, rows, marks, notes)


def _own_sheet(tables: list[Table]) -> tuple[Table, int]:
    """The sheet with our head, wherever it stands and whatever it is called, and the head's row."""
    found = [(table, head) for table in tables if (head := _head_of(table))]
    if not found:
        message = _(
            "No sheet has the head of the plan's table with its hidden first column: this is"
            " another sheet, or its head was changed. Download the plan anew."
        )
        raise ValidationError(message)
    if len(found) > 1:
        names = ", ".join(f"“{table.name[:40]}”" for table, _head in found[:5])
        message = _("The plan stands in several sheets: %(sheets)s. Keep the one that counts.")
        raise ValidationError(message % {"sheets": names})
    return found[0]


def _head_of(table: Table) -> int:
    """The row of the head, from 1; 0 where there is none."""
    for number, row in enumerate(table.rows[:40], start=1):
        if row and words(row[0]) == KEY_HEAD:
            return number
    return 0


def _places(table: Table, head: int) -> tuple[dict[str, int], list[str]]:
    """Where each column stands that may be changed, and which are missing."""
    heads = {search_key(words(cell)): n for n, cell in enumerate(table.rows[head - 1], start=1)}
    found: dict[str, int] = {}
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            labels = {column.name: search_key(str(column.label)) for column in LAYOUT}
        at = {name: heads[label] for name, label in labels.items() if label in heads}
        if len(at) > len(found):
            found = at
    notes = []
    for column in TYPED:
        if column.name in found:
            continue
        if column.name in _NEEDED:
            message = _("The column “%(column)s” is missing.")
            raise ValidationError(message % {"column": column.label})
        message = _("The column “%(column)s” is missing: it stays as it is.")
        notes.append(message % {"column": column.label})
    return {column.name: found[column.name] for column in TYPED if column.name in found}, notes


def _rows(
    table: Table, head: int, places: dict[str, int], keys: Container[int]
) -> list[BroughtRow]:
    found = []
    for number in range(head + 1, len(table.rows) + 1):
        key = of_cell(table.cell(number, 1).value)
        row = BroughtRow(_("row %(number)s") % {"number": number}, None, {})
        if key == NO_STEP:
            continue
        for name, place in places.items():
            _say(row, name, table.cell(number, place))
        if (
            not any(text for name, text in row.texts.items() if name != "number")
            and not row.problems
        ):
            continue
        if key.isdecimal() and len(key) <= LONGEST_NUMBER and int(key) in keys:
            row.key = int(key)
        elif key:
            row.problems[""] = _("The hidden key of the row was changed. Download the plan anew.")
        found.append(row)
    if len(found) > MOST_STEPS:
        raise ValidationError(_("A plan has at most %(limit)s steps.") % {"limit": MOST_STEPS})
    _tell_merged(table, head, places, found)
    _part_twins(found)
    return found


def _say(row: BroughtRow, name: str, cell: SheetCell) -> None:
    row.texts[name] = ""
    if cell.kind == "f":
        row.problems[name] = _("A formula came instead of its value: paste values only.")
    elif cell.kind == "e":
        row.problems[name] = _("An error of Excel stands here.")
    else:
        row.texts[name] = _text(name, cell)


def _text(name: str, cell: SheetCell) -> str:
    value = cell.value
    if isinstance(value, str) and name == "difficulty":
        return of_cell(value)
    if isinstance(value, int | float) and not isinstance(value, bool):
        if name in _CODES:
            return of_cell(value)
        exact = Decimal(repr(value))
        if name == "percent" and exact.is_finite():
            return plain(exact * 100 ** percent_signs(cell.number_format, exact))
    text = words(cell)
    return text.removesuffix("%").strip() if name == "percent" else text


def _tell_merged(table: Table, head: int, places: dict[str, int], found: list[BroughtRow]) -> None:
    """Of cells merged over several steps nobody knows whose they are."""
    by_place = {row.place: row for row in found}
    for left, top, right, bottom in table.merged:
        if bottom <= head or (top == bottom and left == right):
            continue
        names = [name for name, place in places.items() if left <= place <= right]
        for number in range(max(top, head + 1), min(bottom, len(table.rows)) + 1):
            row = by_place.get(_("row %(number)s") % {"number": number})
            for name in names if row else ():
                row.problems[name] = _(  # type: ignore[union-attr]
                    "Merged cells. Unmerge them, and fill in each row by itself."
                )


def _part_twins(found: list[BroughtRow]) -> None:
    """A row that was copied to make another has its key too: the first keeps it, if only that one
    kept the number; else nobody knows which is which."""
    by_key: dict[int, list[BroughtRow]] = {}
    for row in found:
        if row.key is not None:
            by_key.setdefault(row.key, []).append(row)
    for rows in by_key.values():
        first, *others = rows
        numbers = [row.texts["number"] for row in rows]
        for row in others:
            if numbers.count(first.texts["number"]) == 1:
                row.key = None
                continue
            message = _("%(other)s has the same hidden key: give the new one a number of its own.")
            row.problems[""] = message % {"other": first.place}
            row.key = None
