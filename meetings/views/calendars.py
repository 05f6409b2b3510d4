from django.http import Http404, HttpResponse

from accounts.access import SignedIn


def invitation(request: SignedIn, **kwargs: object) -> HttpResponse:
    raise Http404


def feed(request: SignedIn, **kwargs: object) -> HttpResponse:
    raise Http404


def renew(request: SignedIn, **kwargs: object) -> HttpResponse:
    raise Http404
