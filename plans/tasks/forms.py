from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from meetings.models import Task
from nrm_tracker.forms import LongSelect, VersionedForm
from plans.models import Activity
from plans.models.plans import MOST_DAYS


class LinkForm(VersionedForm):
    """Which task of the commune becomes a step of its plan: a new one, or one that is there."""

    task = forms.ChoiceField(label=_("Task"), widget=LongSelect)
    step = forms.ChoiceField(label=_("Step of the plan"), required=False, widget=LongSelect)
    working_days = forms.IntegerField(
        label=_("Working days of a new step"),
        min_value=0,
        max_value=MOST_DAYS,
        required=False,
        error_messages={"invalid": _("Write a whole number.")},
        help_text=_("A step that is there keeps its own."),
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
    )

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        tasks: list[Task],
        steps: list[Activity],
        initial: dict[str, Any],
    ) -> None:
        super().__init__(data, initial=initial)
        self.tasks = {str(one.pk): one for one in tasks}
        self.steps = {str(one.pk): one for one in steps}
        named = [(key, _named(one)) for key, one in self.tasks.items()]
        self._offer("task", gettext("Choose a task"), named)
        numbered = [(key, str(one)[:100]) for key, one in self.steps.items()]
        self._offer("step", gettext("A new step at the end"), numbered)

    def _offer(self, name: str, ask: str, choices: list[tuple[str, str]]) -> None:
        self.fields[name].choices = [("", ask), *choices]  # type: ignore[attr-defined]

    @property
    def chosen_task(self) -> Task:
        return self.tasks[self.cleaned_data["task"]]

    @property
    def chosen_step(self) -> Activity | None:
        return self.steps.get(self.cleaned_data["step"])

    def clean(self) -> dict[str, Any]:
        super().clean()
        data = self.cleaned_data
        if "step" in data and not data["step"] and data.get("working_days") is None:
            message = gettext("Say how many working days the new step takes.")
            if "working_days" not in self.errors:
                self.add_error("working_days", message)
        return data


class ReleaseForm(VersionedForm):
    """Take a step apart from its task."""


def _named(task: Task) -> str:
    due = f"{task.due_on:%d/%m/%Y}" if task.due_on else ""
    return " · ".join(filter(None, [task.title[:100], task.lead_name, due]))
