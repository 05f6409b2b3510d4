"""Values of a table against what was measured by its day; and recording, and undoing it."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.access import Access
from accounts.models import User
from criteria import permissions
from criteria.imports.lines import (
    AGAINST,
    NEW,
    OUT,
    REFUSED,
    SAME,
    Comparison,
    Line,
    tell_twice,
)
from criteria.imports.value_cells import SaidValue, without_share
from criteria.imports.value_work import ValueWork
from criteria.imports.work import LEFT_OUT, writing_key
from criteria.measurements import many
from criteria.measurements.actions import SAID, Given, check_value
from criteria.models import Enrolment, ImportRun, Indicator, Measurement
from criteria.workbook.sheet_rows import in_words

# What a value says beside its day and its source.
_AMOUNTS = [name for name in SAID if name not in ("source", "measured_on")]


@dataclass
class ValueLine(Line):
    """`stands` is the newest value by the day of the table."""

    enrolment: Enrolment | None = None
    indicator: Indicator | None = None
    given: Given | None = None
    stands: Measurement | None = None

    @property
    def target(self) -> tuple[int, int] | None:
        if self.enrolment is None or self.indicator is None:
            return None
        return self.enrolment.pk, self.indicator.pk

    @property
    def says(self) -> Given | None:
        return self.given

    @property
    def standing_pk(self) -> int:
        return self.stands.pk if self.stands else 0

    @property
    def in_words(self) -> str:
        return in_words(self.given, self.indicator) if self.given and self.indicator else ""

    @property
    def standing_in_words(self) -> str:
        return in_words(self.stands, self.indicator) if self.stands and self.indicator else ""


def compare(work: ValueWork, basis: dict[str, Any], access: Access, by: User) -> Comparison:
    """The table against what stands; `basis` is what holds of all values."""
    lines = list(_resolved(work, basis))
    tell_twice(lines)
    standing = _standing_on(work, lines)
    for line in lines:
        line.stands = standing.get(line.target)
        if line.kind == NEW and line.enrolment:
            if not permissions.may_measure(access, line.enrolment.commune.area_id):
                line.refuse(_("The account may not record values of this commune."))
            elif line.stands and line.stands.measured_on == work.day:
                line.kind = SAME if _is_same(line.given, line.stands) else AGAINST
    return Comparison(lines, work.choices)


def record(run: ImportRun, lines: Iterable[ValueLine], basis: dict[str, Any], by: User) -> int:
    """Write what the lines say, or nothing: raises ValueRefused."""
    said = [
        (line.enrolment, line.indicator, line.given)
        for line in lines
        if line.enrolment and line.indicator and line.given
    ]
    made = many.measure_many(said, by=by)
    link = ImportRun.values.through
    link.objects.bulk_create(link(importrun_id=run.pk, measurement_id=value.pk) for value in made)
    return len(made)


def void(run: ImportRun, *, reason: str, by: User) -> tuple[int, int]:
    """Void what the table wrote; how many, and how many were left, as corrected since."""
    voiding, left = many.void_many(list(run.values.order_by("pk")), reason=reason, by=by)
    return len(voiding), left


def written(run: ImportRun) -> QuerySet[Measurement]:
    found = run.values.select_related("enrolment__commune", "indicator")
    return found.prefetch_related("indicator__thresholds")


def _resolved(work: ValueWork, basis: dict[str, Any]) -> Iterable[ValueLine]:
    communes = {q.key: q.chosen for q in work.commune_questions}
    for cell in work.cells:
        place, key = communes[writing_key(cell.commune)], work.indicator_of(cell)
        if LEFT_OUT in (place, key):
            yield ValueLine(OUT, cell)
        elif not place or key not in work.by_key:
            yield ValueLine(REFUSED, cell, _("Not said yet what is meant."))
        elif enrolment := work.runs.get(int(place)):
            yield _line(work, cell, enrolment, work.by_key[key], basis)
        else:
            yield ValueLine(REFUSED, cell, work.without_run(int(place), cell.commune))


def _line(
    work: ValueWork,
    cell: SaidValue,
    enrolment: Enrolment,
    indicator: Indicator,
    basis: dict[str, Any],
) -> ValueLine:
    line = ValueLine(NEW, cell, enrolment=enrolment, indicator=indicator)
    try:
        said = work.said_of(cell, indicator)
        if said is None:
            return ValueLine(OUT, cell)
        line.given = without_share(Given(**basis, **said))
        check_value(enrolment, indicator, line.given)
    except ValidationError as error:
        line.refuse(" ".join(error.messages))
    return line


def _standing_on(
    work: ValueWork, lines: Iterable[ValueLine]
) -> dict[tuple[int, int] | None, Measurement]:
    """The newest value by the day of each run and indicator of the table: one query."""
    runs = {line.enrolment.pk for line in lines if line.enrolment}
    indicators = {line.indicator.pk for line in lines if line.indicator}
    said = Measurement.objects.filter(
        enrolment__criteria_set=work.run.criteria_set_id,
        enrolment__commune__in=list(work.communes),
        indicator__in=indicators,
        measured_on__lte=work.day,
        voids=False,
        correction__isnull=True,
    )
    return {
        (value.enrolment_id, value.indicator_id): value
        for value in said.order_by("measured_on", "level", "pk")
        if value.enrolment_id in runs
    }


def _is_same(given: Given | None, stands: Measurement) -> bool:
    return given is not None and all(
        getattr(given, name) == getattr(stands, name) for name in _AMOUNTS
    )
