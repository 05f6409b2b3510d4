"""The question that a form asks where a name was changed: was it wrong, or is it another now?"""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from nrm_tracker.dated_names import DatedNames, Names
from nrm_tracker.forms import DayField

SPELLING, RENAMED, ANOTHER = "spelling", "renamed", "another"
# The fields of the question.
WHY_RENAMED = ("name_change", "renamed_on")


class DatedNamesForm(forms.ModelForm):
    """A row whose names are known for every day. Left alone, they ask nothing."""

    WHY = (
        ("", "---------"),
        (SPELLING, _("It was misspelt: put it right on every day")),
        (RENAMED, _("It is another from a day on")),
    )

    name_change = forms.ChoiceField(
        label=_("Why the name changes"),
        choices=WHY,
        required=False,
        help_text=_("Only where the name, the position or the kind changes."),
    )
    renamed_on = DayField(
        label=_("From which day"),
        required=False,
        help_text=_("Only where it is another from a day on. Day/month/year, as 08/09/2020."),
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        dated = self._dated()
        changed = [name for name in dated.DATED if name in self.changed_data]
        if dated.pk is None or not changed or self.errors:
            return data
        why = data.get("name_change")
        if not why:
            self.add_error(
                "name_change", gettext("Say whether it was misspelt, or is another from a day on.")
            )
        elif why == RENAMED and not data.get("renamed_on"):
            self.add_error("renamed_on", gettext("Say from which day."))
        elif why in (SPELLING, RENAMED):
            self._keep(dated, data)
        else:
            self.add_error("name_change", self.refusal(dated))
        return data

    def refusal(self, dated: DatedNames) -> Any:
        """What is to be done instead, where the row would become another."""
        raise NotImplementedError

    def _dated(self) -> DatedNames:
        assert isinstance(self.instance, DatedNames)  # noqa: S101 it is a form of one
        return self.instance

    def _keep(self, dated: DatedNames, data: dict[str, Any]) -> None:
        before: Names = dated.names
        if data["name_change"] == SPELLING:
            # The new names are put into the row after this.
            for name in dated.DATED:
                setattr(dated, name, data.get(name, getattr(dated, name)))
            dated.respell(before)
            return
        try:
            dated.rename(before, data["renamed_on"])
        except ValidationError as error:
            self.add_error("renamed_on", error)
