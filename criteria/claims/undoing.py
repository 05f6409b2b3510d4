"""The word that somebody has just said to a claim is undone, and the claim waits as before."""

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.notifications.notices import take_back
from criteria.assessments.actions import correct
from criteria.models import Claim, ClaimDecision, Enrolment
from nrm_tracker import clock, revision, undoing


@transaction.atomic
def undo(claim: Claim, *, by: User) -> None:
    """Void what the person said to the claim last, and what was found by it."""
    enrolment = Enrolment.lock(claim.status.enrolment_id)
    claim = Claim.objects.select_related(
        "status__criterion", "status__enrolment__commune__area", "status__enrolment__criteria_set"
    ).get(pk=claim.pk)
    mine = claim.decisions.in_force().filter(by=by).order_by("pk").last()
    if mine is None:
        undoing.refuse_again()
    _check_untouched(claim, mine)
    undoing.check_open(mine.at)
    undoing.check_not_frozen([enrolment.commune_id], mine.at)
    if claim.outcome:
        correct(claim.outcome, None, reason=_("Undone"), by=by)
    for word in claim.decisions.filter(by=by, at=mine.at, undoes=None):
        _void(word, by)
    claim.reopen()
    told = _("%(cell)s: the word on the claim was undone; it waits for verification again.")
    address = claim.status.get_absolute_url()
    take_back(address, mine.at, told % {"cell": claim.status.name})
    revision.bump(enrolment.commune.area_id)


def _void(word: ClaimDecision, by: User) -> None:
    ClaimDecision.objects.create(
        claim_id=word.claim_id,
        agency_id=word.agency_id,
        indicator_id=word.indicator_id,
        verdict=word.verdict,
        reason=_("Undone"),
        add_by=word.add_by,
        by=by,
        at=clock.now(),
        undoes=word,
    )


def _check_untouched(claim: Claim, mine: ClaimDecision) -> None:
    """Whether nobody spoke, wrote of the cell or claimed anew since."""
    words = claim.decisions.filter(pk__gt=mine.pk).exclude(by=mine.by_id, at=mine.at)
    if word := words.select_related("by").last():
        undoing.refuse_acted(word.by, word.at, _("a word on the claim"))
    if claim.outcome_id:
        found = claim.status.assessments.filter(pk__gt=claim.outcome_id)
        if entry := found.select_related("recorded_by").order_by("pk").last():
            undoing.refuse_acted(entry.recorded_by, entry.recorded_at, str(entry))
    if claim.state == Claim.State.WITHDRAWN and claim.closed_at:
        undoing.refuse_acted(claim.closed_by, claim.closed_at, claim.get_state_display())
    # What the commune drafts nobody above it sees, but that it has begun to.
    if newer := claim.status.claims.filter(pk__gt=claim.pk).first():
        commune = claim.status.enrolment.commune
        undoing.refuse_acted(commune, newer.drafted_at, _("it works on the next claim"))
