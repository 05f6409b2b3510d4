"""What must be done before a step, as people write it: "2; 3", "5 + 7 ngày", "1, 5-13"."""

import re
from typing import NamedTuple

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from nrm_tracker.tables.reading import one_line
from nrm_tracker.text import without_marks
from plans.models import Dependency
from plans.models.plans import MOST_DAYS, MOST_STEPS

_PART = re.compile(
    r"(?P<first>[0-9]{1,4})(?:\s*-\s*(?P<last>[0-9]{1,4}))?"
    r"(?:\s*\+\s*(?:cho\s*)?(?P<wait>[0-9]{1,6})\s*(?P<unit>.*))?"
)
# After the number: nothing or days, or working days, in either language.
_UNITS = {
    Dependency.Unit.DAYS: {"", "ngay", "ngay lich", "day", "days", "n"},
    Dependency.Unit.WORKING_DAYS: {
        *("ngay lam viec", "ngay lv", "nlv", "lv", "working day", "working days", "wd"),
    },
}


class TypedNeed(NamedTuple):
    number: int
    wait: int = 0
    unit: str = Dependency.Unit.DAYS


def read(text: str) -> list[TypedNeed]:
    """Raises ValidationError with a sentence."""
    found: dict[int, TypedNeed] = {}
    for part in re.split(r"[;,]", one_line(text)):
        if part.strip():
            for need in _read_part(part.strip()):
                if need.number in found:
                    message = _("Step %(number)s is named twice.")
                    raise ValidationError(message % {"number": need.number})
                found[need.number] = need
    return list(found.values())


def _read_part(part: str) -> list[TypedNeed]:
    match = _PART.fullmatch(without_marks(part))
    unit = _unit(match["unit"] or "") if match else None
    if match is None or unit is None:
        message = _("“%(part)s” is not understood. Write 2; 3 or 5 + 7 days or 5-13.")
        raise ValidationError(message % {"part": part[:40]})
    wait = int(match["wait"] or 0)
    if wait > MOST_DAYS:
        message = _("A wait has at most %(limit)s days.")
        raise ValidationError(message % {"limit": MOST_DAYS})
    first, last = int(match["first"]), int(match["last"] or match["first"])
    if last < first or last - first >= MOST_STEPS:
        message = _("“%(part)s”: the second number is before the first.")
        raise ValidationError(message % {"part": part[:40]})
    return [TypedNeed(number, wait, unit) for number in range(first, last + 1)]


def _unit(typed: str) -> str | None:
    word = " ".join(typed.split()).rstrip(".")
    return next((str(unit) for unit, words in _UNITS.items() if word in words), None)


def written(needs: list[TypedNeed]) -> str:
    """As people write it; neighbours without a wait are drawn together."""
    parts: list[list[TypedNeed]] = []
    for need in sorted(needs):
        last = parts[-1][-1] if parts else None
        if last and need[1:] == last[1:] and need.number == last.number + 1:
            parts[-1].append(need)
        else:
            parts.append([need])
    return "; ".join(map(_written_part, parts))


def _written_part(run: list[TypedNeed]) -> str:
    first, last = run[0], run[-1]
    if len(run) == 2 and not first.wait:
        return f"{first.number}; {last.number}"
    numbers = str(first.number) if first is last else f"{first.number}-{last.number}"
    if not first.wait:
        return numbers
    unit = Dependency.Unit(first.unit).label
    return f"{numbers} + {first.wait} {unit}"
