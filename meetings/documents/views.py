"""Word papers: made when they are asked for, until they are published and stay."""

import datetime as dt
from urllib.parse import quote

from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import translation
from django.views.decorators.http import require_safe

from accounts.access import Access, SignedIn
from communes.models import Agency, Area, Commune, WorkingGroup
from meetings import permissions
from meetings.documents import context, rendering
from meetings.documents.paper import with_page_after
from meetings.models import (
    DocumentHead,
    DocumentTemplate,
    PublishedPaper,
    Task,
    WorkingSession,
)
from nrm_tracker import clock
from nrm_tracker.text import pasted, search_key
from nrm_tracker.uploads import DOCX, guard

Kind = DocumentTemplate.Kind
OF_SESSIONS = (Kind.MINUTES, Kind.NOTICE, Kind.INVITATION, Kind.TASKS, Kind.OUTCOME)
_BODIES = {"agency": (Agency, "pk"), "commune": (Commune, "slug"), "group": (WorkingGroup, "pk")}
_LEADS = {"agency": "lead_agency", "commune": "lead_commune", "group": "lead_working_group"}


@require_safe
def of_session(request: SignedIn, pk: int, kind: str) -> HttpResponse:
    if kind not in OF_SESSIONS:
        raise Http404
    session = _session(request, pk)
    return _word(_paper(session, kind), _name_of(kind, session.held_on))


@require_safe
def with_addenda(request: SignedIn, pk: int) -> HttpResponse:
    """The minutes as they were published, and after them what they received later."""
    session = _session(request, pk)
    added = [pasted(line) for line in context.addenda(session)]
    if not added:
        raise Http404
    content = with_page_after(_paper(session, Kind.MINUTES), "Bổ sung, đính chính", added)
    name = _name_of(Kind.MINUTES, session.held_on)
    return _word(content, f"{name} bổ sung, đính chính")


def _session(request: SignedIn, pk: int) -> WorkingSession:
    within = WorkingSession.objects.within(request.access.areas)
    return get_object_or_404(within.select_related("area"), pk=pk)


def _paper(session: WorkingSession, kind: str) -> bytes:
    """As it was published, byte by byte; before that as the data stand."""
    kept = PublishedPaper.objects.filter(session=session, kind=kind).first()
    if kept:
        return bytes(kept.content)
    return rendering.render(kind, session.form, context.of_session(session, kind))


@require_safe
def reminder(request: SignedIn) -> HttpResponse:
    """What one body has late or due soon, as a letter to it."""
    found = _body(request.access, request.GET)
    if found is None:
        raise Http404
    name, body = found
    area = body.area
    if not permissions.may_assign(request.access, area.pk):
        raise PermissionDenied
    today = clock.today()
    tasks = Task.objects.filter(**{_LEADS[name]: body}).with_all()
    due = Q(pk__in=tasks.late(today)) | Q(pk__in=tasks.due_soon(today))
    said = context.reminder(area, _form_of(area), _called(body), tasks.filter(due))
    content = rendering.render(Kind.REMINDER, _form_of(area), said)
    return _word(content, _name_of(Kind.REMINDER, today))


@require_safe
def template(request: SignedIn, kind: str, form: str) -> HttpResponse:
    """The template in force, to be changed in Word and put in its own place."""
    if kind not in Kind.values or form not in WorkingSession.Form.values:
        raise Http404
    if not request.user.is_staff:
        raise PermissionDenied
    return _word(rendering.in_force(kind, form), f"{kind}-{form}")


def _body(access: Access, asked: object) -> tuple[str, Agency | Commune | WorkingGroup] | None:
    """The body that the address names, within reach."""
    for name, (model, key) in _BODIES.items():
        value = asked.get(name, "")  # type: ignore[attr-defined]
        if value and (key == "slug" or (value.isdecimal() and len(value) < 18)):
            rows = model.objects.filter(area__in=access.areas, **{key: value})  # type: ignore[attr-defined]
            body = rows.select_related("area").first()
            return (name, body) if body else None
    return None


def _called(body: Agency | Commune | WorkingGroup) -> str:
    """How a letter addresses a body; a commune by its people's committee."""
    if isinstance(body, Commune):
        return f"UBND {body.get_kind_display().lower()} {body.name}"
    return body.name


def _form_of(area: Area) -> str:
    """A letter is the government's, unless only the Party's head is set."""
    forms = set(DocumentHead.objects.filter(area=area).values_list("form", flat=True))
    Form = WorkingSession.Form
    return Form.PARTY if forms == {Form.PARTY} else Form.GOVERNMENT


def _name_of(kind: str, day: dt.date) -> str:
    """What the file is called, in Vietnamese whatever language the interface shows."""
    with translation.override("vi"):
        return f"{Kind(kind).label} {day:%d-%m-%Y}"


def _word(content: bytes, name: str) -> HttpResponse:
    """The file under its name, and under one without marks for what reads no other."""
    response = HttpResponse(content, content_type=DOCX.mime)
    bare = "-".join(search_key(name).split())
    whole = quote(f"{name}.docx")
    header = f"attachment; filename=\"{bare}.docx\"; filename*=utf-8''{whole}"
    response["Content-Disposition"] = header
    guard(response)
    return response
