"""The briefing of a commune with the state of its plan, which a room above that of sessions has."""

from typing import Any

from communes.models import Commune
from meetings.models import WorkingSession
from meetings.tasks import briefing
from plans.comparison.plan_state import PlanState, state_of


def briefing_of(
    session: WorkingSession, commune: Commune, *, is_whole: bool = True
) -> dict[str, Any]:
    """What `meetings.tasks.briefing` says, and where it is whole the plan of the run: one query
    more."""
    said = briefing.briefing_of(session, commune, is_whole=is_whole)
    if not is_whole or "set_code" not in said:
        return said
    found = state_of(commune.pk, said["set_code"])
    return said | {"plan": _plan(found) if found else None}


def _plan(found: PlanState) -> dict[str, Any]:
    return {
        "state": found.state,
        "reckoned_on": found.reckoned_on.isoformat() if found.reckoned_on else None,
        "problem": found.problem,
        "finish_on": found.finish_on.isoformat() if found.finish_on else None,
        "target_on": found.target_on.isoformat() if found.target_on else None,
        "chance": found.chance,
        "is_illustrative": found.is_illustrative,
        "step_number": found.step_number,
        "step_name": found.step_name,
        "person": found.person,
        "phone": found.phone,
        "agency": found.agency,
    }


def told_plan(content: dict[str, Any]) -> PlanState | None:
    """The state of the plan as a briefing keeps it, its days as days; those frozen long ago say
    nothing of it."""
    kept = content.get("plan")
    return PlanState(**kept) if kept else None
