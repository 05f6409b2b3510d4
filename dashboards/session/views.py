"""Working sessions: the list, one session, the briefing of one commune."""

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass, fields
from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.db.models import Count, Exists, F, IntegerField, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from accounts.access import SignedIn
from accounts.models import Ability
from accounts.names import who_is, who_was
from communes.models import Commune
from criteria.progress import matrix
from criteria.progress.board import Board, BoardRow
from criteria.progress.page_date import Moment, PageDate
from criteria.progress.status import CommuneStatus, State
from dashboards.session.briefed_tasks import briefed_tasks
from dashboards.session.briefing import briefing_of, told_plan
from meetings import permissions
from meetings.documents import context
from meetings.models import Addendum, Briefing, DocumentTemplate, Entry, Task, WorkingSession
from meetings.models.tasks import SOON
from meetings.publication import freezing, session_page
from meetings.tasks.briefing import dated
from nrm_tracker import clock
from nrm_tracker.page_cache import cached_until_written
from nrm_tracker.prepared import prepared

ROWS_A_PAGE = 50


class SessionFilter(forms.Form):
    """What of the list is shown. What the address names and the list has not, filters nothing."""

    commune = forms.ChoiceField(label=_("Commune"), required=False)
    form = forms.ChoiceField(
        label=_("Form"),
        choices=[("", _("Both forms")), *WorkingSession.Form.choices],
        required=False,
    )

    def __init__(self, *args: Any, found: QuerySet[WorkingSession], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        communes = Commune.objects.filter(sessions__in=found).distinct().order_by("sort_key")
        choices = [("", _("All communes")), *communes.values_list("slug", "name")]
        self.fields["commune"].choices = choices  # type: ignore[attr-defined]

    def narrow(self, found: QuerySet[WorkingSession]) -> QuerySet[WorkingSession]:
        asked = self.cleaned_data
        if asked.get("commune"):
            found = found.filter(communes__slug=asked["commune"])
        if asked.get("form"):
            found = found.filter(form=asked["form"])
        return found


@require_safe
@cached_until_written
def session_list(request: SignedIn) -> HttpResponse:
    today, within = clock.today(), WorkingSession.objects.within(request.access.shown)
    form = SessionFilter(request.GET, found=within)
    form.is_valid()
    found = form.narrow(_counted(within))
    to_come = Q(held_on__gte=today) & ~Q(state__in=WorkingSession.TAKEN_PLACE)
    ahead = found.filter(to_come).order_by("held_on", "starts_at", "pk")
    past = found.exclude(to_come).order_by("-held_on", "-pk")
    return render(
        request,
        "dashboards/session/sessions.html",
        {
            "nav": "sessions",
            "today": today,
            "form": form,
            "is_narrow": any(form.cleaned_data.values()),
            "ahead": Paginator(ahead, ROWS_A_PAGE).get_page(request.GET.get("ahead")),
            "page": Paginator(past, ROWS_A_PAGE).get_page(request.GET.get("page")),
            "may_convene": bool(permissions.convening_areas(request.access) & request.access.shown),
        },
    )


def _counted(found: QuerySet[WorkingSession]) -> QuerySet[WorkingSession]:
    """Each with its communes, how many entries and tasks, and whether it was corrected."""

    def number_of(model: type[Entry] | type[Task]) -> Coalesce:
        rows = model.objects.filter(session=OuterRef("pk")).order_by().values("session")
        counted = rows.annotate(n=Count("pk")).values("n")
        return Coalesce(Subquery(counted), 0, output_field=IntegerField())

    return found.annotate(
        entry_count=number_of(Entry),
        task_count=number_of(Task),
        is_corrected=Exists(Addendum.objects.corrections().filter(session=OuterRef("pk"))),
    ).prefetch_related("communes")


@require_safe
@cached_until_written
def session(request: SignedIn, pk: int) -> HttpResponse:
    found, changes = _with_changes(request, pk)
    page, today = freezing.page_of(found), clock.today()
    made = page.board
    when = PageDate(Moment(page.day), today, page.set_code)
    may = _may(request, found)
    return render(
        request,
        "dashboards/session/session.html",
        {
            "nav": "sessions",
            "session": found,
            "today": today,
            "may": may,
            "people": session_page.people_of(found),
            "page": page,
            "changes": changes,
            "received": session_page.received_of(found),
            "published_papers": _published_papers(found),
            "board": made,
            "rows": [*made.rows, *made.others, *made.unenrolled],
            "when": when,
            "matrix": matrix.body(made, made.rows, when.query),
            "recordable": _recordable(made) if may.assess else [],
            "unset": context.unset(context.head_of(found.area, found.form)) if may.assign else [],
        },
    )


@dataclass(frozen=True)
class PaperAsPublished:
    kind: str
    name: str
    sha256: str


def _published_papers(found: WorkingSession) -> list[PaperAsPublished]:
    """The papers that were kept as they were published, without what they say."""
    if not found.is_published:
        return []
    kept = found.published_papers.values_list("kind", "sha256")
    names = DocumentTemplate.Kind
    return [PaperAsPublished(kind, str(names(kind).label), sha256) for kind, sha256 in kept]


@dataclass(frozen=True)
class May:
    """What the person may do with a session now: each is a button."""

    change: bool
    call_off: bool
    delete: bool
    hold: bool
    publish: bool
    add: bool
    attach_scan: bool
    assess: bool
    assign: bool


def _may(request: SignedIn, found: WorkingSession) -> May:
    convenes = permissions.may_convene(request.access, found.area_id)
    assigns = permissions.may_assign(request.access, found.area_id)
    finds = found.area_id in request.access.areas_for(Ability.ASSESS)
    has_come = found.held_on <= clock.today()
    is_open = not (found.is_published or found.is_called_off)
    return May(
        change=convenes and is_open,
        call_off=convenes and found.is_draft,
        delete=found.is_draft and permissions.may_delete(request.access, request.user, found),
        hold=convenes and found.is_draft and has_come,
        publish=convenes and found.state == WorkingSession.State.HELD,
        add=convenes and found.is_published,
        attach_scan=convenes and found.is_published,
        assess=convenes and finds and is_open and has_come,
        assign=assigns and not found.is_called_off,
    )


# Criteria by their number and short name.
Named = list[tuple[int, str]]


def _recordable(board: Board) -> list[tuple[BoardRow, Named, Named]]:
    """Each commune with the criteria that it does not meet, and with those that it may fall back
    from."""
    found = []
    for row in board.rows:
        open_ = [(one.number, one.short_name) for one in board.missing(row)]
        found.append((row, open_, [one for one in board.columns if one not in open_]))
    return found


@require_safe
@cached_until_written
def briefing(request: SignedIn, pk: int, slug: str) -> HttpResponse:
    found = _session(request, pk)
    communes = _with_frozen(found, slug)
    commune = next((one for one in communes if one.slug == slug), None)
    if commune is None:
        raise Http404
    content = dated(commune.frozen or briefing_of(found, commune))
    day = content["day_on"]
    # What came of the last session, what is late and what is due soon have lists of their own.
    told = {task["pk"] for name in ("promises", "late", "soon") for task in content[name]}
    carried = [task for task in content["carried"] if task["pk"] not in told]
    return render(
        request,
        "dashboards/session/briefing.html",
        {
            "nav": "sessions",
            "session": found,
            "commune": commune,
            "others": [one for one in communes if one != commune],
            "frozen_at": commune.frozen_at,
            "b": content,
            "status": _told_status(content.get("status")),
            "plan": told_plan(content),
            "promises": briefed_tasks(content["promises"], day),
            "late": briefed_tasks(content["late"], day),
            "soon": briefed_tasks(content["soon"], day),
            "carried": briefed_tasks(carried, day),
            "soon_days": SOON.days,
        },
    )


def _told_status(said: dict[str, Any] | None) -> CommuneStatus | None:
    """What a briefing says that its commune is; those frozen long ago say nothing of it."""
    if not said:
        return None
    return CommuneStatus(State(said["state"]), said["since_on"], said["for_year"])


def _with_frozen(found: WorkingSession, slug: str) -> list[Any]:
    """The communes of a session; the one of `slug` with its briefing, where one was frozen."""
    of_it = Briefing.objects.filter(session=found, commune=OuterRef("pk"), commune__slug=slug)
    communes = found.communes.annotate(
        frozen=Subquery(of_it.values("content")), frozen_at=Subquery(of_it.values("frozen_at"))
    )
    return list(communes.order_by("sort_key"))


@dataclass(frozen=True)
class DayChange:
    """That a session was moved; or called off, where there is no other day."""

    from_on: dt.date
    from_at: dt.time | None
    to_on: dt.date | None
    to_at: dt.time | None
    reason: str
    by: str
    at: dt.datetime


def _with_changes(request: SignedIn, pk: int) -> tuple[WorkingSession, list[DayChange]]:
    """A session within reach and how it was moved or called off, the oldest first: one query."""
    rows = _changed(request.access.areas, pk)
    if not rows:
        raise Http404
    told = [{name: getattr(row, f"change_{name}") for name in OF_A_CHANGE} for row in rows]
    changes = [one | {"by": who_was(one["by"], one["at"])} for one in told if one["from_on"]]
    return rows[0], [DayChange(**one) for one in changes]


OF_A_CHANGE = [one.name for one in fields(DayChange)]


@prepared
def _changed(area_ids: Collection[int], pk: int) -> QuerySet[WorkingSession]:
    joined: dict[str, Any] = {f"change_{name}": F(f"changes__{name}") for name in OF_A_CHANGE}
    joined["change_by"] = who_is("changes__by")
    found = _reached(area_ids).filter(pk=pk).annotate(**joined)
    return found.order_by("changes__at", "changes__pk")


def _session(request: SignedIn, pk: int) -> WorkingSession:
    """A session within reach. A draft is seen by everyone of the area."""
    return get_object_or_404(_reached(request.access.areas), pk=pk)


def _reached(area_ids: Collection[int]) -> QuerySet[WorkingSession]:
    reached = WorkingSession.objects.within(area_ids)
    return reached.select_related("area", "convened_by", "published_by")
