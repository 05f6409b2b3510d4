"""What a file brings back: its rows as text, before anything is compared."""

from dataclasses import asdict, dataclass, field
from typing import Any

from django.core import signing
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from accounts.models import User
from plans.models import Plan

_SALT = "plans.exchange"
# How long a page of differences may stay open before it is accepted.
_KEPT_SECONDS = 24 * 60 * 60


@dataclass
class BroughtRow:
    """A row, or a task. `texts` are those of the columns that it has; `problems` are by column,
    "" for the whole row."""

    place: str
    key: int | None
    texts: dict[str, str]
    marks: str = ""
    problems: dict[str, str] = field(default_factory=dict)


@dataclass
class Brought:
    """`marks`: what went out of each step by its key, where the file still tells it."""

    version: int
    last_key: int
    rows: list[BroughtRow]
    marks: dict[int, str] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)


def pack(brought: Brought, plan: Plan, by: User, shown: dict[str, str]) -> str:
    """What was brought, and the marks of what was shown of it, as the page carries it."""
    said = [plan.pk, by.pk, asdict(brought), shown]
    return signing.dumps(said, salt=_SALT, compress=True)


def unpack(token: str, plan: Plan, by: User) -> tuple[Brought, dict[str, str]]:
    """Raises ValidationError with a sentence."""
    again = _("The page was open for too long, or came back incomplete. Send the file anew.")
    try:
        plan_id, by_id, said, shown = signing.loads(token, salt=_SALT, max_age=_KEPT_SECONDS)
    except signing.BadSignature as error:
        raise ValidationError(again) from error
    if (plan_id, by_id) != (plan.pk, by.pk):
        raise ValidationError(again)
    return _brought(**said), shown


def _brought(rows: list[dict[str, Any]], marks: dict[str, str], **rest: Any) -> Brought:
    by_key = {int(key): found for key, found in marks.items()}
    return Brought(rows=[BroughtRow(**one) for one in rows], marks=by_key, **rest)
