"""A session item by item: the screen alone, and beside the minutes."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Role
from criteria.assessments import actions as assessment_actions
from criteria.models import Result
from meetings.models import Entry, WorkingSession
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
SEPTEMBER = dt.date(2020, 9, 8)
Kind = Entry.Kind
CLIENT_ID = "11111111-1111-4111-8111-111111111111"
MOST = 20


@pytest.fixture
def run():
    return make_enrolment()


@pytest.fixture
def other():
    return make_commune(slug="ky-tay", name="Kỳ Tây", code="2")


@pytest.fixture
def boss(run):
    return make_user(role=Role.LEADER, area=run.commune.area)


@pytest.fixture
def observer(run):
    return make_user(role=Role.OBSERVER, area=run.commune.area)


@pytest.fixture
def session(run, other):
    return make_session(communes=[run.commune, other], on=TODAY)


def seen(client, user, address):
    client.force_login(user)
    return Page(client.get(address))


def shown(client, user, session, item="", page="present"):
    return seen(client, user, f"/sessions/{session.pk}/{page}/{item}")


def typed(page):
    """What the forms beside hold, in order: the kind, the commune and the text of each."""
    forms = [form for form in page.find("form", class_="entry") if form["data-entry"]]
    return [
        (
            chosen(page, form, "kind"),
            chosen(page, form, "commune"),
            page.find("textarea", inside=form)[0].text,
        )
        for form in forms
    ]


def chosen(page, form, name):
    (select,) = page.find("select", inside=form, name=name)
    return next((one["value"] for one in page.find("option", inside=select, selected=True)), "")


def assess(run, number, result=Result.MET, on=SEPTEMBER):
    return assessment_actions.assess(cell(run, number), finding(result, on), by=make_user())


def late_task(commune, **kwargs):
    task = make_task(
        commune=commune, due_on=dt.date(2020, 9, 1), assigned_on=dt.date(2020, 8, 30), **kwargs
    )
    type(task).objects.update(assigned_at=dt.datetime(2020, 8, 30, tzinfo=dt.UTC))
    return task


# The items


@pytest.mark.parametrize("page", ["screen", "present"])
def test_one_item_is_shown_and_leads_to_the_next(client, run, session, observer, page):
    assess(run, 1)
    assess(run, 2, Result.NOT_MET)
    late = late_task(run.commune)

    first = shown(client, observer, session, page=page)
    second = shown(client, observer, session, "?commune=ky-tay", page)
    last = shown(client, observer, session, "?commune=", page)

    assert first.one("main")["data-commune"] == "ky-lac"
    assert set(first.results()) == {2, 3}
    assert first.find("li", data_due=str(late.pk))
    row = first.find("li", data_cell=True)
    assert [(one["data-cell"], one["data-result"]) for one in row] == [
        *(("1", "met"), ("2", "not_met"), ("3", "not_assessed")),
    ]
    assert first.one("section", id="changes")
    assert first.one("a", rel="next")["href"] == "?commune=ky-tay"
    assert not first.find("a", rel="prev")
    assert second.one("a", rel="prev")["href"] == "?commune=ky-lac"
    assert second.one("a", rel="next")["href"] == "?commune="
    assert last.one("a", rel="prev")["href"] == "?commune=ky-tay"
    assert not last.find("a", rel="next")
    assert client.get(f"/sessions/{session.pk}/{page}/?commune=nowhere").status_code == 404


def test_a_commune_s_item_tells_its_other_tasks_and_how_many_more(client, run, other, observer):
    before = make_session(communes=[run.commune], on=SEPTEMBER, state=WorkingSession.State.HELD)
    entry = make_entry(before)
    tasks = [make_task(entry=entry, commune=run.commune, title=f"Việc {n}") for n in range(6)]
    session = make_session(communes=[run.commune, other], on=TODAY)

    page = shown(client, observer, session)

    listed = [int(one["data-open"]) for one in page.find("li", data_open=True)]
    assert len(listed) == 3
    assert set(listed) <= {task.pk for task in tasks}
    assert "6" in page.one("section", id="open").text
    assert "và 3 nhiệm vụ khác" in page.one("section", id="open").text


def test_the_last_item_tells_what_was_concluded_and_assigned(client, run, session, observer):
    make_entry(session, "Huyện sẽ hỗ trợ.", kind=Kind.OPINION)
    said = make_entry(session, "Rà soát đường găng.", commune=run.commune)
    guideline = make_entry(session, "Dân làm chủ.", kind=Kind.GUIDELINE)
    task = make_task(entry=said, commune=run.commune)

    page = shown(client, observer, session, "?commune=")

    told = page.find("li", data_entry_shown=True)
    assert [int(one["data-entry-shown"]) for one in told] == [said.pk, guideline.pk]
    assert told[0].text.startswith("Kỳ Lạc: Rà soát đường găng.")
    assert page.find("li", data_assigned=str(task.pk))


def test_an_item_without_anything_says_so(client, session, observer):
    assert "Chưa có kết luận." in shown(client, observer, session, "?commune=").one("main").text


# The minutes beside


def test_who_writes_types_beside_the_item_that_it_concerns(client, run, session, boss):
    make_entry(session, "Xã đạt 16/20.", kind=Kind.REPORT, commune=run.commune)
    make_entry(session, "Ưu tiên đường xã.", kind=Kind.DIRECTION, commune=run.commune)
    make_entry(session, "Cả huyện cùng làm.")
    key = str(run.commune.pk)

    commune = shown(client, boss, session)
    other = shown(client, boss, session, "?commune=ky-tay")
    last = shown(client, boss, session, "?commune=")

    assert typed(commune) == [
        ("report", key, "Xã đạt 16/20."),
        ("direction", key, "Ưu tiên đường xã."),
        ("direction", key, ""),
    ]
    assert typed(other) == [("report", str(session.communes.get(slug="ky-tay").pk), "")]
    assert typed(last) == [("conclusion", "", "Cả huyện cùng làm."), ("conclusion", "", "")]


@pytest.mark.parametrize("role", [Role.OBSERVER, Role.AGENCY_OFFICER])
def test_who_only_reads_sees_no_form(client, run, session, role):
    area = run.commune.area
    place = {"area": area} if role == Role.OBSERVER else {"agency": make_agency(area=area)}

    page = shown(client, make_user(role=role, **place), session)

    assert not page.find("form")
    assert not page.find("aside")


def test_minutes_that_are_closed_are_not_typed(client, run, boss):
    published = make_session(communes=[run.commune], state=WorkingSession.State.PUBLISHED)

    assert not shown(client, boss, published).find("form")


def test_the_screen_alone_has_no_form_for_anybody(client, session, boss):
    assert not shown(client, boss, session, page="screen").find("form")


# Deciding


def test_who_records_decides_on_a_criterion_beside_and_comes_back(client, run, session, boss):
    assess(run, 2, Result.NOT_MET)
    links = shown(client, boss, session).links
    assert "?commune=ky-lac&criterion=2" in links

    page = shown(client, boss, session, "?commune=ky-lac&criterion=2")

    panel = page.one("section", id="decide")
    assert panel["data-criterion"] == "2"
    (form,) = page.find("form", inside=panel)
    keys = {one["data-key"] for one in page.find("label", inside=panel) if "data-key" in one.attrs}
    assert keys == {"D", "B", "C", "K"}
    (version,) = page.find("input", inside=panel, name="version")
    said = {"version": version["value"], "result": "met"}

    refused = client.post(form["action"], said)
    assert Page(refused).one(id="id_no_evidence_reason")["aria-invalid"] == "true"
    done = client.post(form["action"], said | {"no_evidence_reason": "Nộp sau buổi họp"})

    assert (done.status_code, done.url) == (302, f"/sessions/{session.pk}/present/?commune=ky-lac")
    found = session.assessments.get().assessment
    assert (found.result, found.basis, found.assessed_on) == (Result.MET, "session", TODAY)
    page = shown(client, boss, session, "?commune=ky-lac")
    assert page.one("li", data_cell="2")["data-result"] == "met"
    assert page.find("div", class_="msg msg-ok")


@pytest.mark.parametrize("number", ["99", "x", "-1", "1e3"])
def test_a_criterion_that_is_none_is_not_found(client, session, boss, number):
    client.force_login(boss)
    address = f"/sessions/{session.pk}/present/?commune=ky-lac&criterion={number}"

    assert client.get(address).status_code == 404


def test_nobody_decides_who_only_reads_or_before_the_day_or_afterwards(
    client, run, session, boss, observer
):
    def may(user, of):
        page = shown(client, user, of, "?commune=ky-lac&criterion=2")
        asked = page.find("a", inside=page.one("li", data_cell="2"))
        assert bool(asked) == bool(page.find("section", id="decide"))
        return bool(asked)

    ahead = make_session(communes=[run.commune], on=TODAY + dt.timedelta(days=1))
    past = make_session(communes=[run.commune], state=WorkingSession.State.PUBLISHED)

    assert may(boss, session)
    assert not may(observer, session)
    assert not may(boss, ahead)
    assert not may(boss, past)
    assert not shown(client, boss, session, page="screen").find("section", id="decide")


def test_two_who_open_the_item_get_an_entry_of_their_own(client, session, boss):
    keys = {
        form["data-entry"]
        for _ in range(2)
        for form in shown(client, boss, session).find("form", class_="entry")
    }

    # Two, and that of the template.
    assert len(keys) == 3


def sent(session, **said):
    blank = {"client_id": CLIENT_ID, "version": "0", "kind": "opinion", "text": "Nhất trí."}
    return blank | {"commune": session.communes.get(slug="ky-tay").pk} | said


@pytest.mark.parametrize("item", ["ky-tay", ""])
def test_a_saved_entry_leads_back_to_its_item(client, session, boss, item):
    client.force_login(boss)
    form = shown(client, boss, session, f"?commune={item}").find("form", class_="entry")[0]

    response = client.post(form["action"], sent(session))

    entry = Entry.objects.get()
    where = f"/sessions/{session.pk}/present/?commune={item}#entry-{entry.pk}"
    assert (response.status_code, response.url) == (302, where)
    assert entry.text == "Nhất trí."


def test_what_somebody_else_wrote_first_stands_beside_what_was_typed(client, session, boss):
    client.force_login(boss)
    address = f"/sessions/{session.pk}/minutes/save/?commune=ky-tay"
    client.post(address, sent(session, text="Bản đầu"))

    response = client.post(address, sent(session, text="Bản khác"))

    assert response.status_code == 409
    assert "Bản đầu" in response.content.decode()
    assert "Bản khác" in response.content.decode()
    assert Entry.objects.get().text == "Bản đầu"


def test_the_queries_do_not_grow(client, run, session, boss):
    client.force_login(boss)

    def counted():
        with CaptureQueriesContext(connection) as captured:
            address = f"/sessions/{session.pk}/present/?commune=ky-lac&criterion=2"
            assert client.get(address).status_code == 200
        return len(captured)

    counted()
    few = counted()
    for n in range(30):
        make_entry(session, f"Ý kiến {n}", commune=run.commune)
        late_task(run.commune, title=f"Việc {n}")

    assert counted() == few <= MOST
