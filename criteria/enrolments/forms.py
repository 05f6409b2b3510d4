"""What people fill in to enrol communes, to move a target, to close a run."""

from collections.abc import Collection
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from communes.models import Commune, Group
from criteria.enrolments.actions import Target
from criteria.models import Enrolment
from nrm_tracker import clock
from nrm_tracker.forms import PROSE, DayField, EntryForm, WordsField


class TargetForm(EntryForm):
    """By which day how many criteria are to be met."""

    target_on = DayField(
        label=_("Target: to be met by"),
        required=False,
        help_text=_("Day/month/year. Leave empty where no day was set."),
    )
    target_count = forms.IntegerField(
        label=_("Criteria to be met by then"),
        required=False,
        min_value=1,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "class": "numberinput"}),
        help_text=_("Leave empty for all criteria that apply."),
        error_messages={"invalid": _("Write a whole number.")},
    )

    def target(self) -> Target:
        return Target(self.cleaned_data["target_on"], self.cleaned_data["target_count"])


class EnrolForm(TargetForm):
    """Communes of an area that are not in the set yet."""

    opened_on = DayField(label=_("Enrolled on"), initial=clock.today)
    communes = forms.MultipleChoiceField(
        label=_("Communes"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": _("Choose at least one commune."),
            "invalid_choice": _("Not a commune of this area."),
        },
    )

    field_order = ("opened_on", "target_on", "target_count", "communes")

    def __init__(
        self,
        *args: Any,
        communes: Collection[Commune],
        enrolled: Collection[Commune] = (),
        **kwargs: Any,
    ) -> None:
        """`enrolled` are in the set already: chosen here they are refused by their names."""
        kwargs["initial"] = {"communes": [commune.slug for commune in communes]}
        super().__init__(*args, **kwargs)
        sent = set(self.data.getlist("communes")) if self.is_bound else set()  # type: ignore[attr-defined]
        late = [commune for commune in enrolled if commune.slug in sent]
        self.offered = {commune.slug: commune for commune in [*communes, *late]}
        choices = [(slug, commune.full_name) for slug, commune in self.offered.items()]
        self.fields["communes"].choices = choices  # type: ignore[attr-defined]

    def chosen(self) -> list[Commune]:
        return [self.offered[slug] for slug in self.cleaned_data["communes"]]


class MoveTargetForm(TargetForm):
    """Another target, and why. What the writer saw goes along (rule 11)."""

    reason = WordsField(label=_("Reason"), limit=PROSE, lines=3)
    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, enrolment: Enrolment, **kwargs: Any) -> None:
        kwargs["initial"] = {
            "target_on": enrolment.target_on,
            "target_count": enrolment.target_count,
            "seen": str(Target.of(enrolment)),
        }
        super().__init__(*args, **kwargs)

    def meet(self, current: Enrolment) -> None:
        super().meet(current)
        self.send_again("seen", Target.of(current))


class GroupForm(EntryForm):
    """The group of a commune from a day, with the decision that says so."""

    group = forms.ChoiceField(
        label=_("Commune group"),
        choices=Group.choices,
        widget=forms.RadioSelect,
        help_text=_(
            "Choose by the words. The drafts of 2025 numbered the groups the other way round: 1 was"
            " then for poor communes."
        ),
    )
    from_on = DayField(label=_("Counts from"))
    decision_number = WordsField(label=_("Decision number"), limit=100)
    decided_on = DayField(label=_("Decided on"))
    decided_by = WordsField(label=_("Body that decided"), limit=300)


class CloseForm(EntryForm):
    """The day on which a commune's run at a set ends, and why."""

    closed_on = DayField(label=_("Closed on"), initial=clock.today)
    reason = WordsField(label=_("Reason"), limit=PROSE, lines=3)
