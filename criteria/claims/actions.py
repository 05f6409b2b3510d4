"""What a commune does with its claim: it drafts, submits, withdraws (rule 9).

Each verb is one transaction that first locks the commune's run at the set.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.models import Role, User
from accounts.notifications.notices import holders, tell
from criteria.assessments.actions import Finding, assess
from criteria.measurements import evaluation
from criteria.measurements.actions import SAID, Given, check_value, given_of, measure_all
from criteria.measurements.queries import measures_of, proposed
from criteria.models import (
    Basis,
    Claim,
    CriterionStatus,
    DraftValue,
    Enrolment,
    Indicator,
    Level,
    Measurement,
    Result,
)
from criteria.standards.responsible_agencies import needs, responsibilities
from nrm_tracker import clock, revision
from nrm_tracker.forms import Conflict, refuse_together
from nrm_tracker.prepared import prepared


@dataclass(frozen=True, kw_only=True)
class Draft:
    """What the commune types of a cell. A value None is taken out.

    `version` is that of the draft which the writer saw, 0 for none; None where nobody looked.
    """

    given: Mapping[Indicator, Given | None]
    result: str = ""
    explanation: str = ""
    no_evidence_reason: str = ""
    resent_reason: str = ""
    version: int | None = None


@transaction.atomic
def save_draft(status: CriterionStatus, draft: Draft, *, by: User) -> Claim:
    """Keep what the commune is typing; nobody above it sees that.

    Raises Conflict with the claim, and ValidationError where one waits already or a value is wrong.
    """
    enrolment = Enrolment.lock(status.enrolment_id)
    claim = _keep(enrolment, status, draft, by)
    revision.bump(enrolment.commune.area_id)
    return claim


@transaction.atomic
def send(status: CriterionStatus, draft: Draft, *, by: User) -> Claim:
    """Keep what was typed, and submit it."""
    enrolment = Enrolment.lock(status.enrolment_id)
    claim = _keep(enrolment, status, draft, by)
    claim.status = status
    return _submit(enrolment, claim, by)


@transaction.atomic
def withdraw(claim: Claim, *, by: User) -> Claim:
    """Take a waiting claim back. What was measured and said stays on record."""
    enrolment = Enrolment.lock(claim.status.enrolment_id)
    claim = waiting(claim)
    claim.close(Claim.State.WITHDRAWN, by=by)
    revision.bump(enrolment.commune.area_id)
    return claim


def check_claim(claim: Claim) -> None:
    """What must be said before it is sent, whatever the values are. Raises ValidationError."""
    errors = {}
    if not claim.result:
        errors["result"] = _("Choose the result that is claimed.")
    if claim.result == Result.NOT_APPLICABLE and not claim.explanation.strip():
        errors["explanation"] = _("Say why the criterion does not apply.")
    is_bare = claim.result == Result.MET and not claim.no_evidence_reason.strip()
    if is_bare and not claim.status.evidence.present().exists():
        message = _("A claim of met needs evidence, or the reason why there is none.")
        errors["no_evidence_reason"] = message
    if errors:
        raise ValidationError(errors)


# Inside


def _keep(enrolment: Enrolment, status: CriterionStatus, draft: Draft, by: User) -> Claim:
    claim = _open_claim(status, draft.version)
    if claim.is_waiting:
        raise ValidationError(_("A claim waits for verification: withdraw it first."))
    for indicator, value in draft.given.items():
        if value is not None:
            check_value(enrolment, indicator, value)
    claim.result, claim.explanation = draft.result, draft.explanation
    claim.no_evidence_reason = draft.no_evidence_reason
    claim.resent_reason = draft.resent_reason
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
    refuse_together(
        lambda: check_claim(claim), lambda: _check_values(claim), lambda: _check_resent(claim)
    )
    finding = Finding(
        level=Level.COMMUNE,
        result=claim.result,
        basis=Basis.SELF,
        assessed_on=clock.today(),
        reason=claim.explanation,
        no_evidence_reason=claim.no_evidence_reason,
    )
    assess(claim.status, finding, by=by)
    claim.state = Claim.State.SUBMITTED
    claim.submitted_by, claim.submitted_at = by, clock.now()
    claim.version += 1
    claim.save()
    told = _("%(cell)s: the commune asks for verification.") % {"cell": claim.status.name}
    tell(_officers(claim), told, claim.status.get_absolute_url(), but=by)
    return claim


def _open_claim(status: CriterionStatus, version: int | None) -> Claim:
    """The open claim of a cell, or a new draft."""
    found = next(iter(_open_claims(status.pk)), None)
    if version is not None and version != (found.version if found else 0):
        if found is None:
            found = status.claims.exclude(state=Claim.State.DRAFT).order_by("-pk").first()
        if found is not None:
            raise Conflict(found)
    return found or Claim(status=status)


@prepared
def _open_claims(status_id: int) -> QuerySet[Claim]:
    return Claim.objects.open().filter(status=status_id)


def waiting(claim: Claim) -> Claim:
    """The claim as it stands now. Raises Conflict with it where it waits no longer."""
    found = Claim.objects.select_related(
        "status__criterion", "status__enrolment__commune__area", "status__enrolment__criteria_set"
    ).get(pk=claim.pk)
    if not found.is_waiting:
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
        update_fields=SAID,
    )


def _publish(claim: Claim, enrolment: Enrolment, by: User) -> None:
    """The draft's values that differ from what counts become measurements."""
    counting = {measure.indicator.pk: measure.value for measure in measures_of(claim.status)}
    drafts = claim.values.select_related("indicator__criterion")
    said = [(draft.indicator, given_of(draft)) for draft in drafts]
    new = [(i, given) for i, given in said if not given.same_as(counting.get(i.pk))]
    measure_all(enrolment, new, level=Level.COMMUNE, by=by)
    claim.values.all().delete()


def _check_values(claim: Claim) -> None:
    """Met against the values is claimed with an explanation."""
    if claim.result != Result.MET or claim.explanation.strip():
        return
    by_values = proposed(measures_of(claim.status))
    if not evaluation.contradicts(claim.result, by_values):
        return
    message = _("The values do not reach the thresholds: say why met is claimed.")
    if by_values == evaluation.NOTHING:
        message = _("No indicator is left to judge by: say why met is claimed.")
    raise ValidationError({"explanation": message})


def _check_resent(claim: Claim) -> None:
    """What came back and is sent again just as it was needs a word why."""
    sent = claim.status.claims.exclude(pk=claim.pk).exclude(state=Claim.State.WITHDRAWN)
    last = sent.order_by("-pk").first()
    if last is None or last.state != Claim.State.RETURNED or claim.resent_reason.strip():
        return
    said = ("result", "explanation", "no_evidence_reason")
    if any(getattr(claim, name) != getattr(last, name) for name in said):
        return
    status, since = claim.status, last.closed_at
    values = Measurement.objects.filter(
        enrolment=status.enrolment_id, indicator__criterion=status.criterion_id
    )
    if values.filter(recorded_at__gt=since).exists():
        return
    if status.evidence.present().filter(attached_at__gt=since).exists():
        return
    message = _(
        "Nothing was changed or attached since the claim was returned. Say why it is sent again as"
        " it was."
    )
    raise ValidationError({"resent_reason": message})


def _officers(claim: Claim) -> set[User]:
    """Those who answer for the criterion here; the coordinators where no officer has an account."""
    agency_ids = list(needs(claim.status, responsibilities(claim.status)))
    officers = set(holders(Role.AGENCY_OFFICER, agency__in=agency_ids))
    area = claim.status.enrolment.commune.area_id
    return officers or set(holders(Role.COORDINATOR, area=area))
