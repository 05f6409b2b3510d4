"""Convening a session."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.access import SignedIn
from communes.models import Area, Commune
from criteria.progress.lookups import typed
from meetings import permissions
from meetings.sessions import actions
from meetings.sessions.convening_forms import CallForm
from nrm_tracker import clock
from nrm_tracker.once import once


@require_http_methods(["GET", "HEAD", "POST"])
@once
def new(request: SignedIn) -> HttpResponse:
    areas = _areas(request)
    chosen = _asked_communes(request, areas)
    area = _area(request, areas, chosen)
    chosen = [commune for commune in chosen if commune.area_id == area.pk]
    form = CallForm(typed(request), area=area, chosen=chosen)
    if form.submit(lambda given: actions.convene(area, form.call(), by=request.user)):
        messages.success(request, _("Session convened: %(session)s.") % {"session": form.made})
        return redirect(form.made)
    context = {"nav": "sessions", "form": form, "area": area, "areas": areas}
    return render(request, "meetings/sessions/session_call.html", context)


def _areas(request: SignedIn) -> list[Area]:
    """Where the person convenes, those with communes first of all: without any, none is called."""
    convening_in = permissions.convening_areas(request.access)
    if not convening_in:
        raise PermissionDenied
    found = Area.objects.filter(pk__in=convening_in)
    there = Commune.objects.within(convening_in).existing_on(clock.today())
    return list(found.filter(pk__in=there.values("area"))) or list(found)


def _asked_communes(request: SignedIn, areas: list[Area]) -> list[Commune]:
    """Those that the address names: `?commune=` as often as wanted."""
    slugs = request.GET.getlist("commune")
    if not slugs:
        return []
    found = Commune.objects.within([area.pk for area in areas]).existing_on(clock.today())
    return list(found.filter(slug__in=slugs))


def _area(request: SignedIn, areas: list[Area], chosen: list[Commune]) -> Area:
    """The area asked for, or that of the communes asked for, or one's own, or the first."""
    by_pk = {area.pk: area for area in areas}
    asked = request.GET.get("area", "")
    if asked:
        found = next((area for area in areas if str(area.pk) == asked), None)
        if found is None:
            raise Http404
        return found
    home = request.access.home
    pks = [commune.area_id for commune in chosen] + ([home.pk] if home else [])
    return next((by_pk[pk] for pk in pks if pk in by_pk), areas[0])
