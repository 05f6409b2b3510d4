"""Whose is what stands in merged cells of a sheet."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from criteria.workbook.xlsx import COMMON, FIRST_INPUT, INPUTS
from nrm_tracker.workbooks import Block, SheetCell


@dataclass
class Merged:
    """The filled-in cells that stand for several rows, by row and field.

    A day or a source holds for each of its rows; of any other nobody knows whose it is (`unclear`).
    """

    shared: dict[int, dict[str, SheetCell]] = field(default_factory=lambda: defaultdict(dict))
    unclear: dict[int, set[str]] = field(default_factory=lambda: defaultdict(set))


def merged_inputs(blocks: Iterable[Block], rows: Sequence[Sequence[SheetCell]]) -> Merged:
    found = Merged()
    names = list(INPUTS)
    for left, top, right, bottom in blocks:
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


def _is_blank(rows: Sequence[Sequence[SheetCell]], row: int, column: int) -> bool:
    is_within = row <= len(rows) and column <= len(rows[row - 1])
    return not is_within or rows[row - 1][column - 1].value in (None, "")
