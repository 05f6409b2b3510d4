"""Tasks from being assigned to being confirmed (rule 14): the verbs."""

import datetime as dt

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import Notice, Person, Role
from meetings.models import Task, TaskUpdate
from meetings.tasks import actions as task_actions
from meetings.tasks import due_dates
from meetings.tasks.updates import since
from nrm_tracker import uploads
from nrm_tracker.forms import Conflict
from tests import files
from tests.factories import (
    make_agency,
    make_commune,
    make_entry,
    make_session,
    make_task,
    make_user,
)

pytestmark = pytest.mark.django_db
YEAR_END = dt.date(2020, 12, 31)
TODAY = dt.date(2020, 9, 15)
Kind = TaskUpdate.Kind


@pytest.fixture
def commune():
    return make_commune()


@pytest.fixture
def office(commune):
    return make_user(role=Role.COORDINATOR, area=commune.area)


@pytest.fixture
def head(commune):
    return make_user(role=Role.COMMUNE_LEADER, commune=commune)


@pytest.fixture
def task(commune, office):
    return make_task(commune=commune, by=office)


def kinds(task):
    return [update.kind for update in task.updates.all()]


def told(user):
    return Notice.objects.filter(user=user).count()


def refused(verb, *args, **kwargs):
    with pytest.raises(ValidationError) as error:
        verb(*args, **kwargs)
    return list(getattr(error.value, "error_dict", {"": error.value.messages}))


# Assigning


def test_who_leads_is_told_and_who_assigns_knows(task, head, office):
    assert (task.state, task.version, task.assigned_by) == ("open", 1, office)
    other = make_task(lead_commune=task.lead_commune, by=office)
    assert told(head) == 1
    assert Notice.objects.get(user=head).address == f"/tasks/{other.pk}/"
    assert told(office) == 0


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"due_on": None}, "due_on"),
        ({"due_on": dt.date(2020, 9, 7)}, "due_on"),
        ({"kind": "continuing", "due_on": YEAR_END}, "due_on"),
        ({"kind": "recurring", "due_on": YEAR_END}, "every"),
        ({"title": " "}, "title"),
    ],
)
def test_what_is_no_task_is_refused(commune, office, given, field):
    assert field in refused(make_task, lead_commune=commune, by=office, **given)
    assert not Task.objects.exists()


def test_exactly_one_leads(commune, office):
    agency = make_agency()
    refused(make_task, lead_commune=commune, lead_agency=agency, by=office)
    none = Task(area=commune.area, title="Việc", due_on=YEAR_END, assigned_on=TODAY)
    assert refused(task_actions.assign, [none], by=office) == ["lead"]


def test_only_what_was_concluded_becomes_a_task(commune, office):
    session = make_session(communes=[commune], by=office, state="held")
    entry = make_entry(session, kind="report", by=office)

    refused(make_task, entry=entry, commune=commune, by=office)


def test_all_or_none_are_assigned(commune, office):
    good = Task(
        area=commune.area, title="Việc", lead_commune=commune, due_on=YEAR_END, assigned_on=TODAY
    )
    bad = Task(area=commune.area, title="Việc", lead_commune=commune, assigned_on=TODAY)

    refused(task_actions.assign, [good, bad], by=office)

    assert not Task.objects.exists()


# Reporting


def test_progress_is_kept_in_order(task, head, office):
    for percent in (20, 60):
        task_actions.report_progress(task, percent=percent, note="Đã làm", by=head)

    task.refresh_from_db()
    assert (task.percent, task.state, task.version) == (60, "open", 3)
    assert [update.percent for update in task.updates.all()] == [20, 60]
    assert told(office) == 2


def test_an_update_is_never_changed_or_deleted(task, head):
    update = task_actions.comment(task, "Lời", by=head)

    for change in (
        lambda: TaskUpdate.objects.filter(pk=update.pk).update(note="Khác"),
        lambda: TaskUpdate.objects.filter(pk=update.pk)._raw_delete("default"),
    ):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            change()


def test_a_product_asked_for_may_come_with_earlier_progress(commune, head, office):
    task = make_task(commune=commune, by=office, expected_product="Kế hoạch")
    assert refused(task_actions.report_done, task, note="Xong", by=head) == ["attached"]
    draft = uploads.check(files.pdf())
    task_actions.report_progress(task, percent=90, note="Dự thảo", by=head, files=[draft])

    task_actions.report_done(task, note="Xong", by=head)

    task.refresh_from_db()
    assert (task.state, task.done_on) == ("reported", TODAY)


def test_a_continuing_task_is_never_done_and_has_no_day(commune, head, office):
    task = make_task(commune=commune, by=office, kind="continuing")

    assert refused(task_actions.report_done, task, note="Xong", by=head)
    assert refused(due_dates.ask_for_day, task, to_on=YEAR_END, reason="Mưa", by=head)
    assert refused(due_dates.move_day, task, to_on=YEAR_END, reason="Mưa", by=office)
    task_actions.report_progress(task, percent=10, note="Thường xuyên", by=head)


# Confirming


def test_nobody_confirms_what_they_reported_themselves(task, head, office):
    task_actions.report_done(task, note="Xong", by=office)

    refused(task_actions.confirm, task, note="", by=office)
    task.refresh_from_db()
    assert task.state == "reported"

    task_actions.confirm(task, note="", by=make_user())
    task.refresh_from_db()
    assert (task.state, task.closed_at is not None) == ("done", True)


def test_who_reported_an_earlier_time_may_confirm_a_later_report(task, head, office):
    task_actions.report_done(task, note="Xong", by=office)
    task_actions.send_back(task, note="Thiếu", by=make_user())
    task_actions.report_done(task, note="Xong thật", by=head)

    task_actions.confirm(task, note="", by=office)

    assert kinds(task) == ["reported", "sent_back", "reported", "confirmed"]


@pytest.mark.parametrize(
    ("day", "every", "after"),
    [
        (dt.date(2020, 9, 20), "week", dt.date(2020, 9, 27)),
        (dt.date(2021, 1, 31), "month", dt.date(2021, 2, 28)),
        (dt.date(2020, 11, 30), "quarter", dt.date(2021, 2, 28)),
        (dt.date(2020, 9, 30), "year", dt.date(2021, 9, 30)),
    ],
)
def test_a_recurring_task_begins_again(commune, head, office, day, every, after):
    task = make_task(commune=commune, by=office, kind="recurring", every=every, due_on=day)
    task_actions.report_done(task, note="Đã họp", by=head)

    update = task_actions.confirm(task, note="", by=office)

    task.refresh_from_db()
    assert (task.state, task.percent, task.due_on, task.done_on) == ("open", 0, after, None)
    assert (update.due_before, update.due_after) == (day, after)


@pytest.mark.parametrize(
    ("first", "every", "turns"),
    [
        (dt.date(2021, 1, 31), "month", [(2021, 2, 28), (2021, 3, 31), (2021, 4, 30)]),
        (dt.date(2023, 11, 30), "quarter", [(2024, 2, 29), (2024, 5, 30), (2024, 8, 30)]),
        (
            dt.date(2024, 2, 29),
            "year",
            [(2025, 2, 28), (2026, 2, 28), (2027, 2, 28), (2028, 2, 29)],
        ),
        (dt.date(2020, 9, 24), "week", [(2020, 10, 1), (2020, 10, 8)]),
    ],
)
def test_a_recurring_task_keeps_the_day_on_which_it_began(
    commune, head, office, first, every, turns
):
    task = make_task(commune=commune, by=office, kind="recurring", every=every, due_on=first)
    days = []
    for _turn in turns:
        task_actions.report_done(task, note="Đã họp", by=head)
        task_actions.confirm(task, note="", by=office)
        task.refresh_from_db()
        days.append((task.due_on.year, task.due_on.month, task.due_on.day))

    assert days == turns


def test_a_day_granted_later_moves_one_turn_alone(commune, head, office):
    first = dt.date(2021, 1, 31)
    task = make_task(commune=commune, by=office, kind="recurring", every="month", due_on=first)
    due_dates.move_day(task, to_on=dt.date(2021, 2, 5), reason="Tết", by=office)
    task_actions.report_done(task, note="Đã họp", by=head)
    task_actions.confirm(task, note="", by=office)

    task.refresh_from_db()
    assert task.due_on == dt.date(2021, 2, 28)


def test_each_turn_of_a_recurring_task_needs_its_own_product(commune, head, office):
    day = dt.date(2020, 9, 20)
    series = {"kind": "recurring", "every": "month", "due_on": day}
    task = make_task(commune=commune, by=office, expected_product="Báo cáo tháng", **series)
    report = uploads.check(files.pdf())
    task_actions.report_done(task, note="Tháng 9", by=head, files=[report])
    task_actions.confirm(task, note="", by=office)

    assert refused(task_actions.report_done, task, note="Tháng 10", by=head) == ["attached"]


def test_cancelling_needs_its_reason_and_ends_it(task, head, office):
    assert refused(task_actions.cancel, task, note=" ", by=office) == ["note"]

    task_actions.cancel(task, note="Trùng", by=office)

    assert told(head) == 1
    for verb, said in (
        (task_actions.report_progress, {"percent": 1, "note": "x"}),
        (task_actions.report_done, {"note": "x"}),
        (task_actions.confirm, {"note": "x"}),
        (task_actions.send_back, {"note": "x"}),
        (task_actions.cancel, {"note": "x"}),
        (due_dates.ask_for_day, {"to_on": dt.date(2021, 2, 1), "reason": "x"}),
        (due_dates.move_day, {"to_on": dt.date(2021, 2, 1), "reason": "x"}),
    ):
        with pytest.raises(Conflict):
            verb(task, **said, by=head)


# Another day


def test_a_day_is_asked_for_and_the_old_one_stays_until_the_answer(task, head, office):
    asked = due_dates.ask_for_day(task, to_on=dt.date(2021, 1, 31), reason="Mưa lũ", by=head)
    task.refresh_from_db()
    assert task.due_on == YEAR_END
    assert refused(due_dates.ask_for_day, task, to_on=dt.date(2021, 2, 1), reason="x", by=head)
    assert refused(due_dates.move_day, task, to_on=dt.date(2021, 2, 1), reason="x", by=office)
    assert refused(due_dates.answer_day, asked, is_granted=True, answer="x", by=head)
    assert refused(due_dates.answer_day, asked, is_granted=True, answer=" ", by=office) == [
        "answer"
    ]

    answered = due_dates.answer_day(asked, is_granted=True, answer="Đồng ý", by=office)

    task.refresh_from_db()
    assert task.due_on == dt.date(2021, 1, 31)
    assert (answered.from_on, answered.decided_by, answered.is_granted) == (YEAR_END, office, True)
    with pytest.raises(Conflict):
        due_dates.answer_day(asked, is_granted=False, answer="x", by=office)


def test_who_convenes_moves_a_day_and_the_old_one_is_kept(task, head, office):
    for bad, field in (({"reason": " "}, "reason"), ({"to_on": YEAR_END}, "to_on")):
        said = {"to_on": dt.date(2021, 1, 31), "reason": "Tết"} | bad
        assert refused(due_dates.move_day, task, **said, by=office) == [field]

    moved = due_dates.move_day(task, to_on=dt.date(2021, 1, 31), reason="Tết", by=office)

    task.refresh_from_db()
    assert task.due_on == dt.date(2021, 1, 31)
    assert (moved.from_on, moved.is_granted, moved.decided_by) == (YEAR_END, True, office)
    update = task.updates.get()
    assert (update.kind, update.due_before, update.note) == ("date_granted", YEAR_END, "Tết")
    assert told(head) == 1


def test_a_request_about_a_day_that_passed_cannot_be_granted(commune, head, office):
    """A recurring task that was confirmed meanwhile is due on another day."""
    day = dt.date(2020, 9, 20)
    task = make_task(commune=commune, by=office, kind="recurring", every="month", due_on=day)
    asked = due_dates.ask_for_day(task, to_on=dt.date(2020, 9, 25), reason="Mưa", by=head)
    task_actions.report_done(task, note="Đã họp", by=head)
    task_actions.confirm(task, note="", by=office)

    assert refused(due_dates.answer_day, asked, is_granted=True, answer="Đồng ý", by=office)

    due_dates.answer_day(asked, is_granted=False, answer="Đã sang kỳ sau", by=office)
    task.refresh_from_db()
    assert task.due_on == dt.date(2020, 10, 20)


# Who is in charge


def test_a_person_in_charge_with_an_account_is_told(task, office, head):
    known = Person.objects.create(full_name="Lê Văn Tám", area=task.area, user=head)

    task_actions.name_focal(task, known, by=office)

    task.refresh_from_db()
    assert task.focal_person == known
    assert told(head) == 1
    assert refused(task_actions.name_focal, task, Person(area=task.area), by=office) == [
        "full_name"
    ]


# Two at once


def test_what_was_seen_must_still_be_so(task, head, office):
    task_actions.comment(task, "Nhớ gửi ảnh", by=office)
    task_actions.report_progress(task, percent=10, note="Đầu", by=head, seen=1)

    with pytest.raises(Conflict) as changed:
        task_actions.cancel(task, note="Trùng", by=office, seen=1)

    assert changed.value.current.percent == 10
    assert [update.note for update in since(task, 1)] == ["Đầu"]
    assert since(task, 2) == []


# Properties

DEEDS = ["progress", "done", "confirm", "back", "ask", "grant", "refuse", "move", "focal"]


def _do(deed, task, by, days):
    task.refresh_from_db()
    asked = task.date_changes.filter(decided_at__isnull=True).first()
    to_on = task.due_on + dt.timedelta(days=days)
    if deed == "progress":
        task_actions.report_progress(task, percent=days, note="x", by=by)
    elif deed == "done":
        task_actions.report_done(task, note="x", by=by)
    elif deed == "confirm":
        task_actions.confirm(task, note="", by=by)
    elif deed == "back":
        task_actions.send_back(task, note="x", by=by)
    elif deed == "ask":
        due_dates.ask_for_day(task, to_on=to_on, reason="x", by=by)
    elif deed == "move":
        due_dates.move_day(task, to_on=to_on, reason="x", by=by)
    elif deed == "focal":
        task_actions.name_focal(task, Person(full_name="A", area=task.area), by=by)
    elif asked:
        due_dates.answer_day(asked, is_granted=deed == "grant", answer="x", by=by)


@settings(
    max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
@given(
    st.sampled_from(["once", "recurring"]),
    st.lists(
        st.tuples(st.sampled_from(DEEDS), st.integers(0, 2), st.integers(-3, 40)), max_size=20
    ),
)
def test_no_earlier_day_is_lost_and_nobody_confirms_their_own_word(commune, office, kind, deeds):
    every = "week" if kind == "recurring" else ""
    with transaction.atomic():
        people = [make_user() for _ in range(3)]
        task = make_task(commune=commune, by=office, kind=kind, every=every)
        for deed, who, days in deeds:
            try:
                _do(deed, task, people[who], days)
            except (ValidationError, Conflict):
                continue
        task.refresh_from_db()
        updates = list(task.updates.all())
        moved = [
            u for u in updates if u.kind in (Kind.DATE_GRANTED, Kind.CONFIRMED) and u.due_after
        ]

        days = [YEAR_END, *(update.due_after for update in moved)]
        assert [update.due_before for update in moved] == days[:-1]
        assert days[-1] == task.due_on
        granted = task.date_changes.filter(is_granted=True)
        assert {(g.from_on, g.to_on) for g in granted} == {
            (u.due_before, u.due_after) for u in moved if u.kind == Kind.DATE_GRANTED
        }
        assert task.version == 1 + sum(update.kind != Kind.COMMENT for update in updates)
        reporter = None
        for update in updates:
            if update.kind == Kind.REPORTED:
                reporter = update.by
            if update.kind == Kind.CONFIRMED:
                assert reporter is not None
                assert reporter != update.by
        transaction.set_rollback(True)
