"""The page of one cell: a criterion of a commune."""

import datetime as dt
from collections.abc import Collection

from django.core.paginator import Paginator
from django.db.models import Count, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.access import SignedIn
from criteria import permissions
from criteria.assessments import bulk_undo
from criteria.evidence import queries as evidence_queries
from criteria.followup import queries as followup_queries
from criteria.followup.forms import CommentForm
from criteria.models import CriterionStatus
from criteria.models.history import CriterionStatusQuerySet
from criteria.progress import cells, page_date
from criteria.progress.page_date import PageDate
from criteria.standards import responsible_agencies
from dashboards.cell import cell_actions
from dashboards.commune.grouped_history import ToldAssessment
from dashboards.commune.views import within_life
from meetings.models import Task
from meetings.tasks import task_history
from nrm_tracker import clock
from nrm_tracker.page_cache import cached_until_written, not_stored
from nrm_tracker.prepared import Number, prepared
from plans.villages.proposal import proposal

TOLD_ON_A_CELL = 20


@not_stored
@require_safe
@cached_until_written
def cell(request: SignedIn, slug: str, number: int) -> HttpResponse:
    if redirect := page_date.to_iso(request):
        return redirect
    found = _statuses(request.access.areas, slug, number)
    if not found:
        raise Http404
    commune = found[0].enrolment.commune
    when = within_life(page_date.read(request), commune)
    commune = commune.named_on(when.day)
    status = cells.choose_status(found, number, when.day, when.set_code)
    if status is None:
        raise Http404
    enrolment = status.enrolment
    told, corrected = cells.history_of(status, when.moment)
    responsible = responsible_agencies.responsible([status.criterion], when.day, {commune.area_id})
    answerable = responsible.get(status.criterion_id, [])
    page = Paginator(told, TOLD_ON_A_CELL).get_page(request.GET.get("page"))
    actions = cell_actions.actions_at(request.access, request.user, status, answerable, when)
    shows_personal = permissions.may_see_personal(request.access, commune, answerable)
    correctable = {entry.pk for entry in page if entry.level in actions.levels} - corrected
    said = followup_queries.followup_of_cell(
        status, when.day, when.moment.known, joins=request.access.joins
    )
    comment_form = CommentForm()
    if when.is_now:
        comment_form.acting = permissions.comments_as(
            request.access, commune, answerable, said.directing
        )
    takes_evidence = when.is_now and not enrolment.is_closed_by(when.day)
    works_on = permissions.may_attach(request.access, commune)
    pieces = evidence_queries.evidence_of(status, when.moment.said_until, shows_personal)
    standing = [entry for entry in page if entry.pk not in corrected] if when.is_now else []
    undoable, undo = bulk_undo.undo_of(standing, request.user)
    return render(
        request,
        "dashboards/cell/cell.html",
        {
            "nav": "communes",
            "when": when,
            "commune": commune,
            "enrolment": enrolment,
            "status": status,
            "criterion": status.criterion,
            "task_count": _task_count(status, when),
            "cell": cells.fill([status.criterion], told, corrected)[0],
            "proposal": proposal(
                status,
                actions.measures,
                when.moment,
                actions.draft.values if actions.draft else (),
            ),
            "agencies": responsible_agencies.agencies(answerable),
            "earlier": number - 1 if number > 1 else None,
            "later": number + 1 if number < status.size else None,  # type: ignore[attr-defined]
            "told": page,
            "actions": actions,
            "undoable": undoable,
            "undo": undo,
            "evidence": evidence_queries.checklist(actions.papers, pieces),
            "followup": said,
            "rights": (said.rights(request.access, commune, answerable) if when.is_now else None),
            "comment_form": comment_form,
            "may_attach": takes_evidence and works_on,
            "others_attach": takes_evidence and not works_on,
            "told_entries": [
                ToldAssessment.of(entry, corrected, correctable) for entry in page.object_list
            ],
        },
    )


def _task_count(status: CriterionStatus, when: PageDate) -> int:
    """How many tasks on the cell were not finished: today's came with it; one query for a past
    day."""
    end = clock.end_if_past(when.moment.said_until)
    if end is None:
        return int(status.task_count)  # type: ignore[attr-defined]
    return _unfinished(status.enrolment.commune_id, status.criterion_id, end)


@prepared
def _unfinished(commune_id: int, criterion_id: int, end: dt.datetime) -> Number:
    about = Task.objects.filter(commune=commune_id, criterion=criterion_id)
    return Number(task_history.unfinished(task_history.as_of(about, end), end))


@prepared
def _statuses(area_ids: Collection[int], slug: str, number: int) -> CriterionStatusQuerySet:
    """Each with how many unfinished tasks there are about its commune and criterion."""
    statuses = cells.sized(cells.statuses_of(area_ids, slug, number))
    about = Task.objects.unfinished().filter(
        commune=OuterRef("enrolment__commune"), criterion=OuterRef("criterion")
    )
    counted = about.order_by().values("commune").annotate(n=Count("pk")).values("n")
    return statuses.annotate(task_count=Coalesce(Subquery(counted), 0))
