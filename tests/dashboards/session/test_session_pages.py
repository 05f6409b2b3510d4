"""The pages on which sessions are read: the list, one session."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import Role
from communes.models import Area
from criteria.assessments import actions as assessment_actions
from criteria.models import Result
from meetings.models import Entry, Participant, SessionFile, WorkingSession
from meetings.publication import actions as publication_actions
from meetings.sessions import actions as session_actions
from meetings.tasks import actions as task_actions
from nrm_tracker import uploads
from tests import files
from tests.factories import (
    cell,
    finding,
    make_agency,
    make_area,
    make_commune,
    make_enrolment,
    make_entry,
    make_session,
    make_set,
    make_task,
    make_user,
)
from tests.pages import Page

pytestmark = pytest.mark.django_db
TODAY = dt.date(2020, 9, 15)
AUGUST, SEPTEMBER = dt.date(2020, 8, 11), dt.date(2020, 9, 8)
State = WorkingSession.State
# What a session's page may ask: one query or two of each of its tables.
MOST = 20


@pytest.fixture
def run():
    return make_enrolment()


@pytest.fixture
def boss(run):
    return make_user(role=Role.LEADER, area=run.commune.area)


@pytest.fixture
def observer(run):
    return make_user(role=Role.OBSERVER, area=run.commune.area)


@pytest.fixture
def stranger():
    vinh = make_area(code="412", name="Vinh", kind=Area.Kind.DISTRICT)
    return make_user(role=Role.LEADER, area=vinh)


def seen(client, user, address):
    client.force_login(user)
    return Page(client.get(address))


def page_of(client, user, session):
    return seen(client, user, f"/sessions/{session.pk}/")


def listed(page):
    return [int(row["data-session"]) for row in page.find("tr", data_session=True)]


def assess(run, number, result=Result.MET, on=SEPTEMBER):
    return assessment_actions.assess(cell(run, number), finding(result, on), by=make_user())


# The list


def test_the_list_has_the_next_first_and_those_held_newest_first(client, run, observer):
    communes = [run.commune]
    far = make_session(communes=communes, on=dt.date(2020, 10, 20))
    near = make_session(communes=communes, on=TODAY)
    old = make_session(communes=communes, on=AUGUST, state=State.HELD)
    new = make_session(communes=communes, on=SEPTEMBER, state=State.PUBLISHED)

    page = seen(client, observer, "/sessions/")

    assert listed(page) == [near.pk, far.pk, new.pk, old.pk]
    assert "Họ tên" not in page.one("tr", data_session=str(new.pk)).text
    assert run.commune.name in page.one("tr", data_session=str(new.pk)).text


def test_a_draft_whose_day_has_passed_stands_among_those_held(client, run, observer):
    session = make_session(communes=[run.commune], on=AUGUST)

    page = seen(client, observer, "/sessions/")

    assert page.one("tr", data_session=str(session.pk)).is_inside(page.one("section", id="held"))
    assert page.one("tr", data_session=str(session.pk))["data-state"] == "draft"


def test_the_list_counts_entries_and_tasks(client, run, observer):
    session = make_session(communes=[run.commune], state=State.HELD)
    entry = make_entry(session)
    make_entry(session, kind=Entry.Kind.OPINION)
    make_task(entry=entry, commune=run.commune)

    page = seen(client, observer, "/sessions/")

    numbers = page.find("td", inside=page.one("tr", data_session=str(session.pk)), class_="num")
    assert [number.text for number in numbers] == ["2", "1"]


def test_the_address_narrows_the_list(client, run, observer):
    other = make_commune(slug="ky-tay", name="Kỳ Tây", code="2")
    party = make_session(communes=[run.commune])
    office = make_session(communes=[other, run.commune], form="government")

    assert listed(seen(client, observer, "/sessions/?commune=ky-tay")) == [office.pk]
    assert listed(seen(client, observer, "/sessions/?form=party")) == [party.pk]
    assert len(listed(seen(client, observer, "/sessions/?form=nothing&commune=nowhere"))) == 2


def test_only_who_convenes_has_the_button(client, run, boss, observer):
    address = reverse("session-new")

    assert address in seen(client, boss, "/sessions/").links
    assert address not in seen(client, observer, "/sessions/").links


def test_an_empty_list_says_what_to_do(client, boss, observer):
    assert seen(client, boss, "/sessions/").find("div", class_="empty")
    assert "/" in seen(client, observer, "/sessions/").links


def test_sessions_of_another_area_are_not_listed_and_not_there(client, run, stranger):
    session = make_session(communes=[run.commune], state=State.HELD)
    client.force_login(stranger)

    assert listed(Page(client.get("/sessions/"))) == []
    for end in ("", "screen/", f"briefing/{run.commune.slug}/"):
        assert client.get(f"/sessions/{session.pk}/{end}").status_code == 404
        assert client.post(f"/sessions/{session.pk}/{end}").status_code == 405
    assert client.post("/sessions/").status_code == 405


def test_as_many_queries_for_many_sessions_as_for_one(client, run, observer):
    client.force_login(observer)

    def counted():
        with CaptureQueriesContext(connection) as captured:
            assert client.get("/sessions/").status_code == 200
        return len(captured)

    def convene():
        make_session(communes=[run.commune], on=AUGUST, state=State.HELD)
        make_session(communes=[run.commune], on=TODAY)

    convene()
    counted()
    few = counted()
    for _ in range(30):
        convene()

    many = counted()
    assert many == few <= 20


# One session


def test_everyone_of_the_area_sees_a_draft_with_its_people(client, run, observer):
    people = [
        Participant(full_name="Thư Ký", part=Participant.Part.SECRETARY),
        Participant(group_name="Đại diện UBND huyện"),
        Participant(full_name="Người Vắng", presence="absent", reason="Đi công tác"),
    ]
    session = make_session(communes=[run.commune], participants=people, place="Trụ sở")

    page = page_of(client, observer, session)

    facts = page.one("dl", class_="facts").text
    places = [facts.index(name) for name in ("Trần Văn Chủ", "Thư Ký", "Đại diện", "Người Vắng")]
    assert places == sorted(places)
    assert "Đi công tác" in page.one("div", data_absent=True).text
    assert "Trụ sở" in facts


def test_the_matrix_has_the_figures_of_the_day(client, run, observer):
    assess(run, 1)
    assess(run, 2, Result.NOT_MET)
    assess(run, 3, on=dt.date(2020, 9, 10))
    bare = make_commune(slug="ky-tay", code="2")
    session = make_session(communes=[run.commune, bare], on=SEPTEMBER, state=State.HELD)

    page = page_of(client, observer, session)

    assert page.results("ky-lac") == {1: "met", 2: "not_met", 3: "not_assessed"}
    assert page.find("p", data_commune="ky-tay")
    for slug in ("ky-lac", "ky-tay"):
        assert reverse("briefing", args=[session.pk, slug]) in page.links


def test_the_set_of_a_session_is_that_of_the_overview(client, run, observer):
    """Rule 15 stands in one place: also where two sets have as many communes and began on one day.
    A set that is not basic never comes first, however many run at it."""
    names = [("an-binh", "An Bình"), ("ky-tay", "Kỳ Tây"), ("ky-son", "Kỳ Sơn")]
    communes = [
        make_commune(slug=slug, name=name, code=str(n)) for n, (slug, name) in enumerate(names)
    ]
    advanced = make_set(code="nang-cao", tier="advanced", valid_from=TODAY)
    make_enrolment(commune=communes[0], criteria_set=make_set(code="rieng"))
    for commune in communes[1:]:
        make_enrolment(commune=commune, criteria_set=advanced)
    session = make_session(communes=[run.commune, *communes], on=TODAY)

    page = page_of(client, observer, session)

    assert page.slugs == seen(client, observer, "/").slugs == ["ky-lac"]
    elsewhere = [one["data-commune"] for one in page.find("p", data_commune=True)]
    assert elsewhere == ["an-binh", "ky-son", "ky-tay"]


def test_long_minutes_are_told_by_their_conclusions_and_folded(client, run, observer):
    session = make_session(communes=[run.commune], state=State.HELD)
    make_entry(session, "Tập trung nguồn lực.", commune=run.commune)
    for number in range(3):
        make_entry(session, f"Ý kiến {number}", kind=Entry.Kind.OPINION)

    assert page_of(client, observer, session).find("ul", class_="rows gist not-paper") == []

    make_entry(session, "Bám sát cơ sở.", kind=Entry.Kind.DIRECTION)
    page = page_of(client, observer, session)

    (gist,) = page.find("ul", class_="rows gist not-paper")
    assert [one.text for one in page.find("li", inside=gist)] == [
        "Kết luận: Kỳ Lạc Tập trung nguồn lực."
    ]
    (fold,) = page.find("details", inside=page.one("section", id="minutes"))
    assert "open" not in fold.attrs
    assert len(page.find("li", data_kind=True, inside=fold)) == 5


def test_of_many_tasks_the_first_rows_are_seen_and_the_others_are_folded(client, run, observer):
    session = make_session(communes=[run.commune], state=State.HELD)
    entry = make_entry(session)
    for number in range(7):
        make_task(entry=entry, commune=run.commune, title=f"Việc {number}")

    assert page_of(client, observer, session).find("details", data_more=True) == []

    make_task(entry=entry, commune=run.commune, title="Việc cuối")
    page = page_of(client, observer, session)

    (fold,) = page.find("details", data_more=True)
    assert page.find("summary", inside=fold)[0].text == "Xem thêm 3 việc"
    rows = page.find("tr", data_task=True)
    assert [row.is_inside(fold) for row in rows] == [False] * 5 + [True] * 3


def test_entries_have_their_tasks_and_who_may_assigns_from_them(client, run, boss, observer):
    session = make_session(communes=[run.commune], state=State.HELD)
    said = make_entry(session, "Dòng một\nDòng hai", commune=run.commune, speaker="Bí thư")
    guideline = make_entry(session, kind=Entry.Kind.GUIDELINE)
    task = make_task(entry=said, commune=run.commune)
    many = make_entry(session)
    for number in range(2):
        agency = make_agency(key=f"phong-{number}", name=f"Phòng {number}")
        make_task(entry=many, lead_agency=agency, title="Lập kế hoạch")

    page = page_of(client, boss, session)

    entry = page.one("li", id=f"entry-{said.pk}")
    assert "Bí thư" in entry.text
    assert page.find("br", inside=entry)
    links = [link["href"] for link in page.find("a", inside=entry)]
    assert links == [
        reverse("task", args=[task.pk]),
        reverse("entry-task", args=[said.pk]),
    ]
    assert page.one("li", id=f"entry-{many.pk}").text.count("Lập kế hoạch") == 1
    assert page.one("tr", data_task=str(task.pk)).is_inside(page.one("section", id="tasks"))
    assert reverse("entry-task", args=[guideline.pk]) not in page.links
    assert reverse("entry-task", args=[said.pk]) not in (page_of(client, observer, session).links)


def test_what_was_recorded_leads_to_its_cells(client, run, boss):
    session = make_session(communes=[run.commune], state=State.HELD)
    assess(run, 3)
    said = session_actions.finding_of(
        session, result=Result.MET, no_evidence_reason="Hồ sơ lưu tại xã."
    )
    made = session_actions.record(session, cell(run, 1), said, by=boss)

    page = page_of(client, boss, session)

    row = page.one("li", data_assessment=str(made.pk))
    assert page.find("a", inside=row)[0]["href"].startswith("/communes/ky-lac/criteria/1/")


def test_progress_and_a_fall_back_are_recorded_from_it(client, run, boss, observer):
    session = make_session(communes=[run.commune], state=State.HELD)
    for number in (1, 3):
        assess(run, number)
    addresses = [reverse("session-assess", args=[session.pk, "ky-lac", n]) for n in (1, 2, 3)]
    wanted = [f"{address}?set={run.criteria_set.code}" for address in addresses]

    page = page_of(client, boss, session)

    assert [one for one in page.links if "/assess/" in one] == [wanted[1], wanted[0], wanted[2]]
    settled = page.one("div", data_settled="ky-lac")
    assert [link["href"] for link in page.find("a", inside=settled)] == [wanted[0], wanted[2]]
    status = cell(run, 1)
    said = {"version": status.version, "result": "not_met", "reason": "Đường xuống cấp sau lũ"}
    assert client.post(wanted[0], said).status_code == 302
    status.refresh_from_db()
    assert status.result == Result.NOT_MET
    assert session.assessments.get().assessment == status.assessment
    page = page_of(client, boss, session)
    settled = page.one("div", data_settled="ky-lac")
    assert [link["href"] for link in page.find("a", inside=settled)] == [wanted[2]]
    assert "/assess/" not in "".join(page_of(client, observer, session).links)


def test_unfinished_tasks_of_earlier_sessions_are_taken_over_or_left_out(client, run, boss):
    commune, other = run.commune, make_commune(slug="ky-tay", code="2")
    before = make_session(communes=[commune, other], on=AUGUST, state=State.HELD, by=boss)
    kept, left, foreign = (
        make_task(entry=make_entry(before), commune=one, lead_commune=one)
        for one in (commune, commune, other)
    )
    session = make_session(communes=[commune], on=TODAY)
    task_actions.drop(session, left, reason="Đã chuyển sang kế hoạch khác", by=boss)

    page = page_of(client, boss, session)

    carried = [int(one["data-carried"]) for one in page.find("li", data_carried=True)]
    assert carried == [kept.pk]
    assert foreign.pk not in carried
    assert reverse("session-drop", args=[session.pk, kept.pk]) in page.links
    assert "Đã chuyển sang kế hoạch khác" in page.one("li", data_dropped=str(left.pk)).text


def test_what_an_earlier_session_left_out_is_not_taken_over_again(client, run, boss):
    commune, other = run.commune, make_commune(slug="ky-tay", code="2")
    before = make_session(communes=[commune, other], on=AUGUST, state=State.HELD, by=boss)
    kept, left, left_elsewhere = (
        make_task(entry=make_entry(before), commune=commune, lead_commune=commune) for _ in range(3)
    )
    between = make_session(communes=[commune], on=SEPTEMBER)
    elsewhere = make_session(communes=[other], on=SEPTEMBER)
    task_actions.drop(between, left, reason="Không còn phù hợp", by=boss)
    task_actions.drop(elsewhere, left_elsewhere, reason="Không thuộc xã", by=boss)
    for one in (between, elsewhere):
        session_actions.hold(one, [])
    session = make_session(communes=[commune], on=TODAY)

    page = page_of(client, boss, session)

    carried = {int(one["data-carried"]) for one in page.find("li", data_carried=True)}
    assert carried == {kept.pk, left_elsewhere.pk}


def test_each_task_says_how_it_stands_today_and_what_is_to_come_of_it(client, run, boss):
    session = make_session(communes=[run.commune], on=AUGUST, state=State.HELD)
    entry = make_entry(session)
    wanted = {
        "late": {"due_on": dt.date(2020, 9, 14), "expected_product": "Biểu rà soát"},
        "soon": {"due_on": dt.date(2020, 9, 22)},
        "open": {"due_on": dt.date(2020, 9, 23)},
        "continuing": {"kind": "continuing", "due_on": None},
        "reported": {"state": "reported", "due_on": dt.date(2020, 9, 14)},
    }
    tasks = {
        name: make_task(entry=entry, commune=run.commune, assigned_on=AUGUST, **said)
        for name, said in wanted.items()
    }

    page = page_of(client, boss, session)

    rows = {name: page.one("tr", data_task=str(task.pk)) for name, task in tasks.items()}
    assert {name: row["data-state"] for name, row in rows.items()} == {n: n for n in wanted}
    assert "Biểu rà soát" in rows["late"].text


WRITES = ("edit", "hold", "publish", "addendum", "scan", "file-new")


@pytest.mark.parametrize(
    ("state", "offered"),
    [
        (State.DRAFT, {"edit", "hold", "file-new"}),
        (State.HELD, {"edit", "publish", "file-new"}),
        (State.PUBLISHED, {"addendum", "scan"}),
    ],
)
def test_buttons_are_those_that_the_state_and_the_person_allow(
    client, run, boss, observer, state, offered
):
    session = make_session(communes=[run.commune], state=state)

    def buttons(user):
        links = page_of(client, user, session).links
        return {n for n in WRITES if reverse(f"session-{n}", args=[session.pk]) in links}

    assert buttons(boss) == offered
    assert buttons(observer) == set()


def test_a_session_ahead_is_not_offered_as_held(client, run, boss):
    session = make_session(communes=[run.commune], on=dt.date(2020, 9, 20))

    links = page_of(client, boss, session).links

    assert reverse("session-hold", args=[session.pk]) not in links
    assert reverse("session-ics", args=[session.pk]) in links
    assert reverse("session-paper", args=[session.pk, "invitation"]) in links


def test_published_minutes_show_their_scan_addenda_and_files(client, run, boss):
    session = make_session(communes=[run.commune])
    photo = {"kind": SessionFile.Kind.PHOTO, "caption": "Ảnh", "commune": None}
    picture = uploads.check(files.picture())
    paper = session_actions.add_file(session, file=picture, **photo, by=boss)
    make_entry(session)
    session_actions.hold(session, [])
    publication_actions.publish(session, minutes_number="12", notice_number="", by=boss)
    scan = session_actions.attach_scan(session, uploads.check(files.pdf()), by=boss).scan
    addendum = session_actions.add_to(session, "Đính chính ngày", by=boss)

    page = page_of(client, boss, session)

    assert scan.sha256 in page.one("section", id="addenda").text
    assert reverse("session-scan-file", args=[session.pk]) in page.links
    assert reverse("session-file", args=[session.pk, paper.pk]) in page.links
    assert "Đính chính ngày" in page.one("li", id=f"addendum-{addendum.pk}").text
    # A wrong one is superseded by a newer.
    assert reverse("session-scan", args=[session.pk]) in page.links


def test_as_many_queries_for_a_hundred_entries_as_for_one(client, run, boss):
    other = make_enrolment(
        commune=make_commune(slug="ky-tay", code="2"), criteria_set=run.criteria_set
    )
    communes = [run.commune, other.commune]
    before = make_session(communes=communes, on=AUGUST, state=State.HELD)
    session = make_session(communes=communes, on=SEPTEMBER, state=State.HELD)
    client.force_login(boss)

    def say(times, tasks):
        entries = [make_entry(session, criterion=cell(run, 1).criterion) for _ in range(times)]
        for entry in entries[:tasks]:
            make_task(entry=entry, commune=run.commune)
            make_task(entry=make_entry(before), commune=other.commune, lead_commune=other.commune)

    def counted():
        with CaptureQueriesContext(connection) as captured:
            assert client.get(f"/sessions/{session.pk}/").status_code == 200
        return len(captured)

    said = session_actions.finding_of(session, result=Result.NOT_MET)
    session_actions.record(session, cell(run, 1), said, by=boss)
    say(1, 1)
    counted()
    few = counted()
    session_actions.record(session, cell(other, 2), said, by=boss)
    say(99, 59)

    many = counted()
    assert many == few <= MOST


def test_a_briefing_names_what_is_late_once(client, run, boss):
    before = make_session(communes=[run.commune], on=AUGUST, state=State.HELD, by=boss)
    make_session(communes=[run.commune], on=SEPTEMBER, state=State.HELD, by=boss)
    late, other = (
        make_task(
            entry=make_entry(before),
            commune=run.commune,
            lead_commune=run.commune,
            assigned_on=AUGUST,
            due_on=due_on,
        )
        for due_on in (TODAY - dt.timedelta(days=1), TODAY + dt.timedelta(days=60))
    )
    type(late).objects.update(assigned_at=dt.datetime.combine(AUGUST, dt.time(), dt.UTC))
    session = make_session(communes=[run.commune], on=TODAY, by=boss)
    client.force_login(boss)

    page = Page(client.get(f"/sessions/{session.pk}/briefing/ky-lac/"))

    told = {
        name: [one[f"data-{name}"] for one in page.find("li", **{f"data_{name}": True})]
        for name in ("late", "carried")
    }
    assert told == {"late": [str(late.pk)], "carried": [str(other.pk)]}
