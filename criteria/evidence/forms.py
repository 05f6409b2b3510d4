"""What people attach, and say of what they attached."""

from collections.abc import Iterable
from typing import Any, cast
from urllib.parse import urlsplit

from django import forms
from django.core.validators import URLValidator
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from criteria.evidence.actions import Piece, mark
from criteria.models import CriterionStatus, Evidence, EvidenceRequirement
from nrm_tracker import uploads
from nrm_tracker.forms import PROSE, DayField, EntryForm, UploadField, UploadsField, WordsField

CAPTION = 300
_DAYS = ("dated_on", "valid_until")


class LinkField(forms.URLField):
    """An address in the web; nothing that a browser would run or open elsewhere."""

    default_validators = [URLValidator(schemes=["http", "https"])]

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            label=_("Link"), required=False, max_length=500, assume_scheme="https", **kwargs
        )
        # As everywhere the limit is told, not enforced by the browser, which cuts without a word.
        self.widget.attrs.pop("maxlength", None)


class SaidOfEvidenceForm(EntryForm):
    """What every piece is said to be."""

    dated_on = DayField(label=_("Date of the evidence"), required=False)
    valid_until = DayField(
        label=_("Valid until"),
        required=False,
        help_text=_("Left empty: without an end."),
    )
    requirement = forms.ModelChoiceField(
        EvidenceRequirement.objects.none(),
        label=_("Which of the required papers"),
        required=False,
        empty_label=_("None of them"),
    )
    has_personal_data = forms.BooleanField(
        label=_("Holds personal data"),
        required=False,
        help_text=_(
            "Then only the commune, the agencies in charge, the coordinator and inspectors see it."
        ),
    )
    criteria = forms.MultipleChoiceField(
        label=_("Criteria that it shows"), widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, cells: Iterable[CriterionStatus], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.cells = {str(cell.criterion.number): cell for cell in cells}
        choices = cast(forms.MultipleChoiceField, self.fields["criteria"])
        choices.choices = [
            (number, f"{number} {cell.criterion.short_name}") for number, cell in self.cells.items()
        ]

    def ask_for(self, criteria: Iterable[int]) -> None:
        """Offer what these criteria require; do not ask where they require nothing."""
        asked = EvidenceRequirement.objects.filter(criterion__in=list(criteria)).order_by("pk")
        field = cast(forms.ModelChoiceField, self.fields["requirement"])
        field.queryset = asked.select_related("criterion")
        if not field.queryset:
            del self.fields["requirement"]

    def statuses(self) -> list[CriterionStatus]:
        return [self.cells[number] for number in self.cleaned_data["criteria"]]

    def said(self) -> dict[str, Any]:
        data = self.cleaned_data
        return {
            "dated_on": data["dated_on"],
            "valid_until": data["valid_until"],
            "has_personal_data": data["has_personal_data"],
            "requirement": data.get("requirement"),
        }


class AttachForm(SaidOfEvidenceForm):
    """Several files at once, a link, or both; one caption for all, or one for each."""

    new_files = UploadsField(label=_("Files"), required=False)
    url = LinkField()
    captions = WordsField(
        label=_("Caption"),
        limit=PROSE,
        lines=2,
        required=False,
        help_text=_(
            "One for all, or one a line in the order of the files, the link last. Left empty: the "
            "names of the files."
        ),
    )

    field_order = ["new_files", "url", "captions"]

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        if not {"new_files", "url"} & set(self.errors):
            if not data.get("new_files") and not data.get("url"):
                self.add_error("new_files", gettext("Choose at least one file, or give a link."))
            elif "captions" in data:
                self._check_captions()
        elif "new_files" not in self.errors and data.get("new_files"):
            self.add_error("new_files", gettext("Choose the files again."))
        return data

    def pieces(self) -> list[Piece]:
        found: list[dict[str, Any]] = [{"file": file} for file in self.cleaned_data["new_files"]]
        if self.cleaned_data["url"]:
            found.append({"url": self.cleaned_data["url"]})
        captions = self._captions(len(found))
        return [
            Piece(caption=caption or named(one), **one, **self.said())
            for one, caption in zip(found, captions, strict=True)
        ]

    def _lines(self) -> list[str]:
        typed = self.cleaned_data["captions"].splitlines()
        return [line.strip() for line in typed if line.strip()]

    def _captions(self, count: int) -> list[str]:
        lines = self._lines() or [""]
        return lines * count if len(lines) == 1 else lines

    def _check_captions(self) -> None:
        lines = self._lines()
        count = len(self.cleaned_data["new_files"]) + bool(self.cleaned_data["url"])
        if len(lines) > 1 and len(lines) != count:
            message = gettext("There are %(lines)s captions for %(count)s pieces.")
            self.add_error("captions", message % {"lines": len(lines), "count": count})
        if any(len(line) > CAPTION for line in lines):
            message = gettext("A caption may have %(limit)s characters.")
            self.add_error("captions", message % {"limit": CAPTION})


class EditForm(SaidOfEvidenceForm):
    """What was said of a piece, said better."""

    caption = WordsField(label=_("Caption"), limit=CAPTION)
    seen = WordsField(limit=16, required=False, widget=forms.HiddenInput)

    field_order = ["caption"]

    def __init__(self, *args: Any, evidence: Evidence, is_leant_on: bool, **kwargs: Any) -> None:
        names = ("caption", *_DAYS, "has_personal_data", "requirement")
        kwargs["initial"] = {name: getattr(evidence, name) for name in names}
        kwargs["initial"]["seen"] = mark(evidence)
        shown = {cell.pk for cell in evidence.statuses.all()}
        cells = list(kwargs["cells"])
        kwargs["initial"]["criteria"] = [
            str(cell.criterion.number) for cell in cells if cell.pk in shown
        ]
        super().__init__(*args, **kwargs)
        self.ask_for(cell.criterion_id for cell in cells if cell.pk in shown)
        if is_leant_on:
            for name in ("caption", *_DAYS):
                self.fields[name].disabled = True

    def meet(self, current: Evidence) -> None:
        super().meet(current)
        self.send_again("seen", mark(current))


class ReplaceForm(EntryForm):
    """The file or link that takes the place of a piece."""

    file = UploadField(label=_("File"), required=False)
    url = LinkField()
    caption = WordsField(label=_("Caption"), limit=CAPTION)
    dated_on = DayField(label=_("Date of the evidence"), required=False)
    valid_until = DayField(label=_("Valid until"), required=False)
    has_personal_data = forms.BooleanField(label=_("Holds personal data"), required=False)

    def __init__(self, *args: Any, evidence: Evidence, **kwargs: Any) -> None:
        self.evidence = evidence
        kwargs["initial"] = {
            "caption": evidence.caption,
            "has_personal_data": evidence.has_personal_data,
        }
        super().__init__(*args, **kwargs)

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        if not {"file", "url"} & set(self.errors) and bool(data.get("file")) == bool(
            data.get("url")
        ):
            self.add_error("file", gettext("Attach a file or give a link, one of the two."))
        return data

    def piece(self) -> Piece:
        names = ("file", "url", "caption", *_DAYS, "has_personal_data")
        given = {name: self.cleaned_data[name] for name in names}
        return Piece(**given, requirement=self.evidence.requirement)


class RemoveForm(EntryForm):
    """Why a piece is taken away."""

    reason = WordsField(label=_("Reason"), limit=PROSE, lines=2)


def named(piece: dict[str, Any]) -> str:
    """What a piece is called where nobody wrote a caption."""
    file: uploads.CheckedUpload | None = piece.get("file")
    if file:
        return file.name.rsplit(".", 1)[0][:CAPTION]
    parts = urlsplit(piece["url"])
    return f"{parts.netloc}{parts.path}"[:CAPTION]
