"""A table as text: CSV as programs of different countries write it, or cells pasted from Excel."""

import csv
import io
import unicodedata
from collections import Counter

from nrm_tracker.bounded.refused import Refused
from nrm_tracker.legacy_text import TCVN3_FONT, by_font, is_tcvn3

# A Vietnamese Excel parts by semicolons, for the comma is its decimal mark.
_MARKS = "\t;,"
_LOOKED_AT = 200
_HEAD = 4096


def rows_of(content: bytes) -> list[list[str]]:
    """Its rows as texts, blank at the end left out. Refuses "kind", "ods" and "damaged"."""
    text = _text(content)
    try:
        rows = _parted(text, _mark(text))
    except csv.Error as error:
        raise Refused("damaged") from error
    if is_tcvn3(text):
        rows = [[by_font(cell, TCVN3_FONT) for cell in row] for row in rows]
    while rows and not any(rows[-1]):
        rows.pop()
    return rows


def _text(content: bytes) -> str:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", "replace")
    if content.startswith(b"<?xml"):
        # A flat workbook of LibreOffice, or of Excel from before .xlsx.
        raise Refused("ods" if b"opendocument" in content[:_HEAD] else "kind")
    if b"\0" in content or content.startswith((b"%PDF", b"{\\rtf")):
        raise Refused("kind")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        old = content.decode("latin-1")
        return old if is_tcvn3(old) else content.decode("cp1258", "replace")


def _mark(text: str) -> str:
    """The mark that parts most rows alike."""
    start = "\n".join(text.splitlines()[:_LOOKED_AT])
    return max(_MARKS, key=lambda mark: _alike(_parted(start, mark)))


def _alike(rows: list[list[str]]) -> int:
    """How many rows have the same number of cells, where that is more than one."""
    counts = Counter(len(row) for row in rows if len(row) > 1)
    return max(counts.values(), default=0)


def _parted(text: str, mark: str) -> list[list[str]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=mark)
    return [[unicodedata.normalize("NFC", cell).strip() for cell in row] for row in reader]
