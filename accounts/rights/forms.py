"""Why an ability is given to a role, or taken from it."""

from django import forms
from django.utils.translation import gettext_lazy as _

from nrm_tracker.forms import PROSE, EntryForm, WordsField


class RightForm(EntryForm):
    # What the page offered, so that who comes second does not do the contrary.
    is_given = forms.TypedChoiceField(
        choices=[("yes", ""), ("no", "")],
        coerce=lambda sent: sent == "yes",
        widget=forms.HiddenInput,
    )
    reason = WordsField(
        label=_("Reason"),
        limit=PROSE,
        lines=2,
        help_text=_("Who decided it, by which document. It stays in the log."),
    )
