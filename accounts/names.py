"""Who did something, by the name and the position of that day (rule 30)."""

import datetime as dt

from django.db.models import Expression, F, Value

from accounts import acted_for
from accounts.models import Person, User
from nrm_tracker import clock
from nrm_tracker.dated_names import in_one_line, joined, packed, unpacked

# After the times in which somebody acted for another.
ACTED = "\x1d"


def signature(user: User) -> str:
    """How a person stands now under what they do: "Nguyễn Văn A, Chủ tịch"."""
    return in_one_line(user.named_on(clock.now()).names)


def who_is(path: str) -> Expression:
    """The names of the user at `path`, for a query of columns; `who_was` reads them."""
    return joined(F(f"{path}__acted_for"), Value(ACTED), packed(path, User))


def who_was(names: str | None, moment: dt.date | dt.datetime | None) -> str:
    """Who that was at a moment, as `signature` says it; empty where there is nobody."""
    acted, _end, names = (names or "").rpartition(ACTED)
    first, second = unpacked(names, moment)
    return in_one_line((acted_for.named(first, acted_for.at(acted, moment)), second))


def person_is(path: str) -> Expression:
    """The same of a person, with an account or not."""
    return packed(path, Person)
