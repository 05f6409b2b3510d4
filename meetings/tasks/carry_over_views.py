"""What a session takes from before: frozen when it is held or a commune comes to it later, and
what it leaves out."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.access import SignedIn
from criteria.progress.lookups import typed
from criteria.reviews.forms import SayYesForm
from meetings.models import Task
from meetings.sessions import actions as session_actions
from meetings.sessions.convening_forms import CallForm
from meetings.sessions.lookups import session_to_write
from meetings.sessions.views import answer, closed_to_changes, closed_unless_draft
from meetings.tasks import actions
from meetings.tasks.briefing import briefing_of
from meetings.tasks.forms import DropForm
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


@both
@once
def drop(request: SignedIn, pk: int, task_pk: int) -> HttpResponse:
    """Leave an unfinished task of before out of what this session takes over."""
    session = session_to_write(request, pk)
    others = Task.objects.filter(area=session.area_id).exclude(session=session)
    task = get_object_or_404(others.with_all(), pk=task_pk)
    form = DropForm(typed(request))
    closed = closed_to_changes(session)
    if not closed and task.state not in Task.UNFINISHED:
        closed = _("This task is finished: there is nothing to take over.")
    return answer(
        request,
        session,
        form,
        lambda given: actions.drop(session, task, reason=given["reason"], by=request.user),
        heading=_("Do not take a task over"),
        said=_("Not taken over by: %(session)s."),
        note=_("The task itself stays as it is, and is followed as before."),
        about=task.title,
        closed=closed,
    )
