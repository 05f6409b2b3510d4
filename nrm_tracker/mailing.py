"""Handing letters to the mail server, which may refuse one or fall silent."""

import smtplib

from django.conf import settings
from django.core.mail import EmailMessage

_CONSOLE = "django.core.mail.backends.console.EmailBackend"
# What is known of a letter that was given to the server: it may have gone out, did, or did not.
SENDING, SENT, FAILED = "sending", "sent", "failed"
# What the server said no to, or what is no address, did certainly not go out.
REFUSALS = (
    smtplib.SMTPResponseException,
    smtplib.SMTPRecipientsRefused,
    smtplib.SMTPNotSupportedError,
    ValueError,
)


def is_set() -> bool:
    """Whether `EMAIL_URL` names a server: what is written to the console reaches nobody."""
    return settings.EMAIL_BACKEND != _CONSOLE


def hand_over(message: EmailMessage) -> tuple[str, str]:
    """What is known of a message that was given to the server, and why it was not taken."""
    try:
        message.send()
    except REFUSALS as error:
        return FAILED, str(error)
    except OSError as error:
        return SENDING, str(error)
    return SENT, ""
