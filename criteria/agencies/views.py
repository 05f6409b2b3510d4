"""The agencies of an area, and who answers for what: set up by the administrator."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.access import SignedIn, for_administrators
from communes.models import Area
from criteria.agencies import actions, queries
from criteria.agencies.forms import AgenciesForm
from criteria.agencies.usual import usual_agencies
from criteria.models import CriteriaSet
from criteria.progress.lookups import typed
from nrm_tracker.once import once


@require_http_methods(["GET", "HEAD", "POST"])
@for_administrators
@once
def agencies(request: SignedIn) -> HttpResponse:
    """Agencies and what they answer for are reference data: administrators keep them."""
    if request.access.area is None:
        raise PermissionDenied
    area = Area.objects.get(pk=request.access.area.pk)
    sets, criteria_set = queries.sets_of(area, request.GET.get("set", ""))
    context = {"nav": "setup", "area": area, "sets": sets, "criteria_set": criteria_set}
    if criteria_set is None:
        return render(request, "criteria/agencies/agencies.html", context)
    table = queries.table_of(area, criteria_set)
    there = {row.agency.name for row in table.rows}
    is_asked = not there or "usual" in request.GET
    usual = [
        one
        for one in usual_agencies(area.kind, criteria_set.code)
        if is_asked and one.name not in there
    ]
    form = AgenciesForm(typed(request), table=table, usual=usual)
    if form.submit(
        lambda given: actions.keep(
            area,
            criteria_set,
            form.entries(),
            from_on=given["from_on"],
            seen=given["seen"],
            by=request.user,
        )
    ):
        said = _("Agencies added: %(made)s; changed: %(changed)s.")
        made, changed = len(form.made.made), len(form.made.changed)
        messages.success(request, said % {"made": made, "changed": changed})
        return redirect(_address(area, criteria_set))
    status = 409 if form.conflict else 200
    context |= {"form": form, "table": table, "usual": usual, "offer": context}
    return render(request, "criteria/agencies/agencies.html", context, status=status)


def _address(area: Area, criteria_set: CriteriaSet) -> str:
    return f"{reverse('setup-agencies')}?area={area.pk}&set={criteria_set.code}"
