"""Telling people what concerns them: in the application now, by e-mail once a day."""

from collections.abc import Iterable

from django.db.models import QuerySet

from accounts.models import Membership, Notice, Role, User
from nrm_tracker import clock


def tell(people: Iterable[User], text: str, address: str, *, but: User | None = None) -> None:
    """A notice for each of `people` once, less the one who did it, who knows."""
    now = clock.now()
    Notice.objects.bulk_create(
        Notice(user=person, text=text, address=address, at=now)
        for person in set(people)
        if person != but
    )


def holders(*roles: Role, **place: object) -> QuerySet[User]:
    """Who holds one of these roles at this place today: `commune=…`, `agency__in=…`, `area=…`."""
    held = Membership.objects.valid_on(clock.today()).filter(role__in=roles, **place)
    return User.objects.filter(is_active=True, pk__in=held.values("user"))
