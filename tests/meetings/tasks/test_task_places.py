"""Where tasks show: what waits for a person, the e-mail, the overview, a commune, a person."""

import datetime as dt
import io

import pytest
from django.core import mail
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Notice, Person, Role, User
from meetings.models import Task
from meetings.tasks import actions as task_actions
from meetings.tasks import due_dates, reminders
from tests.factories import (
    make_agency,
    make_commune,
    make_enrolment,
    make_session,
    make_task,
    make_user,
)
from tests.pages import read

pytestmark = pytest.mark.django_db
TODAY = dt.date(2020, 9, 15)


@pytest.fixture
def commune():
    return make_enrolment(commune=make_commune()).commune


@pytest.fixture
def office(commune):
    return make_user(role=Role.COORDINATOR, area=commune.area)


@pytest.fixture
def head(commune):
    return make_user(role=Role.COMMUNE_LEADER, commune=commune)


def due(commune, days, **kwargs):
    """A task whose day is so many days ahead, or has passed."""
    return make_task(
        commune=commune,
        due_on=TODAY + dt.timedelta(days=days),
        assigned_on=dt.date(2020, 8, 1),
        **kwargs,
    )


def as_user(client, user):
    client.force_login(user)
    return client


def queue(client, user):
    """What waits for somebody: why, and which task."""
    found = as_user(client, user).get("/me/").context["queue"]
    return [(row.kind, row.pk) for row in found.rows]


# What waits for me


def test_late_and_due_tasks_wait_for_who_leads(client, commune, office, head):
    other = make_commune(slug="lam-hop", name="Lâm Hợp", code="2")
    late, later = due(commune, -9, by=office), due(commune, -2, by=office)
    soon = due(commune, 3, by=office)
    far = due(commune, 30, by=office)
    due(other, -5, by=office)

    assert queue(client, head) == [("report", pk) for pk in (late.pk, later.pk, soon.pk)]
    page = read(client, "/me/")
    assert "9" in page.one("li", data_task=str(late.pk)).text.split()
    fold = page.find("details", class_="fold")[0]
    assert page.find("a", inside=fold, href=f"/tasks/{far.pk}/")
    assert queue(client, office) == []
    said = [one.text for one in read(client, "/me/").find("p", class_="none")]
    assert "Nhiệm vụ của đơn vị khác: 3 quá hạn, 1 đến hạn trong 7 ngày" in said


def test_each_kind_of_lead_sees_its_own(client, commune, office):
    agency = make_agency()
    officer = make_user(role=Role.AGENCY_OFFICER, agency=agency)
    watcher = make_user(role=Role.OBSERVER, area=commune.area)
    tam = Person.objects.create(full_name="Lê Văn Tám", area=commune.area, user=watcher)
    of_agency = due(commune, -1, lead_agency=agency, by=office)
    of_person = due(commune, -1, lead_person=tam, by=office)
    in_charge = due(commune, -1, lead_agency=make_agency(key="x"), focal_person=tam, by=office)

    assert queue(client, officer) == [("report", of_agency.pk)]
    assert queue(client, watcher) == [("report", of_person.pk), ("report", in_charge.pk)]


def test_what_was_reported_waits_for_who_may_confirm(client, commune, office, head):
    by_head, by_office = due(commune, -1, by=office), due(commune, -1, by=office)
    task_actions.report_done(by_head, note="Xong", by=head)
    task_actions.report_done(by_office, note="Xong", by=office)

    assert queue(client, office) == [("confirm", by_head.pk)]
    leader = make_user(role=Role.LEADER, area=commune.area)
    assert queue(client, leader) == [("confirm", by_head.pk), ("confirm", by_office.pk)]
    assert queue(client, head) == []
    fold = read(client, "/me/").one("details", class_="fold").text
    assert "Đã gửi, đang chờ" in fold


def test_requests_for_another_day_wait_for_an_answer(client, commune, office, head):
    task = due(commune, 30, by=office)
    asked = due_dates.ask_for_day(task, to_on=dt.date(2021, 1, 31), reason="Mưa", by=head)

    assert queue(client, office) == [("extend", task.pk)]
    assert "31/01/2021" in read(client, "/me/").one("li", data_task=str(task.pk)).text
    assert queue(client, head) == []

    due_dates.answer_day(asked, is_granted=False, answer="Gấp", by=office)
    assert queue(client, office) == []


def test_of_many_tasks_the_first_are_read_and_all_counted(client, commune, office, head):
    def count():
        as_user(client, head).get("/me/")
        with CaptureQueriesContext(connection) as asked:
            response = client.get("/me/")
        return len(asked), response.context["queue"]

    task = due(commune, -3, by=office)
    few, _queue = count()
    for _n in range(120):
        task.pk = None
        task.save(force_insert=True)
    many, found = count()

    assert few == many <= 20
    assert (len(found.rows), found.total) == (100, 121)
    page = read(client, "/me/")
    assert {one.text.split()[0] for one in page.find("span", class_="count")} == {"121"}
    assert "Hiện 100 mục đầu" in page.html


# The e-mail and the notices of the day


def send():
    call_command("send_digests", stdout=io.StringIO())


def test_the_e_mail_names_late_and_due_tasks(commune, office, head):
    late = due(commune, -9, by=office, title="Rà soát quy hoạch")
    due(commune, 3, by=office, title="Chỉnh trang vườn hộ")
    User.objects.filter(pk=head.pk).update(email="xa@nrm.example")

    send()
    send()

    (letter,) = mail.outbox
    assert letter.subject.endswith("thông báo mới, 2 việc cần xử lý")
    assert "Rà soát quy hoạch" in letter.body
    assert letter.body.count("Chỉnh trang vườn hộ") == 2  # assigned, and waiting
    assert f"Báo cáo: {late.title}" in letter.body


def test_who_leads_is_told_once_that_a_day_is_near_and_once_that_it_passed(
    commune, office, head, settings
):
    task = due(commune, 3, by=office)
    due(commune, 30, by=office)
    due(commune, -30, by=office)
    Notice.objects.all().delete()

    assert (reminders.remind(), reminders.remind()) == (1, 0)
    settings.DEMO_DAY = "2020-09-16"
    assert reminders.remind() == 0
    settings.DEMO_DAY = "2020-09-19"
    assert (reminders.remind(), reminders.remind()) == (1, 0)

    told = Notice.objects.all()
    assert {(one.user, one.address) for one in told} == {(head, f"/tasks/{task.pk}/")}
    assert all("18/09/2020" in one.text for one in told)


def test_a_moved_day_is_told_anew(commune, office, head):
    task = due(commune, 1, by=office)
    Notice.objects.all().delete()
    reminders.remind()

    due_dates.move_day(task, to_on=TODAY + dt.timedelta(days=6), reason="Mưa", by=office)

    assert reminders.remind() == 1


def test_persons_and_agencies_are_told_too(commune, office):
    agency = make_agency()
    officer = make_user(role=Role.AGENCY_OFFICER, agency=agency)
    make_user(role=Role.AGENCY_OFFICER, agency=agency, until_on=dt.date(2020, 9, 1))
    tam = Person.objects.create(full_name="Tám", area=commune.area, user=make_user())
    due(commune, 1, lead_agency=agency, focal_person=tam, by=office)
    Notice.objects.all().delete()

    assert reminders.remind() == 2
    assert {notice.user for notice in Notice.objects.all()} == {officer, tam.user}


# The overview


def test_the_overview_names_late_tasks_with_person_and_telephone(client, commune, office):
    tam = Person.objects.create(full_name="Lê Văn Tám", phone="0900 000 000", area=commune.area)
    task = due(commune, -9, by=office, focal_person=tam, title="Rà soát quy hoạch")
    session = make_session(communes=[commune], on=dt.date(2020, 9, 20), by=office)

    page = read(as_user(client, office), "/")

    assert page.one("li", data_task=str(task.pk))
    assert page.one("li", data_session=str(session.pk))
    message = page.one("pre", id="message").text
    for said in ("Rà soát quy hoạch", "Lê Văn Tám", "0900 000 000", "20/09/2020"):
        assert said in message
    assert "/tasks/?state=late&commune=ky-lac" in page.links
    earlier = read(client, "/", as_of="2020-09-14")
    assert not earlier.find("li", data_task=True)


def test_an_overview_without_tasks_says_nothing_of_them(client, commune, office):
    page = read(as_user(client, office), "/")

    assert not page.find("li", data_task=True)
    assert not page.find("li", data_tasks=True)


# A commune, a cell, a person


def test_a_commune_shows_its_sessions_and_unfinished_tasks(client, commune, office):
    task = due(commune, -1, by=office)
    done = due(commune, -1, by=office)
    task_actions.cancel(done, note="Trùng", by=office)
    session = make_session(communes=[commune], by=office, state="held")

    page = read(as_user(client, office), "/communes/ky-lac/")

    section = page.one("section", id="tasks")
    assert [row["data-task"] for row in page.find("tr", inside=section, data_task=True)] == [
        str(task.pk)
    ]
    assert page.one("li", data_session=str(session.pk))
    assert not read(client, "/communes/ky-lac/", as_of="2020-09-14").find("tr", data_task=True)


def test_a_commune_without_a_set_shows_them_too(client, commune, office):
    bare = make_commune(slug="xa-moi", name="Xã Mới", code="9")
    task = make_task(commune=bare, by=office)

    assert read(as_user(client, office), "/communes/xa-moi/").one("tr", data_task=str(task.pk))


def test_a_cell_leads_to_the_tasks_about_it(client, commune, office):
    criterion = commune.enrolments.get().criteria_set.criteria.get(number=2)
    make_task(commune=commune, criterion=criterion, by=office)

    cell = read(as_user(client, office), "/communes/ky-lac/criteria/2/")

    assert "/tasks/?commune=ky-lac&criterion=2" in cell.links
    assert not read(client, "/communes/ky-lac/criteria/1/").find("a", id="tasks")


def test_a_person_s_page_shows_what_they_lead_or_are_in_charge_of(client, commune, office):
    tam = Person.objects.create(full_name="Lê Văn Tám", area=commune.area)
    led = due(commune, 20, lead_person=tam, by=office)
    charged = due(commune, -3, focal_person=tam, by=office)
    due(commune, -3, by=office)
    done = due(commune, -3, focal_person=tam, by=office)
    task_actions.cancel(done, note="Trùng", by=office)

    page = read(as_user(client, office), f"/people/{tam.pk}/")

    rows = page.find("tr", data_task=True)
    assert [int(row["data-task"]) for row in rows] == [charged.pk, led.pk]
    assert Task.objects.count() == 4
