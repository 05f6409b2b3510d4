"""A list of villages, as it is pasted or sent, and sent again after it was looked over."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from dashboards.villages import village_list
from dashboards.villages.village_list import VillageList
from nrm_tracker.forms import EntryForm

LONGEST_LIST = 500_000


class VillagesForm(EntryForm):
    """The list; and, of who saw what would come of it, what was seen."""

    pasted = forms.CharField(
        label=_("List of villages"),
        help_text=_(
            "Copy the cells in the spreadsheet and paste them here. Columns: commune, village,"
            " households; with a head in any order."
        ),
        widget=forms.Textarea(attrs={"rows": 10, "wrap": "off", "spellcheck": "false"}),
        validators=[MaxLengthValidator(LONGEST_LIST)],
        strip=False,
        required=False,
    )
    file = forms.FileField(
        label=_("Or a file"),
        help_text=_("Excel (.xlsx, .xlsm) or .csv. It takes the place of what is pasted."),
        required=False,
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": ".xlsx,.xlsm,.csv,.txt"}),
    )
    with_like = forms.BooleanField(
        label=_("Make also the villages whose names are much like others"), required=False
    )
    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    found: VillageList | None = None

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        if self.errors:
            return data
        file, pasted = data.get("file"), data.get("pasted") or ""
        if not file and not pasted.strip():
            self.add_error("pasted", gettext("Paste a list, or choose a file."))
            return data
        try:
            self.found = village_list.read(file or pasted)
        except ValidationError as error:
            self.add_error("file" if file else "pasted", error)
        return data

    def show(self, found: VillageList, seen: str) -> None:
        """Carry what was read and shown to the next sending; what was pasted without a head that
        is known stays as it is, so that one can be put above it."""
        if found.columns or self.cleaned_data.get("file"):
            self.send_again("pasted", found.text)
        self.send_again("seen", seen)
