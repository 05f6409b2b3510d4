"""What a file changes is written: as the plan's table and its weekly report would write it."""

import datetime as dt
from collections.abc import Collection, Mapping
from functools import cached_property

from django.core.exceptions import ValidationError
from django.db import transaction

from accounts.models import User
from nrm_tracker import clock
from nrm_tracker.forms import Conflict
from plans.drafting import actions as drafting
from plans.drafting.queries import names_of
from plans.exchange import differences
from plans.exchange.brought import Brought
from plans.exchange.differences import DROPPED, Differences, RowDifference, Who
from plans.forecasts.reckoning import Forecast, WrittenPlan, forecast, written
from plans.models import Activity, Plan, ProgressReport
from plans.progress import actions as progress


def compared(plan: Plan, brought: Brought) -> Differences:
    """What a file changes in a plan as it stands."""
    found = written(plan)
    return differences.compare(found, brought, names_of(plan.enrolment), _who(found))


@transaction.atomic
def accept(
    plan: Plan, brought: Brought, chosen: Collection[str], *, seen: Mapping[str, str], by: User
) -> Plan:
    """Write the chosen rows, all or none. Raises ValidationError, and Conflict where a chosen
    one is not as it was `seen`."""
    current = Plan.objects.locked().get(pk=plan.pk)
    found = compared(current, brought)
    rows = [row for row in found.rows if row.ident in chosen]
    if len(rows) < len(set(chosen)) or any(seen.get(row.ident) != row.seen for row in rows):
        raise Conflict(current)
    _write(current, rows, by)
    _report(current, rows, by)
    return current


def rehearse(
    plan: Plan, brought: Brought, found: Differences, *, by: User
) -> tuple[dt.date | None, list[str]]:
    """Write all that can be, and undo it: the finish that it comes to, or what is refused of it."""
    chosen = [row.ident for row in found.writable]
    try:
        with transaction.atomic():
            made = accept(plan, brought, chosen, seen=found.seen, by=by)
            made.refresh_from_db()
            transaction.set_rollback(True)
    except ValidationError as refused:
        return None, refused.messages
    except Conflict:
        return None, []
    return made.finish_on, [made.forecast_problem] if made.forecast_problem else []


def _write(plan: Plan, rows: list[RowDifference], by: User) -> None:
    planned = [row for row in rows if row.is_planned]
    if not planned:
        return
    numbers = {str(one.pk): one.number for one in plan.activities.current()}
    dropped = {row.ident: row.key for row in planned if row.kind == DROPPED and row.key}
    numbers |= {row.ident: row.said.number for row in planned if row.said}
    said = [differences.with_needs(row, numbers, dropped) for row in planned if row.said]
    drafting.write(plan, said, version=plan.version, dropped=list(dropped.values()), by=by)
    plan.refresh_from_db()


def _report(plan: Plan, rows: list[RowDifference], by: User) -> None:
    keys = dict(plan.activities.current().values_list("number", "pk"))
    told = {row.key or keys[int(row.number)]: row.told for row in rows if row.told}
    if told:
        progress.report(plan, told, by=by)


def _who(plan: WrittenPlan) -> Who:
    known = _Known(plan)
    return Who(known.writer, known.reporter, known.left)


class _Known:
    """What is asked of few steps, and found once for all of them when it is."""

    def __init__(self, plan: WrittenPlan) -> None:
        self.plan = plan

    def writer(self, one: Activity) -> str:
        by = self._writers.get(one.written_by_id or 0)
        return _told(by, clock.local_day(one.written_at)) if by and one.written_at else ""

    def reporter(self, one: Activity) -> str:
        report = self._reports.get(one.pk)
        return _told(report.reported_by, report.reported_on) if report else ""

    def left(self, one: Activity) -> int | None:
        """The working days from today to the forecast finish of a step that is begun."""
        found = self._forecast
        if found is None or not one.is_begun or one.finished_on:
            return None
        return found.calendar.working_days(found.today, found.days(one).finish)

    @cached_property
    def _writers(self) -> dict[int, User]:
        return User.objects.in_bulk({one.written_by_id for one in self.plan.activities} - {None})

    @cached_property
    def _reports(self) -> dict[int, ProgressReport]:
        """The last of each step."""
        found = ProgressReport.objects.filter(activity__in=list(self.plan.by_key))
        return {one.activity_id: one for one in found.select_related("reported_by").order_by("pk")}

    @cached_property
    def _forecast(self) -> Forecast | None:
        try:
            return forecast(self.plan, clock.today())
        except ValueError:
            return None


def _told(by: User, day: dt.date) -> str:
    return f" ({by}, {day:%d/%m/%Y})"
