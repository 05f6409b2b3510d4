"""What waits for me."""

from typing import NamedTuple

from django.db.models import Exists, OuterRef
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.access import Access, SignedIn
from accounts.models import Notice
from accounts.notifications.notices import grouped, subject
from criteria.models import Enrolment, Responsibility
from dashboards.inbox import beside, waiting
from nrm_tracker import clock
from nrm_tracker.page_cache import cached_until_written

# So many rows and groups of notices are shown at once, so many notices grouped.
FIRST, GROUPS, NOTICES = 15, 5, 50


class Answered(NamedTuple):
    """A criterion for which an agency answers."""

    number: int
    name: str
    set_code: str


@require_safe
@cached_until_written
def me(request: SignedIn) -> HttpResponse:
    """The queue shows now, whatever day other pages show (rule 6)."""
    access = request.access
    found = waiting.waiting(access)
    folds, others = beside.beside(access)
    return render(
        request,
        "dashboards/inbox/me.html",
        {
            "nav": "me",
            "held": [(one.beside(str(request.user)), one.until_on) for one in access.memberships],
            "is_of_agency": bool(access.agencies),
            "answered": _answered(access),
            "queue": found,
            "first": found.rows[:FIRST],
            "further": found.rows[FIRST:],
            "none": ", ".join(found.none),
            "folds": folds,
            "others": others,
            "notices": grouped(Notice.objects.filter(user=request.user)[:NOTICES])[:GROUPS],
            "new": len({subject(address) for _pk, address in access.unread}),
        },
    )


def _answered(access: Access) -> dict[str, list[Answered]]:
    """What each of the person's agencies answers for: of the sets at which communes run now, or of
    all where none does."""
    if not access.agencies:
        return {}
    today = clock.today()
    runs = Enrolment.objects.open_on(today).filter(
        criteria_set=OuterRef("criterion__criteria_set"), commune__area=OuterRef("agency__area")
    )
    rows = list(
        Responsibility.objects.on(today)
        .filter(agency__in=access.agencies)
        .annotate(is_run=Exists(runs))
        .order_by("agency", "criterion__criteria_set__valid_from", "criterion__number")
        .values_list(
            "is_run",
            "agency__short_name",
            "criterion__number",
            "criterion__short_name",
            "criterion__criteria_set__code",
        )
    )
    found: dict[str, list[Answered]] = {}
    for _is_run, agency, *criterion in dict.fromkeys([row for row in rows if row[0]] or rows):
        found.setdefault(agency, []).append(Answered(*criterion))
    return found
