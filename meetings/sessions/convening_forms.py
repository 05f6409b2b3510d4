"""What is said when a session is convened, and when that is changed."""

import datetime as dt
import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from communes.models import Area, Commune, WorkingGroup
from meetings.models import Participant, WorkingSession
from meetings.sessions.actions import Call, check_communes, check_day, members_of
from meetings.sessions.people_lines import (
    KnownField,
    Part,
    PeopleField,
    Presence,
    known_lines,
    read_line,
    written_line,
)
from nrm_tracker import clock
from nrm_tracker.forms import PROSE, DayField, RowsField, VersionedForm, WordsField, refuse_together
from nrm_tracker.text import search_key

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
    reason = WordsField(
        label=_("Why it is moved"),
        limit=PROSE,
        lines=2,
        required=False,
        help_text=_("Where the day or the hour is another one: its communes are told."),
    )
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
            "A group begins with a dash, as: - representatives of the People's Committee."
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
        if not (session and session.is_draft):
            del self.fields["reason"]
        called = WorkingSession(form=self["form"].value() or "")
        self.fields["secretary"].label = called.secretary_title
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
        lines = known_lines(area, session)
        cast(forms.MultipleChoiceField, self.fields["known"]).choices = [
            (line, line) for line in lines
        ]
        if not lines:
            del self.fields["known"]

    def clean_secretary(self) -> list[Participant]:
        found: list[Participant] = self.cleaned_data["secretary"]
        if len(found) > 1:
            raise ValidationError(_("Name one person at most."))
        return found

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        starts_at, ends_at = data.get("starts_at"), data.get("ends_at")
        if ends_at and not starts_at and "starts_at" not in self.errors:
            self.add_error("starts_at", _("Say also when it begins."))
        if starts_at and ends_at and ends_at <= starts_at:
            self.add_error("ends_at", _("A session cannot end before it begins."))
        return data

    def look_further(self) -> None:
        session, given = self.session, self.cleaned_data
        if session is None:
            return
        checks: list[Callable[[], None]] = []
        if "held_on" in given:
            checks.append(lambda: check_day(session, given["held_on"]))
        if "communes" in given:
            checks.append(lambda: check_communes(session, list(given["communes"])))
        try:
            refuse_together(*checks)
        except ValidationError as error:
            self.refuse(error)

    def call(self) -> Call:
        """What was typed, as the verbs take it. Who is named twice comes once."""
        data = self.cleaned_data
        names = ("form", "title", "held_on", "legal_basis", "starts_at", "ends_at", "place")
        return Call(
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
            picked += members_of(group, 0)
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
