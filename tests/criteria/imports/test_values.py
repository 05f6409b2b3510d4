"""Values of indicators from Excel: communes down or across, or one value a row."""

import datetime as dt
import io
from decimal import Decimal

import pytest
import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Role
from criteria.measurements import actions as measuring
from criteria.measurements.actions import Given
from criteria.models import ImportRun, Indicator, Level, Measurement
from nrm_tracker import clock
from tests.criteria.imports.wizard import Wizard, pasted, workbook
from tests.factories import (
    make_administrator,
    make_agency,
    make_area,
    make_commune,
    make_enrolment,
    make_set,
    make_user,
)

pytestmark = pytest.mark.django_db
DAY = dt.date(2020, 9, 8)
Kind = Indicator.Kind


@pytest.fixture
def criteria_set():
    made = make_set()
    first, second, third = made.criteria.order_by("number")
    rows = [
        (
            first,
            "1.1",
            "Tỷ lệ hộ có nhà đạt chuẩn",
            Kind.PERCENT,
            {"unit": "%", "counted_in": "hộ"},
        ),
        (first, "1.2", "Chiều dài đường được cứng hóa", Kind.NUMBER, {"unit": "km"}),
        (second, "2.1", "Có trạm y tế đạt chuẩn", Kind.BOOLEAN, {}),
        (second, "2.2", "Tỷ lệ đường trục xã đạt chuẩn", Kind.PERCENT, {"counted_in": "km"}),
        (third, "3.1", "Mô hình sản xuất tiêu biểu", Kind.TEXT, {}),
    ]
    for criterion, code, text, kind, more in rows:
        Indicator.objects.create(criterion=criterion, code=code, text=text, kind=kind, **more)
    return made


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
def coordinator(client, runs):
    user = make_user(role=Role.COORDINATOR, area=make_area())
    client.force_login(user)
    return user


@pytest.fixture
def wizard(client, coordinator, criteria_set):
    return Wizard(client, criteria_set, make_agency(), holds="values")


def said():
    """What was measured, by commune and code: a number, its counts, yes or no, or text."""
    found = {}
    values = Measurement.objects.select_related("enrolment__commune", "indicator")
    for one in values.order_by("pk"):
        counts = (one.numerator, one.denominator) if one.denominator is not None else None
        told = [v for v in (one.number, counts, one.yes_no, one.text) if v not in (None, "")]
        found[one.enrolment.commune.slug, one.indicator.code] = told[0]
    return found


def formatted(*rows):
    """A workbook whose numbers have formats: a cell is a value, or a value and its format."""
    file = io.BytesIO()
    with xlsxwriter.Workbook(file) as book:
        sheet = book.add_worksheet("Số liệu")
        for r, row in enumerate(rows):
            for c, cell in enumerate(row):
                value, number_format = cell if isinstance(cell, tuple) else (cell, "General")
                style = book.add_format({"num_format": number_format})
                sheet.write(r, c, value, style)
    return SimpleUploadedFile("so-lieu.xlsx", file.getvalue())


def measured(run, code, **given):
    indicator = Indicator.objects.get(code=code)
    value = Given(**{"measured_on": DAY, "source": "Cũ", **given})
    by = make_user()
    return measuring.measure(run, indicator, value, level=Level.DISTRICT, by=by)


def test_communes_down_and_indicators_across(wizard):
    file = formatted(
        ["BIỂU SỐ LIỆU CHỈ TIÊU"],
        ["TT", "Tên xã", "1.1", "1.2 Đường (km)", "CT 2.1", "2.2 (%)", "3.1"],
        [1, "Xã Kỳ Lạc", (0.915, "0.0%"), 7.25, "Đạt", 97.5, "Cam bù"],
        [2, "KY TAY", "80,5%", "12,5", "không", None, None],
        ["", "Tổng cộng", 2, 19.75, "", "", ""],
    )

    answer = wizard.to_preview(file)

    assert answer.status_code == 302
    assert wizard.counts() == {"refused": 0, "against": 0, "new": 8, "same": 0, "out": 2}
    assert not Measurement.objects.exists()
    assert wizard.record().url == f"/imports/{wizard.run.pk}/"
    assert said() == {
        ("ky-lac", "1.1"): Decimal("91.5"),
        ("ky-lac", "1.2"): Decimal("7.25"),
        ("ky-lac", "2.1"): True,
        ("ky-lac", "2.2"): Decimal("97.5"),
        ("ky-lac", "3.1"): "Cam bù",
        ("ky-tay", "1.1"): Decimal("80.5"),
        ("ky-tay", "1.2"): Decimal("12.5"),
        ("ky-tay", "2.1"): False,
    }
    one = Measurement.objects.first()
    assert (one.measured_on, one.source, one.level) == (DAY, "Báo cáo 12", Level.DISTRICT)
    wizard.run.refresh_from_db()
    assert (wizard.run.state, wizard.run.values.count()) == ("recorded", 8)
    assert "91,5%" in wizard.client.get(f"/imports/{wizard.run.pk}/").text


def test_counts_and_totals_stand_in_columns_of_their_own(wizard):
    rows = [
        ["Xã", "1.1 Nhà ở", "", "", "2.2", ""],
        ["", "Số hộ đạt", "Tổng số hộ", "Tỷ lệ (%)", "Số km đạt", "Tổng số km"],
        ["Kỳ Lạc", "1.108", 1250, "88,64", "2,5", "10"],
    ]
    blocks = [(0, 1, 0, 3, "1.1 Nhà ở"), (0, 4, 0, 5, "2.2"), (0, 0, 1, 0, "Xã")]

    wizard.to_preview(workbook(*rows, merged=blocks))

    assert wizard.counts()["new"] == 2
    wizard.record()
    assert said() == {
        ("ky-lac", "1.1"): (Decimal(1108), Decimal(1250)),
        ("ky-lac", "2.2"): (Decimal("2.5"), Decimal(10)),
    }


def test_a_share_that_is_not_that_of_its_counts_is_refused(wizard):
    rows = [
        ["Xã", "1.1 / Số đạt", "1.1 / Tổng số", "1.1 / Tỷ lệ"],
        ["Kỳ Lạc", 90, 100, "95"],
        ["Kỳ Tây", 2, 3, "66,7"],
    ]

    wizard.to_preview(text=pasted(*rows))

    assert wizard.counts() == {"refused": 1, "against": 0, "new": 1, "same": 0, "out": 0}
    assert "95" in wizard.page("preview").one("tr", data_place="B2").text


def test_one_row_for_each_commune_and_indicator(wizard):
    file = formatted(
        ["Xã", "Mã chỉ tiêu", "Số đạt", "Tổng số", "Giá trị"],
        ["Kỳ Lạc", 1.1, 90, 120, None],
        ["Kỳ Lạc", "1.2", None, None, 3],
        ["Kỳ Tây", "Chỉ tiêu 2.1", None, None, "Đạt"],
        ["Kỳ Tây", "2,2", None, None, "50%"],
        ["Kỳ Tây", "9.9", None, None, "1"],
    )
    wizard.to_words(file)

    assert wizard.send("words").status_code == 200
    assert wizard.send("words", **{"indicators-0": "-"}).status_code == 302
    wizard.record()

    assert said() == {
        ("ky-lac", "1.1"): (Decimal(90), Decimal(120)),
        ("ky-lac", "1.2"): Decimal(3),
        ("ky-tay", "2.1"): True,
        ("ky-tay", "2.2"): Decimal(50),
    }


def test_communes_stand_side_by_side(wizard):
    rows = [
        ["SỐ LIỆU", "", "", "", ""],
        ["TT", "Chỉ tiêu", "ĐVT", "Kỳ Lạc", "Kỳ Tây"],
        [1, "1.1 Nhà ở", "%", "90", "80"],
        [2, "2.1 Trạm y tế", "", "Đạt", "Không"],
    ]

    wizard.to_preview(workbook(*rows))

    assert ImportRun.objects.get().choices["sheet"]["turned"] is True
    assert wizard.counts()["new"] == 4
    wizard.record()
    assert said() == {
        ("ky-lac", "1.1"): Decimal(90),
        ("ky-tay", "1.1"): Decimal(80),
        ("ky-lac", "2.1"): True,
        ("ky-tay", "2.1"): False,
    }


def test_a_number_that_may_be_two_is_asked_about_and_what_is_none_too(wizard):
    rows = [["Xã", "1.1", "1.2"], ["Kỳ Lạc", "-", "1.250"], ["Kỳ Tây", "90", "1.250"]]
    wizard.to_words(text=pasted(*rows))

    page = wizard.page("words")
    assert {s["name"] for s in page.find("select", name=True)} == {"readings-0", "unread-0"}
    options = [one.text for one in page.find("option", inside=page.find("select")[0])]
    assert options[2:] == ["1250", "1,250"]
    assert wizard.send("words").status_code == 200
    wizard.send("words", **{"readings-0": "1", "unread-0": "-"})

    assert wizard.counts() == {"refused": 0, "against": 0, "new": 3, "same": 0, "out": 1}
    wizard.record()
    assert said() == {
        ("ky-lac", "1.2"): Decimal("1.25"),
        ("ky-tay", "1.1"): Decimal(90),
        ("ky-tay", "1.2"): Decimal("1.25"),
    }


@pytest.mark.parametrize(
    ("head", "row"),
    [
        (["1.1"], ["120"]),
        (["1.1"], ["91,12345"]),
        (["1.1 / Số đạt", "1.1 / Tổng số"], ["9", "8"]),
        (["1.1 / Số đạt", "1.1 / Tổng số"], ["9", ""]),
        (["1.1 / Số đạt", "1.1 / Tổng số"], ["0", "0"]),
        (["1.1 / Số đạt", "1.1 / Tổng số"], ["1,5", "8"]),
        (["1.2"], ["-3"]),
    ],
)
def test_what_the_page_refuses_is_refused_of_a_table(wizard, head, row):
    rows = [["Xã", *head, "2.1"], ["Kỳ Lạc", *row, "Đạt"]]

    wizard.to_preview(text=pasted(*rows))

    assert wizard.counts() == {"refused": 1, "against": 0, "new": 1, "same": 0, "out": 0}
    assert wizard.record().status_code == 200
    assert not Measurement.objects.exists()
    wizard.record(without_refused="on")
    assert said() == {("ky-lac", "2.1"): True}


def test_what_was_measured_on_the_day_is_told_and_kept_unless_wanted(wizard, runs):
    measured(runs[0], "1.1", number=Decimal(90))
    measured(runs[1], "1.1", number=Decimal(70))
    measured(runs[2], "1.1", number=Decimal(60), measured_on=dt.date(2020, 1, 1))
    rows = [["Xã", "1.1"], ["Kỳ Lạc", "90"], ["Kỳ Tây", "80"], ["Lâm Hợp", "60"]]

    wizard.to_preview(text=pasted(*rows))

    assert wizard.counts() == {"refused": 0, "against": 1, "new": 1, "same": 1, "out": 0}
    assert "70%" in wizard.page("preview", "?show=against").one("tr", data_place="B3").text
    wizard.record(with_against="on")
    assert Measurement.objects.count() == 5
    assert said()["ky-tay", "1.1"] == 80


def test_it_can_be_undone_within_a_day_but_not_what_was_corrected_since(wizard, client):
    wizard.to_preview(text=pasted(["Xã", "1.1"], ["Kỳ Lạc", "90"], ["Kỳ Tây", "80"]))
    wizard.record()
    wrong = Measurement.objects.get(number=80)
    right = Given(measured_on=DAY, number=Decimal(85), source="Sửa")
    measuring.correct(wrong, right, reason="Nhầm", by=make_user())

    assert client.post(wizard.url("undo"), {"reason": "Nhầm bảng"}).status_code == 302

    (voiding,) = Measurement.objects.filter(voids=True)
    assert (voiding.corrects.number, voiding.reason) == (90, "Nhầm bảng")
    wizard.run.refresh_from_db()
    assert wizard.run.state == "undone"
    ImportRun.objects.update(state="recorded", recorded_at=clock.now() - dt.timedelta(hours=25))
    client.post(wizard.url("undo"), {"reason": "Nhầm bảng"})
    assert Measurement.objects.filter(voids=True).count() == 1


def test_who_wrote_meanwhile_is_told_and_nothing_is_recorded(wizard, client, runs):
    wizard.to_preview(text=pasted(["Xã", "1.1"], ["Kỳ Lạc", "90"]))
    shown = wizard.typed("preview")
    measured(runs[0], "1.1", number=Decimal(70))

    assert client.post(wizard.url("preview"), shown).status_code == 409
    assert Measurement.objects.count() == 1


def test_the_head_is_known_the_next_time_apart_from_one_of_results(wizard, client, criteria_set):
    table = pasted(["Nơi", "A"], ["Kỳ Lạc", "-"], ["Kỳ Tây", "5"])
    wizard.start(text=table)
    wizard.send("sheet", first="1", last="1")
    wizard.send("columns", k1="commune", k2="value:1/1.2")
    wizard.values_basis()
    wizard.send("words", **{"unread-0": "-"})
    wizard.record()
    ImportRun.objects.all().delete()

    wizard.start(text=table)
    wizard.send("sheet", first="1", last="1")

    assert wizard.typed("columns") == {"k1": "commune", "k2": "value:1/1.2"}
    wizard.send("columns")
    wizard.values_basis()
    assert wizard.typed("words") == {"unread-0": "-"}
    ImportRun.objects.all().delete()
    results = Wizard(client, criteria_set, wizard.agency)
    results.start(text=table)
    results.send("sheet", first="1", last="1")
    assert results.typed("columns")["k2"] == ""


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"k1": ""}, "cột ghi tên xã"),
        ({"k2": "", "k3": ""}, "ít nhất một cột"),
        ({"k2": "part:1/1.1"}, "1.1"),
        ({"k3": "value:1/1.1"}, "1.1"),
        ({"k3": "value"}, "một trong hai"),
    ],
)
def test_bad_columns_get_their_sentence(wizard, changes, sentence):
    wizard.start(text=pasted(["Xã", "1.1", "1.2"], ["Kỳ Lạc", "90", "3"]))
    wizard.send("sheet")

    answer = wizard.send("columns", **changes)

    assert answer.status_code == 200
    assert list(answer.context["form"].errors) == ["__all__"]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"measured_on": ""}, "measured_on"),
        ({"measured_on": "01/01/2150"}, "measured_on"),
        ({"source": ""}, "source"),
        ({"source": "a" * 501}, "source"),
    ],
)
def test_the_day_and_the_source_are_asked_once(wizard, changes, field):
    wizard.start(text=pasted(["Xã", "1.1"], ["Kỳ Lạc", "90"]))
    wizard.send("sheet")
    wizard.send("columns")

    answer = wizard.values_basis(**changes)

    assert answer.status_code == 200
    assert list(answer.context["form"].errors) == [field]


def test_a_commune_that_does_not_run_at_the_set_and_errors_are_told(wizard):
    make_commune(name="Kỳ Sơn", slug="ky-son", code="18902")
    book = formatted(["Xã", "1.1", "2.1"], ["Kỳ Sơn", 1, "Đạt"], ["Kỳ Lạc", "#DIV/0!", "Đạt"])
    wizard.to_words(book)

    assert "#DIV/0!" in wizard.page("words").html
    wizard.send("words", **{"unread-0": "-"})
    assert wizard.counts() == {"refused": 2, "against": 0, "new": 1, "same": 0, "out": 1}


def test_who_does_not_coordinate_prepares_and_does_not_record(client, criteria_set, runs):
    wizard = Wizard(client, criteria_set, make_agency(), holds="values")
    client.force_login(make_user(role=Role.COORDINATOR, area=make_area()))
    wizard.to_preview(text=pasted(["Xã", "1.1"], ["Kỳ Lạc", "90"]))
    assert wizard.counts()["new"] == 1
    client.force_login(make_administrator())

    assert wizard.counts() == {"refused": 1, "against": 0, "new": 0, "same": 0, "out": 0}
    assert wizard.client.post(wizard.url("preview"), {"seen": "x"}).status_code == 409
    assert not Measurement.objects.exists()


def test_a_page_asks_the_same_for_one_commune_as_for_several(wizard, client):
    counts = []
    for rows in ([["Kỳ Lạc", "1"]], [["Kỳ Lạc", "1"], ["Kỳ Tây", "2"], ["Lâm Hợp", "3"]]):
        ImportRun.objects.all().delete()
        wizard.to_preview(text=pasted(["Xã", "1.1"], *rows))
        for step in ("sheet", "columns", "words", "preview"):
            with CaptureQueriesContext(connection) as queries:
                client.get(wizard.url(step))
            counts.append(len(queries))

    assert counts[:4] == counts[4:]
    assert max(counts) <= 20


def test_a_code_that_a_program_may_have_cut_is_asked_about(wizard, criteria_set):
    first = criteria_set.criteria.get(number=1)
    Indicator.objects.create(criterion=first, code="1.10", text="Chỉ tiêu khác", kind=Kind.NUMBER)
    rows = [["Xã", "Chỉ tiêu", "Giá trị"], ["Kỳ Lạc", 1.1, 90], ["Kỳ Lạc", "1.2", 3]]
    wizard.to_words(formatted(*rows))

    assert wizard.typed("words") == {"indicators-0": ""}
    assert "1.10" in wizard.page("words").html
    wizard.send("words", **{"indicators-0": "1/1.10"})
    wizard.record()

    assert said() == {("ky-lac", "1.10"): Decimal(90), ("ky-lac", "1.2"): Decimal(3)}


def test_what_a_writing_means_is_asked_once_its_indicator_is_known(wizard):
    rows = [["Xã", "Chỉ tiêu", "Giá trị"], ["Kỳ Lạc", "Trạm", "x"], ["Kỳ Tây", "Đường", "1.250"]]
    wizard.to_words(text=pasted(*rows))
    assert set(wizard.typed("words")) == {"indicators-0", "indicators-1"}

    answer = wizard.send("words", **{"indicators-0": "2/2.1", "indicators-1": "1/1.2"})

    assert answer.url == wizard.url("words")
    asked = {"indicators-0", "indicators-1", "yes_no-0", "readings-0"}
    assert set(wizard.typed("words")) == asked
    assert wizard.client.get(f"/imports/{wizard.run.pk}/").url == wizard.url("words")
    answer = wizard.send("words", **{"yes_no-0": "no", "readings-0": "0"})
    assert answer.url == wizard.url("preview")
    wizard.record()
    assert said() == {("ky-lac", "2.1"): False, ("ky-tay", "1.2"): Decimal(1250)}
