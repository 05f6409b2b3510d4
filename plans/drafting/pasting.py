"""A plan copied from Excel: which column is which, and what each row says."""

import re
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from nrm_tracker.tables import heads, reading
from nrm_tracker.tables.reading import Table
from nrm_tracker.text import search_key
from plans.drafting import rows
from plans.drafting.rows import PASTED, RowNames, TypedRow
from plans.models.plans import MOST_STEPS

# What a column is called, in the order of looking: the first word that its head begins with.
CALLED: list[tuple[str, tuple[str, ...]]] = [
    ("number", ("tt", "stt", "so tt", "no")),
    ("criterion", ("tieu chi", "chi tieu", "criterion")),
    ("needs", ("viec phai xong", "viec truoc", "cho viec", "phu thuoc", "must be done")),
    ("name", ("viec", "hang muc", "noi dung", "cong viec", "step")),
    ("place", ("noi lam", "thon", "dia diem", "place")),
    ("unit", ("dvt", "don vi tinh", "unit")),
    ("quantity_required", ("kl", "khoi luong", "yeu cau", "quantity")),
    ("not_before", ("khong truoc", "bat dau", "tu ngay", "not before")),
    ("least_days", ("nhanh nhat", "fewest")),
    ("most_days", ("cham nhat", "most")),
    ("working_days", ("so ngay", "ngay lam viec", "thoi gian", "working days", "days")),
    ("person", ("nguoi", "phu trach", "person")),
    ("agency", ("co quan", "don vi chi dao", "phong", "agency")),
    ("evidence", ("minh chung", "evidence")),
    ("cost_central", ("nstw", "trung uong", "tw", "central")),
    ("cost_province", ("tinh", "ns tinh", "nst", "province")),
    ("cost_district", ("huyen", "ns huyen", "nsh", "district")),
    ("cost_commune", ("xa", "ns xa", "nsx", "commune")),
    ("cost_people", ("dan", "nhan dan", "people")),
    ("cost_enterprises", ("doanh nghiep", "dn", "enterprises")),
    ("cost_other", ("khac", "nguon khac", "other")),
]
_FORMULA = re.compile(r"=[A-Za-z+(]")


@dataclass(frozen=True)
class Pasted:
    columns: tuple[str, ...]
    rows: list[TypedRow]


# What a head says before it names a source of money.
_SOURCE = re.compile(r"^(kinh phi |nguon |von |ngan sach )+")


def column_of(head: str) -> str | None:
    """Which column a head names, also below another one: "Kinh phí / Tỉnh"."""
    for part in (search_key(head), search_key(head.rpartition("/")[2])):
        part = _SOURCE.sub("", part)
        for name, called in CALLED:
            if any(part == one or part.startswith(f"{one} ") for one in called):
                return name
    return None


def read(text: str, names: RowNames, numbers: dict[int, int]) -> Pasted:
    """Raises ValidationError where there is no table; what is wrong with a row stands in it.

    `numbers`: the keys of the steps that stand in the plan.
    """
    table = reading.read(text)[0]
    head = heads.guess(table, lambda name: column_of(name) is not None)
    if head is None:
        raise ValidationError(_("No head was found: copy the row with the names of the columns."))
    columns: dict[int, str] = {}
    for place, label in enumerate(heads.labels(table, head), start=1):
        name = column_of(label)
        if name and name not in columns.values():
            columns[place] = name
    for name in ("name", "working_days"):
        if name not in columns.values():
            message = _("The column “%(column)s” is missing.")
            raise ValidationError(message % {"column": rows.LABELS[name]})
    found = list(_rows(table, heads.first_row_below(table, head), columns))
    if len(found) > MOST_STEPS:
        raise ValidationError(_("A plan has at most %(limit)s steps.") % {"limit": MOST_STEPS})
    if not found:
        raise ValidationError(_("There is no row below the head."))
    _number(found, numbers)
    for row in found:
        _read_row(row, names, numbers)
    return Pasted(tuple(name for name in PASTED if name in {"number", *columns.values()}), found)


def _rows(table: Table, first: int, columns: dict[int, str]) -> list[TypedRow]:
    """The rows that say something but of which number they are."""
    found = []
    for row in range(first, len(table.rows) + 1):
        typed = {name: reading.words(table.cell(row, place)) for place, name in columns.items()}
        if any(text for name, text in typed.items() if name != "number"):
            found.append(TypedRow(typed))
    return found


def _number(found: list[TypedRow], numbers: dict[int, int]) -> None:
    """Rows without a number follow the last one of the plan."""
    typed = [row.typed.get("number", "") for row in found]
    taken = [int(number) for number in typed if number.isdecimal() and len(number) < 6]
    following = max([0, *taken, *numbers]) + 1
    for row in found:
        if not row.typed.get("number"):
            row.typed["number"] = str(following)
            following += 1


def _read_row(row: TypedRow, names: RowNames, numbers: dict[int, int]) -> None:
    number = row.typed["number"]
    row.key = numbers.get(int(number)) if number.isdecimal() and len(number) < 6 else None
    for name, text in row.typed.items():
        if _FORMULA.match(text):
            row.errors[name] = _("A formula came instead of its value: paste values only.")
        elif text.startswith("#"):
            row.errors[name] = _("An error of Excel stands here.")
        elif name == "not_before":
            row.typed[name] = as_day(text)
    if not row.errors:
        rows.read(row, names)


_DAY = re.compile(r"(?P<day>[0-9]{1,2})[./-](?P<month>[0-9]{1,2})[./-](?P<year>[0-9]{4})")


def as_day(text: str) -> str:
    """8-9-2020 and 08.09.2020 as 08/09/2020; what is no such day stays as it is."""
    found = _DAY.fullmatch(text)
    if found is None:
        return text
    return f"{int(found['day']):02d}/{int(found['month']):02d}/{found['year']}"
