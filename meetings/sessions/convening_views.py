"""Convening a session."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.access import SignedIn
from communes.models import Commune
from criteria.progress.lookups import typed
from meetings import permissions
from meetings.sessions import actions
from meetings.sessions.convening_forms import CallForm
from nrm_tracker import clock
from nrm_tracker.once import once


@require_http_methods(["GET", "HEAD", "POST"])
@once
def new(request: SignedIn) -> HttpResponse:
    areas = permissions.convening_areas(request.access)
    named = _named_communes(request, areas)
    area = named[0].area if named else request.access.area
    if area is None or area.pk not in areas:
        raise PermissionDenied
    chosen = [commune for commune in named if commune.area_id == area.pk]
    form = CallForm(typed(request), area=area, chosen=chosen)
    if form.submit(lambda given: actions.convene(area, form.call(), by=request.user)):
        messages.success(request, _("Session convened: %(session)s.") % {"session": form.made})
        return redirect(form.made)
    context = {"nav": "sessions", "form": form, "area": area}
    return render(request, "meetings/sessions/session_call.html", context)


def _named_communes(request: SignedIn, areas: frozenset[int]) -> list[Commune]:
    """Those that the address names, `?commune=` as often as wanted; first those of the area that is
    looked at."""
    slugs = request.GET.getlist("commune")
    if not slugs:
        return []
    found = Commune.objects.within(areas).existing_on(clock.today()).filter(slug__in=slugs)
    here = request.access.shown
    return sorted(found.select_related("area"), key=lambda commune: commune.area_id not in here)
