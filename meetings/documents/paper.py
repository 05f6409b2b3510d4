"""A sheet of A4 as it grows: its lines, paragraphs and tables, with tags for what is filled in."""

import io

from docx import Document
from docx.document import Document as DocumentType
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt
from docx.table import _Cell
from docx.text.paragraph import Paragraph

FONT = "Times New Roman"
LEFT, CENTRE = WD_ALIGN_PARAGRAPH.LEFT, WD_ALIGN_PARAGRAPH.CENTER
JUSTIFIED = WD_ALIGN_PARAGRAPH.JUSTIFY
# How wide the text is on A4 between margins of 30 and 20 mm.
WIDTH = 160


class Paper:
    """A document as it grows: A4, one font, the page's number at the head from page 2."""

    def __init__(self, *, is_party: bool) -> None:
        self.is_party = is_party
        self.document: DocumentType = Document()
        section = self.document.sections[0]
        section.page_width, section.page_height = Mm(210), Mm(297)
        section.top_margin = section.bottom_margin = Mm(20)
        section.left_margin, section.right_margin = Mm(30), Mm(20)
        section.header_distance = Mm(10)
        section.different_first_page_header_footer = True
        normal = self.document.styles["Normal"]
        normal.font.name, normal.font.size = FONT, Pt(14)
        fonts = normal.element.get_or_add_rPr().get_or_add_rFonts()
        for script in ("w:ascii", "w:hAnsi", "w:eastAsia", "w:cs"):
            fonts.set(qn(script), FONT)
        normal.paragraph_format.space_after = normal.paragraph_format.space_before = Pt(0)
        _in_vietnamese(self.document)
        number = section.header.paragraphs[0]
        number.alignment = CENTRE
        _field(number, "PAGE")

    def line(
        self,
        text: str,
        *,
        place: _Cell | None = None,
        size: float = 14,
        bold: bool = False,
        italic: bool = False,
        align: WD_ALIGN_PARAGRAPH = CENTRE,
        before: float = 0,
        underline: bool = False,
    ) -> Paragraph:
        """One line at the head or foot of a paper."""
        paragraph = self._paragraph(place)
        paragraph.alignment = align
        paragraph.paragraph_format.space_before = Pt(before)
        run = paragraph.add_run(text)
        run.font.size, run.bold, run.italic, run.underline = Pt(size), bold, italic, underline
        return paragraph

    def text(
        self, text: str, *, bold: bool = False, italic: bool = False, before: float = 0
    ) -> Paragraph:
        """A paragraph of the body: justified, its first line set in, 6 pt apart.

        A heading stays with what follows it, and the last words with the signature, which is never
        alone on a page.
        """
        paragraph = self.document.add_paragraph()
        shape = paragraph.paragraph_format
        shape.alignment, shape.first_line_indent = JUSTIFIED, Mm(10)
        shape.space_before, shape.space_after, shape.line_spacing = Pt(before), Pt(6), 1.15
        shape.keep_with_next = bold or italic or text.endswith("./.")
        run = paragraph.add_run(text)
        run.bold, run.italic = bold, italic
        return paragraph

    def tag(self, text: str) -> None:
        """A tag that stands for a paragraph of its own and leaves none behind."""
        self.document.add_paragraph(f"{{%p {text} %}}")

    def rule(self, length: float, *, place: _Cell | None = None, width: float = WIDTH) -> None:
        """A drawn line of so many mm in the middle of a place that is `width` wide."""
        paragraph = self._paragraph(place)
        shape = paragraph.paragraph_format
        shape.left_indent = shape.right_indent = Mm((width - length) / 2)
        shape.line_spacing, shape.space_before = Pt(6), Pt(3)
        borders = OxmlElement("w:pBdr")
        top = OxmlElement("w:top")
        for name, value in (("val", "single"), ("sz", "6"), ("space", "1"), ("color", "000000")):
            top.set(qn(f"w:{name}"), value)
        borders.append(top)
        paragraph._p.get_or_add_pPr().append(borders)

    def columns(self, *widths: float) -> list[_Cell]:
        """Places side by side, without borders."""
        return list(self._table(len(widths), widths).rows[0].cells)

    def grid(self, heads: list[tuple[str, float]], loop: str, cells: list[str]) -> None:
        """A table with borders: its head, repeated on each page, and a row for each of a loop."""
        widths = [width for _, width in heads]
        table = self._table(len(heads), widths, rows=4)
        table.style = "Table Grid"
        for place, (name, _) in enumerate(heads):
            self.line(name, place=table.cell(0, place), size=12, bold=True)
        _repeat(table.rows[0])
        table.cell(1, 0).paragraphs[0].text = f"{{%tr for {loop} %}}"
        for place, name in enumerate(cells):
            self.line(name, place=table.cell(2, place), size=12, align=LEFT)
        table.cell(3, 0).paragraphs[0].text = "{%tr endfor %}"

    def _table(self, count: int, widths: tuple[float, ...] | list[float], rows: int = 1):  # type: ignore[no-untyped-def]
        table = self.document.add_table(rows=rows, cols=count)
        table.alignment, table.autofit = WD_TABLE_ALIGNMENT.CENTER, False
        for column, width in zip(table.columns, widths, strict=True):
            column.width = Mm(width)
        for row in table.rows:
            # A row is not divided between pages, nor is who signs.
            row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
            for cell, width in zip(row.cells, widths, strict=True):
                cell.width = Mm(width)
        return table

    def _paragraph(self, place: _Cell | None) -> Paragraph:
        if place is None:
            return self.document.add_paragraph()
        first = place.paragraphs[0]
        is_blank = len(place.paragraphs) == 1 and not first.runs and not first.text
        return first if is_blank else place.add_paragraph()

    def bytes(self) -> bytes:
        file = io.BytesIO()
        self.document.save(file)
        return file.getvalue()


def with_page_after(content: bytes, heading: str, lines: list[str]) -> bytes:
    """A document untouched, and after its last page another one that says `lines`."""
    document = Document(io.BytesIO(content))
    document.add_page_break()
    document.add_paragraph().add_run(heading).bold = True
    for line in lines:
        paragraph = document.add_paragraph(line)
        paragraph.paragraph_format.alignment = JUSTIFIED
        paragraph.paragraph_format.space_before = Pt(6)
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


def _field(paragraph: Paragraph, name: str) -> None:
    """A field that Word works out, as the number of the page."""
    for kind, text in (("begin", ""), ("", name), ("end", "")):
        run = paragraph.add_run()
        run.font.size = Pt(13)
        if kind:
            mark = OxmlElement("w:fldChar")
            mark.set(qn("w:fldCharType"), kind)
        else:
            mark = OxmlElement("w:instrText")
            mark.text = text
        run._r.append(mark)


def _in_vietnamese(document: DocumentType) -> None:
    """Word checks the spelling by this; and the library names itself as author otherwise."""
    language = document.styles.element.find(f".//{qn('w:rPrDefault')}//{qn('w:lang')}")
    for script in ("w:val", "w:eastAsia"):
        language.set(qn(script), "vi-VN")
    said = document.core_properties
    said.author = said.comments = said.last_modified_by = ""


def _repeat(row) -> None:  # type: ignore[no-untyped-def]
    mark = OxmlElement("w:tblHeader")
    mark.set(qn("w:val"), "true")
    row._tr.get_or_add_trPr().append(mark)
