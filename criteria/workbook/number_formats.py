"""What a cell's number format does to its number: only a percent sign that acts as one counts.

Formats are in the file's own notation, whatever the language of the program: sections apart by
`;`, text in quotes, after a backslash, or as a blank or filling after `_` and `*`.
"""

import operator
import re
from decimal import Decimal

# Text, a blank of a letter's width, a filling; and what stands in brackets: colours, conditions.
_LITERAL = re.compile(r'"[^"]*"?|\\.|[_*].')
_BRACKETS = re.compile(r"\[[^\]]*\]")
_CONDITION = re.compile(r"\[(<=|>=|<>|<|>|=)\s*(-?[0-9]+(?:\.[0-9]+)?)\]")
_HOLDS = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "=": operator.eq,
    "<>": operator.ne,
}


def percent_signs(number_format: str, number: Decimal) -> int:
    """How often the format multiplies the number by a hundred as it shows it."""
    sections = _LITERAL.sub("", number_format).split(";")
    return _BRACKETS.sub("", _section(sections, number)).count("%")


def _section(sections: list[str], number: Decimal) -> str:
    """The part of a format that holds for the number: positive; negative; zero; text."""
    conditions = [_CONDITION.search(section) for section in sections[:2]]
    if any(conditions):
        for section, condition in zip(sections, conditions, strict=False):
            if condition and _HOLDS[condition[1]](number, Decimal(condition[2])):
                return section
        return sections[min(len(sections) - 1, 2)]
    if number < 0 and len(sections) > 1:
        return sections[1]
    return sections[2 if number == 0 and len(sections) > 2 else 0]
