"""What the log of the administration says of an edit: each value as it was and as it is now."""

import datetime as dt
from typing import Any

from django import forms
from django.db import models
from django.utils import formats, timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _

NOTHING = "–"


def of_form(form: forms.ModelForm) -> list[str]:
    """What was changed by a form: "Tên: Kỳ Lac → Kỳ Lạc"."""
    told = []
    for name in form.changed_data:
        field = form.fields[name]
        old = _chosen(field, form.get_initial_for_field(field, name))
        told.append(
            in_words(str(field.label or name), old, _chosen(field, form.cleaned_data[name]))
        )
    return told


def of_rows(before: models.Model | None, after: models.Model | None) -> list[str]:
    """In what two states of a row differ; one that is not there has no values."""
    row = after or before
    assert row is not None  # noqa: S101 one of them is there
    told = []
    for field in row._meta.concrete_fields:
        old, new = (_value(one, field) if one else None for one in (before, after))
        if field.editable and not field.primary_key and old != new:
            told.append(in_words(str(capfirst(field.verbose_name)), old, new))
    return told


def _chosen(field: forms.Field, value: Any) -> Any:
    """A value of a form's field as people know it: the row or the choice itself, not its key."""
    if isinstance(field, forms.ModelChoiceField):
        return field.to_python(value) if isinstance(value, int) else value
    if isinstance(field, forms.ChoiceField):
        return dict(field.choices).get(value, value)  # type: ignore[arg-type]
    return value


def in_words(label: str, old: Any, new: Any) -> str:
    return f"{label}: {_text(old)} → {_text(new)}"


def _value(row: models.Model, field: Any) -> Any:
    if field.flatchoices:
        return dict(field.flatchoices).get(getattr(row, field.attname), "")
    return getattr(row, field.name)


def _text(value: Any) -> str:
    if value is None or value == "":
        return NOTHING
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if isinstance(value, dt.datetime):
        return f"{timezone.localtime(value):%d/%m/%Y %H:%M}"
    if isinstance(value, dt.date):
        return f"{value:%d/%m/%Y}"
    if isinstance(value, list | models.QuerySet):
        return ", ".join(sorted(map(_text, value))) or NOTHING
    return str(formats.localize(value))
