"""A value of one indicator, as people type it; and the forms that carry values of a criterion."""

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from criteria.measurements import share_words
from criteria.measurements.actions import Given, ValueRefused, check_value
from criteria.measurements.queries import Measure, proposed
from criteria.models import DraftValue, Enrolment, Indicator, Measurement, Value
from criteria.progress.assessment_log import check_day
from nrm_tracker import clock
from nrm_tracker.figures import Reading, grouped, plain
from nrm_tracker.forms import PROSE, DayField, EntryForm, NumberField, SeenField, WordsField

YES_NO = [("yes", _("Met")), ("no", _("Not met")), ("", _("not stated"))]
_FIELDS = {
    Indicator.Kind.PERCENT: ("numerator", "denominator", "number"),
    Indicator.Kind.NUMBER: ("number",),
    Indicator.Kind.BOOLEAN: ("yes_no",),
    Indicator.Kind.TEXT: ("text",),
}
# What is the same for most indicators of a criterion, and is asked once for all of them.
COMMON = ("measured_on", "source")


class AnswerField(forms.BoundField):
    """A field laid out by hand, which looks wrong where it is, and is told with its row."""

    def build_widget_attrs(
        self, attrs: dict[str, Any], widget: forms.Widget | None = None
    ) -> dict[str, Any]:
        made: dict[str, Any] = super().build_widget_attrs(attrs, widget)
        drawn = made.get("class") or self.field.widget.attrs.get("class", "form-control")
        return made | {"class": f"{drawn} is-invalid" if self.errors else drawn}

    @property
    def aria_describedby(self) -> str:
        row = self.form.described_by if isinstance(self.form, ValueForm) else ""
        return f"{row} {super().aria_describedby or ''}".strip()


class ValueForm(EntryForm):
    """One value; left empty, it says nothing. Its names are those of `actions.Given`.

    What `common` asks for all values is taken from there where it is left out here.
    """

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
    bound_field_class = AnswerField

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        *,
        enrolment: Enrolment,
        measure: Measure,
        shown: Value | None = None,
        is_required: bool = False,
        common: "ValuesForm | None" = None,
        **kwargs: Any,
    ) -> None:
        self.enrolment, self.measure, self.is_required = enrolment, measure, is_required
        self.common = common
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
        super().__init__(data, initial=_initial(self.indicator, shown, common), **kwargs)
        self._name_amounts()
        for name, field in self.fields.items():
            is_radio = isinstance(field.widget, forms.RadioSelect)
            drawn = "form-check-input" if is_radio else "form-control"
            field.widget.attrs["class"] = f"{drawn} f-{name}"

    @property
    def asked(self) -> list[forms.BoundField]:
        """What most people fill in: the value itself."""
        names = _FIELDS[Indicator.Kind(self.indicator.kind)]
        return [self[name] for name in names if name not in self._rare]

    @property
    def beside(self) -> list[forms.BoundField]:
        """What few fill in: a share without its parts, why there is none, another day or source."""
        common = () if self.is_alone and not self.differs else COMMON
        return [self[name] for name in self.fields if name in (*self._rare, *common)]

    @property
    def is_alone(self) -> bool:
        """Whether what is asked for all values is asked for this one only."""
        return self.common is not None and len(self.common.values) == 1

    @property
    def differs(self) -> list[str]:
        """The day and the source of its own, as they stand in the fields."""
        found = [self[name].value() for name in COMMON]
        return [f"{one:%d/%m/%Y}" if isinstance(one, dt.date) else one for one in found if one]

    @property
    def beside_words(self) -> list[str]:
        """What is asked beside the value, and what is said there of another day and source."""
        said: list[Any] = []
        if self.differs:
            said.append(_("Other day, source: %(own)s") % {"own": ", ".join(self.differs)})
        elif not self.is_alone:
            said.append(_("Other day, source"))
        if self.indicator.kind == Indicator.Kind.PERCENT:
            said.append(_("only the share"))
        if self.indicator.may_be_not_applicable:
            said.append(_("does not apply"))
        elif "not_applicable_reason" in self._rare:
            said.append(_("nothing to count"))
        return [str(one) for one in said]

    @property
    def described_by(self) -> str:
        """The numbers of what tells of which indicator a field is, and what it comes to."""
        return f"{self.prefix}-name {self.prefix}-live" if self.common else ""

    @property
    def is_open(self) -> bool:
        """Whether something stands in what few fill in that must be seen."""
        return any(self[name].value() or self.has_error(name) for name in self._rare) or any(
            self.has_error(name) for name in COMMON
        )

    @property
    def _rare(self) -> list[str]:
        is_share = self.indicator.kind == Indicator.Kind.PERCENT
        names = ("number", "not_applicable_reason") if is_share else ("not_applicable_reason",)
        return [name for name in names if name in self.fields]

    @property
    def told(self) -> Measure | None:
        """The indicator with what stands in the form; None where that is wrong."""
        said: Value | None = self.shown
        if self.is_bound:
            if self.errors:
                return None
            given = self.given()
            said = DraftValue(**vars(given)) if given else None
        if said is None:
            return Measure(self.measure.indicator, self.measure.threshold)
        return Measure(
            self.measure.indicator, self.measure.threshold_on(said.measured_on), value=said
        )

    def _name_amounts(self) -> None:
        """A number by its unit, the two parts of a share by what is counted."""
        unit = self.indicator.unit
        if self.indicator.kind == Indicator.Kind.NUMBER and unit:
            self.fields["number"].label = _("Value (%(unit)s)") % {"unit": unit}
        if "numerator" not in self.fields:
            return
        reading = Reading.COUNT if self.indicator.is_counted else Reading.AMOUNT
        for name in ("numerator", "denominator"):
            self.fields[name].reading = reading  # type: ignore[attr-defined]
            self.fields[name].label = share_words.label(self.indicator, name)
        self.fields["number"].reading = Reading.SHARE  # type: ignore[attr-defined]
        self.fields["number"].label = _("Only the share (%)")
        if self.indicator.may_have_no_objects and not self.indicator.may_be_not_applicable:
            self.fields["not_applicable_reason"].label = _("0 of 0: why there is nothing to count")

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
        common = self.common.said if self.common else {}
        measured_on = data.pop("measured_on", None) or common.get("measured_on") or clock.today()
        data["source"] = data.get("source") or common.get("source", "")
        if "yes_no" in data:
            data["yes_no"] = {"yes": True, "no": False}.get(data["yes_no"])
        said = {name: value for name, value in data.items() if name != "source"}
        if all(value in (None, "") for value in said.values()):
            return None
        return Given(measured_on=measured_on, **data)


class ValuesForm(EntryForm):
    """Values of a cell's indicators, with the day and the source of those without their own."""

    measured_on = DayField(label=_("Measured on"), required=False, help_text="")
    source = WordsField(label=_("Source of the value"), limit=500, required=False)
    bound_field_class = AnswerField
    enrolment: Enrolment
    measures: list[Measure]
    values: list[ValueForm]

    def take(
        self,
        enrolment: Enrolment,
        measures: Iterable[Measure],
        drafts: Mapping[int, Value] | None = None,
    ) -> None:
        """Ask for each leaf indicator, showing its draft or what counts."""
        self.enrolment, self.measures = enrolment, list(measures)
        leaves = [
            (one, (drafts or {}).get(one.indicator.pk)) for one in self.measures if one.is_leaf
        ]
        shown = [draft or leaf.value for leaf, draft in leaves]
        self.initial.update(_common([value for value in shown if value]))
        data = self.data if self.is_bound else None
        self.values = [
            ValueForm(data, enrolment=enrolment, measure=leaf, shown=draft, common=self)
            for leaf, draft in leaves
        ]
        for name in COMMON:
            self.fields[name].widget.attrs["class"] = f"form-control f-{name}"

    def is_valid(self) -> bool:
        return all([super().is_valid(), *(form.is_valid() for form in self.values)])

    def clean(self) -> dict[str, Any]:
        super().clean()
        if day := self.cleaned_data.get("measured_on"):
            try:
                check_day(self.enrolment, day, field="measured_on")
            except ValidationError as error:
                self.refuse(error)
        return self.cleaned_data

    @property
    def said(self) -> dict[str, Any]:
        """The day and the source for all, as far as they can be read."""
        return {} if self.errors.keys() & COMMON else self.cleaned_data

    @property
    def shared(self) -> list[forms.BoundField]:
        return [self[name] for name in COMMON]

    @property
    def proposed(self) -> str | None:
        """What the values propose that stand in the form."""
        return proposed(value.told or Measure(value.indicator) for value in self.values)

    @property
    def wrong(self) -> list[ValueForm]:
        """The values that must be mended."""
        return [form for form in self.values if form.is_bound and form.errors]

    @property
    def rows(self) -> Iterator[tuple[Measure, ValueForm | None]]:
        """Each indicator with its form, those that are made of parts with none."""
        forms_of = {form.indicator.pk: form for form in self.values}
        return ((one, forms_of.get(one.indicator.pk)) for one in self.measures)

    def show(self, measures: Iterable[Measure]) -> None:
        """What counts of each indicator, beside what was typed."""
        self.measures = list(measures)
        counting = {measure.indicator.pk: measure for measure in self.measures}
        for value in self.values:
            value.measure = counting[value.indicator.pk]

    def refuse(self, error: ValidationError) -> None:
        if isinstance(error, ValueRefused):
            refused = next(form for form in self.values if form.indicator == error.indicator)
            refused.refuse(error.refused)
        else:
            super().refuse(error)


class MeasureForm(ValuesForm):
    """Values of a cell's indicators by one who saw `seen`, the newest of them (0 for none)."""

    seen = SeenField()

    def __init__(
        self, data: QueryDict | None, *, enrolment: Enrolment, measures: Iterable[Measure]
    ) -> None:
        super().__init__(data)
        self.take(enrolment, measures)

    def clean(self) -> dict[str, Any]:
        # Who sends no number saw no value.
        self.errors.pop("seen", None)
        return super().clean()

    def news(self) -> list[tuple[Indicator, Given]]:
        """The values that say something new."""
        said = [(form, form.given()) for form in self.values]
        return [(f.indicator, g) for f, g in said if g and not g.same_as(f.measure.value)]


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


def _common(values: list[Value]) -> dict[str, Any]:
    """The day and the source of most values; no source where any of them has none."""
    days = Counter(value.measured_on for value in values)
    sources = Counter(value.source for value in values)
    return {
        "measured_on": max(days, key=lambda day: (days[day], day), default=clock.today()),
        "source": "" if "" in sources else max(sources, key=sources.__getitem__, default=""),
    }


def _initial(
    indicator: Indicator, shown: Value | None, common: ValuesForm | None
) -> dict[str, Any]:
    """What is kept, without what it has in common with the others."""
    if shown is None:
        return {} if common else {"measured_on": clock.today()}
    names = ("text", "not_applicable_reason")
    initial = {name: getattr(shown, name) for name in names}
    for name in ("number", "numerator", "denominator"):
        number = getattr(shown, name)
        is_count = name != "number" and indicator.is_counted
        # Only of what is counted in ones can thousands not be read as decimals.
        initial[name] = None if number is None else (grouped if is_count else plain)(number)
    if shown.yes_no is not None:
        initial["yes_no"] = "yes" if shown.yes_no else "no"
    for name in COMMON:
        own = getattr(shown, name)
        initial[name] = None if common and own == common.initial[name] else own
    return initial
