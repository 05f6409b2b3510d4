"""Middleware of our own, each for one thing."""

from collections.abc import Callable

from django.conf import settings
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.views.defaults import bad_request

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
