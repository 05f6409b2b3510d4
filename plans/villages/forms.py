"""What people type of villages and gardens."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from communes.models import Commune
from nrm_tracker import clock
from nrm_tracker.forms import PROSE, DayField, EntryForm, VersionedForm, WordsField
from plans.models import Garden, ModelCriterion, ModelResult, VillageStep
from plans.models.villages import MOST_GARDENS, MOST_HOUSEHOLDS
from plans.villages.actions import CONFIRMED, Subject
from plans.villages.queries import VillageOnPage

_FOUND = [(one.value, one.label) for one in ModelResult.Found]
_WHOLE = {"invalid": _("Write a whole number.")}
ALL = "all"


def _whole(label: Any, most: int, **kwargs: Any) -> forms.IntegerField:
    widget = forms.TextInput(attrs={"inputmode": "numeric"})
    return forms.IntegerField(
        label=label, min_value=0, max_value=most, error_messages=_WHOLE, widget=widget, **kwargs
    )


class ResultField:
    """A choice of the table, with what counts now beside it."""

    def __init__(
        self, form: "ResultsForm", name: str, label: str, now: ModelResult | None = None
    ) -> None:
        self.form, self.name, self.label, self.now = form, name, label, now

    @property
    def chosen(self) -> str:
        return self.form.data.get(self.name, "") if self.form.is_bound else ""

    @property
    def errors(self) -> list[str]:
        return [str(one) for one in self.form.errors.get(self.name, ())]


class ResultRow:
    """A village or a garden with a choice for each of its criteria."""

    def __init__(
        self,
        form: "ResultsForm",
        line: VillageOnPage,
        garden: Garden | None,
        criteria: list[ModelCriterion],
    ) -> None:
        self.village, self.garden = line.village, garden
        self.key = f"g{garden.pk}" if garden else f"v{line.village.pk}"
        self.name = garden.name if garden else line.village.name
        known = line.state.gardens[garden.pk].results if garden else line.state.results
        self.criteria = criteria
        self.by_criterion = {
            one.pk: ResultField(
                form, f"{self.key}-{one.pk}", f"{self.name}, {one}", known.get(one.pk)
            )
            for one in criteria
        }
        said = gettext("all criteria")
        self.all = ResultField(form, f"{self.key}-{ALL}", f"{self.name}, {said}")

    @property
    def fields(self) -> list[ResultField]:
        return list(self.by_criterion.values())

    @property
    def choices(self) -> list[tuple[ResultField, ModelCriterion]]:
        return [(self.by_criterion[one.pk], one) for one in self.criteria]

    def told(self) -> dict[Subject, str]:
        """What was chosen; what is chosen for all counts where nothing else is."""
        data = self.all.form.cleaned_data
        every = data.get(self.all.name, "")
        garden = self.garden.pk if self.garden else None
        chosen = {
            (self.village.pk, garden, key): data.get(one.name) or every
            for key, one in self.by_criterion.items()
        }
        return {subject: result for subject, result in chosen.items() if result}


class ResultTable:
    """The rows that are asked by the same criteria."""

    def __init__(self, heading: Any, criteria: list[ModelCriterion], rows: list[ResultRow]) -> None:
        self.heading, self.criteria, self.rows = heading, criteria, rows


class ResultsForm(VersionedForm):
    """A table of villages, and of their gardens, by criteria. What is left open stays as it is.

    Its version is the newest result that the writer saw.
    """

    assessed_on = DayField(label=_("Assessed on"), initial=clock.today)
    note = WordsField(label=_("Basis, remarks"), limit=300, required=False)
    choices = [("", _("as it is")), *_FOUND]

    def __init__(
        self,
        data: QueryDict | None,
        *,
        lines: Iterable[VillageOnPage],
        version: int,
        with_gardens: bool = False,
    ) -> None:
        super().__init__(data, initial={"version": version})
        known = list(lines)
        self.tables = []
        if known:
            asked = known[0].criteria
            rows = [ResultRow(self, line, None, asked.of_villages) for line in known]
            self.tables.append(ResultTable(_("Model village"), asked.of_villages, rows))
            gardens = [
                ResultRow(self, line, one.garden, asked.of_gardens)
                for line in known
                for one in (line.state.gardens.values() if with_gardens else ())
            ]
            if gardens:
                self.tables.append(ResultTable(_("Model gardens"), asked.of_gardens, gardens))
        for row in self.rows:
            for one in (row.all, *row.fields):
                self.fields[one.name] = forms.ChoiceField(
                    label=one.label, choices=self.choices, required=False
                )

    @property
    def rows(self) -> list[ResultRow]:
        return [row for table in self.tables for row in table.rows]

    @property
    def options(self) -> list[tuple[str, str]]:
        return [(value, str(label)) for value, label in self.choices]

    def told(self) -> dict[Subject, str]:
        return {subject: result for row in self.rows for subject, result in row.told().items()}

    def clean(self) -> dict[str, Any]:
        super().clean()
        if not self.errors and not self.told():
            raise ValidationError(gettext("No result was chosen."))
        return self.cleaned_data


class VillageStepForm(EntryForm):
    step = forms.ChoiceField(label=_("Step"))
    taken_on = DayField(label=_("Day"))
    document = WordsField(
        label=_("Document"),
        limit=300,
        required=False,
        help_text=_("Number, day and body. Needed for a confirmation and for a recognition."),
    )

    def __init__(self, data: QueryDict | None, *, taken: Iterable[str], may_confirm: bool) -> None:
        super().__init__(data)
        known = set(taken)
        open_steps = [
            (one.value, one.label)
            for one in VillageStep.Step
            if one not in known and (may_confirm or one not in CONFIRMED)
        ]
        self.fields["step"].choices = open_steps  # type: ignore[attr-defined]


class TakeBackStepForm(EntryForm):
    reason = WordsField(label=_("Why it is taken back"), limit=PROSE, lines=2)


class GardenForm(EntryForm):
    name = WordsField(
        label=_("Household"),
        limit=120,
        help_text=_("Name of the householder, or what the garden is known by."),
    )
    registered_on = DayField(label=_("Registered on"), initial=clock.today)


class OffListForm(EntryForm):
    left_on = DayField(label=_("Left the list on"), initial=clock.today)


class FiguresForm(EntryForm):
    counted_on = DayField(label=_("Counted on"), initial=clock.today)
    households = _whole(_("Households of the village"), MOST_HOUSEHOLDS, required=False)
    mixed_gardens = _whole(
        _("Mixed gardens left"),
        MOST_HOUSEHOLDS,
        required=False,
        help_text=_("Gardens that were not yet put in order."),
    )


class VillageTargetForm(EntryForm):
    commune = forms.ModelChoiceField(
        Commune.objects.none(),
        label=_("Commune"),
        required=False,
        empty_label=_("All communes of the area"),
    )
    from_on = DayField(label=_("Counts from"))
    villages = _whole(_("Model villages of a commune, at least"), 200, required=False)
    gardens = _whole(_("Model gardens of a commune, at least"), MOST_GARDENS, required=False)
    share = _whole(_("Share of villages that began, %, at least"), 100, required=False)
    source = WordsField(label=_("Document that says so"), limit=500)

    def __init__(self, data: QueryDict | None, *, communes: Any) -> None:
        super().__init__(data)
        self.fields["commune"].queryset = communes  # type: ignore[attr-defined]
