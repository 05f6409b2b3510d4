"""What communes are beside their n/m, on boards, lists and briefings (rule 12c)."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Role
from communes.models import Area
from criteria.assessments import actions
from criteria.assessments.recognition import recognise, revoke
from criteria.evidence import dossier_steps
from criteria.models import DossierRequirement, Level, Recognition, Result
from criteria.progress.board import board
from criteria.progress.moment import Moment
from criteria.progress.statuses import add_statuses
from meetings.sessions import actions as session_actions
from meetings.tasks.briefing import briefing_of
from tests.factories import (
    cell,
    finding,
    make_area,
    make_commune,
    make_enrolment,
    make_session,
    make_set,
    make_user,
)
from tests.pages import Page

pytestmark = pytest.mark.django_db
GRANTED, LATER, TODAY = dt.date(2020, 8, 1), dt.date(2020, 9, 8), dt.date(2020, 9, 15)
NAMES = ("bare", "completing", "nearly", "recognised", "lapsed", "revoked")
SHORT = {
    "completing": "Đang hoàn thiện hồ sơ",
    "nearly": "Cơ bản đạt chuẩn theo quyết định",
    "lapsed": "Đã công nhận nhưng chưa duy trì",
    "revoked": "Đã thu hồi quyết định công nhận",
}


@pytest.fixture
def district():
    province = make_area(code="42", name="Hà Tĩnh", kind=Area.Kind.PROVINCE)
    return make_area(parent=province)


@pytest.fixture
def runs(district):
    """A commune of each status, called after it."""
    criteria_set = make_set(size=3)
    criteria_set.criteria.filter(number=2).update(may_cost_recognition=True)
    by = make_user()
    made = {
        name: make_enrolment(
            commune=make_commune(area=district, name=name, slug=name, code=name),
            criteria_set=criteria_set,
        )
        for name in NAMES
    }
    for run in made.values():
        actions.assess(cell(run, 1), finding(on=dt.date(2020, 7, 1)), by=by)
    step = DossierRequirement.objects.create(criteria_set=criteria_set, number=1, name="Tờ trình")
    for name in ("completing", "recognised"):
        done = dossier_steps.Done(done_on=LATER)
        dossier_steps.record(made[name], step, done, by=by)
    granted = {}
    for name in ("nearly", "recognised", "lapsed", "revoked"):
        granted[name] = recognise(
            Recognition(
                enrolment=made[name],
                kind="nearly" if name == "nearly" else "met",
                title="Xã",
                decision_number="218/QĐ",
                decided_on=GRANTED,
                for_year=2019,
            ),
            by=by,
        )
    actions.assess(cell(made["lapsed"], 2), finding(Result.NEARLY, LATER), by=by)
    revoke(granted["revoked"], on=LATER, decision="3/QĐ")
    return made


def statuses(district, day=TODAY, **known):
    made = board({district.pk}, Moment(day, **known))
    add_statuses(made)
    return {row.slug: row for row in made.rows}


def test_of_a_whole_board_in_one_query(district, runs):
    made = board({district.pk}, Moment(TODAY))
    with CaptureQueriesContext(connection) as queries:
        add_statuses(made)

    rows = {row.slug: row for row in made.rows}
    assert len(queries) == 1
    assert rows.pop("bare").status is None
    assert {name: (row.status.state, row.status.since) for name, row in rows.items()} == {
        "completing": ("completing", LATER),
        "nearly": ("nearly", GRANTED),
        "recognised": ("recognised", GRANTED),
        "lapsed": ("lapsed", LATER),
        "revoked": ("revoked", LATER),
    }
    assert [name for name, row in rows.items() if row.may_be_withdrawn] == ["lapsed"]
    assert rows["nearly"].recognition is None


def test_as_of_a_day_and_as_far_as_known(district, runs):
    then = statuses(district, GRANTED)
    assert {name for name, row in then.items() if row.status} == {
        "nearly",
        "recognised",
        "lapsed",
        "revoked",
    }
    assert (then["lapsed"].status.state, then["revoked"].status.state) == ("recognised",) * 2

    unknown = statuses(district, TODAY, known=dt.date(2020, 9, 1))
    assert not any(row.status for row in unknown.values())


def test_where_nearly_counts_what_is_nearly_met_lapses_nothing(district, runs):
    Area.objects.filter(kind=Area.Kind.PROVINCE).update(nearly_counts=True)

    lapsed = statuses(district)["lapsed"]

    assert (lapsed.status.state, lapsed.may_be_withdrawn) == ("recognised", False)


def test_a_province_without_districts_has_its_own_setting():
    province = make_area(code="40", name="Nghệ An", kind=Area.Kind.PROVINCE, nearly_counts=True)
    run = make_enrolment(commune=make_commune(area=province))
    granted = Recognition(enrolment=run, title="Xã", decision_number="218/QĐ", decided_on=GRANTED)
    recognise(granted, by=make_user())
    found = finding(Result.NEARLY, LATER, level=Level.PROVINCE)
    actions.assess(cell(run, 2), found, by=make_user())

    assert statuses(province)["ky-lac"].status.state == "recognised"


def marked(page):
    """The words of each commune's row that tell its status, where they are told."""
    rows = page.find("tr", data_commune=True)
    return {
        row["data-commune"]: " ".join(
            page.find("span", inside=row, data_status=True)[0].text.split()
        )
        for row in rows
        if page.find("span", inside=row, data_status=True)
    }


def test_the_list_marks_what_is_not_told_by_a_decision_that_holds(client, district, runs):
    client.force_login(make_user(role=Role.LEADER, area=district))

    page = Page(client.get("/communes/"))

    assert marked(page) == SHORT | {"lapsed": f"{SHORT['lapsed']} có thể bị thu hồi"}
    (recognised,) = page.find("tr", data_commune="recognised")
    assert "218/QĐ ngày 01/08/2020, cho năm 2019" in " ".join(recognised.text.split())


def test_the_overview_says_it_beside_the_figures(client, district, runs):
    client.force_login(make_user(role=Role.LEADER, area=district))

    page = Page(client.get("/"))

    said = {
        row["data-commune"]: " ".join(page.find("td", inside=row, class_="src")[0].text.split())
        for row in page.find("tr", data_commune=True)
    }
    assert said["bare"] == "01/07/2020, thẩm tra"
    assert said["completing"] == f"{SHORT['completing']}; 01/07/2020, thẩm tra"
    assert said["lapsed"].startswith(f"{SHORT['lapsed']}; có thể bị thu hồi; 08/09/2020")
    assert said["revoked"].startswith(SHORT["revoked"])
    assert said["recognised"].endswith("218/QĐ ngày 01/08/2020; cho năm 2019")
    assert page.html.count('data-status="recognised"') == 0


def test_a_briefing_says_it_and_keeps_it(client, district, runs):
    client.force_login(make_user(role=Role.LEADER, area=district))
    commune = runs["lapsed"].commune
    session = make_session(communes=[commune], on=TODAY)
    address = f"/sessions/{session.pk}/briefing/lapsed/"
    assert 'data-status="lapsed"' in client.get(address).text

    session_actions.hold(session, [(commune, briefing_of(session, commune))])
    found = finding(Result.MET, TODAY)
    actions.assess(cell(runs["lapsed"], 2), found, by=make_user())

    assert 'data-status="lapsed"' in client.get(address).text
    frozen = session.briefings.get()
    del frozen.content["status"]
    frozen.save()
    assert "data-status" not in client.get(f"{address}?x=1").text
