"""What differs between a table of results and one of values, in one place."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from criteria.imports import result_comparison, value_comparison
from criteria.imports.basis_forms import BasisForm, ValueBasisForm
from criteria.imports.lines import Comparison
from criteria.imports.result_work import ResultWork
from criteria.imports.value_work import ValueWork
from criteria.imports.work import Work
from criteria.models import ImportRun


@dataclass(frozen=True)
class TableKind:
    """How a table is read, what is asked of all of it, how it is compared, recorded and undone;
    what was written of it, and how that is told of recording and of undoing."""

    work: Callable[[ImportRun], Work]
    basis_form: Callable[..., Any]
    compare: Callable[..., Comparison]
    record: Callable[..., int]
    void: Callable[..., tuple[int, int]]
    written: Callable[[ImportRun], QuerySet[Any]]
    recorded: str | Promise
    voided: str | Promise


_KINDS = {
    ImportRun.Holds.RESULTS: TableKind(
        ResultWork,
        BasisForm,
        result_comparison.compare,
        result_comparison.record,
        result_comparison.void,
        result_comparison.written,
        _("Results recorded: %(n)s."),
        _("Results voided: %(n)s."),
    ),
    ImportRun.Holds.VALUES: TableKind(
        ValueWork,
        ValueBasisForm,
        value_comparison.compare,
        value_comparison.record,
        value_comparison.void,
        value_comparison.written,
        _("Values recorded: %(n)s."),
        _("Values voided: %(n)s."),
    ),
}


def kind_of(run: ImportRun) -> TableKind:
    return _KINDS[ImportRun.Holds(run.holds)]
