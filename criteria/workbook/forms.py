"""A commune's sheet sent back: the file, what was typed in each of its rows, what that changes."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.core import signing
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from criteria.measurements.actions import Given
from criteria.measurements.forms import ValueForm
from criteria.models import Enrolment
from criteria.workbook import filled_workbook
from criteria.workbook.filled_workbook import FilledRow, Unreadable
from criteria.workbook.sheet_rows import SheetDifference, SheetRefused, SheetRow
from criteria.workbook.xlsx import INPUTS
from nrm_tracker.forms import EntryForm
from nrm_tracker.text import search_key

_SALT = "criteria.sheet"
# How long a page of differences may stay open before it is accepted.
_KEPT_SECONDS = 24 * 60 * 60
_YES, _NO = {"dat", "co", "met", "yes"}, {"chua dat", "khong dat", "khong", "not met", "no"}


class UploadForm(EntryForm):
    """The workbook that was downloaded, filled in."""

    file = forms.FileField(
        label=_("The sheet, filled in (.xlsx)"),
        widget=forms.ClearableFileInput(
            attrs={
                "accept": ".xlsx,application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
            }
        ),
    )

    def __init__(self, *args: Any, enrolment: Enrolment, **kwargs: Any) -> None:
        self.enrolment = enrolment
        self.rows: list[FilledRow] = []
        super().__init__(*args, **kwargs)

    def clean_file(self) -> UploadedFile:
        file: UploadedFile = self.cleaned_data["file"]
        try:
            self.rows = filled_workbook.read(file, self.enrolment)
        except Unreadable as problem:
            raise ValidationError(str(problem)) from problem
        return file


class FilledForm(ValueForm):
    """What stands in one row of the sheet. What the indicator does not ask is refused."""

    def __init__(self, row: FilledRow, line: SheetRow, enrolment: Enrolment) -> None:
        self.row, self.line = row, line
        texts = dict(row.texts)
        if "yes_no" in texts:
            texts["yes_no"] = _yes_or_no(texts["yes_no"])
        super().__init__(texts, enrolment=enrolment, measure=line.measure, prefix="")
        # Named one by one in the sentences below; a widget of choices has no use for others.
        self.not_asked = [name for name in row.texts if name not in self.fields]

    def clean(self) -> dict[str, Any]:
        for name in self.not_asked:
            self.add_error(None, _named(name, gettext("This indicator does not ask for it.")))
        data = super().clean()
        if self.errors:
            return data
        given = self.given()
        if given is None:
            self.add_error(None, _("Give the value, or clear the row."))
        elif not data.get("measured_on"):
            self.add_error("measured_on", _("Say on which day the value was true."))
        elif given.number is not None and given.numerator is not None:
            self.add_error("number", _("Give the two counts or the percentage, not both."))
        elif _says_both(given):
            self.add_error(
                "not_applicable_reason", _("Give a value, or why it does not apply, not both.")
            )
        return data

    @property
    def problems(self) -> list[str]:
        return [
            str(message) if name == "__all__" else _named(name, str(message))
            for name, messages in self.errors.items()
            for message in messages
        ]


@dataclass(frozen=True)
class Problem:
    """What is wrong in a row of the sheet."""

    row: int
    code: str
    text: str


@dataclass
class Filled:
    """What the rows of a sheet change, and what must be mended first."""

    differences: list[SheetDifference] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    texts: dict[str, dict[str, str]] = field(default_factory=dict)

    @property
    def is_stale(self) -> bool:
        """Whether somebody wrote one of the values since the differences were shown."""
        return any(difference.is_stale for difference in self.differences)

    def refuse(self, refused: SheetRefused) -> None:
        for difference in self.differences:
            line = difference.line
            if line.key in refused.problems:
                self.problems += [
                    Problem(difference.row, line.indicator.code, message)
                    for message in refused.problems[line.key].messages
                ]

    def pack(self, enrolment: Enrolment, by: User) -> str:
        """The differences as the page carries them until they are accepted."""
        rows = [(d.row, d.line.key, self.texts[d.line.key], d.line.seen) for d in self.differences]
        return signing.dumps([enrolment.pk, by.pk, rows], salt=_SALT, compress=True)


def fill(
    rows: Iterable[FilledRow],
    lines: Iterable[SheetRow],
    enrolment: Enrolment,
    seen: dict[str, str] | None = None,
) -> Filled:
    """Compare what was filled in with what is known. `seen` are the marks of what was shown."""
    by_key = {line.key: line for line in lines}
    filled = Filled()
    for row in rows:
        line = by_key.get(row.key)
        if line is None:
            unknown = gettext("The row is not one of the set. Download the sheet anew.")
            problem = Problem(row.number, row.key[:20], row.problems.get("") or unknown)
            filled.problems.append(problem)
            continue
        filled.texts[row.key] = row.texts
        _fill_row(filled, row, line, enrolment, seen)
    return filled


def unpack(token: str, enrolment: Enrolment, by: User) -> tuple[list[FilledRow], dict[str, str]]:
    """The rows that a page carried, and the marks of what it showed. Raises Unreadable."""
    try:
        for_enrolment, for_user, rows = signing.loads(token, salt=_SALT, max_age=_KEPT_SECONDS)
    except signing.BadSignature:
        for_enrolment, for_user, rows = None, None, []
    if (for_enrolment, for_user) != (enrolment.pk, by.pk):
        raise Unreadable(gettext("The differences are no longer held. Please upload the sheet."))
    found = [FilledRow(number, key, texts) for number, key, texts, _mark in rows]
    return found, {key: mark for _number, key, _texts, mark in rows}


def _fill_row(
    filled: Filled,
    row: FilledRow,
    line: SheetRow,
    enrolment: Enrolment,
    seen: dict[str, str] | None,
) -> None:
    code = line.indicator.code
    found = [_named(name, text) if name else text for name, text in row.problems.items()]
    if not found and row.texts:
        form = FilledForm(row, line, enrolment)
        given = form.given() if form.is_valid() else None
        found = form.problems
        if given and not given.same_as(line.present):
            is_stale = seen is not None and seen.get(line.key) != line.seen
            filled.differences.append(SheetDifference(line, given, row.number, is_stale))
    filled.problems += [Problem(row.number, code, text) for text in found]


def _says_both(given: Given) -> bool:
    """Whether a value is given and, too, why there is none."""
    said = (given.number, given.numerator, given.yes_no, given.text)
    has_value = any(one not in (None, "") for one in said) and not given.is_without_objects
    return has_value and bool(given.not_applicable_reason)


def _named(name: str, text: str) -> str:
    return f"{INPUTS[name][0]}: {text}"


def _yes_or_no(text: str) -> str:
    """The sheet's word as the form's choice; any other is told by the form."""
    word = search_key(text)
    return "yes" if word in _YES else "no" if word in _NO else text
