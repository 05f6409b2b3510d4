"""Values typed on a page, and what the cell's page then says of them."""

import datetime as dt
from dataclasses import replace
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from accounts.models import Role
from communes.models import Area
from criteria.claims import actions as claim_actions
from criteria.measurements import actions, queries
from criteria.measurements.actions import Given
from criteria.models import Level, Measurement, Threshold
from tests.factories import cell, make_area, make_commune, make_enrolment, make_user
from tests.pages import read

pytestmark = pytest.mark.django_db
CELL = "/communes/ky-lac/criteria/1/"
MEASURE = f"{CELL}measure/"
TODAY = dt.date(2020, 9, 15)
NO_PROPOSAL = (
    "No proposal, because there is nothing to count or no indicator applies. "
    "A person decides, and gives the reason."
)


@pytest.fixture
def enrolment():
    return make_enrolment()


@pytest.fixture
def coordinator(client, enrolment):
    user = make_user(role=Role.COORDINATOR, area=enrolment.commune.area)
    client.force_login(user)
    return user


def make_indicator(enrolment, threshold=None, *, comparator="ge", kind="percent", **kwargs):
    values = {"code": "1.1", "text": "Tỷ lệ hộ", "unit": "%", "counted_in": "hộ"} | kwargs
    criterion = cell(enrolment).criterion
    made = criterion.indicators.create(kind=kind, comparator=comparator, **values)
    if threshold is not None:
        Threshold.objects.create(indicator=made, value=threshold, text=f"{threshold}")
    return made


def measured(enrolment, indicator, by, *, on=TODAY, **said):
    given = Given(measured_on=on, **{name: Decimal(text) for name, text in said.items()})
    return actions.measure(enrolment, indicator, given, level=Level.DISTRICT, by=by)


def shown(client, code="1.1", url=CELL):
    return read(client, url).one("tr", data_indicator=code).text


def type_value(client, indicator, **typed):
    prefix = f"i{indicator.pk}"
    values = {"measured_on": "15/09/2020"} | typed
    newest = Measurement.objects.order_by("pk").last()
    seen = {"seen": newest.pk if newest else 0}
    return client.post(MEASURE, seen | {f"{prefix}-{n}": text for n, text in values.items()})


# Beside its threshold


@pytest.mark.parametrize(
    ("threshold", "said", "value", "missing"),
    [
        (98, {"number": "97.96"}, "97,96%", "còn 0,04 điểm phần trăm"),
        (36, {"number": "35.96"}, "35,96%", "còn 0,04 điểm phần trăm"),
        (100, {"numerator": "2499", "denominator": "2500"}, "99,96%", "còn 1 hộ"),
        (85, {"numerator": "8496", "denominator": "10000"}, "84,96%", "còn 4 hộ"),
        (85, {"numerator": "2765", "denominator": "3397"}, "81,4%", "còn 123 hộ"),
    ],
)
def test_a_value_short_of_its_threshold_reads_so(
    client, enrolment, coordinator, threshold, said, value, missing
):
    measured(enrolment, make_indicator(enrolment, threshold), coordinator, **said)

    row = shown(client)

    assert value in row
    assert missing in row
    assert f" {threshold}%" not in row


def test_a_number_short_of_its_threshold_reads_so(client, enrolment, coordinator):
    income = make_indicator(enrolment, 36, kind="number", unit="triệu đồng", counted_in="")
    measured(enrolment, income, coordinator, number="35.96")

    row = shown(client)

    assert "35,96 triệu đồng" in row
    assert "0,04 triệu đồng" in row


def test_where_all_values_come_from_is_told_once(client, enrolment, coordinator):
    one, other = (make_indicator(enrolment, 85, code=code) for code in ("1.1", "1.2"))
    for on in (dt.date(2020, 9, 1), TODAY):
        for each in (one, other):
            measured(enrolment, each, coordinator, on=on, number="90")

    page = read(client, CELL)

    (origin,) = page.find("p", data_origin=True)
    assert "15/09/2020" in origin.text
    assert "15/09/2020" not in shown(client)
    told = [line.text for line in page.find("summary", inside=page.one("section", id="history"))]
    assert told[0].endswith("2 chỉ tiêu")
    assert [line.endswith("2 lần, gần nhất 15/09/2020") for line in told] == [False, True, True]

    later = dt.date(2020, 9, 14)
    third = make_indicator(enrolment, 85, code="1.3")
    measured(enrolment, third, coordinator, on=later, number="90")
    assert read(client, CELL).find("p", data_origin=True) == []
    assert "15/09/2020" in shown(client)


def test_earlier_values_and_the_drawing_are_on_the_true_side(client, enrolment, coordinator):
    share = make_indicator(enrolment, 85)
    for day, part in ((1, 8496), (2, 8504)):
        on = dt.date(2020, 9, day)
        measured(enrolment, share, coordinator, on=on, numerator=str(part), denominator="10000")

    page = read(client, CELL)

    assert {"84,96", "85,04"} <= {text.text for text in page.find("text")}
    assert any("84,96%" in row.text for row in page.find("td"))


def test_a_length_lacks_what_can_be_measured_not_whole_ones(client, enrolment, coordinator):
    roads = make_indicator(enrolment, 85, counted_in="km")
    measured(enrolment, roads, coordinator, numerator="12.34", denominator="15.432")

    row = shown(client)

    assert "12,34/15,432 km" in row
    assert "0,778 km" in row
    assert "79,96%" in row


# Typed


def test_the_thousands_of_a_length_are_asked_about(client, enrolment, coordinator):
    roads = make_indicator(enrolment, 85, counted_in="km")

    response = type_value(client, roads, numerator="12.34", denominator="15.432")

    assert "15.432 có thể là 15432 hoặc 15,432" in response.text
    assert not Measurement.objects.exists()
    type_value(client, roads, numerator="12.34", denominator="15,432")
    kept = Measurement.objects.get()
    assert (kept.numerator, kept.denominator) == (Decimal("12.34"), Decimal("15.432"))


@pytest.mark.parametrize(
    ("kwargs", "typed", "said"),
    [
        ({"kind": "number", "unit": "nhà"}, {"number": "1.250"}, "1.250 có thể là 1250"),
        ({}, {"numerator": "85%", "denominator": "100"}, "Giá trị phải là số, ví dụ 91,5"),
        ({}, {"number": "97.9996"}, "thập phân"),
    ],
)
def test_what_cannot_be_kept_as_it_is_is_refused(
    client, enrolment, coordinator, kwargs, typed, said
):
    response = type_value(client, make_indicator(enrolment, 85, **kwargs), **typed)

    assert response.status_code == 200
    assert said in response.text
    assert not Measurement.objects.exists()


def test_households_are_counted_in_thousands(client, enrolment, coordinator):
    type_value(client, make_indicator(enrolment, 85), numerator="1.250", denominator="1.300")

    assert Measurement.objects.get().denominator == 1300


# Nothing to count


@pytest.fixture
def poor(enrolment):
    return make_indicator(enrolment, 90, may_have_no_objects=True)


def test_nothing_to_count_is_passed_over_with_a_reason(client, enrolment, coordinator, poor):
    other = make_indicator(enrolment, 50, code="1.2")
    measured(enrolment, other, coordinator, number="60")

    type_value(
        client,
        poor,
        numerator="0",
        denominator="0",
        not_applicable_reason="Xã không còn hộ nghèo",
    )

    kept = Measurement.objects.get(indicator=poor)
    assert (kept.numerator, kept.denominator, kept.is_without_objects) == (0, 0, True)
    assert "Không có đối tượng: Xã không còn hộ nghèo" in shown(client)
    assert "Không có đối tượng" not in shown(client, "1.2")
    assert str(_("left out of the proposal")) in shown(client)
    assert str(_("left out of the proposal")) not in shown(client, "1.2")
    history = client.get(f"{CELL}history/").text
    assert "không có đối tượng: Xã không còn hộ nghèo" in history
    found = queries.measures_of(cell(enrolment))
    assert queries.proposed(found) == "met"


def test_nothing_to_count_wants_a_reason(client, enrolment, coordinator, poor):
    response = type_value(client, poor, numerator="0", denominator="0")

    assert "vì sao không có đối tượng" in response.text
    assert not Measurement.objects.exists()


@pytest.mark.parametrize("reason", ["", "Xã không còn hộ nghèo"])
def test_0_of_0_is_refused_where_no_document_allows_it(client, enrolment, coordinator, reason):
    share = make_indicator(enrolment, 90)

    response = type_value(
        client, share, numerator="0", denominator="0", not_applicable_reason=reason
    )

    assert response.status_code == 200
    assert not Measurement.objects.exists()


def test_a_reason_does_not_take_the_place_of_what_was_counted(client, enrolment, coordinator, poor):
    type_value(
        client, poor, numerator="1", denominator="2", not_applicable_reason="Không muốn tính"
    )

    assert not Measurement.objects.exists()


def test_a_claim_may_say_that_there_is_nothing_to_count(client, enrolment, poor):
    head = make_user(role=Role.COMMUNE_LEADER, commune=enrolment.commune)
    nobody = Given(
        measured_on=TODAY,
        numerator=Decimal(0),
        denominator=Decimal(0),
        not_applicable_reason="Xã không còn hộ nghèo",
    )
    draft = claim_actions.Draft(given={poor: nobody}, result="met", no_evidence_reason="Lưu tại xã")

    with pytest.raises(ValidationError) as refused:
        claim_actions.send(cell(enrolment), draft, by=head)
    assert list(refused.value.error_dict) == ["explanation"]
    claim_actions.send(cell(enrolment), replace(draft, explanation="Hết hộ nghèo"), by=head)

    assert Measurement.objects.get().is_without_objects
    client.force_login(head)
    assert "Không có đối tượng" in shown(client)


@pytest.mark.parametrize("result", ["met", "nearly", "not_met"])
def test_where_nothing_is_left_to_judge_by_the_page_says_so_and_asks_why(
    client, enrolment, coordinator, poor, result
):
    nobody = {"numerator": "0", "denominator": "0"}
    type_value(client, poor, not_applicable_reason="Xã không còn hộ nghèo", **nobody)
    client.force_login(make_user(role=Role.LEADER, area=enrolment.commune.area))
    said = {"result": result, "assessed_on": "15/09/2020", "basis": "verification"}
    said |= {"version": "0", "no_evidence_reason": "Lưu tại xã"}

    assert queries.proposed(queries.measures_of(cell(enrolment))) == "nothing"
    assert str(_(NO_PROPOSAL)) in client.get(CELL).text
    refused = client.post(f"{CELL}assess/", said)
    assert list(refused.context["form"].errors) == ["reason"]
    said["reason"] = "Xã đã hết hộ nghèo từ 2019"
    assert client.post(f"{CELL}assess/", said).status_code == 302
    assert cell(enrolment).result == result


# Which threshold


def test_the_threshold_is_that_of_the_value_s_day(client, enrolment, coordinator):
    income = make_indicator(enrolment, kind="number", unit="triệu đồng", counted_in="")
    for year, value in ((2018, 36), (2020, 42)):
        Threshold.objects.create(
            indicator=income, value=value, text=f"≥ {value}", valid_from=dt.date(year, 1, 1)
        )
    measured(enrolment, income, coordinator, on=dt.date(2019, 12, 31), number="36")

    row = shown(client)

    assert "từ ngày 01/01/2018" in row
    assert "≥ 42" in row
    assert "đủ mức" in row
    found = queries.measures_of(cell(enrolment))
    assert queries.proposed(found) == "met"
    measured(enrolment, income, coordinator, on=dt.date(2020, 1, 1), number="36")
    assert "còn 6 triệu đồng" in shown(client)
    assert "≥ 36" not in shown(client)


def test_a_province_s_own_threshold_counts_for_its_communes(client):
    province = make_area(code="42", name="Hà Tĩnh", kind=Area.Kind.PROVINCE)
    run = make_enrolment(commune=make_commune(area=make_area(parent=province)))
    by = make_user(role=Role.COORDINATOR, area=run.commune.area)
    client.force_login(by)
    share = make_indicator(run, 85)
    Threshold.objects.create(indicator=share, value=90, text="≥ 90", province=province)
    measured(run, share, by, number="88")

    row = shown(client)

    assert "Tỉnh Hà Tĩnh" in row
    assert "còn 2 điểm phần trăm" in row
