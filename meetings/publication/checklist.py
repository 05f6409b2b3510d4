"""What is missing of minutes that are about to be published, as sentences.

What the papers cannot go without, an entry that says something, is refused by `publish`. The rest
is printed as “…”, and may come later by an addendum.
"""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from meetings.models import Participant, Task, WorkingSession


def without_person(session: WorkingSession) -> list[Task]:
    """The tasks of the session of which nobody is in charge."""
    found = session.tasks.filter(state__in=Task.UNFINISHED, focal_person=None, lead_person=None)
    return list(found.with_all().order_by("pk"))


def number_missing() -> str:
    return _("The minutes have no number yet; it can also be received later, by an addendum.")


def missing(session: WorkingSession, unassigned: int) -> list[str]:
    """All but the number; `unassigned`: how many tasks have no person in charge."""
    found = []
    if not session.participants.filter(part=Participant.Part.SECRETARY).exists():
        is_party = session.form == WorkingSession.Form.PARTY
        of_party = _("Nobody is named as the one who writes the minutes.")
        found.append(of_party if is_party else _("Nobody is named as the secretary."))
    if not session.place:
        found.append(_("The place of the session is not recorded."))
    if session.starts_at is None:
        found.append(_("The hour at which the session began is not recorded."))
    if session.ends_at is None:
        found.append(_("The hour at which the session ended is not recorded."))
    if unassigned:
        said = ngettext(
            "%(n)s task has no person in charge.",
            "%(n)s tasks have no person in charge.",
            unassigned,
        )
        found.append(said % {"n": unassigned})
    return found
