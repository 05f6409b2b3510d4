"""An assignment undone within ten minutes, by who assigned it (rule 11b)."""

import datetime as dt

import pytest
from django.urls import reverse

from accounts.models import DailyMail, Notice, Role
from meetings.models import Task, TaskUpdate
from meetings.publication import session_page
from meetings.tasks import actions, task_history
from nrm_tracker import clock
from tests.factories import make_area, make_commune, make_entry, make_session, make_user
from tests.pages import Page

pytestmark = pytest.mark.django_db
DUE = "31/12/2020"


@pytest.fixture
def communes():
    return [make_commune(), make_commune(name="Lâm Hợp", slug="lam-hop", code="18838")]


@pytest.fixture
def head(communes):
    return make_user(role=Role.COMMUNE_LEADER, commune=communes[0])


@pytest.fixture
def leader(client, communes):
    user = make_user(role=Role.LEADER, area=communes[0].area)
    client.force_login(user)
    return user


@pytest.fixture
def session(communes):
    return make_session(communes=communes)


@pytest.fixture
def assigned(client, leader, head, session, communes):
    """A task for each of the two communes, assigned in one go."""
    entry = make_entry(session)
    typed = {"title": "Xóa vườn tạp", "lead": "commune", "kind": "once", "due_on": DUE}
    keys = [one.pk for one in communes]
    address = reverse("entry-task", args=[entry.pk])
    client.post(address, typed | {"priority": 2, "communes": keys}, follow=True)
    Notice.objects.exclude(address__startswith="/tasks/").delete()
    return list(Task.objects.order_by("pk"))


def undo(client, task):
    return client.post(reverse("task-undo", args=[task.pk]), follow=True)


def told(answer):
    (said,) = answer.context["messages"]
    return str(said)


def later(monkeypatch, **ahead):
    now = clock.now()
    monkeypatch.setattr(clock, "now", lambda: now + dt.timedelta(**ahead))


def test_the_message_has_the_button(client, leader, head, session, communes):
    typed = {"title": "Xóa vườn tạp", "lead": "commune", "kind": "once", "due_on": DUE}
    keys = [one.pk for one in communes]
    address = reverse("entry-task", args=[make_entry(session).pk])

    page = Page(client.post(address, typed | {"priority": 2, "communes": keys}, follow=True))

    first = Task.objects.earliest("pk")
    until = clock.local(first.assigned_at + dt.timedelta(minutes=10))
    (message,) = page.find("div", role="status")
    assert f"2 nhiệm vụ. Hoàn tác được đến {until:%H:%M}." in message.text
    (form,) = page.find("form", action=f"/tasks/{first.pk}/undo/")
    assert form.attrs["method"] == "post"


def test_all_that_was_assigned_in_one_go_is_voided_and_stays(client, assigned, leader):
    answer = undo(client, assigned[1])

    assert told(answer) == "Đã hoàn tác việc giao 2 nhiệm vụ."
    assert "Giao nhầm, đã hoàn tác" in answer.text
    assert [task.state for task in Task.objects.all()] == ["cancelled"] * 2
    assert [(u.kind, u.by) for u in TaskUpdate.objects.all()] == [("undone", leader)] * 2
    assert f"/tasks/{assigned[1].pk}/undo/" not in answer.text


def test_another_assignment_stays(client, assigned, session, communes, leader):
    other = Task(title="Khác", lead_commune=communes[0], due_on=dt.date(2020, 12, 1))
    other.assigned_on = session.held_on
    actions.assign([other], by=leader, entry=make_entry(session))

    undo(client, assigned[0])

    assert Task.objects.get(pk=other.pk).state == "open"


def test_the_page_of_the_task_has_the_button_for_who_assigned_it(client, assigned, leader):
    address = assigned[0].get_absolute_url()

    page = Page(client.get(address))

    (form,) = page.find("form", action=f"{address}undo/")
    assert "Hoàn tác việc giao 2 nhiệm vụ" in form.text
    client.force_login(make_user(role=Role.COORDINATOR, area=assigned[0].area))
    assert not Page(client.get(address)).find("form", action=f"{address}undo/")


def test_after_ten_minutes_it_is_refused(client, assigned, monkeypatch):
    later(monkeypatch, minutes=9, seconds=59)
    assert Page(client.get(assigned[0].get_absolute_url())).find(
        "form", action=f"/tasks/{assigned[0].pk}/undo/"
    )
    later(monkeypatch, seconds=30)

    answer = undo(client, assigned[0])

    until = clock.local(assigned[0].assigned_at + dt.timedelta(minutes=10))
    assert told(answer) == (
        f"Chỉ hoàn tác được trong 10 phút, đến {until:%H:%M}. Đề nghị đính chính hoặc hủy."
    )
    assert f"/tasks/{assigned[0].pk}/undo/" not in answer.text
    assert set(Task.objects.values_list("state", flat=True)) == {"open"}


def test_what_was_acted_on_is_refused_with_who_and_what(client, assigned, head):
    update = actions.report_progress(assigned[0], percent=40, note="Đang làm", by=head)

    answer = undo(client, assigned[1])

    assert told(answer) == (
        f"Không hoàn tác được nữa: {head} đã làm tiếp lúc {clock.local(update.at):%H:%M}"
        " (Tiến độ: Xóa vườn tạp)."
    )
    assert set(Task.objects.values_list("state", flat=True)) == {"open"}


def test_published_minutes_keep_what_was_assigned(client, assigned, session, leader):
    session.state, session.published_at = "published", clock.now()
    session.save()

    answer = undo(client, assigned[0])

    assert told(answer).startswith("Không hoàn tác được nữa: biên bản đã ban hành lúc ")
    assert set(Task.objects.values_list("state", flat=True)) == {"open"}


def test_twice_is_said(client, assigned):
    undo(client, assigned[0])

    assert told(undo(client, assigned[1])) == "Nội dung này đã được hoàn tác trước đó."
    assert TaskUpdate.objects.count() == 2


def test_nobody_else_undoes_it(client, assigned):
    client.force_login(make_user(role=Role.COORDINATOR, area=assigned[0].area))

    assert undo(client, assigned[0]).status_code == 403
    client.force_login(make_user(role=Role.LEADER, area=make_area(code="9", name="Nơi khác")))
    assert undo(client, assigned[0]).status_code == 404


def test_an_address_that_is_only_opened_undoes_nothing(client, assigned):
    answer = client.get(reverse("task-undo", args=[assigned[0].pk]))

    assert answer["Location"] == assigned[0].get_absolute_url()
    assert not TaskUpdate.objects.exists()


def test_a_notice_that_nobody_saw_is_taken_back(client, assigned, head):
    assert Notice.objects.get().user == head

    undo(client, assigned[0])

    assert not Notice.objects.exists()


@pytest.mark.parametrize("seen", ["read", "mailed", "being mailed"])
def test_who_saw_the_notice_is_told_that_it_was_undone(client, assigned, head, seen):
    if seen == "being mailed":
        DailyMail.objects.create(user=head, day=clock.today(), at=clock.now())
    else:
        named = {"read": {"read_at": clock.now()}, "mailed": {"mailed_on": clock.today()}}
        Notice.objects.update(**named[seen])

    undo(client, assigned[0])

    first, second = Notice.objects.order_by("pk")
    assert first.text.startswith("Được giao: Xóa vườn tạp")
    assert second.text == "Giao nhầm, đã hoàn tác: Xóa vườn tạp."
    assert (second.user, second.address) == (head, assigned[0].get_absolute_url())


def test_it_came_of_no_session_and_waits_for_nobody(client, assigned, session):
    undo(client, assigned[0])

    assert session_page.page_of(session).tasks == []
    assert not Task.objects.unfinished().exists()


def test_on_the_days_after_it_reads_as_cancelled(client, assigned, monkeypatch):
    undo(client, assigned[0])
    end = clock.now() + dt.timedelta(seconds=1)

    found = task_history.as_of(Task.objects.all(), end)

    assert [task.day_state for task in found] == ["cancelled"] * 2
