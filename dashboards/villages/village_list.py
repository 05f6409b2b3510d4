"""A list of villages, of a workbook or pasted from one: rows of texts as they are written."""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import IO, NamedTuple

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from criteria.imports.said_cells import shown, spread_down
from nrm_tracker.tables import heads, reading
from nrm_tracker.tables.reading import Table, words
from nrm_tracker.tables.recognising import Field, recognise
from nrm_tracker.text import search_key

# In the order of a list without a head, and how offices head their columns.
FIELDS = (
    Field(
        "commune",
        (
            *("xã", "tên xã", "xã, phường", "tên xã, phường", "xã, phường, thị trấn"),
            *("xã, thị trấn", "đơn vị", "địa phương", "commune"),
        ),
    ),
    Field(
        "village",
        (
            *("thôn", "tên thôn", "thôn, xóm", "tên thôn, xóm", "thôn, bản", "tên thôn, bản"),
            *("xóm", "bản", "ấp", "buôn", "tổ dân phố", "thôn, tổ dân phố", "khu phố"),
            *("tên thôn, tổ dân phố", "khu dân cư", "tên khu dân cư", "village"),
        ),
    ),
    Field("households", ("số hộ", "tổng số hộ", "số hộ dân", "số hộ gia đình", "hộ", "households")),
)
KEYS = tuple(field.key for field in FIELDS)
MOST_ROWS = 2000


class VillageRow(NamedTuple):
    """One village as it is written."""

    commune: str
    village: str
    households: str


@dataclass
class VillageList:
    """What was read; `columns` are the heads that were understood, `unread` the other sheets."""

    rows: list[VillageRow]
    columns: list[str] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        """The list as cells pasted from a spreadsheet, by which it is read again."""
        file = io.StringIO()
        writer = csv.writer(file, delimiter="\t", lineterminator="\n")
        writer.writerow((_("Commune"), _("Village"), _("Households")))
        writer.writerows(self.rows)
        return file.getvalue()


class _Source(NamedTuple):
    """A sheet with the columns from 1 by their fields, what they are called, and the first row."""

    table: Table
    columns: dict[str, int]
    labels: list[str]
    first: int


def read(source: IO[bytes] | str) -> VillageList:
    """The villages of all sheets with a head that names both columns; else of the first sheet, in
    the usual order; hidden sheets only where there are no others. Raises ValidationError where
    there are none."""
    tables = reading.read(source)
    seen = [one for one in tables if not one.is_hidden] or tables
    sources = [one for one in map(_headed, seen) if one] or [_in_order(seen[0])]
    rows = [row for source in sources for row in _rows(source)]
    if not rows:
        raise ValidationError(_("There is no village in the list."))
    if len(rows) > MOST_ROWS:
        said = _("The list has %(count)s rows; at most %(limit)s are taken at once.")
        raise ValidationError(said % {"count": len(rows), "limit": MOST_ROWS})
    read_from = {id(source.table) for source in sources}
    unread = [one.name for one in tables if id(one) not in read_from]
    return VillageList(rows, sources[0].labels, unread)


def _headed(table: Table) -> _Source | None:
    """None where no head names both the commune and the village."""
    head = heads.guess(table, lambda label: bool(recognise([label], FIELDS)))
    if head is None:
        return None
    labels = heads.labels(table, head)
    sure = {one.key: place for place, one in recognise(labels, FIELDS).items() if one.is_sure}
    if not {"commune", "village"} <= sure.keys():
        return None
    columns = {key: sure[key] + 1 for key in KEYS if key in sure}
    called = [labels[column - 1] for column in columns.values()]
    return _Source(table, columns, called, heads.first_row_below(table, head))


def _in_order(table: Table) -> _Source:
    """Without a head: commune, village, households, after running numbers or not."""
    first = [search_key(words(row[0])) for row in table.rows if row and words(row[0])]
    start = 2 if first and all(key.isdecimal() for key in first) else 1
    if table.width <= start:
        raise ValidationError(
            _("Two columns are needed at least, headed as the commune and the village.")
        )
    columns = {key: column for column, key in enumerate(KEYS, start) if column <= table.width}
    return _Source(table, columns, [], 1)


def _rows(source: _Source) -> Iterator[VillageRow]:
    """A row without a commune is of the one above, as where cells are merged."""
    table, above = source.table, ""
    merged = spread_down(table, source.first - 1)
    for number in range(source.first, len(table.rows) + 1):
        said = {
            key: shown(merged.get((number, column), table.cell(number, column)))
            for key, column in source.columns.items()
        }
        above = said["commune"] or above
        if said["village"] or said.get("households"):
            yield VillageRow(above, said["village"], said.get("households", ""))
