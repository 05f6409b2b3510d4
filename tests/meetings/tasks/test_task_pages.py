"""The list of tasks, one task, and its forms."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Notice, Person, Role
from meetings.models import Task, TaskUpdate, Theme
from meetings.tasks import actions as task_actions
from meetings.tasks import due_dates
from nrm_tracker import uploads
from tests import files
from tests.factories import (
    make_agency,
    make_area,
    make_commune,
    make_enrolment,
    make_entry,
    make_session,
    make_task,
    make_user,
)
from tests.pages import Page, read

pytestmark = pytest.mark.django_db
TODAY = dt.date(2020, 9, 15)
LIST = "/tasks/"


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


def as_user(client, user):
    client.force_login(user)
    return client


def told(page):
    return [int(row["data-task"]) for row in page.find(data_task=True)]


def address(task, name=""):
    return f"/tasks/{task.pk}/{name}/" if name else f"/tasks/{task.pk}/"


def errors(response):
    return {name: list(found) for name, found in response.context["form"].errors.items()}


# The list


def test_unfinished_tasks_are_listed_by_their_day(client, commune, office):
    later = make_task(commune=commune, by=office, due_on=dt.date(2020, 10, 1))
    late = make_task(commune=commune, by=office, due_on=dt.date(2020, 9, 10))
    always = make_task(commune=commune, by=office, kind="continuing")
    task_actions.cancel(make_task(commune=commune, by=office), note="Trùng", by=office)
    make_task(
        lead_commune=make_commune(slug="xa", code="9", area=make_area(code="446")),
        area=make_area(code="446"),
    )

    page = read(as_user(client, office), LIST)

    assert told(page) == [late.pk, later.pk, always.pk]
    assert "10/09/2020" in page.one("tr", data_task=str(late.pk)).text
    assert page.find("span", class_="st st-late")


def test_each_filter_is_an_address(client, commune, office, head):
    agency = make_agency()
    other = make_commune(slug="lam-hop", name="Lâm Hợp", code="2")
    theme = Theme.objects.create(name="Tuyên truyền mới")
    criterion = make_enrolment(commune=commune).criteria_set.criteria.get(number=2)
    session = make_session(communes=[commune], by=office, state="held")
    mine = make_task(commune=commune, by=office, due_on=dt.date(2020, 9, 10))
    soon = make_task(
        lead_agency=agency, commune=other, by=office, due_on=dt.date(2020, 9, 20), theme=theme
    )
    of_session = make_task(
        entry=make_entry(session, by=office), commune=commune, by=office, criterion=criterion,
        title="Chỉnh trang vườn hộ",
    )  # fmt: skip
    reported = make_task(lead_commune=other, by=office)
    task_actions.report_done(reported, note="Xong", by=office)
    gone = make_task(lead_commune=other, by=office)
    task_actions.cancel(gone, note="Trùng", by=office)
    as_user(client, head)

    def found(**query):
        return set(told(read(client, LIST, **query)))

    assert found() == {mine.pk, soon.pk, of_session.pk, reported.pk}
    assert found(who="mine") == {mine.pk, of_session.pk}
    assert found(state="late") == {mine.pk}
    assert found(state="soon") == {soon.pk}
    assert found(state="open") == {mine.pk, soon.pk, of_session.pk}
    assert found(state="reported") == {reported.pk}
    assert found(state="cancelled") == {gone.pk}
    assert found(state="done") == set()
    assert found(state="all") == {mine.pk, soon.pk, of_session.pk, reported.pk, gone.pk}
    assert found(commune="lam-hop") == {soon.pk, reported.pk}
    assert found(criterion="2") == {of_session.pk}
    assert found(agency=agency.pk) == {soon.pk}
    assert found(session=session.pk) == {of_session.pk}
    assert found(theme=theme.pk) == {soon.pk}
    assert found(q="chinh trang VUON") == {of_session.pk}
    assert found(q="vuon", commune="lam-hop") == set()


@pytest.mark.parametrize(
    "query",
    [
        {"state": "x"},
        {"who": "x"},
        {"commune": "khong-co"},
        {"criterion": "9" * 40},
        {"agency": "x"},
        {"session": "-1"},
        {"theme": "9" * 40},
        {"page": "x"},
        {"q": " "},
    ],
)
def test_a_filter_that_names_nothing_filters_nothing(client, office, task, query):
    assert told(read(as_user(client, office), LIST, **query)) == [task.pk]


def test_the_head_counts_and_leads_to_what_it_counts(client, commune, office):
    for day in (1, 2, 16):
        make_task(
            commune=commune, by=office, due_on=dt.date(2020, 9, day),
            assigned_on=dt.date(2020, 9, 1),
        )  # fmt: skip
    task_actions.report_done(make_task(commune=commune, by=office), note="Xong", by=office)

    page = read(as_user(client, office), LIST, commune="ky-lac")

    figures = {
        name: page.find("a", inside=page.one("div", data_count=name))[0].text.split()[0]
        for name in ("late", "soon", "reported")
    }
    assert figures == {"late": "2", "soon": "1", "reported": "1"}
    link = page.find("a", inside=page.one("div", data_count="late"))[0]["href"]
    assert len(told(read(client, f"{LIST}{link}"))) == 2
    assert "commune=ky-lac" in link


def test_300_tasks_cost_what_one_costs(client, commune, office, task):
    def count(number):
        as_user(client, office)
        client.get(LIST)
        with CaptureQueriesContext(connection) as asked:
            assert len(told(read(client, LIST, state="all"))) == number
        return len(asked)

    few = count(1)
    row = Task.objects.get()
    Task.objects.bulk_create(
        Task(
            area=row.area, lead_commune=commune, commune=commune, title=f"Việc {n}",
            due_on=TODAY, assigned_on=TODAY, assigned_at=row.assigned_at, assigned_by=office,
        )
        for n in range(299)
    )  # fmt: skip

    assert count(50) == few <= 20
    assert len(told(read(client, LIST, page=6))) == 50
    (onward,) = {x for x in read(client, LIST, who="mine", state="all").links if "page=2" in x} or {
        "page=2"
    }
    assert "page=2" in onward


def test_an_empty_list_says_what_to_do(client, office, head):
    assert "/tasks/new/" in read(as_user(client, office), LIST).links
    page = read(as_user(client, head), LIST)
    assert page.find("div", class_="empty")
    assert "/tasks/new/" not in page.links


def test_only_who_convenes_chooses_tasks(client, task, office, head):
    assert read(as_user(client, office), LIST).find("input", type="checkbox", name="tasks")
    assert not read(as_user(client, head), LIST).find("input", type="checkbox")


# One task


def forms_on(page):
    return [e["data-form"] for e in page.find("details", data_form=True)]


def test_a_task_shows_where_it_comes_from_and_who_to_call(client, commune, office):
    session = make_session(communes=[commune], by=office, state="held")
    task = make_task(
        entry=make_entry(session, "Làm rõ đường găng.", by=office), commune=commune, by=office,
        expected_product="Kế hoạch được duyệt",
        focal_person=Person.objects.create(
            full_name="Lê Văn Tám", phone="0900 000 000", area=commune.area
        ),
    )  # fmt: skip

    page = read(as_user(client, office), address(task))

    for said in ("Làm rõ đường găng.", "Kế hoạch được duyệt", "Lê Văn Tám", "31/12/2020"):
        assert said in page.one("main").text
    assert "tel:0900 000 000" in page.links
    assert f"/sessions/{session.pk}/" in page.links


def test_each_sees_the_forms_that_they_may_use(client, commune, office, head, task):
    other = make_user(role=Role.COMMUNE_LEADER, commune=make_commune(slug="b", code="2"))
    watcher = make_user(role=Role.OBSERVER, area=commune.area)
    leader = make_user(role=Role.LEADER, area=commune.area)

    def seen_by(user):
        return forms_on(read(as_user(client, user), address(task)))

    assert seen_by(head) == ["progress", "done", "day", "comment"]
    assert seen_by(other) == seen_by(watcher) == []
    assert set(seen_by(leader)) == {
        "progress", "done", "day", "comment", "person", "cancel", "move",
    }  # fmt: skip
    due_dates.ask_for_day(task, to_on=dt.date(2021, 1, 31), reason="Mưa lũ", by=head)
    assert "day" not in seen_by(head)
    assert seen_by(leader)[0] == "day-answer"
    assert "move" not in seen_by(leader)
    task_actions.report_done(task, note="Xong", by=office)
    assert seen_by(head) == ["comment"]
    assert seen_by(leader)[:2] == ["confirm", "send-back"]
    assert "confirm" not in seen_by(office)
    task_actions.confirm(task, note="", by=leader)
    assert seen_by(leader) == seen_by(head) == ["comment"]


def test_every_form_of_the_page_has_its_own_ids(client, office, task):
    page = read(as_user(client, office), address(task))
    ids = [e["id"] for e in page.find(id=True)]

    assert sorted(ids) == sorted(set(ids))
    assert {label["for"] for label in page.find("label", for_=True)} <= set(ids)


def test_every_earlier_day_is_shown_with_its_reason(client, head, office, task):
    asked = due_dates.ask_for_day(task, to_on=dt.date(2021, 1, 31), reason="Mưa lũ", by=head)
    due_dates.answer_day(asked, is_granted=True, answer="Thiên tai", by=office)
    due_dates.move_day(task, to_on=dt.date(2021, 3, 1), reason="Tết", by=office)

    page = read(as_user(client, head), address(task))

    rows = page.find("tr", data_from=True)
    assert [(row["data-from"], row["data-to"]) for row in rows] == [
        ("2020-12-31", "2021-01-31"),
        ("2021-01-31", "2021-03-01"),
    ]
    assert "Mưa lũ" in rows[0].text
    assert "Thiên tai" in rows[0].text
    assert "Tết" in rows[1].text


def test_history_names_who_did_what_when_and_the_files(client, head, office, task):
    photo = uploads.check(files.picture())
    said = {"percent": 60, "note": "Đã rà soát", "files": [photo]}
    (stored,) = task_actions.report_progress(task, **said, by=head).files.all()

    page = read(as_user(client, office), address(task))

    (row,) = page.find("li", data_update="progress")
    for said in ("60%", "Đã rà soát", head.full_name):
        assert said in row.text
    link = f"/tasks/{task.pk}/files/{stored.pk}/"
    assert link in page.links
    answer = client.get(link)
    assert answer.status_code == 200
    assert "attachment" in answer.headers["Content-Disposition"]
    answer.close()


def test_a_done_task_on_a_criterion_proposes_the_next_step_and_writes_nothing(
    client, commune, office
):
    run = make_enrolment(commune=commune)
    head = make_user(role=Role.COMMUNE_LEADER, commune=run.commune)
    leader = make_user(role=Role.LEADER, area=run.commune.area)
    watcher = make_user(role=Role.OBSERVER, area=run.commune.area)
    criterion = run.criteria_set.criteria.get(number=1)
    task = make_task(commune=run.commune, criterion=criterion, by=office)

    def proposed(user):
        page = read(as_user(client, user), address(task))
        found = page.find("p", id="next")
        return page.find("a", inside=found[0])[0]["href"] if found else ""

    assert proposed(head) == ""
    task_actions.report_done(task, note="Xong", by=head)
    task_actions.confirm(task, note="", by=leader)
    assert proposed(head) == "/communes/ky-lac/criteria/1/claim/?set=ntm"
    assert proposed(leader) == "/communes/ky-lac/criteria/1/?set=ntm"
    assert proposed(watcher) == ""
    assert client.get("/communes/ky-lac/criteria/1/?set=ntm").status_code == 200
    assert run.statuses.get(criterion=criterion).assessment is None


def test_a_task_and_its_files_do_not_exist_for_another_area(client, task, head):
    said = {"percent": 1, "note": "Đầu", "files": [uploads.check(files.picture())]}
    (stored,) = task_actions.report_progress(task, **said, by=head).files.all()
    as_user(client, make_user(role=Role.COORDINATOR, area=make_area(code="446", name="Cẩm")))

    for there in (address(task), f"/tasks/{task.pk}/files/{stored.pk}/"):
        assert client.get(there).status_code == 404
    for name in NAMES:
        assert client.post(address(task, name), {}).status_code == 404
    assert client.get(LIST).context["page"].paginator.count == 0


def test_a_file_of_another_task_is_not_served(client, office, head, task):
    other = make_task(lead_commune=task.lead_commune, by=office)
    said = {"percent": 1, "note": "Đầu", "files": [uploads.check(files.picture())]}
    (stored,) = task_actions.report_progress(other, **said, by=head).files.all()

    assert as_user(client, head).get(f"/tasks/{task.pk}/files/{stored.pk}/").status_code == 404


# The forms

NAMES = [
    "progress", "done", "confirm", "send-back", "cancel", "day", "comment", "person",
]  # fmt: skip
FOR_LEADS = {"progress", "done", "day", "comment"}


@pytest.mark.parametrize("name", NAMES)
def test_who_may_not_is_refused(client, commune, task, head, name):
    far = make_user(
        role=Role.COMMUNE_LEADER, commune=make_commune(slug="lam-hop", name="Lâm Hợp", code="2")
    )
    watcher = make_user(role=Role.OBSERVER, area=commune.area)

    for user in (far, watcher, *([] if name in FOR_LEADS else [head])):
        for ask in (client.get, client.post):
            as_user(client, user)
            assert ask(address(task, name)).status_code == 403
    assert not TaskUpdate.objects.exists()
    assert client.delete(address(task, name)).status_code == 405


def test_progress_is_recorded_with_its_files(client, head, task, office):
    data = {"version": 1, "percent": "60", "note": "Đã rà soát", "attached": files.picture()}

    response = as_user(client, head).post(address(task, "progress"), data)

    assert (response.status_code, response.url) == (302, address(task))
    update = TaskUpdate.objects.get()
    assert (update.percent, update.note, update.by) == (60, "Đã rà soát", head)
    assert update.files.count() == 1
    task.refresh_from_db()
    assert (task.percent, task.version) == (60, 2)
    assert [notice.user for notice in Notice.objects.filter(text__contains="60%")] == [office]


@pytest.mark.parametrize(
    ("name", "changes", "field"),
    [
        ("progress", {"percent": ""}, "percent"),
        ("progress", {"percent": "101"}, "percent"),
        ("progress", {"percent": "-1"}, "percent"),
        ("progress", {"percent": "sáu mươi"}, "percent"),
        ("progress", {"note": "  "}, "note"),
        ("progress", {"note": "x" * 2001}, "note"),
        ("progress", {"note": "a\x00b"}, "note"),
        ("progress", {"version": ""}, "__all__"),
        ("done", {"note": ""}, "note"),
        ("day", {"to_on": "31/12/2020"}, "to_on"),
        ("day", {"to_on": "mai"}, "to_on"),
        ("day", {"to_on": ""}, "to_on"),
        ("day", {"reason": ""}, "reason"),
        ("comment", {"note": ""}, "note"),
        ("cancel", {"note": " "}, "note"),
        ("person", {"full_name": ""}, "full_name"),
        ("person", {"position": ""}, "position"),
        ("person", {"phone": "gọi tôi"}, "phone"),
    ],
)
def test_what_is_wrong_is_said_beside_the_field_and_the_rest_kept(
    client, office, task, name, changes, field
):
    data = {
        "version": 1,
        "percent": "60",
        "note": "Lời đã gõ",
        "reason": "Lời đã gõ",
        "to_on": "31/01/2021",
        "full_name": "Lê Văn Tám",
        "position": "Lời đã gõ",
    }

    response = as_user(client, office).post(address(task, name), data | changes)

    assert response.status_code == 200
    assert list(errors(response)) == [field]
    assert "Lời đã gõ" in response.text or set(changes) & {"note", "reason", "position"}
    assert not TaskUpdate.objects.exists()
    task.refresh_from_db()
    assert task.version == 1


def test_a_file_that_is_refused_leaves_nothing_behind(client, head, task):
    data = {
        "version": 1,
        "percent": "60",
        "note": "Lời đã gõ",
        "attached": files.upload("ghi-chu.txt", b"abc"),
    }

    response = as_user(client, head).post(address(task, "progress"), data)

    assert list(errors(response)) == ["attached"]
    assert "Lời đã gõ" in response.text
    assert not TaskUpdate.objects.exists()


def test_done_needs_the_product_that_was_asked_for(client, commune, head, office):
    task = make_task(commune=commune, by=office, expected_product="Kế hoạch")
    as_user(client, head)

    refused = client.post(address(task, "done"), {"version": 1, "note": "Xong"})
    taken = client.post(
        address(task, "done"), {"version": 1, "note": "Xong", "attached": files.picture()}
    )

    assert list(errors(refused)) == ["attached"]
    assert taken.status_code == 302
    task.refresh_from_db()
    assert (task.state, task.percent, task.done_on) == ("reported", 100, TODAY)


def test_nobody_confirms_through_the_form_what_they_reported(client, office, task):
    task_actions.report_done(task, note="Xong", by=office)

    response = as_user(client, office).post(address(task, "confirm"), {"version": 2})

    assert response.status_code == 200
    assert list(errors(response)) == ["__all__"]
    task.refresh_from_db()
    assert task.state == "reported"


def test_confirming_and_sending_back(client, office, head, task):
    task_actions.report_done(task, note="Xong", by=head)
    as_user(client, office)

    assert client.post(address(task, "send-back"), {"version": 2, "note": "Thiếu"}).status_code == (
        302
    )
    task.refresh_from_db()
    assert (task.state, task.done_on) == ("open", None)
    task_actions.report_done(task, note="Xong thật", by=head)
    assert client.post(address(task, "confirm"), {"version": 4, "note": ""}).status_code == 302
    task.refresh_from_db()
    assert task.state == "done"


def test_another_day_is_asked_for_and_answered(client, office, head, task):
    as_user(client, head)
    client.post(address(task, "day"), {"version": 1, "to_on": "31/01/2021", "reason": "Mưa lũ"})
    task.refresh_from_db()
    assert task.due_on == dt.date(2020, 12, 31)
    answer = {"version": 2, "is_granted": "yes", "answer": "Đồng ý"}
    assert client.post(address(task, "day/answer"), answer).status_code == 403

    as_user(client, office)
    assert "Mưa lũ" in read(client, address(task, "day/answer")).html
    assert list(errors(client.post(address(task, "day/answer"), {"version": 2}))) == [
        "is_granted",
        "answer",
    ]
    assert client.post(address(task, "day/answer"), answer).status_code == 302

    task.refresh_from_db()
    assert task.due_on == dt.date(2021, 1, 31)
    change = task.date_changes.get()
    assert (change.from_on, change.decided_by) == (dt.date(2020, 12, 31), office)
    again = client.post(address(task, "day/answer"), answer)
    assert again.status_code == 409
    assert "Đồng ý" in again.text


def test_an_answer_where_nothing_was_asked_is_not_found(client, office, task):
    assert as_user(client, office).get(address(task, "day/answer")).status_code == 404


def test_a_refused_day_stays(client, office, head, task):
    due_dates.ask_for_day(task, to_on=dt.date(2021, 1, 31), reason="Mưa", by=head)
    as_user(client, office).post(
        address(task, "day/answer"), {"version": 2, "is_granted": "no", "answer": "Gấp"}
    )

    task.refresh_from_db()
    assert task.due_on == dt.date(2020, 12, 31)
    assert task.date_changes.get().is_granted is False


def test_a_person_is_found_by_name_or_added(client, office, task):
    known = Person.objects.create(
        full_name="Lê Văn Tám", position="Công chức", area=task.area, organisation="UBND xã"
    )
    as_user(client, office)
    data = {"full_name": "Lê Văn Tám", "position": "", "phone": "0900 000 000"}

    client.post(address(task, "person"), {"version": 1, **data})
    task.refresh_from_db()
    assert task.focal_person == known
    assert Person.objects.get().phone == "0900 000 000"

    new = {"version": 2, "full_name": "Trần Thị Mới", "position": "Chủ tịch Hội Nông dân"}
    client.post(address(task, "person"), new)
    task.refresh_from_db()
    assert task.focal_person.full_name == "Trần Thị Mới"
    assert task.focal_person.area == task.area


# Two people at once (rule 11)


def test_the_second_is_told_what_happened_and_loses_no_text(client, office, head, task):
    task_actions.report_progress(task, percent=80, note="Lời của người trước", by=office)
    data = {"version": 1, "percent": "60", "note": "Lời của người sau"}

    response = as_user(client, head).post(address(task, "progress"), data)

    assert response.status_code == 409
    assert "Lời của người trước" in response.text
    assert "Lời của người sau" in response.text
    assert 'name="version" value="2"' in response.text
    assert task.updates.count() == 1
    assert client.post(address(task, "progress"), data | {"version": 2}).status_code == 302


def test_a_comment_made_meanwhile_is_no_conflict(client, office, head, task):
    task_actions.comment(task, "Nhớ gửi ảnh", by=office)

    data = {"version": 1, "percent": "60", "note": "Đã làm"}
    assert as_user(client, head).post(address(task, "progress"), data).status_code == 302


@pytest.mark.parametrize("name", sorted(set(NAMES) - {"comment"}))
def test_a_closed_task_takes_nothing_and_the_text_is_kept(client, office, task, name):
    task_actions.cancel(task, note="Trùng việc khác", by=office)
    as_user(client, office)
    data = {
        "version": 1, "percent": "60", "note": "Lời đã gõ", "reason": "Lời đã gõ",
        "to_on": "31/01/2021", "full_name": "Lời đã gõ", "position": "x",
    }  # fmt: skip

    response = client.post(address(task, name), data)

    assert response.status_code == 409
    assert "Trùng việc khác" in response.text
    assert "Lời đã gõ" in response.text
    assert client.get(address(task, name)).status_code == 409
    assert task.updates.count() == 1


def test_a_form_opened_on_its_own_page_is_labelled(client, office, task):
    for name in ("progress", "done", "day", "comment", "person", "cancel"):
        page = Page(as_user(client, office).get(address(task, name)))
        assert page.one("h1").text
        assert (
            page.one("button", class_="btn btn-send") if name in FOR_LEADS - {"comment"} else True
        )


def test_a_task_that_presses_leads_to_the_letter_that_reminds_its_body(client):
    commune = make_commune()
    late = make_task(commune=commune, due_on=dt.date(2020, 9, 10))
    far = make_task(commune=commune, lead_commune=commune)
    letter = "/tasks/reminder.docx?commune=ky-lac"

    client.force_login(make_user(role=Role.COORDINATOR, area=commune.area))
    assert letter in client.get(f"/tasks/{late.pk}/").content.decode()
    assert letter not in client.get(f"/tasks/{far.pk}/").content.decode()
    client.force_login(make_user(role=Role.COMMUNE_LEADER, commune=commune))
    assert letter not in client.get(f"/tasks/{late.pk}/").content.decode()


# The same asked of many


def test_the_same_asked_of_many_is_one_row_that_opens(client, commune, office):
    asked = [
        make_task(
            lead_agency=make_agency(key=f"p{n}", name=f"Phòng {n}"), by=office,
            title="Lập kế hoạch kiểm tra", due_on=dt.date(2020, 12, 31),
        )
        for n in range(3)
    ]  # fmt: skip
    late = make_task(commune=commune, by=office, title="Rà soát", due_on=dt.date(2020, 9, 10),
                     assigned_on=dt.date(2020, 9, 1))  # fmt: skip
    page = read(as_user(client, office), LIST)

    row = page.one("tr", data_alike="3")
    assert "Lập kế hoạch kiểm tra · 3 đơn vị · 0/3 xong" in row.text
    inside = page.find("li", inside=row, data_task=True)
    assert [int(one["data-task"]) for one in inside] == [task.pk for task in asked]
    boxes = page.find("input", inside=row, name="tasks")
    assert [int(box["value"]) for box in boxes] == [task.pk for task in asked]
    assert page.one("tr", data_task=str(late.pk))
    # Only what somebody must look after has a mark.
    marks = [one.text for one in page.find("span") if "st" in one.classes]
    assert marks == ["Quá hạn 5 ngày"]


@pytest.mark.parametrize(("made_up", "marks"), [(3, 1), (2, 2), (0, 0)])
def test_what_is_made_up_of_all_is_marked_on_the_title(client, office, made_up, marks):
    for n in range(3):
        make_task(
            lead_agency=make_agency(key=f"p{n}", name=f"Phòng {n}"), by=office, title="Họp",
            due_on=dt.date(2020, 12, 31), is_illustrative=n < made_up,
        )  # fmt: skip

    page = read(as_user(client, office), LIST)

    row = page.one("tr", data_alike="3")
    (title,) = page.find("summary", inside=row)
    assert ("†" in title.text) is (made_up == 3)
    assert row.text.count("†") == marks


def test_of_a_group_it_says_how_many_are_late(client, office):
    tasks = [
        make_task(lead_agency=make_agency(key=f"p{n}", name=f"Phòng {n}"), by=office, title="Họp",
                  due_on=dt.date(2020, 9, 10), assigned_on=dt.date(2020, 9, 1))
        for n in range(3)
    ]  # fmt: skip
    task_actions.report_done(tasks[0], note="Xong", by=office)

    row = read(as_user(client, office), LIST).one("tr", data_alike="3")

    assert "Quá hạn 5 ngày (2/3)" in row.text
