"""For whom a visit may be planned, to where; of what it may speak; the last and the next of a
commune."""

from dataclasses import dataclass

from django.db.models import Q, QuerySet

from accounts.access import Access
from accounts.models import Ability
from communes.models import Agency, Area, Commune, WorkingGroup
from criteria.models import CriterionStatus
from criteria.progress import cells
from criteria.standards import responsible_agencies
from meetings import permissions
from meetings.models import Visit
from nrm_tracker import clock


@dataclass(frozen=True)
class VisitOffer:
    """For whom a person may plan a visit, and to which communes."""

    agencies: list[Agency]
    groups: list[WorkingGroup]
    communes: list[Commune]


def offer(access: Access) -> VisitOffer:
    """The person's own agencies and groups with the places where these go; for those who convene
    all of the area looked at. Three queries; the verb says which of them fit together."""
    own_agencies = access.agencies_for(Ability.VISIT)
    own_groups = access.groups_for(Ability.VISIT)
    areas = permissions.visiting_areas(access) & access.shown
    agencies = Agency.objects.filter(
        Q(pk__in=own_agencies, area__in=_near(access)) | Q(area__in=areas)
    )
    groups = WorkingGroup.objects.filter(Q(pk__in=own_groups) | Q(area__in=areas))
    own = agencies.filter(pk__in=own_agencies).values("area")
    directed = WorkingGroup.communes.through.objects.filter(workinggroup__in=own_groups)
    reached = Commune.objects.within(access.shown).existing_on(clock.today())
    communes = reached.filter(
        Q(area__in=areas)
        | Q(area__in=own)
        | Q(area__parent__in=own)
        | Q(pk__in=directed.values("commune"))
    )
    return VisitOffer(list(agencies), list(groups), list(communes.order_by("sort_key", "code")))


def _near(access: Access) -> QuerySet[Area]:
    """The areas looked at, and those that they lie in."""
    return Area.objects.filter(Q(pk__in=access.shown) | Q(children__in=access.shown))


def cells_to_find(visit: Visit, access: Access) -> list[CriterionStatus]:
    """The cells of which the person may record what the visit found, in the order of the set.

    An agency speaks to the criteria that it answers for; a working group, and those who convene,
    to any. Three queries at most.
    """
    run = cells.choose_enrolment(cells.enrolments_of(visit.commune), clock.today())
    if run is None:
        return []
    statuses = run.statuses.select_related("criterion").order_by("criterion__number")
    may_all = visit.commune.area_id in permissions.visiting_areas(access)
    if may_all or visit.agency_id is None:
        return list(statuses)
    found = list(statuses)
    answering = responsible_agencies.responsible(
        [status.criterion for status in found], clock.today(), {visit.commune.area_id}
    )
    own = {
        criterion_id
        for criterion_id, rows in answering.items()
        if any(row.agency_id == visit.agency_id for row in rows)
    }
    return [status for status in found if status.criterion_id in own]
