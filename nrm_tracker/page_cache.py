"""Drawn pages, kept until something is written.

Most answers repeat the one before: nothing was written in between. So what was drawn is kept in
this process's memory: the parts of a page for all who reach the same areas, the frame around
them for the one person, without the tokens of its forms, which each answer gets anew.

Why nobody is shown stale figures: the keys hold the revision, read before the figures are, and
every request that may write counts it up when it is done (`nrm_tracker.middleware`), as do the
commands that load data; whoever writes past both, in a database console, must count it up too.
What was read while somebody wrote is kept under a number that nobody asks for again. Why nobody
is shown another's page: the session and the person are read before, from the database, for each
request; the frame's key holds the person, and that of the parts holds all else that they depend
on: the areas reached and the name of the place, the whole address with days, set, order and
page, the language and today. Templates of kept pages may use nothing else of the request; a test
looks into them. A page with a message waiting is drawn and not kept.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any

from django.contrib.messages import get_messages
from django.core.cache import caches
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.crypto import salted_hmac
from django.utils.safestring import mark_safe

from nrm_tracker import clock, revision

View = Callable[..., HttpResponse]
# What lies between the parts in `components/parts.html`.
BETWEEN = "<!-- part -->"
PARTS = ("nav", "title", "crumb", "main")
# What stands in a kept frame for what each answer puts there.
MAIN, TOKEN = "<!-- main -->", "<!-- token -->"
_TOKENS = re.compile(r'(?<=name="csrfmiddlewaretoken" value=")\w+')
# A whole province on one page is drawn each time: few ask for it, and it would fill the memory.
LONGEST = 2_000_000


@dataclass(frozen=True)
class Frame:
    """What stands around a page's main part, and the key under which its parts are kept."""

    before: str
    after: str
    parts_key: str

    def around(self, main: str, token: str) -> str:
        return (self.before + main + self.after).replace(TOKEN, token)


def kept(*, personal: bool = False) -> Callable[[View], View]:
    """For views whose template extends `components/parts.html`; `personal`: not shared."""

    def decorate(view: View) -> View:
        @wraps(view)
        def inner(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            key = "" if len(get_messages(request)) else _frame_key(request)
            frame = caches["frames"].get(key) if key else None
            drawn = caches["pages"].get(frame.parts_key) if frame else None
            if frame is None or drawn is None:
                parts_key = _parts_key(request, personal=personal)
                drawn = caches["pages"].get(parts_key)
                if drawn is None:
                    response = view(request, *args, **kwargs)
                    if response.status_code != 200:
                        return response
                    drawn = _TOKENS.sub(TOKEN, response.content.decode())
                    if len(drawn) <= LONGEST:
                        caches["pages"].set(parts_key, drawn)
                frame = _frame(request, drawn, parts_key)
                if key:
                    caches["frames"].set(key, frame)
            return HttpResponse(frame.around(_parts(drawn)["main"], get_token(request)))

        return inner

    return decorate


def _parts(drawn: str) -> dict[str, str]:
    return dict(zip(PARTS, drawn.split(BETWEEN, len(PARTS) - 1), strict=True))


def _frame(request: HttpRequest, drawn: str, parts_key: str) -> Frame:
    texts = {**_parts(drawn), "main": MAIN}
    context = {name: mark_safe(text) for name, text in texts.items()}  # noqa: S308 we drew them
    page = render_to_string("components/framed.html", context, request)
    before, after = _TOKENS.sub(TOKEN, page).split(MAIN)
    return Frame(before, after, parts_key)


def _frame_key(request: HttpRequest) -> str:
    return _key(request, request.user.pk)


def _parts_key(request: HttpRequest, *, personal: bool) -> str:
    access = request.access  # type: ignore[attr-defined]
    person = request.user.pk if personal else None
    return _key(request, person, sorted(access.areas), access.place_name)


def _key(request: HttpRequest, *particulars: Any) -> str:
    address, language = request.get_full_path(), translation.get_language()
    parts = (revision.of(request), clock.today(), language, address, *particulars)
    return salted_hmac("kept", repr(parts)).hexdigest()
