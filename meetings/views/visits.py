from django.http import Http404, HttpResponse

from accounts.access import SignedIn


def new(request: SignedIn, **kwargs: object) -> HttpResponse:
    raise Http404


def record(request: SignedIn, **kwargs: object) -> HttpResponse:
    raise Http404


def give_up(request: SignedIn, **kwargs: object) -> HttpResponse:
    raise Http404


def file(request: SignedIn, **kwargs: object) -> HttpResponse:
    raise Http404
