"""What is written counts in its area, so that the pages kept of it are drawn anew; in no other."""

import datetime as dt

import pytest

from accounts.models import Person
from communes.models import WorkingGroup
from meetings.minutes import actions as minutes_actions
from meetings.models import Task, Visit
from meetings.publication import actions as publication_actions
from meetings.sessions import actions as session_actions
from meetings.tasks import actions as task_actions
from meetings.tasks import due_dates
from meetings.visits import actions as visit_actions
from nrm_tracker import uploads
from tests import files
from tests.factories import make_commune, make_entry, make_session, make_task, make_user
from tests.pages import written

pytestmark = pytest.mark.django_db
TODAY = dt.date(2020, 9, 15)
LATER = dt.date(2021, 1, 31)


def on_a_task(by, commune):
    task = make_task(commune=commune, by=by)
    person = Person(full_name="Lê Văn Tám", area=commune.area)
    photo = uploads.check(files.picture())
    yield lambda: task_actions.comment(task, "Nhớ gửi ảnh", by=by)
    yield lambda: task_actions.name_focal(task, person, by=by)
    yield lambda: task_actions.report_progress(task, percent=9, note="x", by=by, files=[photo])
    asked = []
    day = {"to_on": LATER, "reason": "Mưa lũ"}
    yield lambda: asked.append(due_dates.ask_for_day(task, **day, by=by))
    answer = {"is_granted": False, "answer": "Gấp", "by": make_user()}
    yield lambda: due_dates.answer_day(asked[0], **answer)
    yield lambda: due_dates.move_day(task, **day, by=by)
    yield lambda: task_actions.report_done(task, note="Xong", by=by)
    yield lambda: task_actions.send_back(task, note="Thiếu", by=by)
    yield lambda: task_actions.cancel(task, note="Trùng", by=by)
    again = Task(title="x", area=commune.area, lead_commune=commune, due_on=LATER)
    again.assigned_on = TODAY
    yield lambda: task_actions.assign([again], by=by)


def in_a_session(by, commune):
    session, task = make_session(communes=[commune], by=by), make_task(commune=commune, by=by)
    photo = {"file": uploads.check(files.picture()), "kind": "photo", "caption": "Ảnh"}
    yield lambda: session_actions.add_file(session, **photo, commune=None, by=by)
    yield lambda: session_actions.hold(session, [])
    yield lambda: task_actions.drop(session, task, reason="Đã xong", by=by)
    entries = []
    yield lambda: entries.append(make_entry(session))
    yield lambda: minutes_actions.move(entries[0], up=True)
    yield lambda: minutes_actions.delete(entries[0], version=1)
    make_entry(session)
    numbers = {"minutes_number": "12", "notice_number": ""}
    yield lambda: publication_actions.publish(session, **numbers, by=by)
    yield lambda: session_actions.add_to(session, "Đính chính", by=by)
    yield lambda: session_actions.attach_scan(session, uploads.check(files.pdf()), by=by)


def on_visits(by, commune):
    group = WorkingGroup.objects.create(area=commune.area, key="doan", name="Đoàn")
    group.communes.add(commune)
    visits = [
        Visit(kind=kind, commune=commune, planned_on=TODAY, purpose="x", working_group=group)
        for kind in ("support", "inspection")
    ]
    made = {"made_on": TODAY, "summary": "Đúng", "findings": {}}
    yield lambda: visit_actions.plan(visits[0], by=by)
    yield lambda: visit_actions.record(visits[0], **made, by=by)
    yield lambda: visit_actions.plan(visits[1], by=by)
    yield lambda: visit_actions.give_up(visits[1], reason="Bão", by=by)


@pytest.mark.parametrize("deeds", [on_a_task, in_a_session, on_visits])
def test_each_deed_counts_in_its_area_alone(deeds):
    commune = make_commune()
    for number, deed in enumerate(deeds(make_user(), commune)):
        before = written(commune.area_id), written(0)
        deed()
        after = written(commune.area_id), written(0)

        assert after == (before[0] + 1, before[1]), number
