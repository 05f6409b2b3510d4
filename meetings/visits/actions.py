"""Visits: planned, made with findings, or given up. Each verb is one transaction.

Each raises ValidationError by field; Conflict with the visit where somebody else recorded its
outcome first (rule 11).
"""

import datetime as dt
from collections.abc import Collection, Mapping

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import COMMUNE_ROLES, User
from accounts.notifications.notices import holders, tell
from communes.models import Commune
from criteria.models import Criterion
from meetings.models import Visit, VisitFile, VisitFinding
from nrm_tracker import clock, revision, uploads
from nrm_tracker.forms import Conflict
from nrm_tracker.uploads import CheckedUpload


@transaction.atomic
def plan(visit: Visit, *, by: User) -> Visit:
    """Record that a visit is to be made. One on a day gone by is told when it is recorded."""
    _check_goes_there(visit)
    _check_not_planned_yet(visit)
    visit.planned_by, visit.planned_at = by, clock.now()
    visit.full_clean(exclude=["commune", "agency", "working_group", "planned_by", "recorded_by"])
    visit.save(force_insert=True)
    if visit.planned_on >= clock.today():
        told = _("%(who)s plans a visit to %(commune)s on %(day)s: %(purpose)s") % {
            "who": visit.body,
            "commune": visit.commune.name,
            "day": f"{visit.planned_on:%d/%m/%Y}",
            "purpose": visit.purpose,
        }
        tell(_commune_people(visit), told, visit.get_absolute_url(), but=by)
    revision.bump(visit.commune.area_id)
    return visit


@transaction.atomic
def record(
    visit: Visit,
    *,
    made_on: dt.date,
    summary: str,
    findings: Mapping[Criterion, str],
    by: User,
    files: Collection[tuple[CheckedUpload, str]] = (),
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
    with uploads.kept([file for file, _caption in files], by) as stored:
        for row, (_file, caption) in zip(stored, files, strict=True):
            VisitFile.objects.create(visit=current, file=row, caption=caption)
    told = _("%(who)s visited %(commune)s: %(summary)s") % {
        "who": current.body,
        "commune": current.commune.name,
        "summary": summary.strip()[:200] or _on_criteria(len(findings)),
    }
    tell(_commune_people(current), told, current.get_absolute_url(), but=by)
    revision.bump(current.commune.area_id)
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
    tell(_commune_people(current), told, current.get_absolute_url(), but=by)
    revision.bump(current.commune.area_id)
    return current


def _check_goes_there(visit: Visit) -> None:
    """A working group goes to its communes, an agency to those of its area."""
    area, group, agency = visit.commune.area, visit.working_group, visit.agency
    if group and not group.communes.filter(pk=visit.commune_id).exists():
        message = _("%(group)s has no part in %(commune)s.")
        said = {"group": group, "commune": visit.commune.full_name}
        raise ValidationError({"commune": message % said})
    if agency and agency.area_id not in (area.pk, area.parent_id):
        message = _("%(agency)s does not work in %(commune)s.")
        said = {"agency": agency, "commune": visit.commune.full_name}
        raise ValidationError({"commune": message % said})


def _check_not_planned_yet(visit: Visit) -> None:
    """The same form sent twice plans one visit."""
    Commune.objects.select_for_update().get(pk=visit.commune_id)
    same = Visit.objects.planned().filter(
        commune=visit.commune_id,
        agency=visit.agency_id,
        working_group=visit.working_group_id,
        kind=visit.kind,
        planned_on=visit.planned_on,
    )
    if same.exists():
        raise ValidationError({"planned_on": _("This visit is planned already for that day.")})


def _on_criteria(count: int) -> str:
    said = ngettext("findings on %(n)s criterion", "findings on %(n)s criteria", count)
    return said % {"n": count}


def _planned(visit: Visit) -> Visit:
    current = (
        Visit.objects.select_for_update(of=("self",))
        .select_related("commune", "agency", "working_group", "recorded_by")
        .get(pk=visit.pk)
    )
    if current.recorded_at is not None:
        raise Conflict(current)
    return current


def _commune_people(visit: Visit) -> set[User]:
    return set(holders(*COMMUNE_ROLES, commune=visit.commune_id))
