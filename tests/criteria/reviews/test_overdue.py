"""What falls back: to be measured again, and long not updated."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Role
from criteria.assessments import actions as assessment_actions
from criteria.models import (
    Claim,
    ClaimDecision,
    Evidence,
    Indicator,
    Level,
    Measurement,
    Result,
)
from criteria.reviews import actions as review_actions
from criteria.reviews import cell_rows
from nrm_tracker import clock
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
from tests.filler import History, fill
from tests.pages import Page, read

pytestmark = pytest.mark.django_db
TODAY = dt.date(2020, 9, 15)
LONG_AGO = dt.date(2019, 6, 1)


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


def yearly(status, code="1.1", months=12, **kwargs):
    return Indicator.objects.create(
        criterion=status.criterion, code=code, kind="number", remeasure_months=months, **kwargs
    )


def said(status, on=LONG_AGO, result=Result.MET, **kwargs):
    """A word of a day, recorded that day."""
    found = finding(result, on=on, **kwargs)
    return assessment_actions.assess(status, found, by=make_user(), at=clock.at(on, 17))


def measured(enrolment, indicator, on, *, at=None, **kwargs):
    return Measurement.objects.create(
        enrolment=enrolment,
        indicator=indicator,
        level=Level.COMMUNE,
        number=1,
        measured_on=on,
        recorded_at=at or clock.at(on, 17),
        recorded_by=make_user(),
        **kwargs,
    )


def listed(page, name):
    section = page.one("section", id=name)
    rows = page.find(inside=section, data_criterion=True)
    return [(row["data-commune"], int(row["data-criterion"])) for row in rows]


# To be measured again


@pytest.mark.parametrize(
    ("on", "is_listed"),
    [(dt.date(2019, 9, 14), True), (dt.date(2019, 9, 15), False), (TODAY, False)],
)
def test_a_met_cell_never_measured_counts_from_its_headline(reader, enrolment, on, is_listed):
    yearly(cell(enrolment))
    said(cell(enrolment), on)

    page = read(reader, "/review/")

    assert listed(page, "due") == ([("ky-lac", 1)] if is_listed else [])
    if is_listed:
        row = page.find("tr", data_commune="ky-lac")[0]
        assert "14/09/2020" in row.text
        assert row.text.endswith(" 1")
        assert "/communes/ky-lac/criteria/1/?set=ntm" in page.links


def test_the_newest_measurement_that_counts_decides(reader, enrolment):
    indicator = yearly(cell(enrolment))
    said(cell(enrolment), dt.date(2018, 1, 1))
    measured(enrolment, indicator, dt.date(2019, 1, 5))
    voided = measured(enrolment, indicator, dt.date(2020, 1, 1))

    assert listed(read(reader, "/review/"), "due") == []

    measured(enrolment, indicator, dt.date(2020, 1, 1), corrects=voided, voids=True)
    page = read(reader, "/review/")
    assert listed(page, "due") == [("ky-lac", 1)]
    assert "05/01/2020" in page.one("section", id="due").text


def test_the_indicator_longest_past_stands_for_the_cell(reader, enrolment):
    first, second = yearly(cell(enrolment)), yearly(cell(enrolment), "1.2", months=6)
    yearly(cell(enrolment), "1.3", months=36)
    said(cell(enrolment), dt.date(2019, 1, 1))
    measured(enrolment, first, dt.date(2019, 8, 1))
    measured(enrolment, second, dt.date(2019, 8, 1))

    text = read(reader, "/review/").one("section", id="due").text

    assert "1.1, 1.2" in text
    assert "01/02/2020" in text


def test_only_met_cells_with_such_indicators_are_asked_for(reader, enrolment):
    for number in (1, 2):
        yearly(cell(enrolment, number))
    yearly(cell(enrolment, 3), months=None)
    said(cell(enrolment, 1), result=Result.NOT_MET)
    said(cell(enrolment, 2), level=Level.COMMUNE)
    said(cell(enrolment, 3))

    assert listed(read(reader, "/review/"), "due") == []


def test_a_run_that_is_over_is_left_alone(reader, enrolment):
    yearly(cell(enrolment))
    said(cell(enrolment))
    enrolment.closed_on = TODAY
    enrolment.save()

    page = read(reader, "/review/")

    assert (listed(page, "due"), listed(page, "stale")) == ([], [])


# Long not updated


@pytest.mark.parametrize(
    ("on", "is_listed"), [(dt.date(2020, 6, 17), True), (dt.date(2020, 6, 18), False)]
)
def test_a_cell_untouched_for_ninety_days(reader, enrolment, on, is_listed):
    said(cell(enrolment), on, Result.NOT_MET)

    assert listed(read(reader, "/review/"), "stale") == ([("ky-lac", 1)] if is_listed else [])


def test_how_long_is_a_setting(reader, enrolment, settings):
    settings.STALE_DAYS = 7
    said(cell(enrolment), dt.date(2020, 9, 8))

    page = read(reader, "/review/")

    assert listed(page, "stale") == [("ky-lac", 1)]
    assert "(7" in page.one("section", id="stale").text


def test_the_oldest_comes_first(reader, enrolment):
    for number, month in ((1, 3), (2, 1), (3, 2)):
        said(cell(enrolment, number), dt.date(2020, month, 1))

    stale = listed(read(reader, "/review/"), "stale")

    assert [number for _, number in stale] == [2, 3, 1]


def test_what_nobody_ever_assessed_is_not_stale(reader, enrolment):
    measured(enrolment, yearly(cell(enrolment)), LONG_AGO)

    assert listed(read(reader, "/review/"), "stale") == []


def claim_of(status, *, submitted=None, closed=None):
    state = ("returned" if closed else "submitted") if submitted else "draft"
    return Claim.objects.create(
        status=status,
        result="met",
        state=state,
        drafted_at=submitted or clock.now(),
        drafted_by=make_user(),
        submitted_at=submitted,
        closed_at=closed,
    )


def test_a_claim_alone_makes_a_cell_that_can_be_stale(reader, enrolment):
    claim_of(cell(enrolment), submitted=clock.at(LONG_AGO, 8))

    assert listed(read(reader, "/review/"), "stale") == [("ky-lac", 1)]


def touch_by_measuring(status):
    measured(status.enrolment, yearly(status), LONG_AGO, at=clock.now())


def touch_by_claiming(status):
    claim_of(status, submitted=clock.now())


def touch_by_returning(status):
    claim_of(status, submitted=clock.at(LONG_AGO, 8), closed=clock.now())


def touch_by_deciding(status):
    claim = claim_of(status, submitted=clock.at(LONG_AGO, 8))
    ClaimDecision.objects.create(claim=claim, verdict="met", by=make_user(), at=clock.now())


def touch_by_showing(status):
    evidence = Evidence.objects.create(
        enrolment=status.enrolment, url="https://example.vn/", caption="Ảnh",
        attached_at=clock.now(), attached_by=make_user(),
    )  # fmt: skip
    evidence.statuses.add(status)


def touch_by_confirming(status):
    found = review_actions.open_round(
        status.enrolment.commune.area, [status.enrolment], name="Đợt 1",
        opens_on=TODAY, closes_on=TODAY, by=make_user(),
    )  # fmt: skip
    review_actions.confirm(found.returns.get(), [status], by=make_user())


TOUCHES = [
    touch_by_measuring,
    touch_by_claiming,
    touch_by_returning,
    touch_by_deciding,
    touch_by_showing,
    touch_by_confirming,
]


@pytest.mark.parametrize("touch", TOUCHES, ids=lambda touch: touch.__name__)
def test_what_touches_a_cell(reader, enrolment, touch):
    for number in (1, 2):
        said(cell(enrolment, number))

    touch(cell(enrolment))

    assert listed(read(reader, "/review/"), "stale") == [("ky-lac", 2)]


def test_a_draft_betrays_nothing(reader, enrolment):
    said(cell(enrolment))

    claim_of(cell(enrolment))

    assert listed(read(reader, "/review/"), "stale") == [("ky-lac", 1)]


# Narrowed, paged, within reach


def test_both_lists_are_narrowed_to_a_commune_or_an_agency(reader, enrolment, area):
    other = make_commune(name="Lâm Hợp", slug="lam-hop", code="1", area=area)
    near = make_enrolment(commune=other, criteria_set=enrolment.criteria_set)
    agency = make_agency(area=area, criteria=[cell(enrolment, 2).criterion])
    for run in (enrolment, near):
        for number in (1, 2):
            said(cell(run, number))
    yearly(cell(enrolment, 2))

    def both(**query):
        page = read(reader, "/review/", **query)
        return listed(page, "due"), sorted(listed(page, "stale"))

    assert both(commune="lam-hop") == ([("lam-hop", 2)], [("lam-hop", 1), ("lam-hop", 2)])
    assert both(agency=agency.pk)[1] == [("ky-lac", 2), ("lam-hop", 2)]
    assert both(agency=agency.pk, commune="ky-lac")[1] == [("ky-lac", 2)]
    for wrong in ({"commune": "x"}, {"commune": "cam-my"}, {"agency": "x"}, {"agency": "0"}):
        assert len(both(**wrong)[1]) == 4


def test_another_area_is_not_shown(client, enrolment):
    said(cell(enrolment))
    there = make_area(code="446", name="Cẩm Xuyên")
    client.force_login(make_user(role=Role.LEADER, area=there))

    page = read(client, "/review/")

    assert listed(page, "stale") == []
    assert [option["value"] for option in page.find("option")] == [""]


def test_each_list_turns_its_own_pages(reader, area):
    criteria_set = make_set(code="rong", size=20)
    fill(area, 4, criteria_set, by=make_user(), history=History(last=LONG_AGO))

    first, second = read(reader, "/review/"), Page(reader.get("/review/?stale=2"))

    assert (len(listed(first, "stale")), len(listed(second, "stale"))) == (50, 30)
    assert "?stale=2" in first.links
    assert listed(second, "due") == []


def test_many_communes_cost_as_many_queries_as_one(client, db):
    criteria_set = make_set(code="rong", size=20)
    Indicator.objects.create(
        criterion=criteria_set.criteria.first(), code="1", kind="number", remeasure_months=1
    )
    asked = []
    for count in (1, 30):
        area = make_area(code=f"99{count}", name=f"Thử {count}")
        client.force_login(make_user(role=Role.OBSERVER, area=area))
        fill(area, count, criteria_set, by=make_user(), history=History(last=LONG_AGO))
        with CaptureQueriesContext(connection) as queries:
            read(client, "/review/")
        asked.append(len(queries))

    assert asked[0] == asked[1]
    assert asked[0] <= 20


def test_when_each_cell_was_touched_is_one_query(enrolment, django_assert_num_queries):
    said(cell(enrolment))
    runs = cell_rows.runs([enrolment.commune.area_id], TODAY)

    with django_assert_num_queries(1):
        found = cell_rows.touched(runs)

    assert found == {(enrolment.pk, cell(enrolment).criterion_id): clock.at(LONG_AGO, 17)}
