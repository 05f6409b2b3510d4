"""What is to be done to the tasks chosen in the list."""

from collections.abc import Collection
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from meetings.models import Task
from meetings.tasks.bulk import Deed, Order
from nrm_tracker.forms import PROSE, DayField, EntryForm, RowsField, WordsField

MOST_AT_ONCE = 200


class BulkTaskForm(EntryForm):
    """One deed on the tasks chosen in the list."""

    tasks = RowsField(
        Task.objects.none(),
        widget=forms.MultipleHiddenInput,
        error_messages={"required": _("Choose at least one task of the list.")},
    )
    deed = forms.ChoiceField(label=_("To the tasks chosen"), choices=Deed.choices)
    note = WordsField(label=_("Note, reason"), limit=PROSE, lines=2, required=False)
    to_on = DayField(label=_("New day"), required=False)

    def __init__(self, data: QueryDict | None = None, *, area_ids: Collection[int] = ()) -> None:
        super().__init__(data, auto_id="id_bulk_%s")
        within = Task.objects.within(area_ids).with_all()
        self.fields["tasks"].queryset = within  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        deed = self.cleaned_data.get("deed")
        if deed in (Deed.SEND_BACK, Deed.CANCEL, Deed.MOVE):
            self.require("note", _("Give the reason: it stays on record."))
        if deed == Deed.MOVE:
            self.require("to_on", _("Give the new day."))
        return self.cleaned_data

    def order(self) -> Order:
        data = self.cleaned_data
        return Order(data["deed"], data["note"], data["to_on"])

    def chosen(self) -> list[Task]:
        return list(self.cleaned_data["tasks"][:MOST_AT_ONCE])

    @property
    def deed_name(self) -> str:
        return str(Deed(self.cleaned_data["deed"]).label)
