"""What a row of results comes to: pure functions of plain values (rules 1 and 2).

A row is a string with one letter a criterion, in the order of the set.
"""

from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property, lru_cache

MET, NEARLY, NOT_MET, NOT_APPLICABLE, NOT_CONSIDERED, NOT_ASSESSED = "m", "n", "x", "a", "c", "."
NAMES = {
    MET: "met",
    NEARLY: "nearly",
    NOT_MET: "not_met",
    NOT_APPLICABLE: "not_applicable",
    NOT_CONSIDERED: "not_considered",
    NOT_ASSESSED: "not_assessed",
}
# Of which nobody judged whether they are met.
UNJUDGED = (NOT_CONSIDERED, NOT_ASSESSED)
# What asks for more.
OPEN = (NEARLY, NOT_MET, *UNJUDGED)
LETTERS = {name: letter for letter, name in NAMES.items()}


@dataclass(frozen=True)
class Headline:
    """How many criteria are met, of how many that apply: 16/20."""

    met: int
    nearly: int
    applicable: int
    assessed: int

    @cached_property
    def is_assessed(self) -> bool:
        """Whether anything is known. A commune without a cell assessed has no headline."""
        return self.assessed > 0

    @cached_property
    def is_complete(self) -> bool:
        return self.is_assessed and self.met == self.applicable

    @cached_property
    def missing(self) -> int:
        """Criteria still to be met."""
        return self.applicable - self.met

    def __str__(self) -> str:
        return f"{self.met}/{self.applicable}" if self.is_assessed else ""


@lru_cache(maxsize=10_000)
def headline(results: str) -> Headline:
    """The headline of a row: only `met` counts, and what nobody judged still applies.

    A page asks for the same row's headline many times over, and many rows are alike.
    """
    unknown = set(results) - set(NAMES)
    if unknown:
        raise ValueError(f"not a row of results: {results!r}")
    return Headline(
        met=results.count(MET),
        nearly=results.count(NEARLY),
        applicable=len(results) - results.count(NOT_APPLICABLE),
        assessed=len(results) - sum(results.count(letter) for letter in UNJUDGED),
    )


def average_met(headlines: list[Headline]) -> Fraction | None:
    """Criteria met per commune, over the communes assessed; None where there are none."""
    counts = [row.met for row in headlines if row.is_assessed]
    return Fraction(sum(counts), len(counts)) if counts else None
