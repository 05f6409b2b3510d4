"""What waits for a person, as queries of plain values: counted for the badge, read for the page."""

import datetime as dt
from collections.abc import Callable
from typing import Any, NamedTuple

from django.db.models import Count, Exists, F, IntegerField, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from accounts.access import Access, area_of
from accounts.models import Ability, Role, User
from criteria.models import (
    Claim,
    ClaimDecision,
    CriterionStatus,
    Difficulty,
    Enrolment,
    Responsibility,
    RoundReturn,
)
from criteria.models.claims import ClaimQuerySet
from dashboards.inbox import work_done
from dashboards.inbox.queue import Waits
from meetings import permissions
from meetings.models import DueDateChange, Task, TaskUpdate
from meetings.models.tasks import SOON, TaskQuerySet
from meetings.permissions import Keys
from nrm_tracker import clock

DIRECTING = (Role.LEADER, Role.COORDINATOR)


class PersonReach(NamedTuple):
    """Of a person on a day, all by which it is known what waits for them."""

    day: dt.date
    soon: dt.date
    user_id: int
    areas: Keys
    communes: Keys
    heads: Keys
    agencies: Keys
    # Where the person decides on claims.
    deciding_in: Keys
    deciding_agencies: Keys
    # Of whom the person reports on tasks, and where the person confirms them.
    reporting_communes: Keys
    reporting_agencies: Keys
    reporting_groups: Keys
    confirming_in: Keys
    # Where the person says how difficulties were resolved.
    answering_in: Keys
    answering_agencies: Keys
    # The levels, as difficulties name them, for which the person speaks.
    levels: tuple[str, ...]
    # Of which the person drafts claims.
    drafting_communes: Keys


def reach_of(access: Access) -> PersonReach:
    day = clock.today()
    directed = {area_of(held).kind for held in access.memberships if held.role in DIRECTING}
    return PersonReach(
        day,
        day + SOON,
        access.user_id or 0,
        access.areas,
        access.heads | access.staffs,
        access.heads,
        access.agencies,
        access.areas_for(Ability.DECIDE),
        access.agencies_for(Ability.DECIDE),
        access.communes_for(Ability.REPORT),
        access.agencies_for(Ability.REPORT),
        access.groups_for(Ability.REPORT),
        permissions.confirming_areas(access),
        access.areas_for(Ability.ANSWER),
        access.agencies_for(Ability.ANSWER),
        tuple(sorted(map(str, directed))),
        access.communes_for(Ability.DRAFT),
    )


def kinds_of(reach: PersonReach) -> list[Waits]:
    """What may wait for the person, by what they are here for."""
    works = bool(reach.reporting_communes or reach.reporting_agencies or reach.reporting_groups)
    may = {
        Waits.RETURNED: bool(reach.communes),
        Waits.CLAIM: bool(reach.drafting_communes),
        Waits.ROUND: bool(reach.communes),
        Waits.REPORT: works,
        Waits.VERIFY: bool(reach.deciding_agencies or reach.deciding_in),
        Waits.CONFIRM: bool(reach.confirming_in),
        Waits.EXTEND: bool(reach.confirming_in),
        Waits.ANSWER: bool(reach.answering_agencies or reach.answering_in),
    }
    return [kind for kind in Waits if may[kind]]


# Claims


def open_claims(reach: PersonReach) -> ClaimQuerySet:
    """Those of runs that are not closed: of the others nobody can say anything more."""
    open_runs = Enrolment.objects.open_on(reach.day)
    return Claim.objects.filter(Exists(open_runs.filter(pk=OuterRef("status__enrolment"))))


def _standing_returns(reach: PersonReach) -> QuerySet[Claim]:
    """Returned claims that the commune did nothing about since."""
    later = Claim.objects.filter(status=OuterRef("status"), pk__gt=OuterRef("pk"))
    found = open_claims(reach).filter(state=Claim.State.RETURNED)
    return found.exclude(Exists(later.exclude(state=Claim.State.DRAFT)))


def returned(reach: PersonReach) -> QuerySet[Claim]:
    return _standing_returns(reach).filter(status__enrolment__commune__in=reach.communes)


def sent_back(reach: PersonReach) -> QuerySet[Claim]:
    """What the person's agencies returned, and communes have still to complete."""
    words = ClaimDecision.objects.in_force().filter(verdict=ClaimDecision.Verdict.RETURNED)
    own = words.filter(claim=OuterRef("pk"), agency__in=reach.agencies)
    found = _standing_returns(reach).filter(status__enrolment__commune__area__in=reach.areas)
    return found.filter(Exists(own))


def waiting_claims(reach: PersonReach) -> QuerySet[Claim]:
    within = Q(status__enrolment__commune__area__in=reach.areas)
    return open_claims(reach).waiting().filter(within)


def _unspoken(reach: PersonReach) -> QuerySet[Responsibility]:
    """Who answers today for a claim's criterion in the commune's area, and has not spoken."""
    spoken = ClaimDecision.objects.in_force().filter(
        claim=OuterRef(OuterRef("pk")), agency=OuterRef("agency")
    )
    return Responsibility.objects.on(reach.day).filter(
        ~Exists(spoken),
        criterion=OuterRef("status__criterion"),
        agency__area=OuterRef("status__enrolment__commune__area"),
    )


def to_verify(reach: PersonReach) -> QuerySet[Claim]:
    """Claims that wait for the person's agencies, and those that wait for no agency: who directs
    the area settles them. Nobody verifies what they wrote or sent, by whatever role."""
    of_agency = Exists(_unspoken(reach).filter(agency__in=reach.deciding_agencies))
    of_nobody = ~Exists(_unspoken(reach))
    directed = Q(status__enrolment__commune__area__in=reach.deciding_in)
    own = Claim.objects.written_by(reach.user_id).filter(pk=OuterRef("pk"))
    found = waiting_claims(reach).annotate(is_of_nobody=of_nobody).exclude(Exists(own))
    return found.filter(of_agency | (of_nobody & directed))


def at_agencies(reach: PersonReach) -> QuerySet[Claim]:
    """Claims in the areas that the person directs, for which agencies have still to speak."""
    found = waiting_claims(reach).filter(status__enrolment__commune__area__in=reach.deciding_in)
    return found.filter(Exists(_unspoken(reach)))


def sent_claims(reach: PersonReach) -> QuerySet[Claim]:
    return waiting_claims(reach).filter(status__enrolment__commune__in=reach.communes)


def to_claim(reach: PersonReach) -> QuerySet[CriterionStatus]:
    """Criteria of the person's communes of which all work is done."""
    open_runs = Enrolment.objects.open_on(reach.day).filter(pk=OuterRef("enrolment"))
    found = CriterionStatus.objects.filter(
        Exists(open_runs), enrolment__commune__in=reach.drafting_communes
    )
    return work_done.with_days(found).filter(work_done.due()).order_by()


# Tasks


def _theirs(reach: PersonReach) -> TaskQuerySet:
    """The unfinished tasks that the person, or whom they work for, leads."""
    places = (reach.reporting_communes, reach.reporting_agencies, reach.reporting_groups)
    return _within(reach).filter(permissions.led_by(reach.user_id, *places))


def _confirmed(reach: PersonReach) -> TaskQuerySet:
    confirms = permissions.confirmed_by(reach.user_id, reach.confirming_in)
    return _within(reach).filter(confirms)


def _within(reach: PersonReach) -> TaskQuerySet:
    return Task.objects.within(reach.areas).unfinished().order_by()


def to_report(reach: PersonReach) -> TaskQuerySet:
    return _theirs(reach).filter(state=Task.State.OPEN, due_on__lte=reach.soon)


def far(reach: PersonReach) -> TaskQuerySet:
    is_far = Q(due_on=None) | Q(due_on__gt=reach.soon)
    return _theirs(reach).filter(is_far, state=Task.State.OPEN)


def reported(reach: PersonReach) -> TaskQuerySet:
    """What was reported done, and others have to confirm."""
    confirmed = _to_confirm(reach).values("pk")
    return _theirs(reach).filter(state=Task.State.REPORTED).exclude(pk__in=confirmed)


def _to_confirm(reach: PersonReach) -> TaskQuerySet:
    reports = TaskUpdate.objects.filter(task=OuterRef("pk"), kind=TaskUpdate.Kind.REPORTED)
    found = _confirmed(reach).filter(state=Task.State.REPORTED)
    found = found.alias(reporter=Subquery(reports.order_by("-pk").values("by")[:1]))
    # Nobody confirms what they reported themselves.
    return found.exclude(reporter=reach.user_id)


def to_extend(reach: PersonReach) -> QuerySet[DueDateChange]:
    """Requests for another day that the person may answer."""
    return DueDateChange.objects.filter(
        Exists(_confirmed(reach).filter(pk=OuterRef("task"))), decided_at__isnull=True
    ).exclude(asked_by=reach.user_id)


def _of_others(reach: PersonReach) -> TaskQuerySet:
    """Open tasks that the person confirms, and others lead."""
    mine = _theirs(reach).values("pk")
    return _confirmed(reach).filter(state=Task.State.OPEN).exclude(pk__in=mine)


def others_late(reach: PersonReach) -> TaskQuerySet:
    return _of_others(reach).filter(due_on__lt=reach.day)


def others_soon(reach: PersonReach) -> TaskQuerySet:
    return _of_others(reach).filter(due_on__gte=reach.day, due_on__lte=reach.soon)


# The rest


def rounds(reach: PersonReach) -> QuerySet[RoundReturn]:
    """The commune's parts in open rounds that it has still to submit."""
    return RoundReturn.objects.filter(
        enrolment__commune__in=reach.communes, submitted_at=None, round__closed_at=None
    ).order_by()


def to_answer(reach: PersonReach) -> QuerySet[Difficulty]:
    """Difficulties asked of the level that the person speaks for, or of their agency."""
    of_level = Q(commune__area__in=reach.answering_in, asked_of__in=reach.levels)
    of_agency = Q(commune__area__in=reach.areas, asked_agency__in=reach.answering_agencies)
    return Difficulty.objects.open().filter(of_level | of_agency).order_by()


QUEUE: dict[Waits, Callable[[PersonReach], QuerySet[Any]]] = {
    Waits.RETURNED: returned,
    Waits.CLAIM: to_claim,
    Waits.ROUND: rounds,
    Waits.REPORT: to_report,
    Waits.VERIFY: to_verify,
    Waits.CONFIRM: _to_confirm,
    Waits.EXTEND: to_extend,
    Waits.ANSWER: to_answer,
}
BESIDE = (far, sent_claims, reported, sent_back, at_agencies, others_late, others_soon)


def counted(reach: PersonReach, of: Any) -> QuerySet[User, tuple[int, ...]]:
    """How many there are of each, in one query: a row of the person's."""
    counts = [_count(which(reach)) for which in of]
    return User.objects.filter(pk=reach.user_id).order_by().values_list(*counts)


def _count(found: QuerySet[Any]) -> Coalesce:
    one = found.order_by().annotate(one=Value(1)).values("one")
    number = one.annotate(number=Count(F("pk"))).values("number")
    return Coalesce(Subquery(number, output_field=IntegerField()), 0)
