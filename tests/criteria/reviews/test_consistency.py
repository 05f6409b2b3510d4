"""Quality checks: what of a cell contradicts itself, and who should act."""

import datetime as dt
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Role
from communes.models import Area
from criteria.assessments import actions as assessment_actions
from criteria.models import (
    Assessment,
    Basis,
    Claim,
    CriterionStatus,
    Evidence,
    Indicator,
    Level,
    Measurement,
    Result,
    Threshold,
)
from criteria.reviews import consistency
from criteria.reviews.cell_rows import CellRow
from criteria.reviews.consistency import CheckedLeaf, CheckedValue, Facts, Limits, Shown
from nrm_tracker import clock
from tests.factories import (
    cell,
    make_agency,
    make_area,
    make_commune,
    make_enrolment,
    make_set,
    make_user,
)
from tests.filler import History, fill
from tests.pages import Page, read

pytestmark = pytest.mark.django_db
TODAY = dt.date(2020, 9, 15)
ON = dt.date(2020, 9, 8)
LIMITS = Limits(claim_wait_days=15, jump_points=30, jump_percent=50)


# The checks, each of plain facts


def row(result=Result.MET, *, reason="", basis=Basis.VERIFICATION, claimed_at=None):
    return CellRow(
        1, 1, 1, result, ON, basis, reason, 1, "Tiêu chí 1", "ntm", "ky-lac", "Kỳ Lạc",
        "", 1, "", "", claimed_at,
    )  # fmt: skip


def value(number=None, *, of=None, yes_no=None, on=ON, applies=True):
    amount = None if number is None else Decimal(number)
    if of is None:
        return CheckedValue(amount, yes_no, None, None, applies, on)
    return CheckedValue(None, yes_no, amount, Decimal(of), applies, on)


def leaf(newest=None, before=None, *, kind="percent", comparator="ge", threshold=90):
    wanted = None if threshold is None else Decimal(threshold)
    return CheckedLeaf("1.1", kind, comparator, wanted, threshold is not None, newest, before)


def count(check, facts):
    return len(list(check(facts, LIMITS, TODAY)))


@pytest.mark.parametrize(
    ("cell_row", "shown", "without", "on_a_reason"),
    [
        (row(), None, 1, 0),
        (row(), Shown(1, 0, None), 0, 0),
        (row(reason="Lưu tại xã"), None, 0, 1),
        (row(reason="Lưu tại xã"), Shown(1, 0, None), 0, 0),
        (row(basis=Basis.DECISION), None, 0, 0),
        (row(Result.NEARLY), None, 0, 0),
        (row(Result.NOT_ASSESSED), None, 0, 0),
    ],
)
def test_met_needs_evidence_or_a_reason(cell_row, shown, without, on_a_reason):
    facts = Facts(cell_row, shown)

    assert count(consistency.met_without_evidence, facts) == without
    assert count(consistency.met_on_a_stated_reason, facts) == on_a_reason


@pytest.mark.parametrize(
    ("day", "found"), [(None, 0), (TODAY, 0), (dt.date(2020, 8, 31), 0), (dt.date(2020, 8, 30), 1)]
)
def test_a_claim_waits_longer_than_it_may(day, found):
    at = day and clock.at(day, 23)

    assert count(consistency.claim_waits, Facts(row(claimed_at=at))) == found


def test_a_claim_that_waits_for_nobody_is_told_at_once():
    at = clock.at(TODAY, 8)

    assert count(consistency.claim_waits, Facts(row(claimed_at=at), is_answered=False)) == 1


@pytest.mark.parametrize(
    ("result", "leaves", "found"),
    [
        (Result.MET, [leaf(value("89.99"))], 1),
        (Result.MET, [leaf(value("90"))], 0),
        (Result.MET, [leaf(value(899, of=1000)), leaf(value("80")), leaf(value("95"))], 2),
        (Result.MET, [leaf(value("10"), comparator="le", threshold=5)], 1),
        (Result.MET, [leaf(value(yes_no=False), kind="boolean", threshold=None)], 1),
        (Result.MET, [leaf(value("10"), threshold=None)], 0),
        (Result.MET, [leaf()], 0),
        (Result.MET, [leaf(value("10", applies=False))], 0),
        (Result.NOT_MET, [leaf(value("95"))], 1),
        (Result.NEARLY, [leaf(value("95"))], 1),
        (Result.NOT_MET, [leaf(value("95")), leaf()], 0),
        (Result.NOT_MET, [leaf(value("95")), leaf(value(applies=False))], 1),
        (Result.NOT_MET, [leaf(value("95")), leaf(value("80"))], 0),
        (Result.NOT_MET, [], 0),
        (Result.NOT_APPLICABLE, [leaf(value("95"))], 0),
        (Result.NOT_ASSESSED, [leaf(value("95"))], 0),
    ],
)
def test_values_against_thresholds_contradict_the_result(result, leaves, found):
    assert count(consistency.value_contradicts, Facts(row(result), leaves=leaves)) == found


def test_the_sentence_says_both_numbers():
    facts = Facts(row(), leaves=[leaf(value(3108, of=3397), threshold="95")])

    (said,) = consistency.value_contradicts(facts, LIMITS, TODAY)

    assert "1.1" in said
    assert "91,49 (≥ 95)" in said


@pytest.mark.parametrize(
    ("newest", "threshold", "told"),
    [
        (value(8496, of=10000), 85, "84,96 (≥ 85)"),
        (value(84999, of=100000), 85, "84,999 (≥ 85)"),
        (value("97.96"), 98, "97,96 (≥ 98)"),
        (value(729, of=800), 95, "91,13 (≥ 95)"),
    ],
)
def test_a_value_is_told_on_the_true_side_of_its_threshold(newest, threshold, told):
    facts = Facts(row(), leaves=[leaf(newest, threshold=threshold)])

    (said,) = consistency.value_contradicts(facts, LIMITS, TODAY)

    assert told in said


@pytest.mark.parametrize(
    ("result", "shown", "found"),
    [
        (Result.MET, Shown(1, 1, dt.date(2020, 9, 9)), 1),
        (Result.MET, Shown(2, 2, dt.date(2020, 9, 9)), 1),
        (Result.MET, Shown(1, 1, ON), 0),
        (Result.MET, Shown(2, 1, dt.date(2020, 9, 9)), 0),
        (Result.MET, Shown(1, 0, None), 0),
        (Result.MET, None, 0),
        (Result.NOT_MET, Shown(1, 1, dt.date(2020, 9, 9)), 0),
    ],
)
def test_evidence_dated_after_what_it_shows(result, shown, found):
    assert count(consistency.evidence_came_later, Facts(row(result), shown)) == found


@pytest.mark.parametrize(
    ("newest", "kind", "found"),
    [
        (value(0, of=0), "percent", 1),
        (value(100), "percent", 1),
        (value("99.9"), "percent", 0),
        (value(10, of=10), "percent", 0),
        (value(100), "number", 0),
        (value(100, applies=False), "percent", 0),
        (None, "percent", 0),
    ],
)
def test_a_hundred_percent_of_nothing(newest, kind, found):
    facts = Facts(row(), leaves=[leaf(newest, kind=kind)])

    assert count(consistency.hundred_of_none, facts) == found


@pytest.mark.parametrize(
    ("newest", "before", "kind", "found"),
    [
        (value("61"), value("30"), "percent", 1),
        (value("60"), value("30"), "percent", 0),
        (value("10"), value("41"), "percent", 1),
        (value(91, of=100), value("60"), "percent", 1),
        (value("151"), value("100"), "number", 1),
        (value("150"), value("100"), "number", 0),
        (value("49"), value("100"), "number", 1),
        (value("5"), value("0"), "number", 0),
        (value("5"), None, "number", 0),
        (value(yes_no=True), value(yes_no=False), "boolean", 0),
    ],
)
def test_a_value_jumps(newest, before, kind, found):
    facts = Facts(row(), leaves=[leaf(newest, before, kind=kind)])

    assert count(consistency.value_jumps, facts) == found


def test_where_no_agency_answers_the_coordinator_acts():
    waiting = Facts(row(claimed_at=clock.at(dt.date(2020, 1, 1), 8)), Shown(1, 0, None))

    def who(has_agency):
        (found,) = consistency.findings([waiting], LIMITS, TODAY, lambda cell: has_agency)
        return found.check.key, found.acts

    assert who(True) == ("waiting", "agency")
    assert who(False) == ("waiting", "coordinator")


# The page


@pytest.fixture
def enrolment():
    return make_enrolment()


@pytest.fixture
def area(enrolment):
    return enrolment.commune.area


@pytest.fixture
def reader(client, area):
    client.force_login(make_user(role=Role.OBSERVER, area=area))
    return client


def say(status, result=Result.MET, on=ON, **kwargs):
    """A word as history may hold it from before evidence was asked for."""
    values = {"level": Level.DISTRICT, "basis": Basis.VERIFICATION} | kwargs
    entry = Assessment.objects.create(
        status=status, result=result, assessed_on=on, recorded_at=clock.at(on, 17),
        recorded_by=make_user(), **values,
    )  # fmt: skip
    CriterionStatus.objects.filter(pk=status.pk).update(version=1)
    assessment_actions.rebuild(status.enrolment)
    return entry


def show(status, **kwargs):
    evidence = Evidence.objects.create(
        enrolment=status.enrolment, url="https://example.vn/", caption="Biên bản riêng",
        attached_at=clock.now(), attached_by=make_user(), **kwargs,
    )  # fmt: skip
    evidence.statuses.add(status)
    return evidence


def indicator(status, threshold=90, **kwargs):
    values = {"code": "1.1", "kind": "percent", "comparator": "ge"} | kwargs
    made = Indicator.objects.create(criterion=status.criterion, **values)
    Threshold.objects.create(indicator=made, value=threshold, text=f"≥ {threshold}%")
    return made


def measure(enrolment, of, number, on=ON, **kwargs):
    return Measurement.objects.create(
        enrolment=enrolment, indicator=of, level=Level.COMMUNE, number=number, measured_on=on,
        recorded_at=clock.at(on, 17), recorded_by=make_user(), **kwargs,
    )  # fmt: skip


def found(page):
    rows = page.find(data_finding=True)
    return [(r["data-finding"], r["data-commune"], int(r["data-criterion"])) for r in rows]


def counts(page):
    rows = page.find("li", data_check=True)
    return {r["data-check"]: int(r["data-count"]) for r in rows if r["data-count"] != "0"}


def test_findings_are_grouped_by_check_and_lead_to_their_cells(reader, enrolment):
    say(cell(enrolment, 2), no_evidence_reason="Hồ sơ lưu tại xã")
    say(cell(enrolment, 1))
    status = cell(enrolment, 3)
    say(status, Result.NOT_MET)
    Claim.objects.create(
        status=status, result="met", state="submitted", drafted_by=make_user(),
        drafted_at=clock.now(), submitted_at=clock.at(dt.date(2020, 8, 1), 8),
    )  # fmt: skip

    page = read(reader, "/checks/")

    assert found(page) == [
        ("evidence", "ky-lac", 1),
        ("waiting", "ky-lac", 3),
        ("reason", "ky-lac", 2),
    ]
    assert counts(page) == {"evidence": 1, "waiting": 1, "reason": 1}
    assert len([r for r in page.find("tr") if r.classes == ["grp"]]) == 3
    for number in (1, 2, 3):
        assert f"/communes/ky-lac/criteria/{number}/?set=ntm" in page.links
    assert "01/08/2020" in page.one("tr", data_finding="waiting").text
    assert "Hồ sơ lưu tại xã" in page.one("tr", data_finding="reason").text


def test_evidence_taken_away_or_replaced_shows_nothing(reader, enrolment):
    say(cell(enrolment))
    old = show(cell(enrolment))
    assert found(read(reader, "/checks/")) == []

    new = show(cell(enrolment), replaces=old, dated_on=TODAY)
    page = read(reader, "/checks/")
    assert found(page) == [("later", "ky-lac", 1)]
    assert "Biên bản riêng" not in page.html

    new.removed_at, new.removed_by, new.removal_reason = clock.now(), make_user(), "Nhầm"
    new.save()
    assert found(read(reader, "/checks/")) == [("evidence", "ky-lac", 1)]


def test_only_the_newest_values_that_count_are_looked_at(reader, enrolment):
    status = cell(enrolment)
    say(status)
    show(status)
    of = indicator(status)
    measure(enrolment, of, 20, dt.date(2019, 1, 1))
    measure(enrolment, of, 80, dt.date(2020, 1, 1))
    wrong = measure(enrolment, of, 30)
    assert found(read(reader, "/checks/")) == [
        ("contradiction", "ky-lac", 1),
        ("jump", "ky-lac", 1),
    ]

    measure(enrolment, of, 95, corrects=wrong)
    assert found(read(reader, "/checks/")) == []


def test_the_threshold_is_that_of_the_commune_s_region(reader, enrolment, area):
    area.region = "btb"
    area.save()
    status = cell(enrolment)
    say(status)
    show(status)
    of = indicator(status, 50)
    measure(enrolment, of, 60)
    assert found(read(reader, "/checks/")) == []

    Threshold.objects.create(indicator=of, region="btb", value=70, text="≥ 70%")
    assert found(read(reader, "/checks/")) == [("contradiction", "ky-lac", 1)]


def test_the_threshold_is_that_of_the_value_s_day(reader, enrolment):
    status = cell(enrolment)
    say(status)
    show(status)
    of = indicator(status, 50)
    Threshold.objects.create(indicator=of, value=70, text="≥ 70%", valid_from=TODAY)
    measure(enrolment, of, 60, on=ON)
    assert found(read(reader, "/checks/")) == []

    measure(enrolment, of, 60, on=TODAY)
    assert found(read(reader, "/checks/")) == [("contradiction", "ky-lac", 1)]


def test_the_threshold_is_that_of_the_commune_s_province(reader, enrolment, area):
    area.parent = make_area(code="42", name="Hà Tĩnh", kind=Area.Kind.PROVINCE)
    area.save()
    other = make_area(code="40", name="Nghệ An", kind=Area.Kind.PROVINCE)
    status = cell(enrolment)
    say(status)
    show(status)
    of = indicator(status, 50)
    measure(enrolment, of, 60)
    Threshold.objects.create(indicator=of, province=other, value=70, text="≥ 70%")
    assert found(read(reader, "/checks/")) == []

    Threshold.objects.create(indicator=of, province=area.parent, value=70, text="≥ 70%")
    assert found(read(reader, "/checks/")) == [("contradiction", "ky-lac", 1)]


def test_the_list_is_narrowed(reader, enrolment, area):
    other = make_commune(name="Lâm Hợp", slug="lam-hop", code="1", area=area)
    near = make_enrolment(commune=other, criteria_set=enrolment.criteria_set)
    agency = make_agency(area=area, criteria=[cell(enrolment, 2).criterion])
    for run in (enrolment, near):
        say(cell(run, 1))
        say(cell(run, 2), no_evidence_reason="Lưu tại xã")

    def shown(**query):
        return found(read(reader, "/checks/", **query))

    assert shown(commune="lam-hop") == [("evidence", "lam-hop", 1), ("reason", "lam-hop", 2)]
    assert shown(check="reason", commune="ky-lac") == [("reason", "ky-lac", 2)]
    assert shown(acts="coordinator") == [("reason", "ky-lac", 2), ("reason", "lam-hop", 2)]
    assert shown(acts="agency") == []
    assert len(shown(agency=agency.pk)) == 2
    assert counts(read(reader, "/checks/", check="reason")) == {"evidence": 2, "reason": 2}
    for wrong in ("commune", "check", "acts", "agency"):
        assert len(shown(**{wrong: "x"})) == 4


def test_of_one_agency_only_what_it_answers_for_is_suspect(reader, enrolment, area):
    status = cell(enrolment)
    make_agency(area=area, criteria=[status.criterion])
    answered = [cell(enrolment, 2).criterion]
    other = make_agency(area=area, key="phong-yte", name="Phòng Y tế", criteria=answered)
    say(status)
    show(status)
    measure(enrolment, indicator(status, 90), 60)

    assert found(read(reader, "/checks/")) == [("contradiction", "ky-lac", 1)]
    assert found(read(reader, "/checks/", agency=other.pk)) == []


def test_who_acts_is_named(reader, enrolment, area):
    status = cell(enrolment)
    make_agency(area=area, name="Phòng Y tế", criteria=[status.criterion])
    make_agency(
        area=make_area(code="446", name="Cẩm Xuyên"),
        key="khac", name="Phòng khác", criteria=[status.criterion],
    )  # fmt: skip
    say(status)
    show(status)
    measure(enrolment, indicator(status), 10)

    text = read(reader, "/checks/").one("tr", data_finding="contradiction").text

    assert "Phòng Y tế" in text
    assert "Phòng khác" not in text


def test_the_limits_are_settings(reader, enrolment, settings):
    status = cell(enrolment)
    of = indicator(status)
    say(status, Result.NOT_MET)
    measure(enrolment, of, 60, dt.date(2020, 1, 1))
    measure(enrolment, of, 80)
    assert found(read(reader, "/checks/")) == []

    settings.JUMP_SHARE = 19
    assert found(read(reader, "/checks/")) == [("jump", "ky-lac", 1)]


def test_another_area_is_not_shown(client, enrolment):
    say(cell(enrolment))
    there = make_area(code="446", name="Cẩm Xuyên")
    client.force_login(make_user(role=Role.LEADER, area=there))

    assert found(read(client, "/checks/")) == []


def test_fifty_a_page_and_as_many_queries_for_thirty_communes_as_for_one(client):
    criteria_set = make_set(code="rong", size=20)
    for criterion in criteria_set.criteria.all():
        Indicator.objects.create(criterion=criterion, code="1", kind="number")
    asked = []
    for many in (1, 30):
        area = make_area(code=f"99{many}", name=f"Thử {many}")
        client.force_login(make_user(role=Role.OBSERVER, area=area))
        fill(area, many, criteria_set, by=make_user(), history=History(days=2))
        with CaptureQueriesContext(connection) as queries:
            page = Page(client.get("/checks/"))
        asked.append(len(queries))

    assert asked[0] == asked[1]
    assert asked[0] <= 20
    assert len(found(page)) == 50
    assert "?page=2" in page.links
