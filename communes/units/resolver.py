"""A name as people write it → the unit that is meant, or those that may be; nothing is guessed.

`resolve` takes the parts of a name, `resolve_address` one line. Both say in an `Answer`

- `unit`: the one unit that the words name on that day. Only then need nobody be asked;
- `candidates`: what may be meant, each with the reason why it has to be asked;
- neither: nothing of such a name is known.

A district, or huyện or thị xã in an address, makes it one of before 01/07/2025. Without a day both
lists are looked through, and a name of both comes back as candidates: nothing crosses that day
silently. Where a unit has gone, `directory().successors` tells all that have its place, and a
person chooses. Nothing is asked on the network.
"""

import datetime as dt
import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from rapidfuzz import fuzz, process

from communes.units.directory import CHANGE, Directory, EarlierUnit, Unit, directory
from communes.units.names import bare_key, has_marks, joined_key, marked_key
from nrm_tracker.text import normalize

# Nothing that is called a unit is longer.
LONGEST = 300
# A plain ratio of two bare names, of a hundred: "ky la" and "ky lac" have 91.
NEAR = 80
MOST_SUGGESTED = 5

# How each kind is written before a name, the whole words first.
_KINDS = {
    "province": ("tỉnh", "t"),
    "city": ("thành phố", "tp"),
    "district": ("huyện", "h"),
    "urban_district": ("quận", "q"),
    "town": ("thị xã", "tx"),
    "commune": ("xã", "x"),
    "ward": ("phường", "p"),
    "township": ("thị trấn", "tt"),
    "special_zone": ("đặc khu", "đk"),
}
_COMMUNES = ("commune", "ward", "township", "special_zone")
_DISTRICTS = ("district", "urban_district", "town", "city")
_PROVINCES = ("province", "city")


class Why(StrEnum):
    """Why a candidate has to be asked."""

    SEVERAL = "several"  # others of the same name
    OTHER_KIND = "other-kind"  # called xã here, thị trấn there
    OTHER_MARKS = "other-marks"  # the same letters with other marks
    OTHER_DAY = "other-day"  # not on the day that was asked for
    EARLIER_NAME = "earlier-name"  # the name of a unit that this one took the place of
    NEAR = "near"  # a name much like it


@dataclass(frozen=True)
class Candidate:
    """A unit that may be meant. `earlier` is the unit of that name that it took the place of."""

    unit: Unit
    why: Why
    earlier: EarlierUnit | None = None


@dataclass(frozen=True)
class Answer:
    unit: Unit | None = None
    candidates: tuple[Candidate, ...] = ()

    def __bool__(self) -> bool:
        """Whether something is known of the name."""
        return bool(self.unit or self.candidates)


@dataclass(frozen=True)
class _Reading:
    """A name taken apart: the kind that the words say it is, if any, and the rest."""

    name: str
    kind: str = ""


@dataclass(frozen=True)
class _Found:
    unit: Unit
    why: Why | None = None


def resolve(
    commune: str, *, district: str = "", province: str = "", day: dt.date | None = None
) -> Answer:
    """The commune of that name, within the district and province that are named, on that day."""
    readings = _readings(commune, _COMMUNES)
    if not readings:
        return Answer()
    wanted = _lists(district, day)
    places = _places(district, province)
    found = [one for before in wanted for one in _named(places[before], readings)]
    earlier = _earlier(places[True], readings)
    if len(found) == 1 and not found[0].why:
        unit = found[0].unit
        if day is not None and not unit.existed_on(day):
            return Answer(None, (Candidate(unit, Why.OTHER_DAY),))
        if True not in wanted or all(one.unit == unit for one in earlier):
            return Answer(unit)
    if found:
        asked = [Candidate(one.unit, one.why or Why.SEVERAL) for one in found]
        return Answer(None, _once([*asked, *(earlier if True in wanted else [])]))
    other_days = [
        Candidate(one.unit, Why.OTHER_DAY)
        for before in {True, False}.difference(wanted)
        for one in _named(places[before], readings)
    ]
    if other_days or earlier:
        return Answer(None, _once([*other_days, *earlier]))
    return Answer(None, _near([unit for before in wanted for unit in places[before]], readings))


def resolve_address(address: str, *, day: dt.date | None = None) -> Answer:
    """The commune of an address, its parts apart by commas: "xã Lâm Hợp, huyện Kỳ Anh"."""
    parts = [part for part in map(str.strip, normalize(address)[:LONGEST].split(",")) if part]
    answers = [resolve(name, district=a, province=b, day=day) for name, a, b in _splits(parts)]
    sure = _once(Candidate(one.unit, Why.SEVERAL) for one in answers if one.unit)
    found = [one for answer in answers for one in answer.candidates]
    asked = _once([*sure, *sorted(found, key=lambda one: [*Why].index(one.why))])
    same_name = [one for one in asked if one.why == Why.SEVERAL]
    if len(sure) == 1 and len(same_name) == 1:
        return Answer(sure[0].unit)
    return Answer(None, tuple(one for one in asked if one.why != Why.NEAR) or asked)


def areas_named(name: str, *, before: bool) -> list[Unit]:
    """The provinces of a list, and of before its districts, of that code or name, best fit only."""
    known = directory()
    provinces = known.provinces_before if before else known.provinces
    places = {**provinces, **(known.districts if before else {})}
    if name.strip() in places:
        return [places[name.strip()]]
    kinds = tuple(dict.fromkeys(_PROVINCES + (_DISTRICTS if before else ())))
    return [one.unit for one in _named(places.values(), _readings(name, kinds))]


def areas_like(words: str) -> list[Unit]:
    """The provinces of today and the districts of before in whose name all words occur, or which
    have that code; if there is none, those of a name much like it."""
    known = directory()
    units = [*known.provinces.values(), *known.districts.values()]
    wanted = bare_key(words).split()
    if not wanted:
        return []
    code = words.strip()
    found = [
        unit
        for unit in units
        if unit.code == code or all(word in bare_key(unit.full_name).split() for word in wanted)
    ]
    return found or [one.unit for one in _near(units, _readings(words, _PROVINCES + _DISTRICTS))]


def code_named(code: str, day: dt.date) -> Unit | None:
    """The commune that bore the code on that day, as far as the two lists know."""
    known = directory()
    return (known.before if day < CHANGE else known.after).get(code)


def code_fits(code: str, name: str, day: dt.date) -> bool:
    """Whether code and name are of one commune on that day; of before also by an earlier name."""
    unit = code_named(code, day)
    if unit is None:
        return False
    readings = _readings(name, _COMMUNES)
    named = {marked_key(one.name) for one in readings}
    joined = {joined_key(one.name) for one in readings}
    earlier = {one.key for one in directory().earlier if one.code == code and day < CHANGE}
    return marked_key(unit.name) in named or bool(earlier & joined)


def _lists(district: str, day: dt.date | None) -> tuple[bool, ...]:
    """Which lists are looked through: True is that of before. A district is of before, whatever
    day was asked for."""
    if district:
        return (True,)
    return (True, False) if day is None else (day < CHANGE,)


def _places(district: str, province: str) -> dict[bool, list[Unit]]:
    """The communes of both lists within what is named, those of before under True. A province is
    also those that it was made of, or that has its place; a district what was made of it."""
    known = directory()
    districts: Iterable[Unit] = known.districts.values()
    after: Iterable[Unit] = known.after.values()
    if province:
        old, new = _provinces(known, province)
        districts = [one for one in districts if one.above in old]
        after = [one for one in after if one.above in new]
    if district:
        districts = [one.unit for one in _named(districts, _readings(district, _DISTRICTS))]
    before = [unit for one in districts for unit in known.within(one)]
    if district:
        after = dict.fromkeys(heir for unit in before for heir in known.successors(unit))
    return {True: before, False: [*after]}


def _provinces(known: Directory, name: str) -> tuple[set[str], set[str]]:
    """The codes of those of before, and of those of since."""
    readings = _readings(name, _PROVINCES)
    old = [one.unit for one in _named(known.provinces_before.values(), readings)]
    new = [one.unit for one in _named(known.provinces.values(), readings)]
    parts = [part for one in new for part in known.predecessors(one)]
    heirs = [heir for one in old for heir in known.successors(one)]
    return {one.code for one in [*old, *parts]}, {one.code for one in [*new, *heirs]}


def _named(units: Iterable[Unit], readings: list[_Reading]) -> list[_Found]:
    """The units of that name; those whose marks or kind differ only where none fits better."""
    wanted: dict[str, list[_Reading]] = {}
    for one in readings:
        wanted.setdefault(bare_key(one.name), []).append(one)
    found = {
        unit: min(_misfit(unit, one) for one in wanted[key])
        for unit in units
        if (key := bare_key(unit.name)) in wanted
    }
    least = min(found.values(), default=0)
    why = (None, Why.OTHER_KIND, Why.OTHER_MARKS, Why.OTHER_MARKS)[least]
    return [_Found(unit, why) for unit, misfit in found.items() if misfit == least]


def _misfit(unit: Unit, reading: _Reading) -> int:
    other_marks = has_marks(reading.name) and marked_key(unit.name) != marked_key(reading.name)
    return 2 * other_marks + bool(reading.kind and unit.kind != reading.kind)


def _earlier(units: list[Unit], readings: list[_Reading]) -> list[Candidate]:
    """The units of before that have the place of an earlier one of that name."""
    here = {unit.code: unit for unit in units}
    wanted = {(joined_key(one.name), one.kind) for one in readings}
    return [
        Candidate(here[one.code], Why.EARLIER_NAME, one)
        for one in directory().earlier
        if one.code in here and ((one.key, "") in wanted or (one.key, one.kind) in wanted)
    ]


def _near(units: list[Unit], readings: list[_Reading]) -> tuple[Candidate, ...]:
    names = [bare_key(unit.name) for unit in units]
    scored = [
        (score, index)
        for one in readings
        for _name, score, index in process.extract(
            bare_key(one.name), names, scorer=fuzz.ratio, score_cutoff=NEAR, limit=MOST_SUGGESTED
        )
    ]
    best = sorted(scored, key=lambda pair: (-pair[0], units[pair[1]].code))
    return _once(Candidate(units[index], Why.NEAR) for _score, index in best)[:MOST_SUGGESTED]


def _once(candidates: Iterable[Candidate]) -> tuple[Candidate, ...]:
    """Each unit once, with the first reason."""
    first: dict[Unit, Candidate] = {}
    for one in candidates:
        first.setdefault(one.unit, one)
    return tuple(first.values())


def _readings(text: str, kinds: tuple[str, ...]) -> list[_Reading]:
    """The name without the kind before it, or else whole: there is a ward called Phường Đúc."""
    text = " ".join(normalize(text)[:LONGEST].split())
    whole = [_Reading(text)] if bare_key(text) else []
    rests = [(kind, _rest(text, kind)) for kind in kinds]
    return [*(_Reading(rest, kind) for kind, rest in rests if bare_key(rest)), *whole]


def _rest(text: str, kind: str) -> str:
    """What comes after the kind; nothing where the text does not begin with it."""
    found = _head(kind).match(text)
    return text[found.end() :] if found else ""


@cache
def _head(kind: str) -> re.Pattern[str]:
    """The kind with or without its marks, or its letters before a point, a space or a figure."""
    words, letters = _KINDS[kind]
    whole = rf"(?:{words}|{bare_key(words)})[ .]\s*"
    return re.compile(rf"{whole}|{letters}(?:\.\s*|\s+|(?=\d))", re.IGNORECASE)


def _splits(parts: list[str]) -> list[tuple[str, str, str]]:
    """Commune, district and province, in each way in which the parts can be read."""
    at = next((n for n, part in enumerate(parts) if _begins(part, _COMMUNES)), None)
    start = max(0, len(parts) - 3) if at is None else at
    name, *above = parts[start : start + 3] or [""]
    if len(above) == 2:
        return [(name, above[0], above[1])]
    if not above:
        return [(name, "", "")]
    if _begins(above[0], ("district", "urban_district", "town")):
        return [(name, above[0], "")]
    if _begins(above[0], ("province",)):
        return [(name, "", above[0])]
    return [(name, above[0], ""), (name, "", above[0])]


def _begins(part: str, kinds: tuple[str, ...]) -> bool:
    return any(_rest(part, kind) for kind in kinds)
