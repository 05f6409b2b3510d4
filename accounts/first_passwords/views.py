"""First passwords for many people: printed as slips, which are the one place where they stand."""

import logging

from django.contrib import messages
from django.contrib.auth.hashers import make_password
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from accounts.access import SignedIn
from accounts.area_accounts import actions
from accounts.area_accounts.passwords import made_up
from accounts.area_accounts.views import for_keepers, refuse_far
from accounts.first_passwords import slips
from accounts.first_passwords.forms import MOST, ChosenForm, InvitedForm
from accounts.first_passwords.queries import without_own_password
from accounts.letters import actions as letters
from accounts.letters.sending import ThenSend
from nrm_tracker import mailing
from nrm_tracker.bounded.running import Failed, TooHeavy
from nrm_tracker.forms import Conflict
from nrm_tracker.once import once, writing
from nrm_tracker.slots import BUSY, Busy
from nrm_tracker.templatetags.ui import within

log = logging.getLogger(__name__)


@require_safe
@for_keepers
def first_passwords(request: SignedIn) -> HttpResponse:
    refuse_far(request)
    return _page(request, ChosenForm(access=request.access))


@require_POST
@for_keepers
def print_slips(request: SignedIn) -> HttpResponse:
    """The slips of whom were ticked, with passwords made up for them: those before no longer work.

    Twice sent it is done twice, and the later slips count: the passwords are kept nowhere, to be
    answered with again.
    """
    form = ChosenForm(request.POST, access=request.access)
    if not form.is_valid():
        return _page(request, form)
    passwords = {user: made_up() for user in form.cleaned_data["who"]}
    try:
        paper = slips.draw(passwords, office=_office(request))
        hashes = {user: make_password(password) for user, password in passwords.items()}
        with writing():
            actions.give_first_passwords(hashes, by=request.user)
    except Busy:
        form.add_error(None, BUSY)
    except (TooHeavy, Failed):
        log.exception("The slips could not be drawn.")
        form.add_error(None, _("The slips could not be drawn. No password was changed."))
    except Conflict as other:
        said = _("%(name)s got another password at the same moment. Look over the list again.")
        form.add_error(None, said % {"name": other.current})
    else:
        name = _("accounts.pdf")
        headers = {"Content-Disposition": f'attachment; filename="{name}"'}
        return HttpResponse(paper, content_type="application/pdf", headers=headers)
    return _page(request, form)


@require_POST
@for_keepers
@once
def invite(request: SignedIn) -> HttpResponse:
    """A letter to each who was ticked, by which they choose a first password themselves."""
    if not mailing.is_set():
        raise PermissionDenied
    form = InvitedForm(request.POST, access=request.access)
    if form.submit(lambda given: letters.invite(given["who"], by=request.user)):
        count = len(form.cleaned_data["who"])
        said = ngettext("%(count)s person is invited.", "%(count)s people are invited.", count)
        messages.success(request, said % {"count": count})
        return ThenSend(reverse("accounts:first-passwords", query=request.GET))
    return _page(request, form)


def _office(request: SignedIn) -> str:
    office, place = _("Coordination office for new rural communes"), request.access.place_name
    return f"{office} {within(place)}".strip()


def _page(request: SignedIn, form: ChosenForm) -> HttpResponse:
    found = Paginator(without_own_password(request.access), MOST)
    context = {
        "nav": "accounts",
        "form": form,
        "page": found.get_page(request.GET.get("page")),
        "is_mailed": mailing.is_set(),
        "ticked": request.POST.getlist("who") if form.is_bound else None,
    }
    return render(request, "accounts/first_passwords/first_passwords.html", context)
