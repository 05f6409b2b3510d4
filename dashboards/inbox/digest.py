"""One e-mail a day: what a person was told since the last one, and what waits for them."""

import smtplib

from django.conf import settings
from django.core.mail import send_mail
from django.db import transaction
from django.db.models import Q, QuerySet
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from accounts.access import access_of
from accounts.models import Notice, User
from criteria.progress.board import board
from criteria.progress.moment import Moment
from dashboards.inbox import waiting
from nrm_tracker import clock


def send_all() -> tuple[int, list[tuple[User, str]]]:
    """Send what is due today; how many went out, and who could not be reached and why.

    A person whose e-mail went out today gets no second one, however often this runs; one that
    could not be sent is tried again by the next run.
    """
    sent, failed = 0, []
    for person in _due().iterator(chunk_size=200):
        try:
            sent += _send(person.pk)
        except (OSError, smtplib.SMTPException) as error:
            failed.append((person, str(error)))
    return sent, failed


def _due() -> QuerySet[User]:
    wanting = User.objects.filter(is_active=True, wants_digest=True).exclude(email="")
    today = clock.today()
    return wanting.filter(Q(digest_sent_on__isnull=True) | Q(digest_sent_on__lt=today))


@transaction.atomic
def _send(pk: int) -> bool:
    """Whether there was anything to send. Two that run at once send one e-mail."""
    person = _due().select_for_update().filter(pk=pk).first()
    if person is None:
        return False
    notices = list(Notice.objects.unread().filter(user=person, mailed_on__isnull=True))
    today = clock.today()
    access = access_of(person, today)
    made = waiting.queues(access, person, board(access.areas, Moment(today)))
    queues = [q for q in made if q.is_urgent and q.items]
    if not notices and not queues:
        return False
    context = {"person": person, "notices": notices, "queues": queues, "site": settings.SITE_URL}
    subject = _("New rural communes, %(day)s: %(count)s notices") % {
        "day": f"{today:%d/%m/%Y}",
        "count": len(notices),
    }
    text = render_to_string("dashboards/inbox/digest.txt", context)
    Notice.objects.filter(pk__in=[n.pk for n in notices]).update(mailed_on=today)
    person.digest_sent_on = today
    person.save(update_fields=["digest_sent_on"])
    # Last: if it cannot be sent, nothing is marked as sent.
    send_mail(subject, text, None, [person.email])
    return True
