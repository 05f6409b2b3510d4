"""Of which cells a quality check may find something, asked of the database.

`COUNTED` are the conditions of the checks that find one thing of a cell, or none: the database can
count these. Of the others it knows only what must hold for them to find something: shares are
compared as floats, since the databases divide decimals differently, and what floats may not tell
apart is suspect. `checks` decides of each suspect exactly.
"""

import datetime as dt
from typing import Any

from django.db.models import (
    Case,
    Count,
    Exists,
    F,
    FloatField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    When,
)
from django.db.models.functions import Abs, Cast

from criteria.models import Basis, Claim, Evidence, Indicator, Measurement, Responsibility, Result
from criteria.reviews.cell_rows import CellScope, Reach
from criteria.reviews.consistency import HUNDRED, Limits
from nrm_tracker import clock
from nrm_tracker.prepared import prepared

_shown = Evidence.objects.present().filter(statuses=OuterRef("pk")).order_by()
_on_time = _shown.filter(
    Q(dated_on__isnull=True) | Q(dated_on__lte=OuterRef("assessment__assessed_on"))
)
_is_met = Q(result=Result.MET)
_is_explained = Q(assessment__no_evidence_reason__gt="")
_lacks_evidence = _is_met & ~Q(assessment__basis=Basis.DECISION) & ~Q(Exists(_shown))

# By the key of the check.
COUNTED: dict[str, Q] = {
    "evidence": ~_is_explained & _lacks_evidence,
    "later": _is_met
    & Q(assessment__assessed_on__isnull=False)
    & Exists(_shown)
    & ~Exists(_on_time),
    "reason": _is_explained & _lacks_evidence,
}

SHORT_OF_MET = (Result.NEARLY, Result.NOT_MET)
# How a threshold lies to a value that misses it, or reaches it, by the indicator's comparator.
MISSED = {"ge": ["gt"], "le": ["lt"], "eq": ["gt", "lt"]}
REACHED = {"ge": ["lte"], "le": ["gte"], "eq": ["exact"]}
# A share of so many or more may differ from its threshold by less than floats can tell.
MANY = 1_000_000
# What lies so near to a limit may exceed it.
NEAR = 1 - 1e-9


def suspects(reach: Reach, limits: Limits, today: dt.date) -> set[int]:
    """The cells of which a check that is not counted may find something: two queries, or three."""
    late_before = clock.end_of(today - dt.timedelta(days=limits.claim_wait_days + 1))
    found = {pk for (pk,) in _waiting(late_before, today, *reach.scope)}
    # Where nothing was measured no value need be looked for.
    if _measured(*reach.scope):
        values = _all_in_favour(reach), _jumps(reach, limits)
        found |= {pk for (pk,) in _odd_values(reach).union(*values, all=True)}
    return found


@prepared
def _measured(*scope: Any) -> QuerySet[Measurement, Any]:
    """One that was, if any."""
    found = Measurement.objects.filter(enrolment__in=CellScope(*scope).runs.values("pk"))
    return found.order_by().values_list("pk")[:1]


def _odd_values(reach: Reach) -> QuerySet:
    """The cells that are met although a value misses, and those with a hundred of nothing."""
    misses = _may_be(MISSED) | Q(indicator__kind=Indicator.Kind.BOOLEAN, yes_no=False)
    of_nothing = Q(denominator=0) | Q(numerator__isnull=True, number=HUNDRED)
    return (
        _newest(reach)
        .filter(
            Q(misses, enrolment__statuses__result=Result.MET)
            | Q(of_nothing, indicator__kind=Indicator.Kind.PERCENT),
            enrolment__statuses__criterion=F("indicator__criterion"),
            not_applicable_reason="",
        )
        .values_list("enrolment__statuses")
    )


def _all_in_favour(reach: Reach) -> QuerySet:
    """The cells short of met, with as many values that do not say so as they have indicators."""
    in_favour = (
        _may_be(REACHED)
        | Q(indicator__kind=Indicator.Kind.BOOLEAN, yes_no=True)
        | ~Q(not_applicable_reason="")
    )
    leaves = Indicator.objects.exclude(kind=Indicator.Kind.GROUP)
    of_criterion = leaves.filter(criterion=OuterRef("indicator__criterion")).order_by()
    count = of_criterion.values("criterion").annotate(n=Count("pk")).values("n")
    return (
        _newest(reach)
        .filter(
            in_favour,
            enrolment__statuses__criterion=F("indicator__criterion"),
            enrolment__statuses__result__in=SHORT_OF_MET,
        )
        .values("enrolment__statuses")
        .annotate(found=Count("indicator", distinct=True), leaves=Subquery(count))
        .filter(found__gte=F("leaves"))
        .values_list("enrolment__statuses")
    )


def _jumps(reach: Reach, limits: Limits) -> QuerySet:
    """The cells with a value far from the one before it."""
    before = "enrolment__measurements__"
    between = _counted().filter(
        enrolment=OuterRef("enrolment"),
        indicator=OuterRef("indicator"),
        measured_on__lt=OuterRef("measured_on"),
        measured_on__gt=OuterRef(f"{before}measured_on"),
    )
    is_percent = Q(indicator__kind=Indicator.Kind.PERCENT)
    far = is_percent & Q(change__gt=limits.jump_points * NEAR) | ~is_percent & Q(
        change__gt=Abs(F("before")) * (limits.jump_percent / 100 * NEAR)
    )
    pairs = _newest(reach).filter(
        **{
            f"{before}indicator": F("indicator"),
            f"{before}measured_on__lte": F("measured_on"),
            f"{before}correction__isnull": True,
            f"{before}voids": False,
            "enrolment__statuses__criterion": F("indicator__criterion"),
        }
    )
    return (
        pairs.annotate(before=_figure(before), change=Abs(F("figure") - F("before")))
        .filter(far, ~Exists(between))
        .values_list("enrolment__statuses")
    )


@prepared
def _waiting(
    late_before: dt.datetime, today: dt.date, *scope: Any
) -> QuerySet[Claim, tuple[int, ...]]:
    """The cells with a claim that waits too long, or for nobody."""
    answering = Responsibility.objects.on(today).filter(
        criterion=OuterRef("status__criterion"),
        agency__area=OuterRef("status__enrolment__commune__area"),
    )
    found = Claim.objects.filter(
        Q(submitted_at__lt=late_before) | ~Exists(answering),
        state=Claim.State.SUBMITTED,
        status__enrolment__in=CellScope(*scope).runs.values("pk"),
    )
    return found.order_by().values_list("status")


def _counted() -> QuerySet[Measurement]:
    return Measurement.objects.filter(correction__isnull=True, voids=False).order_by()


def _newest(reach: Reach) -> QuerySet[Measurement]:
    """The values of the newest day of each indicator, with what is compared with a threshold."""
    later = _counted().filter(
        enrolment=OuterRef("enrolment"),
        indicator=OuterRef("indicator"),
        measured_on__gt=OuterRef("measured_on"),
    )
    newest = _counted().filter(~Exists(later), enrolment__in=reach.scope.runs.values("pk"))
    return newest.annotate(figure=_figure())


def _figure(path: str = "") -> Case:
    numerator, denominator = (
        Cast(f"{path}{name}", FloatField()) for name in ("numerator", "denominator")
    )
    return Case(
        When(**{f"{path}denominator__gt": 0}, then=numerator * 100.0 / denominator),
        default=Cast(f"{path}number", FloatField()),
    )


def _may_be(how: dict[str, list[str]]) -> Q:
    """Whether a value may lie so to a threshold that fits its commune on its own day."""
    threshold, commune = "indicator__thresholds__", "enrolment__commune__"
    lies = Q(denominator__gte=MANY)
    for comparator, lookups in how.items():
        for lookup in lookups:
            is_so = {f"{threshold}value__{lookup}": F("figure")}
            lies |= Q(indicator__comparator=comparator, **is_so)
    places = ["", F(f"{commune}region_override"), F(f"{commune}area__region")]
    # A group that it was in on some day; which day is looked at when the row is read.
    in_group = {f"{commune}groups__contains": F(f"{threshold}commune_group")}
    return (
        lies
        & Q(**{f"{threshold}region__in": places, **in_group})
        & (
            Q(**{f"{threshold}province__isnull": True})
            | Q(**{f"{threshold}province": F(f"{commune}area")})
            | Q(**{f"{threshold}province": F(f"{commune}area__parent")})
        )
        & (
            Q(**{f"{threshold}valid_from__isnull": True})
            | Q(**{f"{threshold}valid_from__lte": F("measured_on")})
        )
        & (
            Q(**{f"{threshold}valid_until__isnull": True})
            | Q(**{f"{threshold}valid_until__gte": F("measured_on")})
        )
    )
