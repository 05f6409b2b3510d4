"""The forms of evidence, and files, which are served only after the check of who asks."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import Access, SignedIn
from accounts.models import Ability
from criteria import permissions
from criteria.evidence import actions, forms
from criteria.models import CriterionStatus, Enrolment, Evidence
from criteria.progress.carried import carried
from criteria.progress.lookups import status_within, to_cell, to_claim, typed
from criteria.standards import responsible_agencies
from nrm_tracker import clock, uploads
from nrm_tracker.forms import EntryForm
from nrm_tracker.models import StoredFile
from nrm_tracker.once import once


@require_http_methods(["GET", "HEAD", "POST"])
@once
def attach(request: SignedIn, slug: str, number: int) -> HttpResponse:
    access = request.access
    status = status_within(access, slug, number, request.GET.get("set", ""))
    if not permissions.may_attach(access, status.enrolment.commune):
        raise PermissionDenied
    form = forms.AttachForm(
        typed(request),
        request.FILES or None,
        cells=_cells_of(status.enrolment),
        initial={"criteria": [str(number)], "requirement": request.GET.get("requirement")},
    )
    form.ask_for([status.criterion_id])
    form.acting = permissions.works_as(access, status.enrolment.commune, Ability.EVIDENCE)
    comes_from_claim = carried(request, status) is not None
    if form.submit(
        lambda given: actions.attach(
            status.enrolment, form.statuses(), form.pieces(), by=request.user
        )
    ):
        said = _("Evidence attached: %(captions)s.")
        captions = "; ".join(one.caption for one in form.made)
        messages.success(request, said % {"captions": captions})
        return to_claim(status) if comes_from_claim else to_cell(status, "evidence")
    context = {
        "nav": "communes",
        "form": form,
        "status": status,
        "comes_from_claim": comes_from_claim,
    }
    return render(request, "criteria/evidence/evidence_new.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@once
def edit(request: SignedIn, pk: int) -> HttpResponse:
    found, status = _workable(request, pk)
    is_leant_on = actions.is_leant_on(actions.first_of(found))
    form = forms.EditForm(
        typed(request),
        evidence=found,
        is_leant_on=is_leant_on,
        cells=_cells_of(status.enrolment),
    )
    if form.submit(
        lambda given: actions.edit(
            found,
            seen=given["seen"],
            statuses=form.statuses(),
            caption=given["caption"],
            **form.said(),
        )
    ):
        said = _("Evidence changed: %(caption)s.")
        messages.success(request, said % {"caption": form.cleaned_data["caption"]})
        return to_cell(status, "evidence")
    return _page(
        request,
        "criteria/evidence/evidence_edit.html",
        _("Edit what is said of the evidence"),
        form,
        form.conflict or found,
        status,
        leant_on=is_leant_on,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@once
def replace(request: SignedIn, pk: int) -> HttpResponse:
    found, status = _workable(request, pk)
    form = forms.ReplaceForm(typed(request), request.FILES or None, evidence=found)
    if form.submit(lambda given: actions.replace(found, form.piece(), by=request.user)):
        said = _("Evidence replaced: %(caption)s. The old piece stays on record.")
        messages.success(request, said % {"caption": form.made.caption})
        return to_cell(status, "evidence")
    heading = _("Replace evidence")
    return _page(request, "criteria/evidence/evidence_replace.html", heading, form, found, status)


@require_http_methods(["GET", "HEAD", "POST"])
@once
def remove(request: SignedIn, pk: int) -> HttpResponse:
    found, status = _workable(request, pk)
    form = forms.RemoveForm(typed(request))
    if form.submit(lambda given: actions.take_away(found, reason=given["reason"], by=request.user)):
        said = _("Evidence taken away: %(caption)s.") % {"caption": found.caption}
        messages.success(request, said)
        return to_cell(status, "evidence")
    heading = _("Take evidence away")
    return _page(request, "criteria/evidence/evidence_remove.html", heading, form, found, status)


@require_safe
def file(request: SignedIn, pk: int) -> FileResponse:
    return uploads.serve(_readable(request, pk))


@require_safe
def thumbnail(request: SignedIn, pk: int) -> FileResponse:
    return uploads.serve_thumbnail(_readable(request, pk))


@require_safe
def document(request: SignedIn, pk: int) -> FileResponse:
    """A paper behind a decision, an assessment, a recognition or a step of a dossier."""
    areas = request.access.areas
    commune = "enrolment__commune__area__in"
    of_somebody = (
        Q(**{f"decisions__claim__status__{commune}": areas})
        | Q(**{f"assessments__status__{commune}": areas})
        | Q(**{f"recognitions__{commune}": areas})
        | Q(**{f"dossier_steps__{commune}": areas})
    )
    return uploads.serve(
        get_object_or_404(StoredFile.objects.filter(of_somebody).distinct(), pk=pk)
    )


def _cells_of(enrolment: Enrolment) -> QuerySet[CriterionStatus]:
    return enrolment.statuses.select_related("criterion").order_by("criterion__number")


def _within(access: Access, pk: int) -> Evidence:
    found = Evidence.objects.filter(enrolment__commune__area__in=access.areas).select_related(
        "file", "requirement", "attached_by", "enrolment__commune", "enrolment__criteria_set"
    )
    return get_object_or_404(found, pk=pk)


def _workable(request: SignedIn, pk: int) -> tuple[Evidence, CriterionStatus]:
    """A piece that the person may change, and of the cells that it shows the one come from."""
    access = request.access
    found = _within(access, pk)
    if not permissions.may_attach(access, found.enrolment.commune):
        raise PermissionDenied
    shown = list(found.statuses.with_all().order_by("criterion__number"))
    come_from = request.GET.get("from", "")
    here = [status for status in shown if str(status.criterion.number) == come_from]
    return found, (here or shown)[0]


def _readable(request: SignedIn, pk: int) -> StoredFile:
    """The file of a piece. What was taken away is guarded as personal data are."""
    access = request.access
    found = _within(access, pk)
    if found.file is None:
        raise Http404
    if found.has_personal_data or found.removed_at:
        criteria = [cell.criterion for cell in found.statuses.select_related("criterion")]
        commune = found.enrolment.commune
        by_criterion = responsible_agencies.responsible(criteria, clock.today(), {commune.area_id})
        answers = [row for rows in by_criterion.values() for row in rows]
        if not permissions.may_see_personal(access, commune, answers):
            raise PermissionDenied
    return found.file


def _page(
    request: SignedIn,
    template: str,
    heading: str,
    form: EntryForm,
    found: Evidence,
    status: CriterionStatus,
    **context: Any,
) -> HttpResponse:
    form.acting = permissions.works_as(request.access, found.enrolment.commune, Ability.EVIDENCE)
    context |= {
        "nav": "communes",
        "heading": heading,
        "form": form,
        "status": status,
        "evidence": found,
        "changed": form.conflict,
        "newer": Evidence.objects.filter(replaces=found).first(),
    }
    return render(request, template, context, status=409 if form.conflict else 200)
