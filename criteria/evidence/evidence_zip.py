"""A commune's whole evidence of one run as a ZIP: a folder a criterion, and an index sheet.

It is never held whole: files are read as the archive goes out. A piece that shows several
criteria lies in the folder of the first; the index names it under each of them.
"""

import datetime as dt
import io
import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass

import xlsxwriter
from django.utils import timezone
from django.utils.translation import gettext as _
from zipstream import ZipStream

from criteria.evidence import queries
from criteria.models import Criterion, Enrolment, Evidence
from nrm_tracker import clock, uploads
from nrm_tracker.models import StoredFile

# Of a Vietnamese letter there may be three bytes, and of a name 255.
NAME_LENGTH = 80
# What Windows takes in no name, and the names that it keeps for itself.
_FORBIDDEN = re.compile(r'[<>:"/\\|?*\x00-\x1f\x7f]')
_RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\.|$)", re.IGNORECASE)


@dataclass(frozen=True)
class ZipEntry:
    """A line of the index: a piece under one of its criteria."""

    criterion: Criterion
    row: queries.EvidenceRow
    # Where the file lies; empty where it is a link, is left out or is missing.
    path: str
    remark: str


@dataclass(frozen=True)
class Archive:
    """What goes into the ZIP."""

    lines: list[ZipEntry]
    files: dict[str, StoredFile]


def archive_of(
    enrolment: Enrolment, criteria: Iterable[Criterion], seen: Collection[int], day: dt.date
) -> Archive:
    """The pieces that stand on the day: two queries. `seen` are the criteria of which the person
    may see personal data."""
    rows = queries.evidence_of(enrolment, day, seen)
    stored = _stored([row.pk for row in rows if row.is_visible and not row.is_link])
    by_number: dict[int, list[queries.EvidenceRow]] = {}
    for row in rows:
        for number in row.numbers:
            by_number.setdefault(number, []).append(row)
    found = Archive([], {})
    taken: set[str] = set()
    paths: dict[int, str] = {}
    for criterion in sorted(criteria, key=lambda one: one.number):
        folder = safe_name(f"{criterion.number:02d} {criterion.short_name}")
        for row in by_number.get(criterion.number, []):
            file = stored.get(row.pk)
            if file and row.pk not in paths:
                paths[row.pk] = unique(f"{folder}/{safe_name(row.name)}", taken)
                found.files[paths[row.pk]] = file
            found.lines.append(ZipEntry(criterion, row, paths.get(row.pk, ""), _remark(row, file)))
    return found


def stream(archive: Archive, head: str) -> ZipStream:
    """The ZIP, to be read once; its length is known before."""
    zipped = ZipStream(sized=True)
    index = _("00 Index of evidence")
    zipped.add(index_sheet(archive, head), f"{safe_name(index)}.xlsx")
    for path, file in archive.files.items():
        zipped.add(uploads.pieces_of(file), path, size=file.size)
    return zipped


def safe_name(text: str) -> str:
    """`text` as every system takes it for the name of a file or a folder."""
    name = _FORBIDDEN.sub("_", text).strip(" .") or "_"
    if _RESERVED.match(name):
        name = f"_{name}"
    stem, dot, ending = name.rpartition(".")
    if not stem or len(ending) > 5:
        return name[:NAME_LENGTH].strip(" .")
    return f"{stem[: NAME_LENGTH - 6].strip(' .')}{dot}{ending}"


def unique(path: str, taken: set[str]) -> str:
    """`path`, with a number before its ending where it is taken, in capitals or not."""
    stem, dot, ending = path.rpartition(".")
    found, count = path, 1
    while found.lower() in taken:
        count += 1
        found = f"{stem} ({count}){dot}{ending}"
    taken.add(found.lower())
    return found


def index_sheet(archive: Archive, head: str) -> bytes:
    """The index as a workbook. All text is text: nothing is taken for a formula or a link."""
    drawn = io.BytesIO()
    book = xlsxwriter.Workbook(drawn, {"in_memory": True})
    book.set_properties({"title": head, "created": clock.now().replace(tzinfo=None)})
    sheet = book.add_worksheet(_("Evidence"))
    bold = book.add_format({"bold": True})
    wrapped = {"text_wrap": True, "valign": "top", "border": 1}
    plain, strong = book.add_format(wrapped), book.add_format({**wrapped, "bold": True})
    sheet.write_string(0, 0, head, bold)
    for column, (title, width) in enumerate(_columns()):
        sheet.set_column(column, column, width)
        sheet.write_string(2, column, title, strong)
    for count, line in enumerate(archive.lines):
        for column, text in enumerate(_told(line)):
            sheet.write_string(3 + count, column, text, plain)
    sheet.freeze_panes(3, 0)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(2)
    book.close()
    return drawn.getvalue()


def _stored(pks: list[int]) -> dict[int, StoredFile]:
    found = Evidence.objects.filter(pk__in=pks).select_related("file")
    files = {one.pk: one.file for one in found if one.file}
    return {pk: file for pk, file in files.items() if uploads.is_there(file)}


def _remark(row: queries.EvidenceRow, file: StoredFile | None) -> str:
    if not row.is_visible:
        return _("Holds personal data: left out, this account may not see it.")
    if not row.is_link and file is None:
        return _("The file is missing from the store.")
    return _("Evidence expired") if row.is_expired else ""


def _columns() -> list[tuple[str, int]]:
    return [
        (_("Criterion"), 24),
        (_("Caption"), 40),
        (_("File"), 44),
        (_("Date of the evidence"), 12),
        (_("Valid until"), 12),
        ("SHA-256", 34),
        (_("Attached by"), 24),
        (_("Attached at"), 16),
        (_("Holds personal data"), 10),
        (_("Remark"), 30),
    ]


def _told(line: ZipEntry) -> list[str]:
    row = line.row
    return [
        str(line.criterion),
        row.caption,
        row.address if row.is_link else line.path,
        _day(row.dated_on),
        _day(row.valid_until),
        row.sha256,
        row.attached_by,
        f"{timezone.localtime(row.attached_at):%H:%M %d/%m/%Y}",
        _("yes") if row.is_personal else "",
        line.remark,
    ]


def _day(day: dt.date | None) -> str:
    return f"{day:%d/%m/%Y}" if day else ""
