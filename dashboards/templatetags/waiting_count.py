"""How many things wait for the person, as every page's menu says."""

from typing import Any

from django import template

from accounts.access import Access
from dashboards.inbox import waiting

register = template.Library()


@register.simple_tag(takes_context=True)
def waiting_count(context: dict[str, Any]) -> int:
    """As many as the queue has rows; of pages for nobody in particular nothing."""
    access: Access | None = getattr(context["request"], "access", None)
    return waiting.count(access) if access else 0
