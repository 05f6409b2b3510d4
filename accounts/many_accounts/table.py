"""A list of people, of a workbook or pasted from one: rows of texts by the fields they are for."""

from typing import IO

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from nrm_tracker.tables import heads, reading
from nrm_tracker.tables.reading import Table, words
from nrm_tracker.tables.recognising import Field, recognise
from nrm_tracker.text import search_key

# The fields of a row in the order of a list without a head, and how offices head their columns.
FIELDS = (
    Field("full_name", ("họ và tên", "họ tên", "full name")),
    Field("position", ("chức vụ", "chức danh", "position")),
    Field("role", ("vai trò", "quyền", "role")),
    Field("place", ("đơn vị", "đơn vị công tác", "nơi công tác", "cơ quan", "xã", "place")),
    Field("phone", ("điện thoại", "số điện thoại", "sđt", "telephone")),
    Field("email", ("email", "e-mail", "thư điện tử", "hộp thư")),
    Field("from_on", ("từ ngày", "ngày bắt đầu", "from")),
    Field("until_on", ("đến ngày", "đến hết ngày", "ngày kết thúc", "until")),
    Field("username", ("tên đăng nhập", "tài khoản", "user name")),
)
KEYS = tuple(field.key for field in FIELDS)
MOST_ROWS = 200


def read(source: IO[bytes] | str) -> list[dict[str, str]]:
    """The people of the sheet with most that is known; raises ValidationError where it has none."""
    tables = reading.read(source)
    seen = [table for table in tables if not table.is_hidden] or tables
    table = max(seen, key=lambda one: len(_headed(one)[0]))
    columns, first = _headed(table)
    if table.width == 1:
        said = _("The list has one column. Copy the cells of the spreadsheet, then paste them.")
        raise ValidationError(said)
    if columns and "full_name" not in columns.values():
        raise ValidationError(_("The head names no column of full names (Full name)."))
    columns = columns or _in_order(table)
    rows = [_row(table, number, columns) for number in range(first, len(table.rows) + 1)]
    people = [row for row in rows if any(row.values())]
    if not people:
        raise ValidationError(_("There is nobody in the list."))
    if len(people) > MOST_ROWS:
        said = _("The list has %(count)s rows; at most %(limit)s are taken at once.")
        raise ValidationError(said % {"count": len(people), "limit": MOST_ROWS})
    return people


def _row(table: Table, number: int, columns: dict[int, str]) -> dict[str, str]:
    row = {key: words(table.cell(number, column)) for column, key in columns.items()}
    phone = row.get("phone", "")
    if phone.isdecimal() and len(phone) == 9:
        # A spreadsheet that took it for a number left the nought away.
        row["phone"] = f"0{phone}"
    return row


def _headed(table: Table) -> tuple[dict[int, str], int]:
    """The fields by their columns from 1, and the first row below the head; none without a head."""
    head = heads.guess(table, lambda label: bool(recognise([label], FIELDS)))
    guesses = recognise(heads.labels(table, head), FIELDS) if head else {}
    if head is None or sum(guess.is_sure for guess in guesses.values()) < 2:
        return {}, 1
    columns = {place + 1: guess.key for place, guess in guesses.items()}
    return columns, heads.first_row_below(table, head)


def _in_order(table: Table) -> dict[int, str]:
    """Without a head the columns stand in the usual order, after running numbers or not."""
    first = [search_key(words(row[0])) for row in table.rows if row and words(row[0])]
    is_numbered = bool(first) and all(key.isdecimal() for key in first)
    return dict(enumerate(KEYS, 2 if is_numbered else 1))
