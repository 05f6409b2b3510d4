"""The publication of minutes: what was said is locked, what it looked like is kept."""

import hashlib

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.notifications.notices import tell
from meetings.documents import context, rendering
from meetings.models import DocumentTemplate, Publication, PublishedPaper, WorkingSession
from meetings.publication.freezing import digest, freeze
from meetings.sessions import actions as session_actions
from nrm_tracker import clock, revision

Kind = DocumentTemplate.Kind
# The report on how a conclusion was carried out is of the day on which it is asked for.
KEPT = (Kind.MINUTES, Kind.NOTICE, Kind.INVITATION, Kind.TASKS)


@transaction.atomic
def publish(
    session: WorkingSession, *, minutes_number: str, notice_number: str, by: User
) -> WorkingSession:
    """Lock the minutes and keep their page and papers as they are: what comes later is an
    addendum."""
    current = session_actions.opened(session)
    if current.is_draft:
        raise ValidationError(_("Record first that the session was held."))
    entries = list(current.entries.all())
    empty = sum(not entry.text.strip() for entry in entries)
    if empty:
        message = _("%(count)s entries of the minutes have no text yet: write or delete them.")
        raise ValidationError(message % {"count": empty})
    if not entries:
        raise ValidationError(_("The minutes have no entry yet."))
    current.minutes_number, current.notice_number = minutes_number, notice_number
    current.state = WorkingSession.State.PUBLISHED
    current.published_by, current.published_at = by, clock.now()
    session_actions.save(
        current, "minutes_number", "notice_number", "state", "published_by", "published_at"
    )
    _keep(current)
    told = _("Minutes published: %(title)s (%(day)s)")
    said = {"title": current.title, "day": f"{current.held_on:%d/%m/%Y}"}
    people = session_actions.commune_people(current)
    tell(people, told % said, current.get_absolute_url(), but=by)
    revision.bump(current.area_id)
    return current


def _keep(session: WorkingSession) -> None:
    """The page as plain values, and each paper byte by byte."""
    content = freeze(session) | {"assigned": context.assigned(session)}
    Publication.objects.create(session=session, content=content, sha256=digest(content))
    PublishedPaper.objects.bulk_create(_paper(session, kind) for kind in KEPT)


def _paper(session: WorkingSession, kind: str) -> PublishedPaper:
    content = rendering.render(kind, session.form, context.of_session(session, kind))
    digested = hashlib.sha256(content).hexdigest()
    return PublishedPaper(session=session, kind=kind, content=content, sha256=digested)
