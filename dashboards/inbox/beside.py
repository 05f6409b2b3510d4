"""What stands folded beside the queue: far tasks, and what waits for others."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from django.db.models import F, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.access import Access
from criteria.models import Claim
from criteria.models.history import cell_address
from dashboards.inbox import reach as within
from dashboards.inbox import waiting
from dashboards.inbox.queue import waited
from dashboards.inbox.reach import PersonReach
from meetings.models import Task
from meetings.tasks import task_history
from meetings.tasks.task_history import FollowedTask
from nrm_tracker import clock
from nrm_tracker.prepared import prepared

# So many lines of a fold are shown.
FEW = 20


class FoldLine(NamedTuple):
    text: str
    address: str
    note: str = ""


@dataclass(frozen=True)
class Fold:
    """Lines under a heading; `count` is how many there are, the first of them are shown."""

    title: str
    note: str
    count: int
    # Whether the heading does not say how many there are.
    is_counted: bool = True
    lines: list[FoldLine] = field(default_factory=list)
    more: str = ""


class Others(NamedTuple):
    """How many tasks of others the person follows are late, or due soon."""

    late: int
    soon: int


def beside(access: Access) -> tuple[list[Fold], Others]:
    """At most five queries, and one that counts."""
    reach = within.reach_of(access)
    found = _counts(*reach)
    far, sent, reported, back, asked, late, soon = found[0] if found else (0,) * 7
    folds = [
        _far(reach, far) if far else None,
        _sent(reach, sent, reported) if sent + reported else None,
        _claims(reach, _("Returned, wait for the commune"), back, _back) if back else None,
        _claims(reach, _("Claims that wait for agencies"), asked, _at_agencies) if asked else None,
    ]
    return [fold for fold in folds if fold], Others(late, soon)


@prepared
def _counts(*values: Any) -> QuerySet[Any, tuple[int, ...]]:
    return within.counted(PersonReach(*values), within.BESIDE)


def _far(reach: PersonReach, count: int) -> Fold:
    tasks = task_history.listed(_far_tasks(*reach))
    first = next((task.due_on for task in tasks), None)
    title = ngettext("%(n)s task is far", "%(n)s tasks are far", count) % {"n": count}
    note = _("the next by %(day)s") % {"day": f"{first:%d/%m/%Y}"} if first else _("continuing")
    lines = [_task(one) for one in tasks]
    return Fold(title, note, count, is_counted=False, lines=lines, more=_tasks_of("who=mine"))


def _sent(reach: PersonReach, claims: int, tasks: int) -> Fold:
    lines = _claim_lines(reach, _sent_claims) if claims else []
    if tasks:
        rows = task_history.listed(_reported(*reach))
        lines += [_task(one, _("waits for confirmation")) for one in rows]
    return Fold(_("Sent, waiting"), _first(lines), claims + tasks, lines=lines)


def _claims(reach: PersonReach, title: str, count: int, read: Callable[..., Any]) -> Fold:
    lines = _claim_lines(reach, read)
    return Fold(title, _first(lines), count, lines=lines)


def _first(lines: list[FoldLine]) -> str:
    """Nothing where what was counted is gone meanwhile."""
    return ", ".join(filter(None, lines[0][::2])) if lines else ""


def _claim_lines(reach: PersonReach, read: Callable[..., Any]) -> list[FoldLine]:
    return [_claim(reach, row) for row in read(*reach)]


def _claim(reach: PersonReach, row: Any) -> FoldLine:
    _pk, number, criterion, commune_id, slug, commune, code, at = row
    days = (reach.day - clock.local_day(at)).days
    return FoldLine(
        waiting.named(reach, commune_id, commune, f"{number} {criterion}"),
        cell_address(slug, number, code),
        waited(days),
    )


def _task(task: FollowedTask, note: str = "") -> FoldLine:
    if not note:
        note = f"{task.due_on:%d/%m/%Y}" if task.due_on else str(Task.Kind.CONTINUING.label)
    return FoldLine(task.title, reverse("task", args=[task.pk]), note)


def _tasks_of(query: str) -> str:
    return f"{reverse('tasks')}?{query}"


@prepared
def _far_tasks(*values: Any) -> QuerySet[Any, dict[str, Any]]:
    return _task_columns(within.far(PersonReach(*values)))


@prepared
def _reported(*values: Any) -> QuerySet[Any, dict[str, Any]]:
    return _task_columns(within.reported(PersonReach(*values)))


def _task_columns(found: QuerySet[Task]) -> QuerySet[Any, dict[str, Any]]:
    rows = task_history.as_of(found, None).order_by(F("due_on").asc(nulls_last=True), "pk")
    return task_history.columns(rows)[:FEW]


@prepared
def _sent_claims(*values: Any) -> QuerySet[Claim, Any]:
    return _claim_columns(within.sent_claims(PersonReach(*values)), "submitted_at")


@prepared
def _at_agencies(*values: Any) -> QuerySet[Claim, Any]:
    return _claim_columns(within.at_agencies(PersonReach(*values)), "submitted_at")


@prepared
def _back(*values: Any) -> QuerySet[Claim, Any]:
    return _claim_columns(within.sent_back(PersonReach(*values)), "closed_at")


def _claim_columns(found: QuerySet[Claim], since: str) -> QuerySet[Claim, Any]:
    return found.order_by(since, "pk").values_list(*waiting.CELL, since)[:FEW]
