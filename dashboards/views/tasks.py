from django.http import Http404, HttpResponse

from accounts.access import SignedIn


def task_list(request: SignedIn, **kwargs: object) -> HttpResponse:
    raise Http404


def task(request: SignedIn, **kwargs: object) -> HttpResponse:
    raise Http404
