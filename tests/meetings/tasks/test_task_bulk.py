"""One deed on many tasks: seen first, then written, each by itself."""

import datetime as dt

import pytest
from zeal import zeal_ignore

from accounts.models import Notice, Role
from meetings.models import TaskUpdate
from meetings.tasks import actions as task_actions
from tests.factories import make_area, make_commune, make_task, make_user
from tests.pages import Page, read

pytestmark = pytest.mark.django_db
BULK = "/tasks/bulk/"
LATER = dt.date(2021, 1, 31)


@pytest.fixture(autouse=True)
def each_by_its_own_verb():
    """Each task is locked and written by itself, which looks like one query too many."""
    with zeal_ignore():
        yield


@pytest.fixture
def commune():
    return make_commune()


@pytest.fixture
def office(client, commune):
    user = make_user(role=Role.COORDINATOR, area=commune.area)
    client.force_login(user)
    return user


@pytest.fixture
def head(commune):
    return make_user(role=Role.COMMUNE_LEADER, commune=commune)


@pytest.fixture
def tasks(commune, office, head):
    """One reported by the commune, one by the office, one open."""
    made = [make_task(commune=commune, by=office, title=f"Việc {n}") for n in (1, 2, 3)]
    task_actions.report_done(made[0], note="Xong", by=head)
    task_actions.report_done(made[1], note="Xong", by=office)
    return made


def typed(tasks, deed, **more):
    return {"tasks": [task.pk for task in tasks], "deed": deed, **more}


def sure(tasks, deed, **more):
    for task in tasks:
        task.refresh_from_db()
    versions = {f"version-{task.pk}": task.version for task in tasks}
    return typed(tasks, deed, sure="1", **{**versions, **more})


def states(tasks):
    for task in tasks:
        task.refresh_from_db()
    return [task.state for task in tasks]


def test_the_preview_shows_what_would_change_and_writes_nothing(client, tasks):
    updates, notices = TaskUpdate.objects.count(), Notice.objects.count()

    page = Page(client.post(BULK, typed(tasks, "confirm")))

    assert [row["data-task"] for row in page.find("tr", data_after="done")] == [str(tasks[0].pk)]
    assert {row["data-refused"] for row in page.find("li", data_refused=True)} == {
        str(tasks[1].pk),
        str(tasks[2].pk),
    }
    assert states(tasks) == ["reported", "reported", "open"]
    assert (TaskUpdate.objects.count(), Notice.objects.count()) == (updates, notices)
    sent = {e["name"]: e["value"] for e in page.find("input", type="hidden")}
    assert sent["tasks"] == str(tasks[0].pk)
    assert sent[f"version-{tasks[0].pk}"] == "2"


def test_what_is_refused_is_named_and_the_rest_is_written(client, tasks):
    response = client.post(BULK, sure(tasks, "confirm"))

    assert response.url == "/tasks/"
    assert states(tasks) == ["done", "reported", "open"]
    said = [(m.level_tag, str(m)) for m in client.get("/tasks/").context["messages"]]
    assert [level for level, _ in said] == ["success", "warning", "warning"]
    assert "Việc 2" in said[1][1]
    assert "Việc 3" in said[2][1]


def test_tasks_are_sent_back_and_cancelled_with_one_note(client, tasks):
    client.post(BULK, sure(tasks[:2], "send_back", note="Thiếu biên bản"))
    assert states(tasks) == ["open", "open", "open"]

    client.post(BULK, sure(tasks, "cancel", note="Gộp vào việc khác"))
    assert states(tasks) == ["cancelled"] * 3
    notes = TaskUpdate.objects.filter(kind="cancelled").values_list("note", flat=True)
    assert set(notes) == {"Gộp vào việc khác"}


def test_a_day_is_moved_for_many_and_each_keeps_its_old_one(client, tasks, commune, office):
    late = make_task(commune=commune, by=office, due_on=dt.date(2020, 9, 10))
    always = make_task(commune=commune, by=office, kind="continuing")
    chosen = [*tasks, late, always]

    client.post(BULK, sure(chosen, "move", to_on="31/01/2021", note="Mưa lũ"))

    for task, before in zip(chosen[:4], [dt.date(2020, 12, 31)] * 3 + [late.due_on], strict=True):
        task.refresh_from_db()
        assert task.due_on == LATER
        moved = task.date_changes.get()
        assert (moved.from_on, moved.reason, moved.is_granted) == (before, "Mưa lũ", True)
    assert not always.date_changes.exists()


def test_a_task_changed_since_the_preview_is_left_alone(client, tasks, head):
    data = sure(tasks[:1], "cancel", note="Trùng")
    task_actions.send_back(tasks[0], note="Thiếu", by=make_user())

    client.post(BULK, data)
    assert states(tasks[:1]) == ["open"]

    del data[f"version-{tasks[0].pk}"]
    client.post(BULK, data)
    assert states(tasks[:1]) == ["open"]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"tasks": []}, "tasks"),
        ({"tasks": ["x"]}, "tasks"),
        ({"tasks": ["\x00"]}, "tasks"),
        ({"tasks": ["9" * 30]}, "tasks"),
        ({"deed": ""}, "deed"),
        ({"deed": "delete"}, "deed"),
        ({"deed": "cancel", "note": " "}, "note"),
        ({"deed": "send_back", "note": ""}, "note"),
        ({"deed": "move", "to_on": ""}, "to_on"),
        ({"deed": "move", "to_on": "mai"}, "to_on"),
        ({"note": "x" * 2001}, "note"),
    ],
)
@pytest.mark.parametrize("is_sure", [False, True])
def test_what_is_wrong_is_said_and_the_rest_kept(client, tasks, changes, field, is_sure):
    data = typed(tasks, "cancel", note="Lời đã gõ", to_on="31/01/2021") | changes
    if is_sure:
        data["sure"] = "1"

    response = client.post(BULK, data)

    assert response.status_code == 200
    assert list(response.context["form"].errors) == [field]
    if field not in ("note", "tasks"):
        assert "Lời đã gõ" in response.text
    assert states(tasks) == ["reported", "reported", "open"]


def test_one_may_go_back_to_the_note(client, tasks):
    data = typed(tasks, "cancel", note="Lời đã gõ", edit="1")

    page = Page(client.post(BULK, data))

    assert "Lời đã gõ" in page.one("textarea").text
    assert len(page.find("tr", data_task=True)) == 3


def test_only_who_convenes_may_and_only_in_their_areas(client, tasks, head, commune):
    for user in (head, make_user(role=Role.OBSERVER, area=commune.area)):
        client.force_login(user)
        assert client.post(BULK, sure(tasks, "cancel", note="x")).status_code == 403
        assert client.get(BULK).status_code == 403
    far = make_user(role=Role.LEADER, area=make_area(code="446", name="Cẩm Xuyên"))
    client.force_login(far)
    assert list(client.post(BULK, sure(tasks, "cancel", note="x")).context["form"].errors) == [
        "tasks"
    ]
    assert states(tasks) == ["reported", "reported", "open"]


def test_a_look_at_its_address_leads_to_the_list(client, office):
    assert client.get(BULK).url == "/tasks/"
    assert client.put(BULK).status_code == 405


def test_all_of_a_page_may_be_chosen_without_a_script(client, tasks):
    page = read(client, "/tasks/", pick="all")

    boxes = page.find("input", type="checkbox", name="tasks")
    assert len(boxes) == 3
    assert all("checked" in box.attrs for box in boxes)
