"""What somebody chose of the lists becomes rows, all or none; nothing that is there is changed."""

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from itertools import chain, count

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from communes.models import Area, Commune
from communes.units.directory import CHANGE, Unit, UnitLevel, directory, sources
from communes.units.matching import Matching, Selection
from communes.units.names import bare_key
from nrm_tracker import revision

# With a code and a number behind it an address still has its 80 letters.
LONGEST_SLUG = 60


@dataclass
class MadeReport:
    """What was made, what was there, and what is there but otherwise than in the lists."""

    areas: list[Area] = field(default_factory=list)
    communes: list[Commune] = field(default_factory=list)
    # The rows of all chosen areas, made or found.
    area_of: dict[Unit, Area] = field(default_factory=dict)
    found_areas: int = 0
    found_communes: int = 0
    links: int = 0
    differences: list[str] = field(default_factory=list)


@transaction.atomic
def make(selection: Selection, *, region: str = "") -> MadeReport:
    """Make the areas and communes that are missing, and say which took the place of which.

    `region` is that of the areas made: the lists do not say it.
    """
    # Whoever makes at the same moment waits here, and then finds what was made.
    revision.bump()
    there = Matching(selection)
    report = MadeReport(
        found_areas=len(selection.areas) - len(there.missing_areas),
        found_communes=len(there.communes),
        differences=there.differences(),
    )
    report.areas = _make_areas(there, region)
    report.communes = _make_communes(there)
    report.area_of = {unit: there.areas[unit] for unit in selection.areas}
    report.links = _link_areas(there, report.areas) + _link_communes(there, report)
    return report


def _make_areas(there: Matching, region: str) -> list[Area]:
    made = []
    for level in (UnitLevel.PROVINCE, UnitLevel.DISTRICT):
        units = [unit for unit in there.missing_areas if unit.level == level]
        _refuse_taken_codes(units)
        rows = Area.objects.bulk_create(_area(unit, there, region) for unit in units)
        there.areas |= zip(units, rows, strict=True)
        made += rows
    return made


def _refuse_taken_codes(units: list[Unit]) -> None:
    """An area of another name or kind that has neither begun nor ended on a day keeps the code."""
    taken = {
        (row.code, row.established_on): row
        for row in Area.objects.filter(code__in={unit.code for unit in units})
    }
    for unit in units:
        if row := taken.get((unit.code, unit.since)):
            message = _("The code %(code)s belongs to %(area)s here. Say there since which day.")
            raise ValidationError(message % {"code": unit.code, "area": row})


def _area(unit: Unit, there: Matching, region: str) -> Area:
    above = directory().above(unit)
    return Area(
        code=unit.code,
        kind=Area.Kind.DISTRICT if unit.level == UnitLevel.DISTRICT else Area.Kind.PROVINCE,
        designation=unit.kind,
        name=unit.name,
        parent=there.areas[above] if above else None,
        region=region,
        established_on=unit.since,
        dissolved_on=unit.until,
        source=_source(unit),
    )


def _make_communes(there: Matching) -> list[Commune]:
    units = there.missing_communes
    slugs = _slugs(units)
    rows = [
        Commune(
            area=there.areas[above],
            code=unit.code,
            name=unit.name,
            kind=unit.kind,
            slug=next(slugs),
            established_on=unit.since,
            dissolved_on=unit.until,
            latitude=unit.latitude,
            longitude=unit.longitude,
            area_km2=unit.area_km2,
            source=_source(unit),
        )
        for unit in units
        if (above := directory().above(unit))
    ]
    there.communes |= zip(units, Commune.objects.bulk_create(rows), strict=True)
    return rows


def _slugs(units: list[Unit]) -> Iterator[str]:
    """An address for each: its name, then with its code, then also with the year of its list. One
    that the reference files give to a unit is that unit's."""
    reserved = _reference_slugs()
    taken = set(Commune.objects.values_list("slug", flat=True))
    kept = set(reserved.values())
    for unit in units:
        name = bare_key(unit.name).replace(" ", "-")
        year = CHANGE.year if unit.since else CHANGE.year - 1
        plain = (name, f"{name}-{unit.code}", f"{name}-{unit.code}-{year}")
        own = reserved.get((unit.above, unit.code))
        free = (slug for slug in plain if slug not in kept)
        slug = next(one for one in (own, *free) if one and one not in taken)
        taken.add(slug)
        yield slug


def free_slug(commune: Commune) -> str:
    """The address of a commune that is in no list: its name, then with its code, then with a
    number."""
    name = bare_key(commune.name).replace(" ", "-")[:LONGEST_SLUG]
    kept = {*_reference_slugs().values(), *Commune.objects.values_list("slug", flat=True)}
    coded = f"{name}-{commune.code}"
    numbered = (f"{coded}-{number}" for number in count(2))
    return next(one for one in chain((name, coded), numbered) if one not in kept)


@cache
def _reference_slugs() -> dict[tuple[str, str], str]:
    text = (settings.BASE_DIR / "communes/reference/communes.toml").read_text("utf-8")
    return {(one["area"], one["code"]): one["key"] for one in tomllib.loads(text)["commune"]}


def _source(unit: Unit) -> str:
    said = sources()[unit.source]
    if unit.other_code:
        said += "; " + sources()["other-code"] % {"code": unit.other_code}
    return said


def _link_areas(there: Matching, made: list[Area]) -> int:
    links = Area.successors.through
    new = {row.pk for row in made}
    rows = [
        links(from_area=row, to_area=there.areas[heir])
        for unit, row in there.areas.items()
        for heir in directory().successors(unit)
        if heir in there.areas
        and row.dissolved_on
        and (row.pk in new or there.areas[heir].pk in new)
    ]
    return len(links.objects.bulk_create(rows, ignore_conflicts=True))


def _link_communes(there: Matching, report: MadeReport) -> int:
    """Of a row that was there only where nothing was said of who has its place."""
    links = Commune.successors.through
    known: dict[int, set[int]] = {}
    ids = [row.pk for row in there.communes.values()]
    pairs = links.objects.values_list("from_commune", "to_commune")
    for start, end in pairs.filter(from_commune__in=ids) if len(ids) < 500 else pairs:
        known.setdefault(start, set()).add(end)
    rows = []
    for unit, row in there.communes.items():
        heirs = [
            there.communes[one] for one in directory().successors(unit) if one in there.communes
        ]
        if row.pk not in known and row.dissolved_on == CHANGE:
            rows += [links(from_commune=row, to_commune=heir) for heir in heirs]
        elif missing := [one.name for one in heirs if one.pk not in known.get(row.pk, set())]:
            message = _("%(unit)s: %(names)s has its place too in the list")
            names = {"unit": f"{row.full_name} ({row.code})", "names": ", ".join(missing)}
            report.differences.append(message % names)
    links.objects.bulk_create(rows)
    return len(rows)
