"""The first picture from Excel: a table is sent, looked at step by step, recorded as a whole."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import SignedIn
from accounts.models import Ability, Role
from criteria import permissions
from criteria.enrolments.queries import usual_set
from criteria.imports import actions, lines
from criteria.imports.forms import (
    ColumnsForm,
    RecordForm,
    SheetForm,
    StartForm,
    UndoForm,
    WordsForm,
    head_rows,
)
from criteria.imports.table_kinds import kind_of
from criteria.imports.work import BASIS, COLUMNS, PREVIEW, SHEET, STEPS, WORDS, Work
from criteria.models import CriteriaSet, ImportRun
from criteria.progress.lookups import typed
from nrm_tracker.forms import EntryForm
from nrm_tracker.once import once, writing

ROWS_A_PAGE = 50
# So many results are recorded in a second on a small server.
_A_SECOND = 1200
TITLES = {
    SHEET: gettext_lazy("Sheet and head"),
    COLUMNS: gettext_lazy("Columns"),
    BASIS: gettext_lazy("Day and basis"),
    WORDS: gettext_lazy("Names and words"),
    PREVIEW: gettext_lazy("Look over and record"),
}
KIND_TITLES = {
    lines.REFUSED: gettext_lazy("Cannot be recorded"),
    lines.AGAINST: gettext_lazy("Differs from what stands"),
    lines.NEW: gettext_lazy("New"),
    lines.SAME: gettext_lazy("The same as what stands"),
    lines.OUT: gettext_lazy("Left out"),
}


@require_http_methods(["GET", "HEAD", "POST"])
@once
def imports(request: SignedIn) -> HttpResponse:
    """The tables of an area, and the form to send another."""
    access = request.access
    area = access.area
    if not (permissions.may_import(access, area.pk) if area else access.is_administrator):
        raise PermissionDenied
    usual = usual_set(list(CriteriaSet.objects.with_criteria()))
    form = StartForm(typed(request), request.FILES or None, initial={"criteria_set": usual})
    if area is None:
        if request.method == "POST":
            raise Http404
    elif form.submit(
        lambda data: actions.start(
            area,
            data["criteria_set"],
            form.tables,
            holds=data["holds"],
            name=form.name,
            by=request.user,
        )
    ):
        return redirect(form.made)
    may_record = area is not None and area.pk in access.areas_for(Ability.ASSESS)
    runs = ImportRun.objects.filter(area=area).select_related("started_by").defer("tables")
    page = Paginator(runs, ROWS_A_PAGE).get_page(request.GET.get("page"))
    return render(
        request,
        "criteria/imports/imports.html",
        {"nav": "setup", "area": area, "form": form, "page": page, "may_record": may_record},
    )


@require_safe
def run(request: SignedIn, pk: int) -> HttpResponse:
    """What a table wrote; one that is not recorded yet goes on where it was left."""
    found = _run_within(request, pk)
    if found.state == ImportRun.State.OPEN:
        return redirect(f"import-{kind_of(found).work(found).next_step}", pk)
    written = kind_of(found).written(found).order_by("pk")
    return render(
        request,
        "criteria/imports/run.html",
        {
            "nav": "setup",
            "run": found,
            "page": Paginator(written, ROWS_A_PAGE).get_page(request.GET.get("page")),
            "may_be_undone": actions.may_be_undone(found)
            and permissions.may_record_provincial(request.access, found.area_id),
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
@once
def sheet(request: SignedIn, pk: int) -> HttpResponse:
    if not (work := _work(request, pk, SHEET)):
        return redirect("import-run", pk)
    chosen = work.choices[SHEET]["sheet"] if SHEET in work.choices else work.likeliest_sheet
    asked = request.GET.get("sheet", "")
    numbers = {str(number): number for number in range(len(work.tables))}
    number = numbers.get(asked, chosen)
    turned = _turned(request, work, number)
    table = work.table_of(number, turned=turned)
    form = SheetForm(typed(request), work=work, sheet=number, turned=table.is_turned)
    shown = {"table": table, "number": number, "rows": head_rows(table)}
    may_be_turned = work.may_be_turned(work.table_of(number))
    return _step(request, work, SHEET, form, may_be_turned=may_be_turned, **shown)


@require_http_methods(["GET", "HEAD", "POST"])
@once
def columns(request: SignedIn, pk: int) -> HttpResponse:
    if not (work := _work(request, pk, COLUMNS)):
        return redirect("import-run", pk)
    return _step(request, work, COLUMNS, ColumnsForm(typed(request), work=work))


@require_http_methods(["GET", "HEAD", "POST"])
@once
def basis(request: SignedIn, pk: int) -> HttpResponse:
    if not (work := _work(request, pk, BASIS)):
        return redirect("import-run", pk)
    return _step(request, work, BASIS, _basis_form(request, work, typed(request)))


@require_http_methods(["GET", "HEAD", "POST"])
@once
def words(request: SignedIn, pk: int) -> HttpResponse:
    if not (work := _work(request, pk, WORDS)):
        return redirect("import-run", pk)
    form = WordsForm(typed(request), work=work)
    if form.too_many and request.method == "POST":
        return redirect("import-words", pk)
    answer = _step(request, work, WORDS, form)
    if form.made and not kind_of(form.made).work(form.made).is_said:
        messages.warning(request, _("What was chosen raises more questions: answer these too."))
        return redirect("import-words", pk)
    return answer


@require_http_methods(["GET", "HEAD", "POST"])
@once
def preview(request: SignedIn, pk: int) -> HttpResponse:
    """All cells of the table, by what would come of each; then, confirmed, recorded."""
    if not (work := _work(request, pk, PREVIEW)):
        return redirect("import-run", pk)
    said = _basis_form(request, work, work.choices[BASIS]["typed"])
    if not said.is_valid():
        messages.warning(request, _("What was said of day and basis holds no more."))
        return redirect("import-basis", pk)
    form = RecordForm(typed(request))
    if form.submit(
        lambda given: actions.record(
            work.run, said.cleaned_data, request.access, by=request.user, **given
        )
    ):
        messages.success(request, str(kind_of(work.run).recorded) % {"n": form.made})
        return redirect("import-run", pk)
    compare = kind_of(work.run).compare
    compared = form.conflict or compare(work, said.cleaned_data, request.access, request.user)
    return _preview_page(request, work, said, form, compared)


@require_POST
@once
def discard(request: SignedIn, pk: int) -> HttpResponse:
    found = _run_within(request, pk)
    if found.state != ImportRun.State.OPEN or "discard" not in request.POST:
        return redirect("import-run", pk)
    with writing():
        actions.discard(found)
    messages.success(request, _("Discarded; nothing was recorded."))
    return redirect("imports")


@require_http_methods(["GET", "HEAD", "POST"])
@once
def undo(request: SignedIn, pk: int) -> HttpResponse:
    found = _run_within(request, pk)
    if not actions.may_be_undone(found):
        return redirect("import-run", pk)
    if not permissions.may_record_provincial(request.access, found.area_id):
        raise PermissionDenied
    form = UndoForm(typed(request))
    if form.submit(lambda given: actions.undo(found, by=request.user, **given)):
        voided, left = form.made
        said = str(kind_of(found).voided) % {"n": voided}
        if left:
            said += " " + _("Left as they are, as corrected since: %(n)s.") % {"n": left}
        messages.success(request, said)
        return redirect("import-run", pk)
    return render(
        request, "criteria/imports/undo.html", {"nav": "setup", "run": found, "form": form}
    )


def _run_within(request: SignedIn, pk: int) -> ImportRun:
    runs = ImportRun.objects.filter(area__in=request.access.areas)
    found = get_object_or_404(runs.select_related("area", "criteria_set", "started_by"), pk=pk)
    if not permissions.may_import(request.access, found.area_id):
        raise PermissionDenied
    return found


def _work(request: SignedIn, pk: int, step: str) -> Work | None:
    """The run at a step; None where that step is not the next, or was never reached."""
    found = _run_within(request, pk)
    if found.state != ImportRun.State.OPEN:
        return None
    work = kind_of(found).work(found)
    return work if STEPS.index(step) <= STEPS.index(work.next_step) else None


def _turned(request: SignedIn, work: Work, number: int) -> bool:
    """Whether a sheet is shown with rows and columns changed: as asked, chosen, or guessed."""
    asked = request.POST.get("turned") if request.method == "POST" else request.GET.get("turned")
    if asked is not None or request.method == "POST":
        return asked in ("1", "True", "on")
    chosen = work.choices.get(SHEET, {})
    if chosen.get("sheet") == number:
        return chosen.get("turned", False)
    return work.likely_turned(number)


def _basis_form(request: SignedIn, work: Work, data: Any) -> Any:
    finds = request.access.areas_for(Ability.ASSESS, Role.LEADER)
    must_name = work.run.area_id not in finds
    return kind_of(work.run).basis_form(data, work=work, must_name_agency=must_name)


def _step(
    request: SignedIn, work: Work, step: str, form: EntryForm, **context: Any
) -> HttpResponse:
    if form.submit(lambda _given: actions.choose(work.run, step, form.chosen())):  # type: ignore[attr-defined]
        return redirect(f"import-{STEPS[STEPS.index(step) + 1]}", work.run.pk)
    return render(
        request, f"criteria/imports/{step}.html", _shown(work, step) | {"form": form} | context
    )


def _shown(work: Work, step: str) -> dict[str, Any]:
    """What every step shows: the run, and the steps with those that can be gone to."""
    reached = STEPS.index(work.next_step)
    steps = [(one, TITLES[one], number <= reached) for number, one in enumerate(STEPS)]
    return {"nav": "setup", "run": work.run, "work": work, "step": step, "steps": steps}


def _preview_page(
    request: SignedIn,
    work: Work,
    said: Any,
    form: RecordForm,
    compared: lines.Comparison,
) -> HttpResponse:
    counts = compared.counts
    asked = request.GET.get("show", "")
    first = next((kind for kind in lines.KINDS if counts[kind]), lines.NEW)
    kind = asked if asked in lines.KINDS else first
    count = counts[lines.NEW] + counts[lines.AGAINST]
    context = {
        "form": form,
        "said": said.summary(),
        "kinds": [(one, KIND_TITLES[one], counts[one]) for one in lines.KINDS],
        "kind": kind,
        "kind_title": KIND_TITLES[kind],
        "page": Paginator(compared.of(kind), ROWS_A_PAGE).get_page(request.GET.get("page")),
        "counts": counts,
        "count": count,
        "may_record": bool(count),
        "seconds": count // _A_SECOND,
        "seen": compared.seen,
    }
    status = 409 if form.conflict else 200
    context |= _shown(work, PREVIEW)
    return render(request, "criteria/imports/preview.html", context, status=status)
