"""Bring reference rows to what the files say; what people changed here stays (rule 18).

A digest of the values last written is kept for each row. A row that no longer matches its digest
was changed by somebody and is left alone; one that is gone, though it was written, was deleted by
somebody and is not made again.
"""

import hashlib
import json
from collections.abc import Collection
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils.translation import gettext as _

from communes.models import Checked
from criteria.models import Bracket, CriteriaSet, Criterion, Indicator, LoadedReference
from criteria.standards import reference_files
from criteria.standards.reference_files import GOVERNED, IDENTITY, Ref, ReferenceRow, key
from nrm_tracker import revision

# What files govern of a table since; digests of before lack it.
ADDED: dict[type[models.Model], Collection[str]] = {
    Bracket: ("criteria_set",),
    CriteriaSet: ("thresholds_by",),
    Criterion: ("note", "may_cost_recognition"),
    Indicator: ("counted_from",),
}


class LoadRefused(Exception):
    """The files ask for what may not be done."""


@dataclass
class LoadReport:
    """What was done, and which rows were left as people made them."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    kept: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    abandoned: list[str] = field(default_factory=list)


@transaction.atomic
def load(
    tables: list[list[ReferenceRow]], *, leaving: Collection[type[models.Model]] = ()
) -> LoadReport:
    """Create and update the rows of `tables`, which come in the order of their references; those of
    the models in `leaving` are left as they are."""
    loader = _Loader(leaving)
    tables = [table for table in tables if table and table[0].model not in leaving]
    refuse_renumbering([row for table in tables for row in table], loader.digests)
    for table in tables:
        loader.load(table)
    report = loader.finish()
    if report.created or report.updated:
        revision.bump()
    return report


@transaction.atomic
def bring_sets() -> LoadReport:
    """Load the criteria sets that the application brings, without the places of one office.

    Raises ValidationError where a set in use would be renumbered.
    """
    # Whoever brings them at the same moment waits here, and then finds what was brought.
    revision.bump()
    try:
        return load(reference_files.read(), leaving=reference_files.PLACES)
    except LoadRefused as refused:
        raise ValidationError(str(refused)) from refused


def refuse_renumbering(rows: list[ReferenceRow], loaded: dict[str, str]) -> None:
    """Once a set has enrolments its criteria are not added, removed or renumbered (rule 7)."""
    files: dict[str, dict[int, str]] = {}
    for row in rows:
        if row.model is Criterion:
            names = files.setdefault(row.values["criteria_set"].key, {})
            names[row.values["number"]] = row.values["name"]
    in_use = CriteriaSet.objects.filter(code__in=files, enrolments__isnull=False).distinct()
    for criteria_set in in_use:
        code = criteria_set.code
        present = dict(criteria_set.criteria.values_list("number", "name"))
        known = {
            number for number in files[code] | present if f"criterion:{code}/{number}" in loaded
        }
        if changed := _renumbered(present, files[code], known):
            raise LoadRefused(
                _("The set %(set)s is in use: its criteria cannot be renumbered (%(numbers)s).")
                % {"set": code, "numbers": ", ".join(map(str, sorted(changed)))}
            )


def _renumbered(present: dict[int, str], files: dict[int, str], known: set[int]) -> set[int]:
    """The numbers that would come, go, or pass to a criterion known under another number."""
    new = files.keys() - present.keys() - known
    gone = (present.keys() & known) - files.keys()
    numbers = {name: number for number, name in present.items()}
    moved = {
        number
        for number, name in files.items()
        if name in numbers and present.get(number, name) != name
    }
    return new | gone | moved


class _Loader:
    def __init__(self, leaving: Collection[type[models.Model]]) -> None:
        self.report = LoadReport()
        left = {model._meta.model_name for model in leaving}
        loaded = LoadedReference.objects.values_list("key", "digest")
        self.digests = {name: digest for name, digest in loaded if name.split(":")[0] not in left}
        self.written: dict[str, str] = {}
        self.seen: set[str] = set()
        self.present: dict[Ref, models.Model] = {}
        self.new: set[Ref] = set()

    def load(self, table: list[ReferenceRow]) -> None:
        self._fetch(table)
        for row in table:
            self.seen.add(row.name)
            if Ref(row.model, row.key) not in self.present:
                self._create(row)
        # Only now are all rows there that rows of the same table name.
        for row in table:
            self._settle(row)

    def finish(self) -> LoadReport:
        LoadedReference.objects.bulk_create(
            (LoadedReference(key=name, digest=digest) for name, digest in self.written.items()),
            update_conflicts=True,
            unique_fields=["key"],
            update_fields=["digest"],
        )
        self.report.abandoned = sorted(self.digests.keys() - self.seen)
        return self.report

    def _fetch(self, table: list[ReferenceRow]) -> None:
        model = table[0].model
        governed = model._default_manager.filter(GOVERNED.get(model, models.Q()))
        rows = governed.prefetch_related(*table[0].many).in_bulk()
        for pk, *parts in governed.values_list("pk", *IDENTITY[model]):
            self.present[Ref(model, key(*parts))] = rows[pk]

    def _create(self, row: ReferenceRow) -> None:
        missing = [v for v in row.values.values() if isinstance(v, Ref) and not self._find(v)]
        if missing or row.name in self.digests:
            self.report.removed.append(f"{row.model._meta.verbose_name} {row.key}")
            return
        ref = Ref(row.model, row.key)
        self.present[ref] = row.model._default_manager.create(**self._values(row))
        self.new.add(ref)
        self.report.created += 1

    def _settle(self, row: ReferenceRow) -> None:
        ref = Ref(row.model, row.key)
        found = self.present.get(ref)
        if found is None:
            return
        values, many = self._values(row), self._many(row)
        wanted = _digest({**_plain(row.model(**values), row), **many})
        stored = {**_plain(found, row), **_related(found, row)}
        present = _digest(stored)
        before = _digest(_as_before(stored, ADDED.get(row.model, ())))
        if ref in self.new:
            self._relate(found, many)
        elif present == wanted:
            self.report.unchanged += 1
        elif self.digests.get(row.name) in (present, before):
            for name, value in values.items():
                setattr(found, name, value)
            found.save()
            self._relate(found, many)
            self.report.updated += 1
        else:
            self.report.kept.append(f"{row.model._meta.verbose_name} {found}")
            return
        if self.digests.get(row.name) != wanted:
            self.written[row.name] = wanted

    def _find(self, ref: Ref) -> models.Model | None:
        """The row that is named; none where somebody deleted it."""
        found = self.present.get(ref)
        if found is None and f"{ref.model._meta.model_name}:{ref.key}" not in self.digests:
            raise LoadRefused(
                _("The files name an unknown row: %(row)s.")
                % {"row": f"{ref.model._meta.verbose_name} {ref.key}"}
            )
        return found

    def _values(self, row: ReferenceRow) -> dict[str, Any]:
        return {
            name: self._find(value) if isinstance(value, Ref) else value
            for name, value in row.values.items()
        }

    def _many(self, row: ReferenceRow) -> dict[str, list[int]]:
        found = {name: [self._find(ref) for ref in refs] for name, refs in row.many.items()}
        return {name: sorted(r.pk for r in rows if r) for name, rows in found.items()}

    def _relate(self, found: models.Model, many: dict[str, list[int]]) -> None:
        for name, pks in many.items():
            getattr(found, name).set(pks)


def _plain(found: models.Model, row: ReferenceRow) -> dict[str, Any]:
    """The present values of what the file governs, each as its field would store it."""
    fields = [field for field in found._meta.concrete_fields if field.name in row.values]
    return {f.name: f.to_python(f.value_from_object(found)) for f in fields}


def _related(found: models.Model, row: ReferenceRow) -> dict[str, list[int]]:
    return {name: sorted(r.pk for r in getattr(found, name).all()) for name in row.many}


def _as_before(values: dict[str, Any], added: Collection[str]) -> dict[str, Any]:
    """The values as digests of before took them: whether a row was checked, not with what."""
    checked = values.get("checked")
    rest = {n: v for n, v in values.items() if n != "checked" and n not in added}
    return {**rest, "is_checked": checked != Checked.UNREAD} if checked else rest


def _digest(values: dict[str, Any]) -> str:
    text = json.dumps(values, sort_keys=True, default=_text)
    return hashlib.sha256(text.encode()).hexdigest()


def _text(value: object) -> str:
    """36 and 36.000 are one number, whichever the database hands back."""
    return f"{value.normalize():f}" if isinstance(value, Decimal) else str(value)
