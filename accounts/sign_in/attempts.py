"""How wrong passwords are counted: of a name at an address, and of an address over all names."""

import logging
from typing import Any

from axes.attempts import get_cool_off_threshold
from axes.handlers.database import AxesDatabaseHandler
from axes.models import AccessAttempt
from django.conf import settings
from django.db.models import Sum
from django.http import HttpRequest

log = logging.getLogger(__name__)


class SignInAttempts(AxesDatabaseHandler):
    """That of axes, which also locks an address that tries many names, and says who and where."""

    def get_failures(self, request: HttpRequest, credentials: dict | None = None) -> int:
        """Those of the name at the address; the limit where the address has had its own."""
        failures: int = super().get_failures(request, credentials)
        if _tried_from(request) >= settings.ADDRESS_FAILURE_LIMIT:
            return max(failures, settings.AXES_FAILURE_LIMIT)
        return failures

    def user_login_failed(
        self, sender: Any, credentials: dict, request: Any = None, **kwargs: Any
    ) -> None:
        super().user_login_failed(sender, credentials, request, **kwargs)
        if request is not None:
            said = "locked out" if request.axes_locked_out else "wrong password"
            name = str(credentials.get("username", ""))[:150]
            log.warning("Sign-in, %s: %r from %s", said, name, request.axes_ip_address)


def _tried_from(request: Any) -> int:
    """How many wrong passwords came from the address of late, whatever the name."""
    tried = AccessAttempt.objects.filter(
        ip_address=request.axes_ip_address, attempt_time__gte=get_cool_off_threshold(request)
    )
    return tried.aggregate(sum=Sum("failures_since_start"))["sum"] or 0
