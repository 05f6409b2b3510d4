"""Numbers as people write and read them: kept exactly, rounded half up, on the true side of limits.

The one place where a figure is rounded. What a rounded figure is compared with in the reader's mind
is a limit: a threshold, nothing, all, any whole number. It has as many decimals as it takes to lie
on the true side of each: 97,96 beside a threshold of 98, never 98.

Marks are those of the reader's language: 3.397 and 91,5 in Vietnamese, 3,397 and 91.5 in English.
What is said of them here is said in Vietnamese.
"""

import re
from collections.abc import Iterable
from decimal import Decimal
from enum import Enum
from fractions import Fraction

from django.utils.translation import get_language

Number = int | float | Decimal | Fraction

# With more decimals no figure is told from its limit.
MOST_PLACES = 20
_MARKS = str.maketrans(",.", ".,")
_PLAIN = re.compile(r"[+-]?[0-9]{1,11}([.,][0-9]{1,20})?")
# 3.397 and 1.250.000,5: as offices write thousands. A group cannot follow a nought.
_GROUPED = re.compile(r"[1-9][0-9]{0,2}(\.[0-9]{3}){1,3}(,[0-9]{1,20})?")


class Reading(Enum):
    """What a number is of, which decides how its point is read."""

    COUNT = "count"  # counted in ones: 3.397 are thousands
    AMOUNT = "amount"  # has parts: 3.397 may be either, and is asked about
    SHARE = "share"  # of a hundred: 3.397 has decimals; a percent sign may follow


class Ambiguous(ValueError):
    """A number that can be read in two ways, `readings`, each as people would write it."""

    def __init__(self, typed: str, readings: tuple[str, str]) -> None:
        super().__init__(typed)
        self.readings = readings


def read(typed: str, reading: Reading) -> str:
    """What somebody typed as Python writes it, exactly; "" for nothing.

    Raises Ambiguous, and ValueError for what is no number.
    """
    text = _marked(typed.strip())
    if reading is Reading.SHARE:
        text = text.removesuffix("%").strip()
    if _GROUPED.fullmatch(text) and reading is not Reading.SHARE:
        thousands = text.replace(".", "")
        is_either = text.count(".") == 1 and "," not in text
        if is_either and reading is Reading.AMOUNT:
            raise Ambiguous(text, (thousands, _marked(text.replace(".", ","))))
        text = thousands
    if text and not _PLAIN.fullmatch(text):
        raise ValueError(typed)
    return text.replace(",", ".")


def exact(number: Number) -> Fraction:
    """The number itself; a float is the shortest decimal that gives it, without its noise."""
    return Fraction(repr(number)) if isinstance(number, float) else Fraction(number)


def rounded(number: Number, places: int) -> Decimal:
    """Half up: 91,125 is 91,13 and -0,125 is -0,13."""
    value = exact(number)
    doubled = abs(value) * 2 * 10**places
    digits = (doubled.numerator + doubled.denominator) // (2 * doubled.denominator)
    return Decimal(digits if value >= 0 else -digits).scaleb(-places)


def beside(number: Number, places: int, limits: Iterable[Number | None] = ()) -> Decimal:
    """Rounded to `places`, or as many more as keep it on its side of each limit.

    Every whole number is one: 99,96 is never 100, and what exists is never nothing.
    """
    value = exact(number)
    known = [exact(limit) for limit in limits if limit is not None]
    known.append(exact(rounded(value, 0)))
    shown = rounded(value, places)
    while places < MOST_PLACES and any(
        _side(exact(shown), limit) != _side(value, limit) for limit in known
    ):
        places += 1
        shown = rounded(value, places)
    return shown


def plain(number: Number) -> str:
    """All of a number as somebody would type it: 3397 and 91,5."""
    return _marked(_digits(number).replace(".", ","))


def grouped(number: Number) -> str:
    """All of a number, its thousands apart: 3.397 and 1.108,52."""
    whole, _point, decimals = _digits(number).partition(".")
    text = f"{int(whole):,}".translate(_MARKS) + (f",{decimals}" if decimals else "")
    return _marked(text)


def written(number: Number, places: int, limits: Iterable[Number | None] = ()) -> str:
    """A number of at most so many decimals, or as many more as `beside` gives it."""
    return grouped(beside(number, places, limits))


def fixed(number: Number, places: int) -> str:
    """A number of just so many decimals, or as many more as `beside` gives it: 16,00."""
    return _marked(f"{beside(number, places):,f}".translate(_MARKS))


def _marked(text: str) -> str:
    """Vietnamese marks in the reader's language, and back: in English they change places."""
    return text.translate(_MARKS) if (get_language() or "").startswith("en") else text


def _side(value: Fraction, limit: Fraction) -> int:
    return (value > limit) - (value < limit)


def _digits(number: Number) -> str:
    """A decimal without exponent and trailing noughts. No fraction that has no end."""
    given = Decimal(repr(number)) if isinstance(number, float) else number
    value = rounded(given, MOST_PLACES) if isinstance(given, Fraction) else Decimal(given)
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
