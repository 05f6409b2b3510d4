"""Which days an area works."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import SignedIn
from criteria.progress.lookups import typed
from nrm_tracker.once import once, writing
from nrm_tracker.page_cache import cached_until_written
from plans import permissions
from plans.models import CalendarDay
from plans.working_days import actions, queries
from plans.working_days.forms import CalendarDayForm


@require_safe
@cached_until_written
def working_days(request: SignedIn) -> HttpResponse:
    area = request.access.area
    context = {
        "nav": "plans",
        "area": area,
        "days": queries.rows_of(area),
        "may_keep": permissions.may_keep_calendar(request.access, area.pk if area else None),
    }
    return render(request, "plans/working_days/working_days.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@once
def new(request: SignedIn) -> HttpResponse:
    area = request.access.area
    if area is None or not permissions.may_keep_calendar(request.access, area.pk):
        raise PermissionDenied
    form = CalendarDayForm(typed(request))
    if form.submit(lambda given: actions.add(area, **given)):
        said = _("Recorded: %(day)s. Plans are reckoned by it from now on.")
        messages.success(request, said % {"day": f"{form.made.day:%d/%m/%Y}"})
        return redirect("working-days")
    context = {"nav": "plans", "area": area, "form": form}
    return render(request, "plans/working_days/working_day_new.html", context)


@require_POST
@once
def remove(request: SignedIn, pk: int) -> HttpResponse:
    rows = CalendarDay.objects.filter(area__in=request.access.areas)
    row = get_object_or_404(rows, pk=pk)
    if not permissions.may_keep_calendar(request.access, row.area_id):
        raise PermissionDenied
    with writing():
        actions.remove(row)
    messages.success(request, _("Taken back: %(day)s.") % {"day": f"{row.day:%d/%m/%Y}"})
    return redirect("working-days")
