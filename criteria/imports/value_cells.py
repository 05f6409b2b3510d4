"""What a table says of indicators, cell by cell, and how a number of it is read."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from criteria.imports.said_cells import reader_of, rows_below, shown
from criteria.imports.value_columns import INDICATOR, PART, ROLES, VALUE, WHOLE, role_of
from criteria.imports.work import COMMUNE
from criteria.measurements.actions import Given
from criteria.measurements.amounts import share_of
from criteria.models import Indicator
from criteria.workbook.filled_workbook import as_typed
from nrm_tracker.figures import Ambiguous, Reading, exact, plain, read, rounded
from nrm_tracker.forms import NumberField
from nrm_tracker.tables.heads import Head
from nrm_tracker.tables.reading import Table, one_line
from nrm_tracker.workbooks import SheetCell

_FIELDS = {reading: NumberField(reading=reading) for reading in Reading}
# The names of `Given` for what a column holds of a number.
_NUMBERS = {VALUE: "number", PART: "numerator", WHOLE: "denominator"}


@dataclass(frozen=True)
class SaidValue:
    """A value as it is written, of a commune and an indicator as they are written, and where.

    `texts` are told by what their columns hold; a number may stand there as its two counts.
    """

    place: str
    commune: str
    # A key where the columns are of one indicator, else what the row says.
    indicator: str
    is_key: bool
    texts: tuple[tuple[str, str], ...]

    @property
    def text(self) -> str:
        said = dict(self.texts)
        counts = "/".join(said[role] for role in (PART, WHOLE) if role in said)
        return "; ".join(filter(None, (counts, said.get(VALUE, ""))))


def said_values(
    table: Table, head: Head, uses: Mapping[int, str], *, without_hidden: bool
) -> Iterator[SaidValue]:
    """Each value in the order of the table. Blank cells say nothing."""
    by_use = {use: column for column, use in uses.items() if use}
    wanted: dict[str, dict[str, int]] = {}
    for use, column in by_use.items():
        role, key = role_of(use) if use not in ROLES else (use, "")
        if role and not (key and without_hidden and column in table.hidden_columns):
            wanted.setdefault(key, {})[role] = column
    cell = reader_of(table, head)
    for row in rows_below(table, head, without_hidden=without_hidden):
        commune = shown(cell(row, by_use[COMMUNE]))
        for key, columns in wanted.items():
            cells = {role: typed(cell(row, column)) for role, column in columns.items()}
            texts = tuple((role, text) for role, text in cells.items() if text)
            if texts:
                place = table.place(row, columns[texts[0][0]])
                said = key or code_shown(cell(row, by_use[INDICATOR]))
                yield SaidValue(place, commune, said, bool(key), texts)


def typed(cell: SheetCell) -> str:
    """A cell as somebody would type it: 0.915 shown in percent as 91,5%."""
    return shown(cell) if cell.kind in ("f", "e") else one_line(as_typed(cell))


def code_shown(cell: SheetCell) -> str:
    """The code of an indicator as it was typed: a program made a number of 2.1."""
    return shown(cell).replace(",", ".") if cell.kind == "n" else shown(cell)


def reading_of(indicator: Indicator, role: str) -> Reading:
    """How a number is read, as on the page of the criterion."""
    if indicator.kind != Indicator.Kind.PERCENT:
        return Reading.AMOUNT
    if role == VALUE:
        return Reading.SHARE
    return Reading.COUNT if indicator.is_counted else Reading.AMOUNT


def numbers(indicator: Indicator, texts: Mapping[str, str]) -> dict[str, Any]:
    """The numbers of a value by the names of `Given`. Raises ValidationError."""
    return {
        _NUMBERS[role]: _FIELDS[reading_of(indicator, role)].clean(text)
        for role, text in texts.items()
    }


def doubt(indicator: Indicator, role: str, text: str) -> tuple[str, ...] | None:
    """The two numbers that a text may be, none where it is no number; None where all is clear."""
    try:
        read(text, reading_of(indicator, role))
    except Ambiguous as either:
        return either.readings
    except ValueError:
        return ()
    return None


def without_share(given: Given) -> Given:
    """A value with its counts and the share of them as the counts alone.

    Raises ValidationError where the share is of other counts.
    """
    share = share_of(given)
    if given.number is None or share is None:
        return given
    places = max(-int(given.number.normalize().as_tuple().exponent), 0)
    if exact(rounded(share, places)) != exact(given.number):
        message = _("The percentage %(share)s is not that of the counts, which come to %(counts)s.")
        said = {"share": plain(given.number), "counts": plain(rounded(share, max(places, 2)))}
        raise ValidationError(message % said)
    return Given(**{**vars(given), "number": None})
