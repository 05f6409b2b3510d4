"""The dossier that a recognition needs: its steps, which of them are done, and the verb."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from criteria.models import DossierRequirement, DossierStep, Enrolment
from criteria.progress.assessment_log import future_day
from nrm_tracker import clock, revision, uploads
from nrm_tracker.forms import Conflict


@dataclass(frozen=True, kw_only=True)
class Done:
    """What is to be recorded of a step."""

    done_on: dt.date
    number: str = ""
    note: str = ""
    file: uploads.CheckedUpload | None = None


@dataclass(frozen=True)
class Step:
    """A step that a set asks for, and what is known of it; `rows` are newest first."""

    requirement: DossierRequirement
    rows: list[DossierStep] = field(default_factory=list)
    day: dt.date = dt.date.max

    @property
    def latest(self) -> DossierStep | None:
        """The row that counts, unless it says that the step was done later than the day."""
        newest = self.rows[0] if self.rows else None
        return newest if newest and newest.done_on <= self.day else None

    @property
    def earlier(self) -> list[DossierStep]:
        """What was recorded before, and corrected by the newest."""
        return self.rows[1:]

    @property
    def is_missing(self) -> bool:
        return self.requirement.is_required and self.latest is None


@transaction.atomic
def record(
    enrolment: Enrolment,
    requirement: DossierRequirement,
    done: Done,
    *,
    by: User,
    seen: int | None = None,
) -> DossierStep:
    """Write a further row of a step. `seen` is the newest that the writer saw.

    A row without a file of its own keeps that of the row before. Raises Conflict with the newest
    row, and ValidationError by field.
    """
    locked = Enrolment.lock(enrolment.pk)
    newest = newest_of(locked, requirement)
    if newest and newest.pk != seen:
        raise Conflict(newest)
    if done.done_on > clock.today():
        raise ValidationError({"done_on": future_day(done.done_on, "done_on")})
    if requirement.criteria_set_id != locked.criteria_set_id:
        raise ValidationError(_("This step belongs to another criteria set."))
    step = DossierStep(
        enrolment=locked,
        requirement=requirement,
        done_on=done.done_on,
        number=done.number,
        note=done.note,
        recorded_at=clock.now(),
        recorded_by=by,
    )
    step.clean_fields(exclude=["enrolment", "requirement", "recorded_by", "file"])
    if done.file:
        step.file = uploads.store(done.file, by)
    elif newest:
        step.file = newest.file
    step.save(force_insert=True)
    revision.bump(locked.commune.area_id)
    return step


def newest_of(enrolment: Enrolment, requirement: DossierRequirement) -> DossierStep | None:
    rows = requirement.steps.filter(enrolment=enrolment).select_related("recorded_by", "file")
    return rows.order_by("-pk").first()


def steps_of(enrolment: Enrolment, day: dt.date, known: dt.date | None = None) -> list[Step]:
    """The steps that the enrolment's set asks for, in order, as done by the day: two queries."""
    asked = DossierRequirement.objects.filter(criteria_set=enrolment.criteria_set_id)
    rows = enrolment.dossier.select_related("recorded_by", "file")
    if known:
        rows = rows.filter(recorded_at__lt=clock.end_of(known))
    by_requirement: dict[int, list[DossierStep]] = {}
    for row in rows.order_by("-pk"):
        by_requirement.setdefault(row.requirement_id, []).append(row)
    return [Step(one, by_requirement.get(one.pk, []), day) for one in asked.order_by("number")]


def missing(steps: Iterable[Step]) -> list[Step]:
    return [step for step in steps if step.is_missing]
