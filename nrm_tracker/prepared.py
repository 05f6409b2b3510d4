"""Queries that are built once: to build one takes Django longer than the database to answer it.

    @prepared
    def comments_of(status_id: int) -> QuerySet[Comment]:
        return Comment.objects.filter(status=status_id).order_by("pk")

Called, it gives the rows as a list. The function itself runs once for each shape of its values,
with samples in their place. What it returns depends on its values alone, and they are only compared
with columns: one that is reckoned with or compared in Python is refused. None, nothing, a truth
and a state may be asked for; each makes a shape of its own.
"""

import datetime as dt
import itertools
from collections.abc import Callable, Collection
from enum import Enum
from functools import update_wrapper
from typing import Any, Generic, ParamSpec, TypeVar

from django.core.exceptions import EmptyResultSet
from django.db import connections
from django.db.models import QuerySet
from django.db.models.sql.compiler import SQLCompiler

P = ParamSpec("P")
Row = TypeVar("Row")
# With more values than these a query is built each time.
LONGEST = 1000
# Two rows of samples, one rising from a far day to come, one falling from a day long past: what a
# function does with them but hand them on makes two different queries.
RISING = (20_000, dt.date(3000, 1, 1), 1)
FALLING = (10_000, dt.date(1000, 1, 1), -1)


def prepared(build: "Callable[P, QuerySet[Any, Row]]") -> "Prepared[P, Row]":
    """The rows of the queryset that a function builds from plain values."""
    return Prepared(build)


class Prepared(Generic[P, Row]):
    def __init__(self, build: "Callable[P, QuerySet[Any, Row]]") -> None:
        self.build: Callable[..., QuerySet[Any, Row]] = build
        self.plans: dict[object, _Plan] = {}
        update_wrapper(self, build)

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> list[Row]:
        given: list[Any] = [*args, *kwargs.values()]
        given = [_padded(one) if _is_many(one) else one for one in given]
        values = [value for one in given for value in _values(one)]
        shape = (*kwargs, *map(_shape, given))
        plan = self.plans.get(shape)
        if plan is None:
            if len(values) > LONGEST:
                return list(self.build(*args, **kwargs))
            plan = self.plans[shape] = self._planned(given, list(kwargs))
        return plan.rows(values)

    def _planned(self, given: list[Any], names: list[str]) -> "_Plan":
        plan, other = (self._built(given, names, row) for row in (RISING, FALLING))
        if plan.sql != other.sql or plan.places != other.places:
            raise TypeError(f"{self.build.__qualname__} does more than compare with its values.")
        return plan

    def _built(self, given: list[Any], names: list[str], row: tuple[int, dt.date, int]) -> "_Plan":
        first, day, step = row
        left = itertools.count(0, step)

        def sample(like: Any) -> Any:
            return _sample(like, first, day, next(left))

        samples = [
            [sample(key) for key in one] if _is_many(one) else sample(one) if _values(one) else one
            for one in given
        ]
        count = len(given) - len(names)
        found = self.build(*samples[:count], **dict(zip(names, samples[count:], strict=True)))
        return _Plan(found, [value for one in samples for value in _values(one)])


class _Plan:
    """A query that was built, and where in it the values stand: by their number, or a constant."""

    def __init__(self, found: QuerySet[Any, Any], samples: list[Any]) -> None:
        connection = connections[found.db]
        compiler = found.query.get_compiler(connection=connection)
        self.found = found
        try:
            self.sql, params = compiler.as_sql()
        except EmptyResultSet:
            # Of no keys there is nothing to ask for.
            self.sql, params, compiler.select = "", (), ()
        known = [_adapted(sample, connection) for sample in samples]
        self.places = [
            (known.index(param), None) if param in known else (None, param) for param in params
        ]
        self.converted = list(compiler.get_converters([column[0] for column in compiler.select]))
        # What was worked out of the columns; a connection is its thread's own.
        self.known = {name: made for name, made in vars(compiler).items() if name != "connection"}

    def rows(self, values: list[Any]) -> list[Any]:
        if not self.sql:
            return []
        found = self.found.all()
        compiler = _Filled(self, values, connections[found.db])
        found.query.get_compiler = lambda *_args, **_kwargs: compiler  # type: ignore[method-assign]
        return list(found)


class _Filled(SQLCompiler):
    """A compiler that has nothing left to do but to put in the values."""

    def __init__(self, plan: _Plan, values: list[Any], connection: Any) -> None:
        vars(self).update(plan.known)
        self.connection = connection
        self.plan = plan
        adapted = [_adapted(value, connection) for value in values]
        self.params = tuple(
            constant if place is None else adapted[place] for place, constant in plan.places
        )

    def as_sql(self, *_args: Any, **_kwargs: Any) -> Any:
        return self.plan.sql, self.params

    def get_converters(self, expressions: Any) -> Any:
        found = super().get_converters
        return {at: found([expressions[at]])[0] for at in self.plan.converted}


def _is_many(given: Any) -> bool:
    return isinstance(given, Collection) and not isinstance(given, str)


def _padded(given: Collection[Any]) -> list[Any]:
    """The same keys, the last repeated up to a power of two: so there are few shapes."""
    keys = list(given)
    return keys + keys[-1:] * ((1 << (len(keys) - 1).bit_length()) - len(keys)) if keys else keys


def _values(given: Any) -> list[Any]:
    """What of an argument is a value of the query."""
    if _is_many(given):
        return list(given)
    return [] if not given or isinstance(given, (bool, Enum)) else [given]


def _shape(given: Any) -> Any:
    """What of an argument the query is built by."""
    if _is_many(given):
        return tuple(map(type, given))
    return type(given) if _values(given) else (type(given), given)


def _sample(like: Any, first: int, day: dt.date, number: int) -> Any:
    """A value that no query holds by itself."""
    if isinstance(like, int):
        return first + number
    if isinstance(like, str):
        return f"sample-{first + number}"
    day += dt.timedelta(days=number)
    if isinstance(like, dt.datetime):
        return dt.datetime.combine(day, dt.time(), dt.UTC)
    if isinstance(like, dt.date):
        return day
    raise TypeError(f"No sample of {like!r}.")


def _adapted(value: Any, connection: Any) -> Any:
    """A value as the database takes it."""
    if isinstance(value, dt.datetime):
        return connection.ops.adapt_datetimefield_value(value)
    if isinstance(value, dt.date):
        return connection.ops.adapt_datefield_value(value)
    return value
