"""How many things wait for the person, as every page's menu says."""

from typing import Any

from django import template

from dashboards.inbox import waiting

register = template.Library()


@register.simple_tag(takes_context=True)
def waiting_count(context: dict[str, Any]) -> int:
    """As many as the queue has rows."""
    return waiting.count_of(context["request"])
