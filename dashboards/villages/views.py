"""The villages of an area from a list: pasted or sent, looked over, made."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods

from accounts.access import SignedIn
from communes.models import Area, Village
from communes.villages import actions
from criteria.progress.lookups import typed
from dashboards.villages import comparison
from dashboards.villages.comparison import VillageComparison
from dashboards.villages.forms import VillagesForm
from nrm_tracker.forms import Conflict
from nrm_tracker.once import once

# So many rows are shown, those first that ask for something; the list itself has them all.
MOST_SHOWN = 300
KIND_TITLES = {
    comparison.REFUSED: gettext_lazy("Cannot be made"),
    comparison.LIKE: gettext_lazy("Much like another"),
    comparison.NEW: gettext_lazy("New"),
    comparison.THERE: gettext_lazy("There already"),
    comparison.OUT: gettext_lazy("Left out"),
}
KIND_CLASSES = {
    comparison.REFUSED: "late",
    comparison.LIKE: "soon",
    comparison.NEW: "ok",
}


@require_http_methods(["GET", "HEAD", "POST"])
@once
def villages(request: SignedIn) -> HttpResponse:
    """The page to paste a list; its rows to look over; then, made, the page again."""
    access = request.access
    area = access.area
    if not (access.may_manage_accounts or (area is None and access.is_administrator)):
        raise PermissionDenied
    if area is None:
        if request.method == "POST":
            raise Http404
        return render(request, "dashboards/villages/villages.html", {"nav": "setup"})
    form = VillagesForm(typed(request), request.FILES or None)
    is_last_word = "make" in request.POST and not request.FILES
    if is_last_word and form.submit(
        lambda _given: actions.add_all(lambda: _chosen(request, area, form), by=request.user)
    ):
        count = len(form.made)
        said = ngettext("%(n)s village made.", "%(n)s villages made.", count)
        messages.success(request, said % {"n": count})
        return redirect(f"{reverse('setup-villages')}?area={area.pk}")
    return _page(request, area, form)


def _chosen(request: SignedIn, area: Area, form: VillagesForm) -> list[Village]:
    """The villages to make; raises Conflict where they were not shown so."""
    compared = _compared(request, area, form)
    if compared.seen != form.cleaned_data["seen"]:
        raise Conflict(compared)
    if compared.counts[comparison.REFUSED]:
        raise ValidationError(_("Some rows cannot be made, so nothing was. Mend or remove them."))
    return compared.villages(with_like=form.cleaned_data["with_like"])


def _compared(request: SignedIn, area: Area, form: VillagesForm) -> VillageComparison:
    rows = form.found.rows if form.found else []
    return comparison.compare(rows, area, request.access.manages_here)


def _page(request: SignedIn, area: Area, form: VillagesForm) -> HttpResponse:
    form.is_valid()
    compared = form.conflict
    if compared is None and form.found:
        compared = _compared(request, area, form)
    there = Village.objects.filter(commune__area__in=request.access.manages_here)
    context = {
        "nav": "setup",
        "area": area,
        "form": form,
        "found": form.found,
        "there": there.count(),
    }
    if form.found and compared:
        form.show(form.found, compared.seen)
        context |= _rows(compared)
    status = 409 if form.conflict else 200
    return render(request, "dashboards/villages/villages.html", context, status=status)


def _rows(compared: VillageComparison) -> dict[str, Any]:
    counts = compared.counts
    return {
        "lines": [
            (line, KIND_TITLES[line.kind], KIND_CLASSES.get(line.kind, ""))
            for line in compared.by_kind[:MOST_SHOWN]
        ],
        "kinds": [(kind, KIND_TITLES[kind], counts[kind]) for kind in comparison.KINDS],
        "counts": counts,
        "is_cut": len(compared.lines) > MOST_SHOWN,
        "may_make": not counts[comparison.REFUSED]
        and bool(counts[comparison.NEW] + counts[comparison.LIKE]),
    }
