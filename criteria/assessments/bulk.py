"""Many cells on one page: those of one criterion, or of one commune, under one conclusion.

What a person may write of each is what they may write of it alone; `assess` writes.
"""

import datetime as dt
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.access import Access
from accounts.models import User
from criteria import permissions
from criteria.assessments.actions import Finding, assess
from criteria.assessments.past_days import PastDays, days_apart, together
from criteria.models import (
    Assessment,
    BulkEntry,
    CriteriaSet,
    CriterionStatus,
    Enrolment,
    Level,
)
from criteria.progress.assessment_log import past_standings
from criteria.progress.sets import commonest, sets_of
from criteria.standards import responsible_agencies
from nrm_tracker import clock
from nrm_tracker.forms import Conflict


@dataclass(frozen=True)
class CellOffer:
    """A cell, and what one person may say of it from above the commune."""

    status: CriterionStatus
    levels: frozenset[int]
    own_word: bool
    must_name_agency: bool
    coordinates: bool
    # As whom somebody with several roles says it.
    acting: str = ""

    @property
    def own_level(self) -> Level:
        """That of the bodies of the commune's area."""
        return Level.of(self.status.enrolment.commune.area)

    @property
    def is_open(self) -> bool:
        """Whether the person may assess it."""
        return bool(self.levels)


@dataclass(frozen=True)
class Wanted:
    """What is to be written of a cell by one who saw `version` of it."""

    status: CriterionStatus
    finding: Finding
    version: int


@dataclass
class Outcome:
    """What many findings came to: the result at the head of each cell, the past days that differ.

    `heads` by the id of the cell, `past_days` by that of the enrolment, where there are any.
    """

    entry: BulkEntry
    heads: dict[int, Assessment | None] = field(default_factory=dict)
    past_days: dict[int, PastDays] = field(default_factory=dict)

    @property
    def all_past_days(self) -> PastDays | None:
        return together(self.past_days.values())


class BulkRefused(Exception):
    """Some of many cells could not be written, so none was. What was wrong, by the cell's id."""

    def __init__(self, problems: dict[int, ValidationError | Conflict]) -> None:
        super().__init__(str(problems))
        self.problems = problems


def set_shown(access: Access, day: dt.date, code: str) -> CriteriaSet | None:
    """The set of that code, or the basic one that most communes run at, the newer of equals.

    Only sets that some commune of the area looked at runs at on the day.
    """
    runs = Enrolment.objects.open_on(day).filter(commune__area__in=access.shown).order_by()
    sets = CriteriaSet.objects.filter(pk__in=runs.values("criteria_set"))
    return sets.filter(code=code or commonest(sets_of(runs))).first()


def cells_of_criterion(
    area_ids: Collection[int], criteria_set: CriteriaSet, number: int, day: dt.date
) -> QuerySet[CriterionStatus]:
    """One criterion in every commune of these areas that runs at the set, in their order."""
    runs = Enrolment.objects.open_on(day)
    found = CriterionStatus.objects.filter(
        criterion__criteria_set=criteria_set,
        criterion__number=number,
        enrolment__in=runs.filter(commune__area__in=area_ids),
    )
    return found.with_all().order_by("enrolment__commune__sort_key", "enrolment__commune__code")


def cells_of_commune(enrolment: Enrolment) -> QuerySet[CriterionStatus]:
    """Every criterion of one commune, in the order of the set."""
    return enrolment.statuses.with_all().order_by("criterion__number")


def offers(access: Access, statuses: Iterable[CriterionStatus], day: dt.date) -> list[CellOffer]:
    """What the person may say of each cell: one query, however many there are."""
    found = list(statuses)
    responsible = responsible_agencies.responsible(
        {s.criterion_id: s.criterion for s in found}.values(),
        day,
        {s.enrolment.commune.area_id for s in found},
    )
    return [_offer(access, status, responsible.get(status.criterion_id, [])) for status in found]


@transaction.atomic
def assess_all(wanted: Iterable[Wanted], *, by: User) -> Outcome:
    """Write all of it, or nothing: raises BulkRefused with what was wrong of each cell."""
    asked = list(wanted)
    enrolments = sorted({w.status.enrolment_id for w in asked})
    # In the order of their ids, so that two who write to many never wait for one another.
    list(Enrolment.objects.select_for_update().filter(pk__in=enrolments).order_by("pk"))
    before = past_standings(enrolments)
    problems: dict[int, ValidationError | Conflict] = {}
    made, at = [], clock.now()
    for cell in asked:
        try:
            made.append(assess(cell.status, cell.finding, by=by, version=cell.version, at=at))
        except (ValidationError, Conflict) as problem:
            problems[cell.status.pk] = problem
    if problems:
        raise BulkRefused(problems)
    entry = BulkEntry.objects.create(by=by, at=at)
    entry.entries.set(made)
    written = CriterionStatus.objects.filter(pk__in=[w.status.pk for w in asked])
    return Outcome(
        entry,
        heads={status.pk: status.assessment for status in written.select_related("assessment")},
        past_days=days_apart(before, past_standings(enrolments)),
    )


def rehearse(wanted: Iterable[Wanted], *, by: User) -> Outcome:
    """What `assess_all` would come to, or refuse; nothing stays written."""
    with transaction.atomic():
        try:
            return assess_all(wanted, by=by)
        finally:
            transaction.set_rollback(True)


def refuse_foreign(offer: CellOffer, finding: Finding) -> None:
    """Refuse a level that is not the person's in this commune, or an agency of another area."""
    if finding.level not in offer.levels:
        raise ValidationError(_("The account may not record at this level here."))
    agency = finding.on_behalf_of
    if agency and agency.area_id != offer.status.enrolment.commune.area_id:
        raise ValidationError(_("The agency is of another area."))


def _offer(access: Access, status: CriterionStatus, responsible: list) -> CellOffer:
    commune = status.enrolment.commune
    levels = permissions.writable_levels(access, commune, responsible) - {Level.COMMUNE.value}
    return CellOffer(
        status=status,
        levels=levels,
        own_word=permissions.may_find(access, commune, responsible),
        must_name_agency=permissions.must_name_agency(access, commune, responsible),
        coordinates=permissions.may_record_provincial(access, commune.area_id),
        acting=permissions.finds_as(access, commune, responsible) if levels else "",
    )
