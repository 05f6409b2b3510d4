"""The page of one commune."""

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from accounts.access import SignedIn
from communes.models import Commune
from criteria import permissions
from criteria.followup import queries as followup_queries
from criteria.models import Criterion, Enrolment, Recognition
from criteria.progress import cells, page_date
from criteria.progress.moment import Moment
from criteria.progress.page_date import PageDate
from criteria.progress.status import status_of, withdrawal_warning
from criteria.progress.statuses import granted_of
from criteria.reviews.queries import FrozenRow, frozen_rows
from dashboards.commune import own_queue, run_on_day
from dashboards.commune.grouped_history import sittings, tell
from dashboards.commune.run_on_day import RunOnDay
from dashboards.commune.task_folds import folds
from dashboards.inbox import waiting
from dashboards.overview import charts, upcoming
from dashboards.overview.summary import stale_since
from dashboards.overview.upcoming import CommuneUpcoming
from nrm_tracker.page_cache import cached_until_written

TOLD_ON_A_COMMUNE = 5
ROUNDS_ON_A_COMMUNE = 4


@require_safe
@cached_until_written
def commune(request: SignedIn, slug: str) -> HttpResponse:
    if redirect := page_date.to_iso(request):
        return redirect
    enrolments = cells.runs_within(request.access.areas, slug)
    found = enrolments[0].commune if enrolments else _commune(request, slug)
    when = within_life(page_date.read(request), found)
    found = found.named_on(when.day)
    enrolment = cells.choose_enrolment(enrolments, when.day, when.set_code)
    upcoming_of = upcoming.of_commune(found, when.moment)
    is_own = permissions.may_draft(request.access, found.pk)
    works = when.is_now and is_own
    context = {
        "nav": "communes",
        "when": when,
        "commune": found,
        "enrolment": enrolment,
        "enrolments": enrolments,
        "successors": _successors(found, when),
        "upcoming": upcoming_of,
        "is_own": is_own,
        "may_recognise": when.is_now and permissions.may_recognise(request.access, found.area_id),
    }
    run = run_on_day.read(enrolment, when.moment, with_due=works) if enrolment else None
    if run:
        if run.enrolment.is_closed_by(when.day):
            context["may_recognise"] = False
        context |= _measured(request, found, run, when)
    context |= _work(request, found, run, upcoming_of, when)
    return render(request, "dashboards/commune/commune.html", context)


def _work(
    request: SignedIn,
    commune: Commune,
    run: RunOnDay | None,
    upcoming_of: CommuneUpcoming,
    when: PageDate,
) -> dict[str, object]:
    """The tasks; for the commune's own people first what waits for them, which is not repeated."""
    tasks = upcoming_of.tasks
    if not when.is_now or not permissions.may_draft(request.access, commune.pk):
        return {"task_folds": folds(tasks, when.moment.said_until)}
    own = [row for row in waiting.rounds(request.access) if row.slug == commune.slug]
    near = upcoming_of.near(when.day)
    others = [task for task in tasks if task not in near]
    return {
        "queue": own_queue.rows(run, upcoming_of, own, when.day),
        "queued": len(near),
        "task_folds": folds(others, when.day),
    }


def _successors(commune: Commune, when: PageDate) -> list[Commune]:
    """What came of a commune that ended; nothing is asked of one that is to end."""
    has_ended = commune.dissolved_on is not None and commune.dissolved_on <= when.today
    return list(commune.successors.all()) if has_ended else []


def _measured(
    request: SignedIn, commune: Commune, run: RunOnDay, when: PageDate
) -> dict[str, object]:
    """What a commune's page shows of its run at a set."""
    enrolment = run.enrolment
    history = sittings(run.told)
    recognitions = _recognitions(enrolment, when.moment)
    is_recognised = any(holds and granted.is_full for granted, holds in recognitions)
    nearly_counts = commune.area.counts_nearly
    row = run.board_row(commune)
    return {
        **_rights(request, commune, run, when),
        "criteria": run.criteria_rows,
        "plan": run.plan,
        "open_count": sum(row.is_open for row in run.criteria_rows),
        "usual": run.usual,
        "without_evidence": run.without_evidence,
        "sent": run.sent,
        "head": run.head,
        "group": commune.group_name_on(when.day),
        "row": row,
        "newest": run.newest,
        # A recognition stands until it is revoked: that it is old says nothing.
        "stale_since": (
            stale_since(run.newest.assessed_on, when.day)
            if run.newest and not is_recognised
            else None
        ),
        "changes": run.changes,
        "rounds": _rounds(run),
        "chart": charts.line_chart([row], {enrolment.pk: run.past}, when.day, len(run.criteria)),
        "history": tell(history[:TOLD_ON_A_COMMUNE], run.corrected),
        "history_left": len(history[TOLD_ON_A_COMMUNE:]),
        "recognitions": recognitions,
        "status": status_of(
            run.results,
            run.newest.assessed_on if run.newest else None,
            recognitions,
            None if is_recognised else run.last_step_on,
            nearly_counts=nearly_counts,
        ),
        "withdrawal": (
            withdrawal_warning(run.criteria, run.results, nearly_counts=nearly_counts)
            if is_recognised
            else None
        ),
        "is_recognised": is_recognised,
        "is_closed": enrolment.is_closed_by(when.day),
        "may_enrol": when.is_now and permissions.may_enrol(request.access, commune.area_id),
    }


def _rights(
    request: SignedIn, commune: Commune, run: RunOnDay, when: PageDate
) -> dict[str, object]:
    """What is said beside the run, and what the person may do there today."""
    access = request.access
    said = followup_queries.followup_of_commune(commune, when.day, when.moment.known)
    is_open = when.is_now and not run.enrolment.is_closed_by(when.day)
    return {
        "followup": said,
        "rights": said.rights(access, commune, []) if when.is_now else None,
        "may_fill": is_open and permissions.may_fill_sheet(access, commune),
        "may_assess": is_open
        and any(
            permissions.may_assess(access, commune, run.responsible.get(criterion.pk, []))
            for criterion in run.criteria
        ),
    }


def _rounds(run: RunOnDay) -> list[tuple[FrozenRow, list[Criterion]]]:
    """The last closed rounds, each with the criteria that stand otherwise since."""
    frozen = frozen_rows(run.enrolment, run.moment)[:ROUNDS_ON_A_COMMUNE]
    return [(row, [run.criteria[n] for n in row.changed_in(run.results)]) for row in frozen]


def _recognitions(enrolment: Enrolment, moment: Moment) -> list[tuple[Recognition, bool]]:
    """The recognitions granted by the day, each with whether it holds."""
    found = granted_of(enrolment.pk, moment.day, moment.known_before)
    return [(recognition, recognition.holds_on(moment.day)) for recognition in found]


def _commune(request: SignedIn, slug: str) -> Commune:
    reached = Commune.objects.within(request.access.areas).select_related("area__parent")
    return get_object_or_404(reached, slug=slug)


def within_life(when: PageDate, commune: Commune) -> PageDate:
    """A dissolved unit opens on its last day, one not yet there not at all (rule 13)."""
    if commune.established_on and when.day < commune.established_on:
        raise Http404
    last = commune.last_day
    if last is None or when.day <= last:
        return when
    moment = Moment(last, when.moment.known, when.moment.compare)
    return PageDate(moment, when.today, when.set_code, when.problems)
