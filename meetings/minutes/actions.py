"""The minutes while they are written: entries saved as one types, in order, until published."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from accounts.models import User
from communes.models import Commune
from criteria.models import Criterion
from meetings.models import Entry, Theme, WorkingSession
from meetings.sessions.actions import opened
from nrm_tracker import clock, parts, revision
from nrm_tracker.forms import Conflict

# The longest that one entry may be; longer is a report, which is attached as a file.
LONGEST = 20_000
# The code of the error that says that an entry was deleted.
GONE = "gone"


@dataclass(frozen=True, kw_only=True)
class EntryText:
    """What an entry says."""

    kind: str
    text: str
    speaker: str = ""
    commune: Commune | None = None
    criterion: Criterion | None = None
    theme: Theme | None = None


@transaction.atomic
def write(
    session: WorkingSession,
    client_id: UUID,
    said: EntryText,
    *,
    version: int,
    by: User,
    up: bool | None = None,
) -> Entry:
    """Keep an entry: a new one at the end, or what stands in its place now.

    `version` is that which the writer saw, 0 for none. The same save sent again changes nothing.
    With `up` it then changes places, as `move` does. Raises Conflict, with the entry that somebody
    else wrote first (rule 11), and ValidationError by field.
    """
    opened(session)
    _check(session, said)
    entry = _keep(session, client_id, said, version, by)
    if up is not None:
        _move(entry, up=up)
    revision.bump(session.area_id, part=parts.MINUTES)
    return entry


def _keep(
    session: WorkingSession, client_id: UUID, said: EntryText, version: int, by: User
) -> Entry:
    entry = Entry.objects.filter(client_id=client_id).first()
    if entry is None:
        if version:
            raise ValidationError(
                _("This entry was deleted meanwhile. Its text is kept here."), code=GONE
            )
        last = Entry.objects.filter(session=session).aggregate(last=Max("position"))["last"]
        entry = Entry(session=session, client_id=client_id, position=(last or 0) + 1, version=0)
    elif entry.session_id != session.pk:
        raise ValidationError(_("This entry belongs to another session."))
    elif _says(entry, said):
        return entry
    elif entry.version != version:
        raise Conflict(entry)
    for name, value in vars(said).items():
        setattr(entry, name, value)
    entry.version += 1
    entry.written_by, entry.written_at = by, clock.now()
    entry.clean_fields(exclude=["session", "written_by", "commune", "criterion", "theme"])
    entry.save()
    return entry


@transaction.atomic
def delete(entry: Entry, *, version: int) -> None:
    """Take an entry out of minutes that are not published; one with tasks stays."""
    opened(entry.session)
    current = Entry.objects.filter(pk=entry.pk).select_related("written_by").first()
    if current is None:
        return
    if current.version != version:
        raise Conflict(current)
    if current.tasks.exists():
        raise ValidationError(_("Tasks came of this entry: it cannot be deleted."))
    current.delete()
    revision.bump(entry.session.area_id, part=parts.MINUTES)


@transaction.atomic
def move(entry: Entry, *, up: bool) -> list[int]:
    """Change places with the entry before, or after. Gives the keys of all in their order."""
    opened(entry.session)
    order = _move(entry, up=up)
    revision.bump(entry.session.area_id, part=parts.MINUTES)
    return order


def _move(entry: Entry, *, up: bool) -> list[int]:
    ids = list(entry.session.entries.values_list("pk", flat=True))
    if entry.pk not in ids:
        return ids
    here = ids.index(entry.pk)
    there = here - 1 if up else here + 1
    if 0 <= there < len(ids):
        ids[here], ids[there] = ids[there], ids[here]
        _put(entry.session, ids)
    return ids


def _put(session: WorkingSession, ids: Sequence[int]) -> None:
    entries = {entry.pk: entry for entry in session.entries.all()}
    first = [entries.pop(pk) for pk in ids if pk in entries]
    for position, entry in enumerate([*first, *entries.values()], start=1):
        entry.position = position
    Entry.objects.bulk_update([*first, *entries.values()], ["position"])


def _check(session: WorkingSession, said: EntryText) -> None:
    if len(said.text) > LONGEST:
        message = _(
            "This text has %(count)s letters, more than the %(most)s of one entry. It is kept "
            "here: divide it, or attach it as a file."
        )
        raise ValidationError({"text": message % {"count": len(said.text), "most": LONGEST}})
    if said.commune and not session.communes.filter(pk=said.commune.pk).exists():
        raise ValidationError({"commune": _("This commune is not one of the session's.")})


def _says(entry: Entry, said: EntryText) -> bool:
    return all(getattr(entry, name) == value for name, value in vars(said).items())
