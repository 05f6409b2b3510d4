"""The one queue of a person: what to do now, each row with one verb, in one order."""

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from nrm_tracker.templatetags.ui import left


class Waits(StrEnum):
    """Why something waits for a person."""

    RETURNED = "returned"
    CLAIM = "claim"
    ROUND = "round"
    REPORT = "report"
    VERIFY = "verify"
    CONFIRM = "confirm"
    EXTEND = "extend"
    ANSWER = "answer"


@dataclass(frozen=True)
class Row:
    """Something to do: where, and why. `day` is the day it is due, or else since when it waits."""

    kind: Waits
    pk: int
    title: str
    address: str
    verb: str = ""
    note: str = ""
    is_task: bool = False
    slug: str = ""
    number: int | None = None
    day: dt.date | None = None
    # Days until it is due, or else days that it has waited.
    left: int | None = None
    waited: int | None = None

    @property
    def is_late(self) -> bool:
        if self.left is not None:
            return self.left < 0
        return self.kind == Waits.VERIFY and (self.waited or 0) > settings.CLAIM_WAIT_DAYS

    @property
    def is_near(self) -> bool:
        return self.left is not None and 0 <= self.left <= 3

    @property
    def is_returned(self) -> bool:
        return self.kind == Waits.RETURNED

    @property
    def is_report(self) -> bool:
        """Whether its note says only where it comes from."""
        return self.kind in (Waits.REPORT, Waits.ROUND)

    @property
    def nearness(self) -> str:
        """How far its day is, in words."""
        if self.left is None:
            return waited(self.waited or 0)
        if self.left < 0:
            return ngettext("%(n)s day late", "%(n)s days late", -self.left) % {"n": -self.left}
        return left(self.left)

    @property
    def when(self) -> str:
        """Its day, where it is due on one, and how far that is."""
        is_due = self.left is not None and self.day is not None
        return f"{self.day:%d/%m/%Y}, {self.nearness}" if is_due else self.nearness

    @property
    def order(self) -> tuple[int, dt.date, int, int]:
        """Late, returned, then by day; what has no day comes last."""
        rank = 0 if self.is_late else 1 if self.is_returned else 2
        return (rank, self.day or dt.date.max, list(Waits).index(self.kind), self.pk)


def waited(days: int) -> str:
    if days == 0:
        return _("since today")
    return ngettext("waits for %(n)s day", "waits for %(n)s days", days) % {"n": days}


def verb_of(kind: Waits) -> str:
    return {
        Waits.RETURNED: pgettext("queue", "Complete"),
        Waits.CLAIM: pgettext("queue", "Draft the claim"),
        Waits.ROUND: pgettext("queue", "Submit"),
        Waits.REPORT: pgettext("queue", "Report"),
        Waits.VERIFY: pgettext("queue", "Verify"),
        Waits.CONFIRM: pgettext("queue", "Confirm"),
        Waits.EXTEND: pgettext("queue", "Extend"),
        Waits.ANSWER: pgettext("queue", "Answer"),
    }[kind]


def nothing_of(kind: Waits) -> str:
    """What is missing where nothing of the kind waits, as it stands in one line with others."""
    return {
        Waits.RETURNED: _("claims returned"),
        Waits.CLAIM: _("criteria of which all work is done"),
        Waits.ROUND: _("review rounds to submit"),
        Waits.REPORT: _("tasks late or due within 7 days"),
        Waits.VERIFY: _("claims to verify"),
        Waits.CONFIRM: _("tasks to confirm"),
        Waits.EXTEND: _("requests for another day"),
        Waits.ANSWER: _("requests to answer"),
    }[kind]
