from django.http import Http404, HttpResponse

from accounts.access import SignedIn


def new(request: SignedIn, **kwargs: object) -> HttpResponse:
    raise Http404


def edit(request: SignedIn, **kwargs: object) -> HttpResponse:
    raise Http404


def hold(request: SignedIn, **kwargs: object) -> HttpResponse:
    raise Http404


def publish(request: SignedIn, **kwargs: object) -> HttpResponse:
    raise Http404


def addendum(request: SignedIn, **kwargs: object) -> HttpResponse:
    raise Http404


def scan(request: SignedIn, **kwargs: object) -> HttpResponse:
    raise Http404


def scan_file(request: SignedIn, **kwargs: object) -> HttpResponse:
    raise Http404


def add_file(request: SignedIn, **kwargs: object) -> HttpResponse:
    raise Http404


def file(request: SignedIn, **kwargs: object) -> HttpResponse:
    raise Http404


def drop(request: SignedIn, **kwargs: object) -> HttpResponse:
    raise Http404


def assess(request: SignedIn, **kwargs: object) -> HttpResponse:
    raise Http404
