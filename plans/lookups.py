"""How the views of this room obtain a plan: 404 outside the reach."""

import datetime as dt

from django.core.exceptions import PermissionDenied
from django.http import Http404

from accounts.access import SignedIn
from communes.models import Commune
from criteria.models import Enrolment
from criteria.progress import cells
from criteria.progress.board import targets_on
from nrm_tracker import clock
from plans import permissions
from plans.models import Plan


def run_within(request: SignedIn, slug: str, day: dt.date | None = None) -> Enrolment:
    """The commune's run at the set that the address names, by default its usual one; of a past day
    with the target of that day."""
    runs = list(cells.runs_within(request.access.areas, slug))
    code = request.GET.get("set", "")
    run = cells.choose_enrolment(runs, day or clock.today(), code)
    if run is None or (code and run.criteria_set.code != code):
        raise Http404
    if day:
        targets = targets_on(day, Enrolment.objects.filter(pk=run.pk))
        run.target_on, run.target_count = targets.get(run.pk, (run.target_on, run.target_count))
    return run


def with_area(commune: Commune) -> Commune:
    return Commune.objects.select_related("area").get(pk=commune.pk)


def plan_of(run: Enrolment) -> Plan | None:
    found = Plan.objects.filter(enrolment=run).first()
    if found:
        found.enrolment = run
    return found


def plan_within(request: SignedIn, slug: str) -> Plan:
    found = plan_of(run_within(request, slug))
    if found is None:
        raise Http404
    return found


def plan_to_write(request: SignedIn, slug: str) -> Plan:
    """A plan whose steps the person may write."""
    plan = plan_within(request, slug)
    run = plan.enrolment
    if run.closed_on or not permissions.may_write(request.access, run.commune):
        raise PermissionDenied
    return plan
