"""Results and what they rest on, as every page prints them."""

import datetime as dt
import re
from collections.abc import Iterable
from functools import cache
from html import escape
from typing import Any

from django import template
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from criteria.models import Basis, Criterion, Level
from nrm_tracker.templatetags.ui import day

register = template.Library()

LETTERS = {
    "met": "Đ",
    "nearly": "CB",
    "not_met": "CĐ",
    "not_applicable": "–",
    "not_considered": "KX",
    "not_assessed": "",
}
CLASSES = {
    "met": "met",
    "nearly": "near",
    "not_met": "not",
    "not_applicable": "na",
    "not_considered": "passed",
    "not_assessed": "none",
}
WORDS = {
    "met": _("Met"),
    "nearly": _("Nearly met"),
    "not_met": _("Not met"),
    "not_applicable": _("Not applicable"),
    "not_considered": _("Not considered"),
    "not_assessed": _("Not assessed"),
}
_DAY = re.compile("[0-9]{2}/[0-9]{2}/[0-9]{4}")
BASIS_WORDS = {
    "self": _("own assessment"),
    "verification": _("verification"),
    "session": _("working session"),
    "decision": _("decision"),
    "document": _("document"),
}
VERIFICATION_WORDS: dict[int, Any] = {
    Level.DISTRICT: pgettext_lazy("district", "verification"),
    Level.PROVINCE: pgettext_lazy("province", "verification"),
}


@register.simple_tag
def result(name: str) -> SafeString:
    """A result as its letter, with the word for those who do not see it."""
    return _letter(name, get_language())


@cache
def _letter(name: str, language: str | None) -> SafeString:
    return format_html(
        '<span class="r r-{}"><span aria-hidden="true">{}</span>'
        '<span class="visually-hidden">{}</span></span>',
        CLASSES[name],
        LETTERS[name] or "\xa0",
        WORDS[name],
    )


@register.simple_tag
def result_word(name: str) -> SafeString:
    """A result as its letter and its word."""
    return _letter_and_word(name, get_language())


@register.simple_tag
def result_name(name: str) -> str:
    """A result as its word alone, within a sentence."""
    return str(WORDS[name])


@cache
def _letter_and_word(name: str, language: str | None) -> SafeString:
    return format_html(
        '<span class="rw"><span class="r r-{}" aria-hidden="true">{}</span>{}</span>',
        CLASSES[name],
        LETTERS[name] or "\xa0",
        WORDS[name],
    )


@register.simple_tag
def basis(kind: str, text: str, on: dt.date, level: int | None = None) -> str:
    """What a figure rests on, in a sentence with its day (rule 4)."""
    said = when_true(on, kind, text)
    if kind == "session":
        return gettext("Recorded at the working session of %(day)s") % {"day": said}
    words = text or basis_word(kind, level)
    if is_year_only(on, kind, text):
        return gettext("Recognition decision of %(year)s") % {"year": on.year}
    if kind == "decision":
        words = gettext("Decision: %(basis)s") % {"basis": words}
    if said in words:
        return words
    if _DAY.search(words):
        # Two days beside each other: which is which.
        return gettext("%(basis)s, concluded on %(day)s") % {"basis": words, "day": said}
    return f"{words} · {said}"


@register.simple_tag
def basis_short(kind: str, text: str, on: dt.date, level: int | None = None) -> str:
    """The same for a table's cell: "08/09/2020, working session"."""
    if is_year_only(on, kind, text):
        return gettext("Recognition decision of %(year)s") % {"year": on.year}
    return f"{when_true(on, kind, text)}, {basis_word(kind, level)}"


@register.simple_tag
def when_true(on: dt.date, kind: str, text: str) -> str:
    """The day of a figure, or the year of a decision known only by that (from 31/12)."""
    return gettext("in %(year)s") % {"year": on.year} if is_year_only(on, kind, text) else day(on)


def is_year_only(on: dt.date, kind: str, text: str) -> bool:
    """Whether a decision is known by its year alone, and so counts from 31/12 (rule 12)."""
    return kind == "decision" and (on.month, on.day) == (12, 31) and day(on) not in text


@register.simple_tag
def basis_word(kind: str, level: int | None = None, text: str = "") -> str:
    """What a figure rests on in two words, for tables; a verification is called by its level's
    word where the level is known, or else by the one that its text says."""
    if kind == Basis.VERIFICATION:
        if level in VERIFICATION_WORDS:
            return str(VERIFICATION_WORDS[level])
        said = [word for word in map(str, VERIFICATION_WORDS.values()) if word in text.lower()]
        if len(said) == 1:
            return said[0]
    return str(BASIS_WORDS.get(kind, kind))


@register.simple_tag
def cell_links(slug: str, criteria: Iterable[Any], query: str) -> SafeString:
    """A commune's criteria by number and short name, each leading to its cell."""
    cells, suffix = _cells(slug), escape(query)
    links = (
        f'<a class="plain nw" href="{cells}{each.number}/{suffix}">'
        f"{each.number} {escape(each.short_name)}</a>"
        for each in criteria
    )
    return mark_safe("; ".join(links))  # noqa: S308 every piece is escaped


@register.simple_tag
def cell_numbers(slug: str, criteria: Iterable[Criterion], query: str) -> SafeString:
    """The same by their numbers alone, named for those who do not see where they stand."""
    cells, suffix = _cells(slug), escape(query)
    links = (
        f'<a class="plain" href="{cells}{each.number}/{suffix}" aria-label="{escape(str(each))}">'
        f"{each.number}</a>"
        for each in criteria
    )
    return mark_safe(", ".join(links))  # noqa: S308 every piece is escaped


def _cells(slug: str) -> str:
    """The address under which a commune's cells lie by their numbers."""
    return f"{reverse('commune', args=[slug])}criteria/"


@register.simple_tag
def no_evidence(reason: str | None) -> SafeString:
    """Why what is met has no evidence, beside its basis (rule 10); nothing where it has some."""
    if not reason:
        return SafeString()
    said = gettext("Why there is no evidence")
    return format_html('<span class="sub">{}: {}</span>', said, reason)


@register.inclusion_tag("components/change.html")
def change(row: Any) -> dict[str, Any]:
    """How many criteria more or fewer than on the day compared with."""
    gained = row.change or 0
    return {"amount": abs(gained), "arrow": "▲" if gained > 0 else "▼"}
