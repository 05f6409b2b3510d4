"""Drawn pages, kept until something is written in an area that they show.

Each person's page is kept under a tag of all that it depends on: the person, the session, what
they reach, which area they look at and how many notices they have not read, the number of the last
write in the areas reached (read before the figures are), the whole address, the language, today and
the release. Who sends the tag back is told that nothing changed. A page with a message waiting is
drawn and not kept. Where there are several servers, `CACHE_URL` names the cache that they share.
"""

import re
from collections.abc import Callable
from functools import cache, wraps
from typing import Any

from django.conf import settings
from django.contrib.messages import get_messages
from django.core.cache import caches
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.utils import translation
from django.utils.cache import patch_cache_control
from django.utils.crypto import salted_hmac
from django.views.decorators.cache import cache_control
from django.views.decorators.http import condition

from nrm_tracker import clock, revision
from nrm_tracker.version import VERSION

View = Callable[..., HttpResponse]
# The tokens of a page's forms, which each answer gets anew, and what stands in their place.
TOKENS = re.compile(r'(?<=name="csrfmiddlewaretoken" value=")\w+')
PLACE = "<!-- token -->"
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
        tag = _tag(request)
        answer = condition(etag_func=lambda request: f'"{tag}"')(
            lambda request: _kept(request, tag, draw)
        )
        return _private(answer(request))

    return inner


def _kept(request: HttpRequest, tag: str, draw: View) -> HttpResponse:
    pages = caches["pages"]
    drawn = pages.get(tag)
    if drawn is None:
        response = draw(request)
        if response.status_code != 200:
            return response
        drawn = TOKENS.sub(PLACE, response.content.decode())
        if len(drawn) <= LONGEST:
            pages.set(tag, drawn)
        return response
    return HttpResponse(drawn.replace(PLACE, get_token(request)))


def not_stored(view: View) -> View:
    """Keep what is personal out of the browser's store: machines of offices have many users."""
    return cache_control(private=True, no_store=True)(view)


def _private(response: HttpResponse) -> HttpResponse:
    patch_cache_control(response, private=True, no_cache=True)
    return response


def _tag(request: HttpRequest) -> str:
    access = request.access  # type: ignore[attr-defined]
    parts = (
        access.fingerprint,
        revision.number(access.areas),
        request.session.session_key,
        request.get_full_path(),
        translation.get_language(),
        clock.today(),
        VERSION,
        _release(),
    )
    return salted_hmac("page", repr(parts)).hexdigest()


@cache
def _release() -> int:
    """When the newest file of the code, the templates or the catalogue was written."""
    kinds = ("*/**/*.py", "templates/**/*.html", "locale/**/*.mo", "static/**/*")
    found = (file for kind in kinds for file in settings.BASE_DIR.glob(kind))
    return max(file.stat().st_mtime_ns for file in found if ".venv" not in file.parts)
