"""Rows that say the same, told together."""

from collections.abc import Callable, Hashable, Iterable
from typing import TypeVar

Row = TypeVar("Row")
# Fewer are told one by one.
FEWEST = 3


def alike(rows: Iterable[Row], key: Callable[[Row], Hashable]) -> list[list[Row]]:
    """Those of one key together, in the order of the first of each."""
    found: dict[Hashable, list[Row]] = {}
    for row in rows:
        found.setdefault(key(row), []).append(row)
    return list(found.values())


def folded(rows: Iterable[Row], key: Callable[[Row], Hashable]) -> list[list[Row]]:
    """The same, a group that has few told one by one."""
    return [
        part
        for group in alike(rows, key)
        for part in ([group] if len(group) >= FEWEST else [[row] for row in group])
    ]
