from django.http import Http404, HttpResponse

from accounts.access import SignedIn


def progress(request: SignedIn, **kwargs: object) -> HttpResponse:
    raise Http404


def done(request: SignedIn, **kwargs: object) -> HttpResponse:
    raise Http404


def confirm(request: SignedIn, **kwargs: object) -> HttpResponse:
    raise Http404


def send_back(request: SignedIn, **kwargs: object) -> HttpResponse:
    raise Http404


def cancel(request: SignedIn, **kwargs: object) -> HttpResponse:
    raise Http404


def ask_day(request: SignedIn, **kwargs: object) -> HttpResponse:
    raise Http404


def answer_day(request: SignedIn, **kwargs: object) -> HttpResponse:
    raise Http404


def comment(request: SignedIn, **kwargs: object) -> HttpResponse:
    raise Http404


def focal(request: SignedIn, **kwargs: object) -> HttpResponse:
    raise Http404


def bulk(request: SignedIn, **kwargs: object) -> HttpResponse:
    raise Http404


def file(request: SignedIn, **kwargs: object) -> HttpResponse:
    raise Http404
