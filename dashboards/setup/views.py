"""From nothing to a working office, for who keeps an area."""

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.access import SignedIn
from communes.models import Area
from dashboards.setup.steps import steps_of
from nrm_tracker import clock


@require_safe
def setup(request: SignedIn) -> HttpResponse:
    access = request.access
    if not (access.is_administrator or access.coordinates):
        raise PermissionDenied
    areas = list(Area.objects.filter(pk__in=access.manages))
    named = request.GET.get("area", "")
    area = next((one for one in areas if str(one.pk) == named), None) or next(iter(areas), None)
    steps = steps_of(area, clock.today())
    return render(
        request,
        "dashboards/setup/setup.html",
        {
            "nav": "setup",
            "areas": areas,
            "area": area,
            "steps": steps,
            "done_count": sum(step.is_done for step in steps),
            "next_step": next((step for step in steps if not step.is_done), None),
        },
    )
