"""A plan is sent by the commune, approved or returned by the leader. Each verb is one transaction.

Each raises ValidationError in words, and Conflict with the plan where somebody else wrote to it
since (rule 11).
"""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import COMMUNE_ROLES, Role, User
from accounts.notifications.notices import holders, tell
from nrm_tracker import clock, revision
from plans.approval import freezing
from plans.drafting.actions import locked_as_seen
from plans.forecasts import reckoning
from plans.forecasts.reckoning import Forecast
from plans.models import ApprovedStep, Plan, PlanForecast, PlanVersion


@transaction.atomic
def submit(plan: Plan, *, version: int, by: User) -> Plan:
    """Send the plan for approval; it is reckoned, so that nobody approves what cannot be."""
    current = locked_as_seen(plan, version)
    if current.state != Plan.State.DRAFT:
        raise ValidationError(_("The plan was sent already."))
    reckoning.keep(current, _forecast(current), clock.today())
    current.state, current.return_reason = Plan.State.SUBMITTED, ""
    current.submitted_by, current.submitted_at = by, clock.now()
    said = _("%(commune)s sends its plan for approval: %(n)s steps, forecast %(day)s.") % {
        "commune": current.enrolment.commune.name,
        "n": current.step_count,
        "day": f"{current.finish_on:%d/%m/%Y}",
    }
    area = current.enrolment.commune.area
    tell(holders(Role.LEADER, area__in=[area.pk]), said, current.get_absolute_url(), but=by)
    return _moved(current)


@transaction.atomic
def approve(plan: Plan, *, version: int, document: str, note: str, by: User) -> PlanVersion:
    """Keep the plan as it stands as the next approved version."""
    current = locked_as_seen(plan, version)
    if current.state != Plan.State.SUBMITTED:
        raise ValidationError(_("Only a plan that was sent can be approved."))
    if current.submitted_by_id == by.pk:
        raise ValidationError(_("Nobody approves a plan that they sent."))
    found = _forecast(current)
    last = current.versions.first()
    made = PlanVersion.objects.create(
        plan=current,
        number=last.number + 1 if last else 1,
        approved_on=clock.today(),
        approved_at=clock.now(),
        approved_by=by,
        document=document,
        note=note,
        finish_on=found.schedule.finish,
        target_on=found.target,
    )
    ApprovedStep.objects.bulk_create(freezing.steps(found, made))
    current.state = Plan.State.APPROVED
    reckoning.keep(current, found, clock.today())
    said = _("The plan of %(commune)s is approved, version %(number)s.")
    _tell_commune(current, said % _named(current, number=made.number), by)
    _moved(current)
    return made


@transaction.atomic
def send_back(plan: Plan, *, version: int, reason: str, by: User) -> Plan:
    """Return a plan that was sent, and say why."""
    current = locked_as_seen(plan, version)
    if current.state != Plan.State.SUBMITTED:
        raise ValidationError(_("Only a plan that was sent can be returned."))
    if not reason.strip():
        raise ValidationError({"reason": _("Say what is to be changed.")})
    current.state, current.return_reason = Plan.State.DRAFT, reason
    said = _("The plan of %(commune)s is returned: %(reason)s")
    _tell_commune(current, said % _named(current, reason=reason[:200]), by)
    return _moved(current)


def _forecast(plan: Plan) -> Forecast:
    try:
        found = reckoning.forecast(reckoning.written(plan), clock.today())
    except ValueError as error:
        raise ValidationError(str(error)) from error
    if found is None:
        raise ValidationError(_("The plan has no step yet."))
    return found


def _moved(plan: Plan) -> Plan:
    plan.version += 1
    plan.save(update_fields=["state", "version", "submitted_by", "submitted_at", "return_reason"])
    PlanForecast.objects.filter(plan=plan, on=clock.today()).update(state=plan.state)
    revision.bump(plan.enrolment.commune.area_id)
    return plan


def _tell_commune(plan: Plan, said: str, by: User) -> None:
    people = holders(*COMMUNE_ROLES, commune=plan.enrolment.commune)
    tell(people, said, plan.get_absolute_url(), but=by)


def _named(plan: Plan, **more: object) -> dict[str, object]:
    return {"commune": plan.enrolment.commune.name, **more}
