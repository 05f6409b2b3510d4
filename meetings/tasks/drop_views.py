"""What a session leaves out of what it takes over."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.access import SignedIn
from criteria.progress.lookups import typed
from meetings.models import Task
from meetings.sessions.lookups import session_to_write
from meetings.sessions.views import answer, closed_to_changes
from meetings.tasks import actions
from meetings.tasks.forms import DropForm
from nrm_tracker.once import once

both = require_http_methods(["GET", "HEAD", "POST"])


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
