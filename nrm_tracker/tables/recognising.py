"""Which column of a table is what, by how offices call it; in doubt a person decides."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz import fuzz

from nrm_tracker.text import search_key

# Below this likeness, of a hundred, a name is another name.
NEAR = 80
# Names of communes are short: of those so far alike a person is asked.
OFFERED = 70


@dataclass(frozen=True)
class Field:
    """What a column may hold: its key, and what offices call it."""

    key: str
    names: tuple[str, ...]


@dataclass(frozen=True)
class Guess:
    """A field that a column is taken for; not sure where its name says only something like it."""

    key: str
    is_sure: bool


def recognise(labels: Sequence[str], fields: Iterable[Field]) -> dict[int, Guess]:
    """What each column is, by its place from 0; each field once, for the column most like it."""
    likely = [
        (_likeness(_key(label), field), -place, field.key)
        for field in fields
        for place, label in enumerate(labels)
        if label
    ]
    found: dict[int, Guess] = {}
    taken: set[str] = set()
    for likeness, negative, key in sorted(likely, reverse=True):
        if likeness >= NEAR and -negative not in found and key not in taken:
            found[-negative] = Guess(key, is_sure=likeness > 100)
            taken.add(key)
    return found


def digest(labels: Sequence[str]) -> str:
    """By what a head is known again, however its letters are marked."""
    return hashlib.sha256("\n".join(map(search_key, labels)).encode()).hexdigest()


def near(name: str, known: Iterable[str], *, most: int = 3) -> list[str]:
    """Those of the known names that are most like `name`, the likest first."""
    key = search_key(name)
    scored = [(fuzz.ratio(key, search_key(one)), one) for one in dict.fromkeys(known)]
    scored.sort(key=lambda pair: (-pair[0], pair[1]))
    return [one for score, one in scored[:most] if score >= OFFERED]


@lru_cache(maxsize=4096)
def _key(name: str) -> str:
    return search_key(name)


def _likeness(label: str, field: Field) -> float:
    """102 for its very name, over 100 where it is most of the label, else of a hundred."""
    best = 0.0
    for name in map(_key, field.names):
        if label == name:
            return 102
        if f" {name} " in f" {label} ":
            # The more of the label it is, the surer.
            best = max(best, 100 + len(name) / len(label) if len(name) * 2 > len(label) else 95)
        best = max(best, fuzz.ratio(label, name) if len(name) > 3 else 0)
    return best
