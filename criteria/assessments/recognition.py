"""Recognition by a decision, and its end by another (rule 12): each verb is one transaction."""

import datetime as dt
from collections.abc import Collection

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from criteria.assessments.actions import Finding, append, rebuild
from criteria.models import Basis, Enrolment, Level, Recognition, Result
from criteria.progress import standings
from criteria.progress.assessment_log import check_day, entries_of, future_day
from nrm_tracker import clock, revision, uploads


@transaction.atomic
def recognise(
    recognition: Recognition,
    *,
    by: User,
    at: dt.datetime | None = None,
    file: uploads.CheckedUpload | None = None,
) -> Recognition:
    """Record a recognition, and the province's word on every criterion that has none (rule 12).

    `file` is the decision, scanned.
    """
    enrolment = Enrolment.lock(recognition.enrolment_id)
    check_day(enrolment, recognition.decided_on, field="decided_on")
    entries = [
        entry for entry in entries_of([enrolment.pk])[enrolment.pk]
        if entry.assessed_on <= recognition.decided_on
    ]  # fmt: skip
    appraised = standings.headlines(e for e in entries if e.level == Level.PROVINCE)
    passed_over = [Result.NOT_APPLICABLE]
    if enrolment.commune.area.counts_nearly:
        passed_over.append(Result.NEARLY)
    is_full = recognition.kind == Recognition.Kind.MET
    if is_full:
        _refuse_contradiction(appraised, [Result.MET, *passed_over])
    recognition.recorded_by = by
    recognition.recorded_at = at or clock.now()
    recognition.full_clean()
    if file:
        recognition.file = uploads.store(file, by)
    recognition.save()
    heads = standings.headlines(entries)
    for cell in enrolment.statuses.select_related("criterion") if is_full else ():
        number = cell.criterion.number
        stays = number in heads and heads[number].result in passed_over
        if number not in appraised and not stays:
            append(cell, _recognised(recognition), by=by, at=at, then_rebuild=False)
    rebuild(enrolment)
    revision.bump(enrolment.commune.area_id)
    return recognition


@transaction.atomic
def revoke(recognition: Recognition, *, on: dt.date, decision: str) -> None:
    """End a recognition by a decision. No assessment changes; pages say so from that day."""
    enrolment = Enrolment.lock(recognition.enrolment_id)
    current = Recognition.objects.get(pk=recognition.pk)
    errors = {}
    if current.revoked_on:
        raise ValidationError(_("This recognition was revoked already."))
    if not decision.strip():
        errors["revoking_decision"] = _("Name the decision that revokes it.")
    if on > clock.today():
        errors["revoked_on"] = future_day(on, "revoked_on")
    elif on < current.decided_on:
        errors["revoked_on"] = _("It cannot be revoked before it was granted.")
    if errors:
        raise ValidationError(errors)
    current.revoked_on, current.revoking_decision = on, decision.strip()
    current.save(update_fields=["revoked_on", "revoking_decision"])
    revision.bump(enrolment.commune.area_id)


def _refuse_contradiction(
    appraised: dict[int, standings.AssessmentEntry], allowed: Collection[str]
) -> None:
    against = {n: entry.result for n, entry in appraised.items() if entry.result not in allowed}
    passed = sorted(n for n, result in against.items() if result == Result.NOT_CONSIDERED)
    failed = sorted(against.keys() - set(passed))
    sentences = [
        (failed, _("The province found these criteria not met: %(numbers)s.")),
        (passed, _("The province did not consider these criteria: %(numbers)s.")),
    ]
    if against:
        problems = [
            message % {"numbers": ", ".join(str(number) for number in numbers)}
            for numbers, message in sentences
            if numbers
        ]
        raise ValidationError({"decided_on": problems})


def _recognised(recognition: Recognition) -> Finding:
    return Finding(
        level=Level.PROVINCE,
        result=Result.MET,
        basis=Basis.DECISION,
        basis_text=recognition.basis_text,
        assessed_on=recognition.decided_on,
        document_number=recognition.decision_number,
    )
