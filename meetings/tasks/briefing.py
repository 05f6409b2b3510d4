"""What leaders read of a commune before a session: plain JSON values, so that it can be frozen.

Results, bases, states and levels are codes: the page that shows them has the words.
"""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.db.models import (
    Exists,
    F,
    FilteredRelation,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
)

from communes.models import Commune
from criteria.followup import queries as followup_queries
from criteria.models import Assessment, Criterion, CriterionStatus, Enrolment, Result
from criteria.progress import cells, scoring, statuses
from criteria.progress.board import targets_on
from criteria.progress.cells import Cell
from criteria.progress.moment import Moment
from meetings.models import DroppedItem, Task, WorkingSession
from meetings.models.tasks import is_soon
from meetings.tasks import task_history
from nrm_tracker import clock

State = Task.State
# A criterion with one of these asks for nothing more.
SETTLED = (Result.MET, Result.NOT_APPLICABLE)

Json = dict[str, Any]


def day_of(session: WorkingSession) -> dt.date:
    """The day whose figures a session looks at: its own, today while that lies ahead."""
    return min(session.held_on, clock.today())


def briefing_of(session: WorkingSession, commune: Commune, *, is_whole: bool = True) -> Json:
    """The page of one commune: nine queries, whatever there is to say, and one for a past day.

    One that is not whole leaves out what the commune is beside its figures: two queries fewer.
    """
    day = day_of(session)
    before = last_with(session, commune)
    enrolment = cells.choose_enrolment(cells.enrolments_of(commune), day)
    tasks = _tasks(session, commune, before, day)
    carried = [task for task in tasks if _is_unfinished(task) and task.session_id]
    said: Json = {
        "commune": commune.named_on(day).name,
        "day_on": day.isoformat(),
        "before": {"pk": before.pk, "title": before.title, "held_on": before.held_on.isoformat()}
        if before
        else None,
        "late": [_task(task, day) for task in tasks if _is_late(task, day)],
        "soon": [_task(task, day) for task in tasks if _is_due_soon(task, day)],
        "promises": [_task(task, day) for task in tasks if before and task.session_id == before.pk],
        "carried": [_task(task, day) for task in carried if _is_taken_over(task)],
        "dropped": [
            _task(task, day) | {"reason": reason}
            for task in carried
            if (reason := task.reason_here)  # type: ignore[attr-defined]
        ],
    }
    figures = _figures(commune, enrolment, day, before.held_on if before else None, is_whole)
    return said | figures


def dated(content: Any) -> Any:
    """The same with the days as days, as pages print them."""
    if isinstance(content, list):
        return [dated(one) for one in content]
    if not isinstance(content, dict):
        return content
    return {
        key: dt.date.fromisoformat(value)
        if key.endswith("_on") and isinstance(value, str) and value
        else dated(value)
        for key, value in content.items()
    }


def last_with(session: WorkingSession, commune: Commune) -> WorkingSession | None:
    """The last session that was held with the commune before this one."""
    return earlier_than(session).filter(communes=commune).first()


def earlier_than(session: WorkingSession) -> QuerySet[WorkingSession]:
    """Those of its area that were held before it, newest first."""
    return earlier(session.area_id, session.held_on, session.pk)


def earlier(area_id: int, held_on: dt.date, pk: int) -> QuerySet[WorkingSession]:
    """The same by what a session is known by."""
    held = WorkingSession.objects.filter(area=area_id).held_by(held_on)
    return held.filter(Q(held_on__lt=held_on) | Q(pk__lt=pk))


def left_out_by(
    sessions: QuerySet[WorkingSession], communes: Iterable[Commune] | Iterable[int]
) -> QuerySet[DroppedItem]:
    """What was not taken over by those of the sessions that were held with one of the communes."""
    held = sessions.filter(communes__in=communes).order_by().values("pk")
    return DroppedItem.objects.filter(session__in=held)


# Figures


def _figures(
    commune: Commune,
    enrolment: Enrolment | None,
    day: dt.date,
    before: dt.date | None,
    is_whole: bool,
) -> Json:
    said = followup_queries.followup_of_commune(commune, day)
    found: Json = {
        "head": _person(said.head) if said.head else None,
        "difficulties": [_difficulty(row) for row in said.open if row.number is None],
        "now": None,
        "then": None,
        "changes": [],
        "lacking": [],
        "claims": [],
        "status": None,
    }
    if enrolment is None:
        return found
    criteria, claims = _criteria_and_claims(enrolment, day)
    told, corrected = cells.history(enrolment, Moment(day))
    now = cells.fill(criteria, told, corrected)
    today = (enrolment.target_on, enrolment.target_count)
    target_on, target_count = targets_on(day, Enrolment.objects.filter(pk=enrolment.pk)).get(
        enrolment.pk, today
    )
    found |= {
        "set": enrolment.criteria_set.name,
        "set_code": enrolment.criteria_set.code,
        "target_on": target_on.isoformat() if target_on else None,
        "target_count": target_count,
        "size": len(criteria),
        "now": _headline(now),
        "lacking": [_lacking(cell, said) for cell in now if cell.result not in SETTLED],
        "claims": claims,
        "status": _status(enrolment, now, day) if is_whole else None,
    }
    if before:
        known = [entry for entry in told if entry.assessed_on <= before]
        then = cells.fill(criteria, known, corrected)
        found["then"] = _headline(then)
        pairs = zip(then, now, strict=True)
        found["changes"] = [_change(a, b) for a, b in pairs if a.result != b.result]
    return found


def _status(enrolment: Enrolment, found: list[Cell], day: dt.date) -> Json | None:
    """What the commune is beside its figures, and since when: two queries."""
    granted = statuses.granted_of(enrolment.pk, day, None)
    newest_on = max((c.headline.assessed_on for c in found if c.headline), default=None)
    last_step_on = statuses.last_step_of(enrolment.pk, Moment(day))
    status = statuses.status_by(granted, _results(found), newest_on, last_step_on, day)
    if status is None:
        return None
    return {
        "state": str(status.state),
        "since_on": status.since.isoformat(),
        "for_year": status.for_year,
    }


def _results(found: list[Cell]) -> str:
    return "".join(scoring.LETTERS[cell.result] for cell in found)


def _headline(found: list[Cell]) -> Json:
    """n/m with the row of letters, and the day and basis of its newest figure (rule 4)."""
    results = _results(found)
    head = scoring.headline(results)
    newest = max(
        (cell.headline for cell in found if cell.headline),
        key=lambda assessment: (assessment.assessed_on, assessment.pk),
        default=None,
    )
    return {
        "head": str(head),
        "met": head.met,
        "of": head.applicable,
        "missing": head.missing,
        "results": results,
        **_basis(newest),
    }


def _basis(assessment: Assessment | None) -> Json:
    if assessment is None:
        return {"assessed_on": None, "basis": "", "basis_text": ""}
    return {
        "assessed_on": assessment.assessed_on.isoformat(),
        "basis": assessment.basis,
        "basis_text": assessment.basis_text,
    }


def _criterion(cell: Cell) -> Json:
    return {"number": cell.criterion.number, "name": cell.criterion.name}


def _change(then: Cell, now: Cell) -> Json:
    return _criterion(now) | {
        "from": str(then.result),
        "to": str(now.result),
        **_basis(now.headline),
        "no_evidence": now.headline.no_evidence_reason if now.headline else "",
    }


def _lacking(cell: Cell, said: followup_queries.Followup) -> Json:
    """A criterion that is not met: what blocks it, and who answers for it."""
    number = cell.criterion.number
    return _criterion(cell) | {
        "result": str(cell.result),
        "own": str(cell.own.result) if cell.own and cell.is_disputed else "",
        **_basis(cell.headline),
        "difficulties": [_difficulty(row) for row in said.open if row.number == number],
        "charges": [_person(row) for row in said.charges if row.number == number],
    }


def _difficulty(row: followup_queries.DifficultyRow) -> Json:
    return {
        "cause": row.cause,
        "request": row.request,
        "asked": row.asked,
        "stated_on": row.stated_on.isoformat(),
    }


def _person(row: followup_queries.ChargeRow) -> Json:
    return {
        "person": row.person,
        "position": row.position,
        "phone": row.phone,
        "due_on": row.due_on.isoformat() if row.due_on else None,
        "is_illustrative": row.is_illustrative,
    }


def _criteria_and_claims(enrolment: Enrolment, day: dt.date) -> tuple[list[Criterion], list[Json]]:
    """The criteria; and what the commune sent in and nobody answered by the end of the day."""
    until = clock.end_of(day)
    unanswered = Q(claims__closed_at__isnull=True) | Q(claims__closed_at__gte=until)
    condition = Q(claims__submitted_at__lt=until) & unanswered
    found = enrolment.statuses.select_related("criterion").annotate(
        waiting=FilteredRelation("claims", condition=condition),
        claimed=F("waiting__result"),
        claimed_at=F("waiting__submitted_at"),
    )
    statuses = list(found.order_by("criterion__number"))
    claims = [_claim(status, day) for status in statuses if status.claimed]
    return [status.criterion for status in statuses], claims


def _claim(status: CriterionStatus, day: dt.date) -> Json:
    submitted_on = clock.local_day(status.claimed_at)  # type: ignore[attr-defined]
    return {
        "number": status.criterion.number,
        "name": status.criterion.name,
        "result": status.claimed,  # type: ignore[attr-defined]
        "submitted_on": submitted_on.isoformat(),
        "days": (day - submitted_on).days,
    }


# Tasks, as they stood at the end of the day


def _tasks(
    session: WorkingSession, commune: Commune, before: WorkingSession | None, day: dt.date
) -> list[Task]:
    """Those open about the commune, and all that came of the session before: one query."""
    common = Q(
        commune=None,
        lead_commune=None,
        session__in=earlier_than(session).filter(communes=commune).order_by().values("pk"),
    )
    about = Task.objects.filter(area=session.area_id).filter(
        Q(commune=commune) | Q(commune=None, lead_commune=commune) | common
    )
    # What came of this very session is no matter of its briefing.
    others = about.exclude(session=session) if session.pk else about
    here = DroppedItem.objects.filter(session=session, task=OuterRef("pk"))
    before_it = left_out_by(earlier_than(session), [commune]).filter(task=OuterRef("pk"))
    # With all that lists name.
    found = task_history.as_of(others.with_all(), clock.end_if_past(day)).annotate(
        reason_here=Subquery(here.values("reason")[:1]), was_left_out=Exists(before_it)
    )
    wanted = Q(day_state__in=Task.UNFINISHED)
    if before:
        wanted |= Q(session=before)
    return list(found.filter(wanted))


def _is_unfinished(task: Task) -> bool:
    return task.day_state in Task.UNFINISHED  # type: ignore[attr-defined]


def _is_taken_over(task: Task) -> bool:
    """Whether neither this session nor one before it left it out."""
    return not (task.reason_here or task.was_left_out)  # type: ignore[attr-defined]


def _days_late(task: Task, day: dt.date) -> int:
    """How many days it is past its day, or was when it was reported done."""
    due, state = task.day_due, task.day_state  # type: ignore[attr-defined]
    if due is None or state == State.CANCELLED:
        return 0
    until = day if state == State.OPEN else (task.done_on or day)
    return max(0, (until - due).days)


def _is_late(task: Task, day: dt.date) -> bool:
    return task.day_state == State.OPEN and _days_late(task, day) > 0  # type: ignore[attr-defined]


def _is_due_soon(task: Task, day: dt.date) -> bool:
    return task.day_state == State.OPEN and is_soon(task.day_due, day)  # type: ignore[attr-defined]


def _task(task: Task, day: dt.date) -> Json:
    due = task.day_due  # type: ignore[attr-defined]
    focal = task.focal_person
    return {
        "pk": task.pk,
        "title": task.title,
        "lead": task.lead_name,
        "focal": str(focal) if focal else "",
        "phone": focal.phone if focal else "",
        "criterion": task.criterion.number if task.criterion else None,
        "kind": task.kind,
        "due_on": due.isoformat() if due else None,
        "state": task.day_state,  # type: ignore[attr-defined]
        "percent": task.day_percent,  # type: ignore[attr-defined]
        "days_late": _days_late(task, day),
        "is_illustrative": task.is_illustrative,
    }
