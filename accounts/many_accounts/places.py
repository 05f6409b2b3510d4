"""Places and roles in the words of offices: "UBND xã Kỳ Lạc", "Phó Chủ tịch"."""

import datetime as dt
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import cached_property

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from accounts.models import AREA_ROLES, COMMUNE_ROLES, Role
from communes.models import Agency, Area, Commune, WorkingGroup
from nrm_tracker import clock
from nrm_tracker.tables.recognising import near
from nrm_tracker.text import normalize, search_key

Row = Area | Commune | Agency | WorkingGroup
ROLES_AT = {
    "area": tuple(AREA_ROLES),
    "commune": tuple(COMMUNE_ROLES),
    "agency": (Role.AGENCY_OFFICER,),
    "working_group": (Role.WORKING_GROUP_MEMBER,),
}
# What offices write before the name of a place.
BODIES = (
    *("ubnd", "uy ban nhan dan", "dang uy", "hdnd", "hoi dong nhan dan", "mttq"),
    *("van phong dieu phoi nong thon moi", "van phong dieu phoi", "vpdp ntm", "vpdp"),
)
# The words by which a role is told at a place of its kind: the first that occurs.
WORDS = {
    Role.INSPECTOR: ("thanh tra", "kiem tra"),
    Role.COORDINATOR: ("dieu phoi",),
    Role.COMMUNE_STAFF: ("can bo", "cong chuc", "chuyen vien", "nhan vien", "theo doi", "ke toan"),
    Role.OBSERVER: ("theo doi", "quan sat", "chi xem"),
    Role.COMMUNE_LEADER: ("lanh dao", "chu tich", "bi thu"),
    Role.LEADER: ("lanh dao", "chu tich", "bi thu"),
    Role.AGENCY_OFFICER: ("chuyen vien", "can bo", "lanh dao", "phong", "cong chuc", "phu trach"),
    Role.WORKING_GROUP_MEMBER: ("thanh vien", "truong doan", "pho doan", "doan", "to"),
}


@dataclass(frozen=True)
class NamedPlace:
    """A place of the areas; `label` names it alone, `names` are what it goes by."""

    kind: str
    row: Row
    label: str
    names: tuple[str, ...]

    @property
    def area(self) -> Area:
        return self.row if isinstance(self.row, Area) else self.row.area

    @property
    def is_gone(self) -> bool:
        return bool(not_there_on(self, clock.today()))

    @cached_property
    def keys(self) -> frozenset[str]:
        return frozenset(map(search_key, self.names))


class Places:
    """Every place of some areas, found by what an office calls it: four queries."""

    def __init__(self, areas: Collection[int]) -> None:
        self.all = [_place(kind, row, names, len(areas)) for kind, row, names in _rows(areas)]

    @property
    def labels(self) -> list[str]:
        return [place.label for place in self.all]

    def find(self, typed: str, role: str = "") -> NamedPlace:
        """The one place that is meant; raises ValidationError. A role tells places of one name
        apart, where it is known."""
        found = self._called(typed)
        if len(found) > 1:
            found = [one for one in found if not one.is_gone] or found
        if len(found) > 1 and role:
            found = [one for one in found if role in ROLES_AT[one.kind]] or found
        if len(found) == 1:
            return found[0]
        if found:
            said = _("Several places are called so: %(places)s. Write which one.")
            raise ValidationError(said % {"places": "; ".join(one.label for one in found)})
        likely = self._near(typed)
        said = _("No such place in these areas.")
        if likely:
            near = _("Near it: %(places)s.") % {"places": "; ".join(likely)}
            said = f"{said} {near}"
        raise ValidationError(said)

    def _called(self, typed: str) -> list[NamedPlace]:
        """Those of that name letter by letter, or else but for marks."""
        key = _bare(search_key(typed))
        found = [one for one in self.all if key in one.keys or search_key(typed) in one.keys]
        if key != search_key(typed) and not key:
            # "Văn phòng điều phối" alone is that of the area, where there is one.
            found = [one for one in self.all if one.kind == "area"]
        text = normalize(typed).casefold()
        exact = [one for one in found if any(text.endswith(n.casefold()) for n in one.names)]
        return exact or found

    def _near(self, typed: str) -> list[str]:
        labels = {name: one.label for one in self.all for name in one.names}
        found = near(_bare(search_key(typed)), labels)
        return list(dict.fromkeys(labels[name] for name in found))


def _rows(areas: Collection[int]) -> Iterator[tuple[str, Row, tuple[str, ...]]]:
    for area in Area.objects.filter(pk__in=areas):
        yield "area", area, (str(area), area.name)
    for commune in Commune.objects.within(areas).select_related("area"):
        yield "commune", commune, (commune.full_name, commune.name)
    for agency in Agency.objects.filter(area__in=areas).select_related("area"):
        yield "agency", agency, (agency.name, agency.short_name)
    for group in WorkingGroup.objects.filter(area__in=areas).select_related("area"):
        yield "working_group", group, (group.name, group.decision_number)


def _place(kind: str, row: Row, names: tuple[str, ...], areas: int) -> NamedPlace:
    """Its label names the area too, where there are several."""
    label = names[0] if isinstance(row, Area) or areas == 1 else f"{names[0]} ({row.area})"
    return NamedPlace(kind, row, label, tuple(name for name in (*names, label) if name))


def _bare(key: str) -> str:
    """A name without the body that sits there."""
    for body in BODIES:
        if key == body or key.startswith(f"{body} "):
            return key[len(body) :].strip()
    return key


def role_named(typed: str) -> str:
    """The role of exactly that name; empty where there is none."""
    key = search_key(typed)
    return next((role.value for role in Role if key in _keys(role)), "") if key else ""


def _keys(role: Role) -> set[str]:
    """A role by its names at all kinds of areas."""
    return {search_key(name) for name in (str(role.label), *map(role.named, Area.Kind.values))}


def role_at(place: NamedPlace, typed: str, position: str) -> str:
    """The role that somebody has at a place, by the words of the list; raises ValidationError.

    A position alone tells it at a commune only: at an area a role reaches far.
    """
    possible = ROLES_AT[place.kind]
    if named := role_named(typed):
        if named not in possible:
            said = _("%(role)s is no role at this place. Possible there: %(roles)s.")
            raise ValidationError(said % {"role": typed, "roles": _names(place, possible)})
        return named
    if not typed and len(possible) == 1:
        return possible[0]
    said = typed or (position if place.kind == "commune" else "")
    told = [role for role in WORDS if role in possible and _occurs(WORDS[role], said)]
    if told:
        return told[0].value
    message = _("Write which role it is: %(roles)s.")
    raise ValidationError(message % {"roles": _names(place, possible)})


def _occurs(words: Collection[str], text: str) -> bool:
    key = f" {search_key(text)} "
    return any(f" {word} " in key for word in words)


def _names(place: NamedPlace, roles: Collection[str]) -> str:
    return ", ".join(Role(role).named(place.area.kind) for role in roles)


def not_there_on(place: NamedPlace, day: dt.date) -> str:
    """Why nobody has a role at the place on that day; empty where somebody may."""
    row = place.row
    if not isinstance(row, Area | Commune):
        return ""
    if row.established_on and day < row.established_on:
        said = _("%(place)s was founded on %(day)s only.")
        return said % {"place": place.label, "day": f"{row.established_on:%d/%m/%Y}"}
    if row.dissolved_on and day >= row.dissolved_on:
        said = _("%(place)s was dissolved on %(day)s.")
        return said % {"place": place.label, "day": f"{row.dissolved_on:%d/%m/%Y}"}
    return ""
