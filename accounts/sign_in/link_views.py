"""A forgotten password: a letter with a link is asked for, and a new one chosen by it."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.tokens import default_token_generator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlsafe_base64_decode
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from accounts.letters import actions
from accounts.letters.sending import ThenSend
from accounts.models import User
from accounts.sign_in.addresses import client_address
from accounts.sign_in.forms import ForgottenForm, LinkPasswordForm
from nrm_tracker import mailing
from nrm_tracker.forms import LARGEST_NUMBER, Conflict
from nrm_tracker.once import once, writing
from nrm_tracker.page_cache import not_stored

both = require_http_methods(["GET", "HEAD", "POST"])


@login_not_required
@both
@once
def forgotten(request: HttpRequest) -> HttpResponse:
    """Whoever is named gets a letter; nobody is told whether there is such an account."""
    is_mailed = mailing.is_set()
    form = ForgottenForm(request.POST if request.method == "POST" and is_mailed else None)
    if form.is_bound and form.is_valid():
        with writing():
            actions.ask_for_link(form.cleaned_data["name"], asked_from=client_address(request))
        return ThenSend(reverse("accounts:forgotten-sent"))
    context = {"form": form, "is_mailed": is_mailed}
    return render(request, "accounts/sign_in/forgotten.html", context)


@login_not_required
@require_safe
def forgotten_sent(request: HttpRequest) -> HttpResponse:
    return render(request, "accounts/sign_in/forgotten_sent.html", {"days": _days()})


@login_not_required
@not_stored
@sensitive_post_parameters()
@both
@once
def link(request: HttpRequest, uid: str, token: str) -> HttpResponse:
    """The page that the link of a letter leads to. It works once, and not for ever."""
    account = _account(uid)
    if account is None or not default_token_generator.check_token(account, token):
        return _over(request)
    form = LinkPasswordForm(account, request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            with writing():
                actions.choose_password(account, token)
        except Conflict:
            return _over(request)
        messages.success(request, _("The password is chosen. Sign in with it now."))
        return redirect(settings.LOGIN_URL)
    return render(request, "accounts/sign_in/link.html", {"form": form, "account": account})


def _over(request: HttpRequest) -> HttpResponse:
    context = {"days": _days(), "is_mailed": mailing.is_set()}
    return render(request, "accounts/sign_in/link_over.html", context, status=410)


def _account(uid: str) -> User | None:
    """Whom a link is for, locked accounts aside."""
    try:
        pk = int(urlsafe_base64_decode(uid))
    except ValueError:
        return None
    return User.objects.filter(pk=pk, is_active=True).first() if 0 < pk <= LARGEST_NUMBER else None


def _days() -> int:
    return settings.PASSWORD_RESET_TIMEOUT // (24 * 60 * 60)
