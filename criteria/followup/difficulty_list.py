"""All open difficulties within reach: by criterion, agency and level that must solve them."""

from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from accounts.access import SignedIn
from communes.models import Agency
from criteria.models import Difficulty
from criteria.models.followup import DifficultyQuerySet
from criteria.progress import page_date
from criteria.progress.moment import Moment
from nrm_tracker import clock
from nrm_tracker.page_cache import cached_until_written

ROWS_A_PAGE = 50
# The choice of those that concern a commune as a whole.
WHOLE = "0"


class DifficultyFilter(forms.Form):
    """What of the list is shown: one of the criteria and agencies that are in it, a level."""

    criterion = forms.ChoiceField(label=_("Criterion"), required=False)
    agency = forms.ChoiceField(label=_("Agency asked"), required=False)
    level = forms.ChoiceField(
        label=_("Level that must solve it"),
        choices=[("", _("All levels")), *Difficulty.AskedOf.choices],
        required=False,
    )

    def __init__(self, *args: Any, found: DifficultyQuerySet, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        numbers = found.filter(criterion__isnull=False).order_by("criterion__number")
        columns = ("criterion__number", "criterion__short_name")
        names = dict(numbers.values_list(*columns).distinct())
        criteria = [(str(number), f"{number} {name}") for number, name in names.items()]
        everything = [("", _("All criteria")), (WHOLE, _("The commune as a whole"))]
        self.fields["criterion"].choices = everything + criteria  # type: ignore[attr-defined]
        asked = Agency.objects.filter(pk__in=found.values("asked_agency"))
        agencies = [(str(pk), name) for pk, name in asked.values_list("pk", "name")]
        self.fields["agency"].choices = [("", _("All agencies")), *agencies]  # type: ignore[attr-defined]

    def filter(self, found: DifficultyQuerySet) -> DifficultyQuerySet:
        """Those asked for. What the address names and the list has not, filters nothing."""
        asked = self.cleaned_data
        if asked.get("criterion") == WHOLE:
            found = found.filter(criterion=None)
        elif asked.get("criterion"):
            found = found.filter(criterion__number=asked["criterion"])
        if asked.get("agency"):
            found = found.filter(asked_agency=asked["agency"])
        if asked.get("level"):
            found = found.filter(asked_of=asked["level"])
        return found


@require_safe
@cached_until_written
def difficulty_list(request: SignedIn) -> HttpResponse:
    if redirect := page_date.to_iso(request):
        return redirect
    when = page_date.read(request)
    found = open_at(Difficulty.objects.filter(commune__area__in=request.access.shown), when.moment)
    form = DifficultyFilter(request.GET, found=found)
    form.is_valid()
    rows = form.filter(found).select_related(
        "commune", "criterion__criteria_set", "asked_agency", "stated_by"
    )
    rows = rows.order_by("commune__sort_key", "commune__pk", "stated_on", "pk")
    return render(
        request,
        "criteria/followup/difficulties.html",
        {
            "nav": "difficulties",
            "when": when,
            "form": form,
            "page": Paginator(rows, ROWS_A_PAGE).get_page(request.GET.get("page")),
        },
    )


def open_at(found: DifficultyQuerySet, moment: Moment) -> DifficultyQuerySet:
    """Those stated by the day and not resolved by then, as far as known."""
    found = found.filter(stated_on__lte=moment.day)
    unresolved = Q(resolved_on__isnull=True) | Q(resolved_on__gt=moment.day)
    if moment.known:
        entered = clock.end_of(moment.known)
        found = found.filter(stated_at__lt=entered)
        unresolved |= Q(resolved_at__gte=entered)
    return found.filter(unresolved)
