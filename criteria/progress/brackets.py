"""Into which band of criteria met a commune falls, and how many fall into each."""

from collections.abc import Iterable
from typing import NamedTuple

from criteria.models import Bracket
from criteria.progress import scoring


class Band(NamedTuple):
    """A bracket with how many communes fall into it; None where results alone do not tell."""

    bracket: Bracket
    communes: int | None


def bands(heads: Iterable[scoring.Headline], brackets: list[Bracket]) -> list[Band]:
    """Each bracket with its communes; those not assessed fall into none."""
    fallen = [bracket_of(head, brackets) for head in heads]
    return [Band(one, None if one.is_model else fallen.count(one)) for one in brackets]


def bracket_of(head: scoring.Headline, brackets: list[Bracket]) -> Bracket | None:
    """The band that a headline falls into; none where nothing is assessed."""
    if not head.is_assessed:
        return None
    for bracket in brackets:
        if bracket.is_model:
            continue
        if bracket.is_complete:
            if head.is_complete:
                return bracket
        elif (bracket.low or 0) <= head.met and (bracket.high is None or head.met <= bracket.high):
            return bracket
    return None
