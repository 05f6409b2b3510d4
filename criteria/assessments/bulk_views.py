"""One criterion for all communes, or one commune for all criteria: seen first, then written."""

import re
from typing import Any
from urllib.parse import urlencode

from django.core.exceptions import PermissionDenied
from django.core.paginator import Page, Paginator
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from accounts.access import SignedIn
from criteria.assessments import bulk
from criteria.assessments.bulk_forms import BulkAssessForm
from criteria.assessments.bulk_undo import undo as undo_entry
from criteria.assessments.past_days import with_past_days
from criteria.models import BulkEntry, CriterionStatus
from criteria.progress.lookups import address_of, commune_within, enrolment_of, typed
from nrm_tracker import clock, undoing
from nrm_tracker.once import once, writing

ROWS_A_PAGE = 50
_SENT = re.compile(r"c(\d{1,18})-version")


@require_http_methods(["GET", "HEAD", "POST"])
@once
def by_criterion(request: SignedIn, number: int) -> HttpResponse:
    access, day, code = request.access, clock.today(), request.GET.get("set", "")
    if not (criteria_set := bulk.set_shown(access, day, code)):
        raise Http404
    sent = _sent(typed(request))
    # What was sent is of the page as it was, whichever area was chosen since.
    areas = access.areas if sent else access.shown
    found = bulk.cells_of_criterion(areas, criteria_set, number, day)
    page: Page[Any] = Paginator(found, ROWS_A_PAGE).get_page(request.GET.get("page"))
    offers = bulk.offers(access, found.filter(pk__in=sent) if sent else page.object_list, day)
    if not offers:
        raise Http404
    criterion = offers[0].status.criterion
    there = criterion.get_absolute_url()
    return _enter(
        request,
        offers,
        f"{there}?{urlencode({'set': code})}" if code else there,
        criterion=criterion,
        criteria_set=criteria_set,
        page=page,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@once
def by_commune(request: SignedIn, slug: str) -> HttpResponse:
    access, day = request.access, clock.today()
    enrolment = enrolment_of(commune_within(access, slug), request.GET.get("set", ""))
    offers = bulk.offers(access, bulk.cells_of_commune(enrolment), day)
    there = address_of(enrolment, enrolment.commune.get_absolute_url())
    return _enter(request, offers, there, enrolment=enrolment, criteria_set=enrolment.criteria_set)


@require_http_methods(["GET", "HEAD", "POST"])
@once
def undo(request: SignedIn, pk: int) -> HttpResponse:
    """Take back all that the person has just recorded in one go."""
    within = BulkEntry.objects.filter(
        entries__status__enrolment__commune__area__in=request.access.areas
    )
    found = get_object_or_404(within.distinct(), pk=pk)
    if found.by_id != request.user.pk:
        raise PermissionDenied
    cells = CriterionStatus.objects.with_all().filter(assessments__bulk_entries=found)
    statuses = list(cells)

    def take_back() -> str:
        changed = undo_entry(found, by=request.user)
        count = len(statuses)
        said = ngettext("Undone: %(count)s result.", "Undone: %(count)s results.", count)
        return with_past_days(said % {"count": count}, changed)

    return undoing.undone(request, take_back, _place_of(statuses))


def _place_of(statuses: list[CriterionStatus]) -> str:
    """The page on which these were recorded: a commune's, or that of one criterion."""
    enrolment = statuses[0].enrolment
    if len({status.enrolment_id for status in statuses}) == 1:
        return address_of(enrolment, enrolment.commune.get_absolute_url())
    criterion, code = statuses[0].criterion, enrolment.criteria_set.code
    return f"{criterion.get_absolute_url()}?{urlencode({'set': code})}"


def _sent(data: QueryDict | None) -> list[int]:
    """The cells whose rows were sent: those of the page as it was, not as it may be by now."""
    found = (_SENT.fullmatch(name) for name in data or ())
    return [int(match[1]) for match in found if match][:ROWS_A_PAGE]


def _enter(
    request: SignedIn, offers: list[bulk.CellOffer], there: str, **context: Any
) -> HttpResponse:
    """The page to fill in; then what it would change; then, confirmed, the way `there`."""
    if not any(offer.is_open for offer in offers):
        raise PermissionDenied
    form = BulkAssessForm(typed(request), offers=offers, user=request.user, day=clock.today())
    context |= {"nav": "communes" if "enrolment" in context else "criteria", "form": form}
    outcome = _outcome(request, form)
    if outcome is None:
        status = 409 if form.conflicts else 200
        return render(request, "criteria/assessments/bulk.html", context, status=status)
    if "confirm" in request.POST:
        entry = outcome.entry
        address = reverse("bulk-undo", args=[entry.pk])
        undoing.offer(request, _told(outcome), address, entry.at)
        return redirect(there)
    form.foresee(outcome)
    return render(request, "criteria/assessments/bulk_preview.html", context | {"outcome": outcome})


def _outcome(request: SignedIn, form: BulkAssessForm) -> bulk.Outcome | None:
    """What was written, or would be; None while there is something to fill in or to mend."""
    if not form.is_bound or not form.is_valid() or "edit" in request.POST:
        return None
    try:
        if "confirm" not in request.POST:
            return bulk.rehearse(form.wanted(), by=request.user)
        with writing():
            return bulk.assess_all(form.wanted(), by=request.user)
    except bulk.BulkRefused as refused:
        form.refuse(refused)
        return None


def _told(outcome: bulk.Outcome) -> str:
    count = len(outcome.heads)
    said = ngettext("Recorded: %(count)s result.", "Recorded: %(count)s results.", count) % {
        "count": count
    }
    return with_past_days(said, outcome.all_past_days)
