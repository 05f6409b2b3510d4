"""One entry of the minutes as it is typed, and the line of the page that carries it."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

from django import forms
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from communes.models import Commune
from criteria.models import Criterion
from meetings.minutes.actions import EntryText
from meetings.models import Entry, Theme, WorkingSession
from nrm_tracker.forms import EntryForm, SeenField, WordsField
from nrm_tracker.legacy_text import decoded
from nrm_tracker.templatetags.ui import who
from nrm_tracker.text import pasted


class PastedField(forms.CharField):
    """Text that may come from Word. Its limit is told by the verb, which keeps what was typed."""

    widget = forms.Textarea

    def to_python(self, value: Any) -> str:
        return pasted(decoded(super().to_python(value) or ""))


@dataclass(frozen=True)
class Choices:
    """What an entry or a task may be about, by the text of its key; read once for a page."""

    communes: dict[str, Commune]
    criteria: dict[str, Criterion]
    themes: dict[str, Theme]

    def named(self) -> dict[str, list[tuple[str, str]]]:
        """Of each select of an entry, the values with their names."""
        several = len({one.criteria_set_id for one in self.criteria.values()}) > 1
        return {
            "kinds": [(value, str(name)) for value, name in Entry.Kind.choices],
            "communes": [(key, one.name) for key, one in self.communes.items()],
            "criteria": [
                (key, f"{one.number} {one.short_name}" + several * f" ({one.criteria_set.code})")
                for key, one in self.criteria.items()
            ],
            "themes": [(key, one.name) for key, one in self.themes.items()],
        }


def choices_of(about: Iterable[Commune]) -> Choices:
    """These communes, the criteria of the sets that they run at, the themes: two queries more."""
    communes = {str(one.pk): one for one in about}
    criteria = criteria_of(communes.values()).order_by("-criteria_set__valid_from", "number")
    return Choices(
        communes,
        {str(one.pk): one for one in criteria.select_related("criteria_set")},
        {str(one.pk): one for one in Theme.objects.all()},
    )


def criteria_of(communes: Iterable[Commune]) -> QuerySet[Criterion]:
    """The criteria of the sets that these communes run at."""
    return Criterion.objects.filter(criteria_set__enrolments__commune__in=communes).distinct()


class MinutesForm(EntryForm):
    """An entry as it was sent, by its page or by its script."""

    client_id = forms.UUIDField()
    version = SeenField()
    kind = forms.ChoiceField(choices=Entry.Kind.choices, label=_("Kind"))
    speaker = WordsField(limit=300, required=False, label=_("Speaker"))
    commune = forms.ModelChoiceField(Commune.objects.none(), required=False, label=_("Commune"))
    criterion = forms.ModelChoiceField(
        Criterion.objects.none(), required=False, label=_("Criterion")
    )
    theme = forms.ModelChoiceField(Theme.objects.all(), required=False, label=_("Theme"))
    text = PastedField(required=False, label=_("Text"))

    def __init__(self, data: QueryDict, *, session: WorkingSession) -> None:
        super().__init__(data)
        # Of what an entry may be about only that is read which was sent.
        if data.get("commune"):
            self.fields["commune"].queryset = session.communes.all()  # type: ignore[attr-defined]
        if data.get("criterion"):
            criteria = criteria_of(session.communes.all())
            self.fields["criterion"].queryset = criteria  # type: ignore[attr-defined]

    @property
    def problems(self) -> list[str]:
        """What is wrong, without the names of the fields, which an entry shows none of."""
        return [str(text) for texts in self.errors.values() for text in texts]

    def said(self) -> EntryText:
        names = ("kind", "text", "speaker", "commune", "criterion", "theme")
        return EntryText(**{name: self.cleaned_data[name] for name in names})


@dataclass(frozen=True)
class StoredEntry:
    """What a line shows of an `Entry`, read as plain values: a session may have hundreds."""

    client_id: UUID
    pk: int
    version: int
    kind: str
    speaker: str
    commune_id: int | None
    criterion_id: int | None
    theme_id: int | None
    text: str
    written_at: dt.datetime
    written_by: User

    @property
    def may_become_tasks(self) -> bool:
        return self.kind in Entry.BECOMING_TASKS


@dataclass(frozen=True)
class SavedEntry:
    """What a line says of its entry as it is stored."""

    at: dt.datetime
    by: str
    kind: str
    speaker: str
    text: str
    may_become_tasks: bool

    @property
    def kind_name(self) -> str:
        return str(Entry.Kind(self.kind).label)

    @classmethod
    def of(cls, entry: Entry | StoredEntry) -> "SavedEntry":
        return cls(
            at=entry.written_at,
            by=who(entry.written_by, entry.written_at),
            kind=entry.kind,
            speaker=entry.speaker,
            text=entry.text,
            may_become_tasks=entry.may_become_tasks,
        )


@dataclass
class MinutesLine:
    """One entry on the page, all plain values: as it is stored, as it was typed, or blank."""

    client_id: str = field(default_factory=lambda: str(uuid4()))
    pk: int | None = None
    version: int = 0
    kind: str = Entry.Kind.REPORT
    speaker: str = ""
    commune: str = ""
    criterion: str = ""
    theme: str = ""
    text: str = ""
    stored: SavedEntry | None = None
    errors: list[str] = field(default_factory=list)
    # What somebody else wrote meanwhile, beside what was typed.
    theirs: SavedEntry | None = None

    @property
    def said(self) -> dict[str, str]:
        """What its fields show."""
        names = ("kind", "speaker", "commune", "criterion", "theme", "text")
        return {name: str(getattr(self, name)) for name in names}

    @property
    def rows(self) -> int:
        """How many lines the field shows."""
        lines = sum(1 + len(line) // 90 for line in self.text.splitlines() or [""])
        return min(max(lines, 2), 12)


def line_of(entry: Entry | StoredEntry) -> MinutesLine:
    return MinutesLine(
        client_id=str(entry.client_id),
        pk=entry.pk,
        version=entry.version,
        kind=entry.kind,
        speaker=entry.speaker,
        commune=str(entry.commune_id or ""),
        criterion=str(entry.criterion_id or ""),
        theme=str(entry.theme_id or ""),
        text=entry.text,
        stored=SavedEntry.of(entry),
    )


def typed_line(line: MinutesLine, data: QueryDict) -> MinutesLine:
    """The line with what was typed in the place of what is stored."""
    for name in ("kind", "speaker", "commune", "criterion", "theme", "text"):
        setattr(line, name, data.get(name, ""))
    return line


def key_of(data: QueryDict) -> UUID | None:
    """The key that the form carries, if it is one."""
    try:
        return UUID(data.get("client_id", ""))
    except ValueError:
        return None
