"""The table of who may do what: each ability with each role, as it is and as it is by default."""

from collections.abc import Iterator
from dataclasses import dataclass

from accounts import abilities
from accounts.models import Ability, Role

# As people look for their own: who only reads first, who keeps the area last.
ROLES = (
    *(Role.OBSERVER, Role.INSPECTOR, Role.COMMUNE_STAFF, Role.COMMUNE_LEADER),
    *(Role.WORKING_GROUP_MEMBER, Role.AGENCY_OFFICER, Role.LEADER, Role.COORDINATOR),
)


@dataclass(frozen=True)
class RightCell:
    """One ability with one role."""

    ability: Ability
    role: Role
    is_given: bool
    is_default: bool
    is_open: bool


@dataclass(frozen=True)
class RightRow:
    ability: Ability
    note: str
    needs: str
    cells: list[RightCell]
    is_administrators: bool


@dataclass(frozen=True)
class RightGroup:
    title: str
    rows: list[RightRow]


def groups(changed: abilities.Changed) -> list[RightGroup]:
    return [
        RightGroup(str(title), [_row(ability, changed) for ability in listed])
        for title, listed in abilities.GROUPS.items()
    ]


def cell_of(ability: Ability, role: Role, changed: abilities.Changed) -> RightCell:
    rule = abilities.RULES[ability]
    is_given = abilities.belongs(ability, role, changed)
    return RightCell(
        ability, role, is_given, is_given == (role in rule.default), role in rule.open_to
    )


def _row(ability: Ability, changed: abilities.Changed) -> RightRow:
    rule = abilities.RULES[ability]
    cells = [cell_of(ability, role, changed) for role in ROLES]
    needs = str(rule.needs.label) if rule.needs else ""
    return RightRow(ability, str(rule.note), needs, cells, rule.is_administrators)


def differing(found: list[RightGroup]) -> Iterator[RightCell]:
    """Those that are other than by default."""
    for group in found:
        for row in group.rows:
            yield from (cell for cell in row.cells if not cell.is_default)
