"""What pages read of a review round: who returned it, and what each has still to see to."""

import datetime as dt
from dataclasses import dataclass
from itertools import chain, repeat
from typing import Any

from django.db.models import Q, QuerySet

from accounts.names import who_is, who_was
from criteria.models import (
    Assessment,
    Claim,
    Criterion,
    CriterionStatus,
    Enrolment,
    Level,
    Measurement,
    Result,
    Round,
    RoundCheck,
    RoundReturn,
)
from criteria.models.history import HEADLINE_ORDER
from criteria.progress import scoring
from criteria.progress.moment import Moment
from criteria.reviews import cell_rows
from nrm_tracker import clock
from nrm_tracker.prepared import prepared


def still_open(given: RoundReturn) -> list[Criterion]:
    """The criteria neither confirmed nor updated in the round, in order."""
    seen = seen_to(given.round, RoundReturn.objects.filter(pk=given.pk))
    done = seen.get(given.enrolment_id, set())
    criteria = Criterion.objects.filter(statuses__enrolment=given.enrolment_id).order_by("number")
    return [criterion for criterion in criteria if criterion.pk not in done]


def seen_to(found: Round, returns: QuerySet[RoundReturn]) -> dict[int, set[int]]:
    """The criteria that each of these runs confirmed or updated in the round: one query.

    Updated is what the commune itself said, measured or claimed from the opening day on.
    """
    runs = returns.order_by().values("enrolment")
    since = clock.end_of(found.opens_on - dt.timedelta(days=1))
    until = found.closed_at or clock.now()
    recorded = Q(recorded_at__gte=since, recorded_at__lte=until, level=Level.COMMUNE)
    cell = ("status__enrolment_id", "status__criterion_id")
    confirmed = RoundCheck.objects.filter(round_return__in=returns.order_by().values("pk"))
    said = Assessment.objects.filter(recorded, status__enrolment__in=runs)
    measured = Measurement.objects.filter(recorded, enrolment__in=runs)
    claimed = Claim.objects.filter(
        status__enrolment__in=runs, submitted_at__gte=since, submitted_at__lte=until
    )
    pairs = confirmed.order_by().values_list(*cell).union(
        said.order_by().values_list(*cell),
        measured.order_by().values_list("enrolment_id", "indicator__criterion_id"),
        claimed.order_by().values_list(*cell),
    )  # fmt: skip
    seen: dict[int, set[int]] = {}
    for enrolment_id, criterion_id in pairs:
        seen.setdefault(enrolment_id, set()).add(criterion_id)
    return seen


@dataclass
class ReturnRow:
    """A commune's part in a round, with the day by which it was due."""

    pk: int
    enrolment_id: int
    commune_id: int
    set_id: int
    slug: str
    name: str
    sort_key: str
    results: str
    own_results: str
    submitted_at: dt.datetime | None
    names: str | None
    closes_on: dt.date
    done: int = 0

    @property
    def submitted_by(self) -> str:
        return who_was(self.names, self.submitted_at)

    @property
    def submitted_on(self) -> dt.date | None:
        return clock.local_day(self.submitted_at) if self.submitted_at else None

    @property
    def days_late(self) -> int:
        """How long after the closing day it came, or is awaited since."""
        return max(((self.submitted_on or clock.today()) - self.closes_on).days, 0)


def returns_of(found: Round) -> list[ReturnRow]:
    """The communes of a round by name, with how many criteria each has seen to: two queries."""
    columns = (
        "pk", "enrolment_id", "enrolment__commune_id", "enrolment__criteria_set_id",
        "enrolment__commune__slug", "enrolment__commune__name", "enrolment__commune__sort_key",
        "results", "own_results", "submitted_at", who_is("submitted_by"),
    )  # fmt: skip
    asked = RoundReturn.objects.filter(round=found)
    ordered = asked.order_by("enrolment__commune__sort_key", "pk")
    due = (found.closes_on,)
    rows = [ReturnRow(*(values + due)) for values in ordered.values_list(*columns)]
    seen = seen_to(found, asked)
    for row in rows:
        row.done = len(seen.get(row.enrolment_id, ()))
    return rows


@dataclass(frozen=True)
class FrozenRow:
    """Where a commune stood when a round closed, with the round."""

    round_id: int
    number: int
    name: str
    closed_at: dt.datetime
    results: str
    own_results: str

    @property
    def head(self) -> scoring.Headline:
        return scoring.headline(self.results)

    @property
    def own_head(self) -> scoring.Headline:
        """The same by what the commune said of itself."""
        return scoring.headline(self.own_results)

    def changed_in(self, results: str) -> list[int]:
        """The places of the criteria that stand otherwise in another row of the run."""
        pairs = enumerate(zip(self.results, results, strict=True))
        return [place for place, (before, now) in pairs if before != now]


def frozen_rows(enrolment: Enrolment, moment: Moment) -> list[FrozenRow]:
    """What the rounds that had closed by the moment froze of a run, newest first: one query."""
    frozen = _frozen(enrolment.pk, clock.end_of(moment.said_until))
    return [FrozenRow(*values) for values in frozen]


@prepared
def _frozen(enrolment_id: int, before: dt.datetime) -> QuerySet[RoundReturn, Any]:
    closed = RoundReturn.objects.filter(enrolment=enrolment_id, round__closed_at__lt=before)
    return closed.order_by("-round__closed_at", "-pk").values_list(
        "round_id", "round__number", "round__name", "round__closed_at", "results", "own_results",
    )  # fmt: skip


@dataclass
class CheckedCell:
    """A cell in a commune's return: where it stands, and whether the commune has seen to it.

    `frozen` and `frozen_own` are the results that closing the round kept, empty until then.
    """

    status: CriterionStatus
    own: Assessment | None
    touched_at: dt.datetime | None
    check: RoundCheck | None
    is_updated: bool
    frozen: str = ""
    frozen_own: str = ""

    @property
    def has_changed(self) -> bool:
        """Whether the cell, or the commune's own word, stands otherwise than at closing."""
        own = self.own.result if self.own else Result.NOT_ASSESSED
        return bool(self.frozen) and (self.frozen, self.frozen_own) != (self.status.result, own)

    @property
    def is_left(self) -> bool:
        return self.check is None and not self.is_updated


def cells_of(given: RoundReturn) -> list[CheckedCell]:
    """All cells of a return, in order of the set: five queries."""
    run = Enrolment.objects.filter(pk=given.enrolment_id)
    checks = {
        check.status_id: check
        for check in RoundCheck.objects.filter(round_return=given).select_related("confirmed_by")
    }
    own = {entry.status_id: entry for entry in _own_words(given)}
    touched = cell_rows.touched(run)
    seen = seen_to(given.round, RoundReturn.objects.filter(pk=given.pk))
    done = seen.get(given.enrolment_id, set())
    statuses = CriterionStatus.objects.filter(enrolment=given.enrolment_id)
    ordered = statuses.select_related("criterion", "assessment").order_by("criterion__number")
    frozen = zip(given.results, given.own_results, strict=True)
    return [
        CheckedCell(
            status=status,
            own=own.get(status.pk),
            touched_at=touched.get((given.enrolment_id, status.criterion_id)),
            check=checks.get(status.pk),
            is_updated=status.criterion_id in done and status.pk not in checks,
            frozen=scoring.NAMES.get(letter, ""),
            frozen_own=scoring.NAMES.get(own_letter, ""),
        )
        for status, (letter, own_letter) in zip(
            ordered, chain(frozen, repeat(("", ""))), strict=False
        )
    ]


def _own_words(given: RoundReturn) -> QuerySet[Assessment]:
    """What the commune says of itself, the word that counts last."""
    own = Assessment.objects.filter(status__enrolment=given.enrolment_id, level=Level.COMMUNE)
    return own.in_force().order_by(*HEADLINE_ORDER)
