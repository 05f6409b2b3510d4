"""Which cells of a sheet are merged: openpyxl tells nothing of it where it reads row by row."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from openpyxl.utils.cell import range_boundaries
from openpyxl.xml.constants import SHEET_MAIN_NS
from openpyxl.xml.functions import iterparse

from criteria.workbook.xlsx import COMMON, FIRST_INPUT, INPUTS

_MERGED = f"{{{SHEET_MAIN_NS}}}mergeCell"


@dataclass
class Merged:
    """The filled-in cells that stand for several rows, by row and field.

    A day or a source holds for each of its rows; of any other nobody knows whose it is (`unclear`).
    """

    shared: dict[int, dict[str, Any]] = field(default_factory=lambda: defaultdict(dict))
    unclear: dict[int, set[str]] = field(default_factory=lambda: defaultdict(set))


def merged_inputs(sheet: Any, rows: Sequence[Sequence[Any]]) -> Merged:
    found = Merged()
    names = list(INPUTS)
    for left, top, right, bottom in _ranges(sheet):
        is_one_row = top == bottom and left >= FIRST_INPUT
        if right < FIRST_INPUT or is_one_row or _is_blank(rows, top, left):
            continue
        name = names[max(left, FIRST_INPUT) - FIRST_INPUT]
        for number in range(top, min(bottom, len(rows)) + 1):
            if name in found.shared[number] or name in found.unclear[number]:
                raise ValueError("Merged cells that overlap")
            if left == right and name in COMMON:
                found.shared[number][name] = rows[top - 1][left - 1]
            else:
                found.unclear[number].add(name)
    return found


def _ranges(sheet: Any) -> list[tuple[int, int, int, int]]:
    """Column and row of the first cell, and of the last."""
    found = []
    with sheet._get_source() as source:
        for _event, element in iterparse(source):
            if element.tag == _MERGED:
                found.append(range_boundaries(element.get("ref")))
            element.clear()
    return found


def _is_blank(rows: Sequence[Sequence[Any]], row: int, column: int) -> bool:
    is_within = row <= len(rows) and column <= len(rows[row - 1])
    return not is_within or rows[row - 1][column - 1].value in (None, "")
