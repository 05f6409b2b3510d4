"""What the coordinator records of a step of a recognition's dossier."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from criteria.evidence.dossier_steps import Done
from criteria.models import DossierStep
from nrm_tracker.forms import PROSE, DayField, EntryForm, SeenField, UploadField, WordsField


class StepForm(EntryForm):
    """A step done on a day. `latest`, where there is one, is what this row will stand in for."""

    done_on = DayField(label=_("Done on"))
    number = WordsField(label=_("Document number"), limit=100, required=False)
    note = WordsField(label=_("Note"), limit=PROSE, lines=3, required=False)
    file = UploadField(label=_("File"), required=False)
    seen = SeenField()

    def __init__(self, *args: Any, latest: DossierStep | None, **kwargs: Any) -> None:
        self.latest = latest
        if latest:
            kwargs["initial"] = {
                "done_on": latest.done_on,
                "number": latest.number,
                "note": latest.note,
                "seen": latest.pk,
            }
        super().__init__(*args, **kwargs)

    def done(self) -> Done:
        names = ("done_on", "number", "note", "file")
        return Done(**{name: self.cleaned_data[name] for name in names})

    def meet(self, current: DossierStep) -> None:
        super().meet(current)
        self.send_again("seen", current.pk)
