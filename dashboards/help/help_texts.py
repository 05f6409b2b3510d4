"""What there is to help, as it is written beside this file, and what of it concerns whom."""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.urls import reverse

from accounts.access import Access
from accounts.models import Role
from communes.models import Commune
from nrm_tracker import clock


@dataclass(frozen=True)
class HelpPage:
    """A question with its answer. `about`: the names of the addresses that lead here; `audience`:
    whom it is for, everybody where empty."""

    slug: str
    title: str
    text: tuple[str, ...]
    steps: tuple[str, ...]
    about: tuple[str, ...] = ()
    audience: frozenset[str] = frozenset()

    def get_absolute_url(self) -> str:
        return reverse("help-page", args=[self.slug])

    def is_for(self, audience: frozenset[str]) -> bool:
        return not self.audience or bool(self.audience & audience)


@dataclass(frozen=True)
class Stop:
    """A step of a tour: a page, and what to look at there."""

    address: str
    text: str


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
            about=tuple(one.get("about", ())),
            audience=frozenset(one.get("for", ())),
        )
        for one in _read("pages.toml")["page"]
    )


@cache
def tours() -> tuple[Tour, ...]:
    return tuple(
        Tour(tuple(one["roles"]), one["title"], tuple(Stop(*step) for step in one["steps"]))
        for one in _read("tours.toml")["tour"]
    )


def audience_of(access: Access) -> frozenset[str]:
    """What a person is, in the words of the pages."""
    is_one = {
        "commune": access.heads or access.staffs,
        "agency": access.agencies or access.joins,
        "leader": access.leads,
        "coordinator": access.coordinates or access.is_administrator,
    }
    return frozenset(name for name, reached in is_one.items() if reached)


def page_about(view_name: str, audience: frozenset[str]) -> HelpPage | None:
    """What helps on a page: what was written for just such people goes first."""
    found = [one for one in pages() if view_name in one.about and one.is_for(audience)]
    return next((one for one in found if one.audience), next(iter(found), None))


def tour_of(access: Access) -> Tour | None:
    """The steps of the person's first role, each an address that the person reaches."""
    role = access.memberships[0].role if access.memberships else ""
    if access.is_administrator and not role:
        role = Role.COORDINATOR
    tour = next((one for one in tours() if role in one.roles), None)
    slug = _commune_of(access) if tour else None
    if tour is None or slug is None:
        return None
    stops = tuple(Stop(stop.address.format(slug=slug), stop.text) for stop in tour.stops)
    return Tour(tour.roles, tour.title, stops)


def _commune_of(access: Access) -> str | None:
    """The person's own commune, or the first that the person reaches."""
    communes = Commune.objects.within(access.areas).existing_on(clock.today())
    own = access.heads | access.staffs
    found = communes.filter(pk__in=own) if own else communes
    return found.order_by("sort_key", "code").values_list("slug", flat=True).first()


def _read(name: str) -> dict[str, list[dict]]:
    return tomllib.loads(Path(__file__).with_name(name).read_text("utf-8"))
