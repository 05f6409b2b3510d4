"""A table from Excel on its way into history, as the coordinator of the area takes it over."""

import datetime as dt
import io

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Membership, Role, User
from communes.models import Area, Commune
from criteria.assessments import actions as assessment_actions
from criteria.models import (
    Assessment,
    CriterionStatus,
    Enrolment,
    ImportRun,
    Level,
    Result,
    Standing,
)
from nrm_tracker import clock
from tests.criteria.imports.wizard import Wizard, pasted, workbook
from tests.factories import (
    cell,
    finding,
    make_agency,
    make_area,
    make_commune,
    make_enrolment,
    make_set,
    make_user,
)
from tests.pages import Page

pytestmark = pytest.mark.django_db
HEAD = ["TT", "Tên xã", "Tiêu chí 1", "TC 2", "3"]
ROWS = [
    [1, "Xã Kỳ Lạc", "Đạt", "x", "chưa đạt"],
    [2, "KY TAY", "đ", "Cơ bản đạt", None],
    ["", "Tổng cộng", 2, 1, 0],
]


@pytest.fixture
def criteria_set():
    return make_set()


@pytest.fixture
def runs(criteria_set):
    names = {"ky-lac": "Kỳ Lạc", "ky-tay": "Kỳ Tây", "lam-hop": "Lâm Hợp"}
    return [
        make_enrolment(
            commune=make_commune(name=name, slug=slug, code=f"1884{n}"), criteria_set=criteria_set
        )
        for n, (slug, name) in enumerate(names.items())
    ]


@pytest.fixture
def agency(runs):
    return make_agency()


@pytest.fixture
def coordinator(client, runs):
    user = make_user(role=Role.COORDINATOR, area=make_area())
    client.force_login(user)
    return user


@pytest.fixture
def wizard(client, coordinator, criteria_set, agency):
    return Wizard(client, criteria_set, agency)


def results():
    found = CriterionStatus.objects.exclude(result=Result.NOT_ASSESSED)
    return {(s.enrolment.commune.slug, s.criterion.number): s.result for s in found}


EXPECTED = {
    ("ky-lac", 1): "met",
    ("ky-lac", 2): "met",
    ("ky-lac", 3): "not_met",
    ("ky-tay", 1): "met",
    ("ky-tay", 2): "nearly",
}


@pytest.mark.parametrize("way", ["file", "pasted"])
def test_a_table_is_taken_over_from_end_to_end(wizard, way):
    table = [["UBND HUYỆN"], [], HEAD, *ROWS]
    sent = {"file": workbook(*table)} if way == "file" else {"text": pasted(*table)}

    answer = wizard.to_preview(**sent)

    assert answer.status_code == 302
    assert wizard.counts() == {"refused": 0, "against": 0, "new": 5, "same": 0, "out": 3}
    assert not Assessment.objects.exists()

    answer = wizard.record()

    assert answer.url == f"/imports/{wizard.run.pk}/"
    assert results() == EXPECTED
    entry = Assessment.objects.filter(result="met").first()
    assert (entry.assessed_on, entry.level) == (dt.date(2020, 9, 8), 2)
    assert (entry.document_number, entry.on_behalf_of) == ("12/BC-UBND", wizard.agency)
    assert entry.no_evidence_reason == "Hồ sơ lưu tại xã."
    wizard.run.refresh_from_db()
    assert (wizard.run.state, bytes(wizard.run.tables), wizard.run.entries.count()) == (
        "recorded",
        b"",
        5,
    )


def test_history_and_standings_agree_after_a_table_and_its_undoing(wizard, client):
    wizard.to_preview(text=pasted(HEAD, *ROWS))
    wizard.record()

    call_command("check_progress")
    assert cell(Enrolment.objects.get(commune__slug="ky-lac")).version == 1
    assert Standing.objects.count() == 2

    client.post(wizard.url("undo"), {"reason": "Nhầm bảng"})

    call_command("check_progress")
    assert not Standing.objects.exists()


def test_a_paste_may_begin_with_a_blank_cell(wizard):
    wizard.start(text="\tTên xã\tTC 1\n1\tKỳ Lạc\tĐạt")

    assert wizard.typed("sheet")["first"] == "1"
    wizard.send("sheet")
    assert wizard.typed("columns") == {"k1": "", "k2": "commune", "k3": "c1"}


def test_the_likeliest_sheet_is_offered_and_another_can_be_chosen(wizard, client):
    book = openpyxl.Workbook()
    book.active.append(["Ghi chú", "chung"])
    for name, state in (("Cũ", "hidden"), ("Nay", "visible")):
        sheet = book.create_sheet(name)
        sheet.sheet_state = state
        sheet.append(["Xã", "TC 1", "TC 2"])
        sheet.append(["Kỳ Lạc", "Đạt", "Đạt"])
    file = io.BytesIO()
    book.save(file)
    wizard.start(SimpleUploadedFile("a.xlsm", file.getvalue()))

    assert wizard.typed("sheet")["sheet"] == "2"
    page = wizard.page("sheet", "?sheet=1")
    assert page.find("option", selected=True)[0]["value"] == "1"
    assert wizard.page("sheet", "?sheet=99").find("option", selected=True)[0]["value"] == "2"


def test_a_page_asks_the_same_for_one_commune_as_for_several(wizard, client):
    counts = []
    for rows in ([["Kỳ Lạc", "x"]], [["Kỳ Lạc", "x"], ["Kỳ Tây", "x"], ["Lâm Hợp", "x"]]):
        ImportRun.objects.all().delete()
        wizard.to_preview(text=pasted(["Xã", "TC 1"], *rows))
        for step in ("words", "preview"):
            with CaptureQueriesContext(connection) as queries:
                client.get(wizard.url(step))
            counts.append(len(queries))

    assert counts[:2] == counts[2:]
    assert max(counts) <= 20


def test_one_row_for_each_commune_and_criterion(wizard):
    rows = [
        ["Đơn vị", "Tiêu chí", "Kết quả"],
        ["Kỳ Lạc", "1", "Đạt"],
        ["", "TC 2", "v"],
        ["Kỳ Tây", "Tiêu chí 3", "KAD"],
    ]
    file = workbook(*rows, merged=[(1, 0, 2, 0, "Kỳ Lạc")])

    wizard.to_preview(file=file, reason="Không quy hoạch chợ.")

    assert wizard.counts()["new"] == 3
    wizard.record()
    assert results() == {
        ("ky-lac", 1): "met",
        ("ky-lac", 2): "met",
        ("ky-tay", 3): "not_applicable",
    }


@pytest.mark.parametrize(("level", "kind"), [("2", "refused"), ("3", "new")])
def test_what_the_council_did_not_consider_is_the_provinces_to_record(wizard, level, kind):
    said = {"level": level, "decided_by": "Hội đồng thẩm định"}
    if level == "3":
        said["on_behalf_of"] = ""

    wizard.to_preview(text=pasted(["Xã", "TC 1"], ["Kỳ Lạc", "KX"]), **said)

    assert wizard.counts()[kind] == 1
    assert ("Chỉ cơ quan thẩm định cấp tỉnh" in wizard.page("preview").html) == (level == "2")


def test_it_can_be_undone_within_a_day(wizard, client, monkeypatch):
    wizard.to_preview(text=pasted(HEAD, *ROWS))
    wizard.record()

    answer = client.post(wizard.url("undo"), {"reason": "Nhầm bảng"})

    assert answer.status_code == 302
    assert results() == {}
    assert Assessment.objects.count() == 10
    wizard.run.refresh_from_db()
    assert wizard.run.state == "undone"
    assert client.get(wizard.url("undo")).status_code == 302
    ImportRun.objects.update(state="recorded", recorded_at=clock.now() - dt.timedelta(hours=25))
    client.post(wizard.url("undo"), {"reason": "Nhầm bảng"})
    assert Assessment.objects.count() == 10


def test_what_was_corrected_since_stays(wizard, client, runs, coordinator):
    wizard.to_preview(text=pasted(HEAD, *ROWS))
    wizard.record()
    wrong = cell(runs[0]).assessments.get()
    assessment_actions.correct(wrong, finding(Result.NOT_MET), reason="Sai", by=coordinator)

    client.post(wizard.url("undo"), {"reason": "Nhầm bảng"})

    assert results() == {("ky-lac", 1): "not_met"}


def test_what_stands_is_told_and_kept_unless_wanted(wizard, runs, coordinator):
    by = make_user()
    assessment_actions.assess(cell(runs[0]), finding(on=dt.date(2020, 9, 1)), by=by)
    assessment_actions.assess(cell(runs[0], 2), finding(Result.NOT_MET), by=by)
    wizard.to_preview(text=pasted(HEAD, *ROWS))

    assert wizard.counts() == {"refused": 0, "against": 1, "new": 3, "same": 1, "out": 3}
    (row,) = wizard.page("preview", "?show=against").find("tr", data_place=True)
    assert row["data-place"] == "D2"
    assert "Chưa đạt" in row.text

    wizard.record()
    assert cell(runs[0], 2).result == "not_met"


def test_what_differs_is_recorded_where_it_is_wanted(wizard, runs):
    assessment_actions.assess(cell(runs[0], 2), finding(Result.NOT_MET), by=make_user())
    wizard.to_preview(text=pasted(HEAD, *ROWS))

    wizard.record(with_against="on")

    assert results() == EXPECTED


def test_who_wrote_meanwhile_is_told_and_nothing_is_recorded(wizard, client, runs):
    wizard.to_preview(text=pasted(HEAD, *ROWS))
    shown = wizard.typed("preview")
    assessment_actions.assess(cell(runs[0], 2), finding(Result.NOT_MET), by=make_user())

    answer = client.post(wizard.url("preview"), shown)

    assert answer.status_code == 409
    assert Assessment.objects.count() == 1


def test_who_chose_otherwise_meanwhile_is_told_and_nothing_is_recorded(wizard, client):
    """What is recorded rests on what the recorder saw, whoever prepared it."""
    wizard.to_preview(text=pasted(HEAD, *ROWS))
    shown = wizard.typed("preview")
    wizard.basis(document_number="99/QĐ-UBND")
    wizard.send("words")

    answer = client.post(wizard.url("preview"), shown)

    assert answer.status_code == 409
    assert "99/QĐ-UBND" in answer.text
    assert not Assessment.objects.exists()


def test_a_second_click_does_it_once(wizard, client):
    wizard.to_preview(text=pasted(HEAD, *ROWS))
    shown = wizard.typed("preview")

    client.post(wizard.url("preview"), shown)
    answer = client.post(wizard.url("preview"), shown)

    assert answer.status_code == 302
    assert Assessment.objects.count() == 5


def test_the_head_is_known_the_next_time(wizard, client):
    wizard.start(text=pasted(["Nơi", "A", "B"], ["Kỳ Lạc", "ổn", "Đạt"]))
    wizard.send("sheet", first="1", last="1")
    wizard.send("columns", k1="commune", k2="c1", k3="c2")
    wizard.basis()
    wizard.send("words", **{"results-0": "met"})
    wizard.record()
    ImportRun.objects.all().delete()

    wizard.start(text=pasted(["Nơi", "A", "B"], ["Kỳ Tây", "ổn", "Đạt"]))
    wizard.send("sheet", first="1", last="1")

    assert wizard.typed("columns") == {"k1": "commune", "k2": "c1", "k3": "c2"}
    wizard.send("columns")
    wizard.basis()
    assert wizard.typed("words")["results-0"] == "met"


def test_a_run_is_resumed_where_it_was_left(wizard, client):
    wizard.start(text=pasted(HEAD, *ROWS))
    wizard.send("sheet")

    assert client.get(f"/imports/{wizard.run.pk}/").url == wizard.url("columns")
    assert client.get(wizard.url("preview")).url == f"/imports/{wizard.run.pk}/"


def test_names_of_communes_are_asked_about(wizard, runs):
    gone = make_commune(
        name="Kỳ Lâm", slug="ky-lam", code="18900", dissolved_on=dt.date(2020, 1, 1)
    )
    gone.successors.add(runs[0].commune)
    make_commune(name="Kỳ Tây", slug="ky-tay-2", code="18901", kind="township")
    rows = [
        ["Xã", "TC 1"],
        ["Kỳ Lâm", "Đạt"],
        ["Kỳ Tây", "Đạt"],
        ["Kỳ Lacj", "Đạt"],
        ["???", "Đạt"],
    ]
    wizard.start(text=pasted(*rows))
    wizard.send("sheet")
    wizard.send("columns")
    wizard.basis()

    page = wizard.page("words")
    said = " ".join(page.html.split())

    assert "giải thể ngày 01/01/2020" in said
    assert [len(e.text) > 0 for e in page.find("select", name=True)] == [True] * 5
    firsts = [
        page.find("option", inside=select)[2].text for select in page.find("select", name=True)
    ]
    assert firsts[0].startswith("Xã Kỳ Lạc")
    assert firsts[2].startswith("Xã Kỳ Lạc")
    answer = wizard.send("words")
    assert answer.status_code == 200
    assert Page(answer).find(class_="invalid-feedback") or "Chọn" in answer.content.decode()
    answer = wizard.send(
        "words",
        **{f"communes-{n}": v for n, v in enumerate(["-", "-", str(runs[0].commune_id), "-"])},
    )
    assert answer.status_code == 302
    assert wizard.counts() == {"refused": 0, "against": 0, "new": 1, "same": 0, "out": 3}


def test_errors_and_formulas_without_a_value_are_no_blank_cells(wizard):
    book = openpyxl.Workbook()
    for row in (["Xã", "TC 1", "TC 2"], ["Kỳ Lạc", "#N/A", "=1+1"], ["Kỳ Tây", "#REF!", None]):
        book.active.append(row)
    file = io.BytesIO()
    book.save(file)
    wizard.start(SimpleUploadedFile("a.xlsx", file.getvalue()))
    wizard.send("sheet")
    wizard.send("columns")
    wizard.basis()

    page = wizard.page("words")

    for said in ("#N/A", "#REF!", "công thức"):
        assert said in page.html
    assert wizard.send("words").status_code == 200


def test_two_cells_that_contradict_one_another_refuse_the_table(wizard):
    rows = [["Xã", "TC 1"], ["Kỳ Lạc", "Đạt"], ["Xã Kỳ Lạc", "Chưa đạt"], ["Kỳ Lạc", "đạt"]]

    wizard.to_preview(text=pasted(*rows))

    assert wizard.counts() == {"refused": 2, "against": 0, "new": 0, "same": 0, "out": 1}
    page = wizard.page("preview")
    assert "B2" in page.one("tr", data_place="B3").text
    assert "B3" in page.one("tr", data_place="B2").text
    answer = wizard.client.post(wizard.url("preview"), {"seen": "x"})
    assert answer.status_code == 409
    assert not Assessment.objects.exists()


def test_a_commune_that_does_not_run_at_the_set_is_refused(wizard):
    make_commune(name="Kỳ Sơn", slug="ky-son", code="18902")

    wizard.to_preview(text=pasted(["Xã", "TC 1"], ["Kỳ Sơn", "Đạt"]))

    (row,) = wizard.page("preview").find("tr", data_place=True)
    assert "08/09/2020" in row.text


def test_what_does_not_apply_needs_its_reason(wizard):
    wizard.to_preview(text=pasted(["Xã", "TC 1"], ["Kỳ Lạc", "KAD"]))

    assert wizard.counts()["refused"] == 1


def test_hidden_rows_are_told_and_can_be_left_out(wizard):
    file = workbook(HEAD, *ROWS[:2], hidden=[2])
    wizard.start(file)

    assert "ẩn" in wizard.page("sheet").one(class_="msg msg-warn").text
    wizard.send("sheet", without_hidden="on")
    wizard.send("columns")
    wizard.basis()
    wizard.send("words")
    assert wizard.counts()["new"] == 3


@pytest.mark.parametrize(
    ("step", "changes", "field"),
    [
        ("sheet", {"first": "3", "last": "1"}, "last"),
        ("sheet", {"first": "4", "last": "4"}, "last"),
        ("sheet", {"first": "99999999999999999999", "last": "1"}, "last"),
        ("sheet", {"sheet": "7"}, "sheet"),
        ("columns", {"k2": ""}, None),
        ("columns", {"k3": "", "k4": "", "k5": ""}, None),
        ("columns", {"k3": "c2"}, None),
        ("columns", {"k3": "criterion"}, None),
        ("columns", {"k3": "nothing"}, "k3"),
    ],
)
def test_bad_choices_get_their_sentence(wizard, step, changes, field):
    wizard.start(text=pasted(HEAD, *ROWS))
    if step != "sheet":
        wizard.send("sheet")

    answer = wizard.send(step, **changes)

    assert answer.status_code == 200
    form = answer.context["form"]
    assert list(form.errors) == [field or "__all__"]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"assessed_on": "01/01/2150"}, "assessed_on"),
        ({"assessed_on": ""}, "assessed_on"),
        ({"basis": ""}, "basis"),
        ({"basis_text": ""}, "basis_text"),
        ({"on_behalf_of": ""}, "on_behalf_of"),
        ({"document_number": ""}, "document_number"),
        ({"no_evidence_reason": ""}, "no_evidence_reason"),
    ],
)
def test_the_basis_is_asked_as_of_a_direct_assessment(wizard, changes, field):
    wizard.start(text=pasted(HEAD, *ROWS))
    wizard.send("sheet")
    wizard.send("columns")

    answer = wizard.basis(**changes)

    assert answer.status_code == 200
    assert list(answer.context["form"].errors) == [field]


@pytest.mark.parametrize(
    ("file", "text", "field"),
    [
        (None, "", "file"),
        (b"", "", "file"),
        (b"%PDF-1.7", "", "file"),
        (b"a", "b", "file"),
        (None, "\x00", "pasted"),
    ],
)
def test_bad_tables_get_their_sentence(wizard, file, text, field):
    sent = SimpleUploadedFile("a.xlsx", file) if file is not None else None

    answer = wizard.start(sent, text)

    assert answer.status_code == 200
    assert list(answer.context["form"].errors) == [field]
    assert not ImportRun.objects.exists()


def test_a_column_of_remarks_is_not_asked_about_word_by_word(wizard):
    rows = [["Xã", "TC 1"], *(["Kỳ Lạc", f"Ghi chú {n}"] for n in range(80))]
    wizard.start(text=pasted(*rows))
    wizard.send("sheet")
    wizard.send("columns")
    wizard.basis()

    page = wizard.page("words")

    assert page.find(class_="msg msg-err")
    assert wizard.client.post(wizard.url("words"), {}).status_code == 302
    assert not page.find("select")


def test_a_discarded_table_is_gone(wizard, client):
    wizard.start(text=pasted(HEAD, *ROWS))

    client.post(wizard.url("discard"), {"discard": "1"})

    assert not ImportRun.objects.exists()


def test_nobody_else_takes_over_tables(wizard, client):
    wizard.start(text=pasted(HEAD, *ROWS))
    client.force_login(make_user(role=Role.LEADER, area=make_area()))

    assert client.get("/imports/").status_code == 403
    assert client.get(wizard.url("sheet")).status_code == 403
    other = make_area(code="448", name="Cẩm Xuyên")
    client.force_login(make_user(role=Role.COORDINATOR, area=other))
    assert client.get(wizard.url("sheet")).status_code == 404
    assert client.post(wizard.url("discard")).status_code == 404


def test_who_keeps_a_district_alone_starts_no_table_of_the_province(client, criteria_set, runs):
    district = make_area()
    province = make_area(code="42", name="Hà Tĩnh", kind="province")
    district.parent = province
    district.save()
    user = make_user(role=Role.OBSERVER, area=province)
    Membership.objects.create(
        user=user, role=Role.COORDINATOR, area=district, from_on=dt.date(2020, 1, 1)
    )
    client.force_login(user)
    table = {"holds": "results", "criteria_set": criteria_set.pk, "pasted": pasted(HEAD, *ROWS)}

    assert client.get(f"/imports/?area={province.pk}").status_code == 403
    assert client.post(f"/imports/?area={province.pk}", table).status_code == 403
    assert client.post(f"/imports/?area={district.pk}", table).status_code == 302
    assert ImportRun.objects.get().area == district


def test_who_does_not_assess_prepares_and_does_not_record(wizard, client):
    wizard.to_preview(text=pasted(HEAD, *ROWS))
    client.force_login(make_user(staff=True, username="quan-tri"))
    User.objects.filter(username="quan-tri").update(is_superuser=True)

    assert wizard.counts()["refused"] == 5


def test_a_commune_that_left_the_area_meanwhile_is_refused_by_its_name(wizard):
    wizard.to_preview(text=pasted(HEAD, *ROWS))
    other = make_area(code="449", name="Nơi khác")
    Commune.objects.filter(slug="ky-tay").update(area=other)

    assert wizard.counts()["new"] == 3
    assert "KY TAY" in wizard.page("preview", "?show=refused").html


def test_a_province_finds_at_its_own_level_without_being_asked(client, criteria_set):
    province = make_area(code="42", name="Hà Tĩnh", kind=Area.Kind.PROVINCE)
    for n, name in enumerate(("Kỳ Lạc", "Kỳ Tây")):
        commune = make_commune(area=province, name=name, slug=f"xa-{n}", code=f"1{n}")
        make_enrolment(commune=commune, criteria_set=criteria_set)
    agency = make_agency(area=province, key="so-nn", name="Sở Nông nghiệp và Môi trường")
    client.force_login(make_user(role=Role.COORDINATOR, area=province))
    wizard = Wizard(client, criteria_set, agency)

    wizard.to_preview(text=pasted(HEAD, *ROWS))

    assert "level" not in wizard.typed("basis")
    assert wizard.counts() == {"refused": 0, "against": 0, "new": 5, "same": 0, "out": 3}
    wizard.record()
    assert {entry.level for entry in Assessment.objects.all()} == {Level.PROVINCE}


def test_communes_may_stand_side_by_side(wizard):
    rows = [
        ["BIỂU TỔNG HỢP", "", "", "", ""],
        ["TT", "Tiêu chí", "Kỳ Lạc", "Xã Kỳ Tây", "Tổng"],
        [1, "Quy hoạch", "Đạt", "x", 2],
        [2, "Tiêu chí 2", "Chưa đạt", "Đạt", 1],
    ]
    file = workbook(*rows, merged=[(0, 0, 0, 4, "BIỂU TỔNG HỢP")])
    wizard.start(file)

    assert wizard.typed("sheet")["turned"] == "True"
    wizard.send("sheet")
    assert "Dòng 3: 1 / Quy hoạch" in wizard.page("columns").html
    wizard.send("columns")
    wizard.basis()
    wizard.send("words")
    wizard.record()

    assert results() == {
        ("ky-lac", 1): "met",
        ("ky-tay", 1): "met",
        ("ky-lac", 2): "not_met",
        ("ky-tay", 2): "met",
    }


def test_a_place_is_told_as_the_sheet_that_was_sent_has_it(wizard):
    rows = [["Tiêu chí", "Kỳ Lạc", "Kỳ Tây"], ["TC 1", "Đạt", "?"], ["TC 2", "Đạt", "Đạt"]]

    wizard.to_words(text=pasted(*rows))

    assert "C2" in wizard.page("words").html


def test_a_sheet_is_turned_or_left_as_it_stands_by_hand(wizard):
    wizard.start(text=pasted(HEAD, *ROWS))

    assert wizard.typed("sheet")["turned"] == "False"
    turned = wizard.page("sheet", "?turned=1")
    assert turned.one("input", name="turned")["value"] == "True"
    assert wizard.send("sheet", turned="True", first="1", last="1").status_code == 302
    wizard.run.refresh_from_db()
    assert wizard.run.choices["sheet"]["turned"] is True


def test_what_cannot_be_recorded_is_left_out_only_where_that_is_said(wizard):
    rows = [["Xã", "TC 1", "TC 2"], ["Kỳ Lạc", "Đạt", "KAD"]]
    wizard.to_preview(text=pasted(*rows))

    assert wizard.record().status_code == 200
    assert not Assessment.objects.exists()
    assert wizard.record(without_refused="on").status_code == 302
    assert results() == {("ky-lac", 1): "met"}
