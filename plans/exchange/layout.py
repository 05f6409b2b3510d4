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
_DONE_TOO, _MORE = _("Reported"), _("Beside it")


def _typed(name: str, width: float, band: Any) -> SheetColumn:
    return SheetColumn(name, LABELS[name], width, band)


def _shown(name: str, label: Any, width: float, band: Any) -> SheetColumn:
    return SheetColumn(name, label, width, band, is_shown=True)


LAYOUT: list[SheetColumn] = [
    _typed("number", 5, _STEP),
    _typed("criterion", 6, _STEP),
    _typed("name", 34, _STEP),
    _typed("place", 14, _STEP),
    _typed("unit", 7, _AMOUNT),
    _typed("quantity_required", 7, _AMOUNT),
    _typed("quantity_done", 7, _AMOUNT),
    _shown("quantity_left", _("Quantity left"), 7, _AMOUNT),
    _shown("cost", _("Total"), 8, _COST),
    *(_typed(name, 7, _COST) for name in SOURCES),
    _typed("not_before", 11, _PLANNED),
    _typed("working_days", 6, _PLANNED),
    _typed("needs", 12, _PLANNED),
    _shown("start", _("Begin"), 11, _DAYS),
    _shown("finish", _("Finish"), 11, _DAYS),
    _shown("approved", _("Finish approved"), 11, _DAYS),
    _shown("float", _("Float"), 6, _DAYS),
    _shown("late_start", _("Begin at the latest"), 11, _DAYS),
    _typed("person", 19, _WHO),
    _typed("agency", 12, _WHO),
    _typed("percent", 6, _DONE),
    _typed("difficulty", 22, _DONE),
    _typed("started_on", 11, _DONE_TOO),
    _typed("finished_on", 11, _DONE_TOO),
    _typed("remaining_days", 8, _DONE_TOO),
    _typed("evidence", 18, _MORE),
    _shown("working_group", _("Working group"), 14, _MORE),
    _typed("least_days", 7, _MORE),
    _typed("most_days", 7, _MORE),
]
TYPED = [column for column in LAYOUT if not column.is_shown]
# On paper stand those up to this one; wider, nobody could read them.
LAST_PRINTED = "difficulty"
