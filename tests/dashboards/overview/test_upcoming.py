"""What lies ahead and what is late, of an area and of a commune."""

import datetime as dt

import pytest

from accounts.models import Person
from communes.models import WorkingGroup
from criteria.progress.moment import Moment
from dashboards.overview import upcoming
from meetings.models import Participant, Task
from meetings.publication import actions as publication_actions
from meetings.sessions import actions as session_actions
from meetings.sessions import calling_off
from meetings.tasks import actions as task_actions
from meetings.tasks import due_dates
from nrm_tracker import clock
from tests.factories import (
    make_agency,
    make_area,
    make_commune,
    make_entry,
    make_session,
    make_task,
    make_user,
)

pytestmark = pytest.mark.django_db
TODAY = dt.date(2020, 9, 15)


@pytest.fixture
def commune():
    return make_commune()


def make_late(commune, *, days=5, **kwargs):
    due_on = TODAY - dt.timedelta(days=days)
    return make_task(commune=commune, due_on=due_on, assigned_on=dt.date(2020, 8, 1), **kwargs)


def area(commune, day=TODAY, **kwargs):
    return upcoming.of_area({commune.area_id}, Moment(day, **kwargs))


def test_what_is_late_is_counted_by_lead_and_by_commune(commune, django_assert_num_queries):
    agency, by = make_agency(), make_user()
    other = make_commune(slug="lam-hop", name="Lâm Hợp", code="2")
    tam = Person.objects.create(full_name="Lê Văn Tám", phone="0900", area=commune.area)
    make_late(commune, by=by, focal_person=tam, days=9)
    make_late(commune, by=by)
    make_late(other, lead_agency=agency, by=by)
    make_late(other, lead_person=tam, by=by)
    make_task(commune=commune, by=by)
    task_actions.report_done(make_late(commune, by=by), note="Xong", by=by)
    make_task(lead_commune=make_commune(slug="x", code="3", area=make_area(code="446")),
              area=make_area(code="446"), due_on=TODAY - dt.timedelta(days=1))  # fmt: skip

    # What is late counted and read, what is done, the sessions; the names of three kinds of lead.
    with django_assert_num_queries(7):
        found = area(commune)

    assert found.late_count == 4
    assert dict(found.by_lead) == {
        Task(lead_commune=commune).lead_name: 2,
        agency.short_name: 1,
        "Lê Văn Tám": 1,
    }
    assert found.by_commune == [("ky-lac", "Kỳ Lạc", 2), ("lam-hop", "Lâm Hợp", 2)]
    first = found.late[0].first
    assert (first.days_late(TODAY), str(first.focal_person), first.focal_person.phone) == (
        9,
        "Lê Văn Tám",
        "0900",
    )


def test_those_with_as_many_late_tasks_stand_in_vietnamese_order(commune):
    """Of communes and other leads together the first are told, and no more."""
    by = make_user()
    names = ["Kỳ Đồng", "Kỳ Bắc", "Kỳ Ân", "Kỳ An", "Kỳ Hải", "Kỳ Giang"]
    others = [make_commune(slug=f"x-{n}", code=f"9{n}", name=name) for n, name in enumerate(names)]
    agency = make_agency(name="Phòng Y tế")
    group = WorkingGroup.objects.create(name="Tổ công tác 1", area=commune.area)
    for one in [commune, *others]:
        make_late(one, by=by)
    make_late(commune, lead_agency=agency, by=by)
    for _ in range(2):
        make_late(None, lead_working_group=group, by=by)

    found = area(commune)

    assert found.late_count == 10
    assert [name for _, name, _ in found.by_commune] == [
        *("Kỳ Lạc", "Kỳ An", "Kỳ Ân", "Kỳ Bắc", "Kỳ Đồng", "Kỳ Giang"),
    ]
    leads = [Task(lead_commune=one).lead_name for one in (others[3], others[2], others[1])]
    assert [name for name, _ in found.by_lead] == [
        *("Tổ công tác 1", agency.short_name),
        *leads,
        Task(lead_commune=others[0]).lead_name,
    ]


def test_the_share_done_in_time(commune):
    by, other = make_user(), make_user()
    for days in (5, 3, -10, -20):
        task = make_late(commune, by=by, days=days)
        task_actions.report_done(task, note="Xong", by=by)
        task_actions.confirm(task, note="", by=other)

    found = area(commune)

    assert (found.done, found.in_time, found.in_time_percent) == (4, 2, 50)
    assert area(commune, dt.date(2020, 9, 14)).done == 0
    assert upcoming.AreaUpcoming(since=TODAY).in_time_percent is None


def test_what_was_done_is_told_since_the_last_session(commune):
    by, other = make_user(), make_user()
    session = make_session(communes=[commune], on=dt.date(2020, 9, 8), state="held")
    for on in (dt.date(2020, 9, 8), dt.date(2020, 9, 9), TODAY):
        task = make_late(commune, by=by)
        task_actions.report_done(task, note="Xong", by=by)
        task_actions.confirm(task, note="", by=other)
        Task.objects.filter(pk=task.pk).update(done_on=on)

    found = area(commune)

    assert (found.before.pk, found.since, found.done, found.done_since) == (
        *(session.pk, dt.date(2020, 9, 8)),
        *(3, 2),
    )
    compared = area(commune, compare=dt.date(2020, 9, 9))
    assert (compared.since, compared.done_since) == (dt.date(2020, 9, 9), 1)
    assert (found.is_since_session, compared.is_since_session) == (True, False)


def test_without_a_session_it_is_thirty_days(commune):
    make_session(communes=[commune], on=TODAY, state="held")

    found = area(commune)

    assert (found.before, found.since) == (None, dt.date(2020, 8, 16))


def test_a_day_after_the_page_s_is_nothing_to_count_from(commune):
    early = dt.date(2020, 9, 1)

    assert area(commune, early, compare=TODAY).since == dt.date(2020, 8, 2)


def test_what_falls_due_within_seven_days_stands_beside_what_is_late(commune):
    by = make_user()
    for days in (-1, 0, 7, 8):
        due_on = TODAY + dt.timedelta(days=days)
        make_task(commune=commune, by=by, title=f"{days}", due_on=due_on,
                  assigned_on=dt.date(2020, 8, 1))  # fmt: skip

    found = area(commune)

    assert [one.first.title for one in found.late] == ["-1"]
    assert [one.first.title for one in found.due] == ["0", "7"]


def test_the_same_asked_of_many_is_one_row(commune):
    by = make_user()
    for number in range(12):
        agency = make_agency(key=f"p{number}", name=f"Phòng {number}")
        make_task(commune=None, lead_agency=agency, by=by, title="Lập kế hoạch",
                  due_on=TODAY, assigned_on=dt.date(2020, 8, 1))  # fmt: skip
    make_task(commune=commune, by=by, title="Khác", due_on=TODAY, assigned_on=dt.date(2020, 8, 1))

    found = area(commune)

    assert [(one.first.title, len(one.tasks), one.is_cut) for one in found.due] == [
        *[("Khác", 1, False)],
        *[("Lập kế hoạch", 12, False)],
    ]


def test_the_next_sessions_come_first(commune):
    later, soon = (
        make_session(communes=[commune], on=TODAY + dt.timedelta(days=days)) for days in (9, 2)
    )
    make_session(communes=[commune], on=dt.date(2020, 9, 8), state="held")

    assert [session.pk for session in area(commune).sessions] == [soon.pk, later.pk]
    assert area(commune, dt.date(2020, 9, 14)).sessions == []


def move(session, on):
    session.refresh_from_db()
    call = session_actions.Call(
        form=session.form, title=session.title, communes=list(session.communes.all()), held_on=on,
        participants=[Participant(full_name="Trần Văn Chủ", part=Participant.Part.CHAIR)],
    )  # fmt: skip
    session_actions.change(
        session,
        call,
        version=session.version,
        by=session.convened_by,
        reason="Mưa",
        briefing_of=dict,
    )


def september(day):
    return dt.date(2020, 9, day)


def test_a_past_day_shows_sessions_on_the_day_that_was_said_then(commune, settings):
    settings.DEMO_DAY = "2020-09-01"
    by = make_user()
    put_off, brought_forward, off = (
        make_session(communes=[commune], by=by, on=september(day), title=title)
        for title, day in (("Hoãn", 20), ("Sớm", 25), ("Hủy", 22))
    )
    settings.DEMO_DAY = "2020-09-12"
    move(put_off, september(24))
    settings.DEMO_DAY = "2020-09-15"
    move(put_off, september(30))
    move(brought_forward, september(16))
    calling_off.call_off(off, "Mưa", by=by)
    settings.DEMO_DAY = "2020-09-17"

    def sessions(day):
        found = area(commune, september(day)).sessions
        return [(session.title, session.held_on.day) for session in found]

    assert sessions(10) == sessions(11) == [("Hoãn", 20), ("Hủy", 22), ("Sớm", 25)]
    assert sessions(12) == sessions(14) == [("Hủy", 22), ("Hoãn", 24), ("Sớm", 25)]
    assert sessions(15) == sessions(16) == [("Sớm", 16), ("Hoãn", 30)]
    assert sessions(17) == [("Hoãn", 30)]
    known = Moment(september(17), known=september(11))
    told = upcoming.of_area({commune.area_id}, known).sessions
    assert [session.held_on.day for session in told] == [20, 22, 25]
    assert upcoming.of_area({commune.area_id}, Moment(dt.date(2020, 8, 31))).sessions == []


def test_a_past_day_shows_the_state_that_a_session_had_then(commune, settings):
    settings.DEMO_DAY = "2020-09-01"
    by = make_user()
    off, held, put_off = (
        make_session(communes=[commune], by=by, on=september(day), title=title)
        for title, day in (("Hủy", 10), ("Họp", 9), ("Hoãn", 8))
    )
    settings.DEMO_DAY = "2020-09-08"
    move(put_off, september(12))
    settings.DEMO_DAY = "2020-09-10"
    session_actions.hold(held, [(commune, {})])
    make_entry(held)
    settings.DEMO_DAY = "2020-09-12"
    held.refresh_from_db()
    publication_actions.publish(held, minutes_number="", notice_number="", by=by)
    settings.DEMO_DAY = "2020-09-13"
    calling_off.call_off(off, "Mưa", by=by)

    def sessions(day):
        found = upcoming.of_commune(commune, Moment(september(day))).sessions
        return {session.title: (session.held_on.day, session.state) for session in found}

    assert sessions(7) == {}
    assert sessions(9) == {"Họp": (9, "draft")}
    assert sessions(10) == sessions(11) == {"Họp": (9, "held"), "Hủy": (10, "draft")}
    assert sessions(12) == {
        "Họp": (9, "published"), "Hủy": (10, "draft"), "Hoãn": (12, "draft"),
    }  # fmt: skip
    assert sessions(13)["Hủy"] == (10, "called_off")


@pytest.mark.parametrize("day", [10, 15])
def test_sessions_of_any_day_are_read_in_one_query(
    commune, settings, day, django_assert_num_queries
):
    settings.DEMO_DAY = "2020-09-01"
    session = make_session(communes=[commune], on=september(20))
    settings.DEMO_DAY = "2020-09-15"
    move(session, september(30))

    with django_assert_num_queries(4):
        area(commune, september(day))
    with django_assert_num_queries(2):
        upcoming.of_commune(commune, Moment(september(day)))


def test_an_empty_area_has_nothing(commune):
    for found in (area(commune), upcoming.of_area(set(), Moment(TODAY))):
        assert (found.late, found.due, found.sessions) == ([], [], [])
        assert found.done == found.late_count == 0


def backdate(task, day):
    """The task and what was said of it so far as if entered on that day."""
    Task.objects.filter(pk=task.pk).update(assigned_at=clock.at(day, 9))
    return task


def test_a_past_day_shows_the_days_and_states_of_then(commune, settings):
    by, other = make_user(), make_user()
    settings.DEMO_DAY = "2020-09-01"
    moved, reported, closed = (
        make_task(commune=commune, by=by, due_on=dt.date(2020, 9, 5),
                  assigned_on=dt.date(2020, 9, 1), title=title)
        for title in ("Dời", "Báo", "Hủy")
    )  # fmt: skip
    settings.DEMO_DAY = "2020-09-08"
    due_dates.move_day(moved, to_on=dt.date(2020, 12, 1), reason="Mưa", by=by)
    task_actions.report_done(reported, note="Xong", by=by)
    settings.DEMO_DAY = "2020-09-10"
    task_actions.send_back(reported, note="Thiếu", by=other)
    task_actions.cancel(closed, note="Trùng", by=by)
    settings.DEMO_DAY = "2020-09-15"

    def late(day):
        return {one.first.title for one in area(commune, dt.date(2020, 9, day)).late}

    assert late(5) == set()
    assert late(6) == late(7) == {"Dời", "Báo", "Hủy"}
    assert late(8) == late(9) == {"Hủy"}
    assert late(10) == late(15) == {"Báo"}
    known = Moment(TODAY, known=dt.date(2020, 9, 7))
    assert {one.first.title for one in upcoming.of_area({commune.area_id}, known).late} == {
        "Dời",
        "Báo",
        "Hủy",
    }
    tasks = upcoming.of_commune(commune, Moment(dt.date(2020, 9, 7))).tasks
    assert {task.title: task.due_on for task in tasks}["Dời"] == dt.date(2020, 9, 5)
    assert upcoming.of_commune(commune, Moment(dt.date(2020, 8, 31))).tasks == []


def test_a_recurring_task_is_open_again_on_the_day_after_it_was_confirmed(commune, settings):
    by, other = make_user(), make_user()
    settings.DEMO_DAY = "2020-09-01"
    once, recurring = (
        make_task(commune=commune, by=by, due_on=dt.date(2020, 9, 2), title=kind, kind=kind,
                  every="month" if kind == "recurring" else "", assigned_on=dt.date(2020, 9, 1))
        for kind in ("once", "recurring")
    )  # fmt: skip
    settings.DEMO_DAY = "2020-09-04"
    for task in (once, recurring):
        task_actions.report_done(task, note="Xong", by=by)
        task_actions.confirm(task, note="", by=other)
    settings.DEMO_DAY = "2020-09-15"

    def tasks(day):
        return {
            task.title: (task.standing(dt.date(2020, 9, day)), task.due_on)
            for task in upcoming.of_commune(commune, Moment(dt.date(2020, 9, day))).tasks
        }

    before = ("late", dt.date(2020, 9, 2))
    assert tasks(3) == {"once": before, "recurring": before}
    assert tasks(5) == {"recurring": ("open", dt.date(2020, 10, 2))}


def test_a_commune_s_sessions_and_tasks_in_two_queries(commune, django_assert_num_queries):
    by = make_user()
    sessions = [
        make_session(communes=[commune], on=dt.date(2020, 9, day), state="held")
        for day in range(1, 8)
    ]
    led = make_task(lead_commune=commune, by=by)
    about = make_late(commune, lead_agency=make_agency(), by=by)
    always = make_task(commune=commune, by=by, kind="continuing")
    make_task(lead_commune=make_commune(slug="b", code="2"), by=by)

    with django_assert_num_queries(2):
        found = upcoming.of_commune(commune, Moment(TODAY))

    assert [session.pk for session in found.sessions] == [s.pk for s in sessions[:1:-1]]
    assert [task.pk for task in found.tasks] == [about.pk, led.pk, always.pk]
    assert not found.has_more


def test_of_many_tasks_a_commune_shows_the_first(commune):
    row = make_task(commune=commune)
    for _n in range(25):
        row.pk = None
        row.save(force_insert=True)

    found = upcoming.of_commune(commune, Moment(TODAY))

    assert (len(found.tasks), found.has_more) == (20, True)


def test_of_a_past_day_it_says_how_much_was_done_by_then(commune):
    by, day = make_user(), TODAY - dt.timedelta(days=3)
    task = make_task(commune=commune, by=by, due_on=TODAY + dt.timedelta(days=9))
    Task.objects.filter(pk=task.pk).update(assigned_at=clock.at(day, 8))
    with clock.standing_at(clock.at(day, 9)):
        task_actions.report_progress(task, percent=40, note="Đã làm", by=by)
    task_actions.report_progress(Task.objects.get(), percent=90, note="Gần xong", by=by)

    told = [upcoming.of_commune(commune, Moment(on)).tasks for on in (TODAY, day)]

    assert [one.percent for (one,) in told] == [90, 40]
