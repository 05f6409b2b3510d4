"""A session that is changed, or was held: what leaders had before them is frozen with it."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.access import SignedIn
from criteria.progress.lookups import typed
from criteria.reviews.forms import SayYesForm
from dashboards.session.briefing import briefing_of
from meetings.sessions import actions as session_actions
from meetings.sessions.convening_forms import CallForm
from meetings.sessions.lookups import session_to_write
from meetings.sessions.views import answer, closed_to_changes, closed_unless_draft
from nrm_tracker import clock
from nrm_tracker.once import once

both = require_http_methods(["GET", "HEAD", "POST"])


@both
@once
def edit(request: SignedIn, pk: int) -> HttpResponse:
    """Change what was said of a session. A commune that comes to one that was held is briefed."""
    session = session_to_write(request, pk)
    form = CallForm(typed(request), area=session.area, session=session)
    if form.submit(
        lambda given: session_actions.change(
            session,
            form.call(),
            version=given["version"],
            by=request.user,
            reason=given.get("reason", ""),
            briefing_of=briefing_of,
        )
    ):
        messages.success(request, _("Session changed: %(session)s.") % {"session": form.made})
        return redirect(session)
    closed = closed_to_changes(session)
    context = {
        "nav": "sessions",
        "form": form,
        "area": session.area,
        "session": session,
        "closed": closed,
    }
    status = 409 if closed or form.conflict else 200
    return render(request, "meetings/sessions/session_call.html", context, status=status)


@both
@once
def hold(request: SignedIn, pk: int) -> HttpResponse:
    """Say that it took place. What leaders had before them is kept as it is now."""
    session = session_to_write(request, pk)
    communes = list(session.communes.all())
    form = SayYesForm(typed(request))
    return answer(
        request,
        session,
        form,
        lambda given: session_actions.hold(
            session, [(commune, briefing_of(session, commune)) for commune in communes]
        ),
        heading=_("Record that the session was held"),
        said=_("Recorded as held: %(session)s."),
        template="session_hold",
        closed=closed_unless_draft(session),
        communes=communes,
        is_to_come=session.held_on > clock.today(),
    )
