"""What waits for a commune's own people, on its page: the rows of their queue that are its own."""

import datetime as dt
from collections.abc import Iterable

from django.urls import reverse
from django.utils.translation import gettext as _

from criteria.models.history import cell_address
from dashboards.commune.run_on_day import RunOnDay
from dashboards.inbox import waiting
from dashboards.inbox.queue import Row, Waits, verb_of
from dashboards.overview.upcoming import CommuneUpcoming
from meetings.tasks.task_history import FollowedTask


def rows(
    run: RunOnDay | None, upcoming: CommuneUpcoming, rounds: Iterable[Row], today: dt.date
) -> list[Row]:
    """What came back or is to be claimed, the tasks that the commune leads and that are near, the
    rounds to submit: of what the page has read already."""
    found = [_task(task, today) for task in upcoming.near(today)]
    found += rounds
    if run and not run.enrolment.is_closed_by(today):
        found += _returned(run, today)
        found += _due(run, today)
    return sorted(found, key=lambda row: row.order)


def _returned(run: RunOnDay, today: dt.date) -> Iterable[Row]:
    place, code = run.enrolment.commune.slug, run.enrolment.criteria_set.code
    for criterion in run.criteria:
        claim = run.claims.get(criterion.number)
        if not claim or claim.is_waiting:
            continue
        note = f"{claim.returned_by}: {claim.to_add}" if claim.returned_by else claim.to_add
        yield Row(
            Waits.RETURNED,
            criterion.number,
            str(criterion),
            cell_address(place, criterion.number, code),
            verb_of(Waits.RETURNED),
            note,
            number=criterion.number,
            day=claim.add_by,
            left=(claim.add_by - today).days if claim.add_by else None,
        )


def _due(run: RunOnDay, today: dt.date) -> Iterable[Row]:
    place, code = run.enrolment.commune.slug, run.enrolment.criteria_set.code
    for status in run.due:
        number = status.criterion.number
        yield waiting.claim_row(
            status.pk,
            str(status.criterion),
            reverse("claim", args=[place, number], query={"set": code}),
            place,
            number,
            status.steps_on,  # type: ignore[attr-defined]
            status.task_on,  # type: ignore[attr-defined]
            today=today,
        )


def _task(task: FollowedTask, today: dt.date) -> Row:
    assert task.due_on is not None  # noqa: S101 it is near
    return Row(
        Waits.REPORT,
        task.pk,
        task.title,
        reverse("task", args=[task.pk]),
        verb_of(Waits.REPORT),
        _("Task"),
        is_task=True,
        day=task.due_on,
        left=(task.due_on - today).days,
    )
