"""What of a step goes out in a file and may come back: its columns, as text."""

import hashlib
from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from nrm_tracker.forms import PROSE, DayField, NumberField, WordsField
from nrm_tracker.tables.reading import one_line
from plans.drafting import rows
from plans.drafting.pasting import as_day
from plans.drafting.queries import typed_rows
from plans.drafting.rows import PASTED, RowNames, shown
from plans.forecasts.reckoning import WrittenPlan
from plans.models import Activity, Dependency
from plans.models.plans import MOST_DAYS

_WHOLE = {"invalid": _("Write a whole number.")}
# What is reported of a step, after what is planned of it.
REPORTED = (
    *("quantity_done", "percent", "started_on", "finished_on"),
    *("remaining_days", "difficulty"),
)
COLUMNS = (*PASTED, *REPORTED)
LABELS: dict[str, Any] = {
    **rows.LABELS,
    "quantity_done": _("Quantity done"),
    "percent": _("Done, %"),
    "started_on": _("Begun on"),
    "finished_on": _("Finished on"),
    "remaining_days": _("Working days left"),
    "difficulty": _("Difficulty"),
}
FIELDS: dict[str, forms.Field] = {
    **rows.FIELDS,
    "quantity_done": NumberField(required=False, min_value=0),
    "percent": forms.IntegerField(
        min_value=0, max_value=100, required=False, error_messages=_WHOLE
    ),
    "started_on": DayField(required=False),
    "finished_on": DayField(required=False),
    "remaining_days": forms.IntegerField(
        min_value=0, max_value=MOST_DAYS, required=False, error_messages=_WHOLE
    ),
    "difficulty": WordsField(limit=PROSE, required=False),
}
DAYS = frozenset(name for name, field in FIELDS.items() if isinstance(field, DayField))
NUMBERS = frozenset(
    name for name, field in FIELDS.items() if isinstance(field, NumberField | forms.IntegerField)
)
_MARK = 6


def texts_of(plan: WrittenPlan, activities: Iterable[Activity]) -> dict[int, dict[str, str]]:
    """By step what stands in each column."""
    listed = list(activities)
    return {
        one.pk: {**row.typed, **{name: shown(getattr(one, name)) for name in REPORTED}}
        for one, row in zip(listed, typed_rows(plan, listed), strict=True)
    }


def canonical(name: str, text: str, names: RowNames) -> str:
    """What a column says, however it was typed; what cannot be read as it stands."""
    line = one_line(text)
    if name == "agency":
        found = names.agencies.get(rows.search_key(line))
        return found.short_name if found else line
    field = FIELDS.get(name)
    if field is None or isinstance(field, WordsField):
        return line
    try:
        return shown(field.clean(as_day(line) if name in DAYS else line))
    except ValidationError:
        return line


def linked(needs: Iterable[tuple[int | str, int, str]]) -> str:
    """What a step needs, by keys: numbers may change, and it still is the same."""
    return ";".join(f"{key}+{wait}{unit}" for key, wait, unit in sorted(needs, key=str))


def links_of(needs: Iterable[Dependency]) -> str:
    return linked((one.needs_id, one.wait, one.unit if one.wait else "") for one in needs)


def mark(text: str) -> str:
    """A few letters by which a text is known again."""
    return hashlib.sha256(text.encode()).hexdigest()[:_MARK]


def marks_of(
    plan: WrittenPlan, activity: Activity, texts: Mapping[str, str], names: RowNames
) -> str:
    """What each column of a step said when it went out, in the order of the columns."""
    return "".join(mark(said_of(plan, activity, name, texts, names)) for name in COLUMNS)


def said_of(
    plan: WrittenPlan, activity: Activity, name: str, texts: Mapping[str, str], names: RowNames
) -> str:
    """What a column of a step says now, as it is compared."""
    if name == "needs":
        return links_of(plan.needs.get(activity.pk, ()))
    return canonical(name, texts[name], names)


def split(marks: str) -> dict[str, str]:
    """The marks of a row by column; none where they are not of this form."""
    if len(marks) != _MARK * len(COLUMNS):
        return {}
    return {name: marks[n * _MARK : (n + 1) * _MARK] for n, name in enumerate(COLUMNS)}
