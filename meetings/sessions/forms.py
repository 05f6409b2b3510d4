"""The forms of a session: who is called, and what becomes of its papers."""

import datetime as dt
import re
from collections.abc import Iterable, Iterator
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from communes.models import Area, Commune, WorkingGroup
from criteria.assessments.forms import FindingForm
from criteria.models import Basis, Level
from meetings.models import Participant, SessionFile, WorkingSession
from meetings.sessions import actions
from nrm_tracker import clock
from nrm_tracker.forms import (
    PROSE,
    DayField,
    EntryForm,
    RowsField,
    UploadField,
    VersionedForm,
    WordsField,
)
from nrm_tracker.text import normalize, search_key
from nrm_tracker.uploads import PDF, Checked

Part, Presence = Participant.Part, Participant.Presence

# How much of one name, position or organisation is kept, and of a whole list of people.
LONGEST_PART = 300
LONGEST_LIST = 20_000
# How many who came before are offered again, and of how many rows they are the names.
MOST_KNOWN = 60
ROWS_READ = 600
GROUP = "-"
_HOUR = re.compile(r"(\d{1,2})\s*(?:[:.h]|gi[oờ]̀?)\s*(\d{2})?(?:\s*(?:phút|p|'))?", re.IGNORECASE)
_COMPARED = (
    *("form", "title", "communes", "legal_basis", "held_on", "starts_at", "ends_at", "place"),
    *("chairs", "secretary", "attendees", "absent"),
)


class HourField(forms.TimeField):
    """A time of day as offices write it: 7:30, 7h30, 7 giờ 30."""

    widget = forms.TextInput
    default_error_messages = {"invalid": _("Not a time of day. Write it as 7:30 or 14:00.")}

    def to_python(self, value: Any) -> dt.time | None:
        typed = str(value or "").strip()
        if found := _HOUR.fullmatch(typed):
            typed = f"{found[1]}:{found[2] or '00'}"
        return super().to_python(typed)

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {**super().widget_attrs(widget), "class": "numberinput"}

    def prepare_value(self, value: Any) -> Any:
        return f"{value:%H:%M}" if isinstance(value, dt.time) else value


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
        for number, line in enumerate(normalize_lines(value), start=1):
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


class CallForm(VersionedForm):
    """What is said when a session is convened, and when that is changed."""

    conflict: WorkingSession | None = None

    form = forms.ChoiceField(
        label=_("Form of the papers"),
        choices=WorkingSession.Form.choices,
        widget=forms.RadioSelect,
        help_text=_("The Party and the government each have rules of their own for their papers."),
    )
    title = WordsField(label=_("Title of the session"), limit=300)
    communes = RowsField(
        Commune.objects.none(),
        label=_("Communes"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one commune.")},
    )
    legal_basis = WordsField(
        label=_("Legal basis"),
        limit=PROSE,
        lines=2,
        required=False,
        help_text=_("The decision or programme by which the session is held."),
    )
    held_on = DayField(label=_("Held on"))
    starts_at = HourField(
        label=_("Begins at"),
        required=False,
        help_text=_("As 7:30. Leave it empty where no hour is known."),
    )
    ends_at = HourField(label=_("Ends at"), required=False)
    place = WordsField(label=_("Place of the session"), limit=300, required=False)
    chairs = PeopleField(
        label=_("Chaired by"),
        part=Part.CHAIR,
        lines=2,
        help_text=_("One person a line: full name; position; organisation."),
        error_messages={"required": _("Name who chairs the session.")},
    )
    secretary = PeopleField(
        label=_("Secretary"),
        part=Part.SECRETARY,
        lines=1,
        required=False,
        help_text=_("Full name; position; organisation."),
    )
    attendees = PeopleField(
        label=_("Attending"),
        lines=8,
        required=False,
        help_text=_(
            "One a line, in order of rank. A person: full name; position; organisation. "
            "A group begins with a dash, as: - representatives of the district People's Committee."
        ),
    )
    absent = PeopleField(
        label=_("Absent"),
        absent=True,
        lines=2,
        required=False,
        help_text=_("One a line: full name; position; organisation; reason."),
    )
    groups = RowsField(
        WorkingGroup.objects.none(),
        label=_("Add a working group"),
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text=_("Its leader and its members are added below those who attend."),
    )
    known = KnownField(
        label=_("Also invite"),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )

    def __init__(
        self,
        *args: Any,
        area: Area,
        session: WorkingSession | None = None,
        chosen: Iterable[Commune] = (),
        **kwargs: Any,
    ) -> None:
        self.session = session
        initial: dict[str, Any] = {"version": 0, "communes": list(chosen)}
        kwargs["initial"] = _said_of(session) if session else initial
        super().__init__(*args, **kwargs)
        self._offer_communes(area, session)
        self._offer_people(area, session)

    def _offer_communes(self, area: Area, session: WorkingSession | None) -> None:
        """Those that exist; one that went stays with the session that it was called to."""
        there = Commune.objects.within([area.pk])
        existing = Q(pk__in=there.existing_on(clock.today()).values("pk"))
        if session:
            existing |= Q(pk__in=session.communes.values("pk"))
        communes = cast(RowsField, self.fields["communes"])
        communes.queryset = Commune.objects.filter(existing)

    def _offer_people(self, area: Area, session: WorkingSession | None) -> None:
        groups = cast(RowsField, self.fields["groups"])
        groups.queryset = WorkingGroup.objects.filter(area=area)
        if not groups.queryset:
            del self.fields["groups"]
        lines = _known_lines(area, session)
        cast(forms.MultipleChoiceField, self.fields["known"]).choices = [
            (line, line) for line in lines
        ]
        if not lines:
            del self.fields["known"]

    def clean_secretary(self) -> list[Participant]:
        found: list[Participant] = self.cleaned_data["secretary"]
        if len(found) > 1:
            raise ValidationError(_("One secretary at most."))
        return found

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        starts_at, ends_at = data.get("starts_at"), data.get("ends_at")
        if ends_at and not starts_at and "starts_at" not in self.errors:
            self.add_error("starts_at", _("Say also when it begins."))
        if starts_at and ends_at and ends_at <= starts_at:
            self.add_error("ends_at", _("A session cannot end before it begins."))
        return data

    def call(self) -> actions.Call:
        """What was typed, as the verbs take it. Who is named twice comes once."""
        data = self.cleaned_data
        names = ("form", "title", "held_on", "legal_basis", "starts_at", "ends_at", "place")
        return actions.Call(
            communes=list(data["communes"]),
            participants=list(self._participants()),
            **{name: data[name] for name in names},
        )

    def _participants(self) -> Iterator[Participant]:
        data = self.cleaned_data
        typed = [*data["chairs"], *data["secretary"], *data["attendees"], *data["absent"]]
        yield from typed
        taken = {search_key(one.name) for one in typed}
        picked = [read_line(line) for line in data.get("known", [])]
        for group in data.get("groups", []):
            picked += actions.members_of(group, 0)
        for one in picked:
            if search_key(one.name) not in taken:
                taken.add(search_key(one.name))
                yield one

    def meet(self, current: WorkingSession) -> None:
        super().meet(current)
        self._renew(current.version)

    def comparison(self) -> list[tuple[str, str, str]]:
        """Where they differ: what the other left, and what was typed here."""
        theirs = _said_of(self.conflict) if self.conflict else {}
        lines = []
        for name in _COMPARED:
            label = str(capfirst(str(self.fields[name].label)))
            lines.append((label, _shown(name, theirs[name]), _shown(name, self.cleaned_data[name])))
        return [line for line in lines if line[1] != line[2]]


class PublishForm(EntryForm):
    """The numbers under which the papers go out."""

    minutes_number = WordsField(
        label=_("Number of the minutes"), limit=60, required=False, help_text=_("As 15-BB/HU.")
    )
    notice_number = WordsField(
        label=_("Number of the notice"),
        limit=60,
        required=False,
        help_text=_("Of the notice of the conclusion, where one is issued."),
    )


class AddendumForm(EntryForm):
    text = WordsField(
        label=_("Addition or correction"),
        limit=PROSE,
        lines=5,
        help_text=_("Say what is added, or which sentence is corrected and how it reads now."),
    )


class ScanForm(EntryForm):
    """The signed paper; what it is, is told by its content."""

    file = UploadField(
        label=_("The signed minutes, scanned"),
        help_text=_(
            "A PDF document. Do not upload documents stamped secret (Secret, Top secret, "
            "Absolute secret)."
        ),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["file"].widget.attrs["accept"] = ".pdf"

    def clean_file(self) -> Checked:
        checked: Checked = self.cleaned_data["file"]
        if checked.kind != PDF:
            raise ValidationError(_("The signed scan must be a PDF document."))
        return checked


class PaperForm(EntryForm):
    """A report that was heard, a photo, another paper."""

    kind = forms.ChoiceField(label=_("Kind of paper"), choices=SessionFile.Kind.choices)
    caption = WordsField(label=_("What it is"), limit=300)
    commune = forms.ModelChoiceField(
        Commune.objects.none(),
        label=_("Commune"),
        required=False,
        empty_label=_("Of the session as a whole"),
    )
    file = UploadField(label=_("File"))

    def __init__(self, *args: Any, session: WorkingSession, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        commune = cast(forms.ModelChoiceField, self.fields["commune"])
        commune.queryset = session.communes.all()


class SessionFindingForm(FindingForm):
    """What a session found of a cell, on its day and with itself as the basis."""

    assessed_on = None  # type: ignore[assignment]
    no_evidence_reason = WordsField(
        label=_("Why there is no evidence"),
        limit=PROSE,
        required=False,
        help_text=_("Only where the criterion is found met and nothing is attached."),
    )
    field_order = ["result", "percent", "reason", "no_evidence_reason"]

    def __init__(self, *args: Any, session: WorkingSession, **kwargs: Any) -> None:
        self.session = session
        super().__init__(*args, **kwargs)

    def fixed(self) -> dict[str, Any]:
        """For the comparison with what another wrote."""
        finding = actions.finding_of(self.session, result="")
        return {
            "level": Level.DISTRICT,
            "basis": Basis.SESSION,
            "basis_text": finding.basis_text,
            "assessed_on": finding.assessed_on,
        }

    def said(self) -> dict[str, Any]:
        return {name: value for name, value in self.cleaned_data.items() if name != "version"}


def normalize_lines(typed: str | None) -> list[str]:
    return [normalize(line) for line in (typed or "").splitlines()]


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


def _said_of(session: WorkingSession) -> dict[str, Any]:
    """What a session says, by the names of the form."""
    people = list(session.participants.all())
    said: dict[str, Any] = {
        name: getattr(session, name)
        for name in (
            *("version", "form", "title", "legal_basis"),
            *("held_on", "starts_at", "ends_at", "place"),
        )
    }
    here = [one for one in people if one.presence == Presence.PRESENT]
    lists = {
        "chairs": [one for one in here if one.part == Part.CHAIR],
        "secretary": [one for one in here if one.part == Part.SECRETARY],
        "attendees": [one for one in here if one.part == Part.ATTENDEE],
        "absent": [one for one in people if one.presence == Presence.ABSENT],
    }
    said |= {name: "\n".join(map(written_line, found)) for name, found in lists.items()}
    return {**said, "communes": list(session.communes.all())}


def _shown(name: str, value: Any) -> str:
    """A value of the form in words."""
    if name == "form":
        return str(WorkingSession.Form(value).label)
    if name == "communes":
        return ", ".join(commune.name for commune in value)
    if isinstance(value, list):
        return "\n".join(map(written_line, value))
    if isinstance(value, dt.time):
        return f"{value:%H:%M}"
    return f"{value:%d/%m/%Y}" if isinstance(value, dt.date) else str(value or "")


def _known_lines(area: Area, session: WorkingSession | None) -> list[str]:
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
