"""The communes of an area: read by who keeps it, made by administrators."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import SignedIn, for_administrators
from communes.models import Area, Commune
from communes.units import by_hand, making, matching
from communes.units.directory import Unit
from criteria.progress import board_page
from criteria.progress.lookups import typed
from dashboards.setup.area_views import tell
from dashboards.setup.forms import CommuneForm
from nrm_tracker.forms import EntryForm
from nrm_tracker.once import once


@require_safe
def communes(request: SignedIn) -> HttpResponse:
    access = request.access
    if not (access.is_administrator or access.may_manage_accounts):
        raise PermissionDenied
    area = access.area
    unit = matching.unit_of(area.pk) if area and access.is_administrator else None
    return _page(request, area, unit)


@require_http_methods(["GET", "HEAD", "POST"])
@for_administrators
@once
def commune_new(request: SignedIn) -> HttpResponse:
    area = _area(request)
    form = CommuneForm(typed(request))
    if form.submit(lambda given: by_hand.add_commune(form.commune(area), by=request.user)):
        said = _("%(commune)s is entered.")
        messages.success(request, said % {"commune": form.made.full_name})
        return redirect(f"{reverse('setup-communes')}?area={area.pk}")
    context = {"nav": "setup", "form": form, "area": area}
    return render(request, "dashboards/setup/commune_new.html", context)


@require_POST
@for_administrators
@once
def communes_missing(request: SignedIn) -> HttpResponse:
    """Make those of the lists that the area lacks."""
    area = _area(request)
    unit = matching.unit_of(area.pk)
    if unit is None:
        raise Http404
    form = EntryForm(request.POST)
    if form.submit(lambda given: making.make(matching.select(unit), region=area.region)):
        tell(request, area, form.made)
        return redirect(f"{reverse('setup-communes')}?area={area.pk}")
    return _page(request, area, unit, form)


def _page(
    request: SignedIn, area: Area | None, unit: Unit | None, form: EntryForm | None = None
) -> HttpResponse:
    """`unit` is what the area is in the lists, for who may make what it lacks."""
    may_add = request.access.is_administrator and area is not None
    missing = matching.Matching(matching.select(unit)).missing_communes if unit else []
    rows = Commune.objects.filter(area=area).order_by("sort_key", "code")
    context = {
        "nav": "setup",
        "area": area,
        "page": Paginator(rows, board_page.ROWS_A_PAGE).get_page(request.GET.get("page")),
        "may_add": may_add,
        "missing": missing,
        "form": form,
    }
    return render(request, "dashboards/setup/communes.html", context)


def _area(request: SignedIn) -> Area:
    """The area that the address names: what is written is never put elsewhere."""
    area = request.access.area
    if area is None or str(area.pk) != request.GET.get("area"):
        raise Http404
    return area
