"""What is meant by a field of the administration whose label does not say it."""

from django.utils.translation import gettext_lazy as _

_VALID_FROM = _("The first day on which it holds; empty: it always did.")
_VALID_UNTIL = _("The last day on which it holds; empty: it still does.")
_INDICATOR = _("Empty: for the whole criterion.")
_ORDER = _("Places it among the others.")
_LEGAL_BASIS = _("Kind, number, day and issuer of the document that asks for it.")

CRITERIA_SET = {
    "code": _("Stands in addresses, after ?set=. It does not change."),
    "legal_basis": _LEGAL_BASIS,
    "valid_from": _VALID_FROM,
    "valid_until": _VALID_UNTIL,
    "thresholds_by": _("By what its thresholds differ from commune to commune."),
}
CRITERION_GROUP = {"number": _ORDER, "printed": _("As the document numbers it, as I, II.")}
CRITERION = {
    "number": _("As the document numbers it; claims and tasks name it."),
    "group": _("Under which heading of the document it stands."),
    "short_name": _("For heads of tables; two or three words."),
    "aliases": _("As tables of offices call it: search finds it by them."),
}
INDICATOR = {
    "code": _("Within the set, as 17.1."),
    "is_code_printed": _("Off where the document gives none and the code was made here."),
    "kind": _("What is entered: a share, a number, yes or no; or it is made of parts."),
    "unit": _("Of the value that is entered, as million VND a year."),
    "comparator": _("How a value is compared with the threshold."),
    "part_of": _("The indicator made of parts of which this is one."),
    "may_be_not_applicable": _("A commune may say, with a reason, that it does not apply there."),
    "remeasure_months": _("After so long a value is listed to be measured again; empty: never."),
}
THRESHOLD = {
    "region": _("Empty: for every region."),
    "commune_group": _("Empty: for every group of communes."),
    "is_set_by_province": _("The document leaves the level to the province."),
    "value": _("The number that values are compared with."),
    "text": _("Word for word as in the document."),
    "valid_from": _VALID_FROM,
    "valid_until": _VALID_UNTIL,
}
RESPONSIBILITY = {
    "indicator": _INDICATOR,
    "from_on": _("The first day on which the agency answers for it; empty: it always did."),
    "until_on": _("The last day; empty: it still does."),
}
EVIDENCE_REQUIREMENT = {"indicator": _INDICATOR, "legal_basis": _LEGAL_BASIS}
DOSSIER_REQUIREMENT = {
    "number": _ORDER,
    "done_by": _("Which body takes this step."),
    "is_required": _("Without it the dossier is not complete."),
}
BRACKET = {
    "low": _("The fewest criteria met; both ends belong to it."),
    "high": _("The most criteria met; empty: no limit."),
    "is_complete": _("Only communes that meet all that applies to them."),
    "is_model": _("Only communes recognised as model communes."),
    "legend": _("The colour of its bars in charts."),
}
LEVEL_NAME = {
    "level": _("Which level's findings are called so."),
    "valid_from": _VALID_FROM,
    "valid_until": _VALID_UNTIL,
}
