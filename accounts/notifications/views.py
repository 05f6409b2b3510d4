"""What a person was told, and the daily e-mail of it."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.access import SignedIn
from accounts.models import Notice
from accounts.notifications.notices import grouped
from nrm_tracker import clock
from nrm_tracker.page_cache import not_stored

ROWS_A_PAGE = 50


@not_stored
@require_safe
def notice_list(request: SignedIn) -> HttpResponse:
    """The newest first, read or not, by what they are about."""
    found = Paginator(Notice.objects.filter(user=request.user), ROWS_A_PAGE)
    page = found.get_page(request.GET.get("page"))
    context = {
        "nav": "me",
        "page": page,
        "groups": grouped(page),
        "has_unread": bool(request.access.unread),
    }
    return render(request, "accounts/notifications/notices.html", context)


@require_POST
def read(request: SignedIn) -> HttpResponse:
    """All that the person was told so far is read."""
    unread = Notice.objects.unread().filter(user=request.user)
    count = unread.update(read_at=clock.now())
    messages.success(request, _("Notices marked as read: %(count)s.") % {"count": count})
    return redirect("accounts:notices")


@require_POST
def digest(request: SignedIn) -> HttpResponse:
    """Turn the daily e-mail on or off."""
    request.user.wants_digest = request.POST.get("wanted") == "yes"
    request.user.save(update_fields=["wants_digest"])
    told = _("The daily e-mail is on.") if request.user.wants_digest else None
    messages.success(request, told or _("The daily e-mail is off."))
    return redirect("accounts:notices")
