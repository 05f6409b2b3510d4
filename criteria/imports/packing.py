"""The cells of a table as a run keeps them: small, and nothing of the file but what was read."""

import datetime as dt
import json
import zlib
from typing import Any

from nrm_tracker.tables.reading import Table
from nrm_tracker.workbooks import cell_of


def pack(tables: list[Table]) -> bytes:
    return zlib.compress(json.dumps([_plain(table) for table in tables]).encode())


def unpack(packed: bytes) -> list[Table]:
    return [_table(one) for one in json.loads(zlib.decompress(packed))]


def _plain(table: Table) -> dict[str, Any]:
    rows = [
        [
            (
                c.kind,
                c.value.isoformat() if isinstance(c.value, dt.datetime) else c.value,
                c.number_format,
            )
            for c in row
        ]
        for row in table.rows
    ]
    hidden = {name: sorted(getattr(table, name)) for name in ("hidden_rows", "hidden_columns")}
    return {**table._asdict(), **hidden, "rows": rows}


def _table(plain: dict[str, Any]) -> Table:
    blocks = [(left, top, right, bottom) for left, top, right, bottom in plain["merged"]]
    rows = [[cell_of(*cell) for cell in row] for row in plain["rows"]]
    hidden_rows, hidden_columns = (
        frozenset(plain[name]) for name in ("hidden_rows", "hidden_columns")
    )
    name, is_hidden = plain["name"], plain["is_hidden"]
    return Table(name, rows, blocks, hidden_rows, hidden_columns, is_hidden)
