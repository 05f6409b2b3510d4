"""A value as it is written everywhere: on pages, sheets and papers, and in messages."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Protocol

from nrm_tracker.figures import beside


class Amounted(Protocol):
    """A value, stored or not yet; a share where its parts are known."""

    @property
    def number(self) -> Decimal | None: ...
    @property
    def numerator(self) -> Decimal | None: ...
    @property
    def denominator(self) -> Decimal | None: ...


def share_of(value: Amounted) -> Decimal | None:
    """The share in percent that its parts come to, unrounded: 28 digits tell it from any limit."""
    if value.numerator is None or not value.denominator:
        return None
    return value.numerator * 100 / value.denominator


def shown_share(
    value: Amounted, limits: Iterable[Decimal | None] = (), places: int = 1
) -> Decimal | None:
    """The share that its parts come to as it is written: rounded, on its side of each limit."""
    share = share_of(value)
    return None if share is None else beside(share, places, limits)


def shown_amount(
    value: Amounted, limits: Iterable[Decimal | None] = (), places: int = 1
) -> Decimal | None:
    """The number that is written: such a share, or what was typed, whole."""
    share = shown_share(value, limits, places)
    return value.number if share is None else share
