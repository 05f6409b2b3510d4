"""What each request knows of the person who makes it."""

import datetime as dt
from collections.abc import Callable
from typing import Any

from django.core.cache import cache
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.functional import SimpleLazyObject

from accounts.access import CHOSEN, Access, access_of
from accounts.models import Device
from accounts.notifications.notices import see
from nrm_tracker import clock

GetResponse = Callable[[HttpRequest], HttpResponse]


class AccessMiddleware:
    """`request.access`: what the person reaches today, read when first asked for.

    404 for an address that names an area out of reach.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.access = SimpleLazyObject(lambda: _access(request))  # type: ignore[attr-defined]
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> None:
        named = request.GET.get("area")
        if not named or not request.user.is_authenticated:
            return
        access: Access = request.access  # type: ignore[attr-defined]
        if named not in map(str, access.areas):
            raise Http404


def _access(request: HttpRequest) -> Access:
    user = request.user
    if not user.is_authenticated:
        return Access()
    chosen = request.session.get(CHOSEN, "")
    return access_of(user, clock.today(), request.GET.get("area", ""), chosen)


class SeenMiddleware:
    """Who was shown a page has seen the notices about it."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        is_shown = request.method == "GET" and response.status_code in (200, 304)
        # A request that asked nothing of its session is nobody's.
        if is_shown and request.session.accessed and request.user.is_authenticated:
            access: Access = request.access  # type: ignore[attr-defined]
            see(access.unread, request.path, request.GET)
        return response


class DeviceMiddleware:
    """Keep when a device was last seen, every ten minutes at most, and its session's key in step.

    That it was seen is remembered in the cache, not in the session: saving the session would
    put off its end each time.
    """

    EVERY = dt.timedelta(minutes=10)

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        # A request that asked nothing of its session costs nothing here.
        if request.session.accessed and (device := request.session.get("device")):
            key = request.session.session_key
            if cache.add(f"device-seen-{key}", True, self.EVERY.total_seconds()):
                self._note(device, key)
        return response

    def _note(self, device: int, key: str | None) -> None:
        now = clock.now()
        rows = Device.objects.filter(pk=device, revoked_at=None)
        # Another process may have noted it. In the demo the clock goes back at midnight.
        rows = rows.exclude(session_key=key, last_seen_at__range=(now - self.EVERY, now))
        rows.update(last_seen_at=now, session_key=key)


class FirstPasswordMiddleware:
    """A password that somebody else knows is changed before anything else."""

    ALLOWED = frozenset(
        {
            *("accounts:password-change", "accounts:login", "accounts:logout", "accounts:link"),
            *("set_language", "healthz"),
        }
    )

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Any, args: Any, kwargs: Any
    ) -> HttpResponse | None:
        if request.resolver_match and request.resolver_match.view_name in self.ALLOWED:
            return None
        if not getattr(request.user, "must_change_password", False):
            return None
        return redirect("accounts:password-change")
