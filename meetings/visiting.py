"""Visits: planned, made with findings, or given up. Each verb is one transaction."""

import datetime as dt
from collections.abc import Iterable, Mapping

from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import COMMUNE_ROLES, User
from accounts.notices import holders, tell
from criteria.models import Criterion
from meetings.models import Visit, VisitFile, VisitFinding
from nrm_tracker import clock
from nrm_tracker.models import StoredFile


class VisitChanged(Exception):
    """Somebody else recorded the outcome of the same visit first (rule 11)."""

    def __init__(self, visit: Visit) -> None:
        super().__init__(str(visit))
        self.visit = visit


@transaction.atomic
def plan(visit: Visit, *, by: User) -> Visit:
    """Record that a visit is to be made."""
    visit.planned_by, visit.planned_at = by, clock.now()
    visit.full_clean(exclude=["commune", "agency", "working_group", "planned_by", "recorded_by"])
    visit.save(force_insert=True)
    told = _("%(who)s plans a visit to %(commune)s on %(day)s: %(purpose)s") % {
        "who": visit.body,
        "commune": visit.commune.name,
        "day": f"{visit.planned_on:%d/%m/%Y}",
        "purpose": visit.purpose,
    }
    tell(_commune_people(visit), told, address(visit), but=by)
    return visit


@transaction.atomic
def record(
    visit: Visit,
    *,
    made_on: dt.date,
    summary: str,
    findings: Mapping[Criterion, str],
    by: User,
    files: Iterable[tuple[StoredFile, str]] = (),
) -> Visit:
    """Say that the visit was made, and what it found of each criterion; `files` with captions."""
    current = _planned(visit)
    if made_on > clock.today():
        message = _("This day cannot be after today (%(today)s); it is %(day)s.")
        days = {"today": f"{clock.today():%d/%m/%Y}", "day": f"{made_on:%d/%m/%Y}"}
        raise ValidationError({"made_on": message % days})
    if not summary.strip() and not findings:
        raise ValidationError({"summary": _("Say what was seen.")})
    current.made_on, current.summary = made_on, summary
    current.recorded_by, current.recorded_at = by, clock.now()
    current.save(update_fields=["made_on", "summary", "recorded_by", "recorded_at"])
    for criterion, text in findings.items():
        VisitFinding.objects.create(visit=current, criterion=criterion, text=text)
    for file, caption in files:
        VisitFile.objects.create(visit=current, file=file, caption=caption)
    told = _("%(who)s visited %(commune)s: %(summary)s") % {
        "who": current.body,
        "commune": current.commune.name,
        "summary": current.summary[:200],
    }
    tell(_commune_people(current), told, address(current), but=by)
    return current


@transaction.atomic
def give_up(visit: Visit, *, reason: str, by: User) -> Visit:
    """Say that a planned visit is not made, and why."""
    current = _planned(visit)
    if not reason.strip():
        raise ValidationError({"reason": _("Say why the visit is not made.")})
    current.give_up_reason, current.given_up_at = reason, clock.now()
    current.recorded_by, current.recorded_at = by, clock.now()
    current.save(update_fields=["give_up_reason", "given_up_at", "recorded_by", "recorded_at"])
    told = _("The visit to %(commune)s on %(day)s is not made: %(reason)s") % {
        "commune": current.commune.name,
        "day": f"{current.planned_on:%d/%m/%Y}",
        "reason": reason[:200],
    }
    tell(_commune_people(current), told, address(current), but=by)
    return current


def address(visit: Visit) -> str:
    return reverse("dashboards:visit", args=[visit.pk])


def _planned(visit: Visit) -> Visit:
    current = (
        Visit.objects.select_for_update(of=("self",))
        .select_related("commune", "agency", "working_group", "recorded_by")
        .get(pk=visit.pk)
    )
    if current.recorded_at is not None:
        raise VisitChanged(current)
    return current


def _commune_people(visit: Visit) -> set[User]:
    return set(holders(*COMMUNE_ROLES, commune=visit.commune_id))
