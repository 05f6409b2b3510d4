"""Queries that are built once: to build one takes Django longer than the database to answer it.

    @prepared
    def comments_of(status_id: int) -> QuerySet[Comment]:
        return Comment.objects.filter(status=status_id).order_by("pk")

Called, it gives the rows as a list. The function itself runs once for each shape of its values,
with samples in their place. What it returns depends on its values alone, and they are only compared
with columns: one that is reckoned with, compared in Python or left out is refused. What is a
constant for the query (None, a truth, a state) makes a shape of its own.
"""

import datetime as dt
from collections.abc import Callable, Collection, Iterable
from enum import Enum
from functools import update_wrapper
from typing import Any, Generic, ParamSpec, TypeVar

from django.db import connections
from django.db.models import QuerySet
from django.db.models.sql.compiler import SQLCompiler

P = ParamSpec("P")
Row = TypeVar("Row")
# Of longer collections the query is built each time; so many shapes are kept of one function.
LONGEST = 30
SHAPES = 100
DAY = dt.date(3000, 1, 1)


def prepared(build: "Callable[P, QuerySet[Any, Row]]") -> "Prepared[P, Row]":
    """The rows of the queryset that a function builds from plain values."""
    return Prepared(build)


class Prepared(Generic[P, Row]):
    def __init__(self, build: "Callable[P, QuerySet[Any, Row]]") -> None:
        self.build: Callable[..., QuerySet[Any, Row]] = build
        self.plans: dict[object, _Plan] = {}
        update_wrapper(self, build)

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> list[Row]:
        given = [*args, *kwargs.values()]
        values = [value for one in given for value in _values(one)]
        shape = (*kwargs, *map(_shape, given))
        plan = self.plans.get(shape)
        if plan is None:
            if len(values) > LONGEST or any(one == () for one in map(_shape, given)):
                return list(self.build(*args, **kwargs))
            if len(self.plans) >= SHAPES:
                self.plans.clear()
            plan = self.plans[shape] = self._planned(given, list(kwargs), len(values))
        return plan.rows(values)

    def _planned(self, given: list[Any], names: list[str], count: int) -> "_Plan":
        """Built of rising and of falling samples, by which those not simply handed on are found."""
        rising, falling = range(count), range(2 * count, count, -1)
        plan, other = (self._built(given, names, numbers) for numbers in (rising, falling))
        if plan.sql != other.sql or plan.places != other.places or plan.misses(count):
            raise TypeError(f"{self.build.__qualname__} does more than compare with its values.")
        return plan

    def _built(self, given: list[Any], names: list[str], numbers: Iterable[int]) -> "_Plan":
        left = iter(numbers)
        samples: list[Any] = [
            [_sample(value, next(left)) for value in one]
            if _is_many(one)
            else (_sample(one, next(left)) if _values(one) else one)
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
        self.sql, params = compiler.as_sql()
        known = [_adapted(sample, connection) for sample in samples]
        self.places = [
            (known.index(param), None) if param in known else (None, param) for param in params
        ]
        self.converted = list(compiler.get_converters([column[0] for column in compiler.select]))
        # What was worked out of the columns; a connection is its thread's own.
        self.known = {name: made for name, made in vars(compiler).items() if name != "connection"}

    def misses(self, count: int) -> bool:
        return {place for place, _constant in self.places} - {None} != set(range(count))

    def rows(self, values: list[Any]) -> list[Any]:
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


def _values(given: Any) -> list[Any]:
    """What of an argument is a value of the query."""
    if _is_many(given):
        return list(given)
    return [] if given is None or isinstance(given, (bool, Enum)) else [given]


def _shape(given: Any) -> Any:
    """What of an argument the query is built by."""
    if _is_many(given):
        return tuple(map(type, given))
    return type(given) if _values(given) else (type(given), given)


def _sample(like: Any, number: int) -> Any:
    """A value that no query holds by itself."""
    if isinstance(like, int):
        return 20_000 + number
    if isinstance(like, str):
        return f"sample-{number}"
    day = DAY + dt.timedelta(days=number)
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
