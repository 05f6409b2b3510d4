"""Drawn pages, kept until something is written in an area that they show.

A page is kept under all that it depends on: the whole address, the language, today and the release,
and what its drawing read of the person (`nrm_tracker.reading`). Of whom the same would be read, the
same page is shown; what the frame says of a person is put in for each. With it are kept the numbers
of the last writes in the areas reached (read before the figures are). Where another number stands
now, the database is asked again what was asked for the page: answered as then, it is the same page
(`nrm_tracker.answers`). Its tag adds the person and the session: who sends it back is told that
nothing changed. A page with a message waiting is drawn and not kept. Where there are several
servers, `CACHE_URL` names the cache they share.
"""

import datetime as dt
from collections.abc import Callable
from functools import cache, wraps
from typing import Any, NamedTuple

from django.conf import settings
from django.contrib.messages import get_messages
from django.core.cache import caches
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.cache import get_conditional_response, patch_cache_control
from django.utils.crypto import salted_hmac
from django.views.decorators.cache import cache_control

from nrm_tracker import clock, reading
from nrm_tracker.answers import DatabaseAnswers
from nrm_tracker.context import site
from nrm_tracker.parts import ALL
from nrm_tracker.version import VERSION

View = Callable[..., HttpResponse]
# Before the tokens of a page's forms, which each answer gets anew, and what stands in their place.
TOKEN = 'name="csrfmiddlewaretoken" value="'  # noqa: S105 no password
PLACE = "<!-- token -->"
# So many ways of drawing the page of one address are remembered.
RECIPES = 4
# After so long a page is drawn again with the next write: it may tell the time.
CONFIRMED = dt.timedelta(hours=1)
# A whole province on one page is drawn each time: few ask for it, and it would fill the memory.
LONGEST = 1_000_000


def cached_until_written(view: View) -> View:
    """Answer with the page as it was drawn, or with "not modified", while nothing was written."""

    @wraps(view)
    def inner(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        def draw(request: HttpRequest) -> HttpResponse:
            return view(request, *args, **kwargs)

        if request.method not in ("GET", "HEAD") or len(get_messages(request)):
            return _private(draw(request))
        asked = Asked(request)
        return _private(_known(asked) or _drawn(asked, draw))

    return inner


class Recipe(NamedTuple):
    """What a page was drawn from, beside its address: what it read of the person, by name, and the
    parts of what was written that it shows."""

    names: frozenset[str]
    parts: frozenset[str]


class KeptPage(NamedTuple):
    """A page as it was drawn, when, how often what it shows was written by then, and what was asked
    of the database for it."""

    drawn_at: dt.datetime
    written: list[int]
    questions: bytes
    page: str
    digest: str


class Asked:
    """One request for a page, with the numbers of the last writes as it came."""

    def __init__(self, request: HttpRequest) -> None:
        self.request = request
        self.numbers = request.access.written  # type: ignore[attr-defined]
        self.answers = DatabaseAnswers()
        self.address = _digest(
            request.get_full_path(),
            translation.get_language(),
            clock.today(),
            VERSION,
            release(),
        )

    def key(self, recipe: Recipe) -> str:
        """Under what the page is kept: the same for all of whom the same would be read. What
        concerns all, as names of places do, is read with the person."""
        read = [(name, reading.value(self.request, name)) for name in sorted(recipe.names)]
        everywhere = self.request.access.written_everywhere  # type: ignore[attr-defined]
        return _digest(self.address, everywhere, read, sorted(recipe.parts))

    def written(self, recipe: Recipe) -> list[int]:
        """How often anything was written that the page shows."""
        return [self.numbers[part] for part in sorted({ALL, *recipe.parts})]

    def answer(self, kept: KeptPage) -> HttpResponse:
        """The page with the frame of this person, or that nothing changed to who knows it so."""
        frame = (self.numbers[ALL], reading.value(self.request, reading.OWN))
        tag = f'"{_digest(self.address, kept.digest, frame)}"'
        unchanged: HttpResponse | None = get_conditional_response(self.request, etag=tag)
        return unchanged or HttpResponse(_personal(self.request, kept.page), headers={"ETag": tag})


def _known(asked: Asked) -> HttpResponse | None:
    """The page as somebody was shown it of whom the same is read, or that nothing changed."""
    pages = caches["pages"]
    for recipe in pages.get(asked.address, ()):
        key, written = asked.key(recipe), asked.written(recipe)
        kept: KeptPage | None = pages.get(key)
        if kept is not None and kept.written != written:
            kept = _confirmed(asked, key, kept._replace(written=written))
        if kept is not None:
            return asked.answer(kept)
    return None


def _confirmed(asked: Asked, key: str, kept: KeptPage) -> KeptPage | None:
    """The same page, if what was written since is nothing that it shows."""
    is_recent = clock.machine_now() - kept.drawn_at < CONFIRMED
    if not is_recent or not asked.answers.are_as_then(kept.questions):
        return None
    caches["pages"].set(key, kept)
    return kept


def _drawn(asked: Asked, draw: View) -> HttpResponse:
    noted = reading.WhatWasRead(asked.answers)
    with noted.queries():
        response = draw(reading.watched(asked.request, noted))
    if response.status_code != 200:
        # A page that says what is wrong has the frame of this person.
        return draw(asked.request)
    recipe = Recipe(frozenset(noted.names), noted.depends_on())
    page = _without_tokens(response.content.decode())
    written, questions = asked.written(recipe), asked.answers.packed()
    kept = KeptPage(clock.machine_now(), written, questions, page, _digest(page))
    if len(page) <= LONGEST:
        pages = caches["pages"]
        others = [known for known in pages.get(asked.address, ()) if known != recipe]
        pages.set(asked.address, [recipe, *others][:RECIPES])
        pages.set(asked.key(recipe), kept)
    return asked.answer(kept)


def _without_tokens(page: str) -> str:
    """Found by their beginning, a page of 200 kB is read five times faster than by a pattern."""
    first, *others = page.split(TOKEN)
    return TOKEN.join([first, *(PLACE + other[other.index('"') :] for other in others)])


def _personal(request: HttpRequest, page: str) -> str:
    """The page with the pieces of its frame that are this person's own."""

    shared = site(request)

    @cache
    def piece(name: str, section: str) -> str:
        return render_to_string(name, {"nav": section, **shared}, request)

    filled = reading.PIECE.sub(lambda found: piece(*found.groups()), page)
    return filled.replace(PLACE, get_token(request))


def not_stored(view: View) -> View:
    """Keep what is personal out of the browser's store: machines of offices have many users."""
    return cache_control(private=True, no_store=True)(view)


def _private(response: HttpResponse) -> HttpResponse:
    patch_cache_control(response, private=True, no_cache=True)
    return response


def _digest(*parts: Any) -> str:
    return salted_hmac("page", repr(parts)).hexdigest()


@cache
def release() -> int:
    """When the newest file of the code, the templates or the catalogue was written."""
    # Not a hidden folder, as that of the packages: thousands of files lie there.
    kinds = ("[!.]*/**/*.py", "templates/**/*.html", "locale/**/*.mo", "static/**/*")
    found = (file for kind in kinds for file in settings.BASE_DIR.glob(kind))
    return max(file.stat().st_mtime_ns for file in found)
