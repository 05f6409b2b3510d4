"""What is added to a session, attached and found in it: the forms."""

from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from communes.models import Commune
from criteria.assessments.forms import FindingForm
from criteria.models import Basis
from meetings.models import SessionFile, WorkingSession
from meetings.sessions import actions
from nrm_tracker.forms import PROSE, EntryForm, UploadField, WordsField
from nrm_tracker.uploads import PDF, CheckedUpload


class CallOffForm(EntryForm):
    reason = WordsField(
        label=_("Why it is called off"),
        limit=PROSE,
        lines=3,
        help_text=_("It stands on the page of the session, and its communes read it."),
    )


class AddendumForm(EntryForm):
    text = WordsField(
        label=_("Addition or correction"),
        limit=PROSE,
        lines=5,
        required=False,
        help_text=_("Say what is added, or which sentence is corrected and how it reads now."),
    )
    minutes_number = WordsField(
        label=_("Number of the minutes"),
        limit=60,
        required=False,
        help_text=_("Where they received it after they were published."),
    )
    notice_number = WordsField(
        label=_("Number of the notice"),
        limit=60,
        required=False,
        help_text=_("Of the notice of the conclusion, where one is issued."),
    )


class ScanForm(EntryForm):
    """The signed paper; what it is, is told by its content."""

    file = UploadField(
        label=_("The signed minutes, scanned"),
        help_text=_(
            "A PDF document. Do not upload documents stamped secret (Secret, Top secret, "
            "Absolute secret)."
        ),
    )
    reason = WordsField(
        label=_("Why it takes the place of the one before"), limit=PROSE, required=False
    )

    def __init__(self, *args: Any, has_one: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not has_one:
            del self.fields["reason"]
        self.fields["file"].widget.attrs["accept"] = ".pdf"

    def clean_file(self) -> CheckedUpload:
        checked: CheckedUpload = self.cleaned_data["file"]
        if checked.kind != PDF:
            raise ValidationError(_("The signed scan must be a PDF document."))
        return checked


class PaperForm(EntryForm):
    """A report that was heard, a photo, another paper."""

    kind = forms.ChoiceField(label=_("Kind of paper"), choices=SessionFile.Kind.choices)
    caption = WordsField(label=_("What it is"), limit=300)
    commune = forms.ModelChoiceField(
        Commune.objects.none(),
        label=_("Commune"),
        required=False,
        empty_label=_("Of the session as a whole"),
    )
    file = UploadField(label=_("File"))

    def __init__(self, *args: Any, session: WorkingSession, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        commune = cast(forms.ModelChoiceField, self.fields["commune"])
        commune.queryset = session.communes.all()


class SessionFindingForm(FindingForm):
    """What a session found of a cell, on its day and with itself as the basis."""

    assessed_on = None  # type: ignore[assignment]
    no_evidence_reason = WordsField(
        label=_("Why there is no evidence"),
        limit=PROSE,
        required=False,
        help_text=_("Only where the criterion is found met and nothing is attached."),
    )
    field_order = ["result", "percent", "reason", "no_evidence_reason"]

    def __init__(self, *args: Any, session: WorkingSession, **kwargs: Any) -> None:
        self.session = session
        super().__init__(*args, **kwargs)

    def fixed(self) -> dict[str, Any]:
        """For the comparison with what another wrote."""
        finding = actions.finding_of(self.session, result="")
        return {
            "level": finding.level,
            "basis": Basis.SESSION,
            "basis_text": finding.basis_text,
            "assessed_on": finding.assessed_on,
        }

    def said(self) -> dict[str, Any]:
        return {name: value for name, value in self.cleaned_data.items() if name != "version"}
