"""The villages of an area from a list: how it is read, what of it is refused, what is made."""

import csv
import datetime as dt
import io

import pytest
import xlsxwriter
from django.contrib.admin.models import LogEntry
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import Role
from communes.models import Area, Village
from dashboards.villages import village_list
from dashboards.villages.comparison import compare
from dashboards.villages.village_list import VillageRow
from tests.factories import make_area, make_commune, make_user
from tests.pages import Page

pytestmark = pytest.mark.django_db
ADDRESS = reverse("setup-villages")
HEAD = "TT\tTên xã\tTên thôn\tSố hộ"


@pytest.fixture
def area():
    return make_area()


@pytest.fixture
def lac(area):
    return make_commune(area=area)


@pytest.fixture
def tay(area):
    return make_commune(area=area, name="Kỳ Tây", slug="ky-tay", code="18844")


@pytest.fixture
def coordinator(client, area, lac, tay):
    user = make_user(role=Role.COORDINATOR, area=area)
    client.force_login(user)
    return user


def workbook(*, hidden=(), **sheets):
    """Each sheet by its name: its rows, then what is merged in it."""
    file = io.BytesIO()
    with xlsxwriter.Workbook(file) as book:
        for name, (rows, *merged) in sheets.items():
            sheet = book.add_worksheet(name)
            for number, row in enumerate(rows):
                sheet.write_row(number, 0, row)
            for block in merged:
                sheet.merge_range(*block)
            if name in hidden:
                sheet.hide()
    return SimpleUploadedFile("thon.xlsx", file.getvalue())


def said(text):
    return [tuple(row) for row in village_list.read(io.BytesIO(text.encode())).rows]


def look(area, *rows):
    """The only line of a list, or the last."""
    made = [VillageRow(*row) for row in rows]
    return compare(made, area, {area.pk}).lines[-1]


def page_of(answer, status=200):
    assert answer.status_code == status
    answer.status_code = 200
    return Page(answer)


def counts(page):
    found = {one["data-kind"]: int(one["data-count"]) for one in page.find("span", data_kind=True)}
    return {kind: n for kind, n in found.items() if n}


def carried(page):
    """What the page would send again, as a browser does."""
    return {
        "pasted": "".join(page.one("textarea", name="pasted").pieces),
        "seen": page.one("input", name="seen").attrs.get("value", ""),
    }


def paste(client, text):
    return page_of(client.post(ADDRESS, {"pasted": text}))


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        (f"{HEAD}\n1\tKỳ Lạc\tLạc Sơn\t120", [("Kỳ Lạc", "Lạc Sơn", "120")]),
        ("Số hộ;Thôn;Xã\n1.120;Lạc Sơn;Kỳ Lạc", [("Kỳ Lạc", "Lạc Sơn", "1.120")]),
        ("Kỳ Lạc\tLạc Sơn\t120", [("Kỳ Lạc", "Lạc Sơn", "120")]),
        ("1\tKỳ Lạc\tLạc Sơn", [("Kỳ Lạc", "Lạc Sơn", "")]),
        (
            f"{HEAD}\n1\tKỳ Lạc\tLạc Sơn\t120\n2\t\tLạc Tiến\t\n\t\t\t",
            [("Kỳ Lạc", "Lạc Sơn", "120"), ("Kỳ Lạc", "Lạc Tiến", "")],
        ),
        # The row above a group names its commune alone.
        (
            f"{HEAD}\nI\tKỳ Lạc\t\t\n1\t\tLạc Sơn\t120",
            [("Kỳ Lạc", "Lạc Sơn", "120")],
        ),
        # Another number of households is not the number of households.
        (
            "Xã\tThôn\tSố hộ nghèo trong thôn\nKỳ Lạc\tLạc Sơn\t12",
            [("Kỳ Lạc", "Lạc Sơn", "")],
        ),
    ],
)
def test_a_list_is_read_by_its_head_or_in_order(text, rows):
    assert said(text) == rows


def test_what_was_read_is_read_again_from_its_own_text():
    rows = [VillageRow("Kỳ Lạc", 'Thôn "Mới", 1', "120"), VillageRow("Kỳ Lạc", "Hai; ba", "")]
    text = village_list.VillageList(rows).text

    assert said(text) == [tuple(row) for row in rows]
    assert len(list(csv.reader(io.StringIO(text), delimiter="\t"))) == 3


def test_merged_cells_and_several_sheets_are_read_and_others_told():
    rows = [["Xã", "Thôn", "Số hộ"], ["Kỳ Lạc", "Lạc Sơn", 120], [None, "Lạc Tiến", 80.0]]
    file = workbook(
        Một=(rows, (1, 0, 2, 0, "Kỳ Lạc")),
        Hai=([["Xã", "Thôn"], ["Kỳ Tây", "Tây Hà"]],),
        Ghi_chú=([["Người lập", "Ngày"], ["An", "01/02/2020"]],),
        Cũ=([["Xã", "Thôn"], ["Kỳ Tây", "Tây Cũ"]],),
        hidden=["Cũ"],
    )
    found = village_list.read(file)

    assert [tuple(row) for row in found.rows] == [
        ("Kỳ Lạc", "Lạc Sơn", "120"),
        ("Kỳ Lạc", "Lạc Tiến", "80"),
        ("Kỳ Tây", "Tây Hà", ""),
    ]
    assert found.columns == ["Xã", "Thôn", "Số hộ"]
    assert found.unread == ["Ghi_chú", "Cũ"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("Lạc Sơn\nLạc Tiến", "Cần ít nhất hai cột"),
        (f"{HEAD}\n\tKỳ Lạc\t\t", "Danh sách không có thôn nào"),
        (HEAD + "\n\tKỳ Lạc\tLạc Sơn\t1" * 2001, "có 2001 dòng"),
    ],
)
def test_a_list_of_no_villages_is_refused(text, message):
    with pytest.raises(ValidationError, match=message):
        said(text)


@pytest.mark.parametrize(
    ("row", "kind", "households", "why"),
    [
        (("Kỳ Lạc", "Lạc Sơn", "120"), "new", 120, ""),
        (("xã KY LAC", "Lạc Sơn", "1.120"), "new", 1120, ""),
        (("18850", "Lạc Sơn", "1 120 hộ"), "new", 1120, ""),
        (("Kỳ Lạc", "Lạc Sơn", ""), "new", None, ""),
        (("Kỳ Lạc", "Lạc Sơn", "0"), "new", 0, ""),
        (("", "Lạc Sơn", ""), "refused", None, "Dòng không ghi tên xã."),
        (("Kỳ Lạng", "Lạc Sơn", ""), "refused", None, "Địa bàn không có xã tên này."),
        (("Kỳ Lạc", "Lạc Sơn", "nhiều"), "refused", None, "Đã nhập: nhiều."),
        (("Kỳ Lạc", "Lạc Sơn", "12,5"), "refused", None, "Đã nhập: 12,5."),
        (("Kỳ Lạc", "Lạc Sơn", "-3"), "refused", None, "Số hộ phải từ 0 đến 100.000."),
        (("Kỳ Lạc", "Lạc Sơn", "100001"), "refused", None, "Số hộ phải từ 0 đến 100.000."),
        (("Kỳ Lạc", "Lạc Sơn", "#REF!"), "refused", None, "Đã nhập: #REF!."),
        (("Kỳ Lạc", "#N/A", "3"), "refused", 3, "không phải tên thôn"),
        (("Kỳ Lạc", "—", "3"), "refused", 3, "không phải tên thôn"),
        (("Kỳ Lạc", "Xã Kỳ Lạc", "3"), "refused", 3, "là tên xã"),
        (("Kỳ Lạc", "x" * 301, "3"), "refused", 3, "300"),
        (("Kỳ Lạc", "", "120"), "out", None, "Dòng không ghi tên thôn."),
        (("Tổng cộng", "24", "120"), "out", None, "Dòng cộng"),
        (("Kỳ Lạc", "Cộng", "120"), "out", None, "Dòng cộng"),
        (("Kỳ Lạc", "Cộng Hòa", "120"), "new", 120, ""),
        (("Kỳ Lạc", "Tống Sơn", "120"), "new", 120, ""),
    ],
)
def test_what_a_row_says_by_itself(area, lac, row, kind, households, why):
    line = look(area, row)

    assert (line.kind, line.households if kind != "refused" else households) == (kind, households)
    assert why in line.why
    assert bool(line.why) == bool(why)


@pytest.mark.parametrize(
    ("name", "households", "kind", "why"),
    [
        ("Hòa Sơn", "120", "there", ""),
        ("HOÀ SƠN", "", "there", ""),
        ("Hòa Sơn", "130", "there", "Đã có với số hộ khác (120); giữ nguyên."),
        ("Thôn Hòa Sơn", "120", "like", "Gần giống “Hòa Sơn”"),
        ("Hoa Sơn", "120", "like", "Gần giống “Hòa Sơn”"),
        ("Hòa Sơn 2", "120", "new", ""),
    ],
)
def test_what_is_there_is_never_made_again_nor_changed(area, lac, name, households, kind, why):
    lac.villages.create(name="Hòa Sơn", households=120)
    line = look(area, ("Kỳ Lạc", name, households))

    assert line.kind == kind
    assert why in line.why
    assert bool(line.why) == bool(why)


def test_a_village_of_another_commune_is_another(area, lac, tay):
    tay.villages.create(name="Hòa Sơn")

    assert look(area, ("Kỳ Lạc", "Hòa Sơn", "")).kind == "new"


def test_where_no_number_is_there_a_number_is_told_and_not_put(area, lac):
    lac.villages.create(name="Hòa Sơn")
    line = look(area, ("Kỳ Lạc", "Hòa Sơn", "130"))

    assert (line.kind, line.why) == (
        "there",
        "Đã có với số hộ khác (chưa có số); giữ nguyên.",
    )


@pytest.mark.parametrize(
    ("second", "kind", "why"),
    [
        (("Kỳ Lạc", "Hòa Sơn", "120"), "out", "Đã có ở dòng 1."),
        (("Kỳ Lạc", "hoà sơn", "130"), "refused", "Dòng 1 ghi khác về thôn này."),
        (("Kỳ Lạc", "Hoa Sơn", "130"), "like", "Gần giống “Hòa Sơn” của xã này."),
    ],
)
def test_a_village_that_stands_twice_in_the_list(area, lac, second, kind, why):
    line = look(area, ("Kỳ Lạc", "Hòa Sơn", "120"), second)

    assert (line.kind, line.why) == (kind, why)


def test_communes_of_one_name_are_told_apart_by_code():
    province = make_area(code="42", name="Hà Tĩnh", kind=Area.Kind.PROVINCE)
    inside = [make_area(code=str(n), name=f"Huyện {n}", parent=province) for n in (1, 2)]
    for n, one in enumerate(inside, start=1):
        make_commune(name="Tân Lâm", slug=f"tan-lam-{n}", code=f"1885{n}", area=one)
    reached = {province.pk, *(one.pk for one in inside)}

    def line(*row):
        return compare([VillageRow(*row)], province, reached).lines[0]

    doubtful = line("Tân Lâm", "Hòa Sơn", "")
    assert doubtful.kind == "refused"
    assert "Có nhiều xã cùng tên này." in doubtful.why
    assert "18851" in doubtful.why
    assert "18852" in doubtful.why
    assert line("18852", "Hòa Sơn", "").commune.code == "18852"


def test_a_commune_that_ended_takes_no_villages(area, lac, tay):
    lac.dissolved_on = dt.date(2019, 12, 31)
    lac.save()
    lac.successors.add(tay)
    line = look(area, ("Kỳ Lạc", "Hòa Sơn", ""))

    assert line.kind == "refused"
    assert "Đã giải thể ngày 31/12/2019" in line.why
    assert "18844" in line.why


def test_a_list_is_looked_over_then_made_whole(client, coordinator, lac, tay):
    text = f"{HEAD}\n1\tKỳ Lạc\tLạc Sơn\t120\n2\t\tLạc Tiến\t\n3\tKỳ Tây\tTây Hà\t80\n\tTổng\t\t200"
    page = paste(client, text)
    assert counts(page) == {"new": 3, "out": 1}
    assert not Village.objects.exists()

    answer = client.post(ADDRESS, {**carried(page), "make": "1"})
    assert answer.status_code == 302
    assert answer["Location"] == f"{ADDRESS}?area={lac.area_id}"
    made = [(one.commune.name, one.name, one.households) for one in Village.objects.all()]
    assert sorted(made) == [
        ("Kỳ Lạc", "Lạc Sơn", 120),
        ("Kỳ Lạc", "Lạc Tiến", None),
        ("Kỳ Tây", "Tây Hà", 80),
    ]
    assert "Đã tạo 3 thôn." in page_of(client.get(answer["Location"])).html
    logged = LogEntry.objects.filter(user=coordinator, object_id=str(lac.pk)).get()
    assert "Lạc Sơn; Lạc Tiến" in logged.change_message

    again = paste(client, text)
    assert counts(again) == {"there": 3, "out": 1}
    assert not again.find("button", name="make")


def test_a_workbook_is_carried_as_text_to_the_next_sending(client, coordinator, lac):
    file = workbook(A=([["Xã", "Thôn", "Số hộ"], ["Kỳ Lạc", "Lạc Sơn", 120]],))
    page = page_of(client.post(ADDRESS, {"file": file}))
    assert counts(page) == {"new": 1}

    client.post(ADDRESS, {**carried(page), "make": "1"})
    assert Village.objects.get().households == 120


def test_cells_under_a_head_that_is_not_known_stay_as_they_were_pasted(client, coordinator):
    text = "Mã số\tNơi ở\tGhi chú\tSố liệu\n7\tKỳ Lạc\tLạc Sơn\t120"
    page = paste(client, text)

    assert counts(page) == {"refused": 2}
    assert carried(page)["pasted"].split() == text.split()


def test_one_row_that_is_wrong_keeps_all_from_being_made(client, coordinator, lac):
    page = paste(client, f"{HEAD}\n1\tKỳ Lạc\tLạc Sơn\t120\n2\tKỳ Lạc\tLạc Tiến\tnhiều")
    assert counts(page) == {"refused": 1, "new": 1}
    assert "Đã nhập: nhiều." in page.one("tr", data_row="2").text
    assert not page.find("button", name="make")

    refused = page_of(client.post(ADDRESS, {**carried(page), "make": "1"}))
    assert "chưa tạo thôn nào" in refused.html
    assert not Village.objects.exists()
    mended = carried(page)["pasted"].replace("nhiều", "90")
    assert counts(paste(client, mended)) == {"new": 2}


def test_villages_much_like_others_are_made_only_when_asked(client, coordinator, lac):
    lac.villages.create(name="Hòa Sơn")
    page = paste(client, f"{HEAD}\n1\tKỳ Lạc\tHoa Sơn\t120")
    assert counts(page) == {"like": 1}

    without = page_of(client.post(ADDRESS, {**carried(page), "make": "1"}))
    assert "Danh sách không có thôn mới." in without.html
    assert Village.objects.count() == 1
    client.post(ADDRESS, {**carried(page), "make": "1", "with_like": "on"})
    assert sorted(lac.villages.values_list("name", flat=True)) == ["Hoa Sơn", "Hòa Sơn"]


def test_what_was_not_looked_over_is_not_made(client, coordinator, lac):
    page = paste(client, f"{HEAD}\n1\tKỳ Lạc\tLạc Sơn\t120")
    sent = carried(page)
    changed = sent["pasted"].replace("120", "130")
    answer = client.post(ADDRESS, {**sent, "pasted": changed, "make": "1"})
    assert counts(page_of(answer, 409)) == {"new": 1}

    lac.villages.create(name="Lạc Sơn", households=110)
    meanwhile = page_of(client.post(ADDRESS, {**sent, "make": "1"}), 409)
    assert counts(meanwhile) == {"there": 1}
    assert Village.objects.get().households == 110


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({}, "Dán danh sách hoặc chọn tệp."),
        ({"pasted": " \n"}, "Dán danh sách hoặc chọn tệp."),
        ({"pasted": "Lạc Sơn"}, "Cần ít nhất hai cột"),
        ({"make": "1", "seen": "x", "pasted": "Lạc Sơn"}, "Cần ít nhất hai cột"),
        ({"pasted": "x" * 500_001}, "500000"),
        ({"pasted": "Xã\tThôn\nKỳ Lạc\t" + "x" * 200_000}, "Tệp bị hỏng"),
        ({"make": "1", "seen": "x", "pasted": "Xã\tThôn\nKỳ\0\tA"}, "rỗng"),
        (
            {"file": SimpleUploadedFile("a.xlsx", b"PK\x03\x04 no workbook")},
            "không phải là bảng tính",
        ),
        ({"file": SimpleUploadedFile("a.xlsx", b"")}, "Tệp không có ô nào"),
    ],
)
def test_a_wrong_list_says_why_and_is_kept(client, coordinator, given, message):
    page = page_of(client.post(ADDRESS, given))

    assert message in page.html
    assert " ".join(given.get("pasted", "").split()) == page.one("textarea", name="pasted").text


def test_only_communes_of_the_area_that_is_kept_are_found(client, coordinator):
    other = make_area(code="446", name="Cẩm Xuyên")
    make_commune(name="Cẩm Lạc", slug="cam-lac", code="18770", area=other)
    page = paste(client, f"{HEAD}\n1\tCẩm Lạc\tLạc Sơn\t120")

    assert counts(page) == {"refused": 1}


def test_a_long_list_asks_no_more_of_the_database(client, coordinator, lac):
    def queries(n):
        text = "\n".join([HEAD, *(f"{i}\tKỳ Lạc\tThôn {i}\t{i}" for i in range(1, n + 1))])
        with CaptureQueriesContext(
            connection,
        ) as captured:
            page = paste(client, text)
        return len(captured), page

    queries(1)
    (few, _page), (many, page) = queries(2), queries(2000)
    assert few == many
    assert few <= 20
    assert len(page.find("tr", data_row=True)) == 300
    assert counts(page) == {"new": 2000}
    assert client.post(ADDRESS, {**carried(page), "make": "1"}).status_code == 302
    assert Village.objects.count() == 2000


def test_the_page_is_led_to_from_the_communes_of_the_area(client, coordinator, area):
    page = page_of(client.get(reverse("setup-communes")))

    assert f"{ADDRESS}?area={area.pk}" in [link["href"] for link in page.find("a", href=True)]
