"""The question that a form asks where a name was changed: was it wrong, or is it another now?"""

from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from nrm_tracker.dated_names import DatedNames, Names
from nrm_tracker.forms import DayField

SPELLING, RENAMED, ANOTHER = "spelling", "renamed", "another"
TAKEN_BACK, REDATED = "taken_back", "redated"
# The fields of the question.
WHY_RENAMED = ("name_change", "renamed_on")


class DatedNamesForm(forms.ModelForm):
    """A row whose names are known for every day. Left alone, they ask nothing."""

    WHY: tuple[tuple[str, Any], ...] = (
        ("", "–"),
        (SPELLING, _("It was misspelt: put it right on every day")),
        (RENAMED, _("It is another from a day on")),
    )

    # Of a row whose name was changed before.
    WHAT_WAS_WRONG = (
        (TAKEN_BACK, _("The last change was wrong: take it back")),
        (REDATED, _("The last change has a wrong day: put the day right")),
    )

    name_change = forms.ChoiceField(
        label=_("Why the name changes"),
        required=False,
        help_text=_(
            "Only where the name, the position or the kind changes, or was changed wrongly."
        ),
    )
    renamed_on = DayField(
        label=_("From which day"),
        required=False,
        help_text=_(
            "Only where it is another from a day on, or that day is put right. Day/month/year, as"
            " 08/09/2020."
        ),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer(self._dated())

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        dated, why = self._dated(), data.get("name_change")
        changed = [name for name in dated.DATED if name in self.changed_data]
        if dated.pk is None or self.errors:
            return data
        if why in (TAKEN_BACK, REDATED):
            self._mend(dated, data, is_changed=bool(changed))
        elif not changed:
            return data
        elif not why:
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

    def offer(self, dated: DatedNames) -> None:
        """The reasons to choose from; and how the row was called before, if it was."""
        why, changes = self.fields.get("name_change"), dated.changes_of_name
        if why is None:
            # Who only looks at the row.
            return
        more = self.WHAT_WAS_WRONG if changes else ()
        cast(forms.ChoiceField, why).choices = [*self.WHY, *more]
        told = gettext("Changed from %(day)s on: %(before)s → %(after)s")
        lines = [
            told
            % {
                "day": f"{one.on:%d/%m/%Y}",
                "before": self._said(dated, one.before),
                "after": self._said(dated, one.after),
            }
            for one in changes
        ]
        listed = format_html_join("", "<br>{}", ((line,) for line in lines))
        self["name_change"].help_text = format_html("{}{}", why.help_text, listed)

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

    def _mend(self, dated: DatedNames, data: dict[str, Any], *, is_changed: bool) -> None:
        """Take the last change back, or put its day right; the log tells what is other then."""
        on, is_redated = data.get("renamed_on"), data["name_change"] == REDATED
        if is_changed:
            message = gettext("Only the last change is put right: leave the name as it is.")
            self.add_error("name_change", message)
        elif is_redated and not on:
            self.add_error("renamed_on", gettext("Say from which day."))
        elif on and not is_redated:
            message = gettext("A change that is taken back has no day: leave it empty.")
            self.add_error("renamed_on", message)
        else:
            last = dated.changes_of_name[-1]
            self.initial["renamed_on"] = last.on
            if is_redated:
                self._redate(dated, on)
            else:
                dated.take_back()
                data.update(zip(dated.DATED, last.before, strict=True))
                both = zip(dated.DATED, last.before, last.after, strict=True)
                self.changed_data += [name for name, was, now in both if was != now]
                self.changed_data.append("renamed_on")

    def _redate(self, dated: DatedNames, on: Any) -> None:
        try:
            dated.redate(on)
        except ValidationError as error:
            self.add_error("renamed_on", error)

    def _said(self, dated: DatedNames, names: Names) -> str:
        """Both names in one line; a kind by its label."""
        fields: list[Any] = [dated._meta.get_field(name) for name in dated.DATED]
        labels = (dict(field.flatchoices) for field in fields)
        return ", ".join(
            str(known.get(name, name)) for known, name in zip(labels, names, strict=True) if name
        )
