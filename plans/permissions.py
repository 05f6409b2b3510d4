"""Who may do what with plans: functions of rows read."""

from accounts.access import Access
from accounts.models import Ability
from communes.models import Commune


def may_write(access: Access, commune: Commune) -> bool:
    """Whether the person drafts the commune's plan, and reports on its steps."""
    own = access.communes_for(Ability.PLAN)
    return commune.pk in own or commune.area_id in access.areas_for(Ability.PLAN)


def may_approve(access: Access, commune: Commune) -> bool:
    return commune.area_id in access.areas_for(Ability.APPROVE_PLAN)


def may_keep_calendar(access: Access, area_id: int | None) -> bool:
    """Whether the person says which days an area works."""
    return area_id in access.areas_for(Ability.ENROL)


def may_record_villages(access: Access, commune: Commune) -> bool:
    """Whether the person records what became of the commune's villages and gardens."""
    own = commune.pk in access.communes_for(Ability.DRAFT)
    return own or may_confirm_villages(access, commune)


def may_confirm_villages(access: Access, commune: Commune) -> bool:
    """Whether the person records what the body above the commune confirmed and decided."""
    return commune.area_id in access.areas_for(Ability.MEASURE)


def may_set_village_targets(access: Access, area_id: int | None) -> bool:
    return area_id in access.areas_for(Ability.ENROL)


def may_record_resources(access: Access, commune: Commune) -> bool:
    """Whether the person records what the commune asks for, gets, spends and owes."""
    return may_write(access, commune)
