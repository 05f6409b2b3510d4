"""What the frame of every page says."""

import datetime as dt
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.conf import settings
from django.http import HttpRequest

from nrm_tracker import clock
from nrm_tracker.version import VERSION


@dataclass(frozen=True)
class Frame:
    """Read when the frame asks for it, so that a page for nobody in particular asks no database.

    Who is signed in comes from `request.access`, which pages outside the middleware lack.
    """

    request: HttpRequest

    @property
    def is_demo(self) -> bool:
        return settings.DEMO_MODE

    @property
    def version(self) -> str:
        return VERSION

    @property
    def today(self) -> dt.date:
        return clock.today()

    @property
    def languages(self) -> list[tuple[str, Any]]:
        return settings.LANGUAGES

    @property
    def coordinator_phone(self) -> str:
        return settings.COORDINATOR_PHONE

    @cached_property
    def place(self) -> str:
        """The area that is looked at."""
        return self._access("place_name", "")

    @property
    def area_id(self) -> int | None:
        area = self._access("area", None)
        return area.pk if area else None

    @property
    def offered_areas(self) -> tuple[Any, ...]:
        """The areas to choose from, or the first of them: none where there is but one."""
        return self._access("offered", ())

    @property
    def is_offered_in_part(self) -> bool:
        return self._access("is_offered_in_part", False)

    @cached_property
    def role_line(self) -> str:
        """As what the person is here, beside the name."""
        access = getattr(self.request, "access", None)
        return access.role_beside(str(self.request.user)) if access else ""

    @property
    def training(self) -> str:
        """The area that the person reaches and that is made up to learn by, if there is one."""
        return self._access("training", "")

    @property
    def may_manage_accounts(self) -> bool:
        return self._access("may_manage_accounts", False)

    @property
    def may_set_up(self) -> bool:
        return self._access("may_set_up", False)

    def _access(self, name: str, otherwise: Any) -> Any:
        return getattr(getattr(self.request, "access", None), name, otherwise)


def site(request: HttpRequest) -> dict[str, Frame]:
    """Named `frame` in templates: the sign-in view puts its own `site` over anybody else's."""
    return {"frame": Frame(request)}
