"""What a commune is beside its n/m: derived from what is recorded, dated, not stored (rule 12c)."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from django.db import models
from django.utils.translation import gettext_lazy as _

from criteria.models import Criterion, Recognition
from criteria.progress import scoring


class State(models.TextChoices):
    """The states, as the forms of 2026 name them."""

    COMPLETING = "completing", _("Completing the dossier")
    NEARLY = "nearly", _("Nearly meets the set, by decision")
    RECOGNISED = "recognised", _("Recognised as meeting the set")
    LAPSED = "lapsed", _("Recognised, no longer meets the set")
    REVOKED = "revoked", _("Recognition revoked")


@dataclass(frozen=True)
class CommuneStatus:
    """A state and its day; for which year, where the decision says so."""

    state: State
    since: dt.date
    for_year: int | None = None

    @property
    def is_recognised(self) -> bool:
        """Whether a recognition holds, whatever was found since."""
        return self.state in (State.RECOGNISED, State.LAPSED)

    @property
    def is_told(self) -> bool:
        """Whether a list marks it: a recognition that holds stands there with its decision."""
        return self.state != State.RECOGNISED

    @property
    def label(self) -> str:
        return str(self.state.label)

    @property
    def look(self) -> str:
        """As the tag `status` draws it."""
        return {State.RECOGNISED: "ok", State.LAPSED: "late", State.REVOKED: "late"}.get(
            self.state, "wait"
        )


def status_of(
    results: str,
    newest_on: dt.date | None,
    recognitions: Iterable[tuple[Recognition, bool]],
    last_step_on: dt.date | None,
    *,
    nearly_counts: bool,
) -> CommuneStatus | None:
    """The state of a run: `recognitions` granted by the day, oldest first, each with whether it
    holds; the day of the newest result, and of the newest step of the dossier."""
    found: dict[tuple[str, bool], Recognition] = {(r.kind, h): r for r, h in recognitions}
    full, nearly = Recognition.Kind.MET, Recognition.Kind.NEARLY
    if granted := found.get((full, True)):
        if newest_on and newest_on > granted.decided_on and unmet(results, nearly_counts):
            return CommuneStatus(State.LAPSED, newest_on, granted.for_year)
        return CommuneStatus(State.RECOGNISED, granted.decided_on, granted.for_year)
    if (granted := found.get((full, False))) and granted.revoked_on:
        return CommuneStatus(State.REVOKED, granted.revoked_on)
    if granted := found.get((nearly, True)):
        return CommuneStatus(State.NEARLY, granted.decided_on, granted.for_year)
    return CommuneStatus(State.COMPLETING, last_step_on) if last_step_on else None


def unmet(results: str, nearly_counts: bool) -> list[int]:
    """Where in the row stands what was found not met; what was not assessed is not known."""
    short = {scoring.NOT_MET} if nearly_counts else {scoring.NOT_MET, scoring.NEARLY}
    return [position for position, letter in enumerate(results) if letter in short]


@dataclass(frozen=True)
class WithdrawalWarning:
    """How much of a recognised commune's set is unmet: a recognition *may* be withdrawn."""

    unmet: int
    of: int
    named: list[Criterion]

    @property
    def is_half(self) -> bool:
        return 2 * self.unmet >= self.of


def withdrawal_warning(
    criteria: Sequence[Criterion], results: str, *, nearly_counts: bool
) -> WithdrawalWarning | None:
    """Half unmet, or three tenths with one of the criteria that the decision names.

    None for a set of which no criterion is named so: the decision is not its own.
    """
    if not any(one.may_cost_recognition for one in criteria):
        return None
    positions = unmet(results, nearly_counts)
    of = scoring.headline(results).applicable
    named = [criteria[n] for n in positions if criteria[n].may_cost_recognition]
    share = Fraction(len(positions), of) if of else Fraction(0)
    if share >= Fraction(1, 2) or (share >= Fraction(3, 10) and named):
        return WithdrawalWarning(len(positions), of, named)
    return None
