"""The timelines of a commune, of one of its cells, and of a criterion over all communes."""

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from accounts.access import SignedIn
from communes.models import Commune
from criteria import permissions
from criteria.models import Criterion, Enrolment
from criteria.progress import cells, page_date
from criteria.progress.page_date import PageDate
from criteria.progress.sets import commonest, sets_of
from criteria.standards import responsible_agencies
from dashboards.timeline import timeline
from dashboards.timeline.scope import Scope, scope_of
from nrm_tracker.page_cache import cached_until_written


@require_safe
@cached_until_written
def commune_history(request: SignedIn, slug: str) -> HttpResponse:
    if redirect := page_date.to_iso(request):
        return redirect
    commune = get_object_or_404(Commune.objects.within(request.access.areas), slug=slug)
    when = page_date.read(request)
    usual = cells.choose_enrolment(cells.enrolments_of(commune), when.day)
    return _page(
        request,
        "dashboards/timeline/commune_history.html",
        scope_of(request.access, when.moment, commune=commune),
        when,
        usual_set=usual.criteria_set.code if usual else "",
        commune=commune,
    )


@require_safe
@cached_until_written
def cell_history(request: SignedIn, slug: str, number: int) -> HttpResponse:
    if redirect := page_date.to_iso(request):
        return redirect
    commune = get_object_or_404(Commune.objects.within(request.access.areas), slug=slug)
    runs = cells.enrolments_of(commune)
    when = page_date.read(request)
    run = cells.choose_enrolment(runs, when.day, when.set_code)
    usual = cells.choose_enrolment(runs, when.day)
    if run is None:
        raise Http404
    criterion = get_object_or_404(Criterion, criteria_set=run.criteria_set_id, number=number)
    responsible = responsible_agencies.responsible([criterion], when.today, {commune.area_id})
    scope = scope_of(
        request.access,
        when.moment,
        commune=commune,
        criterion=criterion,
        sees_personal=permissions.may_see_personal(
            request.access, commune, responsible.get(criterion.pk, [])
        ),
    )
    return _page(
        request,
        "dashboards/timeline/cell_history.html",
        scope,
        when,
        usual_set=usual.criteria_set.code if usual else "",
        commune=commune,
        criterion=criterion,
    )


@require_safe
@cached_until_written
def criterion_history(request: SignedIn, number: int) -> HttpResponse:
    if redirect := page_date.to_iso(request):
        return redirect
    when = page_date.read(request)
    criterion = _criterion(request, number, when)
    return _page(
        request,
        "dashboards/timeline/criterion_history.html",
        scope_of(request.access, when.moment, criterion=criterion),
        when,
        usual_set="" if when.set_code else criterion.criteria_set.code,
        criterion=criterion,
    )


def _criterion(request: SignedIn, number: int, when: PageDate) -> Criterion:
    """Of the set asked for, or of the basic one that most ran at on the day (rule 15)."""
    runs = Enrolment.objects.filter(commune__area__in=request.access.shown)
    found = Criterion.objects.filter(criteria_set__in=runs.values("criteria_set"), number=number)
    newest = found.select_related("criteria_set").order_by("-criteria_set__valid_from")
    criteria = {criterion.criteria_set.code: criterion for criterion in reversed(newest)}
    wanted = (when.set_code, commonest(sets_of(runs.open_on(when.day))), *reversed(criteria))
    for code in wanted:
        if code in criteria:
            return criteria[code]
    raise Http404


def _page(
    request: SignedIn,
    template: str,
    scope: Scope,
    when: PageDate,
    *,
    usual_set: str,
    commune: Commune | None = None,
    criterion: Criterion | None = None,
) -> HttpResponse:
    context = {
        "nav": "communes" if commune else "criteria",
        "when": when,
        "commune": commune and commune.named_on(when.day),
        "criterion": criterion,
        "timeline": timeline.show(request, scope, when, usual_set),
    }
    return render(request, template, context)
