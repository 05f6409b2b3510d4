from django.http import Http404, HttpResponse

from accounts.access import SignedIn


def visit_list(request: SignedIn, **kwargs: object) -> HttpResponse:
    raise Http404


def visit(request: SignedIn, **kwargs: object) -> HttpResponse:
    raise Http404


def working_group(request: SignedIn, **kwargs: object) -> HttpResponse:
    raise Http404
