"""The minutes while they are written: each entry a form that its script sends as one types."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import NON_FIELD_ERRORS, PermissionDenied, ValidationError
from django.http import HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import SignedIn
from criteria.progress.lookups import typed
from meetings import permissions
from meetings.minutes import actions
from meetings.minutes.forms import (
    Choices,
    MinutesForm,
    MinutesLine,
    SavedEntry,
    choices_of,
    key_of,
    line_of,
    typed_line,
)
from meetings.minutes.writing import writing_of
from meetings.models import Entry, WorkingSession
from meetings.sessions.lookups import presented_at, session_to_write, version_of
from meetings.sessions.views import closed_to_changes
from nrm_tracker.forms import EntryForm
from nrm_tracker.once import once
from nrm_tracker.templatetags.ui import who


@require_safe
def editor(request: SignedIn, pk: int) -> HttpResponse:
    session = session_to_write(request, pk)
    if closed := closed_to_changes(session):
        messages.warning(request, closed)
        return redirect(session)
    return _page(
        request, session, choices_of(session.communes.all()), MinutesLine(kind=_next_kind(session))
    )


@require_POST
def save_entry(request: SignedIn, pk: int) -> HttpResponse:
    """Keep one entry. A script is answered in JSON, a form by the page."""
    session = session_to_write(request, pk)
    form = MinutesForm(request.POST, session=session)
    # A button that moves an entry saves it first: nothing typed is lost.
    direction = request.POST.get("direction")
    is_kept = form.submit(
        lambda given: actions.write(
            session,
            given["client_id"],
            form.said(),
            version=given["version"] or 0,
            by=request.user,
            up=direction == "up" if direction else None,
        )
    )
    if not is_kept:
        return _refused(request, session, form)
    if _wants_json(request):
        return JsonResponse(_confirmation(form.made))
    return _to_entry(session, form.made.pk, presented=request.GET.get("commune"))


@require_http_methods(["GET", "HEAD", "POST"])
@once
def delete_entry(request: SignedIn, pk: int) -> HttpResponse:
    entry = _entry_within(request, pk)
    form = EntryForm(typed(request))
    version = version_of(request.POST.get("version", ""))
    if form.submit(lambda given: actions.delete(entry, version=version)):
        messages.success(request, _("Entry deleted."))
        return redirect("minutes", entry.session_id)
    problems = list(form.non_field_errors())
    if form.conflict:
        entry = form.conflict
        problems = [_("This entry was changed meanwhile. Its newest text is below.")]
    return render(
        request,
        "meetings/minutes/entry_delete.html",
        {"nav": "sessions", "entry": entry, "session": entry.session, "problems": problems},
        status=409 if problems else 200,
    )


@require_POST
def move_entry(request: SignedIn, pk: int) -> HttpResponse:
    entry = _entry_within(request, pk)
    try:
        order = actions.move(entry, up=request.POST.get("direction") == "up")
    except ValidationError as error:
        if _wants_json(request):
            return JsonResponse({"message": " ".join(error.messages)}, status=400)
        messages.error(request, " ".join(error.messages))
    else:
        if _wants_json(request):
            return JsonResponse({"order": order})
    return _to_entry(entry.session, entry.pk)


# What these views share


def _entry_within(request: SignedIn, pk: int) -> Entry:
    within = Entry.objects.within(request.access.areas)
    entry: Entry = get_object_or_404(within.select_related("session", "written_by"), pk=pk)
    if not permissions.may_convene(request.access, entry.session.area_id):
        raise PermissionDenied
    return entry


def _wants_json(request: SignedIn) -> bool:
    return request.headers.get("Accept", "").startswith("application/json")


def _to_entry(
    session: WorkingSession, pk: int, presented: str | None = None
) -> HttpResponseRedirect:
    """Where the entry was typed: on the page of the minutes, or beside what is presented."""
    if presented is None:
        return redirect(f"{reverse('minutes', args=[session.pk])}#entry-{pk}")
    return redirect(f"{presented_at(session, presented)}#entry-{pk}")


def _next_kind(session: WorkingSession) -> str:
    """The kind of the last entry: who speaks next mostly does the same."""
    last = session.entries.order_by("position", "pk").last()
    return last.kind if last else Entry.Kind.REPORT


def _confirmation(entry: Entry) -> dict[str, Any]:
    """What a script is told of a saved entry; `more` is what may be done with it."""
    parts = {"pk": entry.pk, "may_become_tasks": entry.may_become_tasks}
    return {
        "id": entry.pk,
        "version": entry.version,
        "at": f"{localtime(entry.written_at):%H:%M}",
        "more": render_to_string("meetings/minutes/_entry_more.html", parts),
    }


def _refused(request: SignedIn, session: WorkingSession, form: MinutesForm) -> HttpResponse:
    """The entry was not kept: the form says why, or what somebody else wrote first."""
    if not _wants_json(request):
        return _page_as_typed(request, session, form)
    if form.conflict:
        return JsonResponse(_comparison(form.conflict), status=409)
    is_gone = form.has_error(NON_FIELD_ERRORS, actions.GONE)
    return JsonResponse({"message": " ".join(form.problems), "isGone": is_gone}, status=400)


def _comparison(theirs: Entry) -> dict[str, Any]:
    """The second of two who change an entry is told, and both texts are kept (rule 11)."""
    said = _("%(who)s changed this entry at %(at)s. Both texts are kept: please choose.")
    names = {
        "who": who(theirs.written_by, theirs.written_at),
        "at": f"{localtime(theirs.written_at):%H:%M}",
    }
    newest = line_of(theirs)
    fields = ("version", "kind", "speaker", "commune", "criterion", "theme", "text")
    return {"message": said % names, "theirs": {name: getattr(newest, name) for name in fields}}


def _page_as_typed(request: SignedIn, session: WorkingSession, form: MinutesForm) -> HttpResponse:
    theirs: Entry | None = form.conflict
    line = typed_line(MinutesLine(errors=form.problems), request.POST)
    key = key_of(request.POST)
    line.client_id = str(key) if key else line.client_id
    if theirs:
        line.pk, line.version = theirs.pk, theirs.version
        line.stored = line.theirs = SavedEntry.of(theirs)
    else:
        line.version = version_of(request.POST.get("version", ""))
    choices = choices_of(session.communes.all())
    return _page(request, session, choices, line, status=409 if theirs else 200)


def _page(
    request: SignedIn,
    session: WorkingSession,
    choices: Choices,
    extra: MinutesLine,
    *,
    status: int = 200,
) -> HttpResponse:
    writing = writing_of(session, choices, extra)
    return render(
        request, "meetings/minutes/minutes.html", {"nav": "sessions", **writing}, status=status
    )
