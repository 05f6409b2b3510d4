"""The small pieces that every page is made of; `/styleguide/` shows each of them."""

import datetime as dt
from collections.abc import Iterable
from functools import cache, lru_cache
from html import escape
from typing import Any

from django import template
from django.core.paginator import Page
from django.forms import BaseForm
from django.template import Context
from django.template.loader import render_to_string
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from heroicons.templatetags.heroicons import heroicon_outline

from nrm_tracker import reading
from nrm_tracker.dated_names import in_one_line
from nrm_tracker.figures import Number, exact, fixed, grouped
from nrm_tracker.text import around, one_stop, sentence, with_marked

register = template.Library()

STATUSES = {
    "": "st",
    "late": "st st-late",
    "soon": "st st-soon",
    "wait": "st st-wait",
    "draft": "st st-draft",
    "back": "st st-back",
    "ok": "st st-ok",
}


@register.simple_tag
def options(choices: Iterable[tuple[str, str]], chosen: str | None) -> SafeString:
    """The options of a long list of choices: a loop of the template takes ten times as long.

    The same list stands in a hundred lines of a page: it is drawn once for each choice in it.
    """
    return _options(tuple(map(tuple, choices)), chosen)


@lru_cache(maxsize=200)
def _options(choices: tuple[tuple[str, str], ...], chosen: str | None) -> SafeString:
    drawn = (
        f'<option value="{escape(value)}"{" selected" if value == chosen else ""}>'
        f"{escape(label)}</option>"
        for value, label in choices
    )
    return mark_safe("".join(drawn))  # noqa: S308 it is escaped


@register.simple_tag
def status(text: str | Promise, kind: str = "") -> SafeString:
    """A state: late, soon or expired, waits for somebody, draft, sent back, done, or any other."""
    return format_html('<span class="{}">{}</span>', STATUSES[kind], text)


@register.simple_tag
def bar(value: int, of: int, label: str) -> SafeString:
    """How much of a whole; the figure itself stands beside it."""
    return format_html(
        '<progress max="{}" value="{}" aria-label="{}"></progress>', of, value, label
    )


@register.simple_tag
@cache
def icon(name: str) -> SafeString:
    """An outline icon beside words; it says nothing by itself."""
    drawn = heroicon_outline(name, size=None, aria_hidden="true", **{"class": "i"})
    return mark_safe(drawn)  # noqa: S308 drawn by the icons' own package from a name in a template


@register.simple_tag
def tel(number: str, mark: str = "") -> SafeString:
    """A telephone number that a telephone calls; `mark`: an icon before it; nothing of none."""
    if not number:
        return SafeString()
    drawn = icon(mark) if mark else ""
    return format_html('<a class="tel nw" href="tel:{}">{}{}</a>', number, drawn, number)


@register.simple_tag
def checked(row: Any) -> SafeString:
    """What a row of reference data was compared with."""
    return status(row.get_checked_display(), "ok" if row.checked == "law" else "")


@register.simple_tag
def illustrative() -> SafeString:
    """The mark of what was made up to show the application, or inferred; the frame explains it."""
    return format_html(
        '<span class="nw"><span aria-hidden="true">†</span>'
        '<span class="visually-hidden">({})</span></span>',
        _("Illustrative, or inferred and not said by the source"),
    )


@register.simple_tag(takes_context=True)
def own_piece(context: Context, name: str) -> SafeString:
    """A piece of the frame that says something of the person: of a page that several people are
    shown it is put in for each. It is drawn from the request and the page's `nav` alone."""
    request, section = context["request"], str(context.get("nav", ""))
    if reading.is_for_several(request):
        return mark_safe(f"<!-- own piece: {name} {section} -->")  # noqa: S308 names of ours
    return mark_safe(render_to_string(name, {"nav": section}, request))  # noqa: S308 drawn


@register.simple_block_tag
def drawn(content: str) -> str:
    """What stands in two places of a page, drawn once: `{% drawn as sections %}…{% enddrawn %}`."""
    return content


@register.simple_block_tag
def crumb(content: str, kind: str = "") -> SafeString:
    """The way to the page: links and, last, the page's own name, with › between.

    Of the kind "split" what follows it, as links to neighbours, stands at the right.
    """
    css = f"crumb {kind}".rstrip()
    return format_html('<nav class="{}" aria-label="{}">{}</nav>', css, _("Path"), content)


@register.simple_block_tag
def nothing_yet(content: str) -> SafeString:
    """A list with nothing in it: a paragraph that says so, and a button with the next step."""
    return format_html('<div class="empty">{}</div>', content)


@register.inclusion_tag("components/problems.html")
def problems(form: BaseForm, *, counted: bool = False) -> dict[str, Any]:
    """What must be mended before a form is taken, each with a link to its field; or how many.

    A form of values has errors of its `values` too.
    """
    places = [
        (value[name].id_for_label if name in value.fields else "", value, errors[0])
        for value in getattr(form, "values", ())
        for name, errors in value.errors.items()
    ]
    fields = [field for field in form if field.errors]
    return {"form": form, "counted": counted, "fields": fields, "places": places}


@register.inclusion_tag("components/pagination.html", takes_context=True)
def pagination(context: template.Context, page: Page, name: str = "page") -> dict[str, Any]:
    """The ways to other pages of a list; `name` is that of its number in the address."""

    def turned_to(number: int) -> str:
        query = context["request"].GET.copy()
        query[name] = str(number)
        return f"?{query.urlencode()}"

    return {
        "page": page,
        "previous": turned_to(page.previous_page_number()) if page.has_previous() else "",
        "next": turned_to(page.next_page_number()) if page.has_next() else "",
    }


@register.filter
def day(value: dt.date | None) -> str:
    """dd/mm/yyyy."""
    return f"{value:%d/%m/%Y}" if value else ""


@register.filter(expects_localtime=True)
def minute(value: dt.datetime | None) -> str:
    """hh:mm dd/mm/yyyy."""
    return f"{value:%H:%M %d/%m/%Y}" if value else ""


@register.filter
def who(person: Any, moment: dt.date | dt.datetime | None) -> str:
    """A person by the name and the position of a moment: "Nguyễn Văn A, Chủ tịch"."""
    return in_one_line(person.named_on(moment).names) if person else ""


@register.filter
def named_on(place: Any, moment: dt.date | dt.datetime | None) -> Any:
    """A commune or an agency as it was called at a moment."""
    return place.named_on(moment) if hasattr(place, "named_on") else place


@register.filter
def marking(text: Any, words: str) -> SafeString:
    """A text in which the words of a search are marked."""
    return with_marked(str(text), words)


@register.filter
def excerpt(text: str, words: str) -> SafeString:
    """As much of a long text as a list shows, with the words of a search marked."""
    return with_marked(around(text, words, 240), words)


@register.filter(name="one_stop")
def with_one_stop(said: Any) -> str:
    """A message into which texts were set that end by themselves."""
    return one_stop(str(said))


@register.filter(name="sentence")
def as_sentence(text: str) -> str:
    """What somebody wrote, where another sentence follows."""
    return sentence(text)


@register.filter
def within(place: str) -> str:
    """A place's name inside a sentence: "huyện Kỳ Anh"."""
    return place[:1].lower() + place[1:]


@register.filter
def iso(value: dt.date) -> str:
    return value.isoformat()


@register.filter
def days_from(later: dt.date, earlier: dt.date) -> int:
    """How many days lie between."""
    return (later - earlier).days


@register.filter
def days_left(until: dt.date, today: dt.date) -> str:
    """How far a day lies ahead, in words."""
    return left(days_from(until, today))


def left(days: int) -> str:
    """So many days until something is due, in words."""
    if days == 0:
        return gettext("due today")
    return ngettext("%(n)s day left", "%(n)s days left", days) % {"n": days}


@register.filter
def decimal1(value: Number) -> str:
    """One decimal with a comma, or as many more as it takes not to read as a whole: 91,5."""
    return fixed(value, 1)


@register.filter
def decimal2(value: Number) -> str:
    """Two decimals with a comma, or more likewise: 16,13."""
    return fixed(value, 2)


@register.filter
def signed(value: Number) -> str:
    """▲0,25 or ▼0,25; a change that exists is never 0,00."""
    return f"{'▲' if value > 0 else '▼'}{fixed(abs(exact(value)), 2)}"


@register.filter
def thousands(value: Number | None) -> str:
    """A number with all that it has, in groups of three: 3.397, 91,5."""
    return "" if value is None else grouped(value)
