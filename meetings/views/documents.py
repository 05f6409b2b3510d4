from django.http import Http404, HttpResponse

from accounts.access import SignedIn


def of_session(request: SignedIn, **kwargs: object) -> HttpResponse:
    raise Http404


def reminder(request: SignedIn, **kwargs: object) -> HttpResponse:
    raise Http404


def template(request: SignedIn, **kwargs: object) -> HttpResponse:
    raise Http404
