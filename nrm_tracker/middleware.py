"""Middleware of our own, each for one thing."""

from collections.abc import Callable

from django.conf import settings
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.views.defaults import bad_request

from nrm_tracker.limits import MEGABYTE
from nrm_tracker.slots import BUSY, Busy

GetResponse = Callable[[HttpRequest], HttpResponse]


class LanguageMiddleware:
    """Vietnamese, unless the person chose otherwise: an English Windows is no choice."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
        language = chosen if chosen in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE
        with translation.override(language):
            request.LANGUAGE_CODE = language
            response = self.get_response(request)
        response.headers.setdefault("Content-Language", language)
        return response


class ReadableMiddleware:
    """400 for what cannot be read: text in other letters than ours, and a NUL in an address or a
    cookie. In what is typed a NUL is told beside its field, and nothing typed is lost."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        letters = (request.content_params or {}).get("charset", "utf-8")
        has_nul = "%00" in request.META.get("QUERY_STRING", "") or any(
            "\x00" in value for value in request.COOKIES.values()
        )
        if has_nul or letters.lower() not in ("utf-8", "utf8"):
            return bad_request(request, BadRequest())
        return self.get_response(request)


class LoadMiddleware:
    """413 for more than a request may carry, before any of it is read; 503 where no turn came."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        # What says no length has none: nothing of it is read.
        length = request.META.get("CONTENT_LENGTH") or "0"
        if length.isdecimal() and int(length) > settings.REQUEST_LIMIT:
            limit = settings.REQUEST_LIMIT // MEGABYTE
            return render(request, "413.html", {"limit": limit}, status=413)
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if not isinstance(error, Busy):
            return None
        response = render(request, "503.html", {"text": BUSY}, status=503)
        response["Retry-After"] = "10"
        return response
