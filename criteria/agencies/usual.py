"""Which agencies an area of a kind usually has, and for what they answer: a proposal, no rule."""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path


@dataclass(frozen=True)
class UsualAgency:
    """One agency of the proposal, with the criteria and indicators of a set by their numbers."""

    name: str
    short_name: str
    answers: tuple[str, ...]


def usual_agencies(kind: str, set_code: str) -> list[UsualAgency]:
    return [
        UsualAgency(one["name"], one["short_name"], tuple(one["answers"].get(set_code, ())))
        for one in _file()["agency"]
        if one["kind"] == kind
    ]


def usual_source() -> str:
    """What stands as the source of what was taken over from the proposal."""
    return str(_file()["source"])


@cache
def _file() -> dict:
    return tomllib.loads(Path(__file__).with_name("usual.toml").read_text("utf-8"))
