"""One commune's sheet: down to be filled in, up to be compared, accepted as a whole."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import Access, SignedIn
from accounts.models import User
from communes.models import Commune
from criteria import permissions
from criteria.models import Enrolment
from criteria.progress.lookups import commune_within, enrolment_of, to_commune
from criteria.workbook import sheet_rows, xlsx
from criteria.workbook.filled_workbook import Unreadable
from criteria.workbook.forms import Filled, UploadForm, fill, unpack
from nrm_tracker import clock
from nrm_tracker.once import once, writing

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@require_safe
def download(request: SignedIn, slug: str) -> HttpResponse:
    enrolment, as_draft = _worked_on(request, slug)
    lines = sheet_rows.lines(enrolment, clock.today(), with_drafts=as_draft)
    name = xlsx.name_of(enrolment, clock.today())
    return HttpResponse(
        xlsx.write(enrolment, lines),
        content_type=XLSX,
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


@require_http_methods(["GET", "HEAD", "POST"])
@once
def sheet(request: SignedIn, slug: str) -> HttpResponse:
    """The page to upload a sheet; what it would change; then, accepted, the commune's page."""
    enrolment, as_draft = _worked_on(request, slug)
    if "accept" in request.POST:
        return _accept(request, enrolment, as_draft=as_draft)
    if request.method != "POST":
        return _page(request, enrolment, UploadForm(enrolment=enrolment), as_draft=as_draft)
    form = UploadForm(request.POST, request.FILES, enrolment=enrolment)
    if not form.is_valid():
        return _page(request, enrolment, form, as_draft=as_draft)
    lines = sheet_rows.lines(enrolment, clock.today(), with_drafts=as_draft)
    filled = fill(form.rows, lines, enrolment)
    try:
        sheet_rows.rehearse(enrolment, filled.differences, by=request.user, as_draft=as_draft)
    except sheet_rows.SheetRefused as refused:
        filled.refuse(refused)
    return _page(request, enrolment, form, filled, as_draft=as_draft)


def _worked_on(request: SignedIn, slug: str) -> tuple[Enrolment, bool]:
    """The commune's run, and whether what the person writes there is the commune's draft."""
    access: Access = request.access
    commune: Commune = commune_within(access, slug)
    if not permissions.may_fill_sheet(access, commune):
        raise PermissionDenied
    enrolment = enrolment_of(commune, request.GET.get("set", ""))
    enrolment.commune = commune
    return enrolment, permissions.may_draft(access, commune.pk)


def _accept(request: SignedIn, enrolment: Enrolment, *, as_draft: bool) -> HttpResponse:
    form = UploadForm(enrolment=enrolment)
    try:
        rows, seen = unpack(request.POST.get("differences", ""), enrolment, request.user)
    except Unreadable as problem:
        messages.error(request, str(problem))
        return _page(request, enrolment, form, as_draft=as_draft)
    # Who accepts compares and writes before anybody else writes.
    with writing():
        Enrolment.lock(enrolment.pk)
        lines = sheet_rows.lines(enrolment, clock.today(), with_drafts=as_draft)
        filled = fill(rows, lines, enrolment, seen)
        if _is_written(enrolment, filled, by=request.user, as_draft=as_draft):
            messages.success(request, _told(len(filled.differences), as_draft=as_draft))
            return to_commune(enrolment)
        transaction.set_rollback(True)
    return _page(request, enrolment, form, filled, as_draft=as_draft)


def _is_written(enrolment: Enrolment, filled: Filled, *, by: User, as_draft: bool) -> bool:
    """Whether everything could be written; else `filled` says why not."""
    if filled.problems or filled.is_stale:
        return False
    try:
        sheet_rows.accept(enrolment, filled.differences, by=by, as_draft=as_draft)
    except sheet_rows.SheetRefused as refused:
        filled.refuse(refused)
        return False
    return True


def _page(
    request: SignedIn,
    enrolment: Enrolment,
    form: UploadForm,
    filled: Filled | None = None,
    *,
    as_draft: bool,
) -> HttpResponse:
    is_ready = bool(filled and filled.differences and not filled.problems)
    context = {
        "nav": "communes",
        "enrolment": enrolment,
        "form": form,
        "filled": filled,
        "as_draft": as_draft,
        "token": filled.pack(enrolment, request.user) if filled and is_ready else "",
    }
    status = 409 if filled and filled.is_stale else 200
    return render(request, "criteria/workbook/sheet.html", context, status=status)


def _told(count: int, *, as_draft: bool) -> str:
    if as_draft:
        said = ngettext(
            "Kept as draft: %(count)s value. Not sent yet.",
            "Kept as drafts: %(count)s values. Not sent yet.",
            count,
        )
    else:
        said = ngettext("Recorded: %(count)s value.", "Recorded: %(count)s values.", count)
    return said % {"count": count}
