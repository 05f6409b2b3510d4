from django.http import Http404, HttpResponse

from accounts.access import SignedIn


def editor(request: SignedIn, **kwargs: object) -> HttpResponse:
    raise Http404


def save_entry(request: SignedIn, **kwargs: object) -> HttpResponse:
    raise Http404


def edit_entry(request: SignedIn, **kwargs: object) -> HttpResponse:
    raise Http404


def delete_entry(request: SignedIn, **kwargs: object) -> HttpResponse:
    raise Http404


def move_entry(request: SignedIn, **kwargs: object) -> HttpResponse:
    raise Http404
