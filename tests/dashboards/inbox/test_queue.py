"""The one queue: what is in it for whom, in which order, and the badge that counts it."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Membership, Role
from communes.models import WorkingGroup
from criteria.claims import decisions
from criteria.followup import actions as followup_actions
from criteria.models import Claim, Difficulty, Result
from criteria.reviews import actions as review_actions
from dashboards.inbox.queue import Row, Waits
from meetings.tasks import actions as task_actions
from meetings.tasks import due_dates
from nrm_tracker import clock
from tests.factories import (
    cell,
    make_agency,
    make_commune,
    make_enrolment,
    make_task,
    make_user,
)
from tests.pages import read

pytestmark = pytest.mark.django_db
TODAY = dt.date(2020, 9, 15)


@pytest.fixture
def run():
    return make_enrolment(commune=make_commune())


@pytest.fixture
def agency(run):
    return make_agency(area=run.commune.area, criteria=[cell(run, 1).criterion])


@pytest.fixture
def people(run, agency):
    area, commune = run.commune.area, run.commune
    group = WorkingGroup.objects.create(area=area, key="doan", name="Đoàn 1447")
    group.communes.add(commune)
    places = {
        Role.LEADER: {"area": area},
        Role.COORDINATOR: {"area": area},
        Role.AGENCY_OFFICER: {"agency": agency},
        Role.COMMUNE_LEADER: {"commune": commune},
        Role.COMMUNE_STAFF: {"commune": commune},
        Role.WORKING_GROUP_MEMBER: {"working_group": group},
        Role.OBSERVER: {"area": area},
        Role.INSPECTOR: {"area": area, "until_on": dt.date(2021, 12, 31)},
    }
    return {role: make_user(role=role, **place) for role, place in places.items()}


def sent(run, number, *, days=0, by=None):
    return Claim.objects.create(
        status=cell(run, number),
        result=Result.MET,
        state=Claim.State.SUBMITTED,
        drafted_by=by or make_user(),
        drafted_at=clock.now(),
        submitted_by=by or make_user(),
        submitted_at=clock.now() - dt.timedelta(days=days),
    )


def asks(run, level="district", **kwargs):
    return followup_actions.state(
        Difficulty(
            commune=run.commune,
            cause="Thiếu vốn",
            request="Bố trí vốn",
            asked_of=level,
            stated_on=TODAY,
            **kwargs,
        ),
        by=make_user(),
    )


@pytest.fixture
def work(run, agency, people):
    """Something of each kind, for each who has something to do."""
    office, head = people[Role.COORDINATOR], people[Role.COMMUNE_LEADER]
    officer = people[Role.AGENCY_OFFICER]
    due = {"commune": run.commune, "by": office, "assigned_on": dt.date(2020, 8, 1)}
    group = WorkingGroup.objects.get()
    make_task(**due, due_on=dt.date(2020, 9, 12), title="Quá hạn")
    make_task(**due, due_on=dt.date(2020, 9, 20), title="Sắp đến hạn")
    make_task(**due, due_on=dt.date(2020, 12, 31), title="Còn xa")
    make_task(**due, due_on=dt.date(2020, 9, 16), lead_agency=agency, title="Của phòng")
    make_task(**due, due_on=dt.date(2020, 9, 16), lead_working_group=group, title="Của đoàn")
    done = make_task(**due, due_on=dt.date(2020, 10, 1), title="Đã báo cáo")
    task_actions.report_done(done, note="Xong", by=head)
    moved = make_task(**due, due_on=dt.date(2020, 10, 30), title="Xin lùi")
    due_dates.ask_for_day(moved, to_on=dt.date(2020, 11, 30), reason="Mưa", by=head)
    decisions.send_back(
        sent(run, 1),
        reason="Thiếu biên bản",
        add_by=dt.date(2020, 9, 25),
        agency=agency,
        by=officer,
    )
    sent(run, 2, days=3)
    review_actions.open_round(
        run.commune.area,
        [run],
        name="Quý III",
        opens_on=TODAY,
        closes_on=dt.date(2020, 9, 30),
        by=office,
    )
    asks(run)
    asks(run, "province")
    return run


def rows(client, user):
    client.force_login(user)
    return client.get("/me/").context["queue"].rows


def kinds(client, user):
    return [str(row.kind) for row in rows(client, user)]


def badge(client, address="/me/"):
    found = read(client, address).find("span", class_="count")
    return {int(one.text.split()[0]) for one in found} or {0}


WAITS = [
    (Role.LEADER, ["verify", "confirm", "answer", "extend"]),
    (Role.COORDINATOR, ["verify", "confirm", "answer", "extend"]),
    (Role.AGENCY_OFFICER, ["report"]),
    (Role.COMMUNE_LEADER, ["report", "returned", "report", "round"]),
    (Role.COMMUNE_STAFF, ["report", "returned", "report", "round"]),
    (Role.WORKING_GROUP_MEMBER, ["report"]),
    (Role.OBSERVER, []),
    (Role.INSPECTOR, []),
]


@pytest.mark.parametrize(("role", "expected"), WAITS)
def test_late_then_returned_then_by_day_and_the_badge_counts_the_rows(
    client, people, work, role, expected
):
    assert kinds(client, people[role]) == expected
    page = read(client, "/me/")
    items = page.find("li", data_kind=True)
    assert [item["data-kind"] for item in items] == expected
    for address in ("/me/", "/help/", "/communes/", "/tasks/"):
        assert badge(client, address) == {len(expected)}, address


@pytest.mark.parametrize(("role", "expected"), WAITS)
def test_each_row_is_one_link_with_one_verb_that_leads_somewhere(
    client, people, work, role, expected
):
    client.force_login(people[role])
    page = read(client, "/me/")

    for item in page.find("li", data_kind=True):
        (link,) = page.find("a", inside=item)
        verb, _colon, what = link.text.partition(": ")
        assert verb in {"Bổ sung", "Nộp", "Báo cáo", "Thẩm tra", "Xác nhận", "Gia hạn", "Trả lời"}
        assert what
        assert client.get(link["href"]).status_code == 200


@pytest.mark.parametrize(("role", "expected"), WAITS)
def test_what_it_asks_of_the_database(client, people, work, role, expected):
    client.force_login(people[role])
    client.get("/me/")
    with CaptureQueriesContext(connection) as asked:
        client.get("/me/")

    assert len(asked) <= 20


def test_staff_are_asked_to_confirm_what_their_leader_submits(client, people, work):
    verbs = {
        role: next(row.verb for row in rows(client, people[role]) if row.kind == Waits.ROUND)
        for role in (Role.COMMUNE_LEADER, Role.COMMUNE_STAFF)
    }

    assert verbs == {Role.COMMUNE_LEADER: "Nộp", Role.COMMUNE_STAFF: "Xác nhận"}


def test_what_does_not_wait_is_said_in_one_line(client, people, run):
    client.force_login(people[Role.COMMUNE_LEADER])

    page = read(client, "/me/")

    assert [one.text for one in page.find("p", class_="none")] == [
        "Không có: đề nghị bị trả lại, tiêu chí đã làm xong mọi việc, đợt rà soát phải nộp, "
        "nhiệm vụ quá hạn hoặc đến hạn trong 7 ngày."
    ]
    assert not page.find(class_="empty")


def test_what_waits_for_others_is_folded_and_not_counted(client, people, work):
    folds = {}
    for role in (Role.COMMUNE_LEADER, Role.AGENCY_OFFICER, Role.LEADER):
        client.force_login(people[role])
        page = read(client, "/me/")
        folds[role] = [one.text for one in page.find("summary")]

    assert any("2 nhiệm vụ còn xa" in one for one in folds[Role.COMMUNE_LEADER])
    assert any("Đã gửi, đang chờ 2" in one for one in folds[Role.COMMUNE_LEADER])
    assert any("Đã trả lại, chờ xã 1" in one for one in folds[Role.AGENCY_OFFICER])
    assert not any("Chờ thẩm tra" in one for one in folds[Role.LEADER])


def test_a_claim_waits_for_the_agency_that_answers_and_for_the_office_where_none_does(
    client, people, run
):
    sent(run, 1)
    assert kinds(client, people[Role.AGENCY_OFFICER]) == ["verify"]
    assert kinds(client, people[Role.LEADER]) == []
    assert "Chờ thẩm tra ở phòng, ban 1" in read(client, "/me/").one("details", class_="fold").text

    sent(run, 2)

    assert kinds(client, people[Role.AGENCY_OFFICER]) == ["verify"]
    (row,) = rows(client, people[Role.COORDINATOR])
    assert (row.number, row.verb) == (2, "Thẩm tra")


def test_nobody_is_asked_to_verify_what_they_sent(client, people, run):
    office, officer = people[Role.COORDINATOR], people[Role.AGENCY_OFFICER]
    Membership.objects.create(
        user=officer, role=Role.COMMUNE_STAFF, commune=run.commune, from_on=dt.date(2020, 1, 1)
    )
    sent(run, 1, by=officer)
    sent(run, 2, by=office)

    assert kinds(client, officer) == []
    assert (kinds(client, office), badge(client)) == ([], {0})
    assert (kinds(client, people[Role.LEADER]), badge(client)) == (["verify"], {1})


def test_a_claim_that_waits_longer_than_the_office_allows_is_late(client, people, run, settings):
    settings.CLAIM_WAIT_DAYS = 15
    make_task(
        commune=run.commune,
        lead_agency=people[Role.AGENCY_OFFICER].memberships.get().agency,
        due_on=TODAY - dt.timedelta(days=1),
        assigned_on=dt.date(2020, 8, 1),
    )
    claim = sent(run, 1, days=15)
    assert kinds(client, people[Role.AGENCY_OFFICER]) == ["report", "verify"]

    Claim.objects.filter(pk=claim.pk).update(submitted_at=clock.now() - dt.timedelta(days=16))

    assert kinds(client, people[Role.AGENCY_OFFICER]) == ["verify", "report"]


def test_a_difficulty_waits_for_the_level_and_the_agency_asked(client, people, run, agency):
    asks(run, asked_agency=agency)
    asks(run, "centre")
    asks(run, "commune")
    settled = asks(run)
    followup_actions.resolve(settled, on=TODAY, resolution="Đã bố trí", by=make_user())

    for role in (Role.LEADER, Role.COORDINATOR, Role.AGENCY_OFFICER):
        (row,) = rows(client, people[role])
        answer = {"resolved_on": "15/09/2020", "resolution": "Bố trí trong năm 2021"}
        assert client.get(row.address).status_code == 200
    assert client.post(row.address, answer).status_code == 302
    assert rows(client, people[Role.LEADER]) == []


def test_every_order_is_the_same_whoever_is_asked():
    late = Row(Waits.EXTEND, 1, "", "", day=TODAY, left=-2)
    back = Row(Waits.RETURNED, 2, "", "", day=TODAY + dt.timedelta(days=9), left=9)
    near = Row(Waits.REPORT, 3, "", "", day=TODAY + dt.timedelta(days=1), left=1)
    old = Row(Waits.CONFIRM, 4, "", "", day=TODAY - dt.timedelta(days=3), waited=3)
    never = Row(Waits.CONFIRM, 5, "", "", waited=0)

    rows = sorted([never, near, old, back, late], key=lambda row: row.order)

    assert [row.pk for row in rows] == [1, 2, 4, 3, 5]


@pytest.mark.parametrize(
    ("left", "said"),
    [(-2, "Quá hạn 2 ngày"), (0, "đến hạn hôm nay"), (1, "còn 1 ngày"), (12, "còn 12 ngày")],
)
def test_how_near_a_day_is(left, said):
    row = Row(Waits.REPORT, 1, "", "", day=TODAY, left=left)

    assert row.nearness == said
    assert (row.is_late, row.is_near) == (left < 0, 0 <= left <= 3)
