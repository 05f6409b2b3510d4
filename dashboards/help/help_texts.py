"""What there is to help, as it is written beside this file, and what of it concerns whom."""

import struct
import tomllib
from dataclasses import dataclass, replace
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from django.conf import settings
from django.urls import reverse

from accounts.access import Access
from accounts.models import Role
from communes.models import Commune
from nrm_tracker import clock

ROLES = {
    "commune": (Role.COMMUNE_LEADER, Role.COMMUNE_STAFF),
    "agency": (Role.AGENCY_OFFICER, Role.WORKING_GROUP_MEMBER),
    "leader": (Role.LEADER,),
    "coordinator": (Role.COORDINATOR,),
}


@dataclass(frozen=True)
class Picture:
    """What a step looks like on the screen, in the district for training. `account` opens
    `address`, and from there what `open` selects; `marks` are the words that it points at."""

    slug: str
    step: int
    alt: str
    account: str
    address: str
    open: str
    marks: tuple[str, ...]

    @property
    def file(self) -> str:
        """Among the static files."""
        return f"help/{self.slug}-{self.step}.png"

    @property
    def path(self) -> Path:
        return settings.BASE_DIR / "static" / self.file

    @cached_property
    def size(self) -> tuple[int, int]:
        """Width and height, which stand in the head of each PNG."""
        with self.path.open("rb") as picture:
            width, height = struct.unpack(">16x2L", picture.read(24))
        return width, height


@dataclass(frozen=True)
class HelpPage:
    """A question with its answer. `about`: the names of the addresses that lead here; `audience`:
    whom it is for, everybody where empty."""

    slug: str
    title: str
    text: tuple[str, ...]
    steps: tuple[str, ...]
    pictures: tuple[Picture, ...] = ()
    about: tuple[str, ...] = ()
    audience: frozenset[str] = frozenset()

    def get_absolute_url(self) -> str:
        return reverse("help-page", args=[self.slug])

    @property
    def shown_steps(self) -> list[tuple[str, Picture | None]]:
        """The steps, each with its picture where there is one."""
        shown = {picture.step: picture for picture in self.pictures}
        return [(step, shown.get(number)) for number, step in enumerate(self.steps, start=1)]

    def nearness(self, audience: frozenset[str]) -> int:
        """How near it is to such people: written for them, for everybody, for others."""
        if not self.audience:
            return 1
        return 0 if self.audience & audience else 2


@dataclass(frozen=True)
class Stop:
    """A step of a tour: a page, and what to look at there."""

    number: int
    address: str
    text: str

    @property
    def address_within(self) -> str:
        """The page, which then says which step of the tour it is."""
        return f"{self.address}{'&' if '?' in self.address else '?'}tour={self.number}"


@dataclass(frozen=True)
class Tour:
    """The ten steps of a role."""

    roles: tuple[str, ...]
    title: str
    stops: tuple[Stop, ...]


@cache
def pages() -> tuple[HelpPage, ...]:
    return tuple(
        HelpPage(
            slug=one["slug"],
            title=one["title"],
            text=tuple(one["text"]),
            steps=tuple(one["steps"]),
            pictures=tuple(_picture(one["slug"], said) for said in one.get("picture", ())),
            about=tuple(one.get("about", ())),
            audience=frozenset(one.get("for", ())),
        )
        for one in _read("pages.toml")["page"]
    )


@cache
def tours() -> tuple[Tour, ...]:
    return tuple(
        Tour(
            tuple(one["roles"]),
            one["title"],
            tuple(Stop(number, *step) for number, step in enumerate(one["steps"], start=1)),
        )
        for one in _read("tours.toml")["tour"]
    )


def audience_of(access: Access) -> frozenset[str]:
    """What a person is, in the words of the pages. Where that is does not matter: a page that asks
    it is drawn once for all of one role."""
    is_one = {name: access.is_any(*roles) for name, roles in ROLES.items()}
    is_one["coordinator"] |= access.is_administrator
    return frozenset(name for name, holds in is_one.items() if holds)


def page_about(view_name: str, audience: frozenset[str]) -> HelpPage | None:
    """What helps on a page: what was written for just such people goes first."""
    found = (one for one in pages() if view_name in one.about)
    return min(found, key=lambda one: one.nearness(audience), default=None)


def role_of(access: Access) -> str:
    """The person's first role, by which the tour goes."""
    if access.memberships:
        return access.memberships[0].role
    return Role.COORDINATOR if access.is_administrator else ""


def tour_for(role: str) -> Tour | None:
    return next((one for one in tours() if role in one.roles), None)


def tour_of(access: Access) -> Tour | None:
    """The steps of the person's first role, each an address that the person reaches."""
    tour = tour_for(role_of(access))
    slug = _commune_of(access) if tour else None
    if tour is None or slug is None:
        return None
    stops = (replace(stop, address=stop.address.format(slug=slug)) for stop in tour.stops)
    return replace(tour, stops=tuple(stops))


def _commune_of(access: Access) -> str | None:
    """The person's own commune, or the first that the person reaches."""
    communes = Commune.objects.within(access.areas).existing_on(clock.today())
    own = access.heads | access.staffs
    found = communes.filter(pk__in=own) if own else communes
    return found.order_by("sort_key", "code").values_list("slug", flat=True).first()


def _picture(slug: str, said: dict[str, Any]) -> Picture:
    marks, opened = tuple(said["marks"]), said.get("open", "")
    return Picture(slug, said["step"], said["alt"], said["account"], said["address"], opened, marks)


def _read(name: str) -> dict[str, list[dict]]:
    return tomllib.loads(Path(__file__).with_name(name).read_text("utf-8"))
