"""Values of indicators and what they lack, as every page prints them."""

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext

from criteria.measurements.amounts import shown_amount
from criteria.measurements.missing import Missing
from criteria.measurements.queries import Measure
from criteria.models import Indicator, Measurement, Value
from nrm_tracker.figures import Number, grouped
from nrm_tracker.templatetags.ui import illustrative, minute

register = template.Library()

SAID = {
    "more": _("%(n)s more needed"),
    "over": _("%(n)s too many"),
    "points": _("percentage points"),
    "met": _("enough"),
    "short": _("not enough"),
    "none": _("left out of the proposal"),
    "unknown": _("cannot be reckoned"),
}


@register.simple_tag
def amount(value: Value, indicator: Indicator) -> str:
    """A value's number, or its share, on its side of each threshold: 97,96."""
    shown = shown_amount(value, indicator.limits)
    return "" if shown is None else grouped(shown)


@register.simple_tag
def reckoned(measure: Measure | None) -> SafeString:
    """What a value comes to as it is typed: "= 81,4%, còn 123 người". The page's script says the
    same of what is typed since."""
    if measure is None:
        return format_html("{}", SAID["unknown"])
    said = [lacks(measure)]
    if measure.indicator.kind == Indicator.Kind.PERCENT and measure.value and measure.applies:
        said.insert(0, format_html("= <b>{}%</b>", amount(measure.value, measure.indicator)))
    return format_html_join(", ", "{}", ((one,) for one in said if one))


@register.simple_tag
def lacks(measure: Measure) -> SafeString:
    """What a value lacks, or has too much: in what is counted, else in points of a share.

    The points are from the share as it is written, so that the two add up to the threshold.
    """
    if measure.value is not None and not measure.applies:
        return format_html("{}", SAID["none"])
    missing, points = measure.gap, measure.points
    if missing is None or points is None:
        said = {"met": SAID["met"], "not_met": SAID["short"]}
        return format_html("{}", said.get(measure.verdict or "", ""))
    number, unit = points, measure.indicator.unit
    if missing.units is not None and measure.indicator.counted_in:
        number, unit = missing.units, measure.indicator.counted_in
    elif measure.indicator.kind == Indicator.Kind.PERCENT:
        unit = str(SAID["points"])
    return _short_of("<b>{}</b>", number, unit, is_too_much=missing.is_too_much)


@register.simple_tag
def missing_piece(missing: Missing, number: int) -> SafeString:
    """What an indicator lacks, in one piece of a list: "15.1 còn 123 người".

    `number`: of its criterion, which is not said again where it is the only one.
    """
    code = "" if missing.code == str(number) else f"{missing.code} "
    mark = illustrative() if missing.is_illustrative else ""
    return format_html('<span class="pc">{}{}{}</span>', code, _what_is_missing(missing), mark)


def _what_is_missing(missing: Missing) -> str:
    if missing.reached is not None and missing.wanted is not None:
        sign = Indicator.Comparator(missing.comparator).label
        return f"{grouped(missing.reached)}% ({sign} {grouped(missing.wanted)}%)"
    if missing.amount is None:
        return pgettext("indicator", "not met")
    return _short_of("{}", missing.amount, missing.unit, is_too_much=missing.is_too_much)


def _short_of(drawn: str, number: Number, unit: str, *, is_too_much: bool) -> SafeString:
    """ "còn 123 người", the amount drawn in a way of its own."""
    before, after = str(SAID["over" if is_too_much else "more"]).split("%(n)s")
    amount = format_html(drawn, f"{grouped(number)} {unit}".strip())
    return format_html("{}{}{}", before, amount, after)


@register.simple_tag
def same_origin(rows: list[tuple[Measure, None]]) -> Measurement | None:
    """A value whose source, day and writer are those of all, so that they are told once; none
    where they differ or one stands alone."""
    values = [measure.value for measure, _form in rows]
    read = [one for one in values if isinstance(one, Measurement)]
    origins = {
        (one.source, one.measured_on, one.recorded_by, minute(one.recorded_at)) for one in read
    }
    return read[0] if len(read) > 1 and len(origins) == 1 else None


@register.simple_tag
def longer_than(measures: list[Measure], most: int) -> list[Measure]:
    """Those with more values by now than are shown elsewhere."""
    return [measure for measure in measures if len(measure.past) > most]


@register.simple_tag
def script_words() -> SafeString:
    """The words of these lines, for the page's script."""
    return format_html_join(" ", 'data-say-{}="{}"', SAID.items())


@register.simple_tag
def over_time(measure: Measure) -> str:
    """The number to reach from which day on, for the page's script: "0001-01-01=36"."""
    found = [(day, threshold.value if threshold else None) for day, threshold in measure.thresholds]
    return " ".join(f"{day.isoformat()}={'' if n is None else f'{n:f}'}" for day, n in found)
