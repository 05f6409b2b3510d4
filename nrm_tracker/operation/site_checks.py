"""What may be wrong with the settings by which people reach the site and are told by e-mail."""

import smtplib
from collections.abc import Iterator
from urllib.parse import urlsplit

from django.conf import settings
from django.core import mail
from django.http.request import validate_host
from django.utils.translation import gettext as _

# So many letters a key has at least, and so many different ones (as Django's own check asks).
_KEY_LENGTH, _KEY_LETTERS = 50, 5
_ONLY_HERE = {"127.0.0.1", "localhost", "[::1]"}
_SMTP = "django.core.mail.backends.smtp.EmailBackend"
# How many seconds the mail server has to answer.
_PATIENCE = 5


def check_key() -> Iterator[str]:
    key = settings.SECRET_KEY
    if len(key) < _KEY_LENGTH or len(set(key)) < _KEY_LETTERS:
        yield _("SECRET_KEY is too short: make a random one of 50 letters or more.")


def check_modes() -> Iterator[str]:
    if settings.DEMO_MODE:
        yield _("Demo mode is on (DEMO_MODE): the day stands still, the passwords are known.")
    if settings.DEBUG:
        yield _("DEBUG is on: pages of errors show the settings to everybody.")


def check_hosts() -> Iterator[str]:
    hosts = settings.ALLOWED_HOSTS
    if "*" in hosts:
        yield _("ALLOWED_HOSTS lets every name pass: write the names of the site.")
    elif not settings.DEMO_MODE and set(hosts) <= _ONLY_HERE:
        yield _("ALLOWED_HOSTS names only this machine: nobody else reaches the site.")
    name = urlsplit(settings.SITE_URL).hostname or ""
    if not validate_host(name, hosts):
        yield _("SITE_URL (%(url)s) is none of ALLOWED_HOSTS: the links of e-mails fail.") % {
            "url": settings.SITE_URL
        }


def check_https() -> Iterator[str]:
    if settings.DEMO_MODE:
        return
    if not settings.HTTPS:
        yield _("HTTPS is off: passwords are sent unprotected.")
    elif not settings.SITE_URL.startswith("https://"):
        yield _("SITE_URL (%(url)s) does not begin with https://.") % {"url": settings.SITE_URL}
    for origin in settings.CSRF_TRUSTED_ORIGINS:
        if not origin.startswith("https://"):
            yield _("CSRF_TRUSTED_ORIGINS: %(origin)s does not begin with https://.") % {
                "origin": origin
            }


def check_mail() -> Iterator[str]:
    if settings.EMAIL_BACKEND != _SMTP:
        yield _("EMAIL_URL names no mail server: nobody gets the daily e-mail.")
        return
    if settings.DEFAULT_FROM_EMAIL.endswith("@localhost"):
        yield _("DEFAULT_FROM_EMAIL is not set: servers refuse e-mail of this sender.")
    try:
        with mail.get_connection(timeout=_PATIENCE):
            pass
    except (OSError, smtplib.SMTPException) as error:
        yield _("The mail server %(host)s does not answer: %(why)s") % {
            "host": settings.EMAIL_HOST,
            "why": error,
        }
