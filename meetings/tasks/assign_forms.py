"""Assigning: one form makes one task, or the same for several communes."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from accounts.models import Person
from communes.models import Agency, Area, Commune, WorkingGroup
from meetings.minutes.forms import choices_of
from meetings.models import Task
from meetings.tasks.actions import check_days
from nrm_tracker.forms import DayField, EntryForm, WordsField

# The choice by which each commune leads its own task.
ITSELF = "commune"
_LEADS = {"agency": Agency, "working_group": WorkingGroup, "person": Person}


class AssignForm(EntryForm):
    """What is to be done, by whom, and by when."""

    title = WordsField(label=_("Task"), limit=500, lines=2)
    expected_product = WordsField(
        label=_("Expected product"),
        limit=500,
        required=False,
        help_text=_("Where one is named, it must be attached when the task is reported done."),
    )
    communes = forms.MultipleChoiceField(
        label=_("Communes"), required=False, widget=forms.CheckboxSelectMultiple
    )
    lead = forms.ChoiceField(label=_("Who leads"))
    is_for_each = forms.BooleanField(
        label=_("A task of its own for each commune chosen"), required=False, initial=True
    )
    focal_person = forms.ChoiceField(label=_("Person in charge"), required=False)
    coordinates = WordsField(label=_("Who coordinates"), limit=500, required=False)
    kind = forms.ChoiceField(label=_("Kind"), choices=Task.Kind.choices, initial=Task.Kind.ONCE)
    due_on = DayField(label=_("To be done by"), required=False)
    every = forms.ChoiceField(
        label=_("Recurs"), choices=[("", "–"), *Task.Every.choices], required=False
    )
    priority = forms.TypedChoiceField(
        label=_("Priority"), choices=Task.Priority.choices, coerce=int, initial=Task.Priority.NORMAL
    )
    criterion = forms.ChoiceField(label=_("Criterion"), required=False)
    theme = forms.ChoiceField(label=_("Theme"), required=False)

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        area: Area,
        communes: Sequence[Commune],
        assigned_on: dt.date,
        initial: dict[str, Any] | None = None,
    ) -> None:
        super().__init__(data, initial=initial)
        self.area, self.assigned_on = area, assigned_on
        self.about = choices_of(communes)
        self.bodies = {
            kind: {f"{kind}-{row.pk}": row for row in model.objects.filter(area=area)}  # type: ignore[attr-defined]
            for kind, model in _LEADS.items()
        }
        self._offer()

    def _offer(self) -> None:
        people = self.bodies["person"]
        self._choose("communes", {key: one.name for key, one in self.about.communes.items()})
        named = {str(row.pk): row for row in people.values()}
        self._choose("focal_person", {"": "–", **named})
        numbered = {
            key: f"{one.number} {one.short_name}" for key, one in self.about.criteria.items()
        }
        self._choose("criterion", {"": "–", **numbered})
        self._choose("theme", {"": "–", **self.about.themes})
        groups = [(_("Agencies"), "agency"), (_("Working groups"), "working_group")]
        groups.append((_("People"), "person"))
        self.fields["lead"].choices = [  # type: ignore[attr-defined]
            ("", _("Nobody chosen")),
            (ITSELF, _("The commune itself (its People's Committee)")),
            *(
                (name, list(self.bodies[kind].items()))
                for name, kind in groups
                if self.bodies[kind]
            ),
        ]

    def _choose(self, name: str, choices: dict[str, Any]) -> None:
        self.fields[name].choices = list(choices.items())  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        if data.get("lead") == ITSELF and not data.get("communes"):
            self.require("communes", _("Choose the communes that lead."))
        return data

    def look_further(self) -> None:
        try:
            check_days(self._task(None))
        except ValidationError as error:
            self.refuse(error)

    def tasks(self, **links: Any) -> list[Task]:
        """The unsaved tasks; `links` tie them to a visit."""
        data = self.cleaned_data
        chosen = [self.about.communes[key] for key in dict.fromkeys(data["communes"])]
        if data["lead"] == ITSELF:
            return [self._task(one, lead_commune=one, **links) for one in chosen]
        lead = self._lead()
        if data["is_for_each"] and chosen:
            return [self._task(one, **lead, **links) for one in chosen]
        return [self._task(chosen[0] if len(chosen) == 1 else None, **lead, **links)]

    def _lead(self) -> dict[str, Any]:
        chosen = self.cleaned_data["lead"]
        for kind, rows in self.bodies.items():
            if chosen in rows:
                return {f"lead_{kind}": rows[chosen]}
        return {}

    def _task(self, commune: Commune | None, **links: Any) -> Task:
        data: dict[str, Any] = dict.fromkeys(self.fields) | self.cleaned_data
        is_recurring = data["kind"] == Task.Kind.RECURRING
        return Task(
            area=self.area,
            commune=commune,
            criterion=self.about.criteria.get(data["criterion"]),
            theme=self.about.themes.get(data["theme"]),
            title=data["title"],
            expected_product=data["expected_product"],
            focal_person=self.bodies["person"].get(f"person-{data['focal_person']}"),
            coordinates=data["coordinates"],
            kind=data["kind"],
            every=data["every"] if is_recurring else "",
            due_on=data["due_on"],
            priority=data["priority"],
            assigned_on=self.assigned_on,
            **links,
        )
