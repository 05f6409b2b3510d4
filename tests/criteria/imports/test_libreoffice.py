"""The first picture of Kỳ Anh in 2020, in a workbook that was saved by LibreOffice 7.4 from .ods:
a head of two rows, numbers as text, styles over whole columns, results in the words of offices."""

import io
import zipfile
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from communes.units.directory import directory
from criteria.models import CriterionStatus, Result
from nrm_tracker.tables import reading
from tests.criteria.imports.wizard import Wizard
from tests.factories import (
    make_agency,
    make_area,
    make_commune,
    make_enrolment,
    make_set,
    make_user,
)

SAVED = Path(__file__).with_name("ky-anh-2020.xlsx")
DISTRICT = "447"


@pytest.fixture
def wizard(client, db):
    criteria_set = make_set(size=20)
    found = directory()
    for unit in found.within(found.districts[DISTRICT], before=True):
        commune = make_commune(name=unit.name, code=unit.code, slug=f"xa-{unit.code}")
        make_enrolment(commune=commune, criteria_set=criteria_set)
    client.force_login(make_user(role="coordinator", area=make_area()))
    return Wizard(client, criteria_set, make_agency())


def test_a_table_saved_by_libreoffice_is_taken_over_without_a_question(wizard):
    answer = wizard.to_preview(SimpleUploadedFile(SAVED.name, SAVED.read_bytes()))

    assert answer.status_code == 302
    assert wizard.counts() == {"refused": 0, "against": 0, "new": 400, "same": 0, "out": 20}
    wizard.record()
    met = CriterionStatus.objects.filter(result=Result.MET)
    by_commune = {
        name: met.filter(enrolment__commune__name=name).count()
        for name in ("Kỳ Bắc", "Kỳ Lạc", "Lâm Hợp")
    }
    assert by_commune == {"Kỳ Bắc": 0, "Kỳ Lạc": 6, "Lâm Hợp": 19}
    assert CriterionStatus.objects.filter(result=Result.NOT_MET).count() == 400 - met.count()


def test_its_days_and_its_numbers_as_text_are_read_as_they_are_shown():
    table = reading.read(io.BytesIO(SAVED.read_bytes()))[0]

    row = [reading.words(cell) for cell in table.rows[11]]
    assert (row[0], row[1], row[-1]) == ("7", "Xã Kỳ Lạc", "01/09/2020")
    assert (len(table.rows), table.width) == (26, 24)


@pytest.mark.parametrize("name", ["a.ods", "a.xlsx"])
def test_a_workbook_of_libreoffice_itself_is_refused_with_how_to_save_it(wizard, name):
    with zipfile.ZipFile(file := io.BytesIO(), "w") as package:
        package.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        package.writestr("content.xml", "<office:document-content/>")

    answer = wizard.start(SimpleUploadedFile(name, file.getvalue()))

    (said,) = answer.context["form"].errors["file"]
    assert ".ods" in said
    assert ".xlsx" in said
