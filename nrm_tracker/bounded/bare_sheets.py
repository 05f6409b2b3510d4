"""A workbook without its blank cells, and what its reader does not tell of a sheet.

A sheet of ten rows may have a hundred thousand with borders. They are taken out piece by piece
before anything is parsed or counted.
"""

import io
import re
import zipfile
from dataclasses import dataclass, field
from typing import IO

from nrm_tracker.bounded.refused import Refused
from nrm_tracker.bounded.workbook import NO_ZIP, refuse_others

_PIECE = 256 * 1024
# Of what is left so much is held in memory.
_MOST_LEFT = 48 * 1024 * 1024
_SHEETS = "xl/worksheets/"
# Only these are read: no picture, drawing or macro.
_NEEDED = re.compile(
    r"(\[Content_Types\]\.xml|_rels/\.rels|docProps/[^/]+\.xml"
    r"|xl/(_rels/|worksheets/|theme/)?[^/]+\.(xml|rels))"
)
# A cell or a row with nothing in it, whose place does not count for its neighbours'.
_BLANK = re.compile(rb'<(?:\w+:)?(?:c|row)\s(?=[^<>]*\br=")[^<>]*/>')
_EMPTY = re.compile(rb'<((?:\w+:)?(?:c|row))\s(?=[^<>]*\br=")[^<>]*>\s*</\1>')
_HIDDEN_ROW = re.compile(rb'<(?:\w+:)?row\s(?=[^<>]*\bhidden="(?:1|true)")[^<>]*\br="(\d{1,7})"')
_ROW_HIDDEN = re.compile(rb'<(?:\w+:)?row\s(?=[^<>]*\br="(\d{1,7})")[^<>]*\bhidden="(?:1|true)"')
_HIDDEN_COLUMNS = re.compile(rb'<(?:\w+:)?col\s[^<>]*\bhidden="(?:1|true)"[^<>]*>')
_FIRST, _LAST = re.compile(rb'\bmin="(\d{1,5})"'), re.compile(rb'\bmax="(\d{1,5})"')
# A formula after which no value stands. One whose value is an empty text says so by its kind.
_UNRECKONED = re.compile(
    rb'<(?:\w+:)?c\s(?![^<>]*\bt="str")[^<>]*\br="([A-Z]{1,3}\d{1,7})"[^<>]*>'
    rb"\s*<((?:\w+:)?f)\b(?:[^<>]*/>|[^<>]*>[^<>]*</\2>)\s*"
    rb"(?:<(?:\w+:)?v\s*/>|<((?:\w+:)?v)>\s*</\3>)?\s*</"
)


@dataclass
class BareSheet:
    """What of a sheet is hidden, by number from 1, and the places of formulas without a value."""

    hidden_rows: list[int] = field(default_factory=list)
    hidden_columns: list[int] = field(default_factory=list)
    unreckoned: frozenset[str] = frozenset()


def bare_workbook(
    content: IO[bytes], unpacked: int, elements: int
) -> tuple[IO[bytes], dict[str, BareSheet]]:
    """The workbook with what is needed to read its cells, and its sheets by their parts' names."""
    bare, sheets = io.BytesIO(), {}
    try:
        with zipfile.ZipFile(content) as package, zipfile.ZipFile(bare, "w") as made:
            refuse_others(package)
            counted = _Counted(unpacked, elements)
            for part in package.infolist():
                if not _NEEDED.fullmatch(part.filename):
                    continue
                if part.flag_bits & 1:
                    raise Refused("password")
                with package.open(part) as opened:
                    text = counted.read(opened, is_sheet=part.filename.startswith(_SHEETS))
                if part.filename.startswith(_SHEETS):
                    sheets[part.filename] = _described(text)
                made.writestr(part.filename, text)
    except NO_ZIP as error:
        raise Refused("kind") from error
    bare.seek(0)
    return bare, sheets


class _Counted:
    """What was unpacked and what is left of it, over all parts. Lists of parts may be untrue."""

    def __init__(self, unpacked: int, elements: int) -> None:
        self.unpacked, self.elements, self.left = unpacked, elements, _MOST_LEFT

    def read(self, opened: IO[bytes], *, is_sheet: bool) -> bytes:
        """A part whole, of a sheet without what is blank."""
        pieces: list[bytes] = []
        rest = b""
        while piece := opened.read(_PIECE):
            self.unpacked -= len(piece)
            if self.unpacked < 0:
                raise Refused("unpacked")
            rest += piece
            # Before the last of these every element is whole.
            end = rest.rfind(b"<") if is_sheet else len(rest)
            if end > 0:
                pieces.append(self._kept(rest[:end], is_sheet))
                rest = rest[end:]
            elif len(rest) > self.left:
                raise Refused("unpacked")
        pieces.append(self._kept(rest, is_sheet))
        return b"".join(pieces)

    def _kept(self, text: bytes, is_sheet: bool) -> bytes:
        if is_sheet:
            text = _EMPTY.sub(b"", _BLANK.sub(b"", text))
        self.left -= len(text)
        # An element begins with it, and within text it cannot stand.
        self.elements -= text.count(b"<")
        if self.elements < 0:
            raise Refused("elements")
        if self.left < 0:
            raise Refused("unpacked")
        return text


def _described(text: bytes) -> BareSheet:
    hidden = {int(row) for row in _HIDDEN_ROW.findall(text) + _ROW_HIDDEN.findall(text)}
    columns: set[int] = set()
    for col in _HIDDEN_COLUMNS.findall(text[:_PIECE]):
        first, last = _FIRST.search(col), _LAST.search(col)
        if first and last:
            columns.update(range(int(first[1]), min(int(last[1]), 1000) + 1))
    places = (match[1].decode() for match in _UNRECKONED.finditer(text))
    return BareSheet(sorted(hidden), sorted(columns), frozenset(places))
