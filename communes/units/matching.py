"""Which rows of the database are which units: what is there is recognised, never made again.

A commune is known by its code and its name; within its area also by one of them alone, as people
mistype. What a row says otherwise than the list is told, and stays as people made it.
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import TypeVar

from django.db.models import Q
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from communes.models import Area, Commune
from communes.units.directory import CHANGE, Unit, UnitLevel, directory
from communes.units.names import marked_key

# With more units than this all rows are read: a query takes only so many codes.
MANY = 500
Key = TypeVar("Key")


@dataclass(frozen=True)
class Selection:
    """The units that somebody chose, in the order in which they are made."""

    provinces: tuple[Unit, ...]
    districts: tuple[Unit, ...]
    communes: tuple[Unit, ...]

    @property
    def areas(self) -> tuple[Unit, ...]:
        return self.provinces + self.districts


def select(unit: Unit, *, both: bool = False, before: bool = False) -> Selection:
    """A province or a district, with what lies in it; `both` adds those of the other list that
    have its communes' place, or that they were made of. `before` is that list of a province that
    stands in both."""
    known = directory()
    before = before or bool(unit.until)
    communes = known.within(unit, before=before)
    if both:
        other = known.successors if before else known.predecessors
        communes = [*communes, *dict.fromkeys(one for of in communes for one in other(of))]
    districts = dict.fromkeys([unit] if unit.level == UnitLevel.DISTRICT else [])
    if unit.level == UnitLevel.PROVINCE and before:
        districts |= dict.fromkeys(known.districts_of(unit))
    above = [one for one in map(known.above, communes) if one]
    districts |= dict.fromkeys(one for one in above if one.level == UnitLevel.DISTRICT)
    provinces = dict.fromkeys(known.province_of(one) for one in [unit, *above])
    return Selection(tuple(provinces), tuple(districts), tuple(communes))


def everything() -> Selection:
    known = directory()
    provinces = dict.fromkeys([*known.provinces_before.values(), *known.provinces.values()])
    communes = (*known.before.values(), *known.after.values())
    return Selection(tuple(provinces), tuple(known.districts.values()), communes)


def unit_of(area_id: int) -> Unit | None:
    """The unit of the lists that an area of the database is: one query."""
    area = Area.objects.only("kind", "code", "name", "dissolved_on").get(pk=area_id)
    known = directory()
    if area.kind == Area.Kind.DISTRICT:
        found = known.districts.get(area.code)
    elif area.dissolved_on:
        found = known.provinces_before.get(area.code)
    else:
        found = known.provinces.get(area.code)
    return found if found and marked_key(found.name) == marked_key(area.name) else None


class Matching:
    """The rows that are there, by unit, at the moment of asking."""

    def __init__(self, selection: Selection) -> None:
        self.selection = selection
        known = directory()
        heirs = [one for unit in selection.areas for one in known.successors(unit)]
        parts = [one for unit in selection.provinces for one in known.predecessors(unit)]
        districts = [one for unit in selection.provinces for one in known.districts_of(unit)]
        # Of those that were not chosen only the rows that are there, to be linked.
        wanted = dict.fromkeys([*selection.areas, *heirs, *parts, *districts])
        rows = [*Area.objects.filter(code__in={unit.code for unit in wanted})]
        self.areas = {unit: area for unit in wanted if (area := _area_of(unit, rows))}
        self.communes: dict[Unit, Commune] = {}
        # A row that one unit is by code and name is no other by one of them.
        for rows_like in (self._named_alike, self._named_in_its_area, self._coded_in_its_area):
            taken = {row.pk for row in self.communes.values()}
            for unit in self.missing_communes:
                free = (row for row in rows_like(unit) if row.pk not in taken)
                if found := next(free, None):
                    self.communes[unit] = found

    @property
    def missing_areas(self) -> list[Unit]:
        return [unit for unit in self.selection.areas if unit not in self.areas]

    @property
    def missing_communes(self) -> list[Unit]:
        return [unit for unit in self.selection.communes if unit not in self.communes]

    def differences(self) -> list[str]:
        """What rows say otherwise than the lists, a sentence each."""
        told = [
            sentence
            for unit in self.selection.areas
            if unit in self.areas
            for sentence in _area_differences(self.areas[unit], unit)
        ]
        return told + [
            sentence
            for unit, row in self.communes.items()
            for sentence in self._commune_differences(row, unit)
        ]

    def _named_alike(self, unit: Unit) -> list[Commune]:
        key = marked_key(unit.name)
        rows = self._rows.get((unit.is_of_before, unit.code), [])
        return [row for row in rows if marked_key(row.name) == key]

    def _named_in_its_area(self, unit: Unit) -> list[Commune]:
        area = self._area_above(unit)
        area_id = area.pk if area else None
        key = (unit.is_of_before, area_id, marked_key(unit.name), unit.kind)
        return [row for row in self._named.get(key, []) if _lasts(row, unit)]

    def _coded_in_its_area(self, unit: Unit) -> list[Commune]:
        area = self._area_above(unit)
        rows = self._rows.get((unit.is_of_before, unit.code), [])
        return [row for row in rows if row.area == area and _lasts(row, unit)]

    def _area_above(self, unit: Unit) -> Area | None:
        above = directory().above(unit)
        return self.areas.get(above) if above else None

    @cached_property
    def _found(self) -> list[Commune]:
        rows = Commune.objects.select_related("area").order_by("pk")
        codes = {unit.code for unit in self.selection.communes}
        if len(codes) < MANY:
            rows = rows.filter(Q(code__in=codes) | Q(area__in=list(self.areas.values())))
        return [*rows]

    @cached_property
    def _rows(self) -> dict[tuple[bool, str], list[Commune]]:
        return _grouped(((_is_of_before(row), row.code), row) for row in self._found)

    @cached_property
    def _named(self) -> dict[tuple[bool, int | None, str, str], list[Commune]]:
        return _grouped(
            ((_is_of_before(row), row.area_id, marked_key(row.name), row.kind), row)
            for row in self._found
        )

    def _commune_differences(self, row: Commune, unit: Unit) -> list[str]:
        pairs = [
            *_names(row, unit),
            (_("kind"), row.get_kind_display(), str(Commune.Kind(unit.kind).label)),
            (_("dissolved on"), _day(row.dissolved_on), _day(unit.until)),
        ]
        # When a unit of before began its list does not say.
        if unit.since:
            pairs.append((_("established on"), _day(row.established_on), _day(unit.since)))
        above = directory().above(unit)
        if above and row.area != self.areas.get(above):
            pairs.append((_("area"), str(row.area), above.full_name))
        return _told(f"{row.full_name} ({row.code})", pairs)


def _area_of(unit: Unit, rows: Iterable[Area]) -> Area | None:
    kind = Area.Kind.DISTRICT if unit.level == UnitLevel.DISTRICT else Area.Kind.PROVINCE
    fitting = [row for row in rows if row.code == unit.code and row.kind == kind]
    if unit.level == UnitLevel.PROVINCE and unit.until:
        fitting = [row for row in fitting if row.dissolved_on]
    elif unit.level == UnitLevel.PROVINCE:
        fitting = [row for row in fitting if not row.dissolved_on]
        fitting.sort(key=lambda row: row.established_on != unit.since)
    return next(iter(fitting), None)


def _is_of_before(row: Commune) -> bool:
    ended = row.dissolved_on is not None and row.dissolved_on <= CHANGE
    return ended or row.area.kind == Area.Kind.DISTRICT


def _lasts(row: Commune, unit: Unit) -> bool:
    """Whether the row may be the unit under another name or code: one that had gone earlier, as
    Kỳ Lâm whose code Lâm Hợp took over, is none."""
    return row.dissolved_on is None or row.dissolved_on == unit.until


def _area_differences(row: Area, unit: Unit) -> list[str]:
    pairs = _names(row, unit)
    pairs.append((_("dissolved on"), _day(row.dissolved_on), _day(unit.until)))
    if row.designation:
        label = str(Area.Designation(unit.kind).label)
        pairs.append((_("called"), row.get_designation_display(), label))
    return _told(f"{row} ({row.code})", pairs)


def _names(row: Area | Commune, unit: Unit) -> list[tuple[str, str, str]]:
    """The place of a tone is no difference."""
    same = marked_key(row.name) == marked_key(unit.name)
    return [
        (_("name"), row.name, row.name if same else unit.name),
        (_("code"), row.code, unit.code),
    ]


def _told(of: str, pairs: Iterable[tuple[str, str, str]]) -> list[str]:
    sentence = _("%(unit)s, %(field)s: %(here)s here, %(listed)s in the list")
    return [
        sentence % {"unit": of, "field": field, "here": here or "–", "listed": listed or "–"}
        for field, here, listed in pairs
        if here != listed
    ]


def _day(day: dt.date | None) -> str:
    return date_format(day, "d/m/Y") if day else ""


def _grouped(pairs: Iterable[tuple[Key, Commune]]) -> dict[Key, list[Commune]]:
    found: dict[Key, list[Commune]] = {}
    for key, row in pairs:
        found.setdefault(key, []).append(row)
    return found
