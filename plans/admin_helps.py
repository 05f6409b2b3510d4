"""What is meant by a field of the administration whose label does not say it."""

from django.utils.translation import gettext_lazy as _

CALENDAR_DAY = {
    "day": _("One day; each day of a longer holiday is a row of its own."),
    "kind": _("Off: a weekday on which nobody works. Worked: a day of the weekend that is worked."),
    "name": _("As the calendar calls it, as Tết."),
    "swapped_with": _("The day that was given for it, where two days were swapped."),
}
USUAL_STEP = {
    "set_code": _("As in addresses, after ?set=."),
    "criterion_number": _("Its number in the set."),
    "order": _("Places it among the steps of the criterion."),
    "name": _("What is done; plans that are begun take it over."),
    "indicator_code": _("Within the set, as 17.1; empty: for the whole criterion."),
    "unit": _("Of what is done, as km or households."),
    "working_days": _("How long it usually takes."),
    "wait": _("How long after the step before it, until it may begin."),
    "unit_of_wait": _("Whether the wait runs through days off too."),
}
MODEL_CRITERION = {
    "kind": _("Of a model village, or of a model garden."),
    "number": _("Its number among those of the same kind."),
    "name": _("As the province calls it; pages print it."),
    "note": _("The least that it asks for, where that is known."),
}
