"""Signing in and choosing a password."""

from typing import Any

from django import forms
from django.contrib.auth import authenticate
from django.contrib.auth.forms import AuthenticationForm, PasswordChangeForm, SetPasswordForm
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.access import SignedIn
from accounts.models import User
from nrm_tracker.slots import BUSY, Busy

WHAT_A_PASSWORD_IS = _(
    "At least 10 characters, not only digits, no common password and nothing like the name."
)


class SignInForm(AuthenticationForm):
    remember = forms.BooleanField(
        label=_("Stay signed in on this device for 30 days"), required=False
    )

    error_messages = {
        **AuthenticationForm.error_messages,
        "invalid_login": _("Wrong user name or password. Capital letters count."),
    }

    def clean(self) -> dict[str, Any]:
        try:
            data: dict[str, Any] = super().clean()
        except Busy:
            raise ValidationError(BUSY) from None
        return data


class ForgottenForm(forms.Form):
    name = forms.CharField(
        label=_("User name or e-mail address"),
        max_length=254,
        widget=forms.TextInput(attrs={"autocomplete": "username", "autocapitalize": "none"}),
    )


class LinkPasswordForm(SetPasswordForm):
    """A password chosen by the link of a letter. It is worked out here, before the write begins."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["new_password1"].help_text = WHAT_A_PASSWORD_IS

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if not self.errors:
            try:
                self.user.set_password(data["new_password1"])
            except Busy:
                raise ValidationError(BUSY) from None
        return data


class NewPasswordForm(PasswordChangeForm):
    """One's own new password: the old one, known to somebody else, is no new one."""

    # The old one as it was kept when it was found to be right.
    known_password = ""

    def __init__(self, request: SignedIn, *args: Any, **kwargs: Any) -> None:
        self.request = request
        super().__init__(request.user, *args, **kwargs)
        self.fields["new_password1"].help_text = WHAT_A_PASSWORD_IS

    def clean_old_password(self) -> str:
        """A wrong one counts as a wrong sign-in: no more of them are tried here than there."""
        old: str = self.cleaned_data["old_password"]
        try:
            known = authenticate(self.request, username=self.user.get_username(), password=old)
        except Busy:
            raise ValidationError(BUSY) from None
        if known is None:
            raise self._wrong_password()
        self.known_password = known.password
        return old

    def add_wrong_password(self) -> None:
        """The old password was given up since it was looked at."""
        self.add_error("old_password", self._wrong_password())

    def _wrong_password(self) -> ValidationError:
        return ValidationError(self.error_messages["password_incorrect"], code="password_incorrect")

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        new = data.get("new_password1")
        if new and new == data.get("old_password"):
            self.add_error("new_password1", gettext("Choose another password than the old one."))
        return data

    def save(self, commit: bool = True) -> User:
        self.user.must_change_password = False
        user: User = super().save(commit)
        return user
