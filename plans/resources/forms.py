from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from criteria.models import Criterion, Enrolment
from nrm_tracker import clock
from nrm_tracker.figures import plain
from nrm_tracker.forms import PROSE, DayField, EntryForm, NumberField, VersionedForm, WordsField
from plans.models import ConstructionDebt, Contribution
from plans.resources.actions import GivenContribution

# Millions of đồng, days, m²: more is a slip of the finger.
MOST = 100_000_000
_SAID = tuple(GivenContribution.__dataclass_fields__)


class _CriterionChoice(forms.ModelChoiceField):
    def __init__(self) -> None:
        super().__init__(
            Criterion.objects.none(),
            label=_("Criterion"),
            required=False,
            empty_label=_("The commune as a whole"),
        )


class ContributionForm(EntryForm):
    stage = forms.ChoiceField(label=_("Stage"), choices=Contribution.Stage)
    source = forms.ChoiceField(label=_("Source"), choices=Contribution.Source)
    kind = forms.ChoiceField(label=_("What"), choices=Contribution.Kind)
    amount = NumberField(
        label=_("Amount"),
        min_value=0,
        max_value=MOST,
        help_text=_("In millions of đồng; labour in days, land in m²."),
    )
    worth = NumberField(
        label=_("Worth in money, million đồng"),
        min_value=0,
        max_value=MOST,
        required=False,
        help_text=_("Only of labour and land, where it was reckoned."),
    )
    given_on = DayField(label=_("Day"), initial=clock.today)
    criterion = _CriterionChoice()
    purpose = WordsField(label=_("What for"), limit=300, required=False)
    document = WordsField(
        label=_("Document"),
        limit=300,
        required=False,
        help_text=_("Number, day and body, as on the document."),
    )

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        run: Enrolment | None,
        shown: Contribution | None = None,
    ) -> None:
        super().__init__(data, initial=_initial(shown) if shown else None)
        self.fields["criterion"].queryset = criteria_of(run, shown)  # type: ignore[attr-defined]

    def given(self) -> GivenContribution:
        return GivenContribution(**{name: self.cleaned_data[name] for name in _SAID})


class CorrectContributionForm(ContributionForm):
    """What stands in the place of a row, or that nothing does; and why."""

    reason = WordsField(label=_("Reason for the correction"), limit=PROSE, lines=2)
    field_order = ["reason"]

    def __init__(self, data: QueryDict | None, **known: Any) -> None:
        super().__init__(data, **known)
        self.voids = data is not None and "void" in data
        if self.voids:
            for name in _SAID:
                self.fields[name].required = False

    def clean(self) -> dict[str, Any]:
        if self.voids:
            for name in _SAID:
                self.errors.pop(name, None)
        return self.cleaned_data

    def given_or_none(self) -> GivenContribution | None:
        return None if self.voids else self.given()


class DebtForm(VersionedForm):
    """What an item was worth and what of it is paid; its version is the statement seen."""

    stated_on = DayField(label=_("As of"), initial=clock.today)
    value = NumberField(
        label=_("Value of what was built, million đồng"), min_value=0, max_value=MOST
    )
    paid = NumberField(
        label=_("Paid, million đồng"),
        min_value=0,
        max_value=MOST,
        help_text=_("What is owed is the value less what is paid."),
    )
    settled_by = WordsField(
        label=_("How and until when it is to be paid"), limit=PROSE, lines=2, required=False
    )

    def __init__(
        self, data: QueryDict | None = None, *, shown: ConstructionDebt | None = None
    ) -> None:
        initial: dict[str, Any] = {"version": shown.pk if shown else 0}
        if shown:
            initial |= {
                "value": plain(shown.value),
                "paid": plain(shown.paid),
                "settled_by": shown.settled_by,
            }
        super().__init__(data, initial=initial)


class NewDebtForm(DebtForm):
    name = WordsField(label=_("Item of construction"), limit=300)
    criterion = _CriterionChoice()
    field_order = ["name", "criterion"]

    def __init__(self, data: QueryDict | None = None, *, run: Enrolment | None) -> None:
        super().__init__(data)
        self.fields["criterion"].queryset = criteria_of(run)  # type: ignore[attr-defined]


def criteria_of(run: Enrolment | None, shown: Contribution | None = None) -> Any:
    """The criteria of the commune's run; of a row that is corrected, of its set."""
    if shown and shown.criterion:
        return Criterion.objects.filter(criteria_set=shown.criterion.criteria_set_id)
    return Criterion.objects.filter(criteria_set=run.criteria_set_id if run else None)


def _initial(shown: Contribution) -> dict[str, Any]:
    said = {name: getattr(shown, name) for name in _SAID}
    for name in ("amount", "worth"):
        said[name] = None if said[name] is None else plain(said[name])
    return said
