"""What the bodies that answer say of a claim, and what their words come to (rule 9).

Each verb is one transaction that first locks the commune's run at the set.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import COMMUNE_ROLES, User
from accounts.names import signature
from accounts.notifications.notices import holders, tell
from communes.models import Agency
from criteria.assessments.actions import Finding, assess
from criteria.claims.actions import waiting
from criteria.measurements import evaluation
from criteria.measurements.queries import measures_of, proposed
from criteria.models import (
    Basis,
    Claim,
    ClaimDecision,
    Enrolment,
    Indicator,
    Level,
    Result,
)
from criteria.standards.responsible_agencies import (
    Need,
    keys_of,
    latest_words,
    needs,
    responsibilities,
    unspoken,
)
from nrm_tracker import clock, revision
from nrm_tracker.forms import Conflict
from nrm_tracker.models import StoredFile
from nrm_tracker.text import clause

Verdict = ClaimDecision.Verdict
# Of several verdicts the worst is that of the criterion.
WORST_FIRST = (Verdict.NOT_MET, Verdict.NEARLY, Verdict.MET)


@dataclass(frozen=True)
class Word:
    """A verdict on one indicator, or without one on the criterion."""

    verdict: str
    reason: str = ""
    indicator: Indicator | None = None


@transaction.atomic
def speak(
    claim: Claim,
    words: Sequence[Word],
    *,
    agency: Agency,
    by: User,
    document_number: str = "",
    document_file: StoredFile | None = None,
    seen: int | None = None,
) -> Claim:
    """Record an agency's word. The claim is settled once every agency that answers has spoken.

    `seen` is the number of the agency's latest word that the writer saw, 0 for none.
    Raises Conflict with the claim, and ValidationError.
    """
    enrolment = Enrolment.lock(claim.status.enrolment_id)
    claim = _judged_by(claim, by, agency=agency, seen=seen)
    needed = needs(claim.status, responsibilities(claim.status))
    if not needed and agency.area_id == enrolment.commune.area_id:
        # Nobody answers: the one agency that is spoken for settles it.
        needed = {agency.pk: Need(agency)}
    if agency.pk not in needed:
        raise ValidationError(_("This agency does not answer for the criterion."))
    _check_words(words, needed[agency.pk], proposed=proposed(measures_of(claim.status)))
    at = clock.now()
    for word in words:
        ClaimDecision.objects.create(
            claim=claim,
            agency=agency,
            indicator=word.indicator,
            verdict=word.verdict,
            reason=word.reason,
            document_number=document_number,
            document_file=document_file,
            by=by,
            at=at,
        )
    claim.version += 1
    claim.save(update_fields=["version"])
    left = unspoken(needed, latest_words(claim.decisions.in_force()))
    if not left:
        return _settle(claim, _concluded(claim, needed), by=by, at=at)
    told = _("%(agency)s gave its word on %(cell)s; still to speak: %(left)s.") % {
        "agency": agency.short_name,
        "cell": claim.status.name,
        "left": ", ".join(need.agency.short_name for need in left),
    }
    _tell_commune(claim, told, but=by, at=at)
    revision.bump(enrolment.commune.area_id)
    return claim


@transaction.atomic
def decide(claim: Claim, verdict: str, *, reason: str, by: User) -> Claim:
    """A leader settles the claim, whoever has still to speak. Needs a reason."""
    Enrolment.lock(claim.status.enrolment_id)
    claim = _judged_by(claim, by)
    if not reason.strip():
        raise ValidationError({"reason": _("Give the reason of the decision.")})
    at = clock.now()
    ClaimDecision.objects.create(claim=claim, verdict=verdict, reason=reason, by=by, at=at)
    return _settle(claim, _found(claim, verdict, signature(by), reason), by=by, at=at)


@transaction.atomic
def send_back(
    claim: Claim,
    *,
    reason: str,
    add_by: dt.date,
    by: User,
    agency: Agency | None = None,
    document_number: str = "",
    document_file: StoredFile | None = None,
) -> Claim:
    """Return the claim with what to add, and by when. One return returns it."""
    enrolment = Enrolment.lock(claim.status.enrolment_id)
    claim = _judged_by(claim, by)
    if not reason.strip():
        raise ValidationError({"reason": _("Say what is to be added.")})
    if add_by < clock.today():
        message = _("The day to complete it by cannot lie in the past.")
        raise ValidationError({"add_by": message})
    at = clock.now()
    ClaimDecision.objects.create(
        claim=claim,
        agency=agency,
        verdict=Verdict.RETURNED,
        reason=reason,
        add_by=add_by,
        document_number=document_number,
        document_file=document_file,
        by=by,
        at=at,
    )
    claim.close(Claim.State.RETURNED, by=by)
    told = _("%(who)s returned %(cell)s: %(reason)s. To be completed by %(day)s.") % {
        "who": agency.short_name if agency else by,
        "cell": claim.status.name,
        "reason": reason,
        "day": f"{add_by:%d/%m/%Y}",
    }
    _tell_commune(claim, told, but=by, at=at)
    revision.bump(enrolment.commune.area_id)
    return claim


def newest_word(claim: Claim, agency: Agency) -> int:
    """The number of the agency's latest word on the claim; 0 where it has not spoken."""
    said = claim.decisions.in_force().filter(agency=agency).order_by("-pk")
    return said.values_list("pk", flat=True).first() or 0


# Inside


def _judged_by(
    claim: Claim, by: User, *, agency: Agency | None = None, seen: int | None = None
) -> Claim:
    """The claim as it stands now, if this person may judge it and nobody spoke in between."""
    found = waiting(claim)
    if Claim.objects.written_by(by).filter(pk=found.pk).exists():
        raise ValidationError(_("Nobody verifies a claim that they drafted or sent themselves."))
    if agency is not None and seen is not None and newest_word(found, agency) not in (0, seen):
        raise Conflict(found)
    return found


def _check_words(words: Sequence[Word], need: Need, *, proposed: str | None) -> None:
    spoken = {word.indicator.pk if word.indicator else None for word in words}
    if spoken != set(keys_of(need)):
        raise ValidationError(_("Give a verdict on each indicator that the agency answers for."))
    for word in words:
        doubts = word.verdict != Verdict.MET or (
            word.indicator is None and evaluation.contradicts(word.verdict, proposed)
        )
        if doubts and not word.reason.strip():
            raise ValidationError({"reason": _("Give the reason of the finding.")})


def _concluded(claim: Claim, needed: dict[int, Need]) -> Finding:
    """What the words of all agencies come to: the worst of them."""
    words = latest_words(claim.decisions.in_force().select_related("agency", "indicator"))
    counted = [words[pk, i] for pk, need in needed.items() for i in keys_of(need)]
    verdicts = {word.verdict for word in counted}
    result = next(verdict for verdict in WORST_FIRST if verdict in verdicts)
    decided_by = "; ".join(need.agency.name for need in needed.values())
    reasons = "; ".join(
        f"{word.indicator.code if word.indicator else need.agency.short_name}:"
        f" {clause(word.reason)}"
        for pk, need in needed.items()
        for word in (words[pk, i] for i in keys_of(need))
        if word.reason
    )
    numbers = dict.fromkeys(word.document_number for word in counted if word.document_number)
    return _found(claim, result, decided_by, reasons, document_number="; ".join(numbers)[:100])


def _found(
    claim: Claim, result: str, decided_by: str, reason: str, *, document_number: str = ""
) -> Finding:
    assert claim.submitted_at is not None  # noqa: S101 a constraint holds it
    sent_on = clock.local_day(claim.submitted_at)
    return Finding(
        level=Level.of(claim.status.enrolment.commune.area),
        result=result,
        basis=Basis.VERIFICATION,
        basis_text=_("Verification of the claim of %(day)s") % {"day": f"{sent_on:%d/%m/%Y}"},
        assessed_on=clock.today(),
        reason=reason,
        decided_by=decided_by[:300],
        document_number=document_number,
        no_evidence_reason=claim.no_evidence_reason,
    )


def _settle(claim: Claim, finding: Finding, *, by: User, at: dt.datetime) -> Claim:
    claim.outcome = assess(claim.status, finding, by=by, at=at)
    claim.close(Claim.State.DECIDED, by=by)
    told = _("%(cell)s was verified: %(result)s.") % {
        "cell": claim.status.name,
        "result": Result(finding.result).label,
    }
    _tell_commune(claim, told, but=by, at=at)
    return claim


def _tell_commune(claim: Claim, told: str, *, but: User, at: dt.datetime) -> None:
    people = holders(*COMMUNE_ROLES, commune=claim.status.enrolment.commune_id)
    tell(people, told, claim.status.get_absolute_url(), but=but, at=at)
