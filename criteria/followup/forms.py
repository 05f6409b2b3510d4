"""What people write beside the figures: difficulties, who is in charge, comments."""

from typing import Any, cast

from django import forms
from django.core.validators import RegexValidator
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import Person
from communes.models import Agency, Commune, Village
from criteria.models import Charge, Comment, Criterion, Difficulty, Level
from nrm_tracker import clock
from nrm_tracker.forms import PROSE, DayField, EntryForm, WordsField
from nrm_tracker.text import search_key

# The choice by which a new person is added although somebody has that name already.
ANOTHER = "new"


class DifficultyForm(EntryForm):
    """What blocks a commune, and what is asked of whom."""

    cause = WordsField(label=_("Difficulty"), limit=PROSE, lines=3)
    request = WordsField(label=_("What is asked for"), limit=PROSE, lines=2, required=False)
    asked_of = forms.ChoiceField(
        label=_("Level that must solve it"),
        choices=Difficulty.AskedOf.choices,
        widget=forms.RadioSelect,
    )
    asked_agency = forms.ModelChoiceField(
        Agency.objects.none(),
        label=_("Agency asked"),
        required=False,
        empty_label=_("No agency chosen"),
    )
    stated_on = DayField(label=_("Stated on"), initial=clock.today)

    def __init__(self, *args: Any, commune: Commune, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.commune = commune
        if Level.of(commune.area) == Level.PROVINCE:
            levels = cast(forms.ChoiceField, self.fields["asked_of"])
            levels.choices = [
                one for one in Difficulty.AskedOf.choices if one[0] != Difficulty.AskedOf.DISTRICT
            ]
        agencies = Agency.objects.filter(area=commune.area_id)
        self.fields["asked_agency"].queryset = agencies  # type: ignore[attr-defined]

    def difficulty(self, criterion: Criterion | None) -> Difficulty:
        return Difficulty(commune=self.commune, criterion=criterion, **self.cleaned_data)


class ResolveForm(EntryForm):
    """How and when a difficulty was resolved."""

    resolution = WordsField(label=_("How it was resolved"), limit=PROSE, lines=3)
    resolved_on = DayField(label=_("Resolved on"), initial=clock.today)

    def meet(self, current: Difficulty) -> None:
        super().meet(current)
        message = gettext("Resolved already on %(day)s: %(how)s")
        said = {"day": f"{current.resolved_on:%d/%m/%Y}", "how": current.resolution}
        self.add_error(None, message % said)


class PersonForm(EntryForm):
    """A person by name, which finds one of the area; only in doubt does the form ask who."""

    full_name = WordsField(
        label=_("Full name"),
        limit=300,
        help_text=_("The name of somebody already known is enough: nobody is entered twice."),
    )
    same_as = forms.ChoiceField(
        label=_("Who is it?"), choices=[], widget=forms.RadioSelect, required=False
    )
    position = WordsField(label=_("Position"), limit=300, required=False)
    phone = WordsField(
        label=_("Telephone"),
        limit=30,
        required=False,
        validators=[
            RegexValidator(r"^[0-9+(][0-9 .()+-]*$", _("Not a telephone number: digits only."))
        ],
    )

    def __init__(self, *args: Any, area_id: int, organisation: str, **kwargs: Any) -> None:
        """`organisation`: whose a person is who is new here."""
        super().__init__(*args, **kwargs)
        self.area_id, self.organisation = area_id, organisation
        self.known = self._known()
        if self.known:
            choices = [(str(person.pk), _described(person)) for person in self.known]
            choices.append((ANOTHER, gettext("Another person of that name")))
            self.fields["same_as"].choices = choices  # type: ignore[attr-defined]
        if not self._must_ask():
            self.fields["same_as"].widget = forms.HiddenInput()
            if not self.known:
                del self.fields["same_as"]

    def clean(self) -> dict[str, Any]:
        super().clean()
        data = self.cleaned_data
        if "full_name" not in data:
            return data
        if self._must_ask() and not data.get("same_as"):
            self.require("same_as", _("Somebody of that name is known. Choose who it is."))
        elif self._found() is None:
            self.require("position", _("A person who is new here needs a position."))
        return data

    def person(self) -> Person:
        """The person found, with what was not known yet; or a new one."""
        data = self.cleaned_data
        person = self._found()
        if person is None:
            person = Person(
                full_name=data["full_name"], organisation=self.organisation, area_id=self.area_id
            )
        person.position = person.position or data["position"]
        person.phone = person.phone or data["phone"]
        return person

    def _typed(self, name: str) -> str:
        field = self.fields[name]
        return str(field.to_python(self.data.get(self.add_prefix(name), "")))[:300]

    def _known(self) -> list[Person]:
        """The people of the area whose name is the one typed, or nearly: but for its marks."""
        name = self._typed("full_name").replace("\x00", "") if self.is_bound else ""
        key = search_key(name)
        if not key:
            return []
        people = Person.objects.filter(area=self.area_id, search_key__startswith=key)
        return [person for person in people if search_key(person.full_name) == key]

    def _must_ask(self) -> bool:
        return bool(self.known) and self._only_one() is None

    def _only_one(self) -> Person | None:
        """The person that the name finds without a doubt: nothing typed speaks against it."""
        if len(self.known) != 1:
            return None
        (person,) = self.known
        agrees = person.full_name.casefold() == self._typed("full_name").casefold() and all(
            not typed or not known or search_key(typed) == search_key(known)
            for typed, known in (
                (self._typed("position"), person.position),
                (self._typed("phone").replace(" ", ""), person.phone.replace(" ", "")),
            )
        )
        return person if agrees else None

    def _found(self) -> Person | None:
        chosen = self.cleaned_data.get("same_as")
        for person in self.known:
            if str(person.pk) == chosen:
                return person
        return None if chosen == ANOTHER else self._only_one()


class ChargeForm(PersonForm):
    """Who answers for a criterion, a village or the whole commune."""

    village = forms.ModelChoiceField(
        Village.objects.none(),
        label=_("Only in the village"),
        required=False,
        empty_label=_("The whole commune"),
    )
    from_on = DayField(label=_("In charge from"), initial=clock.today)
    due_on = DayField(label=_("To be met by"), required=False)

    def __init__(
        self, *args: Any, commune: Commune, criterion: Criterion | None, **kwargs: Any
    ) -> None:
        super().__init__(*args, area_id=commune.area_id, organisation=commune.full_name, **kwargs)
        self.commune, self.criterion = commune, criterion
        villages = list(commune.villages.all())
        if villages:
            self.fields["village"].queryset = commune.villages.all()  # type: ignore[attr-defined]
        else:
            del self.fields["village"]

    def charge(self) -> Charge:
        data = self.cleaned_data
        return Charge(
            person=self.person(),
            commune=self.commune,
            criterion=self.criterion,
            village=data.get("village"),
            from_on=data["from_on"],
            due_on=data["due_on"],
        )


class EndChargeForm(EntryForm):
    """The last day of a charge."""

    until_on = DayField(label=_("Last day in charge"), initial=clock.today)

    def meet(self, current: Charge) -> None:
        super().meet(current)
        message = gettext("This charge ended already on %(day)s.")
        self.add_error(None, message % {"day": f"{current.until_on:%d/%m/%Y}"})


class VersionForm(EntryForm):
    """A further version of a comment, by one who saw the newest."""

    def meet(self, current: Comment) -> None:
        super().meet(current)
        if current.is_taken_back:
            message = gettext("This comment was taken back already.")
        else:
            message = gettext("This comment was changed meanwhile. Look at the newest text, below.")
        self.add_error(None, message)


class CommentForm(VersionForm):
    """A remark on a cell, new or better said."""

    text = WordsField(label=_("Comment"), limit=PROSE, lines=3)


class TakeBackForm(VersionForm):
    """Nothing to type: that it is sent is what it says."""


def _described(person: Person) -> str:
    parts = (person.full_name, person.position, person.organisation, person.phone)
    return ", ".join(filter(None, parts))
