"""What the drawing of a page reads of the person who asks, and of what is written apart.

A page is drawn from a request whose person is watched: each thing asked of `user`, `access` or
`session` is noted by its name, with what it was asked for. Of whom the same would be read, the same
would be drawn: such people share one page. In the same way each query that names a table tells what
the page depends on.
"""

import copy
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

from django.apps import apps
from django.contrib.auth import get_user_model
from django.db import connection
from django.db.models import Model
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from nrm_tracker.answers import DatabaseAnswers
from nrm_tracker.parts import RESULTS

# What a template asks of the user that many have in common; all else is the person's own.
FLAGS = frozenset({"is_authenticated", "is_staff", "is_superuser"})
# Somebody's very own page: all that is known of the person counts.
OWN = "own"
# A piece of the frame that is drawn for each person: its template, and the section of the page.
PIECE = re.compile("<!-- own piece: ([a-z_/.]+) ([a-z]*) -->")


class WhatWasRead:
    """What one drawing has read so far."""

    def __init__(self, answers: DatabaseAnswers) -> None:
        self.answers = answers
        # A page says at least what lies in the areas that its person reaches.
        self.names = {"access.areas"}
        self.parts: set[str] = set()
        self.is_past = False

    @contextmanager
    def queries(self) -> Iterator[None]:
        """Note whatever is asked of the database."""

        def note(execute: Callable[..., Any], sql: str, *args: Any) -> Any:
            self.parts.update(part for table, part in counted_apart() if f'"{table}"' in sql)
            return self.answers.note(execute, sql, *args)

        with connection.execute_wrapper(note):
            yield

    def depends_on(self) -> frozenset[str]:
        """The parts that are counted apart and that this page shows."""
        return frozenset(self.parts - {RESULTS} if self.is_past else self.parts)


def watched(request: HttpRequest, reading: WhatWasRead) -> HttpRequest:
    """The same request, which tells `reading` what is asked of its person."""
    seen = copy.copy(request)
    seen.reading = reading  # type: ignore[attr-defined]
    seen.access = _WatchedAccess(request.access, reading)  # type: ignore[attr-defined]
    seen.user = _WatchedUser(request.user, reading)  # type: ignore[assignment]
    seen.session = SimpleLazyObject(lambda: _own(reading, request.session))  # type: ignore[assignment]
    return seen


def shows_only_the_past(request: HttpRequest) -> None:
    """Say that the page shows nothing of today: what is found today does not change it."""
    if reading := getattr(request, "reading", None):
        reading.is_past = True


def is_for_several(request: HttpRequest) -> bool:
    """Whether what is drawn now may be shown to others too."""
    return hasattr(request, "reading")


def value(request: HttpRequest, name: str) -> object:
    """What the person of the request has under a name that was noted, as a plain value."""
    if name == OWN:
        return (request.access.fingerprint, request.session.session_key)  # type: ignore[attr-defined]
    whose, attribute = name.split(".")
    attribute, *asked = attribute.split(" ")
    found = getattr(getattr(request, whose), attribute)
    return _plain(found(*asked) if callable(found) else found)


@cache
def counted_apart() -> tuple[tuple[str, str], ...]:
    """Each table that is counted apart, with the name of its part; the rooms say which."""
    said = (getattr(room, "counted_apart", {}) for room in apps.get_app_configs())
    return tuple((table, part) for tables in said for table, part in tables.items())


class _WatchedAccess:
    def __init__(self, access: Any, reading: WhatWasRead) -> None:
        self._access = access
        self._reading = reading

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._access, name)
        if not callable(found):
            self._reading.names.add(f"access.{name}")
            return found

        def answered(*asked: str) -> Any:
            self._reading.names.add(" ".join([f"access.{name}", *asked]))
            return found(*asked)

        return answered


class _WatchedUser(SimpleLazyObject):
    def __init__(self, user: Any, reading: WhatWasRead) -> None:
        super().__init__(lambda: _own(reading, user))
        self.__dict__.update(watched=user, reading=reading)

    # Templates ask these of whatever has an attribute; they tell nothing of the person.
    __class__ = property(lambda _self: get_user_model())

    def __getitem__(self, name: object) -> Any:
        raise TypeError(name)

    def __getattr__(self, name: str) -> Any:
        if name not in FLAGS:
            return super().__getattr__(name)
        self.reading.names.add(f"user.{name}")
        return getattr(self.watched, name)


def _own(reading: WhatWasRead, what: Any) -> Any:
    reading.names.add(OWN)
    return what


def _plain(found: Any) -> object:
    if isinstance(found, frozenset):
        return sorted(found)
    if isinstance(found, tuple):
        return [_plain(one) for one in found]
    if isinstance(found, Model):
        return found.pk
    if found is None or isinstance(found, bool | int | str):
        return found
    raise TypeError(f"{type(found)} is no plain value that a page may be kept under.")
