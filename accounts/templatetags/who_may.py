"""Whose a button is, where somebody looks for one that is not theirs."""

from typing import Any

from django import template

from accounts.abilities import RULES
from accounts.access import Access
from accounts.models import Ability

register = template.Library()


@register.simple_tag(takes_context=True)
def who_may(context: Any, ability: str) -> str:
    """What it is, and the roles that it belongs to: "Assign tasks: Leader; Coordinator."."""
    access = getattr(getattr(context, "request", None), "access", None) or Access()
    note = f" ({RULES[ability].note})" if RULES[ability].note else ""
    return f"{Ability(ability).label}: {access.roles_for(ability)}{note}."
