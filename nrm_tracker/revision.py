"""The number of the last write, for pages that may be answered with "not modified"."""

from collections.abc import Callable
from functools import cache, wraps
from typing import Any

from django.conf import settings
from django.contrib.messages import get_messages
from django.db.models import F
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.cache import get_conditional_response, patch_cache_control
from django.utils.crypto import salted_hmac

from nrm_tracker import clock
from nrm_tracker.models import Revision
from nrm_tracker.version import VERSION


def current() -> int:
    return Revision.objects.filter(pk=1).values_list("number", flat=True).first() or 0


def of(request: HttpRequest) -> int:
    """The number as this request first saw it, with the person where somebody is signed in."""
    number: int | None = getattr(request, "_revision", None)
    if number is None:
        person = request.user
        number = person.last_write or 0 if hasattr(person, "last_write") else current()
        request._revision = number  # type: ignore[attr-defined]
    return number


def bump() -> None:
    """Say that something was written. Call it after the transaction, not inside."""
    if not Revision.objects.filter(pk=1).update(number=F("number") + 1):
        Revision.objects.get_or_create(pk=1, defaults={"number": 1})


def unchanged_since_last_write(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Answer 304 when nothing was written since the client got this page.

    The tag covers the person, the session, the language, the day and the release, so that nobody
    is shown another's page, and a page with a message waiting is always drawn.
    """

    @wraps(view)
    def inner(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method not in ("GET", "HEAD"):
            return view(request, *args, **kwargs)
        if len(get_messages(request)):
            return _private(view(request, *args, **kwargs))
        etag = _tag(request)
        response = get_conditional_response(request, etag=etag)
        if response is None:
            response = view(request, *args, **kwargs)
            if response.status_code == 200 and not len(get_messages(request)):
                response["ETag"] = etag
        return _private(response)

    return inner


def _private(response: HttpResponse) -> HttpResponse:
    patch_cache_control(response, private=True, no_cache=True)
    return response


def _tag(request: HttpRequest) -> str:
    parts = (
        of(request),
        request.user.pk,
        request.session.session_key,
        translation.get_language(),
        clock.today(),
        VERSION,
        _release(),
    )
    return f'"{salted_hmac("revision", repr(parts)).hexdigest()}"'


@cache
def _release() -> int:
    """When the newest file of the code, the templates or the catalogue was written."""
    kinds = ("*/*.py", "*/*/*.py", "templates/**/*.html", "locale/**/*.mo", "static/**/*")
    found = (file for kind in kinds for file in settings.BASE_DIR.glob(kind))
    return max(file.stat().st_mtime_ns for file in found if ".venv" not in file.parts)
