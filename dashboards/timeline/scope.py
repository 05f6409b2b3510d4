"""Whose timeline it is, and which rows of a table belong to it at a moment."""

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.db.models import QuerySet

from accounts.access import Access
from accounts.models import Ability, Person
from communes.models import Commune
from criteria.models import Criterion
from criteria.progress.moment import Moment
from nrm_tracker import clock

FIRST_DAY = dt.date(1900, 1, 1)


class Scope(NamedTuple):
    """Whose timeline it is, at which moment, and for whose eyes, in plain values: see `scope_of`.

    A commune and a criterion together are a cell; a person's is what the account wrote.
    """

    day: dt.date
    # The end of the last day whose entries are told.
    said_before: dt.datetime
    known_before: dt.datetime | None
    area_ids: Collection[int]
    # Where personal data are shown; everywhere, where `sees_personal`.
    personal_areas: Collection[int] = ()
    personal_communes: Collection[int] = ()
    sees_personal: bool = False
    commune_id: int | None = None
    criterion_id: int | None = None
    criterion_number: int | None = None
    criterion_name: str = ""
    person_id: int | None = None
    user_id: int | None = None

    @property
    def shape(self) -> tuple[bool, bool, bool]:
        """By what it is told which tables have something to tell."""
        return bool(self.commune_id), bool(self.criterion_id), bool(self.person_id)

    def within(
        self, found: QuerySet, commune: str, criterion: str = "", by: str = ""
    ) -> QuerySet | None:
        """Those of `found` that belong here, by the paths to what they are about and by whom."""
        if (self.criterion_id and not criterion) or (self.person_id and not by):
            return None
        if self.commune_id:
            found = found.filter(**{commune: self.commune_id})
        else:
            found = found.filter(**{f"{commune}__area__in": self.area_ids})
        if self.criterion_id:
            found = found.filter(**{criterion: self.criterion_id})
        if self.person_id:
            found = found.filter(**{by: self.user_id})
        return found

    def true(self, found: QuerySet | None, on: str, at: str) -> QuerySet | None:
        """Those that were true by the day, as far as known."""
        if found is None:
            return None
        found = found.filter(**{f"{on}__lte": self.day})
        return found.filter(**{f"{at}__lt": self.known_before}) if self.known_before else found

    def said(self, found: QuerySet | None, at: str) -> QuerySet | None:
        """Those that were entered by the day."""
        return None if found is None else found.filter(**{f"{at}__lt": self.said_before})


def scope_of(
    access: Access,
    moment: Moment,
    *,
    commune: Commune | None = None,
    criterion: Criterion | None = None,
    person: Person | None = None,
    sees_personal: bool = False,
) -> Scope:
    """The scope of these; a person must have an account."""
    return Scope(
        day=moment.day,
        said_before=clock.end_of(moment.said_until),
        known_before=moment.known_before,
        area_ids=access.areas if person else access.shown,
        personal_areas=access.areas_for(Ability.PERSONAL),
        personal_communes=access.communes_for(Ability.PERSONAL),
        sees_personal=sees_personal,
        commune_id=commune.pk if commune else None,
        criterion_id=criterion.pk if criterion else None,
        criterion_number=criterion.number if criterion else None,
        criterion_name=criterion.short_name if criterion else "",
        person_id=person.pk if person else None,
        user_id=person.user_id if person else None,
    )


class Entered(NamedTuple):
    """When entries of a timeline were entered, as moments and as days: from the one until before
    the other, or at one moment alone."""

    first_at: dt.datetime | None = None
    before_at: dt.datetime | None = None
    first_on: dt.date | None = None
    before_on: dt.date | None = None
    at: dt.datetime | None = None


def entered_between(
    start: dt.date | None = None, end: dt.date | None = None, at: dt.datetime | None = None
) -> Entered:
    """On these days, the last of them too."""
    last = min(end, clock.today()) if end else None
    return Entered(
        first_at=clock.at(max(start, FIRST_DAY), 0) if start else None,
        before_at=clock.end_of(last) if last else None,
        first_on=start,
        before_on=last + dt.timedelta(days=1) if last else None,
        at=at,
    )


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

    def during(self, entered: Entered) -> QuerySet:
        """Its rows that were entered then."""
        assert self.found is not None  # noqa: S101 only those that tell are asked
        found = self.found
        if self.is_day:
            first, before = entered.first_on, entered.before_on
        else:
            first, before = entered.first_at, entered.before_at
        if first:
            found = found.filter(**{f"{self.at}__gte": first})
        if before:
            found = found.filter(**{f"{self.at}__lt": before})
        if entered.at:
            found = found.none() if self.is_day else found.filter(**{self.at: entered.at})
        return found
