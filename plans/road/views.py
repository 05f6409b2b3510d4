"""The plan of a commune, as a leader reads it."""

import datetime as dt
from typing import Any, NamedTuple

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.access import SignedIn
from criteria import permissions as criteria_permissions
from meetings import permissions as meetings_permissions
from nrm_tracker import clock
from nrm_tracker.page_cache import cached_until_written
from plans import permissions
from plans.forecasts.reckoning import Forecast
from plans.lookups import plan_of, run_within
from plans.models import SOURCES, Plan
from plans.road import page
from plans.road.forms import VariantForm
from plans.road.variants import Variant, reckoned
from plans.schedule import TooLong


class TriedLine(NamedTuple):
    """A line of the table of what-ifs."""

    name: str
    finish: dt.date
    later: int
    chance: int | None
    safe_on: dt.date
    chain: str
    is_base: bool

    @property
    def sooner(self) -> int:
        return -self.later


@require_safe
@cached_until_written
def plan(request: SignedIn, slug: str) -> HttpResponse:
    run = run_within(request, slug)
    found = plan_of(run)
    access = request.access
    context: dict[str, Any] = {
        "nav": "plans",
        "run": run,
        "commune": run.commune,
        "plan": found,
        "today": clock.today(),
        "set_query": f"?set={request.GET['set']}" if request.GET.get("set") else "",
        "may_write": run.closed_on is None and permissions.may_write(access, run.commune),
        "may_claim": run.closed_on is None
        and criteria_permissions.may_draft(access, run.commune.pk),
        "may_assign": run.closed_on is None
        and meetings_permissions.may_assign(access, run.commune.area_id),
        "may_approve": permissions.may_approve(access, run.commune),
        "sources": SOURCES.values(),
    }
    if found is None:
        return render(request, "plans/road/no_plan.html", context)
    context |= _read(request, found)
    return render(request, "plans/road/plan.html", context)


def _read(request: SignedIn, found: Plan) -> dict[str, Any]:
    read = page.read(found, clock.today())
    if read.found is None:
        return {"read": read}
    open_steps = [line.activity for line in read.lines if not line.days.is_done]
    asked = request.GET if "activity" in request.GET else None
    deciding = read.deciding.activity.pk if read.deciding else None
    form = VariantForm(asked, open_steps=open_steps, proposed=deciding)
    return {
        "read": read,
        "chart": read.chart(is_by_month=request.GET.get("zoom") == "month"),
        "runs": read.found.chance.runs,
        "form": form,
        "tried": _tried(read.found, form),
    }


def _tried(base: Forecast, form: VariantForm) -> list[TriedLine]:
    lines = [_line(_("As forecast today"), base, base, is_base=True)]
    if form.is_bound and form.is_valid():
        variant = form.variant()
        try:
            other = reckoned(base, variant)
        except TooLong:
            form.add_error("days", _("The plan would go on past the year 2199."))
        else:
            if other is None:
                form.add_error("activity", _("No step would be left."))
            else:
                lines.append(_line(_named(variant), other, base))
    return lines


def _line(name: str, found: Forecast, base: Forecast, *, is_base: bool = False) -> TriedLine:
    numbers = [str(found.written.by_key[key].number) for key in found.schedule.chain]
    return TriedLine(
        name=name,
        finish=found.schedule.finish,
        later=(found.schedule.finish - base.schedule.finish).days,
        chance=found.chance.by(found.target) if found.target else None,
        safe_on=found.chance.safe(),
        chain=" → ".join(numbers),
        is_base=is_base,
    )


def _named(variant: Variant) -> str:
    said = {
        "delay": _("%(step)s: %(n)s working days longer"),
        "shorten": _("%(step)s: %(n)s working days shorter"),
        "drop": _("%(step)s: not done"),
    }[variant.kind]
    return said % {"step": variant.activity, "n": variant.days}
