"""Entries that were written in one go, told together: twenty results of one sitting are one row."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple
from urllib.parse import urlencode

from django.utils.translation import gettext

from criteria.models import Result
from dashboards.timeline.entries import Event
from nrm_tracker.alike import FEWEST

# So many entries of one act are told in its row; the others are pages of their own.
MOST_TOLD = 20


class ActKey(NamedTuple):
    """Which act it is: of which part of the history, written when, true on which day; its last
    row, and how many it has."""

    kind: str
    part: int
    at: dt.datetime
    on: dt.date | None
    pk: int
    size: int


@dataclass(frozen=True)
class Act:
    """Entries of one kind, day and moment: `count` of them, of which `events` are told."""

    events: list[Event]
    count: int
    # What the address of its page carries on.
    query: str = ""

    @classmethod
    def of(cls, events: list[Event], count: int, query: str) -> "Act":
        """Few entries newest first, many by their criterion."""
        if count >= FEWEST:
            events = sorted(events, key=lambda event: (event.row.number or 0, event.row.pk))
        return cls(events, count, query)

    @property
    def is_folded(self) -> bool:
        return self.count >= FEWEST

    @property
    def first(self) -> Event:
        return self.events[0]

    @property
    def left(self) -> int:
        """How many more there are than are told."""
        return self.count - len(self.events)

    @property
    def address(self) -> str:
        """All entries of the act, one by one."""
        row = self.first.row
        asked = urlencode({"at": row.at.astimezone(dt.UTC).isoformat(), "kinds": row.kind})
        return f"{self.query}{'&' if self.query else '?'}{asked}#history"

    @property
    def what(self) -> str:
        return self._shared(lambda event: event.what) or gettext("Several entries")

    @property
    def papers(self) -> str:
        return self._shared(lambda event: event.papers)

    @property
    def why(self) -> str:
        return self._shared(lambda event: event.row.why)

    @property
    def no_evidence(self) -> str:
        return self._shared(lambda event: event.row.no_evidence)

    @property
    def missed_round(self) -> int | None:
        found: int | None = self._shared(lambda event: event.row.missed_round) or None
        return found

    @property
    def by(self) -> str:
        return self._shared(lambda event: event.by)

    @cached_property
    def communes(self) -> list[str]:
        return list(dict.fromkeys(event.commune for event in self.events))

    @cached_property
    def numbers(self) -> list[int]:
        """The criteria that it is about, by number."""
        return _numbers(self.events)

    @property
    def by_result(self) -> list[tuple[str, list[int], list[str]]]:
        """Which criteria, of which communes, got which result, in the order of rule 1."""
        found = []
        for result in Result.values:
            events = [event for event in self.events if event.result == result]
            if events:
                communes = list(dict.fromkeys(event.commune for event in events))
                found.append((result, _numbers(events), communes))
        return found

    def _shared(self, said: Callable[[Event], Any]) -> Any:
        """What all say, or nothing."""
        told = {said(event) or "" for event in self.events}
        return told.pop() if len(told) == 1 else ""


def _numbers(events: list[Event]) -> list[int]:
    return sorted({event.row.number for event in events if event.row.number})
