"""Every unit of two lists: of before 01/07/2025, as it stood on its last day, and of since.

A code or a name says nothing without its list: 1,803 codes of before now belong to another name.
"""

import csv
import datetime as dt
import tomllib
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from functools import cache, cached_property
from pathlib import Path

from communes.models import Area, Commune
from communes.units.names import joined_key

DATA = Path(__file__).parent / "data"
# The first day of the second list, on which districts ended.
CHANGE = dt.date(2025, 7, 1)


class UnitLevel(StrEnum):
    PROVINCE = "province"
    DISTRICT = "district"
    COMMUNE = "commune"


@dataclass(frozen=True)
class Unit:
    """One unit. `until` is the first day on which it was no more; a province that stayed as it
    was has neither day and stands in both lists.

    `above` is the code of what it lies in: of a commune of before the district, of one of since the
    province. `successors` are codes of the other list, several where the unit was divided;
    `doubtful` those that the source has, but seem to be those of another unit of the name.
    `other_code` is what another source says.
    """

    level: UnitLevel
    code: str
    kind: str
    name: str
    above: str = ""
    since: dt.date | None = None
    until: dt.date | None = None
    successors: tuple[str, ...] = ()
    doubtful: tuple[str, ...] = ()
    latitude: Decimal | None = None
    longitude: Decimal | None = None
    area_km2: Decimal | None = None
    other_code: str = ""
    source: str = ""

    @property
    def is_of_before(self) -> bool:
        return self.since is None

    @property
    def full_name(self) -> str:
        kinds = Commune.Kind if self.level == UnitLevel.COMMUNE else Area.Designation
        return f"{kinds(self.kind).label} {self.name}"

    def existed_on(self, day: dt.date) -> bool:
        """As far as the lists know: when a unit of before began they do not say."""
        return (self.since is None or self.since <= day) and (
            self.until is None or day < self.until
        )


@dataclass(frozen=True)
class EarlierUnit:
    """A unit that ended before the first list was drawn up, and the code of the unit of that list
    that has its place. Of most neither the day nor the name with its marks is known."""

    kind: str
    key: str
    code: str
    name: str = ""
    until: dt.date | None = None
    source: str = ""


class Directory:
    """Both lists, by code."""

    def __init__(self) -> None:
        provinces = [*_units("provinces", UnitLevel.PROVINCE)]
        self.provinces_before = {one.code: one for one in provinces if one.is_of_before}
        self.provinces = {one.code: one for one in provinces if one.until is None}
        self.districts = {one.code: one for one in _units("districts", UnitLevel.DISTRICT)}
        self.before = {one.code: one for one in _units("communes-before", UnitLevel.COMMUNE)}
        self.after = {one.code: one for one in _units("communes-after", UnitLevel.COMMUNE)}

    def communes(self, *, before: bool) -> dict[str, Unit]:
        return self.before if before else self.after

    def above(self, unit: Unit) -> Unit | None:
        """What the unit lies in."""
        if unit.level == UnitLevel.COMMUNE and unit.is_of_before:
            return self.districts[unit.above]
        provinces = self.provinces_before if unit.is_of_before else self.provinces
        return provinces.get(unit.above)

    def province_of(self, unit: Unit) -> Unit:
        found = self.above(unit)
        return self.province_of(found) if found else unit

    def within(self, unit: Unit, *, before: bool = False) -> list[Unit]:
        """The communes of a province or a district in its own list; of a province that stayed as
        it was those of since, unless those of `before` are asked for."""
        return self._within[unit.level, unit.code, before or bool(unit.until)]

    def districts_of(self, province: Unit) -> list[Unit]:
        """The districts of a province of before, or of all of which one of since was made."""
        codes = {part.code for part in self.predecessors(province) or [province]}
        return [one for one in self.districts.values() if one.above in codes]

    def successors(self, unit: Unit) -> list[Unit]:
        """The units that have its place since 01/07/2025: none for a unit of since."""
        if unit.level == UnitLevel.DISTRICT:
            province = self.provinces_before[unit.above]
            return self.successors(province) or [province]
        units = self.after if unit.level == UnitLevel.COMMUNE else self.provinces
        return [units[code] for code in unit.successors]

    def predecessors(self, unit: Unit) -> list[Unit]:
        """The units of before of which a unit of since was made, wholly or in part."""
        return [] if unit.is_of_before else self._predecessors[unit.level, unit.code]

    def where(self, unit: Unit) -> str:
        """The full name with all that the unit lies in."""
        above = self.above(unit)
        return f"{unit.full_name}, {self.where(above)}" if above else unit.full_name

    @cached_property
    def earlier(self) -> list[EarlierUnit]:
        """What is known of a unit by hand takes the place of what the package has of it."""
        known = [
            EarlierUnit(
                row["kind"],
                joined_key(row["name"]),
                row["code"],
                row["name"],
                _day(row["until"]),
                row["source"],
            )
            for row in _rows("known-steps")
        ]
        named = {(one.kind, one.key, one.code) for one in known}
        rest = [
            EarlierUnit(row["kind"], row["key"], row["code"], source=row["source"])
            for row in _rows("earlier-names")
            if (row["kind"], row["key"], row["code"]) not in named
        ]
        return known + rest

    @cached_property
    def _within(self) -> dict[tuple[UnitLevel, str, bool], list[Unit]]:
        found = defaultdict(list)
        for one in self.before.values():
            district = self.districts[one.above]
            found[UnitLevel.DISTRICT, district.code, True].append(one)
            found[UnitLevel.PROVINCE, district.above, True].append(one)
        for one in self.after.values():
            found[UnitLevel.PROVINCE, one.above, False].append(one)
        return found

    @cached_property
    def _predecessors(self) -> dict[tuple[UnitLevel, str], list[Unit]]:
        found = defaultdict(list)
        for one in (*self.provinces_before.values(), *self.before.values()):
            for code in one.successors:
                found[one.level, code].append(one)
        return found


@cache
def directory() -> Directory:
    """Read once a process, when somebody first asks: a quarter of a second."""
    return Directory()


@cache
def sources() -> dict[str, str]:
    """What the short names of sources stand for."""
    return tomllib.loads((DATA / "sources.toml").read_text("utf-8"))


def _units(name: str, level: UnitLevel) -> Iterator[Unit]:
    for row in _rows(name):
        successors, doubtful = (
            codes.split("|") if (codes := row.get(column)) else []
            for column in ("successors", "doubtful")
        )
        yield Unit(
            level=level,
            code=row["code"],
            kind=row["kind"],
            name=row["name"],
            above=row.get("district") or row.get("province", ""),
            since=_day(row.get("since")),
            until=_day(row.get("until")),
            successors=tuple(one for one in successors if one not in doubtful),
            doubtful=tuple(doubtful),
            latitude=_number(row.get("latitude")),
            longitude=_number(row.get("longitude")),
            area_km2=_number(row.get("area_km2")),
            other_code=row.get("other_code", ""),
            source=row["source"],
        )


def _rows(name: str) -> Iterator[dict[str, str]]:
    with (DATA / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def _day(text: str | None) -> dt.date | None:
    return dt.date.fromisoformat(text) if text else None


def _number(text: str | None) -> Decimal | None:
    return Decimal(text) if text else None
