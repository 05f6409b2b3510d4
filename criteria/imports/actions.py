"""A table is taken over: kept while it is looked at, recorded as a whole, undone within a day."""

import datetime as dt
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.access import Access
from accounts.models import User
from communes.models import Area
from criteria.assessments.bulk import BulkRefused
from criteria.imports.lines import REFUSED, Comparison
from criteria.imports.packing import pack
from criteria.imports.table_kinds import kind_of
from criteria.imports.work import COLUMNS, STEPS, WORDS, Work
from criteria.measurements.actions import ValueRefused
from criteria.models import CriteriaSet, Enrolment, ImportProfile, ImportRun
from nrm_tracker import clock, revision, undoing
from nrm_tracker.forms import Conflict
from nrm_tracker.tables.reading import Table

# So long a table waits for who goes on with it, and so long it can be undone.
KEPT = dt.timedelta(days=30)
UNDONE_WITHIN = dt.timedelta(days=1)


@transaction.atomic
def start(
    area: Area,
    criteria_set: CriteriaSet,
    tables: list[Table],
    *,
    holds: str = ImportRun.Holds.RESULTS,
    name: str,
    by: User,
) -> ImportRun:
    """Keep the cells of a table; those that nobody went on with for long are let go of."""
    waiting = ImportRun.objects.filter(state=ImportRun.State.OPEN)
    waiting.filter(started_at__lt=clock.now() - KEPT).delete()
    run = ImportRun.objects.create(
        area=area,
        criteria_set=criteria_set,
        holds=holds,
        name=name,
        tables=pack(tables),
        started_by=by,
        started_at=clock.now(),
    )
    revision.bump(area.pk)
    return run


@transaction.atomic
def choose(run: ImportRun, step: str, chosen: Any) -> ImportRun:
    """Keep what was chosen at a step; where that is new, later steps are asked again."""
    kept = _open(run)
    if kept.choices.get(step) != chosen:
        later = STEPS[STEPS.index(step) + 1 :]
        # The day and what the results rest on hold whatever the columns are.
        dropped = {name for name in later if name != "basis"}
        kept.choices = {k: v for k, v in kept.choices.items() if k not in dropped}
    kept.choices[step] = chosen
    kept.save(update_fields=["choices"])
    revision.bump(kept.area_id)
    return kept


@transaction.atomic
def discard(run: ImportRun) -> None:
    """A table that is not recorded after all."""
    _open(run).delete()
    revision.bump(run.area_id)


@transaction.atomic
def record(
    run: ImportRun,
    basis: dict[str, Any],
    access: Access,
    *,
    seen: str,
    with_against: bool,
    without_refused: bool,
    by: User,
) -> int:
    """Write all that the table says, or nothing; how many results or values.

    Raises Conflict where it compares otherwise than was `seen`.
    """
    run = _open(run)
    kind = kind_of(run)
    work = kind.work(run)
    runs = Enrolment.objects.filter(criteria_set=run.criteria_set_id)
    # Whoever writes to one of the communes waits, so that what is compared is what is written.
    list(runs.filter(commune__in=list(work.communes)).select_for_update().order_by("pk"))
    comparison = kind.compare(work, basis, access, by)
    if comparison.seen != seen:
        raise Conflict(comparison)
    lines = _writable(comparison, with_against=with_against, without_refused=without_refused)
    try:
        made = kind.record(run, lines, basis, by)
    except (BulkRefused, ValueRefused) as refused:
        raise Conflict(comparison) from refused
    _remember(work)
    run.state, run.tables = ImportRun.State.RECORDED, b""
    run.recorded_by, run.recorded_at = by, clock.now()
    run.save(update_fields=["state", "tables", "recorded_by", "recorded_at"])
    revision.bump(run.area_id)
    return made


@transaction.atomic
def undo(run: ImportRun, *, reason: str, by: User) -> tuple[int, int]:
    """Void what the table wrote; how many rows, and how many were left, as corrected since."""
    run = ImportRun.objects.select_for_update().get(pk=run.pk)
    if not may_be_undone(run):
        raise ValidationError(_("A table can be undone within a day. Correct cell by cell."))
    voided, left = kind_of(run).void(run, reason=reason, by=by)
    run.state, run.undone_at = ImportRun.State.UNDONE, clock.now()
    run.save(update_fields=["state", "undone_at"])
    revision.bump(run.area_id)
    return voided, left


def may_be_undone(run: ImportRun) -> bool:
    if run.state != ImportRun.State.RECORDED or run.recorded_at is None:
        return False
    return undoing.is_open(run.recorded_at, UNDONE_WITHIN)


def _open(run: ImportRun) -> ImportRun:
    found = ImportRun.objects.select_for_update().filter(pk=run.pk).first()
    if found is None or found.state != ImportRun.State.OPEN:
        raise ValidationError(_("This table was recorded or discarded meanwhile."))
    return found


def _writable(comparison: Comparison, *, with_against: bool, without_refused: bool) -> list:
    refused = comparison.counts[REFUSED]
    if refused and not without_refused:
        message = _("%(n)s cells cannot be recorded; nothing was. Mend them, or leave them out.")
        raise ValidationError(message % {"n": refused})
    lines = comparison.written(with_against=with_against)
    if not lines:
        raise ValidationError(_("The table says nothing new."))
    return lines


def _remember(work: Work) -> None:
    """For the next table with such a head."""
    said = {name: work.choices[name] for name in (COLUMNS, WORDS)}
    ImportProfile.objects.update_or_create(
        area=work.run.area, digest=work.digest, defaults={"choices": said}
    )
