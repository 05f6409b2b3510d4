"""A plan's workbook as somebody edits it, and what the page says of it."""

import io
import re

import openpyxl
from django.core.files.uploadedfile import SimpleUploadedFile

from plans.exchange.layout import LAYOUT
from plans.exchange.xlsx import HEAD_ROW
from tests.pages import Page

FIRST = HEAD_ROW + 2
PLACES = {column.name: n for n, column in enumerate(LAYOUT, start=2)}


class Edited:
    """A workbook that was downloaded: cells by the row of a step and the name of a column."""

    def __init__(self, client, address):
        answer = client.get(address)
        assert answer.status_code == 200
        self.book = openpyxl.load_workbook(io.BytesIO(answer.content))
        self.sheet = self.book.worksheets[0]

    def cell(self, step, name):
        return self.sheet.cell(FIRST + step - 1, PLACES[name])

    def put(self, step, **values):
        for name, value in values.items():
            self.cell(step, name).value = value
            if str(value).startswith("="):
                self.cell(step, name).data_type = "s"

    @property
    def steps(self):
        """How many rows of steps there are."""
        keys = [self.sheet.cell(row, 1).value for row in range(FIRST, self.sheet.max_row + 1)]
        return sum(bool(re.fullmatch("[0-9]+", str(key))) for key in keys)

    def file(self):
        target = io.BytesIO()
        self.book.save(target)
        return target.getvalue()


def send(client, address, content, name="plan.xlsx"):
    return client.post(address, {"file": SimpleUploadedFile(name, content)})


class Preview(Page):
    """The differences that a page shows."""

    def __init__(self, answer, status=200):
        assert answer.status_code == status
        answer.status_code = 200
        super().__init__(answer)

    @property
    def kinds(self):
        return {row["data-row"]: row["data-kind"] for row in self.find("tr", data_row=True)}

    def said(self, ident):
        return self.one("tr", data_row=str(ident)).text

    @property
    def refused(self):
        return [key for key, kind in self.kinds.items() if kind == "refused"]

    @property
    def is_the_same(self):
        return "Tệp không có nội dung mới" in self.html

    def accept(self, client, address, rows=None):
        chosen = [key for key, kind in self.kinds.items() if kind != "refused"]
        token = self.one("input", name="differences")["value"]
        given = {"accept": "1", "differences": token, "row": chosen if rows is None else rows}
        return client.post(address, given)
