"""One entry of a timeline in words: what happened, from what to what, and where it is shown."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import cached_property
from typing import NamedTuple
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.names import who_was
from criteria.models import Basis, ClaimDecision, Difficulty, Level, Result
from criteria.templatetags.results import basis_word
from nrm_tracker import clock
from nrm_tracker.dated_names import unpacked
from nrm_tracker.figures import grouped, written
from nrm_tracker.templatetags.ui import day as printed


class TimelineRow(NamedTuple):
    """The columns that all tables of history are read in."""

    kind: str
    part: int
    pk: int
    at: dt.datetime
    slug: str
    commune: str
    number: int | None
    criterion: str | None
    set_code: str | None
    code: str | None
    true_on: dt.date | None
    by: str | None
    before: str | None
    after: str | None
    why: str | None
    no_evidence: str | None
    basis: str | None
    basis_text: str | None
    more: str | None
    document: str | None
    unit: str | None
    level: int | None
    due: dt.date | None
    until: dt.date | None
    is_gone: bool | None
    is_hidden: bool | None
    is_illustrative: bool | None
    missed_round: int | None


WHAT = {
    ("assessment", "correction"): _("Result corrected"),
    ("assessment", "void"): _("Result voided"),
    ("measurement", ""): _("Value of indicator"),
    ("measurement", "correction"): _("Value corrected, indicator"),
    ("measurement", "void"): _("Value voided, indicator"),
    ("decision", "undone"): _("Word on the claim undone"),
    ("claim", "sent"): _("Claim submitted"),
    ("claim", "withdrawn"): _("Claim withdrawn by the commune"),
    ("evidence", "attached"): _("Evidence attached"),
    ("evidence", "replaced"): _("Evidence replaced"),
    ("evidence", "removed"): _("Evidence taken away"),
    ("difficulty", "stated"): _("Difficulty stated"),
    ("difficulty", "resolved"): _("Difficulty resolved"),
    ("comment", "new"): _("Comment"),
    ("comment", "edited"): _("Comment edited"),
    ("comment", "back"): _("Comment taken back"),
    ("recognition", "granted"): _("Recognised"),
    ("recognition", "nearly"): _("Nearly met by decision"),
    ("recognition", "revoked"): _("Recognition revoked"),
    ("dossier", ""): _("Step of the dossier"),
}
# Where the page of a cell, or of a commune, shows an entry of a kind.
SECTIONS = {
    "difficulty": "difficulties",
    "charge": "charge",
    "comment": "comments",
}


@dataclass(frozen=True)
class Event:
    """An entry, with what a template says of it."""

    row: TimelineRow
    # What links carry on: the day looked at, and the set where it is not this one.
    days: str = ""
    usual_set: str = ""

    @property
    def what(self) -> str:
        row = self.row
        if row.kind == "assessment" and not row.code:
            if row.level == Level.COMMUNE:
                return gettext("The commune's own view")
            return str(Level(row.level or 0).label)
        if row.kind == "decision" and not row.code:
            is_return = row.after == ClaimDecision.Verdict.RETURNED
            return gettext("Claim returned") if is_return else gettext("Word on the claim")
        if row.kind == "charge":
            return (
                gettext("In charge") if row.number or row.more else gettext("Head of the commune")
            )
        return str(WHAT[row.kind, row.code or ""])

    @property
    def is_key(self) -> bool:
        """Whether it decides something: a word from above the commune, a recognition."""
        level = self.row.level or 0
        kinds = ("decision", "recognition")
        return self.row.kind in kinds or (self.row.kind == "assessment" and level > Level.COMMUNE)

    @cached_property
    def result(self) -> str:
        """The result that it sets or claims, where it does."""
        row = self.row
        is_said = row.after in Result.values and row.code not in ("void", "undone")
        return (row.after or "") if is_said else ""

    @cached_property
    def result_before(self) -> str:
        row = self.row
        is_other = row.before in Result.values and row.before != self.result
        return (row.before or "") if row.kind == "assessment" and is_other else ""

    @cached_property
    def before(self) -> str:
        """What was there, in words, where it is no result."""
        row = self.row
        if row.kind == "measurement" and row.before:
            return value_in_words(row.before, row.unit or "")
        return (row.before or "") if row.kind == "evidence" else ""

    @cached_property
    def after(self) -> str:
        """What there is, in words, where it is no result."""
        row = self.row
        if row.kind == "measurement":
            return value_in_words(row.after or "", row.unit or "") if row.code != "void" else ""
        if row.is_hidden:
            return gettext("Evidence with personal data")
        if row.kind == "charge":
            return who_was(row.after, row.true_on)
        return "" if row.kind in ("assessment", "claim", "decision") else (row.after or "")

    @property
    def commune(self) -> str:
        """As it was called on the day."""
        return unpacked(self.row.commune, self.day)[0]

    @property
    def by(self) -> str:
        """Who entered it, as they were called then."""
        return who_was(self.row.by, self.row.at)

    @property
    def basis(self) -> str:
        """On what it rests, or of whom something is asked."""
        row = self.row
        if row.kind == "assessment":
            # That a commune says it of itself is the name of the entry already.
            own = row.level == Level.COMMUNE and row.basis == Basis.SELF
            word = "" if own else capfirst(basis_word(row.basis or "", row.level))
            return row.basis_text or word
        if row.kind == "difficulty" and row.basis:
            level = str(Difficulty.AskedOf(row.basis).label)
            asked = ", ".join(filter(None, [level, self._agency]))
            return gettext("to be solved by: %(whom)s") % {"whom": asked}
        return self._agency if row.kind in ("decision", "difficulty") else row.basis_text or ""

    @property
    def _agency(self) -> str:
        """By its short name of the day."""
        return unpacked(self.row.basis_text, self.day)[1]

    @cached_property
    def papers(self) -> str:
        """On what it rests, its document's number and, of a result, who concluded."""
        row = self.row
        told = [part for part in (self.basis, row.document) if part]
        if told and row.kind == "assessment" and row.more:
            told.append(row.more)
        return " · ".join(told)

    @cached_property
    def concerns(self) -> str:
        """The indicator that a word is on, the village of a charge."""
        row = self.row
        if row.more and row.kind == "decision":
            return gettext("indicator %(code)s") % {"code": row.more}
        if row.more and row.kind == "charge":
            return gettext("village %(village)s") % {"village": row.more}
        return ""

    @property
    def days_given(self) -> list[str]:
        """By when something is to be done, and until when it holds."""
        row, told = self.row, []
        if row.due and row.kind == "decision":
            told.append(gettext("to be completed by %(day)s") % {"day": printed(row.due)})
        elif row.due:
            told.append(gettext("due on %(day)s") % {"day": printed(row.due)})
        if row.until:
            told.append(gettext("until %(day)s") % {"day": printed(row.until)})
        return told

    @property
    def is_by_year(self) -> bool:
        """Whether all that is known of its day is the year."""
        return self.row.kind == "recognition" and self.row.basis == "year"

    @cached_property
    def day(self) -> dt.date:
        """When it was true: the day of its entry where nothing else is said."""
        return self.row.true_on or clock.local_day(self.row.at)

    @property
    def entered_at(self) -> dt.datetime | None:
        """When it was entered; of a revocation nobody kept it."""
        return None if self.row.code == "revoked" else self.row.at

    @property
    def address(self) -> str:
        """The page where it happened."""
        if self.row.number:
            return reverse("cell", args=[self.row.slug, self.row.number])
        return reverse("commune", args=[self.row.slug])

    @property
    def place(self) -> str:
        """The part of that page."""
        row = self.row
        if row.kind == "assessment":
            return f"a{row.pk}"
        return SECTIONS.get(row.kind, "history")

    @property
    def link(self) -> str:
        """The address with the days looked at, and the set where it is not the usual one."""
        query = self.days
        if self.row.set_code and self.row.set_code != self.usual_set:
            named = urlencode({"set": self.row.set_code})
            query = f"{query}&{named}" if query else f"?{named}"
        return f"{self.address}{query}#{self.place}"


def value_in_words(said: str, unit: str) -> str:
    """What `sources` says of a value, as people read it: "3.108/3.397 (91,5%)", "7,5 ha"."""
    kind, _colon, text = said.partition(":")
    if kind == "b":
        return str(Result.MET.label if text == "1" else Result.NOT_MET.label)
    if kind == "x":
        return gettext("not applicable: %(reason)s") % {"reason": text}
    if kind == "o":
        return gettext("nothing to count: %(reason)s") % {"reason": text}
    if kind == "n":
        return f"{_figure(text)}{unit if unit == '%' else f' {unit}'.rstrip()}"
    if kind == "f":
        part, whole, limit = text.split("/")
        share = _share(part, whole, limit)
        return f"{_figure(part)}/{_figure(whole)}{share}"
    return text


def _figure(text: str) -> str:
    number = _decimal(text)
    return text if number is None else grouped(number)


def _share(part: str, whole: str, limit: str) -> str:
    of, among = _decimal(part), _decimal(whole)
    if of is None or not among:
        return ""
    return f" ({written(of * 100 / among, 1, [_decimal(limit)])}%)"


def _decimal(text: str) -> Decimal | None:
    try:
        return Decimal(text)
    except InvalidOperation:
        return None
