"""What one person may do at a cell, and what the cell shows of figures and claims."""

import datetime as dt
from dataclasses import dataclass, field

from django.urls import reverse

from accounts.access import Access
from accounts.models import Ability, Role, User
from criteria import permissions
from criteria.assessments.forms import AssessForm, assess_form
from criteria.claims import queries as claim_queries
from criteria.claims.forms import ClaimForm, JudgeForm
from criteria.claims.queries import ClaimWithWords
from criteria.claims.views import own_needs, word_form
from criteria.measurements import queries as measurement_queries
from criteria.measurements.queries import Measure
from criteria.models import Claim, CriterionStatus, EvidenceRequirement, Level, Responsibility
from criteria.progress.page_date import PageDate
from criteria.standards import yardstick
from criteria.standards.responsible_agencies import (
    Need,
    any_agency,
    latest_words,
    needs,
    unspoken,
)
from nrm_tracker import undoing
from nrm_tracker.undoing import Undo


@dataclass
class CellActions:
    """The work at a cell. A form is there only for who may use it, and only today."""

    measures: list[Measure]
    claims: list[ClaimWithWords]
    day: dt.date
    papers: list[EvidenceRequirement]
    proposed: str | None = None
    levels: frozenset[int] = frozenset()
    waiting: ClaimWithWords | None = None
    draft: ClaimWithWords | None = None
    left: list[Need] = field(default_factory=list)
    claim_form: ClaimForm | None = None
    word_form: JudgeForm | None = None
    assess_form: AssessForm | None = None
    has_spoken: bool = False
    may_draft: bool = False
    may_submit: bool = False
    may_measure: bool = False
    may_record: bool = False
    # What the reader has just said to the newest claim.
    undo: Undo | None = None

    @property
    def days_waiting(self) -> int:
        """How many days the claim that waits has waited."""
        return self.waiting.waits_since(self.day) if self.waiting else 0

    @property
    def rows(self) -> list[tuple[Measure, None]]:
        """Each indicator as it is only read."""
        return [(measure, None) for measure in self.measures]

    @property
    def shown_values(self) -> int:
        """How many values of each the table itself shows; with a form in it, none."""
        return 0 if self.claim_form else 1

    @property
    def correctable_values(self) -> set[int]:
        """The values that the person may correct: the commune's its leader, else the office."""
        return {
            value.pk
            for measure in self.measures
            for value in measure.past
            if (self.may_submit if value.level == Level.COMMUNE else self.may_measure)
        }

    @property
    def returned(self) -> ClaimWithWords | None:
        """The claim that waits for the commune: returned, and nothing sent since."""
        if self.waiting or not self.claims:
            return None
        newest = next((told for told in self.claims if not told.claim.is_draft), None)
        return newest if newest and newest.claim.state == Claim.State.RETURNED else None

    @property
    def newest(self) -> ClaimWithWords | None:
        """The claim that the commune worked on last."""
        return self.claims[0] if self.claims else None

    @property
    def settled(self) -> list[ClaimWithWords]:
        """What came of earlier claims."""
        return [told for told in self.claims if not told.claim.is_draft and told != self.waiting]

    @property
    def is_idle(self) -> bool:
        """Whether the person has nothing to do here."""
        forms = (self.claim_form, self.word_form, self.assess_form)
        return not any(forms) and not (self.may_record or self.may_measure)


def actions_at(
    access: Access,
    user: User,
    status: CriterionStatus,
    answering: list[Responsibility],
    when: PageDate,
) -> CellActions:
    """What the page of a cell shows of figures and claims, and the forms of who may write."""
    drafts = permissions.may_draft(access, status.enrolment.commune_id)
    measures = measurement_queries.measures_at(status, when.moment)
    papers = yardstick.papers_of(status.criterion_id)
    found = claim_queries.claims_of(
        status, when.moment, with_draft=drafts and when.is_now, reader=user
    )
    made = CellActions(measures, found, when.day, papers, measurement_queries.proposed(measures))
    made.waiting = next((told for told in found if told.claim.is_waiting), None)
    made.draft = next((told for told in found if told.claim.is_draft), None)
    needed = needs(status, answering)
    if made.waiting:
        made.left = unspoken(needed, latest_words(made.waiting.words))
    if when.is_now:
        made.undo = _undo(made.claims, user)
    if when.is_now and not status.enrolment.is_closed_by(when.day):
        _lay_out(made, access, user, status, answering, needed, when)
    return made


def _undo(claims: list[ClaimWithWords], user: User) -> Undo | None:
    """For who spoke last on the newest claim that was sent, and just now."""
    newest = next((told for told in claims if not told.claim.is_draft), None)
    word = newest.words[-1] if newest and newest.words else None
    if word is None or word.by_id != user.pk or not undoing.is_open(word.at):
        return None
    assert newest is not None  # noqa: S101 it has the word
    return Undo(reverse("claim-undo", args=[newest.claim.pk]), undoing.until(word.at))


def _next_to_speak(waiting: ClaimWithWords, own: list[Need]) -> tuple[Need | None, int]:
    """For which of their agencies somebody speaks first, and the word of it that they see: one that
    has not spoken yet."""
    spoken = [(need, waiting.seen_of(need.agency.pk)) for need in own]
    return min(spoken, key=lambda one: bool(one[1]), default=(None, 0))


def _lay_out(
    made: CellActions,
    access: Access,
    user: User,
    status: CriterionStatus,
    answering: list[Responsibility],
    needed: dict[int, Need],
    when: PageDate,
) -> None:
    commune = status.enrolment.commune
    made.levels = permissions.writable_levels(access, commune, answering)
    made.may_draft = permissions.may_draft(access, commune.pk)
    made.may_submit = permissions.may_submit(access, commune.pk)
    made.may_measure = permissions.may_measure(access, commune.area_id)
    behalf = access.areas_for(Ability.ASSESS, Role.COORDINATOR)
    made.may_record = commune.area_id in behalf
    if made.may_draft and not made.waiting:
        earlier = next((told.claim for told in made.claims if not told.claim.is_draft), None)
        made.claim_form = ClaimForm(
            status=status,
            measures=made.measures,
            draft=made.draft.claim if made.draft else None,
            drafts=made.draft.values if made.draft else (),
            earlier=earlier,
        )
        made.claim_form.acting = permissions.works_as(access, commune, Ability.DRAFT)
    if made.waiting:
        # Nobody verifies what they sent, by whatever role.
        if not made.waiting.is_own and permissions.may_decide(access, commune, answering):
            needed = needed or any_agency(commune.area_id)
            own, seen = _next_to_speak(made.waiting, own_needs(access, needed))
            made.has_spoken = bool(seen)
            made.waiting.claim.status = status
            made.word_form = word_form(access, made.waiting.claim, needed, own, seen=seen)
    elif permissions.may_find(access, commune, answering):
        made.assess_form = assess_form(access, user, status, when.today, answering)
