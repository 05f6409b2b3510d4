"""What somebody has just done by mistake, taken back by whoever did it: rule 11b.

A deed is known by who did it and at which moment; all that it wrote bears both. Undoing it writes
further entries, which void; nothing is deleted. What a deed of a kind wrote, and what has come of
it since, its own slice knows.
"""

import datetime as dt
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import NoReturn

from django.apps import apps
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from nrm_tracker import clock
from nrm_tracker.once import writing

WITHIN = dt.timedelta(minutes=10)


@dataclass(frozen=True)
class Undo:
    """A deed that its reader can undo: where, until when, and how many rows it wrote."""

    address: str
    until: dt.datetime
    count: int = 1


def is_open(at: dt.datetime, within: dt.timedelta = WITHIN) -> bool:
    """Whether what was done then can still be undone. In a demo the hours begin anew each day."""
    return dt.timedelta(0) <= clock.now() - at <= within


def until(at: dt.datetime) -> dt.datetime:
    """Until when what was done then can be undone."""
    return clock.local(at + WITHIN)


def check_open(at: dt.datetime) -> None:
    if not is_open(at):
        message = _("This can be undone for ten minutes, until %(time)s. Correct it instead.")
        raise ValidationError(message % {"time": f"{until(at):%H:%M}"})


def refuse_again() -> NoReturn:
    raise ValidationError(_("This was undone already."))


def refuse_acted(who: object, at: dt.datetime, what: str) -> NoReturn:
    """Somebody went on from what was done: who, when and with what."""
    message = _("It can no longer be undone: %(who)s went on at %(time)s (%(what)s).")
    said = {"who": who, "time": f"{clock.local(at):%H:%M}", "what": what}
    raise ValidationError(message % said)


def check_not_frozen(commune_ids: Collection[int], since: dt.datetime) -> None:
    """Refuse where figures of these communes were kept for good since; the rooms know by what."""
    for room in apps.get_app_configs():
        told = getattr(room, "frozen_since", lambda *_asked: "")(commune_ids, since)
        if told:
            raise ValidationError(told)


def offer(request: HttpRequest, said: str, address: str, at: dt.datetime) -> None:
    """Say that something was recorded, at that moment, with a button that undoes it."""
    until_when = _("It can be undone until %(time)s.") % {"time": f"{until(at):%H:%M}"}
    messages.success(request, f"{said} {until_when}", extra_tags=address)


def undone(request: HttpRequest, undo: Callable[[], str], there: str) -> HttpResponse:
    """The answer to the button: what was undone, or in a sentence why it was not."""
    if request.method != "POST":
        return redirect(there)
    try:
        with writing():
            said = undo()
    except ValidationError as error:
        messages.warning(request, " ".join(error.messages))
    else:
        messages.success(request, said)
    return redirect(there)
