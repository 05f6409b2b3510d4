"""Minutes are published: first what is missing is told."""

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.access import SignedIn
from criteria.progress.lookups import typed
from meetings.publication import actions, checklist
from meetings.publication.forms import PublishForm
from meetings.sessions.lookups import session_to_write
from meetings.sessions.views import answer, closed_to_changes
from nrm_tracker.once import once


@require_http_methods(["GET", "HEAD", "POST"])
@once
def publish(request: SignedIn, pk: int) -> HttpResponse:
    session = session_to_write(request, pk)
    initial = {"minutes_number": session.minutes_number, "notice_number": session.notice_number}
    unassigned = checklist.without_person(session)
    missing = checklist.missing(session, len(unassigned))
    form = PublishForm(typed(request), initial=initial, missing=missing)
    closed = closed_to_changes(session)
    if session.is_draft:
        closed = _("Record first that the session was held.")
    texts = list(session.entries.values_list("text", flat=True))
    return answer(
        request,
        session,
        form,
        lambda given: actions.publish(
            session,
            minutes_number=given["minutes_number"],
            notice_number=given["notice_number"],
            by=request.user,
        ),
        heading=_("Publish the minutes"),
        said=_("Minutes published: %(session)s."),
        template="session_publish",
        closed=closed,
        count=len(texts),
        empty=sum(not text.strip() for text in texts),
        missing=[checklist.number_missing(), *missing],
        unassigned=unassigned,
    )
