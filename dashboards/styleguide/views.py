"""Every component on one page."""

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.access import SignedIn
from communes.models import Area, Checked
from dashboards.inbox.queue import Row, Waits, verb_of
from nrm_tracker import clock


@require_safe
def styleguide(request: SignedIn) -> HttpResponse:
    if not request.user.is_staff:
        raise PermissionDenied
    context = {
        "nav": "",
        "checked_rows": [Area(checked=state) for state in Checked],
        "queue": [_row(Waits.REPORT, left=-2), _row(Waits.RETURNED, left=10), _row(Waits.VERIFY)],
    }
    return render(request, "dashboards/styleguide/styleguide.html", context)


def _row(kind: Waits, left: int | None = None) -> Row:
    waited = 3 if left is None else None
    note = _("who, telephone, day")
    return Row(
        kind,
        1,
        _("A task"),
        "#main",
        verb_of(kind),
        note,
        day=clock.today(),
        left=left,
        waited=waited,
    )
