"""Slips with first passwords: a page a person, as PDF. The passwords are kept nowhere else."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from accounts.models import User
from nrm_tracker import limits
from nrm_tracker.bounded import typesetting
from nrm_tracker.bounded.running import run

TEMPLATE = Path(__file__).parent / "slip.typ"


def draw(passwords: Mapping[User, str], *, office: str) -> bytes:
    """The slips of these people, in their order. Raises TooHeavy, Failed and slots.Busy."""
    said = {
        "language": (get_language() or "vi")[:2],
        "title": _("Account for following new rural communes"),
        "office": office,
        "people": [_person(user, password) for user, password in passwords.items()],
        "steps": _steps(),
        "notes": _notes(),
    }
    _nothing, paper = run(typesetting.pdf, TEMPLATE.read_bytes(), limits.PAPER, said=said)
    return paper


def _person(user: User, password: str) -> dict[str, Any]:
    facts = [
        (_("Full name"), [user.full_name]),
        (_("Position"), [user.position]),
        (_("Role, place"), [str(role) for role in user.roles]),  # type: ignore[attr-defined]
    ]
    return {
        "facts": [(label, values) for label, values in facts if any(values)],
        "keys": [
            (_("Address"), settings.SITE_URL),
            (_("User name"), user.username),
            (_("First password"), password),
        ],
    }


def _steps() -> list[str]:
    return [
        _("Open the address above in a browser, on a computer or a telephone."),
        _("Type the user name and the first password as they stand here; capital letters count."),
        _("Choose a new password of at least 10 characters and tell it to nobody."),
        _("Open “My work”: what waits for you stands there."),
    ]


def _notes() -> list[str]:
    notes = [
        _("Give this slip to nobody. After the first sign-in the password on it no longer works."),
    ]
    if settings.COORDINATOR_PHONE:
        said = _("Who cannot go on asks the coordination office: %(phone)s.")
        notes.append(said % {"phone": settings.COORDINATOR_PHONE})
    return notes
