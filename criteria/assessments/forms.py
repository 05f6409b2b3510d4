"""What people write of a cell, checked before it becomes history.

The verbs of `actions` have the last word; `refuse` puts what they say beside the field.
"""

import datetime as dt
from collections.abc import Iterable
from decimal import Decimal
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.choices import CallableChoiceIterator
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from accounts.access import Access
from accounts.models import User
from accounts.names import signature
from communes.models import Agency
from criteria import permissions
from criteria.assessments.actions import Finding, check_finding
from criteria.models import (
    Assessment,
    Basis,
    CriterionStatus,
    Level,
    LevelName,
    Responsibility,
    Result,
)
from criteria.models.history import ASSESSABLE, SAYABLE
from criteria.templatetags.results import result_word
from nrm_tracker import clock
from nrm_tracker.figures import grouped
from nrm_tracker.forms import (
    PROSE,
    DayField,
    EntryForm,
    PercentField,
    VersionedForm,
    WordsField,
)

_BASES = [Basis.VERIFICATION, Basis.SESSION, Basis.DECISION, Basis.DOCUMENT]
_ENUMS = {"result": Result, "basis": Basis, "level": Level}
_COMPARED = [
    "level",
    "result",
    "assessed_on",
    "percent",
    "basis",
    "basis_text",
    "decided_by",
    "on_behalf_of",
    "document_number",
    "reason",
    "no_evidence_reason",
]


class CellForm(VersionedForm):
    """Something written of a cell by one who saw a version of it (rule 11)."""

    def __init__(self, *args: Any, status: CriterionStatus, **kwargs: Any) -> None:
        self.status = status
        kwargs["initial"] = {"version": status.version, **kwargs.get("initial", {})}
        super().__init__(*args, **kwargs)

    def meet(self, current: Assessment) -> None:
        super().meet(current)
        self._renew(current.status.version)

    def comparison(self) -> list[tuple[str, str, str]]:
        """Line by line, what the other wrote and what was typed here."""
        mine = self.written()
        lines = []
        for name in _COMPARED:
            theirs = shown(name, getattr(self.conflict, name))
            label = Assessment._meta.get_field(name).verbose_name  # type: ignore[union-attr]
            lines.append((str(capfirst(label)), theirs, shown(name, mine.get(name))))
        return [line for line in lines if line[1] or line[2]]

    def written(self) -> dict[str, Any]:
        """What was typed, by the names of an assessment."""
        return self.cleaned_data

    @property
    def result_label(self) -> str:
        """The result that was typed, in words."""
        return shown("result", self.cleaned_data.get("result"))


class FindingForm(CellForm):
    """A result on a day: new, or in the place of an entry that was `wrong`."""

    result = forms.ChoiceField(
        label=_("Result"),
        widget=forms.RadioSelect,
    )
    assessed_on = DayField(label=_("Assessed on"), initial=clock.today)
    percent = PercentField(
        label=_("Reached (%)"),
        required=False,
        help_text=_("Only where the criterion has one share; say which in the remarks."),
    )
    reason = WordsField(
        label=_("Reason, remarks"),
        limit=PROSE,
        lines=3,
        required=False,
        help_text=_("Required where the criterion does not apply."),
    )

    def __init__(self, *args: Any, wrong: Assessment | None = None, **kwargs: Any) -> None:
        self.wrong = wrong
        if wrong:
            names = [*self.base_fields, "on_behalf_of", "document_number"]
            kwargs["initial"] = {
                name: getattr(wrong, name) for name in names if name not in ("version", "reason")
            }
        super().__init__(*args, **kwargs)
        self.offer_results(SAYABLE)
        if wrong:
            reason = self.fields["reason"]
            reason.required, reason.label = True, _("Reason for the correction")
            reason.help_text = _("Where the criterion does not apply, say also why.")

    def offer_results(self, results: Iterable[Result]) -> None:
        field = cast(forms.ChoiceField, self.fields["result"])
        field.choices = [(result.value, result_word(result.value)) for result in results]

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if data.get("result") == Result.NOT_APPLICABLE:
            self.require("reason", _("Say why the criterion does not apply."))
        return data

    def look_further(self) -> None:
        try:
            check_finding(self.status, self.finding())
        except ValidationError as error:
            self.refuse(error)

    def finding(self) -> Finding:
        """What was typed, as the verbs take it; what is wrong in it is not said at all."""
        unsaid = {"result": "", "basis": "", "assessed_on": self.status.enrolment.opened_on}
        return Finding(**{**unsaid, **self.written()})

    def written(self) -> dict[str, Any]:
        given = {name: value for name, value in self.cleaned_data.items() if name != "version"}
        return {**self.fixed(), **given}

    def fixed(self) -> dict[str, Any]:
        """What the form does not ask."""
        raise NotImplementedError


class OwnViewForm(FindingForm):
    """What a commune says of itself."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        # Its fields may stand on one page with those of an assessment.
        super().__init__(*args, auto_id="id_own_%s", **kwargs)

    def fixed(self) -> dict[str, Any]:
        return {"level": Level.COMMUNE, "basis": Basis.SELF}


class ConclusionForm(EntryForm):
    """Who concluded, at which level, on which basis: the same for one cell or for many."""

    level = forms.TypedChoiceField(
        label=_("Level"),
        coerce=int,
        choices=[(level.value, level.label) for level in (Level.DISTRICT, Level.PROVINCE)],
        widget=forms.RadioSelect,
        initial=Level.DISTRICT,
    )
    basis = forms.ChoiceField(
        label=_("Basis"),
        choices=[("", _("Choose the basis")), *((basis.value, basis.label) for basis in _BASES)],
    )
    basis_text = WordsField(
        label=_("Basis in words"),
        limit=500,
        required=False,
        help_text=_("Which working session, decision or document."),
    )
    decided_by = WordsField(label=_("Who concluded"), limit=300, required=False)
    on_behalf_of = forms.ModelChoiceField(
        Agency.objects.none(),
        label=_("On behalf of"),
        required=False,
        empty_label=_("No agency chosen"),
        help_text=_("The agency whose finding this is."),
    )
    document_number = WordsField(label=_("Document number"), limit=100, required=False)

    must_name_agency = False
    # The level of the area's own bodies.
    own_level = Level.DISTRICT

    def offer_levels(self, day: dt.date) -> None:
        """The levels by the names of the day, read when they are drawn."""
        widget = cast(forms.RadioSelect, self.fields["level"].widget)
        widget.choices = CallableChoiceIterator(lambda: _level_choices(day))

    def offer_agencies(self, area_ids: Iterable[int]) -> None:
        agencies = cast(forms.ModelChoiceField, self.fields["on_behalf_of"])
        agencies.queryset = Agency.objects.filter(area__in=area_ids)

    def check_conclusion(self, level: int) -> None:
        """The rules of a conclusion at `level`: what it rests on, whose it is, by what document."""
        data = self.cleaned_data
        if data.get("basis") in (Basis.SESSION, Basis.DECISION, Basis.DOCUMENT):
            self.require("basis_text", _("Say which session, decision or document."))
        if level > self.own_level:
            self.require("decided_by", _("Say who concluded."))
            self.require("document_number", _("Give the number of the document."))
            if data.get("on_behalf_of"):
                self.add_error("on_behalf_of", _("The province decides in its own name."))
        elif self.must_name_agency:
            # A province may decide as such, by its council.
            if self.own_level == Level.DISTRICT or not data.get("decided_by"):
                self.require("on_behalf_of", _("Name the agency whose finding this is."))
            self.require("document_number", _("Give the number of the document."))


class AssessForm(ConclusionForm, FindingForm):
    """What somebody above the commune found. Who coordinates says for whom, or for the province."""

    no_evidence_reason = WordsField(
        label=_("Why there is no evidence"),
        limit=PROSE,
        required=False,
        help_text=_("Only where the criterion is found met and nothing is attached."),
    )

    field_order = [
        "result",
        "assessed_on",
        "level",
        "percent",
        "basis",
        "basis_text",
        "decided_by",
        "on_behalf_of",
        "document_number",
        "reason",
        "no_evidence_reason",
    ]

    def __init__(
        self,
        *args: Any,
        day: dt.date,
        coordinates: bool,
        must_name_agency: bool,
        concluded_by: str,
        **kwargs: Any,
    ) -> None:
        kwargs["initial"] = {"decided_by": concluded_by}
        super().__init__(*args, **kwargs)
        self.must_name_agency = must_name_agency
        self.own_level = Level.of(self.status.enrolment.commune.area)
        if self.wrong or not coordinates or self.own_level == Level.PROVINCE:
            del self.fields["level"]
        else:
            self.offer_levels(day)
        if "level" in self.fields or self.fixed()["level"] == Level.PROVINCE:
            self.offer_results(ASSESSABLE)
        if coordinates or (self.wrong and self.wrong.document_number):
            self.offer_agencies([self.status.enrolment.commune.area_id])
        else:
            del self.fields["on_behalf_of"], self.fields["document_number"]

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        self.check_conclusion(data.get("level", self.fixed()["level"]))
        return data

    def fixed(self) -> dict[str, Any]:
        return {"level": self.wrong.level if self.wrong else self.own_level}


class VoidForm(CellForm):
    """Why an entry is to count no longer."""

    reason = WordsField(label=_("Reason"), limit=PROSE, lines=2)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, prefix="void", **kwargs)


def assess_form(
    access: Access,
    user: User,
    status: CriterionStatus,
    day: dt.date,
    responsibilities: list[Responsibility],
    **kwargs: Any,
) -> AssessForm:
    """The form as this person may use it."""
    commune = status.enrolment.commune
    own_word = permissions.may_find(access, commune, responsibilities)
    form = AssessForm(
        status=status,
        day=day,
        coordinates=permissions.may_record_provincial(access, commune.area_id),
        must_name_agency=permissions.must_name_agency(access, commune, responsibilities),
        concluded_by=signature(user) if own_word else "",
        **kwargs,
    )
    form.acting = permissions.finds_as(access, commune, responsibilities)
    return form


def _level_choices(day: dt.date) -> list[tuple[int, str]]:
    """The levels above the commune, as they are called on `day`."""
    names = LevelName.objects.filter(
        Q(valid_from__isnull=True) | Q(valid_from__lte=day),
        Q(valid_until__isnull=True) | Q(valid_until__gte=day),
    )
    called = dict(names.values_list("level", "name"))
    levels = (Level.DISTRICT, Level.PROVINCE)
    return [(level.value, called.get(level.value, str(level.label))) for level in levels]


def shown(name: str, value: Any) -> str:
    """A value of an assessment, in words."""
    if value is None or value == "":
        return ""
    if name in _ENUMS:
        return str(_ENUMS[name](value).label)
    if isinstance(value, Decimal):
        return f"{grouped(value)}%"
    return f"{value:%d/%m/%Y}" if isinstance(value, dt.date) else str(value)
