"""What waits for a person now, oldest first, by what the person is here for."""

import datetime as dt
from collections.abc import Collection, Sequence

from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext as _

from accounts.access import Access
from accounts.models import User
from communes.models import Commune
from criteria.models import (
    Claim,
    ClaimDecision,
    Criterion,
    Enrolment,
    Responsibility,
    RoundReturn,
)
from criteria.progress import scoring
from criteria.progress.board import Board, BoardRow
from dashboards.inbox import task_queues
from dashboards.inbox.queue import FEW, CellItem, Queue
from nrm_tracker import clock
from nrm_tracker.prepared import prepared


def queues(access: Access, user: User, board: Board) -> list[Queue]:
    """The queues of a person. At most four queries, and one for an agency's criteria."""
    tasks = task_queues.queues(access, user, clock.today())
    return [*_claims(access), *tasks, *_open_criteria(access, board)]


def _claims(access: Access) -> list[Queue]:
    """Claims that wait for this person: to be verified, or to be completed."""
    made = []
    today = clock.today()
    own = access.heads | access.staffs
    if own:
        made.append(
            Queue(
                _("Returned, to be completed"),
                _("No claim of the commune was returned."),
                [_returned(claim) for claim in _returned_to(own, today)],
                is_urgent=True,
            )
        )
    if access.agencies:
        made.append(
            Queue(
                _("Claims that wait for your agency"),
                _("No claim waits for your agency."),
                [_waits(one) for one in _waiting_within(access.areas, access.agencies, today)],
                is_urgent=True,
            )
        )
    if access.coordinates or (access.leads and not access.agencies):
        made.append(
            Queue(
                _("Claims that wait for verification"),
                _("No claim waits for verification."),
                [_waits(claim) for claim in _waiting_within(access.areas, None, today)],
                is_urgent=True,
            )
        )
    return made


def _open_criteria(access: Access, board: Board) -> list[Queue]:
    """The criteria still to be met that concern the person."""
    made = []
    own = access.heads | access.staffs
    if own:
        rows = [row for row in board.rows if row.commune_id in own]
        done = _("Every criterion is met. Keep the evidence up to date.")
        none = _("The commune runs at no criteria set yet. The coordination office enrols it.")
        made.append(
            _open_cells(
                _("Criteria your commune has still to meet"), done if rows else none, board, rows
            )
        )
    if access.agencies:
        answered = _answered_in(access)
        made.append(
            _open_cells(
                _("Criteria of your agency that communes do not meet"),
                _nothing_of_the_agency(board, answered),
                board,
                board.assessed,
                only=_areas_of(access, board.assessed, answered),
            )
        )
    if access.leads or access.coordinates:
        aiming = [row for row in board.rows if row.target_on]
        done = _("No commune with a target day lacks a criterion.")
        made.append(
            _open_cells(
                _("Criteria to be met by communes with a target day"),
                done if aiming else _("No commune has a target day yet."),
                board,
                [row for row in aiming if not row.is_there],
            )
        )
    return made


def _claims_with_cells(today: dt.date) -> QuerySet[Claim]:
    """Those of runs that are not closed: of the others nobody can say anything more."""
    open_runs = Enrolment.objects.open_on(today)
    return Claim.objects.filter(
        Exists(open_runs.filter(pk=OuterRef("status__enrolment")))
    ).select_related(
        "status__criterion", "status__enrolment__commune", "status__enrolment__criteria_set"
    )


@prepared
def _waiting_within(
    area_ids: Collection[int], agencies: Collection[int] | None, today: dt.date
) -> QuerySet[Claim]:
    """Each with whether any agency answers for it today; of agencies those that wait for them."""
    waiting = _claims_with_cells(today).filter(state=Claim.State.SUBMITTED)
    waiting = waiting.annotate(is_answered=Exists(_answering(today)))
    within = waiting.filter(status__enrolment__commune__area__in=area_ids)
    if agencies is not None:
        within = within.filter(Exists(_answering(today).filter(agency__in=agencies)))
        spoken = ClaimDecision.objects.filter(claim=OuterRef("pk"), agency__in=agencies)
        within = within.exclude(Exists(spoken))
    return within.order_by("submitted_at", "pk")


def _answering(today: dt.date) -> QuerySet[Responsibility]:
    """Who answers today for a claim's criterion in the commune's area."""
    return Responsibility.objects.on(today).filter(
        criterion=OuterRef("status__criterion"),
        agency__area=OuterRef("status__enrolment__commune__area"),
    )


@prepared
def _returned_to(communes: Collection[int], today: dt.date) -> QuerySet[Claim]:
    """Returned claims that the commune did nothing about since, the oldest return first."""
    word = ClaimDecision.objects.filter(claim=OuterRef("pk"), verdict="returned").order_by("-pk")
    later = Claim.objects.filter(status=OuterRef("status"), pk__gt=OuterRef("pk"))
    found = _claims_with_cells(today).filter(
        state=Claim.State.RETURNED, status__enrolment__commune__in=communes
    )
    found = found.exclude(Exists(later.exclude(state=Claim.State.DRAFT)))
    return found.annotate(why=word.values("reason")[:1], add_by=word.values("add_by")[:1]).order_by(
        "closed_at", "pk"
    )


def _item(claim: Claim, note: str, since: dt.datetime | None) -> CellItem:
    enrolment, criterion = claim.status.enrolment, claim.status.criterion
    return CellItem(
        enrolment.commune.slug,
        enrolment.commune.name,
        criterion.number,
        criterion.name,
        claim.result,
        note,
        clock.local_day(since) if since else None,
        enrolment.criteria_set.code,
    )


def _waits(claim: Claim) -> CellItem:
    assert claim.submitted_at is not None  # noqa: S101 it was sent
    days = (clock.today() - clock.local_day(claim.submitted_at)).days
    note = _("waits for %(days)s days") % {"days": days}
    if not claim.is_answered:  # type: ignore[attr-defined]
        note = _("%(note)s; no agency answers for it") % {"note": note}
    return _item(claim, note, claim.submitted_at)


def _returned(claim: Claim) -> CellItem:
    why, add_by = claim.why, claim.add_by  # type: ignore[attr-defined]
    note = _("%(why)s (by %(day)s)") % {"why": why, "day": f"{add_by:%d/%m/%Y}"}
    return _item(claim, note, claim.closed_at)


# The criteria that the person's agencies answer for, by the area of each agency.
Answered = dict[int, set[int]]


def _nothing_of_the_agency(board: Board, answered: Answered) -> str:
    """Why an agency has no criterion to look after."""
    if not answered:
        return _("The agency answers for no criterion yet. The administrator says who answers.")
    if not board.assessed:
        return _("No commune is assessed yet.")
    return _("No commune lacks a criterion of your agency.")


def _answered_in(access: Access) -> Answered:
    found = Responsibility.objects.on(clock.today()).filter(agency__in=access.agencies)
    made: Answered = {}
    for area_id, criterion_id in found.values_list("agency__area", "criterion"):
        made.setdefault(area_id, set()).add(criterion_id)
    return made


def _areas_of(access: Access, rows: Sequence[BoardRow], answered: Answered) -> dict[int, set[int]]:
    """By commune the criteria that the person's agencies answer for there: an agency answers in its
    own area alone. One query, where more areas are reached than one."""
    if len(access.areas) == 1:
        return dict.fromkeys((row.commune_id for row in rows), next(iter(answered.values()), set()))
    communes = Commune.objects.within(answered.keys())
    return {pk: answered[area_id] for pk, area_id in communes.values_list("pk", "area")}


def _open_cells(
    title: str,
    empty: str,
    board: Board,
    rows: list[BoardRow],
    only: dict[int, set[int]] | None = None,
) -> Queue:
    """The cells of `rows` neither met nor out of question; `only`: criteria by commune."""
    closed = (scoring.MET, scoring.NOT_APPLICABLE)
    found = [
        (row, n)
        for row in rows
        for n, criterion in enumerate(board.criteria)
        if row.results[n] not in closed
        and (only is None or criterion.pk in only.get(row.commune_id, ()))
    ]
    return Queue(
        title,
        empty,
        [_open_cell(row, board.criteria[n], row.results[n]) for row, n in found[:FEW]],
        total=len(found),
    )


def _open_cell(row: BoardRow, criterion: Criterion, letter: str) -> CellItem:
    result = scoring.NAMES[letter]
    return CellItem(row.slug, row.name, criterion.number, criterion.name, result)


def rounds_to_submit(access: Access) -> list[RoundReturn]:
    """The commune's parts in open rounds that it has still to submit, the first due first."""
    own = access.heads | access.staffs
    if not own:
        return []
    found = RoundReturn.objects.filter(
        enrolment__commune__in=own, submitted_at=None, round__closed_at=None
    )
    return list(found.select_related("round", "enrolment__commune").order_by("round__closes_on"))
