"""What a commune claims of a cell, and what the bodies that answer for it say."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from communes.models import Agency
from criteria.claims.actions import Draft, check_claim
from criteria.claims.decisions import Word, newest_word
from criteria.measurements.forms import COMMON, ValuesForm
from criteria.measurements.queries import Measure
from criteria.models import Claim, CriterionStatus, DraftValue, Result
from criteria.models.history import SAYABLE
from criteria.standards.responsible_agencies import Need
from criteria.templatetags.results import result_word
from nrm_tracker import uploads
from nrm_tracker.forms import (
    PROSE,
    DayField,
    EntryForm,
    SeenField,
    UploadField,
    VersionedForm,
    WordsField,
)
from nrm_tracker.models import StoredFile

_CLAIMED = ("result", "explanation", "no_evidence_reason")
_VERDICTS = [Result.MET, Result.NEARLY, Result.NOT_MET]


def _drawn(results: Iterable[str]) -> list[tuple[str, Any]]:
    return [(str(result), result_word(str(result))) for result in results]


class ClaimForm(ValuesForm, VersionedForm):
    """The commune's work on a cell: the values of its indicators, and what it claims."""

    result = forms.ChoiceField(
        label=_("The commune asks to have recorded"),
        widget=forms.RadioSelect(attrs={"class": "form-check-input"}),
        required=False,
        help_text=_("Met needs evidence, or the reason why there is none."),
    )
    explanation = WordsField(label=_("Explanation"), limit=PROSE, lines=2, required=False)
    no_evidence_reason = WordsField(
        label=_("Why there is no evidence"),
        limit=PROSE,
        required=False,
        help_text=_("Only where met is claimed and nothing is attached."),
    )
    # There for what came back, or where its absence was refused.
    resent_reason = WordsField(
        label=_("Why it is sent again unchanged"),
        limit=PROSE,
        required=False,
        help_text=_("Only where nothing was changed or attached since the return."),
    )

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        status: CriterionStatus,
        measures: list[Measure],
        draft: Claim | None = None,
        drafts: Iterable[DraftValue] | None = None,
        earlier: Claim | None = None,
    ) -> None:
        self.status = status
        shown = draft or earlier
        initial: dict[str, Any] = {"version": draft.version if draft else 0}
        if shown:
            initial |= {name: getattr(shown, name) for name in _CLAIMED}
        if draft:
            initial["resent_reason"] = draft.resent_reason
        super().__init__(data, initial=initial, auto_id="id_claim_%s")
        self.fields["result"].choices = _drawn(SAYABLE)  # type: ignore[attr-defined]
        came_back = earlier is not None and earlier.state == Claim.State.RETURNED
        self._why_again = self.fields["resent_reason"]
        if not came_back and "resent_reason" not in self.data:
            del self.fields["resent_reason"]
        if drafts is None:
            drafts = draft.values.all() if draft else ()
        kept = {value.indicator_id: value for value in drafts}
        self.take(status.enrolment, measures, kept)

    def look_further(self) -> None:
        if "send" not in self.data:
            return
        said = {name: self.cleaned_data.get(name, "") for name in _CLAIMED}
        try:
            check_claim(Claim(status=self.status, **said))
        except ValidationError as error:
            self.refuse(error)

    def draft(self) -> Draft:
        """What was typed, as the actions take it."""
        given = {value.indicator: value.given() for value in self.values}
        said = {name: data for name, data in self.cleaned_data.items() if name not in COMMON}
        return Draft(given=given, **said)

    def refuse(self, error: ValidationError) -> None:
        if "resent_reason" in getattr(error, "error_dict", ()):
            self.fields["resent_reason"] = self._why_again
        super().refuse(error)

    def meet(self, current: Claim) -> None:
        super().meet(current)
        self._renew(current.version if current.is_draft else 0)


class JudgeForm(EntryForm):
    """What every word on a claim has: the number of the latest one that its writer saw."""

    seen = SeenField()
    stored: StoredFile | None = None
    # Further agencies for which the same person speaks.
    others: Iterable[Need] = ()

    def clean(self) -> dict[str, Any]:
        if "seen" in self.errors:
            del self.errors["seen"]
            self.add_error(None, _("The form came back incomplete. Look it over, then send again."))
        return self.cleaned_data

    def document(self, by: User) -> StoredFile | None:
        """Store the document that came with the form; where the word is refused, none stays."""
        sent = self.cleaned_data.get("document_file")
        self.stored = uploads.store(sent, by) if sent else None
        return self.stored

    def give_back(self) -> None:
        if self.stored:
            uploads.forget(self.stored)


class WordForm(JudgeForm):
    """An agency's verdict on each of its indicators, or on the criterion."""

    reason = WordsField(
        label=_("Reason, remarks"),
        limit=PROSE,
        lines=3,
        required=False,
        help_text=_("Required for every finding but met."),
    )

    def __init__(self, *args: Any, need: Need, **kwargs: Any) -> None:
        self.need = need
        super().__init__(*args, **{"auto_id": "id_word_%s", **kwargs})
        for name, label in self._asked():
            self.fields[name] = forms.ChoiceField(
                label=label, choices=_drawn(_VERDICTS), widget=forms.RadioSelect
            )
        self.order_fields([*(name for name, _label in self._asked()), "reason"])

    def _asked(self) -> list[tuple[str, Any]]:
        if not self.need.indicators:
            return [("verdict", _("Finding"))]
        return [(f"verdict_{i.pk}", f"{i.code} {i.text}") for i in self.need.indicators]

    def meet(self, current: Claim) -> None:
        super().meet(current)
        self.send_again("seen", newest_word(current, self.need.agency))

    def words(self) -> list[Word]:
        data = self.cleaned_data
        if not self.need.indicators:
            return [Word(data["verdict"], data["reason"])]
        return [Word(data[f"verdict_{i.pk}"], data["reason"], i) for i in self.need.indicators]


class BehalfForm(JudgeForm):
    """An agency's written finding, recorded by the coordinator with its document."""

    agency = forms.ModelChoiceField(
        Agency.objects.none(), label=_("On behalf of"), empty_label=_("No agency chosen")
    )
    verdict = forms.ChoiceField(label=_("Finding"), widget=forms.RadioSelect)
    document_number = WordsField(label=_("Document number"), limit=100)
    document_file = UploadField(label=_("The document, scanned"), required=False)
    reason = WordsField(
        label=_("Reason, remarks"),
        limit=PROSE,
        lines=3,
        required=False,
        help_text=_("Required for every finding but met."),
    )

    def __init__(self, *args: Any, needed: dict[int, Need], **kwargs: Any) -> None:
        self.needed = needed
        super().__init__(*args, **{"auto_id": "id_behalf_%s", **kwargs})
        self.fields["verdict"].choices = _drawn(_VERDICTS)  # type: ignore[attr-defined]
        agencies = self.fields["agency"]
        agencies.queryset = Agency.objects.filter(pk__in=needed)  # type: ignore[attr-defined]
        # What was read already is not read again to draw the choices.
        agencies.choices = [  # type: ignore[attr-defined]
            ("", _("No agency chosen")),
            *((need.agency.pk, need.agency.name) for need in needed.values()),
        ]

    def words(self) -> list[Word]:
        data = self.cleaned_data
        indicators = self.needed[data["agency"].pk].indicators
        return [
            Word(data["verdict"], data["reason"], indicator) for indicator in indicators or (None,)
        ]


class DecideForm(JudgeForm):
    """A leader's decision, which settles the claim."""

    verdict = forms.ChoiceField(label=_("Decision"), widget=forms.RadioSelect)
    reason = WordsField(label=_("Reason"), limit=PROSE, lines=3)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"auto_id": "id_decide_%s", **kwargs})
        self.fields["verdict"].choices = _drawn(_VERDICTS)  # type: ignore[attr-defined]


class ReturnForm(JudgeForm):
    """What is to be added, and by when."""

    agency = forms.ModelChoiceField(
        Agency.objects.none(),
        label=_("On behalf of"),
        required=False,
        empty_label=_("No agency chosen"),
    )
    document_number = WordsField(label=_("Document number"), limit=100, required=False)
    document_file = UploadField(label=_("The document, scanned"), required=False)
    reason = WordsField(label=_("What is to be added"), limit=PROSE, lines=3)
    add_by = DayField(label=_("Complete by"))

    def __init__(self, *args: Any, needed: dict[int, Need], behalf: bool, **kwargs: Any) -> None:
        super().__init__(*args, **{"auto_id": "id_return_%s", **kwargs})
        self.behalf = behalf
        if not behalf:
            for name in ("agency", "document_number", "document_file"):
                del self.fields[name]
            return
        agencies = self.fields["agency"]
        agencies.queryset = Agency.objects.filter(pk__in=needed)  # type: ignore[attr-defined]
        agencies.choices = [  # type: ignore[attr-defined]
            ("", _("No agency chosen")),
            *((need.agency.pk, need.agency.name) for need in needed.values()),
        ]

    def clean(self) -> dict[str, Any]:
        super().clean()
        if self.behalf:
            self.require("agency", _("Name the agency whose finding this is."))
            self.require("document_number", _("Give the number of the document."))
        return self.cleaned_data
