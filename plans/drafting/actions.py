"""Writing a plan: begun, its steps changed. Each verb is one transaction.

Each raises ValidationError in words, and Conflict with the plan where somebody else wrote to it
since (rule 11).
"""

from collections.abc import Collection, Sequence

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Person, User
from criteria.models import Criterion, Enrolment, Indicator
from nrm_tracker import clock, revision
from nrm_tracker.forms import Conflict
from nrm_tracker.text import search_key
from plans.drafting.needs import TypedNeed
from plans.drafting.rows import StepRow, TypedPerson
from plans.forecasts import reckoning
from plans.models import Activity, Dependency, Plan, UsualStep
from plans.models.plans import MOST_STEPS
from plans.schedule import Circle, WorkNeed, WorkStep, in_order


@transaction.atomic
def begin(enrolment: Enrolment, criteria: Collection[Criterion], *, by: User) -> Plan:
    """Begin the plan of a run, with the usual steps of criteria; an empty one without."""
    run = Enrolment.objects.locked().get(pk=enrolment.pk)
    if run.closed_on:
        raise ValidationError(_("The commune's run at this set is closed."))
    if known := Plan.objects.filter(enrolment=run).first():
        raise Conflict(known)
    plan = Plan.objects.create(enrolment=run, made_by=by, made_at=clock.now())
    _write(plan, usual_rows(run, criteria), by)
    return _written(plan)


@transaction.atomic
def write(
    plan: Plan,
    rows: Sequence[StepRow],
    *,
    version: int,
    dropped: Collection[int] = (),
    by: User | None = None,
) -> Plan:
    """Write steps as they were typed: those with a key are changed, others added."""
    current = locked_as_seen(plan, version)
    current.activities.filter(pk__in=dropped).update(dropped_at=clock.now())
    _write(current, rows, by)
    current.state = Plan.State.DRAFT
    return _written(current)


def locked_as_seen(plan: Plan, version: int) -> Plan:
    """The plan, which nobody else writes to until the end of the transaction."""
    current = Plan.objects.locked().get(pk=plan.pk)
    if current.version != version:
        raise Conflict(current)
    return current


def usual_rows(enrolment: Enrolment, criteria: Collection[Criterion]) -> list[StepRow]:
    """The steps that criteria usually take, numbered in their order."""
    by_number = {one.number: one for one in criteria}
    indicators = {
        one.code: one for one in Indicator.objects.filter(criterion__in=by_number.values())
    }
    usual = UsualStep.objects.filter(
        set_code=enrolment.criteria_set.code, criterion_number__in=by_number
    )
    rows = []
    for number, step in enumerate(usual.order_by("criterion_number", "order"), start=1):
        values = {
            "name": step.name,
            "criterion": by_number[step.criterion_number],
            "indicator": indicators.get(step.indicator_code),
            "unit": step.unit,
            "working_days": step.working_days,
        }
        before = [TypedNeed(number - 1, step.wait, step.unit_of_wait)]
        rows.append(StepRow(number, values, before if step.follows_last else [], None))
    return rows


def _written(plan: Plan) -> Plan:
    plan.version += 1
    plan.save(update_fields=["version", "state"])
    reckoning.store(plan, clock.today())
    revision.bump(plan.enrolment.commune.area_id)
    return plan


def _write(plan: Plan, rows: Sequence[StepRow], by: User | None) -> None:
    known = {one.pk: one for one in plan.activities.current().with_task()}
    before = {key: _planned(one) for key, one in known.items()}
    written: list[tuple[Activity, StepRow]] = []
    people = _People(plan)
    for row in rows:
        activity = known.get(row.key or 0)
        if activity is None:
            if row.key is not None:
                raise Conflict(plan)
            activity = Activity(plan=plan)
        activity.number = row.number
        for name, value in row.values.items():
            setattr(activity, name, value)
        activity.person = people.find(row.person)
        _follow_task(activity)
        written.append((activity, row))
    _check_numbers(known, [activity for activity, _row in written])
    _save(plan, [activity for activity, _row in written])
    changed = {one.pk for one, _row in written if before.get(one.pk) != _planned(one)}
    changed |= _link(plan, written)
    Activity.objects.filter(pk__in=changed).update(written_by=by, written_at=clock.now())


def _planned(activity: Activity) -> list[object]:
    """What a step says of itself, to be told from what it says later."""
    return [getattr(activity, one.attname) for one in Activity._meta.concrete_fields]


def _follow_task(activity: Activity) -> None:
    """A step that is a task has who does it from there: another is refused, nobody is filled in."""
    for name, who in activity.said_by_task.items():
        typed = getattr(activity, name)
        if typed is not None and search_key(str(typed)) != search_key(str(who)):
            message = _("Step %(step)s is a task, and the task names %(who)s: change it there.")
            raise ValidationError(message % {"step": activity.number, "who": who})
        setattr(activity, name, who)


def _check_numbers(known: dict[int, Activity], written: list[Activity]) -> None:
    changed = {one.pk for one in written if one.pk}
    numbers = [one.number for one in written]
    numbers += [one.number for key, one in known.items() if key not in changed]
    twice = sorted({number for number in numbers if numbers.count(number) > 1})
    if twice:
        message = _("Two steps have the number %(number)s.")
        raise ValidationError(message % {"number": twice[0]})
    if len(numbers) > MOST_STEPS:
        raise ValidationError(_("A plan has at most %(limit)s steps.") % {"limit": MOST_STEPS})


def _save(plan: Plan, activities: list[Activity]) -> None:
    """Numbers may change places: those that are there stand aside first."""
    there = [one for one in activities if one.pk]
    aside = [Activity(pk=one.pk, number=10_000 + n) for n, one in enumerate(there)]
    Activity.objects.bulk_update(aside, ["number"])
    for activity in activities:
        activity.full_clean(
            exclude=["plan", "criterion", "indicator", "person", "agency", "working_group"],
            validate_constraints=False,
            validate_unique=False,
        )
        activity.save()


def _link(plan: Plan, written: list[tuple[Activity, StepRow]]) -> set[int]:
    """What each step needs; a circle among all steps of the plan is refused by name. The keys of
    those that need otherwise than before."""
    current = list(plan.activities.current())
    by_number = {one.number: one for one in current}
    links = []
    for activity, row in written:
        for need in row.needs:
            needed = by_number.get(need.number)
            if needed is None:
                message = _("Step %(step)s needs step %(number)s, which is not in the plan.")
                raise ValidationError(message % {"step": row.number, "number": need.number})
            if needed.pk == activity.pk:
                raise ValidationError(reckoning.circle_in_words([str(activity)]))
            links.append(
                Dependency(activity=activity, needs=needed, wait=need.wait, unit=need.unit)
            )
    standing = Dependency.objects.filter(activity__in=[activity for activity, _row in written])
    told = ("activity_id", "needs_id", "wait", "unit")
    before = set(standing.values_list(*told))
    standing.delete()
    Dependency.objects.bulk_create(links)
    _refuse_circle(plan, current)
    after = {tuple(getattr(link, name) for name in told) for link in links}
    return {link[0] for link in before ^ after}


def _refuse_circle(plan: Plan, current: list[Activity]) -> None:
    needs: dict[int, list[WorkNeed]] = {one.pk: [] for one in current}
    found = Dependency.objects.filter(activity__plan=plan).values_list("activity", "needs")
    for key, needed in found:
        if key in needs and needed in needs:
            needs[key].append(WorkNeed(needed))
    try:
        in_order([WorkStep(key, 1, tuple(found)) for key, found in needs.items()])
    except Circle as circle:
        raise ValidationError(reckoning.named_circle(current, circle)) from circle


class _People:
    """The people of the area by name; who is not known yet is one more of the commune."""

    def __init__(self, plan: Plan) -> None:
        self.commune = plan.enrolment.commune
        self.known: dict[str, Person] | None = None

    def find(self, typed: TypedPerson | None) -> Person | None:
        if typed is None:
            return None
        if self.known is None:
            rows = Person.objects.filter(area=self.commune.area_id).order_by("-pk")
            self.known = {search_key(one.full_name): one for one in rows}
        key = search_key(typed.full_name)
        person = self.known.get(key)
        if person is None:
            person = Person.objects.create(
                area_id=self.commune.area_id,
                full_name=typed.full_name,
                phone=typed.phone,
                organisation=_("People's Committee of %(commune)s")
                % {"commune": self.commune.name},
            )
            self.known[key] = person
        elif typed.phone and not person.phone:
            person.phone = typed.phone
            person.save(update_fields=["phone"])
        return person
