"""Rows of several tables in one query: a UNION of columns that all of them have.

The columns are those of a NamedTuple. Each is cast to its type, so that both databases agree on it
where a table has none.
"""

import datetime as dt
import typing
from functools import cache
from typing import Any

from django.db.models import (
    Aggregate,
    BigIntegerField,
    BooleanField,
    DateField,
    DateTimeField,
    Expression,
    ExpressionWrapper,
    F,
    Field,
    QuerySet,
    TextField,
    Value,
)
from django.db.models.functions import Cast

_FIELDS: dict[type, type[Field]] = {
    bool: BooleanField,
    dt.date: DateField,
    dt.datetime: DateTimeField,
    int: BigIntegerField,
    str: TextField,
}


def rows_of(
    found: QuerySet, row: type, together: dict[str, Aggregate] | None = None, **given: Any
) -> QuerySet:
    """`found` as values of `row`, each a path or an expression given for it, or empty; those that
    are the same in all but `together`, which are reckoned of them, as one row."""
    columns, reckoned = _columns(row), together or {}
    typed = {
        f"of_{name}": _typed(given.get(name), kind())
        for name, kind in columns.items()
        if name not in reckoned
    }
    found = found.order_by()
    if not together:
        return found.annotate(**typed).values_list(*typed)
    found = found.values(**typed).annotate(**{f"of_{name}": one for name, one in reckoned.items()})
    return found.values_list(*(f"of_{name}" for name in columns))


def united(parts: list[QuerySet]) -> QuerySet:
    """All rows of all parts; they are ordered by the names of the columns after `of_`."""
    first, *others = parts
    return first.union(*others, all=True)


@cache
def _columns(row: type) -> dict[str, type[Field]]:
    hints = typing.get_type_hints(row)
    return {name: _FIELDS[(typing.get_args(hint) or (hint,))[0]] for name, hint in hints.items()}


def _typed(given: Any, kind: Field) -> Expression:
    if given is None:
        return Cast(Value(None), kind)
    if isinstance(kind, DateTimeField):
        # SQLite would cut a cast moment to milliseconds.
        return ExpressionWrapper(F(given) if isinstance(given, str) else given, kind)
    return Cast(given, kind)
