"""A session that is not held after all: called off, which stays on record, or, where nothing was
written of it yet, deleted. Each verb is one transaction, and tells the invited."""

from django.contrib.admin.models import DELETION, LogEntry
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import ProtectedError
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.notifications.notices import tell
from meetings.models import SessionChange, WorkingSession
from meetings.sessions.actions import commune_people, draft, moment, save
from nrm_tracker import clock, revision


@transaction.atomic
def call_off(session: WorkingSession, reason: str, *, by: User) -> WorkingSession:
    """Say that a session is not held, and why. Nothing more is written in it."""
    current = draft(session)
    current.state = WorkingSession.State.CALLED_OFF
    save(current, "state")
    SessionChange.objects.create(
        session=current,
        from_on=current.held_on,
        from_at=current.starts_at,
        reason=reason,
        by=by,
        at=clock.now(),
    )
    told = _("Working session of %(day)s called off: %(title)s. %(reason)s")
    said = _named(current) | {"reason": reason[:200]}
    tell(commune_people(current), told % said, current.get_absolute_url(), but=by)
    revision.bump(current.area_id)
    return current


@transaction.atomic
def delete(session: WorkingSession, *, by: User) -> None:
    """Take a draft away in which nothing was written yet, and which was never moved."""
    current = draft(session)
    invited = commune_people(current)
    LogEntry.objects.log_actions(by.pk, [current], DELETION, str(current), single_object=True)
    refusal = _("Something was written in it, or it was moved: call it off instead.")
    if current.dropped.exists():
        raise ValidationError(refusal)
    try:
        current.delete()
    except ProtectedError:
        raise ValidationError(refusal) from None
    told = _("Working session of %(day)s deleted, nothing is left of it: %(title)s")
    tell(invited, told % _named(current), reverse("sessions"), but=by)
    revision.bump(current.area_id)


def _named(session: WorkingSession) -> dict[str, str]:
    return {"day": moment(session.held_on, session.starts_at), "title": session.title}
