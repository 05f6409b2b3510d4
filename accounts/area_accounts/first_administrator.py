"""The first account of a database in which nobody has one yet."""

from django.contrib.auth.hashers import make_password
from django.contrib.auth.password_validation import validate_password
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from nrm_tracker import revision


def make(username: str, password: str) -> User | None:
    """An administrator who must choose another password, or nobody where somebody has an account.

    ValidationError where the name or the password does not do.
    """
    if User.objects.exists():
        return None
    account = User(
        username=username,
        full_name=_("Administrator"),
        is_staff=True,
        is_superuser=True,
        must_change_password=True,
    )
    validate_password(password, account)
    account.password = make_password(password)
    account.full_clean()
    return _make(account)


@transaction.atomic
def _make(account: User) -> User | None:
    # Of two servers that start at once the second waits here, and finds the account of the first.
    revision.bump()
    if User.objects.exists():
        return None
    account.save()
    return account
