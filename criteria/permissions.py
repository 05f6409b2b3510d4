"""Who may write what of a cell: pure functions of what was read already.

`responsibilities` are those of the criterion on the day, whole or by indicator:
`responsible_agencies.responsible` reads them.
"""

from collections.abc import Iterable

from accounts.access import Access, acting_as, around
from accounts.models import Ability, Role
from communes.models import Commune
from criteria.models import Level, Responsibility


def may_find(access: Access, commune: Commune, responsibilities: Iterable[Responsibility]) -> bool:
    """Whether the person's own word is a finding: a leader's, or that of the only agency."""
    finds = access.areas_for(Ability.ASSESS, Role.LEADER)
    return commune.area_id in finds or _answers_alone(access, commune, responsibilities)


def may_assess(
    access: Access, commune: Commune, responsibilities: Iterable[Responsibility]
) -> bool:
    assesses = access.areas_for(Ability.ASSESS)
    return commune.area_id in assesses or _answers_alone(access, commune, responsibilities)


def may_assess_somewhere(access: Access, responsibilities: Iterable[Responsibility]) -> bool:
    """Whether the page of one criterion for many communes has a row for the person."""
    answering: dict[int, set[int]] = {}
    for row in responsibilities:
        answering.setdefault(row.agency.area_id, set()).add(row.agency_id)
    alone = {next(iter(agencies)) for agencies in answering.values() if len(agencies) == 1}
    here = access.areas_for(Ability.ASSESS) & access.shown
    return bool(here or alone & access.agencies_for(Ability.ASSESS))


def must_name_agency(
    access: Access, commune: Commune, responsibilities: Iterable[Responsibility]
) -> bool:
    """A coordinator writes on an agency's behalf, with the agency's document."""
    behalf = access.areas_for(Ability.ASSESS, Role.COORDINATOR)
    return commune.area_id in behalf and not may_find(access, commune, responsibilities)


def may_record_provincial(access: Access, area_id: int) -> bool:
    return area_id in access.areas_for(Ability.PROVINCIAL)


def may_recognise(access: Access, area_id: int) -> bool:
    return area_id in access.areas_for(Ability.RECOGNISE)


def may_state_own_view(access: Access, commune_id: int) -> bool:
    return commune_id in access.communes_for(Ability.OWN_VIEW)


def may_measure(access: Access, area_id: int) -> bool:
    """Whether the person records what the office above the commune measured or counted itself."""
    return area_id in access.areas_for(Ability.MEASURE)


def may_fill_sheet(access: Access, commune: Commune) -> bool:
    """Whether the commune's table is the person's: its values become a draft, or are measured."""
    return may_draft(access, commune.pk) or may_measure(access, commune.area_id)


def may_attach(access: Access, commune: Commune) -> bool:
    return _may_at(access, commune, Ability.EVIDENCE)


def may_state_difficulty(access: Access, commune: Commune) -> bool:
    return _may_at(access, commune, Ability.DIFFICULTY)


def may_answer(access: Access, commune: Commune, asked_agency: int | None = None) -> bool:
    """Whether the person says how a difficulty was resolved: who works on it, who leads the area,
    and the agency asked."""
    asked = asked_agency in access.agencies_for(Ability.ANSWER)
    return asked or _may_at(access, commune, Ability.ANSWER)


def may_draft(access: Access, commune_id: int) -> bool:
    """The commune's own people alone: what they draft nobody above the commune sees (rule 9)."""
    return commune_id in access.communes_for(Ability.DRAFT)


def may_submit(access: Access, commune_id: int) -> bool:
    return commune_id in access.communes_for(Ability.SUBMIT)


def may_decide(
    access: Access, commune: Commune, responsibilities: Iterable[Responsibility]
) -> bool:
    """Whether the person's word on a claim is heard: as a leader, an agency, or on its behalf."""
    by_area = commune.area_id in access.areas_for(Ability.DECIDE)
    return by_area or _answers(access, commune, responsibilities, Ability.DECIDE)


def decides_alone(access: Access, commune: Commune) -> bool:
    """Whether the person settles a claim as a leader, in no agency's name."""
    return commune.area_id in access.areas_for(Ability.DECIDE, Role.LEADER)


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
        _may_at(access, commune, Ability.COMMENT)
        or _answers(access, commune, responsibilities, Ability.COMMENT)
        or bool(access.groups_for(Ability.COMMENT) & frozenset(group_ids))
    )


def may_see_personal(
    access: Access, commune: Commune, responsibilities: Iterable[Responsibility]
) -> bool:
    """Evidence with personal data is not for everybody who reads (rule 10)."""
    answers = _answers(access, commune, responsibilities, Ability.PERSONAL)
    return answers or _may_at(access, commune, Ability.PERSONAL)


def may_put_in_charge(access: Access, commune: Commune) -> bool:
    """Who names the people that answer for criteria of a commune."""
    return _may_at(access, commune, Ability.CHARGE)


def may_enrol(access: Access, area_id: int) -> bool:
    """Whether the person enrols the area's communes in sets, and keeps their targets."""
    return area_id in access.areas_for(Ability.ENROL)


def may_import(access: Access, area_id: int) -> bool:
    """Who prepares a table of the area; each result is recorded by who may assess its cell."""
    return area_id in access.areas_for(Ability.IMPORT)


def may_run_rounds(access: Access, area_id: int) -> bool:
    return area_id in access.areas_for(Ability.ROUNDS)


def _may_at(access: Access, commune: Commune, ability: Ability) -> bool:
    """As one of the commune, or of its area."""
    here = commune.pk in access.communes_for(ability)
    return here or commune.area_id in access.areas_for(ability)


def _answers(
    access: Access, commune: Commune, responsibilities: Iterable[Responsibility], ability: Ability
) -> bool:
    """As an officer of one of the agencies that answer."""
    answering = answering_agencies(commune, responsibilities)
    return bool(answering & access.agencies_for(ability))


def finds_as(access: Access, commune: Commune, responsibilities: Iterable[Responsibility]) -> str:
    """As whom a person with several roles records a result."""
    alone = _answers_alone(access, commune, responsibilities)
    agencies = answering_agencies(commune, responsibilities) if alone else ()
    return speaks_as(access, commune, agencies, Ability.ASSESS, leads_first=True)


def speaks_as(
    access: Access,
    commune: Commune,
    agencies: Iterable[int],
    ability: Ability = Ability.DECIDE,
    *,
    leads_first: bool = False,
) -> str:
    """As whom a person with several roles speaks for one of these agencies, or else leads."""
    if not access.has_several_roles:
        return ""
    leader = (Role.LEADER, around(commune.area))
    officer = (Role.AGENCY_OFFICER, frozenset(agencies))
    first = (leader, officer) if leads_first else (officer, leader)
    return acting_as(access, ability, *first, (Role.COORDINATOR, around(commune.area)))


def works_as(access: Access, commune: Commune, ability: Ability) -> str:
    """As whom a person with several roles works on what a commune says of itself."""
    if not access.has_several_roles:
        return ""
    here = (commune.pk,)
    office = (Role.COORDINATOR, around(commune.area))
    own = (Role.COMMUNE_LEADER, here), (Role.COMMUNE_STAFF, here)
    return acting_as(access, ability, *own, office)


def answers_as(access: Access, commune: Commune, asked_agency: int | None) -> str:
    """As whom a person with several roles says how a difficulty was resolved."""
    asked = () if asked_agency is None else (asked_agency,)
    speaks = speaks_as(access, commune, asked, Ability.ANSWER)
    return speaks or works_as(access, commune, Ability.ANSWER)


def charges_as(access: Access, commune: Commune) -> str:
    """As whom a person with several roles puts somebody in charge."""
    if not access.has_several_roles:
        return ""
    head = (Role.COMMUNE_LEADER, (commune.pk,))
    own = acting_as(access, Ability.CHARGE, head)
    return own or speaks_as(access, commune, (), Ability.CHARGE)


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
        works_as(access, commune, Ability.COMMENT)
        or speaks_as(access, commune, answering, Ability.COMMENT)
        or acting_as(access, Ability.COMMENT, (Role.WORKING_GROUP_MEMBER, frozenset(group_ids)))
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
    return len(here) == 1 and here <= access.agencies_for(Ability.ASSESS)
