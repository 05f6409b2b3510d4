from django.utils.translation import gettext_lazy as _

from nrm_tracker.forms import PROSE, VersionedForm, WordsField


class SubmitForm(VersionedForm):
    """Send the plan as it was seen."""


class ApproveForm(VersionedForm):
    document = WordsField(
        label=_("Number of the document"), limit=300, required=False, help_text=_("May stay empty.")
    )
    note = WordsField(label=_("Note"), limit=PROSE, lines=2, required=False)


class ReturnPlanForm(VersionedForm):
    reason = WordsField(label=_("What is to be changed"), limit=PROSE, lines=4)
