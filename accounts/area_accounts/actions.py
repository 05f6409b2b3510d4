"""The verbs on an area's accounts: each is one transaction, and is kept in the log of changes.

What they change counts everywhere: a person is named wherever they wrote, and a role decides what
they reach.
"""

import datetime as dt
from collections.abc import Iterable, Mapping

from axes.models import AccessAttempt
from django.contrib.admin.models import ADDITION, CHANGE, LogEntry
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from accounts.models import Device, Membership, User
from nrm_tracker import clock, revision
from nrm_tracker.dated_names import Names
from nrm_tracker.forms import Conflict

# What is said of a person, with what is made of it.
SAID = (
    *("full_name", "position", "earlier_names", "phone", "email"),
    *("search_key", "sort_key"),
)


@transaction.atomic
def create(account: User, role: Membership, *, by: User) -> User:
    """Make an account with its first role: without one it would reach nothing.

    Its password was worked out before, which takes long.
    """
    account.must_change_password = True
    try:
        with transaction.atomic():
            account.save()
    except IntegrityError:
        # The same form, sent twice at once: the other one was first.
        message = _("An account of this name exists already.")
        raise ValidationError({"username": message}) from None
    role.user = account
    role.save()
    _finish(account, _("Account created: %s") % role, by, ADDITION)
    return account


@transaction.atomic
def change(account: User, *, seen: tuple[Names, str], changed: Iterable[str], by: User) -> User:
    """Keep what was said anew of a person; `changed` names it.

    Conflict where somebody changed the name since it was as `seen`.
    """
    now = User.objects.select_for_update().get(pk=account.pk)
    if now.naming != seen:
        raise Conflict(now)
    account.save(update_fields=SAID)
    _finish(account, _("Changed: %s") % ", ".join(changed), by)
    return account


@transaction.atomic
def give_first_passwords(hashes: Mapping[User, str], *, by: User) -> None:
    """Give each account the password of that hash; the devices of these people are signed out.

    Conflict where one got another password since it was read.
    """
    accounts = {account.pk: account for account in hashes}
    for now in User.objects.select_for_update().filter(pk__in=accounts).order_by("pk"):
        if now.password != accounts[now.pk].password:
            raise Conflict(now)
    for account, hashed in hashes.items():
        account.password, account.must_change_password = hashed, True
    User.objects.bulk_update(accounts.values(), ["password", "must_change_password"])
    Device.objects.filter(user__in=accounts).sign_out(clock.now())
    said = _("New first password")
    LogEntry.objects.log_actions(by.pk, list(accounts.values()), CHANGE, said)
    revision.bump()


@transaction.atomic
def lock(account: User, *, by: User) -> User:
    """Let nobody in with it, and sign every device of the person out."""
    account.is_active = False
    account.save(update_fields=["is_active"])
    account.devices.sign_out(clock.now())
    _finish(account, _("Locked"), by)
    return account


@transaction.atomic
def unlock(account: User, *, by: User) -> User:
    """Open a locked account, and forget the wrong passwords where its own came from."""
    account.is_active = True
    account.save(update_fields=["is_active"])
    tried = AccessAttempt.objects.filter(username=account.username)
    from_there = Q(ip_address__in=tried.values("ip_address"))
    AccessAttempt.objects.filter(from_there | Q(username=account.username)).delete()
    _finish(account, _("Unlocked"), by)
    return account


@transaction.atomic
def add_role(role: Membership, *, by: User) -> Membership:
    """Give a person a further role."""
    role.save()
    _finish(role.user, _("Role added: %s") % role, by)
    return role


@transaction.atomic
def end_role(role: Membership, *, until_on: dt.date, by: User) -> Membership:
    """End a role on a day; that it was held stays known."""
    role.until_on = until_on
    role.save(update_fields=["until_on"])
    said = {"day": f"{until_on:%d/%m/%Y}", "role": role}
    _finish(role.user, _("Role ends on %(day)s: %(role)s") % said, by)
    return role


def _finish(account: User, what: str, by: User, flag: int = CHANGE) -> None:
    LogEntry.objects.log_actions(by.pk, [account], flag, what, single_object=True)
    revision.bump()
