"""Values of indicators and what they lack, as every page prints them."""

from django import template
from django.utils.html import format_html
from django.utils.translation import gettext

from criteria.measurements.amounts import shown_amount
from criteria.measurements.queries import Measure
from criteria.models import Indicator, Value
from nrm_tracker.figures import grouped

register = template.Library()


@register.simple_tag
def amount(value: Value, indicator: Indicator) -> str:
    """A value's number, or its share, on its side of each threshold: 97,96."""
    shown = shown_amount(value, indicator.limits)
    return "" if shown is None else grouped(shown)


@register.simple_tag
def gap(measure: Measure) -> str:
    """What a value lacks, or has too much: in what is counted, and in points of a share.

    The points are from the share as it is written, so that the two add up to the threshold.
    """
    missing, points = measure.gap, measure.points
    if missing is None or points is None:
        return gettext("nothing") if measure.verdict == "met" else ""
    if missing.units is not None and measure.indicator.counted_in:
        said = gettext("%(n)s %(unit)s too many") if missing.is_too_much else "%(n)s %(unit)s"
        counted = said % {"n": grouped(missing.units), "unit": measure.indicator.counted_in}
        return format_html(
            '<b>{}</b><span class="sub">{}</span>',
            counted,
            gettext("%(n)s points of %%") % {"n": grouped(points)},
        )
    if measure.indicator.kind == "percent":
        return gettext("%(n)s points of %%") % {"n": grouped(points)}
    return f"{grouped(points)} {measure.indicator.unit}".strip()
