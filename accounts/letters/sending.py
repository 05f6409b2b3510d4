"""Sending what letters are due: each is claimed in a short transaction, goes out after it, and what
came of it is noted in another. A slow server holds no lock, and of two that send one claims."""

import logging
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from django.conf import settings
from django.contrib.auth.tokens import default_token_generator
from django.core.mail import EmailMessage, get_connection
from django.http import HttpResponseRedirect
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode
from django.utils.translation import gettext as _

from accounts.models import PasswordLetter, User
from nrm_tracker import clock, mailing

log = logging.getLogger(__name__)
# So long letters are sent after an answer; the others wait for the next run.
AFTER_AN_ANSWER = 60


class ThenSend(HttpResponseRedirect):
    """Goes elsewhere, and sends what is due when the answer has gone out: how long it took tells
    nobody whether there was a letter."""

    def close(self) -> None:
        try:
            send_due(AFTER_AN_ANSWER)
        except Exception:
            log.exception("Letters could not be sent.")
        finally:
            super().close()


def send_due(seconds: float | None = None) -> tuple[int, list[tuple[User, str]]]:
    """Send what is due, for so many seconds; how many went out, and who was not reached and why."""
    until = time.monotonic() + seconds if seconds else None
    sent, failed = 0, []
    due = PasswordLetter.objects.due(clock.now()).order_by("asked_at", "pk")
    for pk in list(due.values_list("pk", flat=True)):
        if until and time.monotonic() > until:
            break
        server = get_connection()
        try:
            server.open()
        except OSError as error:
            # Nobody else would be reached either: all that is left waits for the next run.
            log.warning("The mail server does not answer: %s", error)
            break
        letter = _send(pk, server)
        with suppress(OSError):
            server.close()
        if letter and letter.state == PasswordLetter.State.SENT:
            sent += 1
        elif letter:
            failed.append((letter.user, letter.reason))
    return sent, failed


def _send(pk: int, server: Any) -> PasswordLetter | None:
    """Claim the letter, hand it over, note what came of it; None where another claimed it."""
    due = PasswordLetter.objects.due(clock.now()).filter(pk=pk)
    if not due.update(state=PasswordLetter.State.SENDING, at=clock.now(), reason=""):
        return None
    letter = PasswordLetter.objects.select_related("user").get(pk=pk)
    message = _message(letter)
    message.connection = server
    letter.state, letter.reason = mailing.hand_over(message)
    letter.at = clock.now()
    letter.save(update_fields=["state", "at", "reason"])
    return letter


def _message(letter: PasswordLetter) -> EmailMessage:
    user = letter.user
    uid = urlsafe_base64_encode(force_bytes(user.pk))
    way = reverse("accounts:link", args=[uid, default_token_generator.make_token(user)])
    context = {
        "person": user,
        "link": f"{settings.SITE_URL}{way}",
        "days": settings.PASSWORD_RESET_TIMEOUT // (24 * 60 * 60),
        "phone": settings.COORDINATOR_PHONE,
    }
    subject: dict[str, Callable[[], str]] = {
        PasswordLetter.Kind.INVITATION: lambda: _("New rural communes: choose a password"),
        PasswordLetter.Kind.FORGOTTEN: lambda: _("New rural communes: a new password"),
    }
    text = render_to_string(f"accounts/letters/{letter.kind}.txt", context)
    return EmailMessage(subject[letter.kind](), text, None, [user.email])
