"""What a page on which minutes are typed shows: a form for each entry, and one for the next."""

from typing import Any

from django.db.models import QuerySet

from meetings.minutes.forms import Choices, MinutesLine, line_of
from meetings.models import Entry, WorkingSession
from nrm_tracker.templatetags.remembered import Packed


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
    # Few people write the minutes: each is read once.
    stored = shown.prefetch_related("written_by").order_by("position", "pk")
    lines = [line_of(one) for one in stored]
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
