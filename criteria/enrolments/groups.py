"""The group of a commune, by which the set of 2026 has its thresholds: dated, by a decision."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from communes.models import Commune
from criteria.models import GroupDecision
from criteria.progress.assessment_log import future_day
from nrm_tracker import clock, revision

# What a commune was in before decisions were recorded here.
_BEFORE = "1900-01-01 "


@transaction.atomic
def put_into(decision: GroupDecision, *, by: User) -> GroupDecision:
    """Record that a commune is in a group from a day. What was before stays for the days before."""
    commune = Commune.objects.select_for_update(of=("self",)).get(pk=decision.commune_id)
    if decision.decided_on > clock.today():
        raise ValidationError({"decided_on": future_day(decision.decided_on, "decided_on")})
    if commune.established_on and decision.from_on < commune.established_on:
        message = _("%(commune)s was founded on %(day)s only.")
        said = {"commune": commune.name, "day": f"{commune.established_on:%d/%m/%Y}"}
        raise ValidationError({"from_on": message % said})
    if commune.group_on(decision.from_on) == decision.group:
        raise ValidationError({"group": _("The commune is in this group on that day already.")})
    decision.by, decision.at = by, clock.now()
    decision.full_clean(exclude=["commune", "by"])
    decision.save(force_insert=True)
    before = [line for line in commune.groups.splitlines() if line.startswith(_BEFORE)]
    by_day = {row.from_on: row.group for row in commune.group_decisions.order_by("from_on", "pk")}
    lines = [*before, *(f"{day.isoformat()} {group}" for day, group in by_day.items())]
    Commune.objects.filter(pk=commune.pk).update(groups="\n".join(lines))
    revision.bump(commune.area_id)
    return decision
