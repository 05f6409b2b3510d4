"""Who has not chosen a password of their own yet."""

from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.db.models import BooleanField, Case, OuterRef, Prefetch, Subquery, Value, When

from accounts.access import Access
from accounts.area_accounts.queries import accounts_kept, only_here, roles_kept
from accounts.models import Membership, PasswordLetter
from nrm_tracker import clock
from nrm_tracker.text import SearchQuerySet


def without_own_password(access: Access) -> SearchQuerySet:
    """The accounts to which the person may give a first password, those that have none first."""
    here = Membership.objects.at_places_of(access.manages_here).values("user")
    found = only_here(accounts_kept(access), access).filter(pk__in=here)
    found = found.filter(is_active=True, must_change_password=True).exclude(pk=access.user_id)
    running = roles_kept(access).not_ended_by(clock.today()).order_by("from_on", "pk")
    found = found.prefetch_related(Prefetch("memberships", running, to_attr="roles"))
    letters = PasswordLetter.objects.filter(
        user=OuterRef("pk"), kind=PasswordLetter.Kind.INVITATION
    )
    newest = {
        f"invited_{name}": Subquery(letters.order_by("-asked_at", "-pk").values(name)[:1])
        for name in ("state", "asked_at", "reason")
    }
    return found.annotate(has_none=has_none(), **newest).order_by(
        "-has_none", "sort_key", "username"
    )


def has_none() -> Case:
    """Whether no password was given yet."""
    is_unusable = When(password__startswith=UNUSABLE_PASSWORD_PREFIX, then=Value(True))
    return Case(is_unusable, default=Value(False), output_field=BooleanField())
