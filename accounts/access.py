"""Who reaches what: one person's roles on one day, read once a request.

Rows are fetched within `areas`; what is outside does not exist for the person. What may be done
to a row inside is asked of each room's `permissions`.
"""

import datetime as dt
from dataclasses import dataclass, field
from functools import cached_property

from django.core.cache import caches
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest

from accounts.models import Membership, Notice, Role, User
from communes.models import Area
from nrm_tracker import revision
from nrm_tracker.prepared import prepared

# What each page says of a role and its place. It is read for every request: to read all columns
# of all places takes twice as long.
SHOWN = (
    *("user", "role", "from_on", "until_on"),
    *("area__kind", "area__designation", "area__name", "area__parent"),
    *(
        f"{place}__{column}"
        for place in ("commune", "agency", "working_group")
        for column in ("name", "area__kind", "area__designation", "area__name", "area__parent")
    ),
)


@dataclass(frozen=True)
class Access:
    """What a person reaches and is on one day."""

    areas: frozenset[int] = frozenset()
    leads: frozenset[int] = frozenset()
    coordinates: frozenset[int] = frozenset()
    agencies: frozenset[int] = frozenset()
    heads: frozenset[int] = frozenset()
    staffs: frozenset[int] = frozenset()
    joins: frozenset[int] = frozenset()
    inspects: frozenset[int] = frozenset()
    home: Area | None = None
    is_administrator: bool = False
    memberships: tuple[Membership, ...] = field(default=(), compare=False)
    user_id: int | None = field(default=None, compare=False)

    @cached_property
    def unread_count(self) -> int:
        """How many notices the person has not read."""
        return sum(_unread(self.user_id)) if self.user_id else 0

    @property
    def fingerprint(self) -> tuple[object, ...]:
        """What of the person a drawn page depends on."""
        held = [membership.pk for membership in self.memberships]
        return (self.user_id, sorted(self.areas), self.is_administrator, held, self.unread_count)

    @property
    def manages(self) -> frozenset[int]:
        """The areas whose accounts the person keeps."""
        return self.areas if self.is_administrator else self.coordinates

    @property
    def may_manage_accounts(self) -> bool:
        return bool(self.manages)

    @property
    def place_name(self) -> str:
        return str(self.home) if self.home else ""

    @property
    def role_line(self) -> str:
        """What the head of each page says of the person: the role, and its place."""
        if not self.memberships:
            return ""
        return str(self.memberships[0])


class SignedIn(HttpRequest):
    """A request by somebody who signed in; there are no others where sign-in is required."""

    user: User
    access: Access


def access_of(user: User, day: dt.date) -> Access:
    """What `user` reaches on `day`, kept until accounts or places change: both count everywhere."""
    key = f"access-{user.pk}-{day}-{revision.number()}"
    known: Access | None = caches["pages"].get(key)
    if known is None:
        known = _read(user, day)
        caches["pages"].set(key, known)
    return known


@prepared
def _unread(user_id: int) -> QuerySet[Notice, int]:
    counted = Notice.objects.unread().filter(user=user_id).order_by().values("user")
    return counted.annotate(count=Count("pk")).values_list("count", flat=True)


def _read(user: User, day: dt.date) -> Access:
    found = user.memberships.valid_on(day)
    found = found.select_related("area", "commune__area", "agency__area", "working_group__area")
    memberships = tuple(found.only(*SHOWN).order_by("from_on", "pk"))
    own = {area.pk: area for area in map(_area, memberships)}
    # Only a province has areas inside: who belongs to a district asks no further.
    is_wide = user.is_staff or any(area.kind == Area.Kind.PROVINCE for area in own.values())
    reached = _with_children(set(own), everything=user.is_staff) if is_wide else [*own.values()]
    ids = {area.pk for area in reached}
    return Access(
        areas=frozenset(ids),
        leads=_below(reached, memberships, Role.LEADER),
        coordinates=_below(reached, memberships, Role.COORDINATOR),
        agencies=_ids(memberships, "agency_id", Role.AGENCY_OFFICER),
        heads=_ids(memberships, "commune_id", Role.COMMUNE_LEADER),
        staffs=_ids(memberships, "commune_id", Role.COMMUNE_STAFF),
        joins=_ids(memberships, "working_group_id", Role.WORKING_GROUP_MEMBER),
        inspects=_below(reached, memberships, Role.INSPECTOR),
        is_administrator=user.is_superuser,
        home=_area(memberships[0]) if memberships else next(iter(reached), None),
        memberships=memberships,
        user_id=user.pk,
    )


def _area(membership: Membership) -> Area:
    place = membership.place
    assert place is not None  # noqa: S101 a constraint holds exactly one
    return place if isinstance(place, Area) else place.area


def _with_children(own: set[int], *, everything: bool) -> list[Area]:
    """The areas of `own` and those inside them; there are two levels, province and district."""
    areas = Area.objects.order_by("kind", "sort_key")
    return list(areas if everything else areas.filter(Q(pk__in=own) | Q(parent__in=own)))


def _below(areas: list[Area], memberships: tuple[Membership, ...], role: Role) -> frozenset[int]:
    held = {membership.area_id for membership in memberships if membership.role == role}
    return frozenset(area.pk for area in areas if {area.pk, area.parent_id} & held)


def _ids(memberships: tuple[Membership, ...], place: str, role: Role) -> frozenset[int]:
    return frozenset(getattr(row, place) for row in memberships if row.role == role)
