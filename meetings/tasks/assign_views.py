"""Tasks made of a conclusion, of a visit, or by themselves."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from accounts.access import SignedIn
from communes.models import Commune
from criteria.progress.lookups import typed
from meetings import permissions
from meetings.models import Entry, Task, Visit
from meetings.sessions.views import closed_to_changes
from meetings.tasks import actions
from meetings.tasks.assign_forms import ITSELF, AssignForm
from meetings.tasks.undoing import undo as undo_assignment
from nrm_tracker import clock, undoing
from nrm_tracker.once import once

both = require_http_methods(["GET", "HEAD", "POST"])


@both
@once
def from_entry(request: SignedIn, pk: int) -> HttpResponse:
    """What came of a conclusion or a direction; also once its minutes are published."""
    within = Entry.objects.within(request.access.areas)
    entry = get_object_or_404(within.select_related("session__area", "commune"), pk=pk)
    session = entry.session
    _check(request, session.area_id)
    page = f"{session.get_absolute_url()}#tasks"
    closed = closed_to_changes(session) if session.is_called_off else ""
    if closed or not entry.may_become_tasks:
        only = _("Only a conclusion or a direction becomes a task.")
        messages.warning(request, closed or only)
        return redirect(page)
    communes = list(session.communes.all())
    about = [entry.commune] if entry.commune else communes
    form = AssignForm(
        typed(request),
        area=session.area,
        communes=communes,
        assigned_on=session.held_on,
        initial={
            "title": " ".join(entry.text.split())[:500],
            "communes": [str(one.pk) for one in about],
            "criterion": str(entry.criterion_id or ""),
            "theme": str(entry.theme_id or ""),
            "lead": ITSELF,
        },
    )
    if form.submit(lambda given: actions.assign(form.tasks(), by=request.user, entry=entry)):
        return _to(request, form.made, page)
    return _page(request, form, entry=entry, session=session, back=page)


@both
@once
def new(request: SignedIn) -> HttpResponse:
    """A task that came of no session."""
    areas = permissions.assigning_areas(request.access)
    communes = Commune.objects.within(areas).existing_on(clock.today())
    asked = communes.filter(slug=request.GET.get("commune", "")).select_related("area").first()
    area = asked.area if asked else request.access.area
    if area is None or area.pk not in areas:
        raise PermissionDenied
    initial: dict[str, Any] = {"communes": [str(asked.pk)] if asked else [], "lead": ITSELF}
    form = AssignForm(
        typed(request),
        area=area,
        communes=list(communes.filter(area=area)),
        assigned_on=clock.today(),
        initial=initial,
    )
    number = request.GET.get("criterion", "")
    initial["criterion"] = next(
        (key for key, one in form.about.criteria.items() if str(one.number) == number), ""
    )
    if form.submit(lambda given: actions.assign(form.tasks(), by=request.user)):
        return _to(request, form.made, reverse("tasks"))
    return _page(request, form, back=reverse("tasks"))


@both
@once
def from_visit(request: SignedIn, pk: int) -> HttpResponse:
    """What is to be done about what a visit found."""
    within = Visit.objects.within(request.access.areas)
    visit = get_object_or_404(
        within.select_related("commune__area", "agency", "working_group"), pk=pk
    )
    _check(request, visit.commune.area_id)
    if visit.made_on is None:
        raise Http404
    back = visit.get_absolute_url()
    form = AssignForm(
        typed(request),
        area=visit.commune.area,
        communes=[visit.commune],
        assigned_on=clock.today(),
        initial={"communes": [str(visit.commune_id)], "lead": ITSELF},
    )
    if form.submit(lambda given: actions.assign(form.tasks(visit=visit), by=request.user)):
        return _to(request, form.made, back)
    return _page(request, form, visit=visit, back=back)


@both
@once
def undo(request: SignedIn, pk: int) -> HttpResponse:
    """The one who assigned by mistake takes back all that was assigned in one go."""
    found = get_object_or_404(Task.objects.within(request.access.areas), pk=pk)
    if found.assigned_by_id != request.user.pk:
        raise PermissionDenied

    def take_back() -> str:
        count = len(undo_assignment(found, by=request.user))
        said = ngettext("%(count)s task undone.", "%(count)s tasks undone.", count)
        return said % {"count": count}

    return undoing.undone(request, take_back, found.get_absolute_url())


def _check(request: SignedIn, area_id: int) -> None:
    if not permissions.may_assign(request.access, area_id):
        raise PermissionDenied


def _to(request: SignedIn, made: list[Task], page: str) -> HttpResponse:
    said = ngettext("%(count)s task assigned.", "%(count)s tasks assigned.", len(made))
    first = made[0]
    undo = reverse("task-undo", args=[first.pk])
    undoing.offer(request, said % {"count": len(made)}, undo, first.assigned_at)
    return redirect(page)


def _page(request: SignedIn, form: AssignForm, **context: Any) -> HttpResponse:
    return render(
        request, "meetings/tasks/task_new.html", {"nav": "tasks", "form": form, **context}
    )
