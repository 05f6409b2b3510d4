"""From nothing to a working office, for who keeps an area."""

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.access import SignedIn
from criteria.enrolments.queries import is_in_use
from dashboards.setup.steps import steps_of
from nrm_tracker import clock


@require_safe
def setup(request: SignedIn) -> HttpResponse:
    access = request.access
    area = access.area
    if not access.may_set_up:
        raise PermissionDenied
    steps = steps_of(area, clock.today())
    return render(
        request,
        "dashboards/setup/setup.html",
        {
            "nav": "setup",
            "area": area,
            "steps": steps,
            "done_count": sum(step.is_done for step in steps),
            "offers_training": access.is_administrator and not is_in_use(),
            "next_step": next((step for step in steps if not step.is_done), None),
        },
    )
