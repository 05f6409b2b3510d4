"""Those who take part, as people type and read them: one a line.

A person is "name; position; organisation", a group "- name"; who is absent adds the reason.
Rows pasted from a table of Word or Excel read alike, with or without their numbers.
"""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext

from communes.models import Area
from meetings.models import Participant, WorkingSession
from nrm_tracker.forms import WordsField
from nrm_tracker.legacy_text import decoded
from nrm_tracker.text import pasted, search_key

Part, Presence = Participant.Part, Participant.Presence

# How much of one name, position or organisation is kept, and of a whole list of people.
LONGEST_PART = 300
LONGEST_LIST = 20_000
# How many who came before are offered again, and of how many rows they are the names.
MOST_KNOWN = 60
ROWS_READ = 600
GROUP = "-"
# What stands above the numbers of a table; its row names nobody.
HEADS = ("tt", "stt", "so tt", "no")


class PeopleField(WordsField):
    """People and groups, one a line: "name; position; organisation", or "- group".

    Cleans to unsaved participants. With `absent`, each line ends with the reason.
    """

    def __init__(
        self, *, part: str = Part.ATTENDEE, absent: bool = False, lines: int = 3, **kwargs: Any
    ) -> None:
        self.part, self.absent = part, absent
        super().__init__(limit=LONGEST_LIST, lines=lines, **kwargs)

    def clean(self, value: Any) -> list[Participant]:
        super().clean(value)
        found, problems = [], []
        # Counted as they stand on the page, with the empty ones.
        for number, typed in enumerate(decoded(value or "").splitlines(), start=1):
            line = from_table(pasted(typed))
            if not line:
                continue
            try:
                found.append(read_line(line, self.part, absent=self.absent))
            except ValidationError as error:
                said = gettext("Line %(number)s: %(problem)s")
                problems += [
                    said % {"number": number, "problem": message} for message in error.messages
                ]
        if problems:
            raise ValidationError(problems)
        return found


class KnownField(forms.MultipleChoiceField):
    """Lines that were offered. Each says itself who it is: the offer may have changed since."""

    def valid_value(self, value: str) -> bool:
        if "\x00" in value:
            return False
        try:
            read_line(value)
        except ValidationError:
            return False
        return True


def from_table(row: str) -> str:
    """A row of a table, its cells apart by tabs, as a line; what is no such row, as it is."""
    if "\t" not in row:
        return row
    cells = [cell.strip().replace(";", ",") for cell in row.split("\t")]
    if search_key(cells[0]) in HEADS:
        return ""
    if cells[0].rstrip(".)").isdecimal():
        del cells[0]
    return "; ".join(cells).rstrip("; ")


def read_line(line: str, part: str = Part.ATTENDEE, *, absent: bool = False) -> Participant:
    """The person or the group of a line. Raises ValidationError."""
    is_group = line.lstrip().startswith((GROUP, "–", "•", "+"))
    pieces = [piece.strip() for piece in line.strip().lstrip("-–•+ \t").split(";")]
    most = 4 if absent else 3
    while len(pieces) > most and not pieces[-1]:
        pieces.pop()
    _check_pieces(pieces, most)
    pieces += [""] * (most - len(pieces))
    if absent and not pieces[3]:
        raise ValidationError(
            gettext("an absence needs its reason, after a third semicolon (name; ; ; reason).")
        )
    name = "group_name" if is_group else "full_name"
    return Participant(
        **{name: pieces[0]},
        position=pieces[1],
        organisation=pieces[2],
        reason=pieces[3] if absent else "",
        part=part,
        presence=Presence.ABSENT if absent else Presence.PRESENT,
    )


def written_line(one: Participant) -> str:
    """A participant as a line that reads back as the same, but for semicolons inside a part."""
    pieces = [one.name, one.position, one.organisation]
    if one.presence == Presence.ABSENT:
        pieces.append(one.reason)
    pieces = [piece.replace(";", ",") for piece in pieces]
    while not pieces[-1]:
        pieces.pop()
    line = "; ".join(pieces)
    return f"{GROUP} {line}" if one.group_name else line


def _check_pieces(pieces: list[str], most: int) -> None:
    if len(pieces) > most:
        message = gettext("%(count)s parts between semicolons, at most %(most)s are read.")
        raise ValidationError(message % {"count": len(pieces), "most": most})
    if not pieces[0]:
        raise ValidationError(gettext("the name is missing."))
    if any(len(piece) > LONGEST_PART for piece in pieces):
        message = gettext("a part is longer than %(most)s letters.")
        raise ValidationError(message % {"most": LONGEST_PART})


def known_lines(area: Area, session: WorkingSession | None) -> list[str]:
    """Who came to the sessions of the area before, the latest first, each once."""
    rows = Participant.objects.filter(session__area=area).order_by("-session", "rank", "pk")
    taken = set()
    if session:
        rows = rows.exclude(session=session)
        taken = {search_key(one.name) for one in session.participants.all()}
    lines: list[str] = []
    for one in rows[:ROWS_READ]:
        key = search_key(one.name)
        if key not in taken and len(lines) < MOST_KNOWN:
            taken.add(key)
            one.presence, one.reason = Presence.PRESENT, ""
            lines.append(written_line(one))
    return lines
