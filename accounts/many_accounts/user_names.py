"""User names proposed for people of a list: by their place or by their own name, without marks."""

from collections.abc import Collection

from accounts.many_accounts.places import NamedPlace
from accounts.models import Role
from communes.models import Agency, WorkingGroup
from nrm_tracker.text import search_key

BY_PLACE, BY_PERSON = "place", "person"
LONGEST = 60
_BEFORE = {
    Role.COMMUNE_STAFF: "canbo-",
    Role.LEADER: "lanhdao-",
    Role.COORDINATOR: "dieuphoi-",
    Role.OBSERVER: "theodoi-",
    Role.INSPECTOR: "thanhtra-",
}


def proposed(by: str, full_name: str, place: NamedPlace, role: str, taken: Collection[str]) -> str:
    """A name that is not `taken`, with a number behind it where the usual one is."""
    usual = (_of_place(place, role) if by == BY_PLACE else "") or _bare(full_name) or "nguoidung"
    usual = usual[:LONGEST]
    number, name = 1, usual
    while name in taken:
        number += 1
        name = f"{usual}{number}"
    return name


def _of_place(place: NamedPlace, role: str) -> str:
    row = place.row
    if isinstance(row, Agency | WorkingGroup):
        return row.key
    return _BEFORE.get(Role(role), "") + _bare(row.name)


def _bare(text: str) -> str:
    return search_key(text).replace(" ", "")
