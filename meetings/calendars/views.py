"""Sessions for calendar programs: one as a file, all of a person's at a private address."""

import secrets
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import SignedIn, access_of
from accounts.models import User
from meetings.calendars import ical
from meetings.models import CalendarAddress, WorkingSession
from nrm_tracker import clock

TYPE = "text/calendar; charset=utf-8"
LONGEST_SECRET = 81


@require_safe
def invitation(request: SignedIn, pk: int) -> HttpResponse:
    found = WorkingSession.objects.within(request.access.areas)
    session = get_object_or_404(found.select_related("area"), pk=pk)
    response = _answer(ical.invitation_to(session, _page_of(request)))
    response["Content-Disposition"] = f'attachment; filename="buoi-lam-viec-{pk}.ics"'
    return response


@login_not_required
@require_safe
def feed(request: HttpRequest) -> HttpResponse:
    """What a calendar program fetches by itself: its key stands for the person."""
    user = _user_of(request.GET.get("key", ""))
    today = clock.today()
    found = WorkingSession.objects.within(access_of(user, today).areas)
    since = found.filter(held_on__gte=today - ical.KEPT)
    newest = since.select_related("area").order_by("-held_on", "-pk")
    sessions = newest.prefetch_related("communes", "participants")
    name = _("Working sessions")
    return _answer(ical.calendar_of(sessions[: ical.MOST], _page_of(request), name=name))


@require_http_methods(["GET", "HEAD", "POST"])
def renew(request: SignedIn) -> HttpResponse:
    """The address of one's own calendar. A new one ends the one before."""
    if request.method == "POST":
        said = {"key": secrets.token_urlsafe(32), "renewed_at": clock.now()}
        CalendarAddress.objects.update_or_create(user=request.user, defaults=said)
        messages.success(request, _("The calendar has a new address. One before it ended."))
        return redirect("calendar-renew")
    known = CalendarAddress.objects.filter(user=request.user).first()
    context = {"nav": "sessions", "known": known}
    if known:
        query = urlencode({"key": known.secret})
        address = f"{reverse('calendar')}?{query}"
        context["address"] = request.build_absolute_uri(address)
    response = render(request, "meetings/calendars/calendar.html", context)
    response["Cache-Control"] = "private, no-store"
    return response


def _user_of(secret: str) -> User:
    """Whose calendar it is; nobody's once the password is another."""
    if not (secret.isascii() and secret.isprintable() and 0 < len(secret) <= LONGEST_SECRET):
        raise Http404
    found = CalendarAddress.objects.filter(key=secret.partition(".")[0], user__is_active=True)
    known = get_object_or_404(found.select_related("user"))
    if not constant_time_compare(known.secret, secret):
        raise Http404
    return known.user


def _page_of(request: HttpRequest) -> ical.AddressOf:
    return lambda session: request.build_absolute_uri(session.get_absolute_url())


def _answer(content: bytes) -> HttpResponse:
    response = HttpResponse(content, content_type=TYPE)
    response["Cache-Control"] = "private, no-store"
    return response
