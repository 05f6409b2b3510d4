"""One's own account: signing in and out, the password, the devices."""

from accounts.views.own import (
    SignInView,
    device_revoke,
    devices,
    locked_out,
    password_change,
    sign_out,
)

__all__ = [
    "SignInView",
    "device_revoke",
    "devices",
    "locked_out",
    "password_change",
    "sign_out",
]
