"""What is recorded of resources and debts, each form on a page of its own."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.access import SignedIn
from communes.models import Commune
from criteria.models import Enrolment
from criteria.progress import cells
from criteria.progress.lookups import commune_within, typed
from nrm_tracker import clock
from nrm_tracker.forms import EntryForm
from nrm_tracker.once import once
from plans import permissions
from plans.lookups import with_area
from plans.models import ConstructionItem, Contribution
from plans.resources import actions
from plans.resources.forms import (
    ContributionForm,
    CorrectContributionForm,
    DebtForm,
    NewDebtForm,
)

both = require_http_methods(["GET", "HEAD", "POST"])


@both
@once
def new(request: SignedIn, slug: str) -> HttpResponse:
    commune = _writable(request, with_area(commune_within(request.access, slug)))
    form = ContributionForm(typed(request), run=_run(commune))
    if form.submit(lambda given: actions.record(commune, form.given(), by=request.user)):
        messages.success(request, _("The contribution is recorded."))
        return _back(commune)
    return _page(request, commune, form, _("Record a contribution"))


@both
@once
def correct(request: SignedIn, pk: int) -> HttpResponse:
    """Another row in its place, or none."""
    found = Contribution.objects.filter(commune__area__in=request.access.areas)
    wrong = get_object_or_404(
        found.select_related("commune__area", "criterion", "recorded_by"), pk=pk
    )
    commune = _writable(request, wrong.commune)
    form = CorrectContributionForm(typed(request), run=_run(commune), shown=wrong)
    if form.submit(
        lambda given: actions.correct(
            wrong, form.given_or_none(), reason=given["reason"], by=request.user
        )
    ):
        messages.success(request, _("The row is corrected; it stays on record as it was."))
        return _back(commune)
    return _page(request, commune, form, _("Correct a contribution"), wrong=wrong)


@both
@once
def new_debt(request: SignedIn, slug: str) -> HttpResponse:
    commune = _writable(request, with_area(commune_within(request.access, slug)))
    form = NewDebtForm(typed(request), run=_run(commune))
    if form.submit(lambda given: _state(commune, given, request)):
        messages.success(request, _("The item is recorded."))
        return _back(commune)
    return _page(request, commune, form, _("Record an item of construction"))


@both
@once
def restate(request: SignedIn, pk: int) -> HttpResponse:
    """What is owed for an item on another day."""
    found = ConstructionItem.objects.filter(commune__area__in=request.access.areas)
    item = get_object_or_404(found.select_related("commune__area"), pk=pk)
    commune = _writable(request, item.commune)
    stated = list(item.debts.select_related("recorded_by").order_by("-stated_on", "-pk"))
    newest = max(stated, key=lambda one: one.pk)
    form = DebtForm(typed(request), shown=newest)
    if form.submit(
        lambda given: actions.restate_debt(
            item,
            stated_on=given["stated_on"],
            value=given["value"],
            paid=given["paid"],
            settled_by=given["settled_by"],
            seen=given["version"],
            by=request.user,
        )
    ):
        messages.success(request, _("What is owed is recorded."))
        return _back(commune)
    if form.conflict:
        form.send_again("version", form.conflict.pk)
    return _page(request, commune, form, _("State what is owed"), item=item, stated=stated)


def _state(commune: Commune, given: dict[str, Any], request: SignedIn) -> Any:
    said = {name: value for name, value in given.items() if name != "version"}
    return actions.state_debt(commune, said.pop("name"), by=request.user, **said)


def _writable(request: SignedIn, commune: Commune) -> Commune:
    if not permissions.may_record_resources(request.access, commune):
        raise PermissionDenied
    return commune


def _run(commune: Commune) -> Enrolment | None:
    return cells.choose_enrolment(cells.enrolments_of(commune), clock.today(), "")


def _back(commune: Commune) -> HttpResponse:
    return redirect(reverse("commune-resources", args=[commune.slug]))


def _page(
    request: SignedIn, commune: Commune, form: EntryForm, heading: str, **context: Any
) -> HttpResponse:
    context |= {"nav": "resources", "commune": commune, "form": form, "heading": heading}
    status = 409 if form.conflict else 200
    return render(request, "plans/resources/entry.html", context, status=status)
