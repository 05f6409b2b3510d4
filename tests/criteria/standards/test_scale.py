"""A set's indicators out to a workbook and back, compared row by row, loaded as a whole."""

import io
from decimal import Decimal

import openpyxl
import pytest
from django.contrib.admin.models import LogEntry
from django.core.files.uploadedfile import SimpleUploadedFile

from communes.models import Area
from criteria.models import Indicator, Responsibility, Threshold
from criteria.standards.scale_words import amount_of, as_printed
from tests.factories import make_administrator, make_agency, make_area, make_set

pytestmark = pytest.mark.django_db
URL = "/criteria-sets/ntm-2026/indicators/"


@pytest.fixture
def province():
    return make_area(code="42", name="Hà Tĩnh", kind=Area.Kind.PROVINCE)


@pytest.fixture
def by_group(province):
    make_agency(key="so-xd", name="Sở Xây dựng", area=province)
    return make_set(code="ntm-2026", size=2, thresholds_by="group")


@pytest.fixture
def office(client):
    user = make_administrator()
    client.force_login(user)
    return client


ROW = {
    "Tiêu chí": "1", "Mã": "1.1", "Chỉ tiêu": "Tỷ lệ lao động qua đào tạo", "Loại": "Tỷ lệ (%)",
    "ĐVT": "%", "Đạt khi": "≥", "Nguồn": "Phụ lục I, mục 1",
    "Tình trạng đối chiếu": "Đã đối chiếu văn bản gốc",
}  # fmt: skip


def filled(office, *rows, url=URL):
    """The workbook as it was downloaded, with these rows put in from the first free one on."""
    book = openpyxl.load_workbook(
        io.BytesIO(office.get(url.replace("indicators/", "indicators.xlsx")).content)
    )
    sheet = book.worksheets[0]
    heads = {cell.value: cell.column for cell in sheet[4]}
    for number, row in enumerate(rows, start=5):
        for head, word in row.items():
            [column] = [c for h, c in heads.items() if h.startswith(head)]
            sheet.cell(number, column).value = word
    target = io.BytesIO()
    book.save(target)
    return SimpleUploadedFile("bang.xlsx", target.getvalue())


def send(office, *rows, url=URL):
    return office.post(url, {"file": filled(office, *rows, url=url)})


def load(office, answer, url=URL):
    return office.post(url, {"changes": answer.context["token"], "load": "1"})


def problems(answer):
    assert answer.status_code == 200
    return [said for change in answer.context["wrong"] for said in change.problems]


def test_a_filled_in_table_is_shown_and_then_loaded(office, by_group, province):
    given = ROW | {
        "Nhóm 1": "≥40%", "Nhóm 2": 35, "Nhóm 3": "27,5", "Mức riêng của tỉnh": "≥42%",
        "Đơn vị hướng dẫn": "sở xây dựng",
    }  # fmt: skip
    shown = send(office, given)

    assert not Indicator.objects.exists()
    assert problems(shown) == []
    assert load(office, shown).status_code == 302

    indicator = Indicator.objects.get()
    assert (indicator.kind, indicator.comparator, indicator.checked) == ("percent", "ge", "law")
    thresholds = Threshold.objects.order_by("province", "commune_group")
    assert {(t.commune_group, t.province_id, t.value, t.text, t.checked) for t in thresholds} == {
        ("1", None, Decimal(40), "≥40%", "law"),
        ("2", None, Decimal(35), "≥35%", "law"),
        ("3", None, Decimal("27.5"), "≥27,5%", "law"),
        ("", province.pk, Decimal(42), "≥42%", "law"),
    }
    assert {t.source for t in thresholds} == {"Phụ lục I, mục 1"}
    assert Responsibility.objects.get().agency.key == "so-xd"
    assert LogEntry.objects.count() == 6


def test_what_was_loaded_comes_back_unchanged(office, by_group):
    load(office, send(office, ROW | {"Nhóm 2": "≥35%", "Mức chung": "UBND tỉnh quy định"}))

    again = send(office)

    assert again.context["changes"] == []
    assert Threshold.objects.get(commune_group="").is_set_by_province


def test_a_row_is_changed_and_the_rest_stays(office, by_group):
    load(office, send(office, ROW | {"Nhóm 2": "≥35%"}))
    changed = ROW | {"Nhóm 2": "≥36%", "Nguồn": "", "Tình trạng đối chiếu": ""}
    del changed["Nguồn"], changed["Tình trạng đối chiếu"]

    answer = send(office, changed)

    assert [change.changed for change in answer.context["changes"]] == [["group-2"]]
    load(office, answer)
    assert Threshold.objects.get().value == 36
    assert Indicator.objects.count() == 1


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"Tiêu chí": "9"}, "không có tiêu chí 9"),
        ({"Nguồn": ""}, "Nguồn"),
        ({"Tình trạng đối chiếu": "chắc chắn"}, "chắc chắn"),
        ({"Loại": "tỷ"}, "tỷ"),
        ({"Nhóm 1": "≤40%"}, "ngược"),
        ({"Nhóm 1": "40-50"}, "40-50"),
        ({"Đơn vị hướng dẫn": "Sở Y tế"}, "Sở Y tế"),
        ({"Là phần của": "1.9"}, "1.9"),
    ],
)
def test_what_is_wrong_is_told_and_nothing_is_loaded(office, by_group, wrong, said):
    answer = send(office, ROW | {"Nhóm 2": "≥35%"}, ROW | {"Mã": "1.2"} | wrong)

    assert any(said in one for one in problems(answer))
    assert answer.context["token"] == ""
    assert not Indicator.objects.exists()


def test_a_code_twice_is_told(office, by_group):
    assert "5" in problems(send(office, ROW, ROW))[0]


def test_a_file_that_is_none_is_told(office, by_group):
    answer = office.post(URL, {"file": SimpleUploadedFile("a.xlsx", b"xlsx")})

    assert answer.status_code == 200
    assert list(answer.context["form"].errors) == ["file"]


def test_what_was_changed_meanwhile_is_compared_anew(office, by_group):
    shown = send(office, ROW)
    by_group.criteria.get(number=2).indicators.create(code="2.1", text="Khác", kind="text")

    answer = load(office, shown)

    assert answer.status_code == 409
    assert Indicator.objects.count() == 1
    assert load(office, answer).status_code == 302
    assert Indicator.objects.count() == 2


def test_changes_of_another_set_are_not_loaded(office, by_group):
    make_set(code="khac")
    shown = send(office, ROW)

    answer = load(office, shown, url="/criteria-sets/khac/indicators/")

    assert answer.status_code == 200
    assert not Indicator.objects.exists()


def test_a_set_by_region_takes_its_regions_and_keeps_thresholds_by_year(office, province):
    criteria_set = make_set(code="ntm-2021")
    url = "/criteria-sets/ntm-2021/indicators/"
    income = criteria_set.criteria.get(number=1).indicators.create(
        code="1.1", text="Thu nhập", kind="number", comparator="ge", source="QĐ 318"
    )
    for year, value in ((2022, 39), (2023, 42)):
        income.thresholds.create(
            region="btb", value=value, text=f"≥{value}", valid_from=f"{year}-01-01"
        )

    assert send(office, url=url).context["changes"] == []
    answer = send(office, {"Mã": "1.1", "Bắc Trung Bộ": "≥45"}, url=url)
    assert "thay đổi theo năm" in problems(answer)[0]
    load(office, send(office, {"Mã": "1.1", "Đông Nam Bộ": "≥50"}, url=url), url=url)
    assert income.thresholds.get(region="dnb").value == 50


@pytest.mark.parametrize(
    ("text", "kind", "amount", "printed"),
    [
        ("≥98%", "percent", "98", "≥98%"),
        ("98", "percent", "98", "≥98%"),
        ("21,8", "percent", "21.8", "≥21,8%"),
        ("≥ 2 m²/người", "number", "2", "≥ 2 m²/người"),
        ("36", "number", "36", "≥36"),
        ("Không", "number", "0", "Không"),
        ("Đạt", "boolean", None, "Đạt"),
        ("UBND tỉnh quy định", "percent", None, "UBND tỉnh quy định"),
    ],
)
def test_thresholds_are_read_as_decisions_print_them(text, kind, amount, printed):
    indicator = Indicator(kind=kind, comparator="ge")

    assert amount_of(text, kind) == (None if amount is None else Decimal(amount))
    assert as_printed(text, indicator) == printed
