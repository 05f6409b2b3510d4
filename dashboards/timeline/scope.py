"""Whose timeline it is, and which rows of a table belong to it at a moment."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from accounts.access import Access
from accounts.models import Person
from communes.models import Commune
from criteria.models import Criterion
from criteria.progress.moment import Moment
from nrm_tracker import clock

FIRST_DAY = dt.date(1900, 1, 1)


@dataclass(frozen=True)
class Scope:
    """Whose timeline it is, at which moment, and for whose eyes.

    A commune and a criterion together are a cell; a person's is what the account wrote, so that
    the person must have one. `sees_personal`: all evidence of it.
    """

    access: Access
    moment: Moment
    commune: Commune | None = None
    criterion: Criterion | None = None
    person: Person | None = None
    sees_personal: bool = False

    @property
    def said_before(self) -> dt.datetime:
        """The end of the last day whose entries are told."""
        return clock.end_of(self.moment.said_until)

    @property
    def known_before(self) -> dt.datetime | None:
        return self.moment.known_before

    def within(
        self, found: QuerySet, commune: str, criterion: str = "", by: str = ""
    ) -> QuerySet | None:
        """Those of `found` that belong here, by the paths to what they are about and by whom."""
        if (self.criterion and not criterion) or (self.person and not by):
            return None
        if self.commune:
            found = found.filter(**{commune: self.commune})
        else:
            areas = self.access.areas if self.person else self.access.shown
            found = found.filter(**{f"{commune}__area__in": areas})
        if self.criterion:
            found = found.filter(**{criterion: self.criterion})
        if self.person:
            found = found.filter(**{by: self.person.user_id})
        return found

    def true(self, found: QuerySet | None, on: str, at: str) -> QuerySet | None:
        """Those that were true by the day, as far as known."""
        if found is None:
            return None
        found = found.filter(**{f"{on}__lte": self.moment.day})
        return found.filter(**{f"{at}__lt": self.known_before}) if self.known_before else found

    def said(self, found: QuerySet | None, at: str) -> QuerySet | None:
        """Those that were entered by the day."""
        return None if found is None else found.filter(**{f"{at}__lt": self.said_before})


@dataclass(frozen=True)
class TimelinePart:
    """What one table tells: its rows, None where it has none to tell here, and its columns.

    What is dear to put together is given as a function: it is, where a page has rows of the table.
    """

    found: QuerySet | None
    at: str
    columns: dict[str, Any]
    # Whether all that is known of the moment of entry is a day.
    is_day: bool = False

    def composed(self) -> dict[str, Any]:
        """The columns as paths and expressions."""
        return {name: made() if callable(made) else made for name, made in self.columns.items()}

    def between(
        self, start: dt.date | None, end: dt.date | None, at: dt.datetime | None = None
    ) -> QuerySet:
        """Its rows that were entered on these days, or at this moment alone."""
        assert self.found is not None  # noqa: S101 `Timeline` asks only those that tell
        found = self.found
        if start:
            first = start if self.is_day else clock.at(max(start, FIRST_DAY), 0)
            found = found.filter(**{f"{self.at}__gte": first})
        if end:
            last = min(end, clock.today())
            after = last + dt.timedelta(days=1) if self.is_day else clock.end_of(last)
            found = found.filter(**{f"{self.at}__lt": after})
        if at:
            found = found.none() if self.is_day else found.filter(**{self.at: at})
        return found
