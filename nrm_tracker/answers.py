"""What the database answered while a page was drawn.

A page is drawn from the person, the day and what the database answers. Asked the same again and
answered the same, it would be drawn as it was: to ask takes a fraction of the time of drawing.
"""

import hashlib
import pickle
import zlib
from collections.abc import Callable, Iterator
from itertools import islice
from typing import Any, NamedTuple

from django.db import connection

Key = tuple[str, str]


class AskedOnce(NamedTuple):
    sql: str
    params: Any
    digest: bytes

    @property
    def key(self) -> Key:
        return _key(self.sql, self.params)


class DatabaseAnswers:
    """What one drawing asked, and the answers; of what was answered just before it asks nothing."""

    def __init__(self) -> None:
        self.questions: list[AskedOnce] = []
        self.known: dict[Key, _Rows] = {}
        # Whether rows are all that the drawing had of the database.
        self.is_whole = True

    def note(
        self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any
    ) -> Any:
        """Around each statement of a drawing (`connection.execute_wrapper`)."""
        cursor = context["cursor"]
        if many or not sql.lstrip("( ").startswith("SELECT"):
            self.is_whole = False
            self.known.clear()
            return execute(sql, params, many, context)
        rows = self.known.get(_key(sql, params))
        found = None
        if rows is None:
            found = execute(sql, params, many, context)
            rows = _Rows(cursor.cursor)
        self.questions.append(AskedOnce(sql, params, rows.digest))
        cursor.cursor = _Cursor(rows, cursor.cursor)
        return found

    def packed(self) -> bytes:
        """The questions; nothing where a page cannot be known by their answers."""
        return zlib.compress(pickle.dumps(self.questions), 1) if self.is_whole else b""

    def are_as_then(self, packed: bytes) -> bool:
        """Ask again what a drawing asked: whether all that is answered is as it was then."""
        if not packed:
            return False
        asked: list[AskedOnce] = pickle.loads(zlib.decompress(packed))  # noqa: S301 packed above
        return all(self._answer(one).digest == one.digest for one in asked)

    def _answer(self, asked: AskedOnce) -> "_Rows":
        known = self.known.get(asked.key)
        if known is None:
            with connection.cursor() as cursor:
                cursor.execute(asked.sql, asked.params)
                known = self.known[asked.key] = _Rows(cursor)
        return known


class _Rows:
    """An answer: its rows, and by what it is compared."""

    def __init__(self, cursor: Any) -> None:
        self.description = cursor.description
        self.rows: list[Any] = cursor.fetchall()
        self.digest = hashlib.blake2b(pickle.dumps(self.rows), digest_size=16).digest()


class _Cursor:
    """Gives rows that were fetched."""

    def __init__(self, answer: _Rows, cursor: Any) -> None:
        self.description = answer.description
        self.left = iter(answer.rows)
        self.cursor = cursor

    def __iter__(self) -> Iterator[Any]:
        return self.left

    def fetchone(self) -> Any:
        return next(self.left, None)

    def fetchmany(self, size: int = 1) -> list[Any]:
        return list(islice(self.left, size))

    def fetchall(self) -> list[Any]:
        return list(self.left)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.cursor, name)


def _key(sql: str, params: Any) -> Key:
    return sql, repr(params)
