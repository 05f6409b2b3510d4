"""The words of a table of indicators: kinds, signs, thresholds as decisions print them."""

import re
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from criteria.models import Indicator
from nrm_tracker.figures import Ambiguous, Reading, grouped, read
from nrm_tracker.text import search_key

KINDS = Indicator.Kind.choices
COMPARATORS = Indicator.Comparator.choices
_SIGNS = {"≥": "ge", ">=": "ge", "≤": "le", "<=": "le", "=": "eq"}
# A sign, a number, and a unit or nothing: "≥98%", "≤ 21,8 %", "36".
_NUMBER = re.compile(r"(?:≥|>=|≤|<=|=)?\s*([0-9][0-9.,]*)\s*(?:%|[^\W\d][^\d]*)?")
_NONE = {"khong", "0"}


def choice_of(word: str, choices: Iterable[tuple[Any, Any]]) -> str | None:
    """The choice that a word, or its code, names."""
    said = search_key(word) or word.strip()
    for value, label in choices:
        if word.strip() in (value, str(label)) or (said and said == search_key(str(label))):
            return str(value)
    return None


def sign_of(text: str) -> str:
    """The comparator that a threshold begins with; "" for none."""
    return next((code for sign, code in _SIGNS.items() if text.strip().startswith(sign)), "")


def amount_of(text: str, kind: str | None) -> Decimal | None:
    """The number of a threshold; None where it is words, such as what the province lays down."""
    if kind not in (Indicator.Kind.PERCENT, Indicator.Kind.NUMBER):
        return None
    if search_key(text) in _NONE:
        return Decimal(0)
    found = _NUMBER.fullmatch(text.strip())
    if not found:
        return None
    reading = Reading.SHARE if kind == Indicator.Kind.PERCENT else Reading.AMOUNT
    try:
        return Decimal(read(found[1], reading))
    except (Ambiguous, ValueError):
        return None


def as_printed(text: str, indicator: Indicator) -> str:
    """A threshold as decisions print it: a bare 98 of a percentage is ≥98%."""
    amount = amount_of(text, indicator.kind)
    if amount is None or not text.replace(",", "").replace(".", "").strip().isdecimal():
        return text
    sign = indicator.get_comparator_display() if indicator.comparator in ("ge", "le") else ""
    return f"{sign}{grouped(amount)}{'%' if indicator.kind == Indicator.Kind.PERCENT else ''}"
