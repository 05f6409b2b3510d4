from django.http import Http404, HttpResponse

from accounts.access import SignedIn


def session_list(request: SignedIn, **kwargs: object) -> HttpResponse:
    raise Http404


def session(request: SignedIn, **kwargs: object) -> HttpResponse:
    raise Http404


def briefing(request: SignedIn, **kwargs: object) -> HttpResponse:
    raise Http404


def screen(request: SignedIn, **kwargs: object) -> HttpResponse:
    raise Http404
