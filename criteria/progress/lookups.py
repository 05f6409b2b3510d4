"""How the views of this room obtain their rows (404 outside the reach), and where they lead."""

from collections.abc import Collection
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.http import Http404, HttpResponseRedirect, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse

from accounts.access import Access, SignedIn
from communes.models import Commune
from criteria.models import CriterionStatus, Enrolment
from criteria.progress import cells
from nrm_tracker import clock
from nrm_tracker.prepared import prepared


def typed(request: SignedIn) -> QueryDict | None:
    return request.POST if request.method == "POST" else None


def commune_within(access: Access, slug: str) -> Commune:
    return get_object_or_404(Commune.objects.within(access.areas), slug=slug)


def enrolment_of(commune: Commune, code: str) -> Enrolment:
    """The commune's run at the set of that code, by default its usual one (rule 15)."""
    found = cells.choose_enrolment(cells.enrolments_of(commune), clock.today(), code)
    if found is None or (code and found.criteria_set.code != code):
        raise Http404
    return found


def status_within(access: Access, slug: str, number: int, code: str) -> CriterionStatus:
    found = _statuses(access.areas, slug, number)
    status = cells.choose_status(found, number, clock.today(), code)
    if status is None or (code and status.enrolment.criteria_set.code != code):
        raise Http404
    return status


@prepared
def _statuses(area_ids: Collection[int], slug: str, number: int) -> QuerySet[CriterionStatus]:
    found = cells.statuses_of(area_ids, slug, number)
    return found.select_related("enrolment__commune__area")


def address_of(enrolment: Enrolment, page: str) -> str:
    """The page that shows what was written, which names the set only where it is not the usual."""
    address = page.partition("?")[0]
    runs = cells.enrolments_of(enrolment.commune)
    if cells.choose_enrolment(runs, clock.today()) == enrolment:
        return address
    return f"{address}?{urlencode({'set': enrolment.criteria_set.code})}"


def to_commune(enrolment: Enrolment) -> HttpResponseRedirect:
    return redirect(address_of(enrolment, enrolment.commune.get_absolute_url()))


def to_cell(status: CriterionStatus, section: str = "") -> HttpResponseRedirect:
    address = address_of(status.enrolment, status.get_absolute_url())
    return redirect(f"{address}#{section}" if section else address)


def to_claim(status: CriterionStatus) -> HttpResponseRedirect:
    page = reverse("claim", args=[status.enrolment.commune.slug, status.criterion.number])
    return redirect(f"{address_of(status.enrolment, page)}#claim")
