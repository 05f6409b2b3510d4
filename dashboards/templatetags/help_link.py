"""The link from a page to what helps on it, and the step of a tour that a page is shown as."""

from typing import Any

from django import template
from django.urls import reverse

from dashboards.help.help_texts import audience_of, page_about
from dashboards.help.progress import ShownStep, shown_as

register = template.Library()


@register.simple_tag(takes_context=True)
def help_address(context: dict[str, Any]) -> str:
    """Of the help on this page; of all help where there is none about it. Help leads to no help."""
    request = context["request"]
    match, access = request.resolver_match, getattr(request, "access", None)
    if match and match.route.startswith("help/"):
        return ""
    found = page_about(match.view_name, audience_of(access)) if match and access else None
    return found.get_absolute_url() if found else reverse("help")


@register.simple_tag(takes_context=True)
def tour_step(context: dict[str, Any]) -> ShownStep | None:
    request = context["request"]
    access = getattr(request, "access", None)
    return shown_as(access, request.GET) if access else None
