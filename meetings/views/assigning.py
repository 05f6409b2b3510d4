from django.http import Http404, HttpResponse

from accounts.access import SignedIn


def from_entry(request: SignedIn, **kwargs: object) -> HttpResponse:
    raise Http404


def new(request: SignedIn, **kwargs: object) -> HttpResponse:
    raise Http404


def from_visit(request: SignedIn, **kwargs: object) -> HttpResponse:
    raise Http404
