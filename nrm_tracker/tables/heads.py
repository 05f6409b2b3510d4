"""Where the head of a table stands, and what each of its columns is called."""

from collections.abc import Callable
from typing import NamedTuple

from nrm_tracker.tables.reading import Table, words
from nrm_tracker.text import search_key
from nrm_tracker.workbooks import Block

# So far down a head is looked for: above it stand the office, the motto and the title.
LOOKED_AT = 40


class Head(NamedTuple):
    """The first and the last row of a head, from 1."""

    first: int
    last: int


def guess(table: Table, knows: Callable[[str], bool] = bool) -> Head | None:
    """The rows that look like a head: with the most names that somebody `knows`, then with the
    most names; the first of equals. None where no row has two cells."""
    best, most = None, (0, 1)
    blocks = _head_blocks(table)
    for number in range(1, min(len(table.rows), LOOKED_AT) + 1):
        if sum(bool(words(cell)) for cell in table.rows[number - 1]) < 2:
            continue
        head = _whole(table, number, blocks)
        called = set(filter(None, labels(table, head)))
        score = (sum(map(knows, called)), len(called))
        if score > most:
            best, most = head, score
    return _with_row_above(table, best) if best else None


def labels(table: Table, head: Head) -> list[str]:
    """What each column is called: its words from top to bottom, of merged cells for each."""
    width = table.width
    spread = {
        (row, column): table.cell(top, left)
        for left, top, right, bottom in table.merged
        if top <= head.last and bottom >= head.first
        for row in range(top, min(bottom, head.last) + 1)
        for column in range(left, min(right, width) + 1)
    }
    called = []
    for column in range(1, width + 1):
        cells = (
            spread.get((row, column), table.cell(row, column))
            for row in range(head.first, head.last + 1)
        )
        called.append(" / ".join(dict.fromkeys(filter(None, map(words, cells)))))
    return called


def first_row_below(table: Table, head: Head) -> int:
    """The first row of what the head is of: a row that only numbers the columns is passed over."""
    below = head.last + 1
    return below + 1 if _numbers_columns([words(c) for c in _cells(table, below)]) else below


def _head_blocks(table: Table) -> list[Block]:
    """The merged cells that may be of a head: titles over half of the table are not."""
    width = table.width
    return [
        (left, top, right, bottom)
        for left, top, right, bottom in table.merged
        if top <= LOOKED_AT
        and bottom - top < LOOKED_AT
        and (bottom > top or right - left < width / 2)
    ]


def _whole(table: Table, row: int, blocks: list[Block]) -> Head:
    """With the rows above and below that share merged cells with it."""
    first = last = row
    for _again in range(LOOKED_AT):
        grown = (first, last)
        for _left, top, _right, bottom in blocks:
            if top <= last and bottom >= first:
                first, last = min(first, top), max(last, bottom)
            if bottom == top == first - 1 and _parts_below(table, top, blocks):
                first = top
        if (first, last) == grown:
            break
    return Head(first, last)


def _with_row_above(table: Table, head: Head) -> Head:
    """The row above is of the head too where it names columns that have no name yet."""
    above = [words(cell) for cell in _cells(table, head.first - 1)] if head.first > 1 else []
    called = labels(table, head)
    is_named = any(name and not own for name, own in zip(above, called, strict=False))
    if is_named and sum(map(bool, above)) > 1:
        return Head(head.first - 1, head.last)
    return head


def _parts_below(table: Table, above: int, blocks: list[Block]) -> bool:
    """Whether each merged cell of a row stands over several columns of the row below it."""
    wide = [(left, right) for left, top, right, bottom in blocks if top == bottom == above]
    return all(
        sum(bool(words(table.cell(above + 1, column))) for column in range(left, right + 1)) > 1
        for left, right in wide
    )


def _numbers_columns(texts: list[str]) -> bool:
    """(1) (2) (3), or A B 1 2 3, one after another."""
    said = [search_key(text) for text in texts if text]
    if len(said) < 2 or any(len(one) > 3 for one in said):
        return False
    numbers = [int(one) for one in said if one.isdecimal()]
    others = [one for one in said if not one.isdecimal()]
    counts_up = numbers == list(range(numbers[0], numbers[0] + len(numbers))) if numbers else False
    return counts_up and others == [chr(ord("a") + n) for n in range(len(others))]


def _cells(table: Table, row: int) -> list:
    return table.rows[row - 1] if row <= len(table.rows) else []
