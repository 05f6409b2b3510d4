"""The accounts of a whole list: all of them, or none."""

from collections.abc import Sequence

from django.contrib.admin.models import ADDITION, LogEntry
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.models import Membership, User
from nrm_tracker import revision


@transaction.atomic
def create_all(roles: Sequence[Membership], *, by: User) -> list[User]:
    """Make the account of each role's person. Nobody signs in before a first password is given."""
    accounts = [role.user for role in roles]
    for account in accounts:
        account.set_unusable_password()
        account.must_change_password = True
    try:
        with transaction.atomic():
            made = User.objects.bulk_create(accounts)
    except IntegrityError:
        # Another list, or the same sent twice at once, was first.
        raise ValidationError(_("An account of this name exists already.")) from None
    for role, account in zip(roles, made, strict=True):
        role.user = account
    Membership.objects.bulk_create(roles)
    for role in roles:
        said = _("Account created: %s") % role
        LogEntry.objects.log_actions(by.pk, [role.user], ADDITION, said, single_object=True)
    revision.bump()
    return made
