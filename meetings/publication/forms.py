"""What is typed when minutes are published."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from nrm_tracker.forms import EntryForm, WordsField


class PublishForm(EntryForm):
    """The numbers under which the papers go out, and the word to go on where something is
    missing."""

    minutes_number = WordsField(
        label=_("Number of the minutes"), limit=60, required=False, help_text=_("As 15-BB/HU.")
    )
    notice_number = WordsField(
        label=_("Number of the notice"),
        limit=60,
        required=False,
        help_text=_("Of the notice of the conclusion, where one is issued."),
    )
    all_the_same = forms.BooleanField(
        label=_("Publish all the same, without what is missing"), required=False
    )

    def __init__(self, *args: Any, missing: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.missing = missing

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        is_missing = self.missing or not data.get("minutes_number", True)
        if is_missing and not data.get("all_the_same"):
            self.add_error(
                "all_the_same",
                _("Something is missing, as listed above: add it, or say that it is published so."),
            )
        return data
