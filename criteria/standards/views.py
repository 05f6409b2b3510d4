"""The criteria sets: brought by the application, and completed from a workbook that is looked over
first. Administrators only."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import SignedIn, for_administrators
from communes.models import Area
from criteria.models import CriteriaSet
from criteria.standards import reference_loading, scale_workbook
from criteria.standards.scale_forms import ScaleForm, pack, unpack
from criteria.standards.scale_rows import (
    ScaleChange,
    ScaleRefused,
    ScaleTable,
    compare,
    load,
    mark_of,
    rows_of,
)
from nrm_tracker.forms import EntryForm
from nrm_tracker.once import once, writing

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@require_http_methods(["GET", "HEAD", "POST"])
@for_administrators
@once
def sets(request: SignedIn) -> HttpResponse:
    """The sets that are here; posted, those that the application brings are loaded."""
    form = EntryForm(request.POST if request.method == "POST" else None)
    if form.submit(lambda given: reference_loading.bring_sets()):
        report = form.made
        said = _(
            "Loaded: %(created)s rows new, %(updated)s brought up to date; "
            "left as changed here: %(kept)s."
        )
        messages.success(request, said % {**vars(report), "kept": len(report.kept)})
        return redirect("setup-sets")
    found = CriteriaSet.objects.annotate(
        criterion_count=Count("criteria", distinct=True),
        indicator_count=Count("criteria__indicators", distinct=True),
    )
    context = {"nav": "setup", "form": form, "sets": found.order_by("-valid_from", "code")}
    return render(request, "criteria/standards/sets.html", context)


@require_safe
@for_administrators
def scale_file(request: SignedIn, code: str) -> HttpResponse:
    table = _table(request, code)
    name = f"{table.criteria_set.code}.xlsx"
    return HttpResponse(
        scale_workbook.write(table, rows_of(table).values()),
        content_type=XLSX,
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


@require_http_methods(["GET", "HEAD", "POST"])
@for_administrators
@once
def scale(request: SignedIn, code: str) -> HttpResponse:
    """The page to upload the table; what it would change; then, loaded, the page anew."""
    table = _table(request, code)
    if "load" in request.POST:
        return _load(request, table)
    form = ScaleForm(request.POST or None, request.FILES or None, table=table)
    if not form.is_bound or not form.is_valid():
        return _page(request, table, form)
    rows = rows_of(table)
    changes = compare(table, rows, form.rows)
    if not any(change.problems for change in changes):
        _rehearse(table, changes, request)
    return _page(request, table, form, changes, mark_of(rows.values()))


def _table(request: SignedIn, code: str) -> ScaleTable:
    """The set as the area that is looked at has it."""
    criteria_set = get_object_or_404(CriteriaSet, code=code)
    area = request.access.area
    area = area and Area.objects.select_related("parent").get(pk=area.pk)
    return ScaleTable(criteria_set, area)


def _rehearse(table: ScaleTable, changes: list[ScaleChange], request: SignedIn) -> None:
    """Say beside each row what loading would refuse; nothing stays written."""
    with transaction.atomic():
        try:
            load(table, changes, by=request.user)
        except ScaleRefused as refused:
            _refuse(changes, refused)
        finally:
            transaction.set_rollback(True)


def _refuse(changes: list[ScaleChange], refused: ScaleRefused) -> None:
    for change in changes:
        change.problems += refused.problems.get(change.number, [])


def _load(request: SignedIn, table: ScaleTable) -> HttpResponse:
    form = ScaleForm(table=table)
    try:
        given, seen = unpack(request.POST.get("changes", ""), table, request.user)
    except ValidationError as problem:
        messages.error(request, problem.messages[0])
        return _page(request, table, form)
    with writing():
        CriteriaSet.objects.select_for_update().get(pk=table.criteria_set.pk)
        rows = rows_of(table)
        mark = mark_of(rows.values())
        changes = compare(table, rows, given)
        if mark == seen and not any(change.problems for change in changes):
            try:
                load(table, changes, by=request.user)
            except ScaleRefused as refused:
                _refuse(changes, refused)
            else:
                n = len(changes)
                said = ngettext("Loaded: %(n)s indicator.", "Loaded: %(n)s indicators.", n)
                messages.success(request, said % {"n": n})
                return redirect(_address(table))
        transaction.set_rollback(True)
    return _page(request, table, form, changes, mark, is_stale=mark != seen)


def _address(table: ScaleTable) -> str:
    query = f"?area={table.area.pk}" if table.area else ""
    return reverse("scale", args=[table.criteria_set.code]) + query


def _page(
    request: SignedIn,
    table: ScaleTable,
    form: ScaleForm,
    changes: list[ScaleChange] | None = None,
    mark: str = "",
    *,
    is_stale: bool = False,
) -> HttpResponse:
    wrong = [change for change in changes or [] if change.problems]
    is_ready = bool(changes) and not wrong
    context = {
        "nav": "setup",
        "table": table,
        "form": form,
        "changes": changes,
        "wrong": wrong,
        "shown": [(change, _shown(table, change)) for change in changes or []] if is_ready else [],
        "is_stale": is_stale,
        "token": pack(table, changes or [], mark, request.user) if is_ready else "",
    }
    status = 409 if is_stale else 200
    return render(request, "criteria/standards/scale.html", context, status=status)


def _shown(table: ScaleTable, change: ScaleChange) -> list[tuple[str, str, str]]:
    """What changes in a row: the column, what was there, what is to be there."""
    there = change.before.words if change.before else {}
    heads = table.columns
    return [(heads[key], there.get(key, ""), change.words[key]) for key in change.changed]
