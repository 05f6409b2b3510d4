from django import forms
from django.utils.translation import gettext_lazy as _

from nrm_tracker.forms import DayField, EntryForm, WordsField
from plans.models import CalendarDay


class CalendarDayForm(EntryForm):
    day = DayField(label=_("Day"))
    kind = forms.ChoiceField(label=_("That day is"), choices=CalendarDay.Kind)
    name = WordsField(label=_("Why"), limit=120)
    order = WordsField(
        label=_("Document that says so"),
        limit=300,
        required=False,
        help_text=_("Number, day and body, as on the document."),
    )
    swapped_with = DayField(
        label=_("Swapped with"),
        required=False,
        help_text=_("The day that is worked for a day off, or the other way round."),
    )
    is_expected = forms.BooleanField(label=_("Expected: no document says so yet"), required=False)
