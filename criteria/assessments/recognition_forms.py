"""What people write of a recognition, and of its end."""

import datetime as dt
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from communes.models import Checked
from criteria.models import Enrolment, Recognition
from nrm_tracker import clock
from nrm_tracker.forms import PROSE, DayField, EntryForm, UploadField, WordsField


class RecognitionForm(EntryForm):
    """A decision that a commune reached the set, known by its day or by its year alone."""

    kind = forms.ChoiceField(
        label=_("Kind of decision"),
        choices=Recognition.Kind.choices,
        initial=Recognition.Kind.MET,
        required=False,
    )
    title = WordsField(label=_("Title"), limit=300)
    decision_number = WordsField(label=_("Decision number"), limit=100, required=False)
    decided_on = DayField(label=_("Decided on"), required=False)
    year = forms.IntegerField(
        label=_("Or only the year"),
        min_value=1,
        max_value=9999,
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "class": "numberinput"}),
        help_text=_("Known only by year, it counts from 31/12."),
        error_messages={"invalid": _("Write the year with four digits, as 2020.")},
    )
    for_year = forms.IntegerField(
        label=_("Recognised for the year"),
        min_value=1990,
        max_value=2199,
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "class": "numberinput"}),
        help_text=_("Where it is another than that of the decision."),
        error_messages={"invalid": _("Write the year with four digits, as 2020.")},
    )
    source = WordsField(label=_("Source"), limit=PROSE, lines=2, required=False)
    checked = forms.ChoiceField(
        label=_("What it was compared with"),
        choices=Checked.choices,
        initial=Checked.UNREAD,
        required=False,
    )
    file = UploadField(label=_("The decision, scanned"), required=False)

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        if not {"decided_on", "year"} & set(self.errors):
            if not data.get("decided_on") and not data.get("year"):
                self.add_error("decided_on", _("Give the day, or only the year."))
            elif data.get("decided_on") and data.get("year"):
                self.add_error("year", _("Give the day or the year, not both."))
        return data

    def refuse(self, error: ValidationError) -> None:
        found = getattr(error, "error_dict", {})
        if "decided_on" in found and self.cleaned_data.get("year"):
            error = ValidationError({"year": found["decided_on"]})
        super().refuse(error)

    def recognition(self, enrolment: Enrolment) -> Recognition:
        data = dict(self.cleaned_data)
        year, _file = data.pop("year"), data.pop("file")
        data["kind"] = data["kind"] or Recognition.Kind.MET
        data["checked"] = data["checked"] or Checked.UNREAD
        if year:
            data |= {"decided_on": dt.date(year, 12, 31), "precision": Recognition.Precision.YEAR}
        return Recognition(enrolment=enrolment, **data)


class RevokeForm(EntryForm):
    """The decision that ends a recognition."""

    revoked_on = DayField(label=_("Revoked on"), initial=clock.today)
    revoking_decision = WordsField(label=_("Revoking decision"), limit=100)
