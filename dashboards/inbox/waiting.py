"""The rows of a person's queue, and how many there are, which every page says."""

import datetime as dt
from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

from django.core.cache import caches
from django.db.models import F, OuterRef, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.access import Access
from criteria.models import (
    Claim,
    ClaimDecision,
    CriterionStatus,
    Difficulty,
    Result,
    RoundReturn,
)
from criteria.models.history import cell_address
from dashboards.inbox import reach as within
from dashboards.inbox.queue import Row, Waits, nothing_of, verb_of
from dashboards.inbox.reach import PersonReach
from meetings.models import DueDateChange
from meetings.tasks import task_history
from meetings.tasks.task_history import FollowedTask
from nrm_tracker import clock
from nrm_tracker.parts import ALL
from nrm_tracker.prepared import prepared

# So many rows are read; the number of all is always told.
MOST = 100
LEADS = ("lead_agency", "lead_commune", "lead_working_group", "lead_person")
CELL = (
    "pk",
    "status__criterion__number",
    "status__criterion__short_name",
    "status__enrolment__commune_id",
    "status__enrolment__commune__slug",
    "status__enrolment__commune__name",
    "status__enrolment__criteria_set__code",
)


class Waiting(NamedTuple):
    """The first rows of the queue, how many there are, and what of it there is none."""

    rows: list[Row]
    total: int
    none: list[str]


def count(access: Access) -> int:
    """How many rows the person's queue has; kept until something is written that it may show."""
    if access.user_id is None:
        return 0
    state = (clock.today(), access.fingerprint, access.written[ALL])
    key = f"waiting-{access.user_id}"
    known = caches["pages"].get(key)
    if known is None or known[0] != state:
        known = (state, sum(_counted(within.reach_of(access))))
        caches["pages"].set(key, known)
    return int(known[1])


def count_of(request: HttpRequest) -> int:
    """The same for the person of a request, counted once however often its page says it; of pages
    for nobody in particular nothing."""
    known = vars(request)
    if "waiting" not in known:
        access: Access | None = getattr(request, "access", None)
        known["waiting"] = count(access) if access else 0
    return int(known["waiting"])


def waiting(access: Access) -> Waiting:
    """At most one query for each kind that waits, and one that counts them."""
    reach = within.reach_of(access)
    counts = dict(zip(Waits, _counted(reach), strict=True))
    rows = [row for kind in Waits if counts[kind] for row in READ[kind](reach)]
    return Waiting(
        sorted(rows, key=lambda row: row.order)[:MOST],
        sum(counts.values()),
        [nothing_of(kind) for kind in within.kinds_of(reach) if not counts[kind]],
    )


def _counted(reach: PersonReach) -> tuple[int, ...]:
    found = _counts(*reach)
    return found[0] if found else (0,) * len(Waits)


@prepared
def _counts(*values: Any) -> QuerySet[Any, tuple[int, ...]]:
    return within.counted(PersonReach(*values), within.QUEUE.values())


# Claims


def _returned_rows(reach: PersonReach) -> Iterable[Row]:
    for *cell, why, add_by, agency in _returned(*reach):
        note = f"{agency}: {why}" if agency else why
        yield _cell_row(Waits.RETURNED, reach, cell, note, add_by, is_deadline=True)


@prepared
def _returned(*values: Any) -> QuerySet[Claim, Any]:
    word = (
        ClaimDecision.objects.in_force()
        .filter(claim=OuterRef("pk"), verdict=ClaimDecision.Verdict.RETURNED)
        .order_by("-pk")
    )
    said = {name: word.values(name)[:1] for name in ("reason", "add_by", "agency__short_name")}
    found = within.returned(PersonReach(*values))
    found = found.annotate(why=said["reason"], by_day=said["add_by"])
    found = found.annotate(agency=said["agency__short_name"]).order_by("by_day", "pk")
    return found.values_list(*CELL, "why", "by_day", "agency")[:MOST]


def _verify_rows(reach: PersonReach) -> Iterable[Row]:
    for *cell, result, at, is_of_nobody in _to_verify(*reach):
        note = _("Claimed: %(result)s") % {"result": Result(result).label}
        if is_of_nobody:
            note = _("%(note)s; no agency answers for it") % {"note": note}
        yield _cell_row(Waits.VERIFY, reach, cell, note, clock.local_day(at))


@prepared
def _to_verify(*values: Any) -> QuerySet[Claim, Any]:
    found = within.to_verify(PersonReach(*values)).order_by("submitted_at", "pk")
    return found.values_list(*CELL, "result", "submitted_at", "is_of_nobody")[:MOST]


def _cell_row(
    kind: Waits,
    reach: PersonReach,
    cell: Any,
    note: str,
    day: dt.date,
    *,
    is_deadline: bool = False,
) -> Row:
    pk, number, criterion, commune_id, slug, commune, code = cell
    return Row(
        kind,
        pk,
        named(reach, commune_id, commune, f"{number} {criterion}"),
        cell_address(slug, number, code),
        verb_of(kind),
        note,
        slug=slug,
        number=number,
        **_days(reach, day, is_deadline=is_deadline),
    )


def named(reach: PersonReach, commune_id: int, commune: str, what: str) -> str:
    """What it is, with the commune before it, but for who works for that one alone."""
    return what if set(reach.communes) == {commune_id} else f"{commune}: {what}"


def _claim_rows(reach: PersonReach) -> Iterable[Row]:
    for pk, number, criterion, commune_id, slug, commune, code, *done in _to_claim(*reach):
        title = named(reach, commune_id, commune, f"{number} {criterion}")
        address = reverse("claim", args=[slug, number], query={"set": code})
        yield claim_row(pk, title, address, slug, number, *done, today=reach.day)


def claim_row(
    pk: int,
    title: str,
    address: str,
    slug: str,
    number: int,
    steps_on: dt.date | None,
    task_on: dt.date | None,
    *,
    today: dt.date,
) -> Row:
    """A criterion of which all work was done by then."""
    done_on = max(filter(None, (steps_on, task_on)))
    return Row(
        Waits.CLAIM,
        pk,
        title,
        address,
        verb_of(Waits.CLAIM),
        _("All steps of the plan are done") if steps_on else _("A task on it is done"),
        slug=slug,
        number=number,
        day=done_on,
        waited=max(0, (today - done_on).days),
    )


@prepared
def _to_claim(*values: Any) -> QuerySet[CriterionStatus, Any]:
    found = within.to_claim(PersonReach(*values)).order_by("enrolment", "criterion__number")
    cell = (name.removeprefix("status__") for name in CELL)
    return found.values_list(*cell, "steps_on", "task_on")[:MOST]


# Tasks


def _report_rows(reach: PersonReach) -> Iterable[Row]:
    for task in task_history.listed(_to_report(*reach)):
        told = _("%(percent)s%% done") % {"percent": task.percent} if task.percent else ""
        note = " · ".join(filter(None, [_("Task"), task.subject, told]))
        yield _task_row(Waits.REPORT, reach, task, note, task.due_on, is_deadline=True)


@prepared
def _to_report(*values: Any) -> QuerySet[Any, dict[str, Any]]:
    rows = task_history.as_of(within.to_report(PersonReach(*values)), None).order_by("due_on", "pk")
    return task_history.columns(rows)[:MOST]


def _confirm_rows(reach: PersonReach) -> Iterable[Row]:
    for task in task_history.listed(_to_confirm(*reach)):
        note = _("%(who)s reported it done") % {"who": task.lead_name}
        yield _task_row(Waits.CONFIRM, reach, task, note, task.done_on)


@prepared
def _to_confirm(*values: Any) -> QuerySet[Any, dict[str, Any]]:
    found = within.QUEUE[Waits.CONFIRM](PersonReach(*values))
    rows = task_history.as_of(found, None).order_by(F("done_on").asc(nulls_last=True), "pk")
    return task_history.columns(rows)[:MOST]


def _extend_rows(reach: PersonReach) -> Iterable[Row]:
    for asked in _to_extend(*reach):
        note = _("%(who)s asks for %(day)s") % {
            "who": asked.task.lead_name,
            "day": f"{asked.to_on:%d/%m/%Y}",
        }
        days = _days(reach, asked.from_on, is_deadline=True)
        yield _row(Waits.EXTEND, asked.task_id, asked.task.title, note, days)


@prepared
def _to_extend(*values: Any) -> QuerySet[DueDateChange]:
    leads = [f"task__{lead}" for lead in LEADS]
    found = within.to_extend(PersonReach(*values)).select_related(*leads)
    return found.order_by("from_on", "pk")[:MOST]


def _task_row(
    kind: Waits,
    reach: PersonReach,
    task: FollowedTask,
    note: str,
    day: dt.date | None,
    *,
    is_deadline: bool = False,
) -> Row:
    return _row(kind, task.pk, task.title, note, _days(reach, day, is_deadline=is_deadline))


def _row(kind: Waits, pk: int, title: str, note: str, days: dict[str, Any]) -> Row:
    address = reverse("task", args=[pk])
    return Row(kind, pk, title, address, verb_of(kind), note, is_task=True, **days)


# The rest


def rounds(access: Access) -> list[Row]:
    """The rounds that a commune's own people have to submit or confirm: one query."""
    return list(_round_rows(within.reach_of(access)))


def _round_rows(reach: PersonReach) -> Iterable[Row]:
    for given in _rounds(*reach):
        commune = given.enrolment.commune
        # Its leader submits it; its staff confirm one criterion after another.
        verb = verb_of(Waits.ROUND if commune.pk in reach.heads else Waits.CONFIRM)
        yield Row(
            Waits.ROUND,
            given.pk,
            named(reach, commune.pk, commune.name, given.round.name),
            given.get_absolute_url(),
            verb,
            _("Review round"),
            slug=commune.slug,
            **_days(reach, given.round.closes_on, is_deadline=True),
        )


@prepared
def _rounds(*values: Any) -> QuerySet[RoundReturn]:
    found = within.rounds(PersonReach(*values)).select_related("round", "enrolment__commune")
    return found.order_by("round__closes_on", "pk")[:MOST]


def _answer_rows(reach: PersonReach) -> Iterable[Row]:
    for one in _to_answer(*reach):
        what = one.request or one.cause
        about = f"{one.criterion.number} {one.criterion.short_name}" if one.criterion else ""
        level = Difficulty.AskedOf(one.asked_of).label
        note = _("Level that must solve it: %(level)s") % {"level": level}
        yield Row(
            Waits.ANSWER,
            one.pk,
            f"{one.commune.name}: {what}",
            reverse("difficulty-resolve", args=[one.pk]),
            verb_of(Waits.ANSWER),
            " · ".join(filter(None, [about, note])),
            slug=one.commune.slug,
            **_days(reach, one.stated_on),
        )


@prepared
def _to_answer(*values: Any) -> QuerySet[Difficulty]:
    found = within.to_answer(PersonReach(*values)).select_related("commune", "criterion")
    return found.order_by("stated_on", "pk")[:MOST]


def _days(reach: PersonReach, day: dt.date | None, *, is_deadline: bool = False) -> dict[str, Any]:
    """The day of a row, and how far it is."""
    if day is None:
        return {"waited": 0}
    far = (day - reach.day).days
    return {"day": day, "left": far} if is_deadline else {"day": day, "waited": max(0, -far)}


READ: dict[Waits, Callable[[PersonReach], Iterable[Row]]] = {
    Waits.RETURNED: _returned_rows,
    Waits.CLAIM: _claim_rows,
    Waits.ROUND: _round_rows,
    Waits.REPORT: _report_rows,
    Waits.VERIFY: _verify_rows,
    Waits.CONFIRM: _confirm_rows,
    Waits.EXTEND: _extend_rows,
    Waits.ANSWER: _answer_rows,
}
