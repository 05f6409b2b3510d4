"""The accounts that somebody keeps: of the areas, and not those of administrators."""

from accounts.access import Access
from accounts.models import Membership, MembershipQuerySet, User
from nrm_tracker import clock
from nrm_tracker.text import SearchQuerySet


def roles_kept(access: Access) -> MembershipQuerySet:
    return Membership.objects.at_places_of(access.manages).with_places()


def accounts_kept(access: Access) -> SearchQuerySet:
    kept = User.objects.filter(pk__in=roles_kept(access).values("user"))
    return kept if access.is_administrator else kept.filter(is_staff=False, is_superuser=False)


def only_here(accounts: SearchQuerySet, access: Access) -> SearchQuerySet:
    """Those of `accounts` whose people hold, or will hold, no role outside these areas."""
    if access.is_administrator:
        return accounts
    held = Membership.objects.not_ended_by(clock.today())
    elsewhere = held.exclude(pk__in=Membership.objects.at_places_of(access.manages).values("pk"))
    return accounts.exclude(pk__in=elsewhere.values("user"))
