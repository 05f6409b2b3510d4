"""Who may write what of a cell: pure functions of what was read already.

`responsibilities` are those of the criterion on the day, whole or by indicator:
`responsible_agencies.responsible` reads them.
"""

from collections.abc import Iterable

from accounts.access import Access, acting_as, around
from accounts.models import Role
from communes.models import Commune
from criteria.models import Level, Responsibility


def may_find(access: Access, commune: Commune, responsibilities: Iterable[Responsibility]) -> bool:
    """Whether the person's own word is a finding: a leader's, or that of the only agency."""
    return commune.area_id in access.leads or _answers_alone(access, commune, responsibilities)


def may_assess(
    access: Access, commune: Commune, responsibilities: Iterable[Responsibility]
) -> bool:
    return may_find(access, commune, responsibilities) or commune.area_id in access.coordinates


def may_assess_somewhere(access: Access, responsibilities: Iterable[Responsibility]) -> bool:
    """Whether the page of one criterion for many communes has a row for the person."""
    answering: dict[int, set[int]] = {}
    for row in responsibilities:
        answering.setdefault(row.agency.area_id, set()).add(row.agency_id)
    alone = {next(iter(agencies)) for agencies in answering.values() if len(agencies) == 1}
    return access.writes_here or bool(alone & access.agencies)


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


def may_work_on(access: Access, commune: Commune) -> bool:
    """Whether the person measures, drafts claims, attaches evidence, states difficulties here."""
    return _is_of(access, commune) or commune.area_id in access.coordinates


def may_answer(access: Access, commune: Commune, asked_agency: int | None = None) -> bool:
    """Whether the person says how a difficulty was resolved: who works on it, who leads the area,
    and the agency asked."""
    return (
        may_work_on(access, commune)
        or commune.area_id in access.leads
        or asked_agency in access.agencies
    )


def may_draft(access: Access, commune_id: int) -> bool:
    """The commune's own people alone: what they draft nobody above the commune sees (rule 9)."""
    return commune_id in access.heads | access.staffs


def may_submit(access: Access, commune_id: int) -> bool:
    return commune_id in access.heads


def may_decide(
    access: Access, commune: Commune, responsibilities: Iterable[Responsibility]
) -> bool:
    """Whether the person's word on a claim is heard: as a leader, an agency, or on its behalf."""
    return commune.area_id in access.directs or bool(
        own_agencies(access, commune, responsibilities)
    )


def own_agencies(
    access: Access, commune: Commune, responsibilities: Iterable[Responsibility]
) -> frozenset[int]:
    """Those of the commune's answering agencies that the person speaks for."""
    return answering_agencies(commune, responsibilities) & access.agencies


def answering_agencies(
    commune: Commune, responsibilities: Iterable[Responsibility]
) -> frozenset[int]:
    """The agencies of the commune's area that answer; those of other areas do not count here."""
    return frozenset(
        row.agency_id for row in responsibilities if row.agency.area_id == commune.area_id
    )


def may_comment(
    access: Access,
    commune: Commune,
    responsibilities: Iterable[Responsibility],
    group_ids: Iterable[int] = (),
) -> bool:
    """`group_ids` are the working groups that direct the commune."""
    return (
        _is_of(access, commune)
        or commune.area_id in access.directs
        or bool(own_agencies(access, commune, responsibilities))
        or bool(access.joins & frozenset(group_ids))
    )


def may_see_personal(
    access: Access, commune: Commune, responsibilities: Iterable[Responsibility]
) -> bool:
    """Evidence with personal data is not for everybody who reads (rule 10)."""
    return (
        _is_of(access, commune)
        or commune.area_id in access.coordinates | access.inspects
        or bool(own_agencies(access, commune, responsibilities))
    )


def may_put_in_charge(access: Access, commune: Commune) -> bool:
    """Who names the people that answer for criteria of a commune."""
    return commune.pk in access.heads or commune.area_id in access.directs


def may_enrol(access: Access, area_id: int) -> bool:
    """Whether the person enrols the area's communes in sets, and keeps their targets."""
    return area_id in access.manages


def may_import(access: Access, area_id: int) -> bool:
    """Who prepares a table of the area; each result is recorded by who may assess its cell."""
    return area_id in access.manages


def may_run_rounds(access: Access, area_id: int) -> bool:
    return area_id in access.coordinates


def _is_of(access: Access, commune: Commune) -> bool:
    return commune.pk in access.heads | access.staffs


def finds_as(access: Access, commune: Commune, responsibilities: Iterable[Responsibility]) -> str:
    """As whom a person with several roles records a result."""
    alone = _answers_alone(access, commune, responsibilities)
    agencies = answering_agencies(commune, responsibilities) if alone else ()
    return speaks_as(access, commune, agencies, leads_first=True)


def speaks_as(
    access: Access, commune: Commune, agencies: Iterable[int], *, leads_first: bool = False
) -> str:
    """As whom a person with several roles speaks for one of these agencies, or else leads."""
    if not access.has_several_roles:
        return ""
    leader = (Role.LEADER, around(commune.area))
    officer = (Role.AGENCY_OFFICER, frozenset(agencies))
    first = (leader, officer) if leads_first else (officer, leader)
    return acting_as(access, *first, (Role.COORDINATOR, around(commune.area)))


def works_as(access: Access, commune: Commune) -> str:
    """As whom a person with several roles works on what a commune says of itself."""
    if not access.has_several_roles:
        return ""
    here = (commune.pk,)
    office = (Role.COORDINATOR, around(commune.area))
    return acting_as(access, (Role.COMMUNE_LEADER, here), (Role.COMMUNE_STAFF, here), office)


def answers_as(access: Access, commune: Commune, asked_agency: int | None) -> str:
    """As whom a person with several roles says how a difficulty was resolved."""
    asked = () if asked_agency is None else (asked_agency,)
    return speaks_as(access, commune, asked) or works_as(access, commune)


def charges_as(access: Access, commune: Commune) -> str:
    """As whom a person with several roles puts somebody in charge."""
    if not access.has_several_roles:
        return ""
    head = (Role.COMMUNE_LEADER, (commune.pk,))
    return acting_as(access, head) or speaks_as(access, commune, ())


def comments_as(
    access: Access,
    commune: Commune,
    responsibilities: Iterable[Responsibility],
    group_ids: Iterable[int] = (),
) -> str:
    """As whom a person with several roles comments; `group_ids` as of `may_comment`."""
    if not access.has_several_roles:
        return ""
    answering = answering_agencies(commune, responsibilities)
    return (
        works_as(access, commune)
        or speaks_as(access, commune, answering)
        or acting_as(access, (Role.WORKING_GROUP_MEMBER, frozenset(group_ids)))
    )


def writable_levels(
    access: Access, commune: Commune, responsibilities: Iterable[Responsibility]
) -> frozenset[int]:
    """The levels at which the person may write, and so correct, what is said of a cell."""
    allowed = {
        Level.COMMUNE: may_state_own_view(access, commune.pk),
        Level.PROVINCE: may_record_provincial(access, commune.area_id),
    }
    own = Level.of(commune.area)
    allowed[own] = allowed.get(own, False) or may_assess(access, commune, responsibilities)
    return frozenset(level.value for level, is_allowed in allowed.items() if is_allowed)


def _answers_alone(
    access: Access, commune: Commune, responsibilities: Iterable[Responsibility]
) -> bool:
    here = answering_agencies(commune, responsibilities)
    return len(here) == 1 and here <= access.agencies
