"""Queries that are built once: to build one takes Django longer than the database to answer it.

    @prepared
    def comments_of(status_id: int) -> QuerySet[Comment]:
        return Comment.objects.filter(status=status_id).order_by("pk")

Called, it gives the rows as a list. The function itself runs once for each shape of its values,
with samples in their place. What it returns depends on its values alone, and they are only compared
with columns: one that is reckoned with or compared in Python is refused. None, nothing, a truth
and a state may be asked for; each makes a shape of its own.

A change of rows is built once in the same way; called, it says how many rows there were. So does a
`Number`, which only counts.

    @prepared
    def see_all(user_id: int, now: dt.datetime) -> Update:
        return Update(Notice.objects.filter(user=user_id), read_at=now)
"""

import datetime as dt
import itertools
from collections.abc import Callable, Collection
from enum import Enum
from functools import update_wrapper
from typing import Any, Generic, ParamSpec, TypeVar, cast, overload

from django.core.exceptions import EmptyResultSet
from django.db import connections, transaction
from django.db.models import QuerySet
from django.db.models.sql import UpdateQuery
from django.db.models.sql.compiler import SQLCompiler

from nrm_tracker import planned

P = ParamSpec("P")
Row = TypeVar("Row")
Answer = TypeVar("Answer")
# With more values than these a query is built each time.
LONGEST = 1000
# Two rows of samples, one rising from a far day to come, one falling from a day long past: what a
# function does with them but hand them on makes two different queries.
RISING = (20_000, dt.date(3000, 1, 1), 1)
FALLING = (10_000, dt.date(1000, 1, 1), -1)


class Number:
    """Rows of which it is only asked how many there are."""

    def __init__(self, rows: QuerySet[Any, Any]) -> None:
        self.rows = rows

    def make(self) -> int:
        return self.rows.count()


class Update:
    """Rows, and what is put into them."""

    def __init__(self, rows: QuerySet[Any, Any], **values: Any) -> None:
        self.rows = rows
        self.values = values

    def make(self) -> int:
        return self.rows.update(**self.values)


@overload
def prepared(build: "Callable[P, QuerySet[Any, Row]]") -> "Prepared[P, list[Row]]": ...
@overload
def prepared(build: "Callable[P, Update | Number]") -> "Prepared[P, int]": ...
def prepared(build: Callable[P, Any]) -> "Prepared[P, Any]":
    """The rows of the queryset that a function builds from plain values, or its change of rows."""
    return Prepared(build)


class Prepared(Generic[P, Answer]):
    def __init__(self, build: Callable[P, Any]) -> None:
        self.build: Callable[..., Any] = build
        self.plans: dict[object, Any] = {}
        update_wrapper(self, build)

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> Answer:
        given: list[Any] = [*args, *kwargs.values()]
        given = [_padded(one) if _is_many(one) else one for one in given]
        values = [value for one in given for value in _values(one)]
        shape = (*kwargs, *map(_shape, given))
        plan = self.plans.get(shape)
        if plan is None:
            if len(values) > LONGEST:
                found = self.build(*args, **kwargs)
                is_number = isinstance(found, (Update, Number))
                return cast(Answer, found.make() if is_number else list(found))
            plan = self.plans[shape] = self._planned(given, list(kwargs))
        return cast(Answer, plan.answer(values))

    def _planned(self, given: list[Any], names: list[str]) -> "_Statement":
        plan, other = (self._built(given, names, row) for row in (RISING, FALLING))
        if plan.sql != other.sql or plan.places != other.places:
            raise TypeError(f"{self.build.__qualname__} does more than compare with its values.")
        return plan

    def _built(
        self, given: list[Any], names: list[str], row: tuple[int, dt.date, int]
    ) -> "_Statement":
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
        plan = PLANS.get(type(found), _Plan)
        return plan(found, [value for one in samples for value in _values(one)])


class _Statement:
    """What was built, and where in it the values stand: by their number, or a constant."""

    def __init__(self, compiler: SQLCompiler, samples: list[Any], around: str = "{}") -> None:
        try:
            sql, params = compiler.as_sql()
            self.sql = around.format(sql)
        except EmptyResultSet:
            # Of no keys there is nothing to ask for.
            self.sql, params, compiler.select = "", (), ()
        connection = compiler.connection
        known = [_adapted(sample, connection) for sample in samples]
        self.places = [
            (known.index(param), None) if param in known else (None, param) for param in params
        ]
        if self.sql and connection.settings_dict["OPTIONS"].get("cursor_factory"):
            self._let_be_planned(known, connection)

    def _let_be_planned(self, samples: list[Any], connection: Any) -> None:
        """Constants go into the SQL, by which its plan is known; then only values are left."""
        given = [place for place, _constant in self.places if place is not None]
        said = (
            "%s" if place is not None else connection.ops.compose_sql("%s", [constant])
            for place, constant in self.places
        )
        escaped = [one if one == "%s" else one.replace("%", "%%") for one in said]
        self.sql = self.sql.replace("%%", "%%%%") % tuple(escaped)
        self.places = [(place, None) for place in given]
        planned.register(self.sql, [samples[place] for place in given])

    def answer(self, values: list[Any]) -> Any:
        raise NotImplementedError

    def filled(self, values: list[Any], connection: Any) -> tuple[Any, ...]:
        adapted = [_adapted(value, connection) for value in values]
        return tuple(
            constant if place is None else adapted[place] for place, constant in self.places
        )


class _Plan(_Statement):
    """A query for rows."""

    def __init__(self, found: QuerySet[Any, Any], samples: list[Any]) -> None:
        compiler = found.query.get_compiler(connection=connections[found.db])
        super().__init__(compiler, samples)
        self.found = found
        self.columns = [column[0] for column in compiler.select]
        self.is_composite = compiler.has_composite_fields(self.columns)
        # What was worked out of the columns; a connection is its thread's own.
        self.known = {name: made for name, made in vars(compiler).items() if name != "connection"}

    def answer(self, values: list[Any]) -> list[Any]:
        if not self.sql:
            return []
        connection = connections[self.found.db]
        if self.found.query.select_for_update and connection.get_autocommit():
            # Django's own check comes with the building.
            raise transaction.TransactionManagementError("Nothing is locked without a transaction.")
        compiler = _Filled(self, values, connection)
        # Neither is changed any more: of the queryset and its query a flat copy will do.
        query = _copied(self.found.query)
        query.get_compiler = lambda *_args, **_kwargs: compiler
        found = _copied(self.found)
        found._query = query
        return list(found)


class _NumberPlan(_Statement):
    """How many rows of a query there are."""

    def __init__(self, number: Number, samples: list[Any]) -> None:
        self.db = number.rows.db
        compiler = number.rows.order_by().query.get_compiler(connection=connections[self.db])
        super().__init__(compiler, samples, "SELECT COUNT(*) FROM ({}) counted")

    def answer(self, values: list[Any]) -> int:
        if not self.sql:
            return 0
        connection = connections[self.db]
        with connection.cursor() as cursor:
            cursor.execute(self.sql, self.filled(values, connection))
            return int(cursor.fetchone()[0])


class _UpdatePlan(_Statement):
    """A change of rows."""

    def __init__(self, change: Update, samples: list[Any]) -> None:
        query: UpdateQuery = change.rows.query.chain(UpdateQuery)  # type: ignore[assignment]
        query.add_update_values(change.values)
        self.db = change.rows.db
        super().__init__(query.get_compiler(connection=connections[self.db]), samples)

    def answer(self, values: list[Any]) -> int:
        if not self.sql:
            return 0
        connection = connections[self.db]
        with transaction.mark_for_rollback_on_error(self.db), connection.cursor() as cursor:
            cursor.execute(self.sql, self.filled(values, connection))
            return cursor.rowcount


PLANS: dict[type, Callable[..., Any]] = {Update: _UpdatePlan, Number: _NumberPlan}


class _Filled(SQLCompiler):
    """A compiler that has nothing left to do but to put in the values."""

    def __init__(self, plan: _Plan, values: list[Any], connection: Any) -> None:
        vars(self).update(plan.known)
        self.connection = connection
        self.plan = plan
        self.params = plan.filled(values, connection)

    def as_sql(self, *_args: Any, **_kwargs: Any) -> Any:
        return self.plan.sql, self.params

    def get_converters(self, _expressions: Any) -> Any:
        # They lie with the connection, by which some of them convert.
        known = vars(self.connection).setdefault("converters_of_plans", {})
        if self.plan not in known:
            known[self.plan] = super().get_converters(self.plan.columns)
        return known[self.plan]

    def has_composite_fields(self, _expressions: Any) -> bool:
        return self.plan.is_composite


def _copied(one: Any) -> Any:
    """The same object anew, with the same parts: its own methods copy it in depth."""
    copy = object.__new__(type(one))
    vars(copy).update(vars(one))
    return copy


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
