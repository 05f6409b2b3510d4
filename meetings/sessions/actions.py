"""A session from its convening on, and what is added to it after its publication: each verb is
one transaction.

Each raises ValidationError, by field where there is one; Conflict with the session as it is now
where somebody else wrote to it first (rule 11).
"""

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from accounts.models import COMMUNE_ROLES, User
from accounts.notifications.notices import holders, tell
from communes.models import Area, Commune, WorkingGroup
from criteria.assessments.actions import Finding, assess
from criteria.models import Assessment, Basis, CriterionStatus, Level
from meetings.models import (
    Addendum,
    Briefing,
    Participant,
    SessionAssessment,
    SessionChange,
    SessionFile,
    WorkingSession,
)
from nrm_tracker import clock, revision, uploads
from nrm_tracker.forms import Conflict, refuse_together
from nrm_tracker.uploads import CheckedUpload


@dataclass(frozen=True, kw_only=True)
class Call:
    """What is said when a session is convened. `participants` are unsaved, in order of rank."""

    form: str
    title: str
    communes: list[Commune]
    held_on: dt.date
    participants: list[Participant]
    legal_basis: str = ""
    starts_at: dt.time | None = None
    ends_at: dt.time | None = None
    place: str = ""


@transaction.atomic
def convene(area: Area, call: Call, *, by: User) -> WorkingSession:
    """Record that a session is to be held; nothing is frozen yet. Its communes are told."""
    session = WorkingSession(area=area, convened_by=by, convened_at=clock.now())
    _write(session, call)
    told = _("Working session on %(day)s: %(title)s")
    said = {"day": f"{session.held_on:%d/%m/%Y}", "title": session.title}
    tell(commune_people(session), told % said, session.get_absolute_url(), but=by)
    revision.bump(area.pk)
    return session


@transaction.atomic
def change(
    session: WorkingSession,
    call: Call,
    *,
    version: int,
    by: User,
    reason: str = "",
    briefing_of: Callable[[WorkingSession, Commune], dict],
) -> WorkingSession:
    """Change what was said of a session that is not published. Who moves a draft says why, and the
    invited are told; a commune that comes to a session that was held has its briefing frozen."""
    current = opened(session)
    if current.version != version:
        raise Conflict(current)
    before = current.held_on, current.starts_at
    known = list(current.communes.values_list("pk", flat=True))
    _write(current, call)
    if current.is_draft and is_moved(*before, call.held_on, call.starts_at):
        if not reason:
            raise ValidationError({"reason": _("Say why the session is moved.")})
        _tell_moved(current, *before, reason, by=by)
    if current.has_taken_place:
        added = current.communes.exclude(pk__in=known)
        _freeze(current, [(commune, briefing_of(current, commune)) for commune in added])
    revision.bump(current.area_id)
    return current


@transaction.atomic
def hold(session: WorkingSession, briefings: Iterable[tuple[Commune, dict]]) -> WorkingSession:
    """Say that the session took place, and freeze the briefing of each of its communes.

    `briefings` are the pages as they stand, made by the room that reads them.
    """
    current = draft(session)
    if current.held_on > clock.today():
        message = _("The session is on %(day)s; it cannot be recorded as held before.")
        raise ValidationError(message % {"day": f"{current.held_on:%d/%m/%Y}"})
    _check_chairs(list(current.participants.all()))
    _freeze(current, briefings)
    current.state = WorkingSession.State.HELD
    save(current, "state")
    revision.bump(current.area_id)
    return current


@transaction.atomic
def add_to(
    session: WorkingSession,
    text: str = "",
    *,
    minutes_number: str = "",
    notice_number: str = "",
    by: User,
) -> Addendum:
    """Correct or complete published minutes, or give them their number. What was published stays
    as it was."""
    current = _published(session)
    if not (text or minutes_number or notice_number):
        raise ValidationError(_("Write what is added or corrected, or the number received."))
    said = {"text": text, "minutes_number": minutes_number, "notice_number": notice_number}
    addendum = Addendum.objects.create(session=current, by=by, at=clock.now(), **said)
    revision.bump(current.area_id)
    return addendum


@transaction.atomic
def attach_scan(
    session: WorkingSession, file: CheckedUpload, *, reason: str = "", by: User
) -> Addendum:
    """Keep the signed paper, a PDF, with published minutes.

    A wrong one stays, and the newer takes its place; `reason` says why.
    """
    current = _published(session)
    if file.kind != uploads.PDF:
        raise ValidationError({"file": _("The signed scan must be a PDF document.")})
    newest = current.addenda.scans().select_related("scan").first()
    if newest and not reason:
        message = _("A signed scan is there already: say why this one takes its place.")
        raise ValidationError({"reason": message})
    with uploads.kept([file], by) as (stored,):
        if newest and newest.scan.sha256 == stored.sha256:
            raise ValidationError({"file": _("This very scan is there already.")})
        addendum = Addendum.objects.create(
            session=current, text=reason, scan=stored, by=by, at=clock.now()
        )
        revision.bump(current.area_id)
    return addendum


@transaction.atomic
def add_file(
    session: WorkingSession,
    *,
    file: CheckedUpload,
    kind: str,
    caption: str,
    commune: Commune | None,
    by: User,
) -> SessionFile:
    """Keep a paper of a session that is not published."""
    current = opened(session)
    paper = SessionFile(session=current, kind=kind, caption=caption, commune=commune)
    paper.full_clean(exclude=["session", "file", "commune"])
    with uploads.kept([file], by) as (paper.file,):
        paper.save()
        revision.bump(current.area_id)
    return paper


@transaction.atomic
def record(
    session: WorkingSession,
    status: CriterionStatus,
    finding: Finding,
    *,
    by: User,
    version: int | None = None,
) -> Assessment:
    """An assessment that the session came to; it carries the session as its source (rule 4).

    `version` of the cell is the one that the writer saw: see `assess`.
    """
    current = opened(session)
    if not current.communes.filter(pk=status.enrolment.commune_id).exists():
        raise ValidationError(_("This commune is not one of the session's."))
    assessment = assess(status, finding, by=by, version=version)
    SessionAssessment.objects.create(session=current, assessment=assessment)
    revision.bump(current.area_id)
    return assessment


def finding_of(session: WorkingSession, **said: object) -> Finding:
    """What a session found, with the basis that pages print."""
    basis_text = _("Working session of %(day)s: %(title)s") % {
        "day": f"{session.held_on:%d/%m/%Y}",
        "title": session.title,
    }
    return Finding(
        level=Level.of(session.area),
        basis=Basis.SESSION,
        basis_text=basis_text[:300],
        assessed_on=session.held_on,
        **said,  # type: ignore[arg-type]
    )


def members_of(group: WorkingGroup, first_rank: int) -> list[Participant]:
    """A working group as participants: its leader by name, its members as a group."""
    found = []
    if group.leader_name:
        found.append(
            Participant(
                full_name=group.leader_name,
                position=group.leader_position,
                organisation=group.name,
                rank=first_rank,
            )
        )
    name = _("members of %(group)s") % {"group": group.name}
    found.append(Participant(group_name=name, rank=first_rank + len(found)))
    return found


def opened(session: WorkingSession) -> WorkingSession:
    """The session as it stands now, locked, if its minutes may still be changed: nobody else writes
    to it until the end of the transaction."""
    current = WorkingSession.objects.select_for_update().get(pk=session.pk)
    if current.is_published:
        raise ValidationError(_("The minutes are published: add an addendum instead."))
    if current.is_called_off:
        raise ValidationError(_("The session was called off."))
    return current


def draft(session: WorkingSession) -> WorkingSession:
    """As `opened`, of a session that is still to be held."""
    current = opened(session)
    if not current.is_draft:
        raise ValidationError(_("This session was recorded as held already."))
    return current


def is_moved(
    from_on: dt.date, from_at: dt.time | None, to_on: dt.date, to_at: dt.time | None
) -> bool:
    """Whether a session is on another day, or at another hour than the one that was said."""
    return from_on != to_on or (from_at is not None and from_at != to_at)


def commune_people(session: WorkingSession) -> set[User]:
    """Who is told of a session: the people of its communes."""
    return set(holders(*COMMUNE_ROLES, commune__in=session.communes.all()))


def moment(day: dt.date, hour: dt.time | None) -> str:
    """A day, with its hour where one is known."""
    return f"{day:%d/%m/%Y} {hour:%H:%M}" if hour else f"{day:%d/%m/%Y}"


def save(session: WorkingSession, *names: str) -> None:
    """Write these columns of a session that `opened` has locked."""
    session.version += 1
    session.save(update_fields=[*names, "version"])


def check_day(session: WorkingSession, held_on: dt.date) -> None:
    if not session.is_draft and held_on > clock.today():
        raise ValidationError({"held_on": _("A session that was held is not in the future.")})


def check_communes(session: WorkingSession, chosen: list[Commune]) -> None:
    if not chosen:
        raise ValidationError({"communes": _("Choose at least one commune.")})
    if session.pk:
        _check_who_goes(session, chosen)


# Inside


def _tell_moved(
    session: WorkingSession, from_on: dt.date, from_at: dt.time | None, reason: str, *, by: User
) -> None:
    """Keep that a session was moved, and say so to the invited."""
    SessionChange.objects.create(
        session=session,
        from_on=from_on,
        from_at=from_at,
        to_on=session.held_on,
        to_at=session.starts_at,
        reason=reason,
        by=by,
        at=clock.now(),
    )
    told = _("Working session moved from %(old)s to %(new)s: %(title)s. %(reason)s")
    said = {
        "old": moment(from_on, from_at),
        "new": moment(session.held_on, session.starts_at),
        "title": session.title,
        "reason": reason[:200],
    }
    tell(commune_people(session), told % said, session.get_absolute_url(), but=by)


def _freeze(session: WorkingSession, briefings: Iterable[tuple[Commune, dict]]) -> None:
    frozen_at = clock.now()
    Briefing.objects.bulk_create(
        Briefing(session=session, commune=commune, frozen_at=frozen_at, content=content)
        for commune, content in briefings
    )


def _published(session: WorkingSession) -> WorkingSession:
    current = WorkingSession.objects.select_for_update().get(pk=session.pk)
    if not current.is_published:
        raise ValidationError(_("The minutes are not published yet: change them themselves."))
    return current


def _write(session: WorkingSession, call: Call) -> None:
    for name in ("form", "title", "held_on", "legal_basis", "starts_at", "ends_at", "place"):
        setattr(session, name, getattr(call, name))
    refuse_together(
        partial(_check_chairs, call.participants),
        partial(_check_hours, session),
        partial(check_day, session, call.held_on),
        partial(check_communes, session, call.communes),
    )
    session.version += 1
    session.full_clean(exclude=["area", "convened_by", "published_by"])
    session.save()
    session.communes.set(call.communes)
    session.participants.all().delete()
    for rank, participant in enumerate(call.participants):
        participant.pk, participant.session, participant.rank = None, session, rank
        participant.full_clean(exclude=["session"])
    Participant.objects.bulk_create(call.participants)


def _check_who_goes(session: WorkingSession, staying: list[Commune]) -> None:
    """A commune of which something was frozen or written in the session stays in it."""
    gone = session.communes.exclude(pk__in=[commune.pk for commune in staying])
    kept = gone.filter(
        Q(briefings__session=session)
        | Q(session_entries__session=session)
        | Q(pk__in=session.assessments.values("assessment__status__enrolment__commune"))
        | Q(pk__in=session.files.filter(commune__isnull=False).values("commune"))
    )
    if names := ", ".join(commune.name for commune in kept.distinct()):
        message = _("The session has figures, entries or papers of %(names)s: it stays in it.")
        raise ValidationError({"communes": message % {"names": names}})


def _check_hours(session: WorkingSession) -> None:
    if session.starts_at and session.ends_at and session.ends_at <= session.starts_at:
        raise ValidationError({"ends_at": _("A session cannot end before it begins.")})


def _check_chairs(participants: Iterable[Participant]) -> None:
    if not any(one.part == Participant.Part.CHAIR for one in participants):
        raise ValidationError({"chairs": _("Name who chairs the session.")})
