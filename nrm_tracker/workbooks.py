"""A workbook that somebody sends, as plain cells: read elsewhere, within limits (`bounded`)."""

import datetime as dt
from collections.abc import Callable
from typing import IO, Any, NamedTuple

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from nrm_tracker.bounded import workbook
from nrm_tracker.bounded.refused import Refused
from nrm_tracker.bounded.running import Job, TooHeavy, run
from nrm_tracker.limits import MEGABYTE, READING, Workbook
from nrm_tracker.slots import BUSY, Busy


class SheetCell(NamedTuple):
    """What stands in a cell. Its kind: n a number, s text, b yes or no, d a day, f a formula, e an
    error."""

    kind: str
    value: dt.datetime | bool | int | float | str | None
    number_format: str


BLANK = SheetCell("n", None, "")
TOO_MUCH = gettext_lazy(
    "The workbook is too large when it is unpacked: too many cells, texts or formats."
)
ODS = gettext_lazy(
    "The workbook is of LibreOffice (.ods). Open it there, choose “Save As”, as the type of file"
    " Excel (.xlsx), and send that file."
)
# Merged cells: column and row of the first, and of the last.
Block = tuple[int, int, int, int]


class Sheet(NamedTuple):
    """Its rows up to the last with anything in it, not all of one length; its merged cells."""

    rows: list[list[SheetCell]]
    merged: list[Block]


def read(file: IO[bytes], limit: Workbook, *, values: bool = False) -> dict[str, Sheet]:
    """Each sheet, by its name. Of a formula its last value, where `values` are asked.

    Raises ValidationError with a sentence.
    """
    sheets = read_apart(workbook.read, file, limit, _refusal, values=values)
    return {
        name: Sheet([[cell_of(*cell) for cell in row] for row in rows], [tuple(b) for b in merged])
        for name, (rows, merged) in sheets.items()
    }


def read_apart(
    job: Job,
    file: IO[bytes],
    limit: Workbook,
    refusal: Callable[[str, Workbook], str],
    **given: bool,
) -> Any:
    """What a reader of `bounded` tells of a file, within a limit.

    Raises ValidationError: `refusal` gives the sentence for the word of a reader that refuses.
    """
    if file.seek(0, 2) > limit.packed:
        raise ValidationError(too_large(limit))
    file.seek(0)
    asked = {name: getattr(limit, name) for name in ("unpacked", "elements", "rows", "columns")}
    try:
        found, _content = run(job, file, READING, **asked, **given)
    except Refused as refused:
        raise ValidationError(refusal(refused.word, limit)) from refused
    except TooHeavy as error:
        raise ValidationError(refusal("elements", limit)) from error
    except Busy as error:
        raise ValidationError(BUSY) from error
    return found


def too_large(limit: Workbook) -> str:
    return _("The file is larger than %(limit)s MB.") % {"limit": limit.packed // MEGABYTE}


def cell_of(kind: str, value: Any, number_format: str = "") -> SheetCell:
    """A cell as the reader of workbooks tells it."""
    is_day = kind == "d" and value is not None
    return SheetCell(kind, dt.datetime.fromisoformat(value) if is_day else value, number_format)


def _refusal(word: str, limit: Workbook) -> str:
    if word == "kind":
        return _("The file is not an Excel workbook (.xlsx).")
    if word == "ods":
        return str(ODS)
    if word == "rows":
        message = _("A sheet has something below row %(limit)s. Delete what does not belong there.")
        return message % {"limit": limit.rows}
    if word == "damaged":
        return _("The file cannot be read as an Excel workbook (.xlsx).")
    return str(TOO_MUCH)
