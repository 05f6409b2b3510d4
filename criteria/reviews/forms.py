"""What people fill in to run a review round, and to answer in one."""

from collections.abc import Collection
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from criteria.models import CriterionStatus, Enrolment
from nrm_tracker import clock
from nrm_tracker.forms import DayField, EntryForm, WordsField


class OpenRoundForm(EntryForm):
    """A round of one area at one set, for some or all of the communes that run at it."""

    name = WordsField(label=_("Name of the round"), limit=255)
    opens_on = DayField(label=_("Opens on"), initial=clock.today)
    closes_on = DayField(
        label=_("To be submitted by"),
        help_text=_("Day/month/year. After that day a commune is late."),
    )
    communes = forms.MultipleChoiceField(
        label=_("Communes"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": _("Choose at least one commune."),
            "invalid_choice": _("Not a commune that runs at this set."),
        },
    )

    def __init__(self, *args: Any, runs: Collection[Enrolment], **kwargs: Any) -> None:
        self.runs = {run.commune.slug: run for run in runs}
        kwargs["initial"] = {"communes": list(self.runs)}
        super().__init__(*args, **kwargs)
        choices = [(slug, run.commune.name) for slug, run in self.runs.items()]
        self.fields["communes"].choices = choices  # type: ignore[attr-defined]

    def chosen(self) -> list[Enrolment]:
        return [self.runs[slug] for slug in self.cleaned_data["communes"]]


class ConfirmCellsForm(EntryForm):
    """Several cells of a commune that are as they were."""

    criteria = forms.TypedMultipleChoiceField(
        label=_("Unchanged since the last update"),
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": _("Tick at least one criterion that is unchanged."),
            "invalid_choice": _("Not a criterion of this return."),
        },
    )

    def __init__(self, *args: Any, statuses: Collection[CriterionStatus], **kwargs: Any) -> None:
        self.statuses = {status.criterion.number: status for status in statuses}
        super().__init__(*args, **kwargs)
        choices = [(number, str(s.criterion)) for number, s in self.statuses.items()]
        self.fields["criteria"].choices = choices  # type: ignore[attr-defined]

    def chosen(self) -> list[CriterionStatus]:
        return [self.statuses[number] for number in self.cleaned_data["criteria"]]


class SayYesForm(EntryForm):
    """A verb that needs nothing but to be meant; it says why it is refused."""
