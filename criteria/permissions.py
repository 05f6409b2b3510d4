"""Who may write what of a cell (design, section 6): pure functions of what was read already.

`responsibilities` are those of the criterion on the day, whole or by indicator: `cells.responsible`
reads them.
"""

from collections.abc import Iterable

from accounts.access import Access
from communes.models import Commune
from criteria.models import Level, Responsibility


def may_find(access: Access, commune: Commune, responsibilities: Iterable[Responsibility]) -> bool:
    """Whether the person's own word is a finding: a leader's, or that of the only agency."""
    return commune.area_id in access.leads or _answers_alone(access, commune, responsibilities)


def may_assess(
    access: Access, commune: Commune, responsibilities: Iterable[Responsibility]
) -> bool:
    return may_find(access, commune, responsibilities) or commune.area_id in access.coordinates


def must_name_agency(
    access: Access, commune: Commune, responsibilities: Iterable[Responsibility]
) -> bool:
    """A coordinator writes on an agency's behalf, with the agency's document."""
    return commune.area_id in access.coordinates and not may_find(access, commune, responsibilities)


def may_record_provincial(access: Access, area_id: int) -> bool:
    return area_id in access.coordinates


def may_recognise(access: Access, area_id: int) -> bool:
    return area_id in access.coordinates


def may_state_own_view(access: Access, commune_id: int) -> bool:
    return commune_id in access.heads


def writable_levels(
    access: Access, commune: Commune, responsibilities: Iterable[Responsibility]
) -> frozenset[int]:
    """The levels at which the person may write, and so correct, what is said of a cell."""
    allowed = {
        Level.COMMUNE: may_state_own_view(access, commune.pk),
        Level.DISTRICT: may_assess(access, commune, responsibilities),
        Level.PROVINCE: may_record_provincial(access, commune.area_id),
    }
    return frozenset(level.value for level, is_allowed in allowed.items() if is_allowed)


def _answers_alone(
    access: Access, commune: Commune, responsibilities: Iterable[Responsibility]
) -> bool:
    """Another area's agencies answer for the same criterion there; they do not count here."""
    here = {row.agency_id for row in responsibilities if row.agency.area_id == commune.area_id}
    return len(here) == 1 and here <= access.agencies
