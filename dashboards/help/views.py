"""Help by role and by question, a tour of ten steps, and all of it to be printed."""

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.access import SignedIn
from dashboards.help.help_texts import audience_of, pages, tour_of


@require_safe
def help_index(request: SignedIn) -> HttpResponse:
    audience = audience_of(request.access)
    context = {
        "own": [one for one in pages() if one.audience & audience],
        "common": [one for one in pages() if not one.audience],
        "others": [one for one in pages() if one.audience and not one.audience & audience],
    }
    return render(request, "dashboards/help/help.html", context)


@require_safe
def help_page(request: SignedIn, slug: str) -> HttpResponse:
    page = next((one for one in pages() if one.slug == slug), None)
    if page is None:
        raise Http404
    return render(request, "dashboards/help/help_page.html", {"page": page})


@require_safe
def tour(request: SignedIn) -> HttpResponse:
    return render(request, "dashboards/help/tour.html", {"tour": tour_of(request.access)})


@require_safe
def booklet(request: SignedIn) -> HttpResponse:
    context = {"pages": pages(), "tour": tour_of(request.access)}
    return render(request, "dashboards/help/booklet.html", context)
