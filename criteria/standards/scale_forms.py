"""The table of a set's indicators sent back: the file, and what it changes until it is loaded."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.core import signing
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from criteria.standards import scale_workbook
from criteria.standards.scale_rows import ScaleChange, ScaleTable
from nrm_tracker.forms import EntryForm

_SALT = "criteria.scale"
# How long a page of changes may stay open before it is loaded.
_KEPT_SECONDS = 24 * 60 * 60
Rows = list[tuple[int, dict[str, str]]]


class ScaleForm(EntryForm):
    """The workbook that was downloaded, filled in."""

    file = forms.FileField(
        label=_("The table, filled in (.xlsx)"), widget=forms.FileInput(attrs={"accept": ".xlsx"})
    )

    def __init__(self, *args: Any, table: ScaleTable, **kwargs: Any) -> None:
        self.table = table
        self.rows: Rows = []
        super().__init__(*args, **kwargs)

    def clean_file(self) -> UploadedFile:
        file: UploadedFile = self.cleaned_data["file"]
        self.rows = scale_workbook.read(file, self.table)
        return file


def pack(table: ScaleTable, changes: Iterable[ScaleChange], mark: str, by: User) -> str:
    """The changes as the page carries them until they are loaded."""
    rows = [(change.number, change.words) for change in changes]
    return signing.dumps([*_whose(table, by), mark, rows], salt=_SALT, compress=True)


def unpack(token: str, table: ScaleTable, by: User) -> tuple[Rows, str]:
    """The rows that a page carried, and the mark of what it showed. Raises ValidationError."""
    try:
        *whose, mark, rows = signing.loads(token, salt=_SALT, max_age=_KEPT_SECONDS)
    except (signing.BadSignature, ValueError):
        whose, mark, rows = [], "", []
    if whose != _whose(table, by):
        raise ValidationError(gettext("The changes are no longer held. Please upload the table."))
    return [(number, words) for number, words in rows], mark


def _whose(table: ScaleTable, by: User) -> list[int | None]:
    return [table.criteria_set.pk, table.area.pk if table.area else None, by.pk]
