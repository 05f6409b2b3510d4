"""One's own account: signing in and out, the password, the devices."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout, update_session_auth_hash
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.views import LoginView
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import SignedIn
from accounts.models import Device, DeviceQuerySet, User
from accounts.sign_in.devices import browser_name
from accounts.sign_in.forms import NewPasswordForm, SignInForm
from nrm_tracker import clock
from nrm_tracker.once import once, writing
from nrm_tracker.page_cache import not_stored


class SignInView(LoginView):
    """Django's sign-in, which also lists the device and may keep it signed in for 30 days."""

    template_name = "accounts/sign_in/login.html"
    authentication_form = SignInForm
    redirect_authenticated_user = True

    def get_redirect_url(self, *args: Any, **kwargs: Any) -> str:
        """The page that was asked for; who only opened the site asked for none."""
        asked: str = super().get_redirect_url(*args, **kwargs)
        return "" if asked == "/" else asked

    def form_valid(self, form: AuthenticationForm) -> HttpResponse:
        with transaction.atomic():
            response = super().form_valid(form)
            session = self.request.session
            # None: as long as the browser is open, and no longer than SESSION_COOKIE_AGE.
            is_kept = form.cleaned_data["remember"]
            session.set_expiry(settings.REMEMBERED_DEVICE_AGE if is_kept else None)
            now = clock.now()
            device = Device.objects.create(
                user=form.get_user(),
                session_key=session.session_key or "",
                name=browser_name(self.request.headers.get("User-Agent", "")),
                signed_in_at=now,
                last_seen_at=now,
            )
            session["device"] = device.pk
        return response


def locked_out(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
    """Too many wrong passwords from here for this name."""
    minutes = round(settings.AXES_COOLOFF_TIME * 60)
    return render(request, "accounts/sign_in/locked_out.html", {"minutes": minutes}, status=429)


@require_POST
def sign_out(request: SignedIn) -> HttpResponse:
    _this_device(request).sign_out(clock.now())
    logout(request)
    messages.success(request, _("Signed out."))
    return redirect(settings.LOGOUT_REDIRECT_URL)


@not_stored
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
@once
def password_change(request: SignedIn) -> HttpResponse:
    """A new password signs every other device out."""
    form = NewPasswordForm(request, request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid() and _change(request, form):
        messages.success(request, _("The password is changed. Other devices are signed out."))
        return redirect(settings.LOGIN_REDIRECT_URL)
    return render(request, "accounts/sign_in/password_change.html", {"nav": "", "form": form})


@not_stored
@require_safe
def devices(request: SignedIn) -> HttpResponse:
    context = {
        "nav": "",
        "devices": _devices(request).in_use(),
        "current": _device(request),
    }
    return render(request, "accounts/sign_in/devices.html", context)


@require_POST
def device_revoke(request: SignedIn, pk: int) -> HttpResponse:
    device = get_object_or_404(_devices(request).filter(revoked_at=None), pk=pk)
    if device.pk == _device(request):
        return sign_out(request)
    with transaction.atomic():
        _devices(request).filter(pk=device.pk).sign_out(clock.now())
    messages.success(request, _("%(device)s is signed out.") % {"device": device.name})
    return redirect("accounts:devices")


def _change(request: SignedIn, form: NewPasswordForm) -> bool:
    """Whether the password is changed. Of two at once the second finds the old one to be wrong."""
    user = form.save(commit=False)
    with writing():
        now = User.objects.select_for_update().get(pk=user.pk)
        if now.password != form.known_password:
            form.add_wrong_password()
            transaction.set_rollback(True)
            return False
        user.save()
        this = _this_device(request)
        _devices(request).exclude(pk=_device(request)).sign_out(clock.now())
        # This gives the session another key; the device goes with it.
        update_session_auth_hash(request, user)
        this.update(session_key=request.session.session_key)
    return True


def _devices(request: SignedIn) -> DeviceQuerySet:
    return Device.objects.filter(user=request.user)


def _this_device(request: SignedIn) -> DeviceQuerySet:
    return _devices(request).filter(pk=_device(request))


def _device(request: SignedIn) -> int | None:
    """The row that this browser got when its person signed in."""
    return request.session.get("device")
