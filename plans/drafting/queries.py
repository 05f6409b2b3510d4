"""What the pages on which a plan is written read."""

from collections.abc import Iterable

from django.db.models import Q

from communes.models import Agency
from criteria.models import Criterion, CriterionStatus, Enrolment, Indicator, Result
from plans.drafting import rows
from plans.drafting.needs import TypedNeed, written
from plans.drafting.rows import PASTED, RowNames, TypedRow
from plans.forecasts.reckoning import WrittenPlan
from plans.models import Activity, ApprovedStep, Dependency


def names_of(enrolment: Enrolment) -> RowNames:
    """What rows of its plan may name: three queries."""
    area = enrolment.commune.area
    set_id = enrolment.criteria_set_id
    return rows.known(
        Criterion.objects.filter(criteria_set=set_id),
        Indicator.objects.filter(criterion__criteria_set=set_id),
        Agency.objects.filter(Q(area=area.pk) | Q(area=area.parent_id)),
    )


def lacking(enrolment: Enrolment) -> list[Criterion]:
    """The criteria that are not met: those that a plan is for."""
    statuses = CriterionStatus.objects.filter(enrolment=enrolment).exclude(
        result__in=[Result.MET, Result.NOT_APPLICABLE]
    )
    found = statuses.select_related("criterion").order_by("criterion__number")
    return [one.criterion for one in found]


def typed_rows(plan: WrittenPlan, activities: Iterable[Activity]) -> list[TypedRow]:
    """Steps as they stand in a form."""
    return [_typed(plan, one) for one in activities]


def _typed(plan: WrittenPlan, activity: Activity) -> TypedRow:
    typed = {
        name: rows.shown(getattr(activity, name))
        for name in PASTED
        if name not in ("criterion", "needs", "person", "agency")
    }
    person = activity.person
    typed |= {
        "criterion": about(activity),
        "needs": needs_of(plan, activity),
        "person": ", ".join(filter(None, [person.full_name, person.phone])) if person else "",
        "agency": activity.agency.short_name if activity.agency else "",
    }
    return TypedRow(typed, activity.pk)


def about(activity: Activity | ApprovedStep) -> str:
    """The indicator, or the criterion, that a step is for, by its number."""
    if activity.indicator:
        return activity.indicator.code
    return str(activity.criterion.number) if activity.criterion else ""


def needs_of(plan: WrittenPlan, activity: Activity) -> str:
    return written([_need(plan, one) for one in plan.needs.get(activity.pk, ())])


def _need(plan: WrittenPlan, link: Dependency) -> TypedNeed:
    return TypedNeed(plan.by_key[link.needs_id].number, link.wait, link.unit)
