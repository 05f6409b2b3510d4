"""The plan as `.xlsx`, in the form that offices use: to print, to edit, to send back."""

import datetime as dt
import io
import re
from decimal import Decimal
from itertools import groupby
from typing import Any, NamedTuple

import xlsxwriter
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from nrm_tracker import clock
from plans.drafting.queries import names_of
from plans.exchange import columns, identity
from plans.exchange.columns import NUMBERS
from plans.exchange.layout import LAST_PRINTED, LAYOUT
from plans.forecasts.reckoning import Forecast, WrittenPlan
from plans.models import Activity, ApprovedStep, Plan
from plans.schedule import DayKind, StepDays

KEY_SHEET = "nrm"
KEY_HEAD = "nrm-key"
# In the column of keys: a row of the form that is no step.
NO_STEP = "-"
# The title above; the bands of columns; their heads.
TITLE_ROWS = 5
HEAD_ROW = TITLE_ROWS + 1
_FIRST = 1
_A3 = 8
_LINE = 15
_BLANKS = 20
_UNSAFE = re.compile(r"[^\w-]+")
_KINDS = {DayKind.ACTUAL: gettext_lazy("actual"), DayKind.FORECAST: gettext_lazy("forecast")}


class PlanSheet(NamedTuple):
    """The plan with what is shown of it; `forecast` is missing of one that cannot be reckoned."""

    plan: WrittenPlan
    forecast: Forecast | None
    approved: dict[int, ApprovedStep]


def name_of(plan: Plan, day: dt.date, ending: str) -> str:
    slug = plan.enrolment.commune.slug
    return _UNSAFE.sub("-", f"ke-hoach-{slug}-{day:%Y%m%d}") + ending


def write(shown: PlanSheet) -> bytes:
    """What may be changed is on a light ground; what is only shown is grey."""
    target = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    book = xlsxwriter.Workbook(target, options)
    book.set_properties({"created": clock.now().replace(tzinfo=None)})
    sheet, keys = book.add_worksheet(_("Plan")), book.add_worksheet(KEY_SHEET)
    formats = _formats(book)
    _write_title(sheet, shown, formats)
    _write_heads(sheet, formats)
    names = names_of(shown.plan.plan.enrolment)
    texts = columns.texts_of(shown.plan, shown.plan.activities)
    keys.write_row(0, 0, identity.written(shown.plan))
    for n, one in enumerate(shown.plan.activities, start=1):
        row = HEAD_ROW + n
        sheet.write_string(row, 0, str(one.pk), formats["shown"])
        _write_step(sheet, row, one, texts[one.pk], _extra(one, shown), formats)
        sheet.set_row(row, _LINE * _lines(texts[one.pk]))
        marks = columns.marks_of(shown.plan, one, texts[one.pk], names)
        keys.write_row(n, 0, [str(one.pk), marks])
    last = HEAD_ROW + (len(shown.plan.activities) or _BLANKS)
    if not shown.plan.activities:
        _write_blanks(sheet, formats)
    _write_foot(sheet, last + 1, shown, formats)
    keys.very_hidden()
    _lay_out(sheet, last + 3)
    book.close()
    return target.getvalue()


def _formats(book: Any) -> dict[str, Any]:
    line = {"border": 1, "border_color": "#8A9197", "valign": "top", "text_wrap": True}
    line |= {"font_name": "Times New Roman", "font_size": 11}
    grey = {**line, "bg_color": "#E7E9E5"}
    plain = {"font_name": "Times New Roman", "font_size": 12, "valign": "top"}
    return {
        "title": book.add_format({**plain, "bold": True, "font_size": 15, "align": "center"}),
        "office": book.add_format({**plain, "bold": True}),
        "plain": book.add_format(plain),
        "band": book.add_format({**grey, "bold": True, "align": "center"}),
        "head": book.add_format({**grey, "bold": True, "align": "center", "valign": "vcenter"}),
        # As text: a program in another country's settings would turn 08/09 into August.
        "words": book.add_format({**line, "num_format": "@"}),
        "amount": book.add_format({**line, "num_format": "#,##0.###", "align": "right"}),
        "count": book.add_format({**line, "num_format": "0", "align": "right"}),
        "number": book.add_format({**line, "num_format": "0", "align": "center"}),
        "shown": book.add_format({**grey, "num_format": "@"}),
        "shown_amount": book.add_format({**grey, "num_format": "#,##0.###", "align": "right"}),
        "critical": book.add_format({**line, "bold": True, "num_format": "@"}),
        "sum": book.add_format({**grey, "bold": True, "num_format": "#,##0.###"}),
    }


def _write_title(sheet: Any, shown: PlanSheet, formats: dict[str, Any]) -> None:
    run = shown.plan.plan.enrolment
    office = _("The People's Committee of %(commune)s") % {"commune": run.commune.full_name}
    title = _("Plan with critical steps of %(commune)s") % {"commune": run.commune.full_name}
    marks = [run.commune.area.training_mark]
    marks += [_("Illustrative")] if shown.plan.plan.is_illustrative else []
    sheet.write_string(0, _FIRST, office.upper(), formats["office"])
    last = [column.name for column in LAYOUT].index(LAST_PRINTED) + _FIRST
    sheet.merge_range(1, _FIRST, 1, last, "", formats["title"])
    text = " · ".join(filter(None, [*marks, title.upper()]))
    sheet.write_string(1, _FIRST, text, formats["title"])
    how = _(
        "White cells can be changed, and rows added or taken out; grey ones are reckoned and not"
        " read. Type values, not formulas. Days as 08/09/2020. What must be done first: 2; 3 or"
        " 5 + 7 days or 5 + 3 working days or 5-13."
    )
    for row, said in enumerate([_state(shown), _found(shown), how], start=2):
        sheet.write_string(row, _FIRST, said, formats["plain"])


def _state(shown: PlanSheet) -> str:
    plan = shown.plan.plan
    run = plan.enrolment
    said = [run.criteria_set.name, str(plan.get_state_display())]
    said.append(_("downloaded on %(day)s") % {"day": f"{clock.today():%d/%m/%Y}"})
    return " · ".join(said)


def _found(shown: PlanSheet) -> str:
    found, target = shown.forecast, shown.plan.plan.enrolment.target_on
    said = [_("Target: %(day)s") % {"day": f"{target:%d/%m/%Y}"}] if target else []
    if found:
        finish = f"{found.schedule.finish:%d/%m/%Y}"
        said.append(_("Forecast: %(day)s") % {"day": finish})
        said.append(_("critical steps are marked ◆ and bold"))
    else:
        said.append(_("not reckoned: nothing is said of days or floats"))
    return " · ".join(said)


def _write_heads(sheet: Any, formats: dict[str, Any]) -> None:
    sheet.write_string(HEAD_ROW, 0, KEY_HEAD, formats["head"])
    place = _FIRST
    for band, several in groupby(LAYOUT, key=lambda column: column.band):
        count = len(list(several))
        if count > 1:
            sheet.merge_range(TITLE_ROWS, place, TITLE_ROWS, place + count - 1, "", formats["band"])
        sheet.write_string(TITLE_ROWS, place, str(band), formats["band"])
        place += count
    for place, column in enumerate(LAYOUT, start=_FIRST):
        sheet.write_string(HEAD_ROW, place, str(column.label), formats["head"])


def _write_step(
    sheet: Any,
    row: int,
    one: Activity,
    texts: dict[str, str],
    extra: dict[str, Any],
    formats: dict[str, Any],
) -> None:
    for place, column in enumerate(LAYOUT, start=_FIRST):
        value = extra[column.name] if column.is_shown else getattr(one, column.name, None)
        is_number = column.is_shown or column.name in NUMBERS
        if is_number and isinstance(value, Decimal | int):
            style = "count" if isinstance(value, int) else "amount"
            style = "number" if column.name == "number" else style
            style = "shown_amount" if column.is_shown else style
            sheet.write_number(row, place, value, formats[style])
            continue
        text = str(value or "") if column.is_shown else texts[column.name]
        style = "shown" if column.is_shown else "words"
        if column.name == "name" and extra["is_critical"]:
            style = "critical"
        if column.is_shown or not is_number:
            sheet.write_string(row, place, text, formats[style])
        else:
            sheet.write_blank(row, place, None, formats["amount"])


def _extra(one: Activity, shown: PlanSheet) -> dict[str, Any]:
    """What is only shown of a step. Of a plan that cannot be reckoned no day and no float is."""
    days = shown.forecast.days(one) if shown.forecast else None
    approved = shown.approved.get(one.pk)
    return {
        "quantity_left": one.quantity_left,
        "cost": one.cost or None,
        # Of each day it is said whether it came true.
        "start": f"{_day(days.start)}\n{_KINDS[days.start_kind]}" if days else "",
        "finish": f"{_day(days.finish)}\n{_KINDS[days.finish_kind]}" if days else "",
        "approved": _day(approved.ends_on if approved else None),
        "float": _float(days),
        "late_start": _day((days.must_start or days.late_start) if days else None),
        "working_group": one.working_group.name if one.working_group else "",
        "is_critical": bool(days and days.is_critical),
    }


def _lines(texts: dict[str, str]) -> int:
    """How many lines a row takes: the day and what it is are two."""
    return max(
        2,
        *(
            sum(-(-len(line) // int(column.width)) or 1 for line in text.split("\n"))
            for column in LAYOUT
            if (text := texts.get(column.name, ""))
        ),
    )


def _float(days: StepDays | None) -> str:
    if days is None or days.total_float is None:
        return ""
    return f"◆ {days.total_float}" if days.is_critical else str(days.total_float)


def _day(day: dt.date | None) -> str:
    return f"{day:%d/%m/%Y}" if day else ""


def _write_blanks(sheet: Any, formats: dict[str, Any]) -> None:
    """Rows to fill in, where there is no step yet."""
    for row in range(HEAD_ROW + 1, HEAD_ROW + _BLANKS + 1):
        for place, column in enumerate(LAYOUT, start=_FIRST):
            style = "shown" if column.is_shown else "words"
            style = "amount" if column.name in NUMBERS else style
            sheet.write_blank(row, place, None, formats[style])


def _write_foot(sheet: Any, row: int, shown: PlanSheet, formats: dict[str, Any]) -> None:
    """The sums of money, and who signs: no rows of steps."""
    sheet.write_string(row, 0, NO_STEP, formats["shown"])
    for place, column in enumerate(LAYOUT, start=_FIRST):
        if column.name == "cost" or column.name.startswith("cost_"):
            values = [getattr(one, column.name) or 0 for one in shown.plan.activities]
            sheet.write_number(row, place, sum(values), formats["sum"])
        else:
            text = _("Sum") if column.name == "name" else ""
            sheet.write_string(row, place, text, formats["sum"])
    places = {column.name: place for place, column in enumerate(LAYOUT, start=_FIRST)}
    for name, who in (("name", _("Drawn up by")), ("person", _("Chairperson"))):
        sheet.write_string(row + 2, places[name], who, formats["office"])
    sheet.write_string(row + 2, 0, NO_STEP, formats["plain"])


def _lay_out(sheet: Any, last_row: int) -> None:
    sheet.set_column(0, 0, None, None, {"hidden": True})
    for place, column in enumerate(LAYOUT, start=_FIRST):
        sheet.set_column(place, place, column.width)
    sheet.set_row(HEAD_ROW, 64)
    sheet.freeze_panes(HEAD_ROW + 1, _FIRST + 3)
    sheet.set_landscape()
    sheet.set_paper(_A3)
    sheet.set_margins(0.4, 0.4, 0.5, 0.5)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(TITLE_ROWS, HEAD_ROW)
    names = [column.name for column in LAYOUT]
    sheet.print_area(0, _FIRST, last_row, _FIRST + names.index(LAST_PRINTED))
    sheet.set_footer("&R&P/&N")


def approved_of(plan: Plan) -> dict[int, ApprovedStep]:
    version = plan.versions.first()
    return {one.activity_id: one for one in version.steps.all()} if version else {}


def sheet_of(plan: WrittenPlan, forecast: Forecast | None) -> PlanSheet:
    return PlanSheet(plan, forecast, approved_of(plan.plan))
