"""The area: chosen from the lists of units, or entered by hand. Administrators only."""

from collections import Counter
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import SignedIn, for_administrators
from communes.models import Area, Commune
from communes.units import by_hand, making, matching, resolver
from communes.units.directory import CHANGE, Unit, UnitLevel, directory
from communes.units.making import MadeReport
from communes.units.matching import Matching
from criteria.progress.lookups import typed
from dashboards.setup.forms import AreaForm, MakeAreaForm
from nrm_tracker import clock
from nrm_tracker.once import once

MOST_FOUND = 60
ROWS_A_PAGE = 50


@require_safe
@for_administrators
def area(request: SignedIn) -> HttpResponse:
    """What may be chosen: all provinces, those of a name, or what lies in one."""
    known = directory()
    words = request.GET.get("q", "").strip()[:100]
    province = known.provinces.get(request.GET.get("province", ""))
    found = resolver.areas_like(words)
    if province and not words:
        found = [province, *known.districts_of(province)]
    there = Area.objects.select_related("parent").order_by("kind", "sort_key")
    context = {
        "nav": "setup",
        "page": Paginator(there, ROWS_A_PAGE).get_page(request.GET.get("page")),
        "words_here": words,
        "province": province,
        "provinces": [] if found else known.provinces.values(),
        "found": [_offered(unit) for unit in found[:MOST_FOUND]],
        "is_cut": len(found) > MOST_FOUND,
        "change": CHANGE,
    }
    return render(request, "dashboards/setup/area.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@for_administrators
@once
def area_unit(request: SignedIn, level: str, code: str) -> HttpResponse:
    """What making a unit of the lists would make, and making it."""
    unit = _unit(level, code)
    there = Matching(matching.select(unit))
    above = directory().above(unit)
    known = there.areas.get(unit) or (there.areas.get(above) if above else None)
    form = MakeAreaForm(
        typed(request), both=_other_list(unit), region=known.region if known else ""
    )
    if form.submit(lambda given: _make(unit, given)):
        made = form.made.area_of[unit]
        tell(request, made, form.made)
        return redirect(f"{reverse('setup')}?area={made.pk}")
    communes = there.selection.communes
    context = {
        "nav": "setup",
        "form": form,
        "unit": unit,
        "where": directory().where(unit),
        "row": there.areas.get(unit),
        "kinds": _counted(communes),
        "communes": communes,
        "missing": there.missing_communes,
        "doubtful": [one for one in communes if one.other_code],
        "differences": there.differences(),
        "has_ended": unit.until and unit.until <= clock.today(),
        "heirs": directory().successors(unit),
    }
    return render(request, "dashboards/setup/area_unit.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@for_administrators
@once
def area_new(request: SignedIn) -> HttpResponse:
    form = AreaForm(typed(request))
    if form.submit(lambda given: by_hand.add_area(form.area(), by=request.user)):
        messages.success(request, _("%(area)s is entered.") % {"area": form.made})
        return redirect(f"{reverse('setup')}?area={form.made.pk}")
    return render(request, "dashboards/setup/area_new.html", {"nav": "setup", "form": form})


def tell(request: SignedIn, made: Area, report: MadeReport) -> None:
    """What was made, and what is there but otherwise than in the lists."""
    count = len(report.communes)
    said = ngettext("%(area)s: %(n)s commune made.", "%(area)s: %(n)s communes made.", count)
    messages.success(request, said % {"area": made, "n": count})
    if count := len(report.differences):
        said = ngettext(
            "%(n)s difference to the lists was left as it is here.",
            "%(n)s differences to the lists were left as they are here.",
            count,
        )
        messages.warning(request, said % {"n": count})


def _make(unit: Unit, given: dict[str, Any]) -> MadeReport:
    selection = matching.select(unit, both=given["both"])
    return making.make(selection, region=given["region"])


def _unit(level: str, code: str) -> Unit:
    known = directory()
    units = {UnitLevel.PROVINCE: known.provinces, UnitLevel.DISTRICT: known.districts}
    found = units[UnitLevel(level)].get(code) if level in units else None
    if found is None:
        raise Http404
    return found


def _offered(unit: Unit) -> dict[str, Any]:
    above = directory().above(unit)
    return {
        "unit": unit,
        "above": above.full_name if above else "",
        "count": len(directory().within(unit)),
    }


def _other_list(unit: Unit) -> tuple[str, str]:
    """What making both lists would add, and where."""
    if unit.level == UnitLevel.DISTRICT:
        return (
            _("With the communes since 01/07/2025"),
            _("Also those that took their place on 01/07/2025, in the province of today."),
        )
    return (
        _("With the communes of before 01/07/2025"),
        _("Also those of which they were made on 01/07/2025, in their districts."),
    )


def _counted(communes: tuple[Unit, ...]) -> list[tuple[str, int]]:
    counts = Counter(unit.kind for unit in communes)
    return [(str(kind.label), counts[kind]) for kind in Commune.Kind if counts[kind]]
