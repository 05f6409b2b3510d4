"""To which roles each ability belongs: by default, and where the administration may say otherwise.

What a row of `Right` says counts only where a rule is open to it. All else is fixed here: who only
looks on writes nothing, a claim is sent by the commune's leader alone, the administration keeps its
own rights. What depends on the row, as that nobody decides what they drafted or sent, is asked
where it is done.
"""

from collections.abc import Collection, Iterable
from functools import lru_cache
from typing import Any, NamedTuple

from django.db import models
from django.db.models import Aggregate, Case, F, Subquery, Value, When
from django.db.models.functions import Concat
from django.utils.translation import gettext_lazy as _

from accounts.models import Ability, Right, Role

Roles = frozenset[Role]
NOBODY: Roles = frozenset()


class RoleScope(models.TextChoices):
    """Where a role may do what it may do."""

    AREA = "area", _("in the area")
    CRITERIA = "criteria", _("its criteria and tasks")
    COMMUNES = "communes", _("its communes and tasks")
    COMMUNE = "commune", _("the own commune")


SCOPES = {
    Role.OBSERVER: RoleScope.AREA,
    Role.INSPECTOR: RoleScope.AREA,
    Role.COMMUNE_STAFF: RoleScope.COMMUNE,
    Role.COMMUNE_LEADER: RoleScope.COMMUNE,
    Role.WORKING_GROUP_MEMBER: RoleScope.COMMUNES,
    Role.AGENCY_OFFICER: RoleScope.CRITERIA,
    Role.LEADER: RoleScope.AREA,
    Role.COORDINATOR: RoleScope.AREA,
}
STAFF, HEAD = Role.COMMUNE_STAFF, Role.COMMUNE_LEADER
GROUP, OFFICER = Role.WORKING_GROUP_MEMBER, Role.AGENCY_OFFICER
LEADER, OFFICE, INSPECTOR = Role.LEADER, Role.COORDINATOR, Role.INSPECTOR


class Rule(NamedTuple):
    """To whom an ability belongs, and whom the administration may give it or take it from."""

    default: Roles = NOBODY
    open_to: Roles = NOBODY
    # An administrator has it, in every area.
    is_administrators: bool = False
    # What it stands on: who lacks that cannot use it.
    needs: Ability | None = None
    note: Any = ""


def _rule(*default: Role, further: Collection[Role] = (), fixed: Any = (), **rest: Any) -> Rule:
    """Open to all whose it is, but for those where it is `fixed`, and to `further` ones."""
    held = frozenset(default)
    return Rule(held, (held | frozenset(further)) - frozenset(fixed), **rest)


_ON_BEHALF = _("an officer for the own agency, the coordinator on an agency's behalf")
_ALONE = _("an officer where the agency answers alone, the coordinator on an agency's behalf")
RULES: dict[str, Rule] = {
    Ability.READ: Rule(frozenset(Role), is_administrators=True),
    # The commune's own work, and what is said beside it
    Ability.DRAFT: _rule(STAFF, HEAD, fixed=[HEAD]),
    Ability.SUBMIT: _rule(HEAD, fixed=[HEAD]),
    Ability.OWN_VIEW: _rule(HEAD, fixed=[HEAD]),
    Ability.EVIDENCE: _rule(STAFF, HEAD, OFFICE, further=[LEADER]),
    Ability.PERSONAL: _rule(STAFF, HEAD, OFFICER, OFFICE, INSPECTOR, further=[LEADER]),
    Ability.DIFFICULTY: _rule(STAFF, HEAD, OFFICE, further=[LEADER]),
    Ability.ANSWER: _rule(STAFF, HEAD, OFFICER, LEADER, OFFICE),
    Ability.COMMENT: _rule(STAFF, HEAD, GROUP, OFFICER, LEADER, OFFICE),
    Ability.CHARGE: _rule(HEAD, LEADER, OFFICE, further=[STAFF]),
    # What is found above the commune
    Ability.DECIDE: _rule(OFFICER, LEADER, OFFICE, note=_ON_BEHALF),
    Ability.ASSESS: _rule(OFFICER, LEADER, OFFICE, note=_ALONE),
    Ability.MEASURE: _rule(OFFICE, further=[LEADER]),
    Ability.PROVINCIAL: _rule(OFFICE, further=[LEADER], needs=Ability.ASSESS),
    Ability.RECOGNISE: _rule(OFFICE, further=[LEADER]),
    Ability.ROUNDS: _rule(OFFICE, further=[LEADER]),
    # Sessions, tasks, visits
    Ability.CONVENE: _rule(LEADER, OFFICE),
    Ability.ASSIGN: _rule(LEADER, OFFICE),
    Ability.CONFIRM: _rule(
        LEADER, OFFICE, note=_("whoever assigned a task too; nobody what they reported")
    ),
    Ability.REPORT: _rule(
        STAFF, HEAD, GROUP, OFFICER, note=_("who leads the task, and who confirms it")
    ),
    Ability.VISIT: _rule(GROUP, OFFICER, LEADER, OFFICE),
    # The road to the target
    Ability.PLAN: _rule(STAFF, HEAD, OFFICE, further=[LEADER]),
    Ability.APPROVE_PLAN: _rule(LEADER, OFFICE),
    # What an area is kept by
    Ability.ENROL: _rule(OFFICE, further=[LEADER], is_administrators=True),
    Ability.IMPORT: _rule(OFFICE, further=[LEADER], is_administrators=True),
    Ability.ACCOUNTS: _rule(OFFICE, is_administrators=True),
    Ability.REFERENCE: Rule(is_administrators=True),
    Ability.RIGHTS: Rule(is_administrators=True),
}
GROUPS: dict[Any, tuple[Ability, ...]] = {
    _("For all"): (Ability.READ,),
    _("Of a commune"): (
        Ability.DRAFT,
        Ability.SUBMIT,
        Ability.OWN_VIEW,
        Ability.EVIDENCE,
        Ability.PERSONAL,
        Ability.DIFFICULTY,
        Ability.ANSWER,
        Ability.COMMENT,
        Ability.CHARGE,
    ),
    _("Verification, appraisal, recognition"): (
        Ability.DECIDE,
        Ability.ASSESS,
        Ability.MEASURE,
        Ability.PROVINCIAL,
        Ability.RECOGNISE,
        Ability.ROUNDS,
    ),
    _("Sessions, tasks, visits"): (
        Ability.CONVENE,
        Ability.ASSIGN,
        Ability.CONFIRM,
        Ability.REPORT,
        Ability.VISIT,
    ),
    _("Plans"): (Ability.PLAN, Ability.APPROVE_PLAN),
    _("Keeping the area"): (
        Ability.ENROL,
        Ability.IMPORT,
        Ability.ACCOUNTS,
        Ability.REFERENCE,
        Ability.RIGHTS,
    ),
}
Changed = frozenset[tuple[str, str]]
UNCHANGED: Changed = frozenset()


@lru_cache(maxsize=2000)
def belongs(ability: str, role: str, changed: Changed) -> bool:
    """Whether a role has an ability, where those of `changed` are other than by default."""
    rule = RULES[ability]
    is_other = (ability, role) in changed and role in rule.open_to
    has = (role in rule.default) != is_other
    return has and (rule.needs is None or belongs(rule.needs, role, changed))


class _Joined(Aggregate):
    """Words of several rows in one text."""

    function = "GROUP_CONCAT"
    template = "%(function)s(%(expressions)s, ' ')"
    output_field = models.TextField()

    def as_postgresql(self, *args: Any, **kwargs: Any) -> Any:
        return self.as_sql(*args, function="STRING_AGG", **kwargs)


# Of a row of `Right`: what is given, or, after a dash, what is taken.
_SAID = Case(
    When(is_given=True, then=F("ability")),
    default=Concat(Value("-"), F("ability")),
    output_field=models.TextField(),
)


def of_all() -> Subquery:
    """All that rows say, as a column beside any rows; `read_all` reads it."""
    named = Concat(F("role"), Value(":"), _SAID, output_field=models.TextField())
    rows = Right.objects.order_by().annotate(one=Value(1)).values("one")
    return Subquery(rows.annotate(said=_Joined(named)).values("said"))


def read_all(said: str | None) -> Changed:
    """The abilities that are with a role other than by default."""
    rows = (word.split(":") for word in (said or "").split())
    return _others((word.lstrip("-"), role, not word.startswith("-")) for role, word in rows)


def changed() -> Changed:
    """The same, as it stands now."""
    return _others(Right.objects.order_by().values_list("ability", "role", "is_given"))


def _others(rows: Iterable[tuple[str, str, bool]]) -> Changed:
    """Of these, whether given or not, those that are other than by default."""
    return frozenset(
        (ability, role)
        for ability, role, is_given in rows
        if is_given != (role in RULES[ability].default)
    )
