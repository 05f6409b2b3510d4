"""Asking for letters with a link to a password, and choosing it by the link."""

import datetime as dt
from collections.abc import Iterable

from axes.models import AccessAttempt
from django.conf import settings
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.auth.tokens import default_token_generator
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from accounts.models import PasswordLetter, User
from nrm_tracker import clock, revision
from nrm_tracker.forms import Conflict

# So many letters a person gets in an hour who forgot a password; an address asks for as many as it
# may try passwords.
MOST_AN_HOUR = 3


@transaction.atomic
def invite(people: Iterable[User], *, by: User) -> None:
    """Ask for a letter to each of these people by which they choose a first password."""
    now, said = clock.now(), _("Invited by e-mail")
    invited = list(people)
    PasswordLetter.objects.bulk_create(
        PasswordLetter(user=user, kind=PasswordLetter.Kind.INVITATION, asked_at=now)
        for user in invited
    )
    LogEntry.objects.log_actions(by.pk, invited, CHANGE, said)
    revision.bump()


def ask_for_link(name: str, *, asked_from: str | None) -> None:
    """Ask for a letter to whoever has this user name or e-mail address, and say nothing of it."""
    now = clock.now()
    lately = PasswordLetter.objects.filter(
        kind=PasswordLetter.Kind.FORGOTTEN, asked_at__gte=now - dt.timedelta(hours=1)
    )
    from_there = lately.filter(asked_from=asked_from) if asked_from else lately.none()
    if from_there.count() >= settings.ADDRESS_FAILURE_LIMIT:
        return
    named = Q(username__iexact=name) | Q(email__iexact=name)
    people = User.objects.filter(named, is_active=True).exclude(email="").order_by("pk")
    PasswordLetter.objects.bulk_create(
        PasswordLetter(
            user=user, kind=PasswordLetter.Kind.FORGOTTEN, asked_at=now, asked_from=asked_from
        )
        for user in people[:MOST_AN_HOUR]
        if lately.filter(user=user).count() < MOST_AN_HOUR
    )


@transaction.atomic
def choose_password(account: User, token: str) -> None:
    """Keep the password that `account` was given, by the link of its letter. Other devices are
    signed out, wrong passwords are forgotten. Conflict where the link was used meanwhile."""
    now = User.objects.select_for_update().get(pk=account.pk)
    if not (now.is_active and default_token_generator.check_token(now, token)):
        raise Conflict(now)
    account.must_change_password = False
    account.save(update_fields=["password", "must_change_password"])
    account.devices.sign_out(clock.now())
    AccessAttempt.objects.filter(username=account.username).delete()
    said = _("Password chosen by the link of an e-mail")
    LogEntry.objects.log_actions(account.pk, [account], CHANGE, said, single_object=True)
    revision.bump()
