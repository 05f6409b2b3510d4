"""Quality checks: what of a cell contradicts itself, in a sentence, with who should act.

Each check is a function of the plain facts of one cell. `suspects` asks the database of which
cells a check may find something, `findings` reads their facts.
"""

import datetime as dt
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from criteria.measurements import evaluation
from criteria.measurements.amounts import shown_amount
from criteria.models import Basis, Indicator, Result
from criteria.reviews.cell_rows import CellRow
from nrm_tracker import clock
from nrm_tracker.figures import grouped

HUNDRED = Decimal(100)


@dataclass(frozen=True)
class Limits:
    """From where on something is pointed out: days, percentage points, percent of a number."""

    claim_wait_days: int
    jump_points: int
    jump_percent: int


@dataclass(frozen=True)
class CheckedValue:
    """A value as it counts, of one indicator."""

    number: Decimal | None
    yes_no: bool | None
    numerator: Decimal | None
    denominator: Decimal | None
    applies: bool
    measured_on: dt.date

    @property
    def amount(self) -> Decimal | None:
        if self.numerator is not None and self.denominator:
            return self.numerator * HUNDRED / self.denominator
        return self.number


@dataclass(frozen=True)
class CheckedLeaf:
    """An indicator of a cell with its newest value, the one before, and what it must reach."""

    code: str
    kind: str
    comparator: str
    threshold: Decimal | None
    has_threshold: bool
    newest: CheckedValue | None = None
    before: CheckedValue | None = None

    @property
    def verdict(self) -> str | None:
        if self.newest is None or not self.newest.applies:
            return None
        value = self.newest
        return evaluation.verdict(
            self.kind, self.comparator, value.amount, value.yes_no, self.threshold
        )

    @property
    def judged(self) -> evaluation.Leaf:
        applies = self.newest is None or self.newest.applies
        return evaluation.Leaf(self.verdict, applies, self.has_threshold)


@dataclass(frozen=True)
class Shown:
    """The evidence that a cell has now: how many pieces, how many dated, and from when on."""

    count: int
    dated: int
    first_on: dt.date | None


@dataclass(frozen=True)
class Facts:
    """What is known of one cell."""

    cell: CellRow
    evidence: Shown | None = None
    is_answered: bool = True
    leaves: list[CheckedLeaf] = field(default_factory=list)

    @property
    def is_met(self) -> bool:
        return self.cell.result == Result.MET


def met_without_evidence(facts: Facts, limits: Limits, today: dt.date) -> Iterator[str]:
    """Rule 10; a decision is evidence itself."""
    if _lacks_evidence(facts) and not facts.cell.no_evidence_reason:
        yield _("Met, with no evidence and no reason why there is none.")


def met_on_a_stated_reason(facts: Facts, limits: Limits, today: dt.date) -> Iterator[str]:
    if _lacks_evidence(facts) and facts.cell.no_evidence_reason:
        yield _("Met without evidence, for a stated reason: %(reason)s") % {
            "reason": facts.cell.no_evidence_reason
        }


def claim_waits(facts: Facts, limits: Limits, today: dt.date) -> Iterator[str]:
    if facts.cell.claimed_at is None:
        return
    since = clock.local_day(facts.cell.claimed_at)
    days = (today - since).days
    if not facts.is_answered:
        yield _("The claim of %(day)s waits for nobody: no agency answers for the criterion.") % {
            "day": f"{since:%d/%m/%Y}"
        }
    elif days > limits.claim_wait_days:
        said = {"day": f"{since:%d/%m/%Y}", "days": days}
        yield _("The claim of %(day)s waits for its decision for %(days)s days.") % said


def value_contradicts(facts: Facts, limits: Limits, today: dt.date) -> Iterator[str]:
    """Met although a value misses its threshold, or not met although every value reaches it."""
    if facts.is_met:
        for leaf in facts.leaves:
            if leaf.verdict == evaluation.NOT_MET:
                yield _("Met, but indicator %(code)s does not reach its threshold: %(value)s.") % {
                    "code": leaf.code,
                    "value": _against(leaf),
                }
    elif (
        _is_short_of_met(facts)
        and evaluation.proposal(leaf.judged for leaf in facts.leaves) == evaluation.MET
    ):
        yield _("Every indicator reaches its threshold, but the result is: %(result)s.") % {
            "result": Result(facts.cell.result).label
        }


def evidence_came_later(facts: Facts, limits: Limits, today: dt.date) -> Iterator[str]:
    """All the evidence is dated after the day on which it showed that the criterion was met."""
    shown, on = facts.evidence, facts.cell.assessed_on
    if not (facts.is_met and on and shown and shown.first_on and shown.dated == shown.count):
        return
    if shown.first_on > on:
        yield _("Met on %(day)s, but its evidence is dated only from %(later)s on.") % {
            "day": f"{on:%d/%m/%Y}",
            "later": f"{shown.first_on:%d/%m/%Y}",
        }


def hundred_of_none(facts: Facts, limits: Limits, today: dt.date) -> Iterator[str]:
    for leaf in facts.leaves:
        value = leaf.newest
        if leaf.kind != Indicator.Kind.PERCENT or value is None or not value.applies:
            continue
        if value.denominator == 0:
            yield _("Indicator %(code)s is a share of zero.") % {"code": leaf.code}
        elif value.numerator is None and value.number == HUNDRED:
            yield _("Indicator %(code)s is 100%% with nothing counted.") % {"code": leaf.code}


def value_jumps(facts: Facts, limits: Limits, today: dt.date) -> Iterator[str]:
    for leaf in facts.leaves:
        newest = leaf.newest.amount if leaf.newest else None
        before = leaf.before.amount if leaf.before else None
        if newest is None or before is None or not _jumps(leaf.kind, newest, before, limits):
            continue
        yield _("Indicator %(code)s went from %(before)s to %(newest)s within %(days)s days.") % {
            "code": leaf.code,
            "before": _written(leaf.before, newest),  # type: ignore[arg-type]
            "newest": _written(leaf.newest, before),  # type: ignore[arg-type]
            "days": (leaf.newest.measured_on - leaf.before.measured_on).days,  # type: ignore[union-attr]
        }


COMMUNE, AGENCY, COORDINATOR = "commune", "agency", "coordinator"
ACTORS: dict[str, Promise] = {
    COMMUNE: gettext_lazy("The commune"),
    AGENCY: gettext_lazy("The agency in charge"),
    COORDINATOR: gettext_lazy("The coordinator"),
}
# How much a finding weighs.
WRONG, DOUBTFUL, NOTE = "wrong", "doubtful", "note"


@dataclass(frozen=True)
class Check:
    """A named check, how much its findings weigh, and who should act on them."""

    key: str
    title: Promise
    severity: str
    acts: str
    find: Callable[[Facts, Limits, dt.date], Iterator[str]]


CHECKS = [
    Check("evidence", gettext_lazy("Met without evidence"), WRONG, COMMUNE, met_without_evidence),
    Check(
        "contradiction",
        gettext_lazy("Value against threshold contradicts the result"),
        WRONG,
        AGENCY,
        value_contradicts,
    ),
    Check("waiting", gettext_lazy("Claim waits too long"), WRONG, AGENCY, claim_waits),
    Check(
        "later",
        gettext_lazy("Evidence dated after the assessment"),
        DOUBTFUL,
        COMMUNE,
        evidence_came_later,
    ),
    Check(
        "hundred",
        gettext_lazy("100 percent with nothing counted"),
        DOUBTFUL,
        COMMUNE,
        hundred_of_none,
    ),
    Check("jump", gettext_lazy("Value that jumps"), DOUBTFUL, COMMUNE, value_jumps),
    Check(
        "reason",
        gettext_lazy("Met on a stated reason"),
        NOTE,
        COORDINATOR,
        met_on_a_stated_reason,
    ),
]


@dataclass(frozen=True)
class Contradiction:
    """What a check found of one cell."""

    check: Check
    cell: CellRow
    sentence: str
    acts: str

    @property
    def actor(self) -> Promise:
        return ACTORS[self.acts]


def findings(
    known: Iterable[Facts],
    limits: Limits,
    today: dt.date,
    has_agency: Callable[[CellRow], bool],
    checks: Iterable[Check] = tuple(CHECKS),
) -> list[Contradiction]:
    """All that the checks find, check by check. Where no agency answers the coordinator acts."""
    facts_of_all = list(known)
    found = []
    for check in checks:
        for facts in facts_of_all:
            for sentence in check.find(facts, limits, today):
                orphan = check.acts == AGENCY and not has_agency(facts.cell)
                acts = COORDINATOR if orphan else check.acts
                found.append(Contradiction(check, facts.cell, sentence, acts))
    return found


def _lacks_evidence(facts: Facts) -> bool:
    return facts.is_met and facts.evidence is None and facts.cell.basis != Basis.DECISION


def _is_short_of_met(facts: Facts) -> bool:
    return facts.cell.result in (Result.NEARLY, Result.NOT_MET)


def _jumps(kind: str, newest: Decimal, before: Decimal, limits: Limits) -> bool:
    change = abs(newest - before)
    if kind == Indicator.Kind.PERCENT:
        return change > limits.jump_points
    # From nothing to something is no share of what was.
    return bool(before) and change * 100 > limits.jump_percent * abs(before)


def _against(leaf: CheckedLeaf) -> str:
    value = leaf.newest
    if value is None or value.amount is None or leaf.threshold is None:
        return str(Result.NOT_MET.label)
    sign = {"ge": "≥", "le": "≤", "eq": "="}.get(leaf.comparator, "")
    return f"{_written(value, leaf.threshold)} ({sign} {grouped(leaf.threshold)})"


def _written(value: CheckedValue, other: Decimal) -> str:
    """A value beside another number: a share of two decimals, or more where they are needed."""
    shown = shown_amount(value, [other], places=2)
    return "" if shown is None else grouped(shown)
