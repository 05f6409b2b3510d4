"""The plan as a workbook: out, edited, in again."""

import dataclasses
import datetime as dt
from decimal import Decimal

import pytest

from accounts.models import User
from plans.drafting import actions as drafting
from plans.exchange.layout import LAYOUT
from plans.models import Activity, Dependency, Plan, ProgressReport
from tests.pages import as_person, demo_for_the_module, read
from tests.plans.exchange.sheets import FIRST, PLACES, Edited, Preview, send
from tests.plans.plans import said

pytestmark = pytest.mark.django_db
FILE, URL = "/plans/ky-lac.xlsx", "/plans/ky-lac/import/"


@pytest.fixture(scope="module", autouse=True)
def _demo(django_db_setup, django_db_blocker):
    with demo_for_the_module(django_db_blocker):
        yield


@pytest.fixture
def staff():
    return as_person("canbo-kylac")


@pytest.fixture
def plan():
    return Plan.objects.get(enrolment__commune__slug="ky-lac")


def key_of(plan, number):
    return plan.activities.current().get(number=number).pk


def test_the_workbook_is_the_form_of_offices(staff, plan):
    book = Edited(staff, FILE)
    sheet = book.sheet

    assert sheet["B1"].value == "ỦY BAN NHÂN DÂN XÃ KỲ LẠC"
    assert "KẾ HOẠCH ĐƯỜNG GĂNG XÃ KỲ LẠC" in sheet["B2"].value
    assert "23/12/2020" in sheet["B4"].value
    heads = [sheet.cell(FIRST - 1, n).value for n in range(2, len(LAYOUT) + 2)]
    assert len(set(heads)) == len(heads)
    assert [sheet.cell(FIRST + 4, PLACES[name]).value for name in (
        "number", "criterion", "name", "quantity_required", "quantity_left", "working_days",
        "needs", "start", "finish", "cost_central", "cost", "float", "agency",
    )] == [
        5, "2.2", "Bê tông hóa 4,1 km đường trục thôn", 4.1, 4.1, 22,
        "4", "21/10/2020\ndự báo", "19/11/2020\ndự báo", 1900, 3990, "◆ 0", "Phòng KT-HT",
    ]  # fmt: skip
    assert book.cell(13, "needs").value == "5 + 7 ngày"
    assert book.cell(1, "start").value == "09/09/2020\nthực tế"
    assert book.cell(5, "cost_people").value == 610
    assert sheet.cell(FIRST - 1, PLACES["cost_people"]).value == "Nhân dân"
    assert sheet.freeze_panes == f"E{FIRST}"
    assert (sheet.page_setup.orientation, sheet.page_setup.paperSize) == ("landscape", 8)
    assert sheet.print_title_rows == f"${FIRST - 2}:${FIRST - 1}"
    assert sheet.print_area == f"'Kế hoạch'!$B$1:$AC${FIRST + 16}"
    assert sheet.column_dimensions["A"].hidden
    assert book.book.worksheets[1].sheet_state == "veryHidden"
    assert book.steps == 14


def test_what_was_not_edited_says_nothing_new(staff):
    assert Preview(send(staff, URL, Edited(staff, FILE).file())).is_the_same


def test_rows_that_moved_and_numbers_with_noughts_are_the_same(staff):
    book = Edited(staff, FILE)
    sheet = book.sheet
    first = [sheet.cell(FIRST, n).value for n in range(1, len(LAYOUT) + 2)]
    for n, value in enumerate(first, start=1):
        sheet.cell(FIRST, n).value = sheet.cell(FIRST + 6, n).value
        sheet.cell(FIRST + 6, n).value = value
    book.put(3, working_days=14.0, number=3.0)
    book.put(4, not_before="")

    assert Preview(send(staff, URL, book.file())).is_the_same


def test_changes_are_shown_row_by_row_and_written_together(staff, plan):
    book = Edited(staff, FILE)
    book.put(5, working_days=24, quantity_required="4,25", person="Nguyễn Văn Ví Dụ, 0900 000 001")
    book.put(6, not_before=dt.date(2020, 10, 19))
    book.put(2, percent=40, remaining_days=12)
    new = book.steps + 1
    book.sheet.insert_rows(FIRST + new - 1)
    book.put(
        new, name="=Đặt biển báo", criterion="2.2", working_days=3, needs="5 + 2 ngày làm việc"
    )
    book.put(14, needs="1; 5-13; 15")

    answer = Preview(send(staff, URL, book.file()))
    keys = {n: str(key_of(plan, n)) for n in (2, 5, 6, 14)}
    new_row = f"n{new - 1}"
    assert answer.kinds == {**dict.fromkeys(keys.values(), "changed"), new_row: "new"}
    assert "Số ngày làm việc: 22 → 24" in answer.said(keys[5])
    assert "4,1 → 4,25" in answer.said(keys[5])
    assert "12/10/2020 → 19/10/2020" in answer.said(keys[6])
    assert "1; 5-13 → 1; 5-13; 15" in answer.said(keys[14])
    assert "vẫn là 23/12/2020" in answer.html
    assert Plan.objects.get(pk=plan.pk).version == plan.version

    assert answer.accept(staff, URL).url == "/plans/ky-lac/"

    plan.refresh_from_db()
    fifth, added = (plan.activities.get(number=n) for n in (5, 15))
    assert (fifth.working_days, fifth.quantity_required) == (24, Decimal("4.25"))
    assert (fifth.person.full_name, fifth.person.phone) == ("Nguyễn Văn Ví Dụ", "0900 000 001")
    assert fifth.cost_central == 1900
    assert fifth.written_by.username == "canbo-kylac"
    assert added.name == "=Đặt biển báo"
    assert list(added.needs.values_list("needs__number", "wait", "unit")) == [(5, 2, "working")]
    second = plan.activities.get(number=2)
    assert (second.percent, second.remaining_days, second.quantity_done) == (40, 12, None)
    assert ProgressReport.objects.filter(activity=second).count() == 2
    assert (plan.state, plan.activities.count()) == (Plan.State.DRAFT, 15)
    assert plan.activities.get(number=1).written_by.username == "kylac"
    # What starts like a formula goes out as a text.
    again = Edited(staff, FILE)
    assert again.cell(15, "name").data_type == "s"
    assert Preview(send(staff, URL, again.file())).is_the_same


def test_only_what_is_ticked_is_written(staff, plan):
    book = Edited(staff, FILE)
    book.put(5, working_days=24)
    book.put(6, working_days=19)
    book.sheet.delete_rows(FIRST + 8)
    answer = Preview(send(staff, URL, book.file()))
    fifth, ninth, last = (str(key_of(plan, n)) for n in (5, 9, 14))
    assert answer.kinds[ninth] == "dropped"
    assert "1; 5-13 → 1; 5-8; 10-13" in answer.said(last)

    assert "Chưa chọn" in answer.accept(staff, URL, rows=[]).content.decode()
    assert answer.accept(staff, URL, rows=[fifth, ninth, last]).status_code == 302

    current = plan.activities.current()
    assert list(current.filter(number__in=(5, 6)).values_list("working_days", flat=True)) == [
        24,
        18,
    ]
    assert not current.filter(number=9).exists()
    needed = Dependency.objects.filter(activity__number=14, activity__plan=plan)
    assert sorted(needed.values_list("needs__number", flat=True)) == [1, 5, 6, 7, 8, 10, 11, 12, 13]


def test_progress_alone_leaves_an_approved_plan_approved(staff, plan):
    book = Edited(staff, FILE)
    book.put(2, difficulty="Chờ vốn\nvà vật liệu")
    book.put(3, quantity_done=19)
    Preview(send(staff, URL, book.file())).accept(staff, URL)

    plan.refresh_from_db()
    assert plan.state == Plan.State.APPROVED
    second, third = plan.activities.get(number=2), plan.activities.get(number=3)
    # A difficulty moves no day: fourteen days from the day of the report on.
    assert (second.difficulty, second.remaining_days) == ("Chờ vốn\nvà vật liệu", 14)
    assert (third.percent, third.remaining_days) == (50, 7)


def test_numbers_that_change_places_mean_the_same_steps(staff, plan):
    """The file means by a number the row that has it there."""
    book = Edited(staff, FILE)
    book.put(5, number=6)
    book.put(6, number=5)
    book.put(13, needs="6 + 7 ngày")

    answer = Preview(send(staff, URL, book.file()))
    fifth, sixth = (key_of(plan, n) for n in (5, 6))
    assert answer.kinds == {str(fifth): "changed", str(sixth): "changed"}
    answer.accept(staff, URL)

    thirteenth = plan.activities.get(number=13)
    assert [one.needs_id for one in thirteenth.needs.all()] == [fifth]
    assert plan.activities.get(pk=fifth).number == 6


def test_who_wrote_meanwhile_is_named_and_the_row_refused(staff, plan):
    book = Edited(staff, FILE)
    fifth = key_of(plan, 5)
    other = said(plan, "5|Bê tông hóa 4,1 km đường trục thôn|30|4")
    other = [dataclasses.replace(one, key=fifth) for one in other]
    user = User.objects.get(username="dieuphoi")
    drafting.write(plan, other, version=plan.version, by=user)
    book.put(5, working_days=24)
    book.put(7, working_days=50)

    answer = Preview(send(staff, URL, book.file()))

    seventh = str(key_of(plan, 7))
    assert answer.kinds == {str(fifth): "refused", seventh: "changed"}
    text = answer.said(fifth)
    assert "hiện là “30”, trong tệp là “24”" in text
    assert f"{user}, 15/09/2020" in text
    assert answer.accept(staff, URL).status_code == 302
    assert plan.activities.get(pk=fifth).working_days == 30
    assert plan.activities.get(number=7).working_days == 50
    # A column that only the other changed is no difference.
    untouched = Edited(staff, FILE)
    assert Preview(send(staff, URL, untouched.file())).is_the_same


def test_what_was_written_while_the_page_stood_open_is_a_conflict(staff, plan):
    book = Edited(staff, FILE)
    book.put(5, working_days=24)
    answer = Preview(send(staff, URL, book.file()))
    fifth = plan.activities.get(number=5)
    Activity.objects.filter(pk=fifth.pk).update(working_days=23)

    shown = Preview(answer.accept(staff, URL), status=409)

    assert shown.kinds == {str(fifth.pk): "refused"}
    fifth.refresh_from_db()
    assert fifth.working_days == 23


WRONG = [
    (3, {"quantity_done": 40}, "vượt khối lượng yêu cầu (38)"),
    (4, {"quantity_required": "=B2*2"}, "công thức"),
    (5, {"working_days": "2,5"}, "số nguyên"),
    (6, {"working_days": None}, "Số ngày làm việc"),
    (7, {"needs": "4 + 10001 ngày"}, "10000"),
    (8, {"needs": "99"}, "chờ việc 99"),
    (9, {"needs": "bốn"}, "bốn"),
    (10, {"criterion": "18.9"}, "18.9"),
    (11, {"agency": "Phòng Không Có"}, "Phòng Không Có"),
    (12, {}, "số thứ tự 12"),
    (13, {"not_before": "31/02/2021", "working_days": 10_001}, "10000"),
    (14, {"number": 12}, "số thứ tự 12"),
    (1, {"finished_on": "01/01/2021", "percent": 100}, "sau hôm nay"),
    (2, {"percent": 120}, "100"),
]


def test_what_cannot_be_is_said_beside_its_row(staff, plan):
    book = Edited(staff, FILE)
    for step, values, _words in WRONG:
        book.put(step, **values)

    answer = Preview(send(staff, URL, book.file()))

    assert len(answer.refused) == 14
    for step, _values, words in WRONG:
        assert words in answer.said(key_of(plan, step)), (step, words)
    assert not answer.find("input", name="differences")


UNDERSTOOD = [
    (6, {"not_before": "2020-11-03"}, "not_before", dt.date(2020, 11, 3)),
    (7, {"not_before": "3.11.2020"}, "not_before", dt.date(2020, 11, 3)),
    (8, {"not_before": "03-11-2020"}, "not_before", dt.date(2020, 11, 3)),
    (5, {"quantity_required": "4,125"}, "quantity_required", Decimal("4.125")),
    (4, {"working_days": 0}, "working_days", 0),
    (9, {"working_days": 10_000}, "working_days", 10_000),
    (10, {"percent": "55%"}, "percent", 55),
    (14, {"needs": "2 + 3000 ngày"}, "working_days", 5),
]


def test_what_offices_type_is_understood(staff, plan):
    """Also a step of no days, one of ten thousand, a wait that is longer than the plan."""
    book = Edited(staff, FILE)
    for step, values, _name, _expected in UNDERSTOOD:
        book.put(step, **values)

    answer = Preview(send(staff, URL, book.file()))
    assert set(answer.kinds.values()) == {"changed"}
    assert answer.accept(staff, URL).status_code == 302

    for step, _values, name, expected in UNDERSTOOD:
        assert getattr(plan.activities.get(number=step), name) == expected
    assert Plan.objects.get(pk=plan.pk).finish_on.year > 2050


def test_a_circle_is_named_before_anything_is_written(staff, plan):
    book = Edited(staff, FILE)
    book.put(2, needs="5")
    book.put(7, working_days=50)

    answer = Preview(send(staff, URL, book.file()))
    assert any("thành vòng" in problem and "5. Bê tông" in problem for problem in answer.problems)
    refused = answer.accept(staff, URL)
    assert "thành vòng" in refused.content.decode()
    assert plan.activities.get(number=7).working_days == 52
    assert answer.accept(staff, URL, rows=[str(key_of(plan, 7))]).status_code == 302
    assert plan.activities.get(number=7).working_days == 50


def merged(book):
    book.sheet.merge_cells(
        start_row=FIRST + 4, end_row=FIRST + 5, start_column=PLACES["agency"],
        end_column=PLACES["agency"],
    )  # fmt: skip


def without_column(book):
    book.sheet.delete_cols(PLACES["working_days"])


def without_evidence(book):
    book.sheet.delete_cols(PLACES["evidence"])


def without_keys(book):
    book.sheet.delete_cols(1)


def without_key_sheet(book):
    del book.book["nrm"]


def copied(book):
    """A row copied below to make another step."""
    for n in range(1, len(LAYOUT) + 2):
        book.sheet.cell(FIRST + 20, n).value = book.sheet.cell(FIRST + 8, n).value
    book.sheet.cell(FIRST + 20, PLACES["number"]).value = 15


def twins(book):
    for n in range(1, len(LAYOUT) + 2):
        book.sheet.cell(FIRST + 20, n).value = book.sheet.cell(FIRST + 8, n).value


def twice(book):
    book.book.copy_worksheet(book.sheet)


def styled(book):
    for row in range(40, 3_000):
        for column in range(1, 30):
            book.sheet.cell(row, column).number_format = "0.00"


@pytest.mark.parametrize(
    ("edit", "words"),
    [
        (merged, "Các ô đã bị gộp"),
        (without_column, "Thiếu cột “Số ngày làm việc”"),
        (without_evidence, "Thiếu cột “Minh chứng”: giữ nguyên"),
        (without_keys, "cột ẩn đầu tiên"),
        (without_key_sheet, "không phải tệp tải về từ đây"),
        (copied, "Điều tra, xác nhận thu nhập bình quân"),
        (twins, "cùng khóa ẩn"),
        (twice, "nhiều trang tính"),
        (styled, "không có nội dung mới"),
    ],
)
def test_workbooks_that_were_bent(staff, plan, edit, words):
    book = Edited(staff, FILE)
    edit(book)

    answer = send(staff, URL, book.file())

    assert answer.status_code == 200
    assert words in answer.content.decode()


def test_files_that_are_no_plan_of_this_commune(staff):
    other = as_person("lamhop").get("/plans/lam-hop.xlsx").content
    ole = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
    for content, name, words in (
        (other, "plan.xlsx", "kế hoạch của Lâm Hợp"),
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"),
            "a.xlsx",
            "mật khẩu",
        ),
        (ole * 40, "plan.mpp", ".mpp"),
        (b"PK\x03\x04 nothing", "a.xlsx", "không phải"),
        (b"plain text", "a.xml", "không phải"),
        (b"", "a.xlsx", "không phải"),
    ):
        assert words in send(staff, URL, content, name).content.decode(), (name, words)
    assert staff.post(URL, {"accept": "1", "differences": "x", "row": "1"}).status_code == 200
    assert "mở quá lâu" in staff.post(URL, {"accept": "1"}).content.decode()


def test_a_plan_without_steps_is_filled_in_excel(staff):
    """The form goes out empty, and every row that comes back is new."""
    coordinator = as_person("dieuphoi")
    coordinator.post("/plans/ky-giang/begin/", {})
    book = Edited(coordinator, "/plans/ky-giang.xlsx")
    assert "chưa tính được" in book.sheet["B4"].value
    book.put(1, number="01", name="Lập dự toán", working_days="5")
    book.put(2, name="Thi công", working_days=20, needs="1 + 3 ngày", cost_people="12,5")

    answer = Preview(send(coordinator, "/plans/ky-giang/import/", book.file()))
    assert set(answer.kinds.values()) == {"new"}
    assert answer.accept(coordinator, "/plans/ky-giang/import/").status_code == 302

    made = Activity.objects.filter(plan__enrolment__commune__slug="ky-giang")
    assert [(one.number, one.working_days, one.cost_people) for one in made] == [
        (1, 5, None),
        (2, 20, Decimal("12.5")),
    ]
    assert made[1].needs.get().wait == 3


def test_the_files_are_linked_from_the_plan(staff):
    links = read(staff, "/plans/ky-lac/").links
    assert {"/plans/ky-lac.xlsx", "/plans/ky-lac.xml", URL} <= set(links)
    seen = read(as_person("quansat"), "/plans/ky-lac/").links
    assert FILE in seen
    assert URL not in seen
