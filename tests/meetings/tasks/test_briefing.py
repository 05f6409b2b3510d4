"""The briefing of a commune: what it says of figures, of tasks, of what was promised."""

import datetime as dt
import json

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Person, Role
from criteria.assessments import actions as assessment_actions
from criteria.enrolments.actions import Target, move_target
from criteria.followup import actions as followup_actions
from criteria.models import Charge, Claim, Difficulty, Enrolment, Result
from meetings.models import WorkingSession
from meetings.sessions import actions as session_actions
from meetings.tasks import actions as task_actions
from meetings.tasks.briefing import briefing_of, dated, day_of
from nrm_tracker import clock
from tests.factories import (
    cell,
    finding,
    make_agency,
    make_commune,
    make_enrolment,
    make_entry,
    make_session,
    make_task,
    make_user,
)
from tests.pages import Page

pytestmark = pytest.mark.django_db
TODAY = dt.date(2020, 9, 15)
AUGUST, SEPTEMBER = dt.date(2020, 8, 11), dt.date(2020, 9, 8)
HELD = WorkingSession.State.HELD


@pytest.fixture(autouse=True)
def _today(settings):
    settings.DEMO_MODE, settings.DEMO_DAY = True, TODAY.isoformat()


@pytest.fixture
def run():
    return make_enrolment()


@pytest.fixture
def boss(run):
    return make_user(role=Role.LEADER, area=run.commune.area)


def assess(run, number, result, on):
    return assessment_actions.assess(cell(run, number), finding(result, on), by=make_user())


def held(run, on, **kwargs):
    return make_session(communes=[run.commune], on=on, state=HELD, **kwargs)


def entered(task, on):
    type(task).objects.filter(pk=task.pk).update(assigned_at=clock.at(on, 17))
    return task


def promise(session, run, **kwargs):
    entry = make_entry(session)
    kwargs.setdefault("assigned_on", session.held_on)
    task = make_task(entry=entry, commune=run.commune, by=session.convened_by, **kwargs)
    return entered(task, session.held_on)


def test_the_figures_of_a_draft_are_those_of_today_while_it_lies_ahead(run):
    ahead = make_session(communes=[run.commune], on=dt.date(2020, 9, 20))
    past = make_session(communes=[run.commune], on=SEPTEMBER)

    assert day_of(ahead) == TODAY
    assert day_of(past) == SEPTEMBER


def test_it_says_how_many_are_met_now_and_were_at_the_last_session(run):
    assess(run, 1, Result.MET, AUGUST)
    assess(run, 2, Result.NOT_MET, AUGUST)
    before = held(run, AUGUST)
    assess(run, 2, Result.MET, dt.date(2020, 9, 1))

    said = briefing_of(make_session(communes=[run.commune], on=SEPTEMBER), run.commune)

    assert (said["now"]["head"], said["now"]["results"]) == ("2/3", "mm.")
    assert said["now"]["assessed_on"] == "2020-09-01"
    assert said["before"]["pk"] == before.pk
    assert said["then"]["head"] == "1/3"
    [change] = said["changes"]
    assert (change["number"], change["from"], change["to"]) == (2, "not_met", "met")
    assert (change["assessed_on"], change["basis"]) == ("2020-09-01", "verification")
    assert [one["number"] for one in said["lacking"]] == [3]


def test_it_names_the_target_of_the_day_of_the_session(run, boss):
    Enrolment.objects.filter(pk=run.pk).update(target_on=dt.date(2020, 12, 31), target_count=2)
    run.refresh_from_db()
    moved = Target(dt.date(2021, 6, 30))
    move_target(run, moved, seen="2020-12-31/2", reason="Bão lũ", by=boss)

    past = briefing_of(make_session(communes=[run.commune], on=SEPTEMBER), run.commune)
    ahead = briefing_of(make_session(communes=[run.commune], on=dt.date(2020, 9, 20)), run.commune)

    assert (past["target_on"], past["target_count"], past["size"]) == ("2020-12-31", 2, 3)
    assert (ahead["target_on"], ahead["target_count"]) == ("2021-06-30", None)


def test_without_a_session_before_nothing_is_compared(run):
    assess(run, 1, Result.MET, AUGUST)

    said = briefing_of(make_session(communes=[run.commune], on=SEPTEMBER), run.commune)

    assert (said["before"], said["then"], said["changes"], said["promises"]) == (None, None, [], [])


def test_a_draft_and_a_session_with_others_are_none_before(run):
    make_session(communes=[run.commune], on=AUGUST)
    make_session(communes=[make_commune(slug="ky-tay", code="2")], on=AUGUST, state=HELD)

    said = briefing_of(make_session(communes=[run.commune], on=SEPTEMBER), run.commune)

    assert said["before"] is None


def test_what_is_not_met_names_its_difficulties_and_persons(run, boss):
    commune = run.commune
    assess(run, 1, Result.NOT_MET, AUGUST)
    for number, cause in ((1, "Thiếu vốn"), (None, "Hạ tầng chưa đồng bộ")):
        criterion = cell(run, number).criterion if number else None
        blocked = Difficulty(
            commune=commune, criterion=criterion, cause=cause, request="Bố trí vốn",
            asked_of=Difficulty.AskedOf.DISTRICT, stated_on=AUGUST,
        )  # fmt: skip
        followup_actions.state(blocked, by=boss)
    person = Person(area=commune.area, full_name="Nguyễn Văn A", phone="0901234567")
    charge = Charge(
        person=person, commune=commune, criterion=cell(run, 1).criterion, from_on=AUGUST
    )
    followup_actions.put_in_charge(charge, by=boss)

    said = briefing_of(make_session(communes=[commune], on=SEPTEMBER), commune)

    first = said["lacking"][0]
    assert (first["number"], first["result"]) == (1, "not_met")
    assert [one["cause"] for one in first["difficulties"]] == ["Thiếu vốn"]
    assert [(one["person"], one["phone"]) for one in first["charges"]] == [
        ("Nguyễn Văn A", "0901234567")
    ]
    assert [one["cause"] for one in said["difficulties"]] == ["Hạ tầng chưa đồng bộ"]


def test_it_says_which_claims_wait_and_how_long(run):
    Claim.objects.create(
        status=cell(run, 2), result=Result.MET, state=Claim.State.SUBMITTED,
        drafted_at=clock.at(AUGUST, 8), drafted_by=make_user(),
        submitted_at=clock.at(dt.date(2020, 9, 5), 8), submitted_by=make_user(),
    )  # fmt: skip

    said = briefing_of(make_session(communes=[run.commune], on=SEPTEMBER), run.commune)

    assert [(one["number"], one["days"]) for one in said["claims"]] == [(2, 3)]


def test_promises_are_told_with_what_happened(run, boss):
    before = held(run, AUGUST, by=boss)
    done = promise(before, run, title="Đã xong", due_on=dt.date(2020, 9, 1))
    late = promise(before, run, title="Quá hạn", due_on=dt.date(2020, 9, 10))
    other = make_commune(slug="ky-tay", code="2")
    make_task(entry=make_entry(before), commune=other, lead_commune=other)
    both = make_task(entry=make_entry(before), lead_agency=make_agency(), title="Chung")
    task_actions.report_progress(late, percent=40, note="Đã làm một phần", by=boss)
    task_actions.report_done(done, note="Xong", by=make_user())
    task_actions.confirm(done, note="", by=boss)

    said = briefing_of(make_session(communes=[run.commune], on=dt.date(2020, 9, 20)), run.commune)

    told = {one["pk"]: one for one in said["promises"]}
    assert set(told) == {done.pk, late.pk, both.pk}
    assert (told[done.pk]["state"], told[done.pk]["days_late"]) == ("done", 14)
    assert (told[late.pk]["state"], told[late.pk]["percent"]) == ("open", 40)
    assert told[late.pk]["days_late"] == 5
    assert [one["pk"] for one in said["late"]] == [late.pk]
    assert {one["pk"] for one in said["carried"]} == {late.pk, both.pk}


def test_tasks_are_told_as_they_stood_on_the_day_of_a_session_that_is_past(run, boss):
    before = held(run, AUGUST, by=boss)
    task = promise(before, run, due_on=dt.date(2020, 9, 12))
    task_actions.report_done(task, note="Xong", by=make_user())
    task_actions.confirm(task, note="", by=boss)

    said = briefing_of(make_session(communes=[run.commune], on=SEPTEMBER), run.commune)

    [one] = said["promises"]
    assert (one["state"], one["percent"], one["days_late"]) == ("open", 0, 0)
    assert [soon["pk"] for soon in said["soon"]] == [task.pk]


def test_what_is_left_out_is_told_with_its_reason_and_not_again_later(run, boss):
    before = held(run, AUGUST, by=boss)
    task = promise(before, run)
    kept = promise(before, run)
    now = make_session(communes=[run.commune], on=SEPTEMBER)
    task_actions.drop(now, task, reason="Không còn phù hợp", by=boss)

    said = briefing_of(now, run.commune)
    session_actions.hold(now, [])
    later = briefing_of(make_session(communes=[run.commune], on=TODAY), run.commune)

    assert [(one["pk"], one["reason"]) for one in said["dropped"]] == [
        (task.pk, "Không còn phù hợp")
    ]
    assert [one["pk"] for one in said["carried"]] == [kept.pk]
    assert [one["pk"] for one in later["carried"]] == [kept.pk]
    assert later["dropped"] == []


def test_tasks_of_the_session_itself_are_no_matter_of_its_briefing(run, boss):
    session = held(run, SEPTEMBER, by=boss)
    promise(session, run, due_on=dt.date(2020, 9, 9))

    said = briefing_of(session, run.commune)

    assert (said["late"], said["soon"], said["promises"], said["carried"]) == ([], [], [], [])


def test_a_commune_that_runs_at_no_set_has_a_briefing_too():
    commune = make_commune()

    said = briefing_of(make_session(communes=[commune]), commune)

    assert (said["now"], said["lacking"]) == (None, [])


def test_it_is_plain_json_and_its_days_come_back_as_days(run, boss):
    assess(run, 1, Result.MET, AUGUST)
    promise(held(run, AUGUST, by=boss), run)
    said = briefing_of(make_session(communes=[run.commune], on=SEPTEMBER), run.commune)

    read = dated(json.loads(json.dumps(said)))

    assert json.loads(json.dumps(said)) == said
    assert read["now"]["assessed_on"] == AUGUST
    assert read["promises"][0]["due_on"] == dt.date(2020, 12, 31)


def test_as_many_queries_for_sixty_tasks_as_for_one(run, boss):
    before = held(run, AUGUST, by=boss)
    session = make_session(communes=[run.commune], on=SEPTEMBER)
    promise(before, run)

    def counted():
        with CaptureQueriesContext(connection) as captured:
            briefing_of(session, run.commune)
        return len(captured)

    few = counted()
    for _ in range(60):
        promise(before, run)

    assert counted() == few <= 10


# The page


def test_the_page_shows_the_live_briefing_until_one_is_frozen(client, run, boss):
    assess(run, 1, Result.MET, AUGUST)
    session = make_session(communes=[run.commune], on=SEPTEMBER, by=boss)
    address = f"/sessions/{session.pk}/briefing/{run.commune.slug}/"
    client.force_login(boss)

    live = Page(client.get(address))
    session_actions.hold(session, [(run.commune, briefing_of(session, run.commune))])
    assess(run, 2, Result.MET, SEPTEMBER)
    frozen = Page(client.get(address))

    assert [one["data-now"] for one in live.find("div", data_now=True)] == ["1/3"]
    assert not live.find("span", data_frozen=True)
    assert [one["data-now"] for one in frozen.find("div", data_now=True)] == ["1/3"]
    assert frozen.find("span", data_frozen=True)


def test_the_page_marks_what_is_late_and_what_is_due_soon(client, run, boss):
    before = held(run, AUGUST, by=boss)
    late = promise(before, run, title="Quá hạn", due_on=dt.date(2020, 9, 1))
    soon = promise(before, run, title="Sắp đến hạn", due_on=dt.date(2020, 9, 12))
    later = promise(before, run, title="Còn hạn", due_on=dt.date(2020, 12, 31))
    session = make_session(communes=[run.commune], on=SEPTEMBER, by=boss)
    client.force_login(boss)

    page = Page(client.get(f"/sessions/{session.pk}/briefing/{run.commune.slug}/"))

    def marks(task):
        row = page.one("li", data_promise=str(task.pk))
        return [
            name
            for name in ("st-late", "st-soon")
            if page.find("span", inside=row, class_=f"st {name}")
        ]

    assert [marks(task) for task in (late, soon, later)] == [["st-late"], ["st-soon"], []]


def test_the_page_of_a_commune_that_was_not_there_is_none(client, run, boss):
    session = make_session(communes=[run.commune], by=boss)
    make_commune(slug="ky-tay", code="2")
    client.force_login(boss)

    assert client.get(f"/sessions/{session.pk}/briefing/ky-tay/").status_code == 404
    assert client.post(f"/sessions/{session.pk}/briefing/ky-lac/").status_code == 405
