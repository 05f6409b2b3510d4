import dataclasses
import datetime as dt
import io
import re
import zipfile
from decimal import Decimal

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.translation import gettext as _
from zeal import zeal_ignore

from accounts.models import Role
from criteria.claims import actions as claim_actions
from criteria.claims.actions import Draft
from criteria.measurements import actions as measurement_actions
from criteria.measurements.actions import Given
from criteria.models import Claim, DraftValue, Indicator, Level, Measurement, Threshold
from criteria.workbook import xlsx as workbook_xlsx
from nrm_tracker import clock, limits
from tests.factories import cell, make_area, make_commune, make_enrolment, make_user
from tests.pages import Page

pytestmark = pytest.mark.django_db
FILE = "/communes/ky-lac/sheet.xlsx"
URL = "/communes/ky-lac/sheet/"
TODAY = dt.date(2020, 9, 15)
UNPACKED = "The workbook is too large when it is unpacked: too many cells, texts or formats."
BELOW = "A sheet has something below row %(limit)s. Delete what does not belong there."
COLUMNS = {name: n for n, name in enumerate(workbook_xlsx.INPUTS, start=workbook_xlsx.FIRST_INPUT)}


@pytest.fixture
def enrolment():
    """A run at a set with an indicator of each kind, two of them in one criterion."""
    made = make_enrolment()
    criteria = {c.number: c for c in made.criteria_set.criteria.all()}
    insured = criteria[1].indicators.create(
        code="1.1",
        text="Tỷ lệ người dân tham gia bảo hiểm y tế",
        kind="percent",
        unit="%",
        counted_in="người",
        comparator="ge",
    )
    Threshold.objects.create(indicator=insured, value=85, text="≥ 85%")
    group = criteria[1].indicators.create(code="1.2", text="Y tế", kind="group")
    criteria[1].indicators.create(
        code="1.2.1", text="Trạm đạt chuẩn", kind="boolean", comparator="is_true", part_of=group
    )
    criteria[2].indicators.create(
        code="2.1", text="Thu nhập", kind="number", unit="triệu đồng", comparator="ge"
    )
    criteria[3].indicators.create(code="3.1", text="Chợ", kind="text", may_be_not_applicable=True)
    return made


@pytest.fixture
def staff(client, enrolment):
    return signed_in(client, Role.COMMUNE_STAFF, commune=enrolment.commune)


@pytest.fixture
def coordinator(client, enrolment):
    return signed_in(client, Role.COORDINATOR, area=enrolment.commune.area)


def signed_in(client, role=None, **place):
    user = make_user(role=role, **place)
    client.force_login(user)
    return user


def indicator(code):
    return Indicator.objects.get(code=code)


def downloaded(client, url=FILE):
    response = client.get(url)
    assert response.status_code == 200
    return openpyxl.load_workbook(io.BytesIO(response.content))


def row_of(book, code):
    sheet = book.worksheets[0]
    (found,) = [r for r in range(7, sheet.max_row + 1) if sheet.cell(r, 3).value == code]
    return found


def write(book, code, **changes):
    for name, value in changes.items():
        book.worksheets[0].cell(row_of(book, code), COLUMNS[name]).value = value


def packed(book, name="ky-lac.xlsx"):
    target = io.BytesIO()
    book.save(target)
    return SimpleUploadedFile(name, target.getvalue())


def upload(client, book, url=URL):
    file = book if isinstance(book, SimpleUploadedFile) else packed(book)
    with zeal_ignore():
        return client.post(url, {"file": file})


def accept(client, response, url=URL):
    with zeal_ignore():
        return client.post(url, {"accept": "1", "differences": response.context["token"]})


def problems(response):
    assert response.status_code == 200
    assert response.context["token"] == ""
    return {p.code: p.text for p in response.context["filled"].problems}


def refusal(response):
    assert response.status_code == 200
    (text,) = response.context["form"].errors["file"]
    return text


def differences(response):
    return {d.line.indicator.code: (d.old, d.new) for d in response.context["filled"].differences}


# Down


def test_only_what_may_be_filled_in_is_unlocked(client, enrolment, staff):
    book = downloaded(client)
    sheet = book.worksheets[0]

    assert sheet.protection.sheet
    open_cells = {
        (sheet.cell(row, 3).value, name)
        for row in range(7, sheet.max_row + 1)
        for name, column in COLUMNS.items()
        if not sheet.cell(row, column).protection.locked
    }
    own = {
        "1.1": {"numerator", "denominator", "number"},
        "1.2.1": {"yes_no"},
        "2.1": {"number"},
        "3.1": {"text", "not_applicable_reason"},
    }
    wanted = {
        (code, name) for code, names in own.items() for name in {*names, "measured_on", "source"}
    }
    assert open_cells == wanted
    others = {
        (c.row, c.column) for r in sheet.iter_rows() for c in r if not c.protection.locked
    } - {(row_of(book, code), COLUMNS[name]) for code, name in wanted}
    assert others == {
        (workbook_xlsx.COMMON_ROW, column) for column in workbook_xlsx.COMMON.values()
    }


def test_the_sheet_says_what_is_asked_and_what_is_known(client, enrolment, staff):
    given = Given(
        measured_on=dt.date(2020, 9, 1), numerator=Decimal(3108), denominator=Decimal(3397)
    )
    measurement_actions.measure(enrolment, indicator("1.1"), given, level=Level.COMMUNE, by=staff)

    book = downloaded(client)

    sheet = book.worksheets[0]
    assert [sheet.cell(row, 3).value for row in range(7, sheet.max_row + 1)] == [
        "1.1",
        "1.2.1",
        "2.1",
        "3.1",
    ]
    said = [sheet.cell(row_of(book, "1.1"), column).value for column in range(1, 8)]
    assert said == [
        "1/1.1",
        "1",
        "1.1",
        "Tỷ lệ người dân tham gia bảo hiểm y tế",
        "% / người",
        "≥ 85%",
        "3.108/3.397 người, 91,49% (01/09/2020)",
    ]
    assert sheet.column_dimensions["A"].hidden
    assert sheet.freeze_panes == "E7"
    assert book.worksheets[1].sheet_state == "veryHidden"
    lists = [r for r in sheet.data_validations.dataValidation if r.type == "list"]
    assert [r.formula1 for r in lists] == [f'"{_("Met")},{_("Not met")}"']


def test_a_draft_stands_in_the_commune_s_own_sheet_alone(client, enrolment, staff):
    given = Given(measured_on=TODAY, number=Decimal("38.5"))
    claim_actions.save_draft(cell(enrolment, 2), Draft(given={indicator("2.1"): given}), by=staff)

    mine = downloaded(client)
    signed_in(client, Role.COORDINATOR, area=enrolment.commune.area)
    theirs = downloaded(client)

    row = row_of(mine, "2.1")
    assert mine.worksheets[0].cell(row, 7).value == "38,5 triệu đồng (15/09/2020)"
    assert theirs.worksheets[0].cell(row, 7).value == ""


def test_the_file_is_named_for_the_commune_and_the_day(client, enrolment, staff):
    response = client.get(FILE)

    assert response.headers["Content-Disposition"] == (
        'attachment; filename="ky-lac-20200915.xlsx"'
    )


@pytest.mark.parametrize("count", [1, 6])
def test_a_sheet_takes_the_same_queries_however_long(client, enrolment, staff, count):
    for n in range(count):
        made = enrolment.criteria_set.criteria.get(number=2).indicators.create(
            code=f"2.{n + 2}", text="Khác", kind="number"
        )
        Threshold.objects.create(indicator=made, value=n, text=str(n))
        measurement_actions.measure(
            enrolment, made, Given(measured_on=TODAY, number=Decimal(n)), level=1, by=staff
        )

    with CaptureQueriesContext(connection) as asked:
        downloaded(client)

    assert len(asked) == 13


# Up, and accepted


def test_a_sheet_comes_back_and_becomes_the_commune_s_draft(client, enrolment, staff):
    book = downloaded(client)
    write(book, "1.1", numerator=3108, denominator=3397, measured_on="14/9/2020", source="BHXH")
    write(book, "1.2.1", yes_no="Đạt", measured_on=dt.date(2020, 9, 13))
    write(book, "2.1", number="7,5", measured_on="2020-09-12")
    write(book, "3.1", not_applicable_reason="Không quy hoạch chợ.", measured_on="12/09/2020")

    response = upload(client, book)

    assert differences(response) == {
        "1.1": ("", "3.108/3.397 người, 91,49% (14/09/2020)"),
        "1.2.1": ("", f"{_('Met')} (13/09/2020)"),
        "2.1": ("", "7,5 triệu đồng (12/09/2020)"),
        "3.1": (
            "",
            _("Not applicable: %(reason)s") % {"reason": "Không quy hoạch chợ."} + " (12/09/2020)",
        ),
    }
    assert Page(response).find("tr", data_indicator=True)[0]["data-indicator"] == "1.1"
    assert not Claim.objects.exists()

    done = accept(client, response)

    assert (done.status_code, done.url) == (302, "/communes/ky-lac/")
    assert not Measurement.objects.exists()
    claims = Claim.objects.order_by("status__criterion__number")
    assert [(c.status.criterion.number, c.state, c.drafted_by) for c in claims] == [
        (1, "draft", staff),
        (2, "draft", staff),
        (3, "draft", staff),
    ]
    share = DraftValue.objects.get(indicator__code="1.1")
    assert (share.numerator, share.denominator) == (3108, 3397)
    assert (share.source, share.measured_on) == ("BHXH", dt.date(2020, 9, 14))
    assert DraftValue.objects.get(indicator__code="1.2.1").yes_no is True
    assert DraftValue.objects.get(indicator__code="2.1").number == Decimal("7.5")
    # Sent again, or uploaded again, it says nothing new.
    assert differences(upload(client, book)) == {}
    accept(client, response)
    assert DraftValue.objects.count() == 4
    assert {claim.version for claim in Claim.objects.all()} == {1}


def test_a_sheet_that_is_accepted_twice_is_written_once(client, enrolment, coordinator):
    book = downloaded(client)
    write(book, "2.1", number="7,5", measured_on="2020-09-12", source="Thống kê")
    uploaded = upload(client, book)
    (token, *_others) = Page(uploaded).find("input", name="csrfmiddlewaretoken")
    sent = {"accept": "1", "differences": uploaded.context["token"]}
    sent["csrfmiddlewaretoken"] = token["value"]

    answers = [client.post(URL, sent) for _time in range(2)]

    assert [one.status_code for one in answers] == [302, 302]
    assert Measurement.objects.count() == 1


def test_what_else_is_typed_in_a_draft_stays(client, enrolment, staff):
    old = Given(measured_on=TODAY, number=Decimal(50))
    draft = Draft(
        given={indicator("1.1"): old},
        result="met",
        explanation="Đã đủ",
        no_evidence_reason="Lưu tại xã",
    )
    claim_actions.save_draft(cell(enrolment, 1), draft, by=staff)
    book = downloaded(client)
    write(book, "1.2.1", yes_no="Chưa đạt", measured_on="15/09/2020")

    accept(client, upload(client, book))

    claim = Claim.objects.get()
    assert (claim.result, claim.explanation) == ("met", "Đã đủ")
    assert claim.no_evidence_reason == "Lưu tại xã"
    said = {v.indicator.code: (v.number, v.yes_no) for v in claim.values.all()}
    assert said == {"1.1": (50, None), "1.2.1": (None, False)}


def test_a_coordinator_s_sheet_is_measured_at_the_district(client, enrolment, coordinator):
    book = downloaded(client)
    write(book, "1.1", number=0.915, measured_on="14/09/2020")
    book.worksheets[0].cell(row_of(book, "1.1"), COLUMNS["number"]).number_format = "0.0%"
    write(book, "2.1", number=38.5, measured_on="14/09/2020")

    response = upload(client, book)
    accept(client, response)

    assert differences(response)["1.1"] == ("", "91,5% (14/09/2020)")
    written = Measurement.objects.order_by("indicator__code")
    assert [(m.indicator.code, m.number, m.level, m.recorded_by) for m in written] == [
        ("1.1", Decimal("91.5"), Level.DISTRICT, coordinator),
        ("2.1", Decimal("38.5"), Level.DISTRICT, coordinator),
    ]
    assert not Claim.objects.exists()


def written_as(book, code, name, value, number_format):
    found = book.worksheets[0].cell(row_of(book, code), COLUMNS[name])
    found.value, found.number_format = value, number_format
    write(book, code, measured_on="14/09/2020")


@pytest.mark.parametrize(
    ("value", "number_format", "kept"),
    [
        (97.5, '0.00"%"', "97.5"),
        (97.5, r"0.00\%", "97.5"),
        (0.9, '0.00"%"', "0.9"),
        (0.9, "0.00%", "90"),
        (0.57, "0%", "57"),
        (0.915, "0%", "91.5"),
        (0.97996, "0%", "97.996"),
        (97.996, "General", "97.996"),
    ],
)
def test_a_number_is_kept_exactly_as_the_cell_means_it(
    client, enrolment, coordinator, value, number_format, kept
):
    book = downloaded(client)
    written_as(book, "1.1", "number", value, number_format)

    accept(client, upload(client, book))

    assert Measurement.objects.get().number == Decimal(kept)


@pytest.mark.parametrize(
    ("name", "value", "number_format"),
    [
        ("number", 0.899996, "0%"),
        ("number", 97.9996, "General"),
        ("number", 97.5, "0%"),
        ("numerator", 0.85, "0%"),
        ("numerator", 3108.0004, "General"),
        ("numerator", 12.5, "General"),
    ],
)
def test_what_cannot_be_kept_exactly_is_refused(
    client, enrolment, coordinator, name, value, number_format
):
    book = downloaded(client)
    written_as(book, "1.1", name, value, number_format)
    if name == "numerator":
        write(book, "1.1", denominator=3397)

    assert "1.1" in problems(upload(client, book))


def test_the_thousands_of_a_length_are_asked_about(client, enrolment, coordinator):
    Indicator.objects.filter(code="1.1").update(counted_in="km")
    book = downloaded(client)
    write(book, "1.1", numerator="12.34", denominator="15.432", measured_on="14/09/2020")

    assert "15.432 có thể là 15432 hoặc 15,432" in problems(upload(client, book))["1.1"]


@pytest.mark.parametrize(
    ("part", "whole", "said"),
    [
        (729, 800, "729/800 người, 91,13%"),
        (8496, 10000, "8.496/10.000 người, 84,96%"),
        (84999, 100000, "84.999/100.000 người, 84,999%"),
    ],
)
def test_a_sheet_s_share_is_rounded_half_up_and_on_its_true_side(
    client, enrolment, coordinator, part, whole, said
):
    book = downloaded(client)
    write(book, "1.1", numerator=part, denominator=whole, measured_on="14/09/2020")

    assert differences(upload(client, book))["1.1"][1].startswith(said)


def test_the_threshold_shown_is_that_of_the_day_filled_in(client, enrolment, coordinator):
    Threshold.objects.create(
        indicator=indicator("1.1"), value=90, text="≥ 90%", valid_from=dt.date(2020, 9, 14)
    )
    book = downloaded(client)
    write(book, "1.1", number=88, measured_on="13/09/2020")
    assert "≥ 90%" not in upload(client, book).text
    write(book, "1.1", measured_on="14/09/2020")

    assert "≥ 90%" in upload(client, book).text


def test_nothing_to_count_is_taken_from_a_sheet_with_its_reason(client, enrolment, coordinator):
    Indicator.objects.filter(code="1.1").update(may_have_no_objects=True)
    book = downloaded(client)
    write(book, "1.1", numerator=0, denominator=0, measured_on="14/09/2020")
    assert "1.1" in problems(upload(client, book))
    write(book, "1.1", not_applicable_reason="Xã không có")

    response = upload(client, book)
    accept(client, response)

    assert differences(response)["1.1"][1] == "Không có đối tượng: Xã không có (14/09/2020)"
    assert Measurement.objects.get().is_without_objects


def test_one_day_and_source_hold_for_every_row_without_its_own(client, enrolment, coordinator):
    book = downloaded(client)
    sheet = book.worksheets[0]
    for name, text in {"measured_on": "01/09/2020", "source": "Báo cáo 12/BC"}.items():
        sheet.cell(workbook_xlsx.COMMON_ROW, workbook_xlsx.COMMON[name]).value = text
    write(book, "1.1", number=90)
    write(book, "2.1", number=40, measured_on="02/09/2020", source="Cục Thống kê")

    accept(client, upload(client, book))

    assert list(
        Measurement.objects.order_by("indicator__code").values_list("measured_on", "source")
    ) == [
        (dt.date(2020, 9, 1), "Báo cáo 12/BC"),
        (dt.date(2020, 9, 2), "Cục Thống kê"),
    ]


def test_only_what_differs_is_shown_and_written(client, enrolment, coordinator):
    same = Given(measured_on=TODAY, number=Decimal("7.5"), source="Báo cáo")
    measurement_actions.measure(enrolment, indicator("2.1"), same, level=2, by=coordinator)
    book = downloaded(client)
    write(book, "2.1", number=7.5, measured_on="15/09/2020", source="Báo cáo")

    response = upload(client, book)

    assert differences(response) == {}
    assert _("The sheet says nothing new.") in response.content.decode()
    write(book, "2.1", number=8)
    assert differences(upload(client, book)) == {
        "2.1": ("7,5 triệu đồng (15/09/2020)", "8 triệu đồng (15/09/2020)")
    }


# As other programs write it, and as people rearrange it


def rewritten(book, change):
    """The file with `change` made to the text of each of its sheets."""
    source, target = zipfile.ZipFile(packed(book)), io.BytesIO()
    with zipfile.ZipFile(target, "w") as package:
        for name in source.namelist():
            content = source.read(name)
            if name.startswith("xl/worksheets/sheet"):
                content = change(content.decode()).encode()
            package.writestr(name, content)
    return SimpleUploadedFile("ky-lac.xlsx", target.getvalue())


def as_google_writes(xml):
    """Each whole number with a nought, and no size of the sheet."""
    xml = re.sub(r'(<c [^>]*t="n"[^>]*><v>-?[0-9]+)(</v>)', r"\1.0\2", xml)
    return re.sub(r"<dimension[^>]*/>", "", xml)


def without_addresses(xml):
    return re.sub(r'(<c) r="[A-Z]+[0-9]+"|(<row) r="[0-9]+"', r"\1\2", xml)


@pytest.mark.parametrize("change", [as_google_writes, without_addresses], ids=lambda c: c.__name__)
def test_a_sheet_that_another_program_wrote_is_read(client, enrolment, coordinator, change):
    book = downloaded(client)
    write(book, "1.1", numerator=3108, denominator=3397, measured_on="14/09/2020")
    write(book, "2.1", number=38.5, measured_on="14/09/2020")
    for row in book.worksheets[0].iter_rows() if change is without_addresses else ():
        for column_cell in row:
            # What is left out has no address: only a cell that is there has a place.
            column_cell.value = "" if column_cell.value is None else column_cell.value

    response = upload(client, rewritten(book, change))

    assert differences(response) == {
        "1.1": ("", "3.108/3.397 người, 91,49% (14/09/2020)"),
        "2.1": ("", "38,5 triệu đồng (14/09/2020)"),
    }
    assert accept(client, response).status_code == 302
    assert Measurement.objects.count() == 2


@pytest.mark.parametrize("written", [lambda n: f"{n}", lambda n: f" {n} ", lambda n: f"{n}.0"])
def test_the_keys_are_read_however_they_are_written(client, enrolment, coordinator, written):
    book = downloaded(client)
    front, keys = book.worksheets
    for row in range(2, keys.max_row + 1):
        keys.cell(row, 1).value = written(keys.cell(row, 1).value)
        keys.cell(row, 2).value = f" {keys.cell(row, 2).value}\u00a0"
    for row in range(7, front.max_row + 1):
        front.cell(row, 1).value = f"{front.cell(row, 1).value} "
    front.cell(row_of(book, "1.1"), 3).value = 1.1
    write_row(book, 7, number=91, measured_on="14/09/2020")

    assert differences(upload(client, book)) == {"1.1": ("", "91% (14/09/2020)")}


def write_row(book, row, **changes):
    for name, value in changes.items():
        book.worksheets[0].cell(row, COLUMNS[name]).value = value


def test_the_sheet_is_found_behind_another_one_and_under_another_name(
    client, enrolment, coordinator
):
    book = downloaded(client)
    write(book, "2.1", number=7, measured_on="14/09/2020")
    book.worksheets[0].title = "Biểu số 1"
    book.create_sheet("Bìa", 0)["A1"] = "UBND xã Kỳ Lạc"
    book.active = 0

    assert list(differences(upload(client, book))) == ["2.1"]


def test_two_sheets_with_the_indicators_are_refused_by_name(client, enrolment, coordinator):
    book = downloaded(client)
    book.copy_worksheet(book.worksheets[0]).title = "Bản sao"

    said = refusal(upload(client, book))

    assert "“Bản sao”" in said
    assert f"“{book.worksheets[0].title}”" in said


def test_rows_that_were_moved_are_found_by_their_keys(client, enrolment, coordinator):
    book = downloaded(client)
    sheet = book.worksheets[0]
    write(book, "1.1", number=90)
    write(book, "2.1", number=7)
    for name, text in {"measured_on": "01/09/2020", "source": "Báo cáo 12/BC"}.items():
        sheet.cell(workbook_xlsx.COMMON_ROW, workbook_xlsx.COMMON[name]).value = text
    table = [[c.value for c in row] for row in sheet.iter_rows(min_row=7)]
    for number, row in enumerate(reversed(table), start=7):
        for column, value in enumerate(row, start=1):
            sheet.cell(number, column).value = value
    sheet.insert_rows(9, 2)
    sheet.insert_rows(1, 3)

    response = upload(client, book)

    found = {d.line.indicator.code: d.row for d in response.context["filled"].differences}
    assert found == {"1.1": 15, "2.1": 11}
    accept(client, response)
    assert sorted(Measurement.objects.values_list("number", "measured_on", "source")) == [
        (7, dt.date(2020, 9, 1), "Báo cáo 12/BC"),
        (90, dt.date(2020, 9, 1), "Báo cáo 12/BC"),
    ]


def test_a_row_without_a_key_is_told_where_something_was_filled_in(client, enrolment, staff):
    book = downloaded(client)
    sheet = book.worksheets[0]
    sheet.insert_rows(8, 2)
    sheet.cell(8, 4).value = "Trong đó:"
    write(book, "2.1", number=7, measured_on="14/09/2020")
    assert list(differences(upload(client, book))) == ["2.1"]
    sheet.cell(9, COLUMNS["number"]).value = 41

    response = upload(client, book)

    (told,) = response.context["filled"].problems
    assert (told.row, told.code) == (9, "")
    listed = [item.text for item in Page(response).find("li") if told.text in item.text]
    assert listed == [f"Dòng 9: {told.text}"]
    assert response.context["token"] == ""


def test_a_key_that_stands_twice_names_both_rows(client, enrolment, staff):
    book = downloaded(client)
    sheet = book.worksheets[0]
    for column in range(1, 5):
        sheet.cell(20, column).value = sheet.cell(7, column).value
    write_row(book, 7, number=90, measured_on="14/09/2020")
    write_row(book, 20, number=95, measured_on="14/09/2020")

    response = upload(client, book)

    (told,) = response.context["filled"].problems
    assert (told.row, told.code) == (20, "1.1")
    assert "7" in told.text
    assert response.context["token"] == ""


def test_a_row_that_was_taken_out_is_told(client, enrolment, staff):
    book = downloaded(client)
    book.worksheets[0].delete_rows(8)

    (told,) = upload(client, book).context["filled"].problems
    assert (told.row, told.code) == (8, "1.2.1")


def test_part_of_a_row_that_was_moved_is_told(client, enrolment, staff):
    book = downloaded(client)
    sheet = book.worksheets[0]
    first, second = row_of(book, "1.1"), row_of(book, "2.1")
    for column in range(2, sheet.max_column + 1):
        one, other = sheet.cell(first, column), sheet.cell(second, column)
        one.value, other.value = other.value, one.value
    write_row(book, first, number=7, measured_on="14/09/2020")

    found = {p.row: p.text for p in upload(client, book).context["filled"].problems}
    assert found.keys() == {first, second}
    assert "2.1" in found[first]


@pytest.mark.parametrize("taken", ["keys", "column", "head", "common", "list"])
def test_a_sheet_whose_keys_or_heads_are_gone_is_refused(client, enrolment, staff, taken):
    book = downloaded(client)
    front, keys = book.worksheets
    write(book, "1.1", number=90, measured_on="14/09/2020")
    if taken == "column":
        front.delete_cols(1)
    elif taken == "head":
        front.insert_cols(9)
    elif taken == "common":
        front.delete_rows(workbook_xlsx.COMMON_ROW)
    for row in range(7, front.max_row + 1) if taken == "keys" else ():
        front.cell(row, 1).value = None
    for row in range(2, keys.max_row + 1) if taken == "list" else ():
        keys.cell(row, 2).value = None

    assert "tải lại biểu" in refusal(upload(client, book))


def test_the_heads_may_be_in_the_other_language(client, enrolment, coordinator):
    client.cookies["django_language"] = "en"
    book = downloaded(client)
    write(book, "2.1", number=7, measured_on="14/09/2020")
    client.cookies["django_language"] = "vi"

    assert list(differences(upload(client, book))) == ["2.1"]


def test_a_source_and_a_day_merged_over_rows_hold_for_each(client, enrolment, coordinator):
    book = downloaded(client)
    sheet = book.worksheets[0]
    write(book, "1.1", number=90, measured_on="14/09/2020", source="Báo cáo 12/BC")
    write(book, "1.2.1", yes_no="Đạt")
    write(book, "3.1", text="Có", measured_on="13/09/2020", source="Phòng Công Thương")
    for name in ("measured_on", "source"):
        column = COLUMNS[name]
        sheet.merge_cells(start_row=7, start_column=column, end_row=9, end_column=column)

    accept(client, upload(client, book))

    said = Measurement.objects.order_by("indicator__code")
    assert list(said.values_list("indicator__code", "measured_on", "source")) == [
        ("1.1", dt.date(2020, 9, 14), "Báo cáo 12/BC"),
        ("1.2.1", dt.date(2020, 9, 14), "Báo cáo 12/BC"),
        ("3.1", dt.date(2020, 9, 13), "Phòng Công Thương"),
    ]


@pytest.mark.parametrize("area", ["J7:J8", "G7:H7", "A7:A8", "O7:P8"])
def test_what_is_merged_otherwise_is_told(client, enrolment, coordinator, area):
    book = downloaded(client)
    write(book, "1.1", number=90, measured_on="14/09/2020", source="Báo cáo")
    book.worksheets[0]["G7"] = "91"
    book.worksheets[0].merge_cells(area)

    assert problems(upload(client, book))


def test_merged_cells_that_lie_over_one_another_are_no_workbook(client, enrolment, staff):
    book = downloaded(client)
    write(book, "1.1", number=90, measured_on="14/09/2020")
    areas = '<mergeCells><mergeCell ref="J7:J9"/><mergeCell ref="J7:XFD1048576"/></mergeCells>'
    file = rewritten(book, lambda xml: xml.replace("</sheetData>", f"</sheetData>{areas}"))

    assert refusal(upload(client, file))


# Bad input


@pytest.mark.parametrize(
    ("code", "changes", "said"),
    [
        ("1.1", {"number": 120}, "120"),
        ("1.1", {"number": -1}, ""),
        ("1.1", {"number": "chín mươi"}, ""),
        ("1.1", {"number": "=3108/3397*100"}, ""),
        ("1.1", {"number": "#DIV/0!"}, "#DIV/0!"),
        ("1.1", {"number": 90, "numerator": 9, "denominator": 10}, ""),
        (
            "1.1",
            {"numerator": 3397, "denominator": 3108},
            "Số người đạt (3.397) lớn hơn tổng số người (3.108)",
        ),
        ("1.1", {"numerator": 3397}, ""),
        ("1.1", {"number": True}, ""),
        ("1.1", {"number": "9" * 30}, ""),
        ("1.1", {"number": 1e300}, ""),
        ("1.1", {"number": 90, "measured_on": "16/09/2020"}, "16/09/2020"),
        ("1.1", {"number": 90, "measured_on": dt.date(2020, 9, 16)}, "16/09/2020"),
        ("1.1", {"number": 90, "measured_on": "31/02/2020"}, ""),
        ("1.1", {"number": 90, "measured_on": "01/01/2010"}, "01/12/2016"),
        ("1.1", {"number": 90, "measured_on": None}, ""),
        ("1.1", {"number": None}, ""),
        ("1.1", {"number": 90, "source": "đ" * 501}, ""),
        ("1.2.1", {"yes_no": "có lẽ"}, ""),
        ("1.2.1", {"number": 3}, ""),
        ("2.1", {"number": dt.date(2020, 9, 1)}, ""),
        ("2.1", {"not_applicable_reason": "Không có"}, ""),
        ("3.1", {"text": "Có", "not_applicable_reason": "Không có"}, ""),
        ("3.1", {"text": "đ" * 2001}, ""),
    ],
)
def test_what_is_wrong_in_a_row_is_told_with_its_number(
    client, enrolment, staff, code, changes, said
):
    book = downloaded(client)
    write(book, code, **{"measured_on": "15/09/2020", **changes})
    write(book, "3.1" if code != "3.1" else "2.1", measured_on="15/09/2020")
    write(book, **{"code": "2.1", "number": 7} if code == "3.1" else {"code": "3.1", "text": "Có"})

    response = upload(client, book)

    found = problems(response)
    assert list(found) == [code]
    assert said in found[code]
    listed = [item.text for item in Page(response).find("li") if f"({code})" in item.text]
    assert len(listed) == 1
    assert str(row_of(book, code)) in listed[0]
    assert not Claim.objects.exists()


def test_a_changed_key_is_told(client, enrolment, staff):
    book = downloaded(client)
    sheet = book.worksheets[0]
    first, second = row_of(book, "1.1"), row_of(book, "2.1")
    sheet.cell(first, 1).value, sheet.cell(second, 1).value = "2/2.1", "1/1.1"
    write(book, "1.1", number=90, measured_on="15/09/2020")

    assert problems(upload(client, book)).keys() == {"1.1", "2.1"}


def test_a_key_that_the_set_does_not_have_is_told(client, enrolment, staff):
    book = downloaded(client)
    row = row_of(book, "1.1")
    book.worksheets[0].cell(row, 1).value = "9/9.9"
    book.worksheets[1].cell(row - workbook_xlsx.HEAD_ROW + 1, 2).value = "9/9.9"

    assert list(problems(upload(client, book))) == ["9/9.9"]


def test_a_row_that_no_sheet_has_is_not_read(client, enrolment, staff):
    book = downloaded(client)
    book.worksheets[1].cell(2, 1).value = 10**9
    write(book, "2.1", number=7, measured_on="15/09/2020")

    assert list(differences(upload(client, book))) == ["2.1"]


def test_the_sheet_of_another_commune_is_refused(client, enrolment, staff):
    other = make_commune(name="Lâm Hợp", slug="lam-hop", code="18841")
    make_enrolment(commune=other, criteria_set=enrolment.criteria_set)
    user = make_user(role=Role.COMMUNE_STAFF, commune=other)
    client.force_login(user)
    book = downloaded(client, "/communes/lam-hop/sheet.xlsx")
    client.force_login(staff)

    assert "Lâm Hợp" in refusal(upload(client, book))
    assert upload(client, book, "/communes/lam-hop/sheet/").status_code == 403


def test_a_sheet_of_another_set_is_refused(client, enrolment, staff):
    book = downloaded(client)
    book.worksheets[1].cell(1, 2).value = "khac"

    assert "khac" in refusal(upload(client, book))


def archive(**files):
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in files.items():
            package.writestr(name.replace("__", "/").replace("_xml", ".xml"), content)
    return target.getvalue()


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"Ky Lac;90",
        b"%PDF-1.4",
        b"PK\x03\x04" + b"\x00" * 100,
        archive(readme="x"),
        archive(xl__workbook_xml="<x/>"),
        archive(xl__workbook_xml=b"\x00" * (limits.SHEET.unpacked + 1)),
        b"x" * (limits.SHEET.packed + 1),
    ],
    ids=["empty", "text", "pdf", "broken", "zip", "no workbook", "bomb", "large"],
)
def test_a_file_that_is_not_a_workbook_is_refused(client, enrolment, staff, content):
    file = SimpleUploadedFile("../../ky-lac.xlsx", content)

    assert refusal(upload(client, file))
    assert not Claim.objects.exists()


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"packed": 5000}, "The file is larger than %(limit)s MB."),
        ({"unpacked": 20_000}, UNPACKED),
        ({"elements": 900}, UNPACKED),
        ({"rows": 8}, BELOW),
    ],
    ids=["packed", "unpacked", "elements", "rows"],
)
def test_a_sheet_may_hold_so_much(client, enrolment, staff, monkeypatch, changes, said):
    book = downloaded(client)
    monkeypatch.setattr(limits, "SHEET", dataclasses.replace(limits.SHEET, **changes))

    assert refusal(upload(client, book)) == _(said) % {"limit": changes.get("rows", 0)}


def test_a_part_that_says_it_is_small_is_counted(client, enrolment, staff, monkeypatch):
    content = bytearray(packed(downloaded(client)).read())
    at = content.find(b"PK\x01\x02")
    while at >= 0:
        content[at + 24 : at + 28] = (10).to_bytes(4, "little")
        at = content.find(b"PK\x01\x02", at + 4)
    monkeypatch.setattr(limits, "SHEET", dataclasses.replace(limits.SHEET, unpacked=100))

    assert refusal(upload(client, SimpleUploadedFile("ky-lac.xlsx", bytes(content))))


def test_a_workbook_from_elsewhere_is_refused(client, enrolment, staff):
    book = openpyxl.Workbook()
    book.active["A1"] = "Xã"

    assert refusal(upload(client, book))
    assert refusal(client.post(URL, {}))
    assert refusal(client.post(URL, {"file": "ky-lac.xlsx"}))


def test_a_claim_that_waits_is_not_written_over(client, enrolment, staff):
    status = cell(enrolment, 2)
    given = {indicator("2.1"): Given(measured_on=TODAY, number=Decimal(40))}
    draft = Draft(given=given, result="met", no_evidence_reason="Lưu tại xã")
    leader = make_user(role=Role.COMMUNE_LEADER, commune=enrolment.commune)
    claim_actions.send(status, draft, by=leader)
    book = downloaded(client)
    write(book, "1.1", number=90, measured_on="15/09/2020")
    write(book, "2.1", number=41, measured_on="15/09/2020")

    response = upload(client, book)

    assert list(problems(response)) == ["2.1"]
    assert Claim.objects.get().state == Claim.State.SUBMITTED


# Between the differences and their acceptance


def test_a_value_written_meanwhile_is_told_and_both_are_kept(client, enrolment, coordinator):
    book = downloaded(client)
    write(book, "2.1", number=41, measured_on="15/09/2020")
    shown = upload(client, book)
    theirs = Given(measured_on=TODAY, number=Decimal(39))
    measurement_actions.measure(enrolment, indicator("2.1"), theirs, level=1, by=make_user())

    told = accept(client, shown)

    assert told.status_code == 409
    assert differences(told) == {
        "2.1": ("39 triệu đồng (15/09/2020)", "41 triệu đồng (15/09/2020)")
    }
    assert Measurement.objects.count() == 1
    assert accept(client, told).status_code == 302
    assert Measurement.objects.count() == 2


def test_a_claim_sent_meanwhile_refuses_all(client, enrolment, staff):
    book = downloaded(client)
    write(book, "1.1", number=90, measured_on="15/09/2020")
    write(book, "2.1", number=41, measured_on="15/09/2020")
    shown = upload(client, book)
    draft = Draft(given={}, result="not_met", explanation="Thiếu")
    claim_actions.send(cell(enrolment, 2), draft, by=staff)

    assert list(problems(accept(client, shown))) == ["2.1"]
    assert not DraftValue.objects.exists()


def test_differences_belong_to_one_person_and_one_commune(client, enrolment, staff):
    book = downloaded(client)
    write(book, "2.1", number=41, measured_on="15/09/2020")
    shown = upload(client, book)
    for token in ("", "x", shown.context["token"] + "x", "\x00"):
        response = client.post(URL, {"accept": "1", "differences": token})
        assert response.status_code == 200
    signed_in(client, Role.COMMUNE_LEADER, commune=enrolment.commune)

    assert accept(client, shown).status_code == 200
    assert not Claim.objects.exists()


# Who, and where


@pytest.mark.parametrize(
    "role", [Role.LEADER, Role.OBSERVER, Role.INSPECTOR, "administrator", "neighbour"]
)
def test_who_does_not_work_on_the_commune_has_no_sheet(client, enrolment, role):
    if role == "administrator":
        client.force_login(make_user(staff=True))
    elif role == "neighbour":
        other = make_commune(name="Lâm Hợp", slug="lam-hop", code="18841")
        signed_in(client, Role.COMMUNE_STAFF, commune=other)
    else:
        signed_in(client, role, area=make_area())

    assert client.get(FILE).status_code == 403
    assert client.get(URL).status_code == 403
    assert client.post(URL, {}).status_code == 403


def test_the_wrong_method_and_the_wrong_set(client, enrolment, staff):
    assert client.post(FILE).status_code == 405
    assert client.put(URL).status_code == 405
    assert client.get(FILE + "?set=khong-co").status_code == 404
    assert client.get(URL + "?set=%00").status_code == 400


def test_the_page_says_what_a_sheet_becomes(client, enrolment, staff):
    book = downloaded(client)
    write(book, "2.1", number=41, measured_on="15/09/2020")

    draft = upload(client, book).content.decode()
    signed_in(client, Role.COORDINATOR, area=enrolment.commune.area)
    sent = upload(client, book).content.decode()

    assert _("Accept as drafts") in draft
    assert _("Accept and record") in sent
    assert clock.today() == TODAY
