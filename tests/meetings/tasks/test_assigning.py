"""Tasks made of conclusions, of visits, and by themselves."""

import datetime as dt

import pytest
from django.urls import reverse

from accounts.models import Notice, Person, Role
from communes.models import WorkingGroup
from meetings.models import Entry, Task, Visit
from meetings.visits import actions as visit_actions
from tests.factories import (
    make_agency,
    make_commune,
    make_enrolment,
    make_entry,
    make_session,
    make_user,
)
from tests.pages import Page

pytestmark = pytest.mark.django_db
DUE = "31/12/2020"


@pytest.fixture
def communes():
    return [make_commune(), make_commune(name="Lâm Hợp", slug="lam-hop", code="18838")]


@pytest.fixture
def session(communes):
    return make_session(communes=communes)


@pytest.fixture
def leader(client, communes):
    user = make_user(role=Role.LEADER, area=communes[0].area)
    client.force_login(user)
    return user


def assign(client, entry, **typed):
    sent = {"title": "Làm rõ đường găng", "lead": "commune", "kind": "once", "due_on": DUE}
    return client.post(reverse("entry-task", args=[entry.pk]), sent | {"priority": 2} | typed)


def test_a_conclusion_becomes_a_task_for_each_commune(client, leader, session, communes):
    head = make_user(role=Role.COMMUNE_LEADER, commune=communes[0])
    entry = make_entry(session)

    answer = assign(client, entry, communes=[one.pk for one in communes])

    assert answer["Location"] == f"/sessions/{session.pk}/#tasks"
    tasks = Task.objects.order_by("commune__sort_key")
    assert [(t.commune, t.lead_commune, t.entry, t.session) for t in tasks] == [
        (one, one, entry, session) for one in communes
    ]
    assert {(t.due_on, t.assigned_on, t.assigned_by) for t in tasks} == {
        (dt.date(2020, 12, 31), session.held_on, leader)
    }
    assert Notice.objects.get().user == head


def test_the_form_offers_what_the_conclusion_says(client, leader, session, communes):
    entry = make_entry(session, "Xóa vườn tạp.\nTrồng cây ăn quả.", commune=communes[1])

    page = Page(client.get(reverse("entry-task", args=[entry.pk])))

    (title,) = (one for one in page.elements if one.attrs.get("name") == "title")
    boxes = [one for one in page.elements if one.attrs.get("name") == "communes"]
    assert title.text == "Xóa vườn tạp. Trồng cây ăn quả."
    assert [one["value"] for one in boxes if "checked" in one.attrs] == [str(communes[1].pk)]


def test_an_agency_leads_one_task_for_all_or_one_for_each(client, leader, session, communes):
    agency, entry = make_agency(), make_entry(session)
    keys = [one.pk for one in communes]

    assign(client, entry, lead=f"agency-{agency.pk}", communes=keys)
    assign(client, entry, lead=f"agency-{agency.pk}", communes=keys, is_for_each="on")

    assert Task.objects.filter(lead_agency=agency, commune=None).count() == 1
    assert Task.objects.filter(lead_agency=agency, commune__isnull=False).count() == 2


def test_a_group_and_a_person_lead_and_somebody_is_in_charge(client, leader, session, communes):
    area = communes[0].area
    group = WorkingGroup.objects.create(area=area, key="doan", name="Đoàn công tác")
    person = Person.objects.create(area=area, full_name="Nguyễn Văn An")
    entry = make_entry(session)

    assign(client, entry, lead=f"working_group-{group.pk}", focal_person=person.pk)
    assign(client, entry, lead=f"person-{person.pk}", kind="continuing", due_on="")

    assert Task.objects.get(lead_working_group=group).focal_person == person
    assert Task.objects.get(lead_person=person).kind == "continuing"


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"lead": ""}, "lead"),
        ({"lead": "agency-999"}, "lead"),
        ({"communes": []}, "communes"),
        ({"due_on": "07/09/2020"}, "due_on"),
        ({"due_on": ""}, "due_on"),
        ({"due_on": "31/02/2021"}, "due_on"),
        ({"kind": "recurring"}, "every"),
        ({"kind": "continuing"}, "due_on"),
        ({"title": ""}, "title"),
        ({"title": "đ" * 501}, "title"),
    ],
)
def test_what_cannot_be_assigned_is_told_beside_its_field(
    client, leader, session, communes, wrong, field
):
    entry = make_entry(session)

    sent = {"communes": [communes[0].pk], "coordinates": "Phòng Tài chính"} | wrong
    answer = assign(client, entry, **sent)

    assert answer.status_code == 200
    assert field in answer.context["form"].errors
    assert "Phòng Tài chính" in answer.content.decode()
    assert not Task.objects.exists()


@pytest.mark.parametrize(
    ("wrong", "fields"),
    [
        ({"title": "", "communes": [], "due_on": ""}, {"title", "communes", "due_on"}),
        ({"title": "", "due_on": "07/09/2020", "kind": "recurring"}, {"title", "due_on", "every"}),
        ({"lead": "", "due_on": "31/02/2021"}, {"lead", "due_on"}),
        ({"due_on": "", "kind": "recurring"}, {"due_on", "every"}),
        ({"title": "", "due_on": "", "kind": "continuing"}, {"title"}),
    ],
)
def test_all_that_is_wrong_is_told_at_once(client, leader, session, communes, wrong, fields):
    answer = assign(client, make_entry(session), **{"communes": [communes[0].pk]} | wrong)

    assert answer.context["form"].errors.keys() == fields


def test_a_guideline_is_never_chased(client, leader, session):
    entry = make_entry(session, kind=Entry.Kind.GUIDELINE)

    assert assign(client, entry)["Location"] == f"/sessions/{session.pk}/#tasks"
    assert not Task.objects.exists()


def test_tasks_come_of_published_conclusions_too(client, leader, communes):
    session = make_session(communes=communes, state="published")

    assign(client, session.entries.get(), communes=[communes[0].pk])

    assert Task.objects.get().session == session


def test_a_task_without_a_session(client, leader, communes):
    enrolment = make_enrolment(commune=communes[0])
    criterion = enrolment.criteria_set.criteria.get(number=2)
    address = f"{reverse('task-new')}?commune=ky-lac&criterion=2"

    assert f'value="{criterion.pk}" selected' in client.get(address).content.decode()
    client.post(
        address,
        {
            "title": "Nộp báo cáo",
            "lead": "commune",
            "communes": [communes[0].pk],
            "criterion": criterion.pk,
            "kind": "recurring",
            "every": "month",
            "due_on": DUE,
            "priority": 1,
        },
    )

    task = Task.objects.get()
    assert (task.session, task.criterion, task.every, task.priority) == (
        None,
        criterion,
        "month",
        1,
    )
    assert task.assigned_on == dt.date(2020, 9, 15)


def test_a_visit_leads_to_tasks_once_it_was_made(client, leader, communes):
    visit = visit_actions.plan(
        Visit(
            kind="supervision",
            agency=make_agency(),
            commune=communes[0],
            planned_on=dt.date(2020, 9, 14),
            purpose="Kiểm tra",
        ),
        by=leader,
    )
    address = reverse("visit-task", args=[visit.pk])
    assert client.get(address).status_code == 404
    visit_actions.record(
        visit, made_on=dt.date(2020, 9, 14), summary="Chậm", findings={}, by=leader
    )

    client.post(
        address,
        {
            "title": "Đẩy nhanh", "lead": "commune", "communes": [communes[0].pk], "kind": "once",
            "due_on": DUE, "priority": 2,
        },
    )  # fmt: skip

    assert Task.objects.get().visit == visit


def test_only_who_convenes_assigns(client, session, communes):
    addresses = [
        reverse("entry-task", args=[make_entry(session).pk]),
        reverse("task-new"),
    ]
    client.force_login(make_user(role=Role.COMMUNE_LEADER, commune=communes[0]))
    assert [client.get(address).status_code for address in addresses] == [403, 403]
    client.force_login(make_user())
    assert [client.get(address).status_code for address in addresses] == [404, 403]
