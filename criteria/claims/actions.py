"""The life of a claim: drafted, submitted, spoken to by each body that answers, settled (rule 9).

Each verb is one transaction that first locks the commune's run at the set.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.models import COMMUNE_ROLES, Role, User
from accounts.notifications.notices import holders, tell
from communes.models import Agency
from criteria.assessments import actions as assessment_actions
from criteria.assessments.actions import Finding
from criteria.measurements import actions as measurement_actions
from criteria.measurements import evaluation
from criteria.measurements import queries as measurement_queries
from criteria.measurements.actions import Given
from criteria.models import (
    Basis,
    Claim,
    ClaimDecision,
    CriterionStatus,
    DraftValue,
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

Verdict = ClaimDecision.Verdict
# Of several verdicts the worst is that of the criterion.
WORST_FIRST = (Verdict.NOT_MET, Verdict.NEARLY, Verdict.MET)


@dataclass(frozen=True)
class Word:
    """A verdict on one indicator, or without one on the criterion."""

    verdict: str
    reason: str = ""
    indicator: Indicator | None = None


@dataclass(frozen=True, kw_only=True)
class Draft:
    """What the commune types of a cell. A value None is taken out.

    `version` is that of the draft which the writer saw, 0 for none; None where nobody looked.
    """

    given: Mapping[Indicator, Given | None]
    result: str = ""
    explanation: str = ""
    no_evidence_reason: str = ""
    version: int | None = None


@transaction.atomic
def save_draft(status: CriterionStatus, draft: Draft, *, by: User) -> Claim:
    """Keep what the commune is typing; nobody above it sees that.

    Raises Conflict with the claim, and ValidationError where one waits already or a value is wrong.
    """
    enrolment = Enrolment.objects.locked().get(pk=status.enrolment_id)
    claim = _keep(enrolment, status, draft, by)
    revision.bump(enrolment.commune.area_id)
    return claim


@transaction.atomic
def send(status: CriterionStatus, draft: Draft, *, by: User) -> Claim:
    """Keep what was typed, and submit it."""
    enrolment = Enrolment.objects.locked().get(pk=status.enrolment_id)
    claim = _keep(enrolment, status, draft, by)
    claim.status = status
    return _submit(enrolment, claim, by)


@transaction.atomic
def submit(claim: Claim, *, by: User, version: int | None = None) -> Claim:
    """Send a draft as it stands. Raises Conflict with the claim, and ValidationError by field."""
    enrolment = Enrolment.objects.locked().get(pk=claim.status.enrolment_id)
    return _submit(enrolment, _current(claim, version), by)


def _keep(enrolment: Enrolment, status: CriterionStatus, draft: Draft, by: User) -> Claim:
    claim = _open_claim(status, draft.version)
    if claim.is_waiting:
        raise ValidationError(_("A claim waits for verification: withdraw it first."))
    for indicator, value in draft.given.items():
        if value is not None:
            measurement_actions.check(enrolment, indicator, value)
    claim.result, claim.explanation = draft.result, draft.explanation
    claim.no_evidence_reason = draft.no_evidence_reason
    is_another = claim.pk is None or claim.drafted_by_id != by.pk
    claim.drafted_by, claim.drafted_at = by, clock.now()
    claim.version += 1
    # The constraints, too, are held by the database: to ask it of each first is twelve statements.
    claim.full_clean(exclude=["status", "drafted_by"], validate_constraints=False)
    claim.save()
    if is_another:
        claim.drafters.add(by)
    _store_values(claim, draft.given)
    return claim


def _submit(enrolment: Enrolment, claim: Claim, by: User) -> Claim:
    """The draft's values become history, its result what the commune says of itself."""
    if not claim.is_draft:
        raise ValidationError(_("This claim was sent already."))
    _publish(claim, enrolment, by)
    _check_claim(claim)
    finding = Finding(
        level=Level.COMMUNE,
        result=claim.result,
        basis=Basis.SELF,
        assessed_on=clock.today(),
        reason=claim.explanation,
        no_evidence_reason=claim.no_evidence_reason,
    )
    assessment_actions.assess(claim.status, finding, by=by)
    claim.state = Claim.State.SUBMITTED
    claim.submitted_by, claim.submitted_at = by, clock.now()
    claim.version += 1
    claim.save()
    told = _("%(cell)s: the commune asks for verification.") % {"cell": claim.status.name}
    tell(_officers(claim), told, claim.status.get_absolute_url(), but=by)
    return claim


@transaction.atomic
def withdraw(claim: Claim, *, by: User) -> Claim:
    """Take a waiting claim back. What was measured and said stays on record."""
    enrolment = Enrolment.objects.locked().get(pk=claim.status.enrolment_id)
    claim = _close(_waiting(claim), Claim.State.WITHDRAWN, by)
    revision.bump(enrolment.commune.area_id)
    return claim


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
    enrolment = Enrolment.objects.locked().get(pk=claim.status.enrolment_id)
    claim = _judged_by(claim, by, agency=agency, seen=seen)
    needed = needs(claim.status, responsibilities(claim.status))
    if agency.pk not in needed:
        raise ValidationError(_("This agency does not answer for the criterion."))
    _check_words(
        words,
        needed[agency.pk],
        proposed=measurement_queries.proposed(measurement_queries.measures_of(claim.status)),
    )
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
            at=clock.now(),
        )
    claim.version += 1
    claim.save(update_fields=["version"])
    if not (left := unspoken(needed, claim.decisions.all())):
        return _settle(claim, _concluded(claim, needed), by=by)
    told = _("%(agency)s gave its word on %(cell)s; still to speak: %(left)s.") % {
        "agency": agency.short_name,
        "cell": claim.status.name,
        "left": ", ".join(need.agency.short_name for need in left),
    }
    tell(_commune_people(claim), told, claim.status.get_absolute_url(), but=by)
    revision.bump(enrolment.commune.area_id)
    return claim


@transaction.atomic
def decide(claim: Claim, verdict: str, *, reason: str, by: User) -> Claim:
    """A leader settles the claim, whoever has still to speak. Needs a reason."""
    Enrolment.objects.locked().get(pk=claim.status.enrolment_id)
    claim = _judged_by(claim, by)
    if not reason.strip():
        raise ValidationError({"reason": _("Give the reason of the decision.")})
    ClaimDecision.objects.create(claim=claim, verdict=verdict, reason=reason, by=by, at=clock.now())
    decided_by = ", ".join(filter(None, [by.full_name, by.position]))
    return _settle(claim, _found(claim, verdict, decided_by, reason), by=by)


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
    enrolment = Enrolment.objects.locked().get(pk=claim.status.enrolment_id)
    claim = _judged_by(claim, by)
    if not reason.strip():
        raise ValidationError({"reason": _("Say what is to be added.")})
    if add_by < clock.today():
        message = _("The day to complete it by cannot lie in the past.")
        raise ValidationError({"add_by": message})
    ClaimDecision.objects.create(
        claim=claim,
        agency=agency,
        verdict=Verdict.RETURNED,
        reason=reason,
        add_by=add_by,
        document_number=document_number,
        document_file=document_file,
        by=by,
        at=clock.now(),
    )
    _close(claim, Claim.State.RETURNED, by)
    told = _("%(who)s returned %(cell)s: %(reason)s. To be completed by %(day)s.") % {
        "who": agency.short_name if agency else by,
        "cell": claim.status.name,
        "reason": reason,
        "day": f"{add_by:%d/%m/%Y}",
    }
    tell(_commune_people(claim), told, claim.status.get_absolute_url(), but=by)
    revision.bump(enrolment.commune.area_id)
    return claim


# Inside


def _open_claim(status: CriterionStatus, version: int | None) -> Claim:
    """The open claim of a cell, or a new draft."""
    found = status.claims.open().first()
    if version is not None and version != (found.version if found else 0):
        if found is None:
            found = status.claims.exclude(state=Claim.State.DRAFT).order_by("-pk").first()
        if found is not None:
            raise Conflict(found)
    return found or Claim(status=status)


def _current(claim: Claim, version: int | None) -> Claim:
    found = Claim.objects.select_related(
        "status__criterion", "status__enrolment__commune", "status__enrolment__criteria_set"
    ).get(pk=claim.pk)
    if version is not None and version != found.version:
        raise Conflict(found)
    return found


def _waiting(claim: Claim) -> Claim:
    found = _current(claim, None)
    if not found.is_waiting:
        raise Conflict(found)
    return found


def _judged_by(
    claim: Claim, by: User, *, agency: Agency | None = None, seen: int | None = None
) -> Claim:
    """The claim as it stands now, if this person may judge it and nobody spoke in between."""
    found = _waiting(claim)
    # Whoever drafted, and not only who saved last.
    if by.pk == found.submitted_by_id or found.drafters.filter(pk=by.pk).exists():
        raise ValidationError(_("Nobody verifies a claim that they drafted or sent themselves."))
    if agency is not None and seen is not None:
        last = found.decisions.filter(agency=agency).order_by("-pk").first()
        if last is not None and last.pk != seen:
            raise Conflict(found)
    return found


def _store_values(claim: Claim, given: Mapping[Indicator, Given | None]) -> None:
    taken_out = [indicator for indicator, value in given.items() if value is None]
    if taken_out:
        claim.values.filter(indicator__in=taken_out).delete()
    DraftValue.objects.bulk_create(
        [
            DraftValue(claim=claim, indicator=indicator, **vars(value))
            for indicator, value in given.items()
            if value is not None
        ],
        update_conflicts=True,
        unique_fields=["claim", "indicator"],
        update_fields=measurement_actions.SAID,
    )


def _publish(claim: Claim, enrolment: Enrolment, by: User) -> None:
    """The draft's values that differ from what counts become measurements."""
    counting = {
        measure.indicator.pk: measure.value
        for measure in measurement_queries.measures_of(claim.status)
    }
    drafts = claim.values.select_related("indicator__criterion")
    said = [(draft.indicator, measurement_actions.given_of(draft)) for draft in drafts]
    new = [(i, given) for i, given in said if not given.same_as(counting.get(i.pk))]
    measurement_actions.measure_all(enrolment, new, level=Level.COMMUNE, by=by)
    claim.values.all().delete()


def _check_claim(claim: Claim) -> None:
    if not claim.result:
        raise ValidationError({"result": _("Choose the result that is claimed.")})
    if claim.result == Result.NOT_APPLICABLE and not claim.explanation.strip():
        raise ValidationError({"explanation": _("Say why the criterion does not apply.")})
    if claim.result != Result.MET:
        return
    if not claim.no_evidence_reason.strip() and not claim.status.evidence.present().exists():
        message = _("A claim of met needs evidence, or the reason why there is none.")
        raise ValidationError({"no_evidence_reason": message})
    proposed = measurement_queries.proposed(measurement_queries.measures_of(claim.status))
    if evaluation.contradicts(claim.result, proposed) and not claim.explanation.strip():
        message = _("The values do not reach the thresholds: say why met is claimed.")
        raise ValidationError({"explanation": message})


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
    words = latest_words(claim.decisions.select_related("agency", "indicator"))
    counted = [words[pk, i] for pk, need in needed.items() for i in keys_of(need)]
    verdicts = {word.verdict for word in counted}
    result = next(verdict for verdict in WORST_FIRST if verdict in verdicts)
    decided_by = "; ".join(need.agency.name for need in needed.values())
    reasons = "; ".join(
        f"{word.indicator.code if word.indicator else need.agency.short_name}: {word.reason}"
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
        level=Level.DISTRICT,
        result=result,
        basis=Basis.VERIFICATION,
        basis_text=_("Verification of the claim of %(day)s") % {"day": f"{sent_on:%d/%m/%Y}"},
        assessed_on=clock.today(),
        reason=reason,
        decided_by=decided_by[:300],
        document_number=document_number,
        no_evidence_reason=claim.no_evidence_reason,
    )


def _settle(claim: Claim, finding: Finding, *, by: User) -> Claim:
    claim.outcome = assessment_actions.assess(claim.status, finding, by=by)
    _close(claim, Claim.State.DECIDED, by)
    told = _("%(cell)s was verified: %(result)s.") % {
        "cell": claim.status.name,
        "result": Result(finding.result).label,
    }
    tell(_commune_people(claim), told, claim.status.get_absolute_url(), but=by)
    return claim


def _close(claim: Claim, state: str, by: User) -> Claim:
    claim.state, claim.closed_at, claim.closed_by = state, clock.now(), by
    claim.version += 1
    claim.save()
    return claim


def _officers(claim: Claim) -> set[User]:
    """Those who answer for the criterion here; the coordinators where no officer has an account."""
    agency_ids = list(needs(claim.status, responsibilities(claim.status)))
    officers = set(holders(Role.AGENCY_OFFICER, agency__in=agency_ids))
    area = claim.status.enrolment.commune.area_id
    return officers or set(holders(Role.COORDINATOR, area=area))


def _commune_people(claim: Claim) -> QuerySet[User]:
    commune = claim.status.enrolment.commune_id
    return holders(*COMMUNE_ROLES, commune=commune)
