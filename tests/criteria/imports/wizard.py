"""The way of a table from Excel, as somebody goes it in a browser."""

import io

import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile

from criteria.models import ImportRun
from tests.pages import Page


def workbook(*rows, merged=(), hidden=()):
    file = io.BytesIO()
    with xlsxwriter.Workbook(file) as book:
        sheet = book.add_worksheet("Kết quả")
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
        for block in merged:
            sheet.merge_range(*block)
        for row in hidden:
            sheet.set_row(row, None, None, {"hidden": True})
    return SimpleUploadedFile("ket-qua.xlsx", file.getvalue())


def pasted(*rows):
    return "\n".join("\t".join(str(v if v is not None else "") for v in row) for row in rows)


class Wizard:
    """The steps, as somebody goes through them in a browser."""

    def __init__(self, client, criteria_set, agency, holds="results"):
        self.client, self.criteria_set, self.agency = client, criteria_set, agency
        self.holds = holds

    def start(self, file=None, text=""):
        given = {"holds": self.holds, "criteria_set": self.criteria_set.pk, "pasted": text}
        answer = self.client.post("/imports/", {**given, **({"file": file} if file else {})})
        if answer.status_code == 302:
            self.run = ImportRun.objects.get()
        return answer

    def url(self, step):
        return f"/imports/{self.run.pk}/{step}/"

    def page(self, step, query=""):
        return Page(self.client.get(self.url(step) + query))

    def typed(self, step):
        """What the page offers, as it would be sent."""
        page = self.page(step)
        found = {}
        for element in page.find("input", name=True):
            if element.attrs.get("type") in ("checkbox", "radio"):
                if "checked" in element.attrs:
                    found[element["name"]] = element.attrs.get("value", "on")
            else:
                found[element["name"]] = element.attrs.get("value", "")
        for element in page.find("textarea", name=True):
            found[element["name"]] = element.text
        for select in page.find("select", name=True):
            options = page.find("option", inside=select)
            chosen = [one for one in options if "selected" in one.attrs] or options[:1]
            found[select["name"]] = chosen[0]["value"]
        for name in ("csrfmiddlewaretoken", "q", "next"):
            found.pop(name, None)
        return found

    def send(self, step, **changes):
        return self.client.post(self.url(step), {**self.typed(step), **changes})

    def basis(self, **changes):
        given = {
            "assessed_on": "08/09/2020",
            "level": "2",
            "basis": "document",
            "basis_text": "Báo cáo rà soát",
            "on_behalf_of": self.agency.pk,
            "document_number": "12/BC-UBND",
            "no_evidence_reason": "Hồ sơ lưu tại xã.",
        }
        return self.send("basis", **{**given, **changes})

    def values_basis(self, **changes):
        return self.send(
            "basis", **{"measured_on": "08/09/2020", "source": "Báo cáo 12", **changes}
        )

    def to_words(self, file=None, text="", **basis):
        assert self.start(file, text).status_code == 302
        for step in ("sheet", "columns"):
            assert self.send(step).status_code == 302, step
        say = self.basis if self.holds == "results" else self.values_basis
        assert say(**basis).status_code == 302

    def to_preview(self, file=None, text="", **basis):
        self.to_words(file, text, **basis)
        return self.send("words")

    def counts(self):
        page = self.page("preview")
        return {e["data-kind"]: int(e["data-count"]) for e in page.find(data_kind=True)}

    def record(self, **changes):
        return self.send("preview", **changes)
