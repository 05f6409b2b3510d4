"""The table of a cell's indicators in which the commune answers, and others only read."""

import datetime as dt
from decimal import Decimal

import pytest
from django.utils.translation import gettext as _

from accounts.models import Role
from criteria.claims.forms import ClaimForm
from criteria.measurements import queries
from criteria.models import Claim, DraftValue, Threshold
from criteria.templatetags import values
from tests.factories import cell, make_enrolment, make_user
from tests.pages import Page, read

pytestmark = pytest.mark.django_db
CELL = "/communes/ky-lac/criteria/1/"
CLAIM = f"{CELL}claim/"
TODAY = dt.date(2020, 9, 15)


@pytest.fixture
def enrolment():
    return make_enrolment()


@pytest.fixture
def head(client, enrolment):
    user = make_user(role=Role.COMMUNE_LEADER, commune=enrolment.commune)
    client.force_login(user)
    return user


def make_indicator(enrolment, threshold=None, *, code="1.1", kind="percent", **kwargs):
    said = {"text": "Tỷ lệ hộ", "unit": "%", "counted_in": "hộ", "comparator": "ge"} | kwargs
    made = cell(enrolment).criterion.indicators.create(code=code, kind=kind, **said)
    if threshold is not None:
        Threshold.objects.create(indicator=made, value=threshold, text=f"≥ {threshold}")
    return made


def keep(client, typed, **common):
    """Keep a draft: what is typed of each indicator, and for all of them."""
    sent = {f"i{one.pk}-{name}": text for one, said in typed.items() for name, text in said.items()}
    version = Claim.objects.values_list("version", flat=True).first() or 0
    return client.post(CLAIM, sent | common | {"version": version, "keep": "1"})


def line(page, indicator):
    return page.one("output", id=f"i{indicator.pk}-live").text


def kinds(enrolment):
    """An indicator of each kind."""
    return {
        "share": make_indicator(enrolment, 85),
        "number": make_indicator(
            enrolment, 36, code="1.2", kind="number", unit="triệu đồng", counted_in=""
        ),
        "yes": make_indicator(
            enrolment, code="1.3", kind="boolean", comparator="is_true", unit="", counted_in=""
        ),
        "none": make_indicator(enrolment, 90, code="1.4", may_have_no_objects=True),
        "ceiling": make_indicator(enrolment, 24, code="1.5", comparator="le", counted_in="trẻ"),
    }


@pytest.mark.parametrize(
    ("kind", "typed", "said"),
    [
        ("share", {"numerator": "2.765", "denominator": "3.397"}, "= 81,4%, còn 123 hộ"),
        ("share", {"numerator": "8.496", "denominator": "10.000"}, "= 84,96%, còn 4 hộ"),
        ("share", {"numerator": "9", "denominator": "10"}, "= 90%, đủ mức"),
        ("share", {"number": "81,4%"}, "= 81,4%, còn 3,6 điểm phần trăm"),
        ("number", {"number": "35,96"}, "còn 0,04 triệu đồng"),
        ("number", {"number": "36"}, "đủ mức"),
        ("yes", {"yes_no": "yes"}, "đủ mức"),
        ("yes", {"yes_no": "no"}, "chưa đủ mức"),
        (
            "none",
            {"numerator": "0", "denominator": "0", "not_applicable_reason": "Hết hộ nghèo"},
            "không tính vào đề xuất",
        ),
        ("ceiling", {"numerator": "100", "denominator": "308"}, "= 32,5%, vượt 27 trẻ"),
    ],
)
def test_what_is_kept_says_what_it_comes_to(client, enrolment, head, kind, typed, said):
    made = kinds(enrolment)

    assert keep(client, {made[kind]: typed}).status_code == 302

    page = read(client, CELL)
    assert {name: line(page, one) for name, one in made.items() if name != kind} == {
        name: "" for name in made if name != kind
    }
    assert line(page, made[kind]) == said


@pytest.mark.parametrize(
    ("kind", "typed", "field", "said"),
    [
        (
            "share",
            {"numerator": "3.398", "denominator": "3.397"},
            "numerator",
            "Số hộ đạt (3.398) lớn hơn tổng số hộ (3.397).",
        ),
        ("share", {"numerator": "5"}, "denominator", "Chưa nhập tổng số hộ."),
        ("share", {"denominator": "5"}, "numerator", "Chưa nhập số hộ đạt."),
        (
            "ceiling",
            {"numerator": "361", "denominator": "308"},
            "numerator",
            "Số trẻ thuộc diện (361) lớn hơn tổng số trẻ (308).",
        ),
        ("ceiling", {"denominator": "308"}, "numerator", "Chưa nhập số trẻ thuộc diện."),
        ("number", {"number": "-1"}, "number", "Không được là số âm."),
        (
            "none",
            {"numerator": "0", "denominator": "0"},
            "not_applicable_reason",
            "0/0: cần ghi vì sao không có đối tượng.",
        ),
    ],
)
def test_what_is_wrong_is_said_under_its_pair_and_above(
    client, enrolment, head, kind, typed, field, said
):
    made = kinds(enrolment)
    name = f"id_i{made[kind].pk}-{field}"

    page = Page(keep(client, {made[kind]: typed, made["yes"]: {"yes_no": "yes"}}))

    assert not Claim.objects.exists()
    wrong = page.one("input", id=name)
    assert wrong["aria-invalid"] == "true"
    assert f"{name}_error" in wrong["aria-describedby"].split()
    assert page.one("p", id=f"{name}_error").text == said
    assert f"#{name}" in page.links
    assert said in page.one("div", role="alert").text
    assert line(page, made[kind]) == "chưa tính được"
    assert line(page, made["yes"]) == "đủ mức"
    for other, text in typed.items():
        assert page.one("input", id=f"id_i{made[kind].pk}-{other}")["value"] == text
    open_folds = page.find("details", class_="differ", open=True)
    assert len(open_folds) == (1 if kind == "none" else 0)


# The day and the source


def test_day_and_source_are_given_once_and_a_row_may_differ(client, enrolment, head):
    share, ceiling = make_indicator(enrolment), make_indicator(enrolment, code="1.2")
    counts = {"numerator": "1", "denominator": "2"}
    own = {"measured_on": "30/06/2020", "source": "Trạm Y tế"}

    keep(client, {share: counts, ceiling: counts | own}, measured_on="31/08/2020", source="BHXH")

    def kept():
        found = DraftValue.objects.order_by("indicator")
        return [(value.measured_on, value.source) for value in found]

    said = [(dt.date(2020, 8, 31), "BHXH"), (dt.date(2020, 6, 30), "Trạm Y tế")]
    assert kept() == said
    page = read(client, CELL)
    shown = {one.attrs.get("name"): one.attrs.get("value", "") for one in page.find("input")}
    keep(client, {}, **{name: text for name, text in shown.items() if name and name[0] != "v"})
    assert sorted(kept()) == sorted(said)
    assert "Ngày, nguồn khác: 30/06/2020, Trạm Y tế" in page.html


def test_a_value_without_a_source_gets_none_by_being_shown(enrolment):
    by = make_user(role=Role.COMMUNE_STAFF, commune=enrolment.commune)
    claim = Claim.objects.create(
        status=cell(enrolment), drafted_by=by, drafted_at="2020-09-15T00:00Z"
    )
    for code, source in (("1.1", "BHXH"), ("1.2", "")):
        claim.values.create(
            indicator=make_indicator(enrolment, code=code),
            number=1,
            measured_on=TODAY,
            source=source,
        )

    status = cell(enrolment)
    form = ClaimForm(status=status, measures=queries.measures_of(status), draft=claim)

    assert form["source"].value() == ""
    assert [one["source"].value() for one in form.values] == ["BHXH", None]
    assert [one.differs for one in form.values] == [["BHXH"], []]


def test_a_day_for_all_that_cannot_be_is_said_once(client, enrolment, head):
    rows = [make_indicator(enrolment, code=code) for code in ("1.1", "1.2")]
    counts = {"numerator": "1", "denominator": "2"}

    for day in ("16/09/2020", "30/11/2016", "hôm qua"):
        page = Page(keep(client, dict.fromkeys(rows, counts), measured_on=day))

        assert len(page.find("p", class_="err")) == 1
        assert page.one("input", name="measured_on")["aria-invalid"] == "true"
        assert [line(page, row) for row in rows] == ["= 50%", "= 50%"]
    assert not Claim.objects.exists()


def test_one_indicator_alone_has_no_day_of_its_own(client, enrolment, head):
    only = make_indicator(enrolment)

    names = {one.attrs.get("name") for one in read(client, CELL).find("input")}

    assert {"measured_on", "source"} < names
    assert f"i{only.pk}-measured_on" not in names


# Who only reads


def test_who_does_not_answer_reads_the_same_table(client, enrolment, head):
    share = make_indicator(enrolment, 85)
    client.force_login(make_user(role=Role.LEADER, area=enrolment.commune.area))

    page = read(client, CELL)

    heads = [one.text for one in page.find("th", inside=page.find("table")[0]) if one.text]
    assert heads[3:5] == ["Kết quả thực hiện", "Còn thiếu"]
    assert not page.find("input", name=f"i{share.pk}-numerator")
    row = page.one("tr", data_indicator="1.1").text
    assert _("not measured") in row
    assert "Còn thiếu" not in row


def test_the_threshold_that_the_script_takes_is_that_of_the_day(client, enrolment, head):
    income = make_indicator(enrolment, kind="number", unit="triệu đồng", counted_in="")
    for year, value in ((2018, Decimal("36.5")), (2020, Decimal(42))):
        Threshold.objects.create(
            indicator=income,
            value=value,
            text=f"≥ {value}",
            valid_from=dt.date(year, 1, 1),
            valid_until=dt.date(year + 1, 12, 31),
        )

    (measure,) = queries.measures_of(cell(enrolment))

    assert values.over_time(measure) == (
        "0001-01-01= 2018-01-01=36.500 2020-01-01=42.000 2022-01-01="
    )
