"""Enrolling communes in a set, setting and moving their targets, closing their runs."""

import datetime as dt
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from accounts.models import User
from communes.models import Commune
from criteria.models import (
    Assessment,
    Claim,
    CriteriaSet,
    CriterionStatus,
    Enrolment,
    Measurement,
    TargetChange,
)
from criteria.progress.assessment_log import check_day, future_day
from nrm_tracker import clock, revision
from nrm_tracker.forms import Conflict


@dataclass(frozen=True)
class Target:
    """By when a commune is to meet how many criteria; `count` of None is all that apply."""

    day: dt.date | None = None
    count: int | None = None

    @classmethod
    def of(cls, enrolment: Enrolment) -> "Target":
        return cls(enrolment.target_on, enrolment.target_count)

    def __str__(self) -> str:
        """As a form carries it back."""
        return f"{self.day or ''}/{self.count or ''}"


NO_TARGET = Target()


@transaction.atomic
def enrol(
    commune: Commune,
    criteria_set: CriteriaSet,
    *,
    opened_on: dt.date,
    target_on: dt.date | None = None,
) -> Enrolment:
    """Open a commune's run at a set, each of its criteria not assessed."""
    return _open([commune], criteria_set, opened_on, Target(target_on))[0]


@transaction.atomic
def enrol_many(
    communes: Collection[Commune],
    criteria_set: CriteriaSet,
    *,
    opened_on: dt.date,
    target: Target = NO_TARGET,
    by: User,
) -> list[Enrolment]:
    """Open the runs of communes at a set, all or none."""
    # Two that enrol at once: the second waits for the first, and is told.
    ids = [commune.pk for commune in communes]
    list(Commune.objects.select_for_update().filter(pk__in=ids).order_by("pk"))
    _check(communes, criteria_set, opened_on, target)
    return _open(communes, criteria_set, opened_on, target, by)


@transaction.atomic
def move_target(
    enrolment: Enrolment, target: Target, *, seen: str, reason: str, by: User
) -> TargetChange:
    """Set another target, or none. `seen` is the one that the writer saw, as it is written.

    Raises Conflict with the run where somebody moved it meanwhile.
    """
    current = _open_run(enrolment)
    if str(Target.of(current)) != seen:
        raise Conflict(current)
    if target == Target.of(current):
        raise ValidationError({"target_on": _("This is the target already.")})
    _refuse(_wrong_target(target, current.criteria_set, current.opened_on))
    change = TargetChange.objects.create(
        enrolment=current,
        from_on=current.target_on,
        from_count=current.target_count,
        to_on=target.day,
        to_count=target.count,
        reason=reason,
        by=by,
        at=clock.now(),
    )
    current.target_on, current.target_count = target.day, target.count
    current.save(update_fields=["target_on", "target_count"])
    revision.bump(current.commune.area_id)
    return change


@transaction.atomic
def close(enrolment: Enrolment, *, on: dt.date, reason: str, by: User) -> None:
    """End a run: from that day on the commune is not counted among those of the set."""
    current = _open_run(enrolment)
    check_day(current, on, field="closed_on")
    newest = _newest_day(current)
    if newest and newest >= on:
        message = _("Something of %(day)s was recorded: the run can be closed from the day after.")
        raise ValidationError({"closed_on": message % {"day": f"{newest:%d/%m/%Y}"}})
    waiting = Claim.objects.waiting().filter(status__enrolment=current)
    if numbers := list(waiting.values_list("status__criterion__number", flat=True)):
        message = _("Claims wait for verification: criteria %(numbers)s. Settle them first.")
        raise ValidationError(message % {"numbers": ", ".join(map(str, sorted(numbers)))})
    current.closed_on, current.closing_reason, current.closed_by = on, reason, by
    current.save(update_fields=["closed_on", "closing_reason", "closed_by"])
    revision.bump(current.commune.area_id)


def _open(
    communes: Iterable[Commune],
    criteria_set: CriteriaSet,
    opened_on: dt.date,
    target: Target,
    by: User | None = None,
) -> list[Enrolment]:
    runs = [
        Enrolment(
            commune=commune,
            criteria_set=criteria_set,
            opened_on=opened_on,
            opened_by=by,
            target_on=target.day,
            target_count=target.count,
        )
        for commune in communes
    ]
    made = Enrolment.objects.bulk_create(runs)
    criteria = list(criteria_set.criteria.order_by("number"))
    CriterionStatus.objects.bulk_create(
        CriterionStatus(enrolment=run, criterion=criterion)
        for run in made
        for criterion in criteria
    )
    revision.bump(*{run.commune.area_id for run in made})
    return made


def _newest_day(run: Enrolment) -> dt.date | None:
    """The newest day of which something was said or measured, by whomever."""
    said = Assessment.objects.filter(status__enrolment=run).aggregate(day=Max("assessed_on"))
    measured = Measurement.objects.filter(enrolment=run).aggregate(day=Max("measured_on"))
    return max(filter(None, (said["day"], measured["day"])), default=None)


def _open_run(enrolment: Enrolment) -> Enrolment:
    current = Enrolment.objects.locked().select_related("criteria_set").get(pk=enrolment.pk)
    if current.closed_on:
        message = _("The commune's run at this set closed on %(day)s.")
        raise ValidationError(message % {"day": f"{current.closed_on:%d/%m/%Y}"})
    return current


def _check(
    communes: Collection[Commune], criteria_set: CriteriaSet, opened_on: dt.date, target: Target
) -> None:
    errors = {
        NON_FIELD_ERRORS: _wrong_set(criteria_set),
        "communes": _wrong_communes(communes, criteria_set, opened_on),
        "opened_on": _wrong_day(criteria_set, opened_on),
        **_wrong_target(target, criteria_set, opened_on),
    }
    _refuse(errors)


def _refuse(errors: dict[str, list[str]]) -> None:
    """Everything that is wrong at once."""
    if found := {field: said for field, said in errors.items() if said}:
        raise ValidationError(found)


def _wrong_set(criteria_set: CriteriaSet) -> list[str]:
    """Pages lead from one criterion to the next by its number."""
    numbers = list(criteria_set.criteria.order_by("number").values_list("number", flat=True))
    if numbers == list(range(1, len(numbers) + 1)):
        return []
    return [_("The criteria of the set are not numbered 1, 2, 3 … without a gap.")]


def _wrong_communes(
    communes: Collection[Commune], criteria_set: CriteriaSet, opened_on: dt.date
) -> list[str]:
    """Why which communes cannot be enrolled, one sentence each."""
    wrong = []
    for commune in communes:
        if commune.established_on and opened_on < commune.established_on:
            message = _("%(commune)s was founded only on %(day)s.")
            wrong.append(_of(message, commune, commune.established_on))
        if commune.dissolved_on and opened_on >= commune.dissolved_on:
            message = _("%(commune)s ended on %(day)s.")
            wrong.append(_of(message, commune, commune.dissolved_on))
    known = Enrolment.objects.filter(commune__in=communes, criteria_set=criteria_set)
    message = _("%(commune)s is enrolled in this set since %(day)s.")
    wrong += [
        _of(message, run.commune, run.opened_on)
        for run in known.select_related("commune").order_by("commune__sort_key", "pk")
    ]
    return wrong


def _of(message: str, commune: Commune, day: dt.date) -> str:
    return message % {"commune": commune.name, "day": f"{day:%d/%m/%Y}"}


def _wrong_day(criteria_set: CriteriaSet, opened_on: dt.date) -> list[str]:
    since, until = criteria_set.valid_from, criteria_set.valid_until
    if opened_on > clock.today():
        return [future_day(opened_on, "opened_on")]
    if opened_on < since:
        return [_("The set holds only from %(day)s.") % {"day": f"{since:%d/%m/%Y}"}]
    if until and opened_on > until:
        return [_("The set held until %(day)s.") % {"day": f"{until:%d/%m/%Y}"}]
    return []


def _wrong_target(
    target: Target, criteria_set: CriteriaSet, opened_on: dt.date
) -> dict[str, list[str]]:
    on, count = [], []
    if target.count is not None and target.day is None:
        on.append(_("By which day are so many criteria to be met?"))
    if target.day is not None and target.day < opened_on:
        message = _("The target cannot lie before the enrolment (%(day)s).")
        on.append(message % {"day": f"{opened_on:%d/%m/%Y}"})
    size = criteria_set.criteria.count()
    if target.count is not None and not 1 <= target.count <= size:
        message = _("A target is between 1 and %(size)s criteria, as many as the set has.")
        count.append(message % {"size": size})
    return {"target_on": on, "target_count": count}
