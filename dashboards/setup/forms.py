"""What an administrator fills in to make an area and its communes."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from communes.models import Area, Commune, Region
from nrm_tracker.forms import DayField, EntryForm, WordsField

REGION = _("Thresholds differ by region. The lists do not say which one an area belongs to.")


def _choices(kinds: Any) -> list[tuple[str, Any]]:
    return [("", _("Choose")), *kinds.choices]


class MakeAreaForm(EntryForm):
    """What is asked besides the unit that was chosen from the lists."""

    region = forms.ChoiceField(
        label=_("Region"), choices=_choices(Region), required=False, help_text=REGION
    )
    both = forms.BooleanField(required=False)

    def __init__(self, *args: Any, both: tuple[str, str], region: str = "", **kwargs: Any) -> None:
        """`both` says what the other list would add: the label, and where they stand."""
        kwargs["initial"] = {"region": region}
        super().__init__(*args, **kwargs)
        self.fields["both"].label, self.fields["both"].help_text = both


class AreaForm(EntryForm):
    """An area entered by hand."""

    name = WordsField(
        label=_("Name of the unit"), limit=300, help_text=_("Without its kind, as: Kỳ Anh.")
    )
    designation = forms.ChoiceField(label=_("Kind"), choices=_choices(Area.Designation))
    kind = forms.ChoiceField(
        label=_("Level of the area"),
        choices=Area.Kind,
        widget=forms.RadioSelect,
        initial=Area.Kind.PROVINCE,
        help_text=_("A city is a province where it lies in no other."),
    )
    code = WordsField(label=_("Code"), limit=10)
    parent = forms.ModelChoiceField(
        label=_("Province"),
        queryset=Area.objects.filter(kind=Area.Kind.PROVINCE),
        required=False,
        empty_label=_("Choose"),
        help_text=_("Of a district only, if the province is there."),
    )
    region = forms.ChoiceField(
        label=_("Region"), choices=_choices(Region), required=False, help_text=REGION
    )
    established_on = DayField(label=_("Established on"), required=False)
    dissolved_on = DayField(label=_("Dissolved on"), required=False)

    def area(self) -> Area:
        return Area(**self.cleaned_data)


class CommuneForm(EntryForm):
    """A commune entered by hand."""

    name = WordsField(
        label=_("Name of the unit"), limit=300, help_text=_("Without its kind, as: Kỳ Lạc.")
    )
    kind = forms.ChoiceField(label=_("Kind"), choices=Commune.Kind)
    code = WordsField(
        label=_("Code"), limit=10, help_text=_("Five digits, as on the day of founding: 18850.")
    )
    established_on = DayField(
        label=_("Established on"),
        required=False,
        help_text=_("Day/month/year. Leave empty where it is not known."),
    )

    def commune(self, area: Area) -> Commune:
        return Commune(area=area, **self.cleaned_data)
