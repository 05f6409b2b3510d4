"""Statements that PostgreSQL plans once a connection: often it plans longer than it answers.

What `prepared` builds is registered here; `PlannedCursor` runs it by the plan that lies with its
connection (PREPARE, EXECUTE). Where a pooler gives each statement another connection, there can be
none: `DATABASE_PLANS=0`.
"""

import itertools
from collections import OrderedDict
from collections.abc import Sequence
from typing import Any
from weakref import WeakKeyDictionary

from psycopg2.extensions import connection as Connection
from psycopg2.extensions import cursor as Cursor

# What a bigint holds.
LEAST, GREATEST = -(2**63), 2**63 - 1
# Plans that a connection keeps; the one not used for longest goes first.
MOST = 400
# By its SQL, the type of each value. Of those unknown the database knows by what they are compared.
_kinds: dict[str, list[str]] = {}
# By its SQL, the name of the plan.
_plans: WeakKeyDictionary[Connection, OrderedDict[str, str]] = WeakKeyDictionary()
_numbers = itertools.count()


def register(sql: str, samples: Sequence[Any]) -> None:
    """`sql` is asked again and again, each time with values like these."""
    _kinds[sql] = ["bigint" if isinstance(one, int) else "unknown" for one in samples]


class PlannedCursor(Cursor):
    # What was asked by a plan: the statement and its values.
    _asked: tuple[str, Any] | None = None

    @property
    def query(self) -> Any:
        """What was asked last, as whoever looks at queries wants to read it."""
        return self.mogrify(*self._asked) if self._asked else super().query

    def execute(self, query: Any, values: Any = None) -> None:
        self._asked = None
        kinds = _kinds.get(query) if isinstance(query, str) and not self.name else None
        if kinds is None or not all(map(_fits, values or ())):
            super().execute(query, values)
            return
        plan = self._plan_of(query, kinds)
        places = f"({', '.join(['%s'] * len(kinds))})" if kinds else ""
        super().execute(f"EXECUTE {plan}{places}", values)
        self._asked = query, values

    def _plan_of(self, sql: str, kinds: list[str]) -> str:
        plans = _plans.setdefault(self.connection, OrderedDict())
        if sql in plans:
            plans.move_to_end(sql)
            return plans[sql]
        if len(plans) >= MOST:
            super().execute(f"DEALLOCATE {plans.popitem(last=False)[1]}")
        plan = f"plan_{next(_numbers)}"
        types = f"({', '.join(kinds)})" if kinds else ""
        body = sql % tuple(f"${number}" for number in range(1, len(kinds) + 1))
        super().execute(f"PREPARE {plan}{types} AS {body}")
        plans[sql] = plan
        return plan


def _fits(value: Any) -> bool:
    """A number that no bigint holds may be compared with one, but not be given as one."""
    return not isinstance(value, int) or LEAST <= value <= GREATEST
