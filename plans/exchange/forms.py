"""The file of a plan that is sent back."""

import io
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from nrm_tracker.forms import EntryForm
from plans.exchange import filled, mspdi_reading
from plans.exchange.brought import Brought
from plans.models import Plan

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


class PlanFileForm(EntryForm):
    file = forms.FileField(
        label=_("The plan, edited (.xlsx, or .xml of Microsoft Project)"),
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": ".xlsx,.xml"}),
    )

    def __init__(self, *args: Any, plan: Plan, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.plan = plan
        self.brought: Brought | None = None

    def clean_file(self) -> UploadedFile:
        file: UploadedFile = self.cleaned_data["file"]
        start = file.read(8)
        file.seek(0)
        content: Any = file.file or io.BytesIO()
        if (file.name or "").lower().endswith(".mpp") and start == _OLE:
            message = gettext("This is a file of Microsoft Project (.mpp). Save it as XML (.xml).")
            raise ValidationError(message)
        if start.startswith(b"PK") or start == _OLE:
            self.brought = filled.read(content, self.plan)
        else:
            self.brought = mspdi_reading.read(content, self.plan)
        return file
