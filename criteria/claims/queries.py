"""What a page reads of claims: each with its words."""

import datetime as dt
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.models import User
from accounts.names import who_is, who_was
from communes.models import Agency
from criteria.models import Claim, ClaimDecision, CriterionStatus, DraftValue, Enrolment
from criteria.progress.moment import Moment
from criteria.standards.responsible_agencies import WordKey
from nrm_tracker import clock
from nrm_tracker.dated_names import packed, unpacked
from nrm_tracker.prepared import prepared

# The columns of a ClaimWord, in its order.
_WORD = (
    "pk", "agency_id", "indicator_id", "verdict", "reason", "add_by", "document_number",
    "document_file_id", "at", packed("agency", Agency), "indicator__code", who_is("by"), "by_id",
)  # fmt: skip


@dataclass(frozen=True)
class ClaimWord:
    """One word on a claim, as pages print it."""

    pk: int
    agency_id: int | None
    indicator_id: int | None
    verdict: str
    reason: str
    add_by: dt.date | None
    document_number: str
    document_file_id: int | None
    at: dt.datetime
    agency_names: str | None
    code: str | None
    names: str
    by_id: int

    @property
    def agency(self) -> str:
        return unpacked(self.agency_names, self.at)[0]

    @property
    def by(self) -> str:
        return who_was(self.names, self.at)

    @property
    def who(self) -> str:
        return self.agency or self.by

    @property
    def is_return(self) -> bool:
        return self.verdict == ClaimDecision.Verdict.RETURNED


@dataclass
class ClaimWithWords:
    """A claim with what was said to it, oldest first.

    `is_own`: the reader drafted or sent it, and so may not judge it.
    """

    claim: Claim
    words: list[ClaimWord] = field(default_factory=list)
    values: list[DraftValue] = field(default_factory=list)
    is_own: bool = False

    @property
    def returned(self) -> ClaimWord | None:
        return next((word for word in reversed(self.words) if word.is_return), None)

    @property
    def moved_at(self) -> dt.datetime:
        """When it was last drafted, sent or closed."""
        return self.claim.closed_at or self.claim.submitted_at or self.claim.drafted_at

    def seen_of(self, agency_id: int) -> int:
        """The number of the agency's latest word; 0 where it has not spoken."""
        return max((w.pk for w in self.words if w.agency_id == agency_id), default=0)

    def waits_since(self, day: dt.date) -> int:
        """How many days it has waited by then."""
        assert self.claim.submitted_at is not None  # noqa: S101 it was sent
        return (day - clock.local_day(self.claim.submitted_at)).days


def claims_of(
    status: CriterionStatus, moment: Moment, *, with_draft: bool, reader: User
) -> list[ClaimWithWords]:
    """The claims of a cell sent by the moment, newest first; the draft for its own people."""
    until = clock.end_of(moment.said_until)
    return _with_words(_claims_of(status.pk, until, with_draft, reader.pk), until)


@prepared
def _claims_of(
    status_id: int, until: dt.datetime, with_draft: bool, reader_id: int
) -> QuerySet[Claim]:
    own = Claim.objects.written_by(reader_id).filter(pk=OuterRef("pk"))
    found = Claim.objects.filter(status=status_id).annotate(is_own=Exists(own))
    return _visible(found, until, with_draft=with_draft)


@dataclass
class ClaimStanding:
    """Where a claim stood at a moment, and who had spoken of it by then.

    Of one that came back: what is to be added, by when, and who asks for it.
    """

    pk: int
    state: str
    result: str
    sent_at: dt.datetime
    spoken: set[WordKey] = field(default_factory=set)
    to_add: str = ""
    add_by: dt.date | None = None
    returned_by: str = ""

    @property
    def is_waiting(self) -> bool:
        return self.state == Claim.State.SUBMITTED

    def waits_since(self, day: dt.date) -> int:
        """How many days it has waited by then."""
        return (day - clock.local_day(self.sent_at)).days

    def hear(
        self, at: dt.datetime, agency_id: int | None, indicator_id: int | None, *said: Any
    ) -> None:
        """A word on it: whose, on what, and what it says."""
        self.spoken.add((agency_id, indicator_id))
        verdict, to_add, add_by, agency = said
        if verdict == ClaimDecision.Verdict.RETURNED:
            self.to_add, self.add_by = to_add, add_by
            self.returned_by = unpacked(agency, at)[1]


def standing_of(enrolment: Enrolment, moment: Moment) -> dict[int, ClaimStanding]:
    """By the numbers of their cells: the claim waited, or had come back, at the moment. One query.

    A claim that came back stands until the commune sends the next.
    """
    until = clock.end_of(moment.said_until)
    found: dict[int, ClaimStanding] = {}
    for number, pk, state, result, sent_at, closed_at, *word in _sent(enrolment.pk, until):
        if number not in found or found[number].pk != pk:
            assert sent_at is not None  # noqa: S101 it was sent
            is_open = closed_at is None or closed_at >= until
            found[number] = ClaimStanding(
                pk, Claim.State.SUBMITTED if is_open else state, result, sent_at
            )
        at, undoes, undone_at, *said = word
        is_undone = undone_at is not None and undone_at < until
        if at and at < until and not undoes and not is_undone:
            found[number].hear(at, *said)
    standing = (Claim.State.SUBMITTED, Claim.State.RETURNED)
    return {number: claim for number, claim in found.items() if claim.state in standing}


@prepared
def _sent(enrolment_id: int, until: dt.datetime) -> QuerySet[Claim, Any]:
    sent = Claim.objects.filter(status__enrolment=enrolment_id, submitted_at__lt=until)
    return sent.order_by("submitted_at", "pk", "decisions").values_list(
        "status__criterion__number", "pk", "state", "result", "submitted_at", "closed_at",
        "decisions__at", "decisions__undoes_id", "decisions__undone_by__at",
        "decisions__agency_id", "decisions__indicator_id", "decisions__verdict",
        "decisions__reason", "decisions__add_by", packed("decisions__agency", Agency),
    )  # fmt: skip


def with_words(
    claims: QuerySet[Claim], moment: Moment, *, with_draft: bool = False
) -> list[ClaimWithWords]:
    """These claims and their words, as far as the moment knows them, newest first.

    Two queries; with a draft a third, for the values that are kept in it.
    """
    until = clock.end_of(moment.said_until)
    return _with_words(_visible(claims, until, with_draft=with_draft), until)


def _visible(claims: QuerySet[Claim], until: dt.datetime, *, with_draft: bool) -> QuerySet[Claim]:
    visible = Q(submitted_at__lt=until)
    if with_draft:
        visible |= Q(state=Claim.State.DRAFT)
    found = claims.filter(visible).select_related("drafted_by", "submitted_by", "closed_by")
    return found.order_by("-drafted_at", "-pk")


def _with_words(claims: Iterable[Claim], until: dt.datetime) -> list[ClaimWithWords]:
    made = {
        claim.pk: ClaimWithWords(claim, is_own=getattr(claim, "is_own", False))
        for claim in _as_they_stood(claims, until)
    }
    for claim_id, *columns in _words(made, until):
        made[claim_id].words.append(ClaimWord(*columns))
    drafts = [one.claim.pk for one in made.values() if one.claim.is_draft]
    if drafts:
        for value in DraftValue.objects.filter(claim__in=drafts).order_by("pk"):
            made[value.claim_id].values.append(value)
    return list(made.values())


def _as_they_stood(claims: Iterable[Claim], until: dt.datetime) -> Iterator[Claim]:
    """What was settled, returned or withdrawn later still waited then."""
    for claim in claims:
        if claim.closed_at and claim.closed_at >= until:
            claim.state = Claim.State.SUBMITTED
            claim.closed_at = claim.closed_by = claim.outcome = None
        yield claim


@prepared
def _words(claim_ids: Collection[int], until: dt.datetime) -> QuerySet[ClaimDecision, Any]:
    words = ClaimDecision.objects.in_force(until).filter(claim__in=claim_ids, at__lt=until)
    words = words.order_by("pk")
    return words.values_list("claim_id", *_WORD)
