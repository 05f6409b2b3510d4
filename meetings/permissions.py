"""Who may do what with sessions, tasks and visits: functions of rows read."""

from collections.abc import Collection

from django.db.models import Q

from accounts.access import Access, acting_as, around
from accounts.models import Ability, Role, User
from communes.models import Area, WorkingGroup
from meetings.models import Task, Visit, WorkingSession

Keys = Collection[int]


def may_convene(access: Access, area_id: int) -> bool:
    """Whether the person convenes, writes minutes and concludes in an area."""
    return area_id in access.areas_for(Ability.CONVENE)


def may_delete(access: Access, user: User, session: WorkingSession) -> bool:
    """Whether the person takes a draft away: who convened it."""
    return session.convened_by_id == user.pk and may_convene(access, session.area_id)


def convening_areas(access: Access) -> frozenset[int]:
    return access.areas_for(Ability.CONVENE)


def may_assign(access: Access, area_id: int) -> bool:
    return area_id in assigning_areas(access)


def assigning_areas(access: Access) -> frozenset[int]:
    return access.areas_for(Ability.ASSIGN)


def confirming_areas(access: Access) -> frozenset[int]:
    """Where the person confirms what others report, and puts another day."""
    return access.areas_for(Ability.CONFIRM)


def _leads_task(access: Access, user: User, task: Task) -> bool:
    """Whether the person is the one who leads the task, or reports for them."""
    return (
        task.lead_commune_id in access.communes_for(Ability.REPORT)
        or task.lead_agency_id in access.agencies_for(Ability.REPORT)
        or task.lead_working_group_id in access.groups_for(Ability.REPORT)
        or (task.lead_person is not None and task.lead_person.user_id == user.pk)
    )


def theirs(access: Access, user: User) -> Q:
    """The tasks that the person or their commune, agency or group leads, or is in charge of."""
    return led_by(user.pk, access.heads | access.staffs, access.agencies, access.joins)


def led_by(user_id: int, communes: Keys, agencies: Keys, working_groups: Keys) -> Q:
    """The tasks that a person leads or is in charge of, or that any of these leads."""
    # By their keys: joined, the database would look for the persons of every task of the area.
    led = Task.objects.filter(lead_person__user=user_id).values("pk")
    charged = Task.objects.filter(focal_person__user=user_id).values("pk")
    return (
        Q(pk__in=led)
        | Q(pk__in=charged)
        | _in(lead_commune=communes)
        | _in(lead_agency=agencies)
        | _in(lead_working_group=working_groups)
    )


def confirmed_by(user_id: int, area_ids: Keys) -> Q:
    """The tasks that a person who confirms in these areas confirms: see `may_confirm`."""
    return Q(assigned_by=user_id) | _in(area=area_ids)


def _in(**places: Keys) -> Q:
    """Of a place among several; of none it is nothing, which adds nothing to an "or"."""
    ((place, keys),) = places.items()
    return Q(**{f"{place}__in": keys}) if keys else Q()


def may_report(access: Access, user: User, task: Task) -> bool:
    """Whether the person reports on a task, and asks for another day."""
    return _leads_task(access, user, task) or may_confirm(access, user, task)


def may_confirm(access: Access, user: User, task: Task) -> bool:
    """Whether the person confirms or sends back, grants a day, cancels (rule 14)."""
    return task.assigned_by_id == user.pk or may_move(access, task)


def may_move(access: Access, task: Task) -> bool:
    """Whether the person puts another day without being asked."""
    return task.area_id in confirming_areas(access)


def may_comment(access: Access, user: User, task: Task) -> bool:
    """Whether the person speaks to a task: who works on it, and the commune it is about."""
    return (
        may_report(access, user, task)
        or task.commune_id in access.communes_for(Ability.COMMENT)
        or (task.focal_person is not None and task.focal_person.user_id == user.pk)
    )


def reports_as(access: Access, task: Task) -> str:
    """As whom a person with several roles reports on a task, or speaks to it."""
    if task.lead_person is not None and task.lead_person.user_id == access.user_id:
        return ""
    reports = acting_as(
        access,
        Ability.REPORT,
        (Role.AGENCY_OFFICER, (task.lead_agency_id,)),
        (Role.COMMUNE_LEADER, (task.lead_commune_id,)),
        (Role.COMMUNE_STAFF, (task.lead_commune_id,)),
        (Role.WORKING_GROUP_MEMBER, (task.lead_working_group_id,)),
    )
    return reports or confirms_as(access, task)


def confirms_as(access: Access, task: Task) -> str:
    """As whom a person with several roles confirms, sends back, grants a day, cancels."""
    places = around(task.area)
    return acting_as(access, Ability.CONFIRM, (Role.LEADER, places), (Role.COORDINATOR, places))


def visits_as(
    access: Access, area: Area, agency_id: int | None, working_group_id: int | None
) -> str:
    """As whom a person with several roles plans a visit of one of these bodies, and keeps it."""
    if not access.has_several_roles:
        return ""
    places = around(area)
    return acting_as(
        access,
        Ability.VISIT,
        (Role.AGENCY_OFFICER, (agency_id,)),
        (Role.WORKING_GROUP_MEMBER, (working_group_id,)),
        (Role.LEADER, places),
        (Role.COORDINATOR, places),
    )


def visiting_areas(access: Access) -> frozenset[int]:
    """Where the person plans and records visits of any body."""
    return access.areas_for(Ability.VISIT)


def may_plan_of(access: Access, group: WorkingGroup) -> bool:
    """Whether the person plans a visit of this group."""
    return group.pk in access.groups_for(Ability.VISIT) or group.area_id in visiting_areas(access)


def may_keep(access: Access, visit: Visit) -> bool:
    """Whether the person records, moves or gives up this visit."""
    return (
        visit.agency_id in access.agencies_for(Ability.VISIT)
        or visit.working_group_id in access.groups_for(Ability.VISIT)
        or visit.commune.area_id in visiting_areas(access)
    )
