"""How the workbook of a plan is laid out: its columns, from left to right."""

from typing import Any, NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from plans.exchange.columns import LABELS
from plans.models import SOURCES


class SheetColumn(NamedTuple):
    """`name` is of what may be changed, or of what is only shown (`is_shown`)."""

    name: str
    label: str | Promise
    width: float
    band: str | Promise
    is_shown: bool = False


_STEP, _AMOUNT, _COST = _("Work"), _("Quantity"), _("Costs, million đồng")
_PLANNED, _DAYS, _DONE, _WHO = _("Planned"), _("Reckoned"), _("Done so far"), _("Who")
_MORE = _("Beside it")


def _typed(name: str, width: float, band: Any) -> SheetColumn:
    return SheetColumn(name, LABELS[name], width, band)


def _shown(name: str, label: Any, width: float, band: Any) -> SheetColumn:
    return SheetColumn(name, label, width, band, is_shown=True)


LAYOUT: list[SheetColumn] = [
    _typed("number", 5, _STEP),
    _typed("criterion", 7, _STEP),
    _typed("name", 36, _STEP),
    _typed("place", 16, _STEP),
    _typed("unit", 8, _AMOUNT),
    _typed("quantity_required", 8, _AMOUNT),
    _typed("quantity_done", 8, _AMOUNT),
    _shown("quantity_left", _("Quantity left"), 8, _AMOUNT),
    _shown("cost", _("Total"), 9, _COST),
    *(_typed(name, 8, _COST) for name in SOURCES),
    _typed("not_before", 11, _PLANNED),
    _typed("working_days", 7, _PLANNED),
    _typed("needs", 14, _PLANNED),
    _shown("start", _("Begin"), 11, _DAYS),
    _shown("start_kind", _("Begin is"), 8, _DAYS),
    _shown("finish", _("Finish"), 11, _DAYS),
    _shown("finish_kind", _("Finish is"), 8, _DAYS),
    _shown("approved", _("Finish approved"), 11, _DAYS),
    _shown("float", _("Float"), 7, _DAYS),
    _shown("late_start", _("Begin at the latest"), 11, _DAYS),
    _typed("person", 22, _WHO),
    _typed("agency", 14, _WHO),
    _shown("working_group", _("Working group"), 14, _WHO),
    _typed("percent", 7, _DONE),
    _typed("started_on", 11, _DONE),
    _typed("finished_on", 11, _DONE),
    _typed("remaining_days", 8, _DONE),
    _typed("difficulty", 26, _DONE),
    _typed("evidence", 18, _MORE),
    _typed("least_days", 7, _MORE),
    _typed("most_days", 7, _MORE),
]
TYPED = [column for column in LAYOUT if not column.is_shown]
