"""The bar at the foot of a phone's screen: the two pages that a role goes to most."""

from typing import Any, NamedTuple

from django import template
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from accounts.access import Access
from dashboards.inbox import waiting

register = template.Library()


class DockLink(NamedTuple):
    name: str
    icon: str
    address: str
    is_here: bool
    waiting: int = 0


@register.simple_tag(takes_context=True)
def dock(context: dict[str, Any]) -> list[DockLink]:
    """Of somebody with several roles the one that work waits for counts, as after signing in."""
    access, section = getattr(context["request"], "access", Access()), context.get("nav", "")

    def place(name: str, icon: str, page: str, waiting: int = 0) -> DockLink:
        return DockLink(name, icon, reverse(page), section == page, waiting)

    work = place(
        pgettext("bar", "Work"),
        "clipboard-document-list",
        "me",
        waiting.count_of(context["request"]),
    )
    communes = place(_("Communes"), "map", "communes")
    overview = place(_("Overview"), "chart-bar", "home")
    if access.agencies:
        return [work, place(_("Criteria"), "list-bullet", "criteria")]
    own = {one.commune.slug for one in access.memberships if one.commune}
    if len(own) == 1 and not access.joins:
        address = reverse("commune", args=[*own])
        is_here = context["request"].path.startswith(address)
        return [work, DockLink(_("My commune"), "home", address, is_here)]
    if own or access.joins:
        return [work, communes]
    return [work, overview] if access.directs else [overview, communes]
