"""The communes, one commune, one cell."""

from dataclasses import dataclass, replace

from django.core.paginator import Paginator
from django.db.models import Count, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from accounts.access import SignedIn
from communes.models import Commune
from criteria import beside, cells, claims, evidence, permissions, scoring
from criteria.forms.beside import CommentForm
from criteria.models import Enrolment, Recognition
from criteria.models.history import CriterionStatusQuerySet
from criteria.progress import Moment, Row, granted_by
from dashboards import agenda, boards, charts, desks, moments
from dashboards.kept import kept
from dashboards.moments import When
from dashboards.stories import tell
from dashboards.views.home import in_force, stale_since, totals
from meetings.models import Task
from nrm_tracker.revision import unchanged_since_last_write

TOLD_ON_A_COMMUNE = 12
TOLD_ON_A_CELL = 20


@require_safe
@unchanged_since_last_write
@kept()
def commune_list(request: SignedIn) -> HttpResponse:
    if redirect := moments.to_iso(request):
        return redirect
    sheet = boards.sheet(request, default_sort="name")
    return render(
        request,
        "dashboards/overview/communes.html",
        {
            "nav": "communes",
            "when": sheet.when,
            "board": sheet.board,
            "sheet": sheet,
            "totals": totals(sheet.board),
            "stale_since": stale_since(sheet.board.newest_day, sheet.when.day),
        },
    )


@require_safe
def commune(request: SignedIn, slug: str) -> HttpResponse:
    if redirect := moments.to_iso(request):
        return redirect
    enrolments = cells.runs_within(request.access.areas, slug)
    found = enrolments[0].commune if enrolments else _commune(request, slug)
    when = _within_life(moments.read(request), found)
    enrolment = cells.choose_enrolment(enrolments, when.day, when.set_code)
    context = {
        "nav": "communes",
        "when": when,
        "commune": found,
        "enrolment": enrolment,
        "enrolments": enrolments,
        "successors": _successors(found, when),
        "agenda": agenda.of_commune(found, when.moment),
        "may_recognise": when.is_now and permissions.may_recognise(request.access, found.area_id),
    }
    if enrolment:
        context |= _measured(request, found, enrolment, when)
    return render(request, "dashboards/commune/commune.html", context)


def _successors(commune: Commune, when: When) -> list[Commune]:
    """What came of a commune that ended; nothing is asked of one that is to end."""
    has_ended = commune.dissolved_on is not None and commune.dissolved_on <= when.today
    return list(commune.successors.all()) if has_ended else []


def _measured(
    request: SignedIn, commune: Commune, enrolment: Enrolment, when: When
) -> dict[str, object]:
    """What a commune's page shows of its run at a set."""
    criteria = list(enrolment.criteria_set.criteria.select_related("group").order_by("number"))
    # The day compared with may be the later one.
    until = max(when.day, when.moment.compare or when.day)
    everything, corrected = cells.history(enrolment, replace(when.moment, day=until))
    told = [entry for entry in everything if entry.assessed_on <= when.day]
    found = cells.fill(criteria, told, corrected)
    responsible = cells.responsible(criteria, when.day)
    standing = claims.standing_of(enrolment, when.moment)
    for cell in found:
        cell.claim = standing.get(cell.criterion.number, "")
        pairs = cells.agencies(responsible.get(cell.criterion.pk, []))
        cell.agencies = [agency for agency, _ in pairs]
    rows = cells.row_history(everything, corrected, [c.number for c in criteria])
    past = [(day, results) for day, results in rows if day <= when.day]
    newest = max(
        (c.headline for c in found if c.headline), key=lambda a: a.assessed_on, default=None
    )
    stories = tell(told)
    recognitions = _recognitions(enrolment, when.moment)
    is_recognised = any(holds for _, holds in recognitions)
    results = "".join(scoring.LETTERS[cell.result] for cell in found)
    row = Row(
        commune.pk,
        commune.slug,
        commune.name,
        "",
        None,
        None,
        enrolment.pk,
        target_on=enrolment.target_on,
        results=results,
    )
    said = beside.beside_commune(commune, when.day, when.moment.known)
    access = request.access
    return {
        "beside": said,
        "rights": said.rights(access, commune, []) if when.is_now else None,
        "may_fill": when.is_now and permissions.may_work_on(access, commune),
        "may_assess": when.is_now
        and any(
            permissions.may_assess(access, commune, responsible.get(criterion.pk, []))
            for criterion in criteria
        ),
        "cells": found,
        "head": scoring.headline(results),
        "row": row,
        "newest": newest,
        # A recognition stands until it is revoked: that it is old says nothing.
        "stale_since": (
            stale_since(newest.assessed_on, when.day) if newest and not is_recognised else None
        ),
        "changes": _changes(rows, results, when.moment),
        "chart": charts.line_chart([row], {enrolment.pk: past}, when.day, len(criteria)),
        "stories": stories[:TOLD_ON_A_COMMUNE],
        "stories_left": len(stories[TOLD_ON_A_COMMUNE:]),
        "corrected": corrected,
        "recognitions": recognitions,
        "is_recognised": is_recognised,
        "missing_count": scoring.headline(results).missing,
        "days_left": (enrolment.target_on - when.day).days if enrolment.target_on else None,
    }


@dataclass(frozen=True)
class Change:
    """How a commune's row differs from the day compared with."""

    before: scoring.Headline
    numbers: frozenset[int]


def _changes(past: list[tuple], results: str, moment: Moment) -> Change | None:
    if moment.compare is None:
        return None
    earlier = [row for day, row in past if day <= moment.compare]
    before = earlier[-1] if earlier else scoring.NOT_ASSESSED * len(results)
    pairs = enumerate(zip(before, results, strict=True), start=1)
    return Change(scoring.headline(before), frozenset(number for number, (a, b) in pairs if a != b))


def _recognitions(enrolment: Enrolment, moment: Moment) -> list[tuple[Recognition, bool]]:
    """The recognitions granted by the day, each with whether it holds."""
    found = granted_by(enrolment.recognitions.all(), moment)
    return [(recognition, in_force(recognition, moment.day)) for recognition in found]


@require_safe
def cell(request: SignedIn, slug: str, number: int) -> HttpResponse:
    if redirect := moments.to_iso(request):
        return redirect
    found = cells.sized(_with_tasks(cells.statuses_of(request.access.areas, slug, number)))
    if not found:
        raise Http404
    commune = found[0].enrolment.commune
    when = _within_life(moments.read(request), commune)
    status = cells.choose_status(found, number, when.day, when.set_code)
    if status is None:
        raise Http404
    enrolment = status.enrolment
    told, corrected = cells.told(status.assessments.all(), when.moment)
    answerable = cells.responsible([status.criterion], when.day).get(status.criterion_id, [])
    page = Paginator(told, TOLD_ON_A_CELL).get_page(request.GET.get("page"))
    work = desks.desk(request.access, request.user, status, answerable, when)
    shows_personal = permissions.may_see_personal(request.access, commune, answerable)
    said = beside.beside_cell(status, when.day, when.moment.known, joins=request.access.joins)
    pieces = evidence.evidence_of(status, when.moment.said_until, shows_personal)
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
            "cell": cells.fill([status.criterion], told, corrected)[0],
            "agencies": cells.agencies(answerable),
            "earlier": number - 1 if number > 1 else None,
            "later": number + 1 if number < enrolment.size else None,  # type: ignore[attr-defined]
            "told": page,
            "corrected": corrected,
            "desk": work,
            "evidence": evidence.checklist(work.papers, pieces),
            "beside": said,
            "rights": (said.rights(request.access, commune, answerable) if when.is_now else None),
            "comment_form": CommentForm(),
            "may_attach": when.is_now and permissions.may_work_on(request.access, commune),
            "correctable": {entry.pk for entry in page if entry.level in work.levels} - corrected,
        },
    )


def _with_tasks(statuses: CriterionStatusQuerySet) -> CriterionStatusQuerySet:
    """Each with how many unfinished tasks there are about its commune and criterion."""
    about = Task.objects.unfinished().filter(
        commune=OuterRef("enrolment__commune"), criterion=OuterRef("criterion")
    )
    counted = about.order_by().values("commune").annotate(n=Count("pk")).values("n")
    return statuses.annotate(task_count=Coalesce(Subquery(counted), 0))


def _commune(request: SignedIn, slug: str) -> Commune:
    reached = Commune.objects.within(request.access.areas).select_related("area__parent")
    return get_object_or_404(reached, slug=slug)


def _within_life(when: When, commune: Commune) -> When:
    """A dissolved unit opens on its last day, one not yet there not at all (rule 13)."""
    if commune.established_on and when.day < commune.established_on:
        raise Http404
    last = commune.last_day
    if last is None or when.day <= last:
        return when
    moment = Moment(last, when.moment.known, when.moment.compare)
    return When(moment, when.today, when.set_code, when.problems)
