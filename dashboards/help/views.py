"""Help by role and by question, a tour of ten steps, and all of it to be printed."""

import logging

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.access import SignedIn
from dashboards.help import paper
from dashboards.help.help_texts import audience_of, pages, role_of, tour_of
from dashboards.help.progress import open_step, progress_in, start_over, stop_of
from nrm_tracker.bounded.running import Failed, TooHeavy
from nrm_tracker.once import once, writing
from nrm_tracker.templatetags.ui import within

log = logging.getLogger(__name__)


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
    found = tour_of(request.access)
    way = found and progress_in(found, request.user, role_of(request.access))
    return render(request, "dashboards/help/tour.html", {"progress": way})


@require_POST
@once
def tour_open(request: SignedIn, number: int) -> HttpResponse:
    """Note that the step was opened, and go to its page."""
    found = tour_of(request.access)
    stop = stop_of(found, number) if found else None
    if stop is None:
        raise Http404
    with writing():
        open_step(request.user, role_of(request.access), number)
    return redirect(stop.address_within)


@require_POST
@once
def tour_anew(request: SignedIn) -> HttpResponse:
    with writing():
        start_over(request.user, role_of(request.access))
    return redirect("help-tour")


@require_safe
def booklet(request: SignedIn) -> HttpResponse:
    context = {"pages": pages(), "tour": tour_of(request.access)}
    return render(request, "dashboards/help/booklet.html", context)


@require_safe
def booklet_pdf(request: SignedIn) -> HttpResponse:
    office, place = _("Coordination office for new rural communes"), request.access.place_name
    try:
        content = paper.draw(tour_of(request.access), office=f"{office} {within(place)}".strip())
    except (TooHeavy, Failed):
        log.exception("The booklet could not be drawn.")
        messages.error(request, _("The PDF could not be made. The page can be printed instead."))
        return redirect("help-booklet")
    name = _("help.pdf")
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(content, content_type="application/pdf", headers=headers)
