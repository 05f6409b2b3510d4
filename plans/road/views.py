"""The plan of a commune, as a leader reads it."""

import datetime as dt
from dataclasses import replace
from typing import Any, NamedTuple

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.access import SignedIn
from criteria import permissions as criteria_permissions
from criteria.progress import page_date
from criteria.progress.page_date import PageDate
from meetings import permissions as meetings_permissions
from nrm_tracker.page_cache import cached_until_written
from plans import permissions
from plans.forecasts import by_day
from plans.forecasts.reckoning import Forecast
from plans.lookups import plan_of, run_within
from plans.road import page
from plans.road.days import PlanDays
from plans.road.forms import VariantForm
from plans.road.page import PlanRead
from plans.road.variants import Variant, reckoned
from plans.schedule import TooLong
from plans.versions.differences import VersionDifferences
from plans.versions.queries import side_of_forecast


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
    if redirect := page_date.to_iso(request):
        return redirect
    when = page_date.read(request)
    run = run_within(request, slug, when.day)
    found = plan_of(run)
    access = request.access
    may_write = when.is_now and run.closed_on is None
    context: dict[str, Any] = {
        "nav": "plans",
        "when": when,
        "run": run,
        "commune": run.commune,
        "plan": found,
        "set_query": f"?set={request.GET['set']}" if request.GET.get("set") else "",
        "may_write": may_write and permissions.may_write(access, run.commune),
        "may_claim": may_write and criteria_permissions.may_draft(access, run.commune.pk),
        "may_assign": may_write and meetings_permissions.may_assign(access, run.commune.area_id),
        "may_approve": when.is_now and permissions.may_approve(access, run.commune),
    }
    if found is None:
        return render(request, "plans/road/no_plan.html", context)
    context["weeks"] = by_day.weeks_of(found, when.moment.said_until)
    days = PlanDays(found)
    read = page.read(days, when)
    if read is None:
        return render(request, "plans/road/not_approved_then.html", context)
    context |= {"read": read, "differences": _compared(days, read, when)}
    context |= _drawn(request, read)
    if when.is_now:
        context |= _what_if(request, read)
    return render(request, "plans/road/plan.html", context)


def _drawn(request: SignedIn, read: PlanRead) -> dict[str, Any]:
    if read.found is None:
        return {}
    is_by_cost = request.GET.get("weight") == "cost"
    return {
        "chart": read.chart(is_by_month=request.GET.get("zoom") == "month"),
        "curve": read.curve(is_by_cost=is_by_cost),
        "is_by_cost": is_by_cost,
        "runs": read.found.chance.runs,
    }


def _what_if(request: SignedIn, read: PlanRead) -> dict[str, Any]:
    if read.found is None:
        return {}
    open_steps = [line.activity for line in read.lines if not line.days.is_done]
    asked = request.GET if "activity" in request.GET else None
    deciding = read.deciding.activity.pk if read.deciding else None
    form = VariantForm(asked, open_steps=open_steps, proposed=deciding)
    return {"form": form, "tried": _tried(read.found, form)}


def _compared(days: PlanDays, read: PlanRead, when: PageDate) -> VersionDifferences | None:
    """How the plan differs from that of the day compared with, from the earlier to the later day;
    nothing where nothing was approved by one of them."""
    day = when.moment.compare
    if day is None or read.found is None:
        return None
    moment = replace(when.moment, day=day, compare=None)
    other = days.on(replace(when, moment=moment))
    if other is None or other.found is None:
        return None
    sides = [
        side_of_forecast(found, f"{found.today:%d/%m/%Y}") for found in (other.found, read.found)
    ]
    return VersionDifferences(*(sides if day < when.day else reversed(sides)))


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
