"""A value of one indicator, as people type it; and the forms that carry values of a criterion."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from criteria.measurements.actions import Given, ValueRefused, check_value
from criteria.measurements.amounts import shown_share
from criteria.measurements.queries import Measure
from criteria.models import Enrolment, Indicator, Measurement, Value
from nrm_tracker import clock
from nrm_tracker.figures import Reading, grouped
from nrm_tracker.forms import PROSE, DayField, EntryForm, NumberField, SeenField, WordsField

YES_NO = [("", _("not stated")), ("yes", _("Met")), ("no", _("Not met"))]
_FIELDS = {
    Indicator.Kind.PERCENT: ("numerator", "denominator", "number"),
    Indicator.Kind.NUMBER: ("number",),
    Indicator.Kind.BOOLEAN: ("yes_no",),
    Indicator.Kind.TEXT: ("text",),
}
WIDE = ("text", "not_applicable_reason")


class ValueForm(EntryForm):
    """One value; left empty, it says nothing. Its names are those of `actions.Given`."""

    numerator = NumberField(label=_("Number meeting it"), required=False)
    denominator = NumberField(label=_("Number in all"), required=False)
    number = NumberField(label=_("Value"), required=False)
    yes_no = forms.ChoiceField(
        label=_("Met or not"), choices=YES_NO, required=False, widget=forms.RadioSelect
    )
    text = WordsField(label=_("Text"), limit=PROSE, lines=2, required=False)
    not_applicable_reason = WordsField(
        label=_("Why it does not apply"), limit=PROSE, required=False
    )
    measured_on = DayField(label=_("Measured on"), required=False, help_text="")
    source = WordsField(label=_("Source of the value"), limit=500, required=False)

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        *,
        enrolment: Enrolment,
        measure: Measure,
        shown: Value | None = None,
        is_required: bool = False,
        **kwargs: Any,
    ) -> None:
        self.enrolment, self.measure, self.is_required = enrolment, measure, is_required
        self.indicator = measure.indicator
        kwargs.setdefault("prefix", f"i{self.indicator.pk}")
        self.shown = shown = shown or measure.value
        kept = {*_FIELDS[Indicator.Kind(self.indicator.kind)], "measured_on", "source"}
        if self.indicator.may_be_not_applicable or (
            self.indicator.may_have_no_objects and "numerator" in kept
        ):
            kept.add("not_applicable_reason")
        # The others are not even copied.
        fields = {name: field for name, field in self.base_fields.items() if name in kept}
        self.base_fields = fields  # type: ignore[misc]
        super().__init__(data, initial=_initial(shown), **kwargs)
        self._name_parts()
        for name, field in self.fields.items():
            is_radio = isinstance(field.widget, forms.RadioSelect)
            drawn = "form-check-input" if is_radio else "form-control"
            field.widget.attrs["class"] = f"{drawn} f-{name}"

    @property
    def narrow(self) -> list[forms.BoundField]:
        """Those that stand side by side, the source last."""
        names = [name for name in self.fields if name not in ("source", *WIDE)]
        return [self[name] for name in (*names, "source")]

    @property
    def wide(self) -> list[forms.BoundField]:
        """Those with a line to themselves."""
        return [self[name] for name in WIDE if name in self.fields]

    def _name_parts(self) -> None:
        """What the two parts of a share are: of a ceiling nobody counts those that reach it."""
        if "numerator" not in self.fields:
            return
        unit = {"unit": self.indicator.counted_in or "…"}
        is_ceiling = self.indicator.comparator == Indicator.Comparator.AT_MOST
        part = _("Number concerned (%(unit)s)") if is_ceiling else _("Number meeting it (%(unit)s)")
        reading = Reading.COUNT if self.indicator.is_counted else Reading.AMOUNT
        for name in ("numerator", "denominator"):
            self.fields[name].reading = reading  # type: ignore[attr-defined]
        self.fields["number"].reading = Reading.SHARE  # type: ignore[attr-defined]
        self.fields["numerator"].label = part % unit
        self.fields["denominator"].label = _("Number in all (%(unit)s)") % unit
        self.fields["number"].label = _("Or the share (%)")
        if self.indicator.may_have_no_objects and not self.indicator.may_be_not_applicable:
            self.fields["not_applicable_reason"].label = _("0 of 0: why there is nothing to count")

    def full_clean(self) -> None:
        """Fields with errors are marked as such, as crispy marks its own."""
        super().full_clean()
        for name in self.errors:
            if name in self.fields:
                attrs = self.fields[name].widget.attrs
                attrs["class"] = f"{attrs['class']} is-invalid"
                attrs["aria-invalid"] = "true"

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        given = self.given()
        if given is None:
            if self.is_required and not self.errors:
                self.add_error(None, _("Give the value."))
            return data
        try:
            check_value(self.enrolment, self.indicator, given)
        except ValidationError as error:
            self.refuse(error)
        return data

    def given(self) -> Given | None:
        """What was typed, None where nothing was but a day and a source."""
        data = dict(self.cleaned_data)
        measured_on = data.pop("measured_on", None) or clock.today()
        if "yes_no" in data:
            data["yes_no"] = {"yes": True, "no": False}.get(data["yes_no"])
        said = {name: value for name, value in data.items() if name != "source"}
        if all(value in (None, "") for value in said.values()):
            return None
        return Given(measured_on=measured_on, **data)

    @property
    def kept_share(self) -> str:
        """The share that comes of the parts that are kept; empty where it is no such share."""
        if self.shown is None or self.is_bound:
            return ""
        share = shown_share(self.shown, self.indicator.limits)
        return "" if share is None else grouped(share)


class MeasureForm(EntryForm):
    """Values of a cell's indicators by one who saw `seen`, the newest of them (0 for none)."""

    seen = SeenField()

    def __init__(
        self, data: QueryDict | None, *, enrolment: Enrolment, measures: Iterable[Measure]
    ) -> None:
        super().__init__(data)
        self.values = value_forms(data, enrolment, measures)

    def is_valid(self) -> bool:
        return all([super().is_valid(), *(form.is_valid() for form in self.values)])

    def clean(self) -> dict[str, Any]:
        # Who sends no number saw no value.
        self.errors.pop("seen", None)
        return self.cleaned_data

    def news(self) -> list[tuple[Indicator, Given]]:
        """The values that say something new."""
        said = [(form, form.given()) for form in self.values]
        return [(f.indicator, g) for f, g in said if g and not g.same_as(f.measure.value)]

    def refuse(self, error: ValidationError) -> None:
        if isinstance(error, ValueRefused):
            refused = next(form for form in self.values if form.indicator == error.indicator)
            refused.refuse(error.refused)
        else:
            super().refuse(error)


class CorrectValueForm(EntryForm):
    """Why a value is replaced or voided, and what stands in its place."""

    reason = WordsField(label=_("Reason for the correction"), limit=PROSE, lines=2)

    def __init__(self, data: QueryDict | None, *, wrong: Measurement) -> None:
        super().__init__(data)
        self.voids = data is not None and "void" in data
        shown = Measure(wrong.indicator, value=wrong)
        self.value = ValueForm(data, enrolment=wrong.enrolment, measure=shown, is_required=True)

    def is_valid(self) -> bool:
        return all([super().is_valid(), self.voids or self.value.is_valid()])

    def given(self) -> Given | None:
        return None if self.voids else self.value.given()

    def refuse(self, error: ValidationError) -> None:
        if hasattr(error, "error_dict") and not self.voids:
            self.value.refuse(error)
        else:
            super().refuse(error)


def value_forms(
    data: QueryDict | None,
    enrolment: Enrolment,
    measures: Iterable[Measure],
    drafts: Mapping[int, Value] | None = None,
) -> list[ValueForm]:
    """A form for each leaf indicator, showing its draft or what counts."""
    return [
        ValueForm(
            data,
            enrolment=enrolment,
            measure=measure,
            shown=(drafts or {}).get(measure.indicator.pk),
        )
        for measure in measures
        if measure.is_leaf
    ]


def _initial(shown: Value | None) -> dict[str, Any]:
    if shown is None:
        return {"measured_on": clock.today()}
    names = ("text", "not_applicable_reason", "source")
    initial = {name: getattr(shown, name) for name in names}
    for name in ("number", "numerator", "denominator"):
        number = getattr(shown, name)
        initial[name] = None if number is None else Decimal(f"{number.normalize():f}")
    if shown.yes_no is not None:
        initial["yes_no"] = "yes" if shown.yes_no else "no"
    return {**initial, "measured_on": shown.measured_on}
