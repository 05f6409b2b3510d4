import datetime as dt
import io
import zipfile

import openpyxl
import pytest
import xlsxwriter
from django.core.exceptions import ValidationError
from openpyxl.styles import Font

from nrm_tracker.limits import TABLE
from nrm_tracker.tables import reading
from nrm_tracker.tables.reading import letter, read, words

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def written(fill, **options):
    """A workbook as Excel writes it."""
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True, **options}) as book:
        fill(book, book.add_worksheet("Tháng 9"))
    return io.BytesIO(file.getvalue())


def said(table):
    return [[words(cell) for cell in row] for row in table.rows]


def test_cells_stay_what_they_are():
    def fill(book, sheet):
        sheet.write_row(0, 0, ["Xã", 7.0, 91.5, True])
        sheet.write_datetime(1, 1, dt.date(2020, 9, 8), book.add_format({"num_format": 14}))
        sheet.write_formula(1, 2, "=NA()", None, "#N/A")
        sheet.write_formula(1, 3, "=A1", None, "Đạt")
        sheet.write(3, 0, "Kỳ\u00a0Lạc \u2013  a\u200b")

    (table,) = read(written(fill))

    assert said(table) == [
        ["Xã", "7", "91,5", "TRUE"],
        ["", "08/09/2020", "#N/A", "Đạt"],
        [],
        ["Kỳ Lạc - a"],
    ]
    assert table.cell(2, 3).kind == "e"
    assert table.cell(9, 9).value is None


def test_a_formula_that_was_never_reckoned_is_not_an_empty_cell():
    book = openpyxl.Workbook()
    book.active.append(["Xã", "=1+1", None])
    file = io.BytesIO()
    book.save(file)

    (table,) = read(file)

    assert [cell.kind for cell in table.rows[0]] == ["s", "f"]


def test_what_is_hidden_is_told():
    def fill(book, sheet):
        sheet.write_column(0, 0, ["a", "b", "c"])
        sheet.write(0, 2, "x")
        sheet.set_row(1, None, None, {"hidden": True})
        sheet.set_column(2, 2, None, None, {"hidden": True})
        other = book.add_worksheet("Cũ")
        other.write(0, 0, "x")
        other.hide()
        book.add_worksheet("Trống")

    first, second = read(written(fill))

    assert (first.hidden_rows, first.hidden_columns, first.is_hidden) == ({2}, {3}, False)
    assert (second.name, second.is_hidden) == ("Cũ", True)


def test_legacy_fonts_are_read_as_unicode():
    book = openpyxl.Workbook()
    sheet = book.active
    for row, (text, font) in enumerate(
        [("Kú L¹c", ".VnTime"), ("®¹t", ".VnTimeH"), ("Château ®", "Arial"), ("­u", ".VnArial")],
        start=1,
    ):
        sheet.cell(row, 1, text).font = Font(name=font)
    file = io.BytesIO()
    book.save(file)

    assert said(read(file)[0]) == [["Kỳ Lạc"], ["ĐẠT"], ["Château ®"], ["ưu"]]


def test_a_legacy_sheet_whose_fonts_were_lost_is_known_by_its_signs():
    file = io.BytesIO("Tªn x·;KÕt qu¶\nKú L¹c;®¹t\nKú L©m;ch­a ®¹t\n".encode("latin-1"))

    assert said(read(file)[0]) == [["Tên xã", "Kết quả"], ["Kỳ Lạc", "đạt"], ["Kỳ Lâm", "chưa đạt"]]


@pytest.mark.parametrize(
    "content",
    [
        "Xã,TC 1\r\nKỳ Lạc,Đạt\r\n\r\n".encode(),
        "\ufeffXã;TC 1\nKỳ Lạc;Đạt".encode(),
        "Xã\tTC 1\nKỳ Lạc\tĐạt".encode(),
        "Xã\tTC 1\nKỳ Lạc\tĐạt".encode("utf-16"),
        b'"Xa\xde";"TC 1"\n"Ky\xcc La\xf2c";"\xd0a\xf2t"',
    ],
    ids=["comma", "semicolon", "pasted", "utf-16", "cp1258"],
)
def test_text_is_parted_by_whatever_parts_it(content):
    rows = said(read(io.BytesIO(content))[0])

    assert rows[0] == ["Xã", "TC 1"]
    assert rows[1] == ["Kỳ Lạc", "Đạt"]


def test_a_decimal_comma_does_not_part():
    rows = said(read(io.BytesIO("Xã;Tỷ lệ\nKỳ Lạc;91,5\nKỳ Sơn;80,2".encode()))[0])

    assert rows[2] == ["Kỳ Sơn", "80,2"]


def test_a_hundred_thousand_blank_rows_with_borders_are_passed_over():
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("A")
    sheet.append(["Xã", "TC 1"])
    sheet.append(["Kỳ Lạc", "Đạt"])
    file = io.BytesIO()
    book.save(file)
    blank = "".join(
        f'<row r="{n}" spans="1:9" s="1" customFormat="1">'
        + "".join(f'<c r="{column}{n}" s="1"/>' for column in "ABCDEFGHI")
        + "</row>"
        for n in range(3, 100_003)
    )
    bordered = changed(
        file,
        "xl/worksheets/sheet1.xml",
        lambda text: text.replace("</sheetData>", blank + "</sheetData>"),
    )

    # Within the processor's seconds that reading may take.
    (table,) = read(bordered)

    assert said(table) == [["Xã", "TC 1"], ["Kỳ Lạc", "Đạt"]]


def changed(file, name, change):
    """The workbook with one of its parts changed."""
    made = io.BytesIO()
    with zipfile.ZipFile(file) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.namelist():
            content = old.read(part)
            new.writestr(part, change(content.decode()) if part == name else content)
    made.seek(0)
    return made


def refusal(content):
    with pytest.raises(ValidationError) as refused:
        read(io.BytesIO(content))
    return refused.value.messages[0]


def test_bad_files_get_their_sentence():
    with zipfile.ZipFile(other := io.BytesIO(), "w") as package:
        package.writestr("a.txt", "x")
    empty = written(lambda book, sheet: None)

    assert refusal(other.getvalue()).startswith("Tệp không phải là bảng tính Excel (.xlsx, .xlsm)")
    assert ".ods" in refusal(
        b'<?xml version="1.0"?><office:document xmlns:office="urn:opendocument"/>'
    )
    assert refusal(b'<?xml version="1.0"?><Workbook/>') == refusal(other.getvalue())
    assert refusal(b"%PDF-1.7") == refusal(other.getvalue())
    assert refusal(b"a\0b") == refusal(other.getvalue())
    assert "97–2003" in refusal(OLE + b"Workbook")
    assert "mật khẩu" in refusal(OLE + "EncryptedPackage".encode("utf-16-le"))
    assert "không có ô nào" in refusal(empty.getvalue())
    assert "không có ô nào" in refusal(b"")
    assert "hỏng" in refusal(
        changed(
            written(lambda b, s: s.write(0, 0, "x")), "xl/workbook.xml", lambda t: t[:200]
        ).getvalue()
    )
    assert "200 cột" in refusal(b"a" + b";" * 200 + b"b")
    assert "20000 dòng" in refusal(b"a\n" * 20_001)
    assert "MB" in refusal(b"a" * (TABLE.packed + 1))


def test_too_much_is_refused(monkeypatch):
    many = written(lambda b, s: [s.write_row(n, 0, [1] * 20) for n in range(600)])
    monkeypatch.setattr(reading, "TABLE", reading.TABLE.__class__(10**7, 10**7, 10_000, 99, 20))

    assert "quá lớn" in refusal(many.getvalue())


@pytest.mark.parametrize(("column", "name"), [(1, "A"), (26, "Z"), (27, "AA"), (703, "AAA")])
def test_columns_are_called_as_in_excel(column, name):
    assert letter(column) == name
