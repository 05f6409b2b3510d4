"""What is meant by a field of the administration whose label does not say it."""

from django.utils.translation import gettext_lazy as _

_CODE = _("As the list of administrative units of the state has it; it may be another's later.")
_DISSOLVED = _("The first day on which it is no longer there; its pages stay.")
_SUCCESSORS = _("What it became a part of, from that day on.")
_KEY = _("By it files and imports name it: Latin letters, digits, hyphens. It does not change.")
_FIRST_DAY = _("The first day on which it is there; empty: it always was.")

AREA = {
    "code": _CODE,
    "designation": _("Printed before its name: empty, the kind is printed."),
    "parent": _("The province that a district lies in; a province lies in none."),
    "region": _("Thresholds may differ by region."),
    "established_on": _FIRST_DAY,
    "dissolved_on": _DISSOLVED,
    "successors": _SUCCESSORS,
}
COMMUNE = {
    "code": _CODE,
    "slug": _("Stands in the address of its page, as ky-lac: once given out it does not change."),
    "region_override": _("Empty: the region of its area."),
    "established_on": _FIRST_DAY,
    "dissolved_on": _DISSOLVED,
    "successors": _SUCCESSORS,
    "latitude": _("In degrees with decimals, north is positive."),
    "longitude": _("In degrees with decimals, east is positive."),
    "figures_on": _("Of which day surface, people and households are."),
}
AGENCY = {
    "key": _KEY,
    "short_name": _("For heads of tables and lines; the full name stands in papers."),
}
WORKING_GROUP = {
    "key": _KEY,
    "communes": _("Those that the group directs and visits."),
    "decision_number": _("Of the decision that set it up."),
}
