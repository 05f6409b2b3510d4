"""Who reaches what: one person's roles on one day, read once a request.

Rows are fetched within `areas`; what is outside does not exist for the person. What may be done
to a row inside is asked of each room's `permissions`, by `…_for` an ability: the places at which a
role to which that ability belongs (`abilities`) is held.

Of the areas reached one is looked at: `area`. Lists are of `shown`, which is that area and those
inside it; what is written into "the area" goes there. It is the one that the address names
(`?area=`), or else the one chosen in the head (`chosen_area`), or else the person's own. An address
that names an area that is not reached is not found.
"""

import datetime as dt
from collections.abc import Callable, Collection, Set
from dataclasses import dataclass, field, replace
from functools import cached_property, wraps
from typing import Any

from django.core.cache import caches
from django.core.exceptions import PermissionDenied
from django.db.models import Exists, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import ngettext

from accounts import abilities
from accounts.models import Ability, Acting, Membership, Notice, Role, User
from communes.models import Area
from nrm_tracker import clock, revision
from nrm_tracker.parts import NOTHING
from nrm_tracker.prepared import prepared

# What each page says of a role and its place. It is read for every request: to read all columns
# of all places takes twice as long.
_OF_AREA = ("kind", "designation", "name", "parent", "is_training")
SHOWN = (
    *("user__full_name", "role", "from_on", "until_on"),
    *(f"area__{column}" for column in _OF_AREA),
    "commune__slug",
    *(
        f"{place}__{column}"
        for place in ("commune", "agency", "working_group")
        for column in ("name", *(f"area__{column}" for column in _OF_AREA))
    ),
)


View = Callable[..., HttpResponse]
# Where a session keeps the area chosen.
CHOSEN = "area"
# So many roles of a person are named in the head of each page.
IN_HEAD = 2
# So many notices that were not read are looked at.
UNREAD = 100
# So many areas are offered in the head of each page; whoever reaches more finds them on a page.
AREAS_IN_HEAD = 12


@dataclass(frozen=True)
class Access:
    """What a person reaches and is on one day, and the area that is looked at."""

    areas: frozenset[int] = frozenset()
    area: Area | None = None
    shown: frozenset[int] = frozenset()
    # The first of the areas to choose from.
    offered: tuple[Area, ...] = ()
    leads: frozenset[int] = frozenset()
    coordinates: frozenset[int] = frozenset()
    agencies: frozenset[int] = frozenset()
    heads: frozenset[int] = frozenset()
    staffs: frozenset[int] = frozenset()
    joins: frozenset[int] = frozenset()
    inspects: frozenset[int] = frozenset()
    is_administrator: bool = False
    # What the administration gave to roles, or took from them.
    changed: abilities.Changed = abilities.UNCHANGED
    memberships: tuple[Membership, ...] = field(default=(), compare=False)
    user_id: int | None = field(default=None, compare=False)
    # The numbers of the last writes in the areas reached, as they stood before anything was read.
    written: dict[str, int] = field(default_factory=lambda: NOTHING, compare=False)
    # How often anything was written that concerns all: accounts and places among it.
    written_everywhere: int = field(default=0, compare=False)

    @cached_property
    def unread(self) -> tuple[tuple[int, str], ...]:
        """The newest notices that the person has not read, with the page that each is about."""
        return tuple(_unread(self.user_id)) if self.user_id else ()

    @property
    def fingerprint(self) -> tuple[object, ...]:
        """What of the person a drawn page depends on."""
        held = [membership.pk for membership in self.memberships]
        seen = (sorted(self.areas), self.area and self.area.pk)
        return (self.user_id, *seen, self.is_administrator, held)

    def is_any(self, *roles: str) -> bool:
        """Whether the person has one of these roles, wherever it is."""
        return any(held.role in roles for held in self.memberships)

    def areas_for(self, ability: str, *roles: str) -> frozenset[int]:
        """The areas where the person may do this by a role of an area, or by one of these."""
        held = {
            Role.LEADER: self.leads,
            Role.COORDINATOR: self.coordinates,
            Role.INSPECTOR: self.inspects,
        }
        asked = {role: areas for role, areas in held.items() if not roles or role in roles}
        is_ours = self.is_administrator and abilities.RULES[ability].is_administrators
        return self._where(ability, asked) | (self.areas if is_ours else frozenset())

    def communes_for(self, ability: str) -> frozenset[int]:
        """The own communes of which the person may do this."""
        own = {Role.COMMUNE_LEADER: self.heads, Role.COMMUNE_STAFF: self.staffs}
        return self._where(ability, own)

    def agencies_for(self, ability: str) -> frozenset[int]:
        """The own agencies for which the person may do this."""
        return self._where(ability, {Role.AGENCY_OFFICER: self.agencies})

    def groups_for(self, ability: str) -> frozenset[int]:
        """The own working groups for which the person may do this."""
        return self._where(ability, {Role.WORKING_GROUP_MEMBER: self.joins})

    def roles_for(self, ability: str) -> str:
        """Whose this is in the area that is looked at, in words."""
        kind = self.area.kind if self.area else ""
        held = (role for role in Role if abilities.belongs(ability, role, self.changed))
        return "; ".join(role.named(kind) for role in held)

    def _where(self, ability: str, held: dict[Role, frozenset[int]]) -> frozenset[int]:
        may = (held[role] for role in held if abilities.belongs(ability, role, self.changed))
        return frozenset().union(*may)

    @property
    def directs(self) -> frozenset[int]:
        """The areas that the person leads or coordinates."""
        return self.leads | self.coordinates

    @property
    def manages(self) -> frozenset[int]:
        """The areas whose accounts the person keeps."""
        return self.areas_for(Ability.ACCOUNTS)

    @property
    def manages_here(self) -> frozenset[int]:
        """Those of them that are looked at."""
        return self.manages & self.shown

    @property
    def may_manage_accounts(self) -> bool:
        return bool(self.manages_here)

    @property
    def may_set_up(self) -> bool:
        """Whether the set-up is the person's: without any area there is one to be made."""
        return self.may_manage_accounts or (self.area is None and self.is_administrator)

    @property
    def writes_here(self) -> bool:
        """Whether the person leads or coordinates an area that is looked at."""
        return bool(self.directs & self.shown)

    @property
    def may_choose(self) -> bool:
        """Whether there is more than one area to look at."""
        return len(self.areas) > 1

    @property
    def is_offered_in_part(self) -> bool:
        return len(self.areas) > len(self.offered)

    @property
    def agency_areas(self) -> frozenset[int]:
        """The areas of the agencies that the person is an officer of."""
        return frozenset(held.agency.area_id for held in self.memberships if held.agency)

    @property
    def has_several_roles(self) -> bool:
        return len(self.memberships) > 1

    @property
    def place_name(self) -> str:
        return str(self.area) if self.area else ""

    @property
    def training(self) -> str:
        """The name of the area where it is made up, to learn by."""
        return str(self.area) if self.area and self.area.is_training else ""

    @property
    def role_line(self) -> str:
        """What the head of each page says of the person: the roles with their places, those in the
        area that is looked at where there are any. Of more than two the first stands for all."""
        roles = list(map(str, self._held_here))
        if len(roles) <= IN_HEAD:
            return "; ".join(roles)
        said = ngettext(
            "%(role)s and %(n)s more role", "%(role)s and %(n)s more roles", len(roles) - 1
        )
        return said % {"role": roles[0], "n": len(roles) - 1}

    def role_beside(self, name: str) -> str:
        """The same without what the name says already, of somebody of one role."""
        held = self._held_here
        return held[0].beside(name) if len(held) == 1 else self.role_line

    @property
    def _held_here(self) -> tuple[Membership, ...]:
        here = tuple(one for one in self.memberships if area_of(one).pk in self.shown)
        return here or self.memberships


class SignedIn(HttpRequest):
    """A request by somebody who signed in; there are no others where sign-in is required."""

    user: User
    access: Access


def for_administrators(view: View) -> View:
    """403 for everybody else: places, sets and agencies are reference data."""

    @wraps(view)
    def inner(request: SignedIn, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.access.is_administrator:
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return inner


def access_of(user: User, day: dt.date, *named: str) -> Access:
    """What `user` reaches on `day`, and looks at: the first area of those named that is reached, or
    else their own.

    It is kept until accounts or places change: both count everywhere.
    """
    counted = revision.Counted()
    everywhere = sum(counted.of().values())
    key = f"access-{user.pk}-{day}-{everywhere}"
    access = _kept(key, lambda: _read(user, day, None))
    if access.may_choose and any(named):
        by_name = {str(pk): pk for pk in access.areas}
        wanted = next((by_name[name] for name in named if name in by_name), None)
        if wanted and not (access.area and access.area.pk == wanted):
            access = _kept(f"{key}-{wanted}", lambda: _read(user, day, wanted))
    return replace(access, written=counted.of(access.areas), written_everywhere=everywhere)


def _kept(key: str, read: Callable[[], Access]) -> Access:
    known: Access | None = caches["pages"].get(key)
    if known is None:
        known = read()
        caches["pages"].set(key, known)
    return known


@prepared
def _unread(user_id: int) -> QuerySet[Notice, tuple[int, str]]:
    found = Notice.objects.unread().filter(user=user_id).order_by("-pk")
    return found.values_list("pk", "address")[:UNREAD]


def _read(user: User, day: dt.date, wanted: int | None) -> Access:
    memberships = _in_force(tuple(_memberships(user.pk, day, clock.now())), user)
    own = {area.pk: area for area in map(area_of, memberships)}
    # Only a province has areas inside: who belongs to a district asks no further.
    is_wide = user.is_staff or any(area.kind == Area.Kind.PROVINCE for area in own.values())
    reached = _reached(own.keys(), day, user.is_staff) if is_wide else [*own.values()]
    ids = {area.pk for area in reached}
    area = next((area for area in reached if area.pk == wanted), next(iter(own.values()), None))
    area = area or next(iter(reached), None)
    return Access(
        areas=frozenset(ids),
        area=area,
        shown=frozenset(one.pk for one in reached if area and area.pk in (one.pk, one.parent_id)),
        offered=tuple(reached[:AREAS_IN_HEAD]) if len(reached) > 1 else (),
        leads=_below(reached, memberships, Role.LEADER),
        coordinates=_below(reached, memberships, Role.COORDINATOR),
        agencies=_ids(memberships, "agency_id", Role.AGENCY_OFFICER),
        heads=_ids(memberships, "commune_id", Role.COMMUNE_LEADER),
        staffs=_ids(memberships, "commune_id", Role.COMMUNE_STAFF),
        joins=_ids(memberships, "working_group_id", Role.WORKING_GROUP_MEMBER),
        inspects=_below(reached, memberships, Role.INSPECTOR),
        is_administrator=user.is_superuser,
        # Each row that was read says all of them.
        changed=abilities.read_all(
            next((row.said for row in (*memberships, *reached)), None)  # type: ignore[attr-defined]
        ),
        memberships=memberships,
        user_id=user.pk,
    )


@prepared
def _memberships(user_id: int, day: dt.date, now: dt.datetime) -> QuerySet[Membership]:
    """The person's own roles of a day, and those of whom the person acts for now."""
    acted = Acting.objects.running(now).filter(user=user_id)
    found = Membership.objects.filter(Q(user=user_id) | Q(pk__in=acted.values("post")))
    found = found.valid_on(day).select_related(
        "user", "area", "commune__area", "agency__area", "working_group__area"
    )
    return found.annotate(said=abilities.of_all()).only(*SHOWN).order_by("from_on", "pk")


def _in_force(memberships: tuple[Membership, ...], user: User) -> tuple[Membership, ...]:
    """Who acts for another has that role alone meanwhile: the own ones rest."""
    acted = tuple(one for one in memberships if one.user_id != user.pk)
    for one in acted:
        one.is_acted = True
    return acted or memberships


def acting_as(access: Access, ability: Ability, *roles: tuple[Role, Collection[int | None]]) -> str:
    """As whom somebody of several roles does this: the first of these that may, and is held at one
    of its places, in words. Who has but one role reads it in the head of the page."""
    held = {
        (one.role, one.place.pk): one
        for one in access.memberships
        if one.place and abilities.belongs(ability, one.role, access.changed)
    }
    # A set has no order of its own.
    in_order = ((role, sorted(p) if isinstance(p, Set) else p) for role, p in roles)
    wanted = ((role, place) for role, places in in_order for place in places)
    return next((str(held[one]) for one in wanted if one in held), "")


def around(area: Area) -> tuple[int, int | None]:
    """The area and the one that it lies in: a role at either counts there."""
    return area.pk, area.parent_id


def area_of(membership: Membership) -> Area:
    """The area of the place of a role."""
    place = membership.place
    assert place is not None  # noqa: S101 a constraint holds exactly one
    return place if isinstance(place, Area) else place.area


@prepared
def _reached(own: Collection[int], day: dt.date, everything: bool) -> QuerySet[Any, Area]:
    """The areas of `own` and those inside them, or all; first those that have communes on the day.

    There are two levels, province and district. What is made up never stands beside a real area
    where people work.
    """
    areas = Area.objects.inhabited_first(day).only(*_OF_AREA).annotate(said=abilities.of_all())
    inside = Q(pk__in=own) | Q(parent__in=own)
    if not everything:
        areas = areas.filter(inside)
    else:
        nobody_works = ~Exists(Membership.objects.at_real_places())
        areas = areas.filter(inside | Q(is_training=False) | Q(nobody_works))
    return areas


def _below(areas: list[Area], memberships: tuple[Membership, ...], role: Role) -> frozenset[int]:
    held = {membership.area_id for membership in memberships if membership.role == role}
    return frozenset(area.pk for area in areas if {area.pk, area.parent_id} & held)


def _ids(memberships: tuple[Membership, ...], place: str, role: Role) -> frozenset[int]:
    return frozenset(getattr(row, place) for row in memberships if row.role == role)
