"""One e-mail a day: what a person was told since the last one, and what waits for them.

Each is claimed in a short transaction, goes out after it, and what came of it is noted in another:
a slow server holds no lock, and of two that send at once one claims.
"""

from contextlib import suppress
from dataclasses import dataclass

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.db import transaction
from django.db.models import QuerySet
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from accounts.access import access_of
from accounts.models import DailyMail, Notice, User
from dashboards.inbox import waiting
from nrm_tracker import clock, mailing


@dataclass(frozen=True)
class Letter:
    """What a person is told today."""

    person: User
    message: EmailMessage
    notices: list[Notice]


def send_all() -> tuple[int, list[tuple[User, str]]]:
    """Send what is due today; how many went out, and who could not be reached and why.

    A person gets one e-mail a day, however often this runs. What was certainly not sent is tried
    again by the next run; what may have been is not (see `DailyMail`).
    """
    sent, failed = 0, []
    for pk in list(_due().values_list("pk", flat=True)):
        letter = _letter(pk)
        if letter is None:
            continue
        server = letter.message.connection = get_connection()
        try:
            server.open()
        except OSError as error:
            # Nobody else would be reached either: all that is left waits for the next run.
            failed.append((letter.person, str(error)))
            break
        mail = _send(letter)
        with suppress(OSError):
            server.close()
        if mail and mail.state == DailyMail.State.SENT:
            sent += 1
        elif mail:
            failed.append((letter.person, mail.reason))
    return sent, failed


def _due() -> QuerySet[User]:
    """Who wants an e-mail and has none of today, but one that was refused."""
    wanting = User.objects.filter(is_active=True, wants_digest=True).exclude(email="")
    claimed = DailyMail.objects.filter(day=clock.today()).exclude(state=DailyMail.State.FAILED)
    return wanting.exclude(pk__in=claimed.values("user"))


def _letter(pk: int) -> Letter | None:
    """What is to be told to a person to whom an e-mail is due still, if there is anything."""
    person = _due().filter(pk=pk).first()
    if person is None:
        return None
    notices = list(Notice.objects.unread().filter(user=person, mailed_on__isnull=True))
    today = clock.today()
    queue = waiting.waiting(access_of(person, today))
    if not notices and not queue.total:
        return None
    context = {"person": person, "notices": notices, "queue": queue, "site": settings.SITE_URL}
    subject = _("New rural communes, %(day)s: %(count)s notices, %(work)s to do") % {
        "day": f"{today:%d/%m/%Y}",
        "count": len(notices),
        "work": queue.total,
    }
    text = render_to_string("dashboards/inbox/digest.txt", context)
    return Letter(person, EmailMessage(subject, text, None, [person.email]), notices)


def _send(letter: Letter) -> DailyMail | None:
    """Claim the letter, hand it to the server, note what came of it; None where another claimed."""
    mail = _claim(letter.person)
    if mail:
        mail.state, mail.reason = mailing.hand_over(letter.message)
        _note(mail, letter.notices)
    return mail


@transaction.atomic
def _claim(person: User) -> DailyMail | None:
    """The person's e-mail of today, which from now on nobody else sends."""
    claimed = {"state": DailyMail.State.SENDING, "at": clock.now(), "reason": ""}
    mail, is_new = DailyMail.objects.get_or_create(user=person, day=clock.today(), defaults=claimed)
    again = DailyMail.objects.filter(pk=mail.pk, state=DailyMail.State.FAILED)
    return mail if is_new or again.update(**claimed) else None


@transaction.atomic
def _note(mail: DailyMail, notices: list[Notice]) -> None:
    mail.at = clock.now()
    mail.save(update_fields=["state", "at", "reason"])
    if mail.state == DailyMail.State.SENT:
        told = Notice.objects.filter(pk__in=[notice.pk for notice in notices])
        told.update(mailed_on=mail.day)
