"""What a page on which minutes are typed shows: a form for each entry, and one for the next."""

from dataclasses import fields
from typing import Any

from django.db.models import QuerySet

from accounts.models import User
from meetings.minutes.forms import Choices, MinutesLine, StoredEntry, line_of
from meetings.models import Entry, WorkingSession
from nrm_tracker.templatetags.remembered import Packed

SAID = tuple(field.name for field in fields(StoredEntry) if field.name != "written_by")
# What tells how a person was called at a moment, and in whose place the person acted.
NAMED_BY = (*User.DATED, "earlier_names", "acted_for")


def writing_of(
    session: WorkingSession,
    choices: Choices,
    extra: MinutesLine,
    *,
    entries: QuerySet[Entry] | None = None,
) -> dict[str, Any]:
    """The entries in order, all of the session or some; `extra` in the place of the one that it
    is, or at the end."""
    shown = session.entries.all() if entries is None else entries
    lines = [line_of(one) for one in _stored(shown.order_by("position", "pk"))]
    places = {line.client_id: place for place, line in enumerate(lines)}
    if extra.client_id in places:
        place = places[extra.client_id]
        extra.pk, extra.stored = lines[place].pk, lines[place].stored
        lines[place] = extra
        lines.append(MinutesLine(kind=extra.kind))
    else:
        lines.append(extra)
    return {
        "session": session,
        "lines": lines,
        "blank": MinutesLine(client_id="", commune=extra.commune if entries is not None else ""),
        "choices": Packed(choices.named()),
        "speakers": _speakers(session, lines),
    }


def _speakers(session: WorkingSession, lines: list[MinutesLine]) -> list[str]:
    """Those in the session by rank, then those who spoke."""
    people = [one.name_and_position for one in session.participants.all()]
    return list(dict.fromkeys([*people, *(line.speaker for line in lines if line.speaker)]))


def _stored(entries: QuerySet[Entry]) -> list[StoredEntry]:
    """Few people write the minutes: each is made of what was read once."""
    rows = entries.values_list(*SAID, *(f"written_by__{name}" for name in NAMED_BY))
    writers: dict[tuple[str, ...], User] = {}
    found = []
    for row in rows:
        said: tuple[Any, ...] = row[: len(SAID)]
        named = row[len(SAID) :]
        if named not in writers:
            writers[named] = User(**dict(zip(NAMED_BY, named, strict=True)))
        found.append(StoredEntry(*[*said, writers[named]]))
    return found
