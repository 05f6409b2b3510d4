"""One commune's cells on a day, with who said what: for the pages of a commune and of a cell."""

import datetime as dt
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery

from communes.models import Commune
from criteria.models import (
    Assessment,
    CriteriaSet,
    Criterion,
    CriterionStatus,
    Enrolment,
    Level,
    Result,
)
from criteria.models.history import CriterionStatusQuerySet, headline_order
from criteria.progress import standings
from criteria.progress.late_entries import missed_round
from criteria.progress.moment import Moment
from nrm_tracker.prepared import prepared


@dataclass
class Cell:
    """What each level last said of one criterion by the day, corrected entries left out."""

    criterion: Criterion
    by_level: dict[int, Assessment] = field(default_factory=dict)

    @cached_property
    def headline(self) -> Assessment | None:
        """The latest word above the commune (rule 3)."""
        above = [a for level, a in self.by_level.items() if level > Level.COMMUNE]
        return max(above, key=headline_order, default=None)

    @property
    def result(self) -> str:
        return self.headline.result if self.headline else Result.NOT_ASSESSED

    @property
    def own(self) -> Assessment | None:
        """What the commune says of itself."""
        return self.by_level.get(Level.COMMUNE)

    @property
    def province(self) -> Assessment | None:
        return self.by_level.get(Level.PROVINCE)

    @property
    def is_disputed(self) -> bool:
        """Whether the commune's own word differs from the headline."""
        return self.own is not None and self.own.result != self.result


def entry(assessment: Assessment, number: int) -> standings.AssessmentEntry:
    """An assessment as the plain value that rules are written for."""
    return standings.AssessmentEntry(
        assessment.pk,
        number,
        assessment.level,
        assessment.result,
        assessment.assessed_on,
        assessment.recorded_at,
        assessment.basis,
        assessment.basis_text,
        assessment.corrects_id,
        assessment.voids,
    )


def choose_enrolment(
    enrolments: Iterable[Enrolment], day: dt.date, set_code: str = ""
) -> Enrolment | None:
    """The enrolment that a commune's page shows: the set asked for, or the newest basic one."""
    found = list(enrolments)
    if set_code:
        for enrolment in found:
            if enrolment.criteria_set.code == set_code:
                return enrolment
    basic = [e for e in found if e.criteria_set.tier == CriteriaSet.Tier.BASIC]
    running = [
        e for e in basic if e.opened_on <= day and (e.closed_on is None or e.closed_on > day)
    ]
    ended = [e for e in basic if e.opened_on <= day]
    candidates = running or ended or basic
    return max(candidates, key=lambda e: e.criteria_set.valid_from, default=None)


def enrolments_of(commune: Commune) -> list[Enrolment]:
    """Its runs at the sets; where `choose_status` read them already they are not read again."""
    known: list[Enrolment] | None = getattr(commune, "_runs", None)
    if known is not None:
        return known
    return _runs_of(commune.pk)


@prepared
def _runs_of(commune_id: int) -> QuerySet[Enrolment]:
    return Enrolment.objects.filter(commune=commune_id).select_related("criteria_set")


@prepared
def runs_within(area_ids: Collection[int], slug: str) -> QuerySet[Enrolment]:
    """A commune's runs at the sets, with the commune: one query."""
    found = Enrolment.objects.filter(commune__area__in=area_ids, commune__slug=slug)
    return found.select_related("criteria_set", "commune__area__parent").order_by("pk")


def statuses_of(area_ids: Collection[int], slug: str, number: int) -> CriterionStatusQuerySet:
    """A commune's cells of that number, each with its run, set and commune.

    Each of its runs is there: by its first cell where its set has no such number.
    """
    return (
        CriterionStatus.objects.filter(
            Q(criterion__number=1) | Q(criterion__number=number),
            enrolment__commune__area__in=area_ids,
            enrolment__commune__slug=slug,
        )
        .select_related("criterion", "enrolment__criteria_set", "enrolment__commune")
        .order_by()
    )


def sized(statuses: CriterionStatusQuerySet) -> CriterionStatusQuerySet:
    """Each with all that its page says; `size` is how many criteria the set of its run has."""
    size = CriterionStatus.objects.filter(enrolment=OuterRef("enrolment")).order_by()
    return statuses.select_related(
        "criterion__criteria_set", "criterion__group", "enrolment__commune__area__parent"
    ).annotate(size=Subquery(size.values("enrolment").annotate(n=Count("pk")).values("n")))


def choose_status(
    found: Iterable[CriterionStatus], number: int, day: dt.date, set_code: str = ""
) -> CriterionStatus | None:
    """Of `statuses_of` the cell of that number, in the run that a commune's page shows."""
    # Put in order here: to let the database do it costs a fifth of the query.
    statuses = sorted(found, key=lambda status: (status.enrolment_id, status.criterion.number))
    runs = list({status.enrolment_id: status.enrolment for status in statuses}.values())
    enrolment = choose_enrolment(runs, day, set_code)
    for status in statuses:
        if status.enrolment == enrolment and status.criterion.number == number:
            status.enrolment.commune._runs = runs  # type: ignore[attr-defined]
            return status
    return None


def history(
    enrolment: Enrolment, moment: Moment, known: Mapping[int, CriterionStatus] | None = None
) -> tuple[list[Assessment], set[int]]:
    """What was said of an enrolment by the moment, newest first, and what of it was corrected.

    One query, with the cells where they are not `known` by their keys.
    """
    entries = _entries(enrolment.pk, None, moment.day, moment.known_before, known is None)
    return _told_by(entries, moment, known)


def history_of(status: CriterionStatus, moment: Moment) -> tuple[list[Assessment], set[int]]:
    """The same of one cell."""
    entries = _entries(None, status.pk, moment.day, moment.known_before, False)
    return _told_by(entries, moment, {status.pk: status})


def _told_by(
    entries: list[Assessment], moment: Moment, known: Mapping[int, CriterionStatus] | None
) -> tuple[list[Assessment], set[int]]:
    for entry in entries if known else ():
        entry.status = known[entry.status_id]  # type: ignore[index]
    corrected = {entry.corrects_id for entry in entries if entry.corrects_id}
    return [entry for entry in entries if entry.assessed_on <= moment.day], corrected


@prepared
def _entries(
    enrolment_id: int | None,
    status_id: int | None,
    day: dt.date,
    before: dt.datetime | None,
    with_cells: bool,
) -> QuerySet[Assessment]:
    """With the people in them and the round that each missed.

    A correction counts whatever day it says was true.
    """
    missed = missed_round("assessed_on", "recorded_at", "status__enrolment")
    found = Assessment.objects.filter(Q(assessed_on__lte=day) | Q(corrects__isnull=False))
    if enrolment_id is not None:
        found = found.filter(status__enrolment=enrolment_id)
    if status_id is not None:
        found = found.filter(status=status_id)
    if before is not None:
        found = found.filter(recorded_at__lt=before)
    found = found.select_related("recorded_by", "on_behalf_of").annotate(missed_round=missed)
    return found.select_related("status__criterion") if with_cells else found


def fill(
    criteria: Iterable[Criterion], assessments: Iterable[Assessment], corrected: set[int]
) -> list[Cell]:
    """The cells of a commune from its history."""
    cells = {criterion.pk: Cell(criterion) for criterion in criteria}
    counted = [a for a in assessments if a.pk not in corrected and not a.voids]
    for assessment in counted:
        criterion_id = assessment.status.criterion_id
        cell = cells.get(criterion_id)
        if cell is None:
            continue
        known = cell.by_level.get(assessment.level)
        if known is None or headline_order(known) < headline_order(assessment):
            cell.by_level[assessment.level] = assessment
    return list(cells.values())


def row_history(
    assessments: Iterable[Assessment], corrected: set[int], numbers: list[int]
) -> list[tuple[dt.date, str]]:
    """The commune's row on each day on which it changed."""
    entries = [entry(a, a.status.criterion.number) for a in assessments if a.pk not in corrected]
    return [(row.on_day, row.results) for row in standings.rows(entries, numbers)]
