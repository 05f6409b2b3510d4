"""Every component on one page."""

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.access import SignedIn
from communes.models import Area, Checked


@require_safe
def styleguide(request: SignedIn) -> HttpResponse:
    if not request.user.is_staff:
        raise PermissionDenied
    context = {"nav": "", "checked_rows": [Area(checked=state) for state in Checked]}
    return render(request, "dashboards/styleguide/styleguide.html", context)
