"""Choosing the area that is looked at. It stays chosen for the session."""

from urllib.parse import parse_qsl, urlencode, urlsplit

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import Resolver404, resolve, reverse
from django.views.decorators.http import require_POST, require_safe

from accounts.access import CHOSEN, Access, SignedIn, access_of
from communes.models import Area
from nrm_tracker import clock, text

ROWS_A_PAGE = 50
LONGEST = 100
# What an address asks for that another area can answer too.
CARRIED = ("as_of", "known", "compare", "q", "sort")


@require_safe
def area_list(request: SignedIn) -> HttpResponse:
    """All that are reached; the head of each page offers the first of them."""
    words = text.normalize(request.GET.get("q", ""))[:LONGEST]
    reached = Area.objects.filter(pk__in=request.access.areas).select_related("parent")
    rows = [
        area
        for area in reached.inhabited_first(clock.today())
        if text.has_words(f"{area} {area.code}", words)
    ]
    context = {
        "nav": "",
        "words_here": words,
        "page": Paginator(rows, ROWS_A_PAGE).get_page(request.GET.get("page")),
        "back": request.GET.get("back", ""),
    }
    return render(request, "accounts/chosen_area/areas.html", context)


@require_POST
def choose(request: SignedIn) -> HttpResponse:
    """Look at the area that is sent, from here on, on the section where the person was."""
    sent = request.POST.get("area", "")
    access = access_of(request.user, clock.today(), sent)
    if access.area is None or str(access.area.pk) != sent:
        raise Http404
    request.session[CHOSEN] = sent
    return redirect(_section(request.POST.get("back", ""), access))


def _section(address: str, access: Access) -> str:
    """The first page on the way to the address that is of the whole area, or the overview.

    A row of the area before, and what was chosen of its rows, may not be there in another.
    """
    try:
        parts = urlsplit(address)
    except ValueError:
        return reverse("home")
    names = parts.path.strip("/").split("/")
    on_the_way = ["/".join(["", *names[:count], ""]) for count in range(1, len(names) + 1)]
    open_to = (path for path in on_the_way if access.may_manage_accounts or not _is_kept(path))
    path = next(filter(_is_of_an_area, open_to), reverse("home"))
    carried = [pair for pair in parse_qsl(parts.query) if pair[0] in CARRIED]
    return f"{path}?{urlencode(carried)}" if carried and path == parts.path else path


def _is_kept(path: str) -> bool:
    """Whether only who keeps the area opens it."""
    return path.startswith((reverse("setup"), reverse("accounts:area")))


def _is_of_an_area(path: str) -> bool:
    try:
        return not resolve(path).kwargs
    except Resolver404:
        return False
