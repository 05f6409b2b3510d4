"""How the views of this room obtain a session, and read what a form says that its writer saw."""

from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.http import urlencode

from accounts.access import SignedIn
from meetings import permissions
from meetings.models import WorkingSession


def session_within(request: SignedIn, pk: int) -> WorkingSession:
    found = WorkingSession.objects.within(request.access.areas)
    return get_object_or_404(found.select_related("area"), pk=pk)


def session_to_write(request: SignedIn, pk: int) -> WorkingSession:
    """One that the person may write to: 403 for those who only read it."""
    session = session_within(request, pk)
    if not permissions.may_convene(request.access, session.area_id):
        raise PermissionDenied
    return session


def presented_at(session: WorkingSession, slug: str) -> str:
    """Where the session is presented, at the item of that commune; of none: what is concluded."""
    return f"{reverse('present', args=[session.pk])}?{urlencode({'commune': slug})}"


def version_of(sent: str) -> int:
    """The version that the writer saw, 0 for none or nonsense."""
    return int(sent) if sent.isascii() and sent.isdecimal() and len(sent) < 10 else 0
