"""Who did something, by the name and the position of that day (rule 30)."""

import datetime as dt

from django.db.models import Expression

from accounts.models import Person, User
from nrm_tracker.dated_names import in_one_line, packed, unpacked


def signature(user: User) -> str:
    """How a person stands under what they did: "Nguyễn Văn A, Chủ tịch"."""
    return in_one_line(user.names)


def who_is(path: str) -> Expression:
    """The names of the user at `path`, for a query of columns; `who_was` reads them."""
    return packed(path, User)


def who_was(names: str | None, moment: dt.date | dt.datetime | None) -> str:
    """Who that was at a moment, as `signature` says it; empty where there is nobody."""
    return in_one_line(unpacked(names, moment))


def person_is(path: str) -> Expression:
    """The same of a person, with an account or not."""
    return packed(path, Person)
