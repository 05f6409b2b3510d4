"""The weekly report: a line for each step that is not done, of which those filled in are sent."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms import BoundField
from django.http import QueryDict
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from nrm_tracker.forms import PROSE, DayField, EntryForm, NumberField, WordsField
from plans.models import Activity
from plans.models.plans import MOST_DAYS
from plans.progress.actions import StepProgress

STEPS_A_PAGE = 60
_WHOLE = {"invalid": _("Write a whole number.")}


class StepReport:
    """A step with its fields."""

    def __init__(self, form: "ReportForm", activity: Activity) -> None:
        self.form, self.activity = form, activity

    def field(self, name: str) -> BoundField:
        return self.form[f"{name}-{self.activity.pk}"]

    @property
    def first(self) -> list[BoundField]:
        names = ["percent", *(["quantity"] if self.activity.unit else [])]
        return [self.field(name) for name in names]

    @property
    def rest(self) -> list[BoundField]:
        return [self.field(name) for name in ("left", "started", "finished", "difficulty")]

    @property
    def is_open(self) -> bool:
        """Whether what is seldom said was said, or is wrong."""
        named = [self.field(name) for name in ("left", "started", "finished", "difficulty")]
        return any(one.errors for one in named) or any(
            self.form.is_bound and one.value() for one in named
        )


class ReportForm(EntryForm):
    def __init__(self, data: QueryDict | None = None, *, activities: list[Activity]) -> None:
        super().__init__(data)
        self.activities = activities
        for one in activities:
            self.fields |= _fields(one)

    @property
    def steps(self) -> list[StepReport]:
        return [StepReport(self, one) for one in self.activities]

    def clean(self) -> dict[str, Any]:
        if not self.errors and not self.told():
            raise ValidationError(gettext("Nothing was said of any step."))
        return self.cleaned_data

    def told(self) -> dict[int, StepProgress]:
        """What was said, of the steps of which anything was."""
        found = {}
        for one in self.activities:
            given = {name: self.cleaned_data.get(f"{name}-{one.pk}") for name in _NAMES}
            if any(value not in (None, "") for value in given.values()):
                found[one.pk] = _progress(one, given)
        return found

    def refuse(self, error: ValidationError) -> None:
        """What the action refuses of a step stands at its first field."""
        if hasattr(error, "error_dict"):
            for key, errors in error.error_dict.items():
                name = f"percent-{key}"
                self.add_error(name if name in self.fields else None, errors)
        else:
            super().refuse(error)


_NAMES = ("percent", "quantity", "left", "started", "finished", "difficulty")


def _fields(one: Activity) -> dict[str, forms.Field]:
    key = one.pk
    found: dict[str, forms.Field] = {
        f"percent-{key}": forms.IntegerField(
            label=_("Done, %"),
            min_value=0,
            max_value=100,
            required=False,
            error_messages=_WHOLE,
        ),
        f"quantity-{key}": NumberField(
            label=_("Done, %(unit)s") % {"unit": one.unit} if one.unit else _("Quantity done"),
            min_value=0,
            required=False,
        ),
        f"left-{key}": forms.IntegerField(
            label=_("Working days left"),
            min_value=0,
            max_value=MOST_DAYS,
            required=False,
            error_messages=_WHOLE,
        ),
        f"started-{key}": DayField(label=_("Begun on"), required=False, help_text=""),
        f"finished-{key}": DayField(label=_("Finished on"), required=False, help_text=""),
        f"difficulty-{key}": WordsField(
            label=_("Difficulty"), limit=PROSE, lines=2, required=False
        ),
    }
    for name in ("percent", "left"):
        field = found[f"{name}-{key}"]
        field.widget = forms.TextInput(attrs={"inputmode": "numeric"})
    return found


def _progress(one: Activity, given: dict[str, Any]) -> StepProgress:
    """What was left open stays as it was reported last, but for what is left to do."""
    percent = given["percent"]
    quantity = given["quantity"]
    if percent is None and given["finished"]:
        percent = 100
    if percent is None and quantity is not None and one.quantity_required:
        percent = min(int(100 * quantity / one.quantity_required), 100)
    return StepProgress(
        percent=one.percent or 0 if percent is None else percent,
        quantity_done=one.quantity_done if quantity is None else quantity,
        started_on=given["started"] or one.started_on,
        finished_on=given["finished"],
        remaining_days=given["left"],
        difficulty=given["difficulty"] or "",
    )
