"""The forms of a session and its papers. A failed one answers with its own page, nothing lost."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import SignedIn
from criteria.permissions import may_assess
from criteria.progress.lookups import status_within, typed
from meetings import permissions
from meetings.models import Participant, SessionFile, WorkingSession
from meetings.sessions import actions, calling_off, forms
from meetings.sessions.lookups import presented_at, session_to_write, session_within
from nrm_tracker import uploads
from nrm_tracker.forms import EntryForm
from nrm_tracker.once import once

both = require_http_methods(["GET", "HEAD", "POST"])


@both
@once
def call_off(request: SignedIn, pk: int) -> HttpResponse:
    session = session_to_write(request, pk)
    return answer(
        request,
        session,
        forms.CallOffForm(typed(request)),
        lambda given: calling_off.call_off(session, given["reason"], by=request.user),
        heading=_("Call the session off"),
        said=_("Called off: %(session)s."),
        note=_("It stays on record, and its communes are told. It cannot be held any more."),
        closed=closed_unless_draft(session),
    )


@both
@once
def delete(request: SignedIn, pk: int) -> HttpResponse:
    """Only by who convened it, as long as nothing came of it."""
    session = session_to_write(request, pk)
    if not permissions.may_delete(request.access, request.user, session):
        raise PermissionDenied
    return answer(
        request,
        session,
        EntryForm(typed(request)),
        lambda given: calling_off.delete(session, by=request.user),
        heading=_("Delete the draft"),
        said=_("Deleted: %(session)s."),
        note=_("Nothing is left of it, and its communes are told."),
        closed=closed_unless_draft(session),
        back=reverse("sessions"),
    )


@both
@once
def addendum(request: SignedIn, pk: int) -> HttpResponse:
    session = session_to_write(request, pk)
    form = forms.AddendumForm(typed(request))
    closed = ""
    if not session.is_published:
        closed = _("The minutes are not published yet: change them themselves.")
    return answer(
        request,
        session,
        form,
        lambda given: actions.add_to(session, **given, by=request.user),
        heading=_("Add to the minutes, or correct them"),
        said=_("Addendum recorded: %(session)s."),
        note=_("What was published stays as it was; the addendum stands below it for good."),
        closed=closed,
    )


@both
@once
def scan(request: SignedIn, pk: int) -> HttpResponse:
    session = session_to_write(request, pk)
    scans = list(session.addenda.scans().select_related("scan", "by"))
    form = forms.ScanForm(typed(request), request.FILES or None, has_one=bool(scans))
    closed = "" if session.is_published else _("Publish the minutes first.")
    return answer(
        request,
        session,
        form,
        lambda given: actions.attach_scan(session, **given, by=request.user),
        heading=_("Attach the signed minutes"),
        said=_("Signed scan attached: %(session)s."),
        template="session_scan",
        closed=closed,
        back=f"{session.get_absolute_url()}#addenda",
        scans=scans,
    )


@require_safe
def scan_file(request: SignedIn, pk: int, addendum_pk: int | None = None) -> FileResponse:
    """The newest scan, or one that it took the place of."""
    scans = session_within(request, pk).addenda.scans().select_related("scan")
    found = scans.filter(pk=addendum_pk) if addendum_pk else scans
    newest = found.first()
    if newest is None or newest.scan is None:
        raise Http404
    return uploads.serve(newest.scan)


@both
@once
def add_file(request: SignedIn, pk: int) -> HttpResponse:
    session = session_to_write(request, pk)
    form = forms.PaperForm(typed(request), request.FILES or None, session=session)
    return answer(
        request,
        session,
        form,
        lambda given: actions.add_file(session, **given, by=request.user),
        heading=_("Add a paper of the session"),
        said=_("Paper added: %(session)s."),
        note=_("Everybody who reads the area's pages may download it."),
        closed=closed_to_changes(session),
    )


@require_safe
def file(request: SignedIn, pk: int, file_pk: int) -> FileResponse:
    papers = SessionFile.objects.filter(session__area__in=request.access.areas, session__pk=pk)
    return uploads.serve(get_object_or_404(papers.select_related("file"), pk=file_pk).file)


@both
@once
def assess(request: SignedIn, pk: int, slug: str, number: int) -> HttpResponse:
    """What the session found of a cell."""
    session = session_to_write(request, pk)
    status = status_within(request.access, slug, number, request.GET.get("set", ""))
    if not session.communes.filter(pk=status.enrolment.commune_id).exists():
        raise Http404
    # What a session finds is the word of whoever may assess the commune, not of an agency alone.
    if not may_assess(request.access, status.enrolment.commune, ()):
        raise PermissionDenied
    form = forms.SessionFindingForm(typed(request), session=session, status=status)
    back = presented_at(session, slug) if "presented" in request.GET else ""
    return answer(
        request,
        session,
        form,
        lambda given: actions.record(
            session,
            status,
            actions.finding_of(session, **form.said(), decided_by=_chaired_by(session)),
            by=request.user,
            version=given["version"],
        ),
        heading=_("Record a result of the session"),
        said=_("Result recorded: %(session)s."),
        template="session_assess",
        closed=closed_to_changes(session),
        back=back,
        status=status,
    )


# Inside


def closed_to_changes(session: WorkingSession) -> str:
    if session.is_published:
        return _("The minutes are published: add an addendum instead.")
    if session.is_called_off:
        return _("The session was called off.")
    return ""


def closed_unless_draft(session: WorkingSession) -> str:
    closed = closed_to_changes(session)
    if not closed and not session.is_draft:
        closed = _("This session was recorded as held already.")
    return closed


def _chaired_by(session: WorkingSession) -> str:
    """Who concluded: those who chaired."""
    chairs = session.participants.filter(part=Participant.Part.CHAIR)
    return "; ".join(one.name_and_position for one in chairs)[:300]


def answer(
    request: SignedIn,
    session: WorkingSession,
    form: EntryForm,
    action: Callable[[dict[str, Any]], Any],
    *,
    heading: str,
    said: str,
    closed: str,
    template: str = "session_form",
    back: str = "",
    **context: Any,
) -> HttpResponse:
    """Write, or answer with the form's page. `closed` says why it cannot be done now, if so.

    A closed one that was sent is refused by its verb, and keeps what was typed on the page.
    """
    if form.submit(action):
        messages.success(request, said % {"session": session})
        return redirect(back or session)
    context |= {
        "nav": "sessions",
        "session": session,
        "form": form,
        "heading": heading,
        "closed": closed,
        "back": back or session.get_absolute_url(),
    }
    status = 409 if closed or form.conflict else 200
    return render(request, f"meetings/sessions/{template}.html", context, status=status)
