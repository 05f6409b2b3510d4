"""What the two parts of a share are called: of a ceiling nobody counts those that reach it."""

from django.utils.translation import gettext as _

from criteria.models import Indicator


def label(indicator: Indicator, name: str) -> str:
    """What stands over the field: "Number concerned (children)"."""
    said = _("Number in all (%(unit)s)")
    if name == "numerator":
        said = _("Number meeting it (%(unit)s)")
        if _is_ceiling(indicator):
            said = _("Number concerned (%(unit)s)")
    return said % {"unit": indicator.counted_in or "…"}


def missing(indicator: Indicator, name: str) -> str:
    """That only the other part was given."""
    said = _("Give the number of %(unit)s in all.")
    if name == "numerator":
        said = _("Give the number of %(unit)s meeting it.")
        if _is_ceiling(indicator):
            said = _("Give the number of %(unit)s concerned.")
    return _filled(said, indicator)


def too_many(indicator: Indicator, part: str, whole: str) -> str:
    """That the part, as it is written, is larger than the whole."""
    said = _("The number of %(unit)s meeting it (%(part)s) is larger than that in all (%(whole)s).")
    if _is_ceiling(indicator):
        said = _(
            "The number of %(unit)s concerned (%(part)s) is larger than that in all (%(whole)s)."
        )
    return _filled(said, indicator, part=part, whole=whole)


def _is_ceiling(indicator: Indicator) -> bool:
    return indicator.comparator == Indicator.Comparator.AT_MOST


def _filled(said: str, indicator: Indicator, **figures: str) -> str:
    """The sentence in words of the indicator, also where it does not say what is counted."""
    return " ".join((said % {"unit": indicator.counted_in, **figures}).split())
