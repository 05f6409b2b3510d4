"""Middleware of our own, each for one thing."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation

from nrm_tracker import revision

GetResponse = Callable[[HttpRequest], HttpResponse]
SAFE = ("GET", "HEAD", "OPTIONS", "TRACE")


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


class RevisionMiddleware:
    """Every request that may write makes earlier copies of pages stale."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.method not in SAFE and not self._shows_nowhere(request):
            revision.bump()
        return response

    def _shows_nowhere(self, request: HttpRequest) -> bool:
        """Whether the request wrote only what no kept page shows, as a sign-in does."""
        match = request.resolver_match
        return match is not None and match.view_name in settings.WRITES_SHOWN_NOWHERE
