"""A row of a plan's table as somebody typed or pasted it, and what it says."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from communes.models import Agency
from criteria.models import Criterion, Indicator
from nrm_tracker.forms import DayField, NumberField, WordsField
from nrm_tracker.text import search_key
from plans.drafting import needs as needs_text
from plans.drafting.needs import TypedNeed
from plans.models import SOURCES
from plans.models.plans import MOST_DAYS

_FIRST = ("number", "name", "criterion", "place", "unit", "quantity_required", "not_before")
_LAST = ("working_days", "needs", "person", "agency")
# The columns of the table that is typed into, and those that may be pasted beside.
TYPED = (*_FIRST, *_LAST)
PASTED = (*TYPED, "least_days", "most_days", "evidence", *SOURCES)
LABELS: dict[str, Any] = {
    "number": _("No."),
    "name": _("Work to do"),
    "criterion": _("Criterion, indicator"),
    "place": _("Place of work"),
    "unit": _("Unit"),
    "quantity_required": _("Quantity required"),
    "not_before": _("Not before"),
    "working_days": _("Working days"),
    "needs": _("Must be done first"),
    "person": _("Person in charge, telephone"),
    "agency": _("Agency that directs"),
    "least_days": _("Fewest days"),
    "most_days": _("Most days"),
    "evidence": _("Evidence"),
    **SOURCES,
}


def _whole(**kwargs: Any) -> forms.IntegerField:
    return forms.IntegerField(error_messages={"invalid": _("Write a whole number.")}, **kwargs)


FIELDS: dict[str, forms.Field] = {
    "number": _whole(min_value=1, max_value=9_999),
    "name": WordsField(limit=300),
    "place": WordsField(limit=200, required=False),
    "unit": WordsField(limit=40, required=False),
    "quantity_required": NumberField(required=False, min_value=0),
    "not_before": DayField(required=False),
    "working_days": _whole(min_value=0, max_value=MOST_DAYS),
    "least_days": _whole(min_value=0, max_value=MOST_DAYS, required=False),
    "most_days": _whole(min_value=0, max_value=MOST_DAYS, required=False),
    "evidence": WordsField(limit=300, required=False),
    **{name: NumberField(required=False, min_value=0) for name in SOURCES},
}

_PERSON = WordsField(limit=300, required=False)


@dataclass(frozen=True)
class TypedPerson:
    full_name: str
    phone: str = ""


@dataclass(frozen=True)
class StepRow:
    """What a row says. `values` are those of the step's own fields."""

    number: int
    values: dict[str, Any]
    needs: list[TypedNeed]
    person: TypedPerson | None
    key: int | None = None


@dataclass
class TypedRow:
    """A row as it stands in a form: what was typed, and what is wrong with it."""

    typed: dict[str, str]
    key: int | None = None
    is_dropped: bool = False
    errors: dict[str, str] = field(default_factory=dict)
    said: StepRow | None = None

    @property
    def is_blank(self) -> bool:
        return self.key is None and not any(
            text for name, text in self.typed.items() if name != "number"
        )


@dataclass(frozen=True)
class RowNames:
    """What a row may name: the criteria of the set with their indicators, the area's agencies."""

    criteria: Mapping[str, Criterion]
    indicators: Mapping[str, Indicator]
    agencies: Mapping[str, Agency]


def known(
    criteria: Iterable[Criterion], indicators: Iterable[Indicator], agencies: Iterable[Agency]
) -> RowNames:
    by_name: dict[str, Agency] = {}
    for agency in agencies:
        by_name |= {search_key(agency.short_name): agency, search_key(agency.name): agency}
    return RowNames(
        {str(one.number): one for one in criteria}, {one.code: one for one in indicators}, by_name
    )


def read(row: TypedRow, names: RowNames) -> None:
    """Find out what a row says; what is wrong stands in its errors."""
    values: dict[str, Any] = {}
    needs: list[TypedNeed] = []
    person: TypedPerson | None = None
    for name, typed in row.typed.items():
        try:
            if name in FIELDS:
                values[name] = FIELDS[name].clean(typed)
            elif name == "criterion":
                values |= _criterion(typed, names)
            elif name == "agency":
                values |= _agency(typed, names)
            elif name == "needs":
                needs = needs_text.read(typed)
            elif name == "person":
                person = _person(_PERSON.clean(typed))
        except ValidationError as error:
            row.errors[name] = " ".join(error.messages)
    if not row.errors:
        _check_days(row, values)
    if not row.errors:
        number = values.pop("number")
        row.said = StepRow(number, values, needs, person, row.key)


def _check_days(row: TypedRow, values: dict[str, Any]) -> None:
    usual = values["working_days"]
    least, most = values.get("least_days"), values.get("most_days")
    if least is not None and least > usual:
        row.errors["least_days"] = gettext("More than the usual days.")
    if most is not None and most < usual:
        row.errors["most_days"] = gettext("Fewer than the usual days.")


def _criterion(typed: str, names: RowNames) -> dict[str, Any]:
    """ "2" names a criterion, "2.2" an indicator of it; nothing: the step is of all."""
    text = typed.strip()
    if not text:
        return {"criterion": None, "indicator": None}
    indicator = names.indicators.get(text)
    criterion = names.criteria.get(text.partition(".")[0])
    if criterion is None or (indicator is None and "." in text):
        message = gettext("There is no criterion or indicator %(typed)s in this set.")
        raise ValidationError(message % {"typed": text[:20]})
    return {"criterion": criterion, "indicator": indicator}


def _agency(typed: str, names: RowNames) -> dict[str, Any]:
    text = typed.strip()
    if not text:
        return {"agency": None}
    agency = names.agencies.get(search_key(text))
    if agency is None:
        message = gettext("No agency of the area is called “%(typed)s”.")
        raise ValidationError(message % {"typed": text[:60]})
    return {"agency": agency}


def _person(typed: str) -> TypedPerson | None:
    """A name, and after a comma the telephone."""
    name, _comma, phone = (part.strip() for part in typed.partition(","))
    return TypedPerson(name, phone[:30]) if name else None


def shown(value: Any) -> str:
    """A value as it stands in a field."""
    if value is None:
        return ""
    if isinstance(value, dt.date):
        return f"{value:%d/%m/%Y}"
    if isinstance(value, Decimal):
        return f"{value.normalize():f}".replace(".", ",")
    return str(value)
