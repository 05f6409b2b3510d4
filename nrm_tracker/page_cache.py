"""Drawn pages, kept until something is written in an area that they show.

A page is kept under all that it depends on: the whole address, the language, today and the release,
what its drawing read of the person (`nrm_tracker.reading`) and the number of the last write in the
areas reached (read before the figures are). Of whom the same would be read, the same page is shown;
what the frame says of a person, which changes with such a write too, is put in for each. Its tag
adds the person and the session: who sends it back is told that nothing changed. A page with a
message waiting is drawn and not kept. Where there are several servers, `CACHE_URL` names the cache
they share.
"""

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
from nrm_tracker.parts import ALL
from nrm_tracker.version import VERSION

View = Callable[..., HttpResponse]
# Before the tokens of a page's forms, which each answer gets anew, and what stands in their place.
TOKEN = 'name="csrfmiddlewaretoken" value="'  # noqa: S105 no password
PLACE = "<!-- token -->"
# So many ways of drawing the page of one address are remembered.
RECIPES = 4
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


class Asked:
    """One request for a page, with the numbers of the last writes as it came."""

    def __init__(self, request: HttpRequest) -> None:
        self.request = request
        self.numbers = request.access.written  # type: ignore[attr-defined]
        self.address = _digest(
            request.get_full_path(),
            translation.get_language(),
            clock.today(),
            VERSION,
            release(),
        )

    def key(self, recipe: Recipe) -> str:
        """Under what the page is kept: the same for all of whom the same would be read."""
        read = [(name, reading.value(self.request, name)) for name in sorted(recipe.names)]
        written = [(part, self.numbers[part]) for part in sorted({ALL, *recipe.parts})]
        return _digest(self.address, read, written)

    def tag(self, key: str) -> str:
        """By what a browser knows the page, with the frame of this person."""
        return f'"{_digest(key, reading.value(self.request, reading.OWN))}"'

    def answer(self, key: str, page: str) -> HttpResponse:
        return HttpResponse(_personal(self.request, page), headers={"ETag": self.tag(key)})

    def unchanged(self, key: str) -> HttpResponse | None:
        """What is told who sent the tag back."""
        found: HttpResponse | None = get_conditional_response(self.request, etag=self.tag(key))
        return found


def _known(asked: Asked) -> HttpResponse | None:
    """The page as somebody was shown it of whom the same is read, or that nothing changed."""
    pages = caches["pages"]
    for recipe in pages.get(asked.address, ()):
        key = asked.key(recipe)
        if response := asked.unchanged(key):
            return response
        if (page := pages.get(key)) is not None:
            return asked.answer(key, page)
    return None


def _drawn(asked: Asked, draw: View) -> HttpResponse:
    noted = reading.WhatWasRead()
    with noted.queries():
        response = draw(reading.watched(asked.request, noted))
    if response.status_code != 200:
        # A page that says what is wrong has the frame of this person.
        return draw(asked.request)
    recipe = Recipe(frozenset(noted.names), noted.depends_on())
    key, page = asked.key(recipe), _without_tokens(response.content.decode())
    if len(page) <= LONGEST:
        pages = caches["pages"]
        others = [known for known in pages.get(asked.address, ()) if known != recipe]
        pages.set(asked.address, [recipe, *others][:RECIPES])
        pages.set(key, page)
    return asked.unchanged(key) or asked.answer(key, page)


def _without_tokens(page: str) -> str:
    """Found by their beginning, a page of 200 kB is read five times faster than by a pattern."""
    first, *others = page.split(TOKEN)
    return TOKEN.join([first, *(PLACE + other[other.index('"') :] for other in others)])


def _personal(request: HttpRequest, page: str) -> str:
    """The page with the pieces of its frame that are this person's own."""

    @cache
    def piece(name: str, section: str) -> str:
        return render_to_string(name, {"nav": section}, request)

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
