"""Published minutes stay: their page and papers show what stood when they were published."""

import datetime as dt
import hashlib
import io

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from docx import Document
from docx.oxml.ns import qn

from accounts.models import Person, Role
from communes.models import Commune
from criteria.assessments import actions as assessment_actions
from criteria.models import Assessment, Result
from meetings.documents import context
from meetings.models import (
    DocumentHead,
    DocumentTemplate,
    Participant,
    Publication,
    PublishedPaper,
    Theme,
    WorkingSession,
)
from meetings.publication import actions as publication_actions
from meetings.publication import freezing
from meetings.sessions import actions as session_actions
from meetings.tasks import actions as task_actions
from meetings.tasks import due_dates
from nrm_tracker import uploads
from tests import files
from tests.factories import (
    cell,
    finding,
    make_enrolment,
    make_entry,
    make_session,
    make_set,
    make_task,
    make_user,
)
from tests.pages import Page

pytestmark = pytest.mark.django_db
SEPTEMBER = dt.date(2020, 9, 8)
Kind, State = DocumentTemplate.Kind, WorkingSession.State
KEPT = [Kind.MINUTES, Kind.NOTICE, Kind.INVITATION, Kind.TASKS]


@pytest.fixture
def run():
    """Kỳ Lạc at 10 of 20 on the day of the session."""
    run = make_enrolment(criteria_set=make_set(size=20))
    by = make_user()
    for number in range(1, 21):
        result = Result.MET if number <= 10 else Result.NOT_MET
        assessment_actions.assess(cell(run, number), finding(result, SEPTEMBER), by=by)
    return run


@pytest.fixture
def leader(client, run):
    user = make_user(role=Role.LEADER, area=run.commune.area)
    client.force_login(user)
    return user


@pytest.fixture
def held(run, leader):
    people = [Participant(full_name="Lê Thị Thư", part="secretary")]
    session = make_session(
        communes=[run.commune], state=State.HELD, by=leader, participants=people,
        place="Hội trường", starts_at=dt.time(8), ends_at=dt.time(11),
    )  # fmt: skip
    theme = Theme.objects.create(name="Huy động vốn")
    entry = make_entry(session, "Xã đạt 10/20 tiêu chí.", commune=run.commune, theme=theme)
    make_task(
        entry=entry, commune=run.commune, theme=theme, title="Làm đường trục xã", by=leader,
        expected_product="2,1 km đường",
    )  # fmt: skip
    return session


@pytest.fixture
def published(held, leader):
    return publish(held, leader)


def publish(session, by, **numbers):
    numbers = {"minutes_number": "", "notice_number": ""} | numbers
    return publication_actions.publish(session, **numbers, by=by)


def page_of(client, session):
    return Page(client.get(f"/sessions/{session.pk}/"))


def paper(client, session, kind):
    return client.get(reverse("session-paper", args=[session.pk, kind])).content


def lines(content):
    blocks = Document(io.BytesIO(content)).element.body.iter(qn("w:p"))
    return ["".join(text.text or "" for text in block.iter(qn("w:t"))) for block in blocks]


def correct_to_nine(run, by):
    wrong = Assessment.objects.get(status=cell(run, 10))
    assessment_actions.correct(
        wrong, finding(Result.NOT_MET, SEPTEMBER), reason="Thiếu hồ sơ", by=by
    )


def rename(run):
    Commune.objects.filter(pk=run.commune.pk).update(name="Kỳ Lạc Mới")


def make_person(run):
    return Person.objects.create(full_name="Ngô Văn Trách", area=run.commune.area)


# What is changed afterwards


def test_a_correction_changes_neither_the_page_nor_the_paper(client, run, leader, published):
    before = paper(client, published, Kind.MINUTES)
    correct_to_nine(run, leader)

    page = page_of(client, published)

    assert page.results("ky-lac")[10] == "met"
    assert "10/20" in page.row("ky-lac").text
    after = paper(client, published, Kind.MINUTES)
    assert after == before
    assert "- Xã Kỳ Lạc: 10/20" in lines(after)
    assert "Xã đạt 10/20 tiêu chí." in lines(after)


def test_minutes_that_are_not_published_follow_the_figures(client, run, leader, held):
    correct_to_nine(run, leader)

    assert "9/20" in page_of(client, held).row("ky-lac").text
    assert "- Xã Kỳ Lạc: 9/20" in lines(paper(client, held, Kind.MINUTES))


def test_a_renamed_commune_and_theme_keep_the_names_that_were_published(client, run, published):
    before = {kind: paper(client, published, kind) for kind in KEPT}
    rename(run)
    Theme.objects.filter(name="Huy động vốn").update(name="Tài chính")

    page = page_of(client, published)

    shown = " ".join(page.one("section", id=name).text for name in ("minutes", "tasks"))
    assert "Kỳ Lạc Mới" not in shown + page.row("ky-lac").text
    assert "Tài chính" not in shown
    assert "Huy động vốn" in shown
    for kind in KEPT:
        assert paper(client, published, kind) == before[kind]
    outcome = " ".join(lines(paper(client, published, Kind.OUTCOME)))
    assert "(Kỳ Lạc)" in outcome
    assert "Kỳ Lạc Mới" not in outcome


def test_a_task_added_later_stands_after_the_published_ones_and_in_no_paper(
    client, run, leader, published
):
    before = {kind: paper(client, published, kind) for kind in KEPT}
    entry = published.entries.get()
    added = make_task(entry=entry, commune=run.commune, title="Việc thêm sau", by=leader)

    page = page_of(client, published)

    row = page.one("tr", data_task=str(added.pk))
    assert row.is_inside(page.one("section", id="later"))
    for name in ("tasks", "minutes"):
        assert "Việc thêm sau" not in page.one("section", id=name).text
    for kind in KEPT:
        assert paper(client, published, kind) == before[kind]
    assert "Việc thêm sau" not in " ".join(lines(paper(client, published, Kind.OUTCOME)))


def test_a_moved_day_and_a_person_named_later_stand_beside_the_published_task(
    client, run, leader, published
):
    task = published.tasks.get()
    asked = due_dates.ask_for_day(task, to_on=dt.date(2021, 1, 15), reason="Mưa lũ", by=make_user())
    due_dates.answer_day(asked, is_granted=True, answer="Đồng ý", by=leader)
    person = make_person(run)
    task.refresh_from_db()
    task_actions.name_focal(task, person, by=leader)

    page = page_of(client, published)

    row = page.one("tr", data_task=str(task.pk))
    cells = page.find("td", inside=row)
    assert [one.text for one in cells[1:3]] == ["", "31/12/2020"]
    assert "15/01/2021" in cells[3].text
    assert "Ngô Văn Trách" in cells[3].text
    for kind in (Kind.MINUTES, Kind.NOTICE, Kind.TASKS):
        said = lines(paper(client, published, kind))
        assert "31/12/2020" in said
        assert "15/01/2021" not in " ".join(said)
    outcome = " ".join(lines(paper(client, published, Kind.OUTCOME)))
    assert "31/12/2020, gia hạn đến 15/01/2021" in outcome


def test_another_head_or_template_changes_no_published_paper(client, run, leader, published):
    before = paper(client, published, Kind.MINUTES)
    DocumentTemplate.objects.create(
        kind=Kind.MINUTES, form=published.form, file=uploads.store(files.docx(), leader),
        put_by=leader, put_at=published.published_at,
    )  # fmt: skip
    DocumentHead.objects.create(
        area=published.area, form=published.form, issuer="Huyện ủy khác", place="Vinh", symbol="X"
    )

    assert paper(client, published, Kind.MINUTES) == before


def test_a_correction_stands_in_an_addendum_after_the_minutes(client, leader, published):
    before = paper(client, published, Kind.MINUTES)
    address = reverse("minutes-with-addenda", args=[published.pk])
    assert client.get(address).status_code == 404
    session_actions.add_to(published, "Sửa 10/20 thành 9/20.\nCăn cứ hồ sơ.", by=leader)
    session_actions.add_to(published, minutes_number="15-BB/HU", by=leader)

    said, as_published = lines(client.get(address).content), lines(before)

    assert said[: len(as_published)] == as_published
    assert said[-4:] == [
        "Bổ sung, đính chính",
        "15/09/2020: Sửa 10/20 thành 9/20.",
        "Căn cứ hồ sơ.",
        "15/09/2020: Số biên bản: 15-BB/HU",
    ]
    assert paper(client, published, Kind.MINUTES) == before
    page = page_of(client, published)
    assert address in page.links
    assert "15-BB/HU" in page.one("section", id="addenda").text


# How it is kept


def test_what_is_kept_is_digested_and_cannot_be_changed(published):
    kept = Publication.objects.get(session=published)
    assert kept.sha256 == freezing.digest(kept.content)
    papers = list(published.published_papers.all())
    assert [one.kind for one in papers] == KEPT
    assert all(hashlib.sha256(one.content).hexdigest() == one.sha256 for one in papers)

    for rows, change in (
        (Publication.objects.all(), {"content": {}}),
        (PublishedPaper.objects.all(), {"content": b""}),
    ):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            rows.update(**change)
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            rows._raw_delete("default")


def test_the_frozen_page_is_that_of_the_moment(held, leader):
    before = freezing.page_of(held)

    after = freezing.page_of(publish(held, leader))

    assert [row.results for row in after.board.rows] == [row.results for row in before.board.rows]
    assert after.board.rows[0].basis == before.board.rows[0].basis
    assert [task.due_on for task in after.tasks] == [dt.date(2020, 12, 31)]
    assert [entry.text for entry in after.entries] == [entry.text for entry in before.entries]


def test_minutes_published_before_papers_were_kept_say_so(client, held, leader):
    WorkingSession.objects.filter(pk=held.pk).update(
        state="published", published_at=held.convened_at, published_by=leader
    )

    assert page_of(client, held).one(data_not_kept=True)
    assert "- Xã Kỳ Lạc: 10/20" in lines(paper(client, held, Kind.MINUTES))


def test_the_page_shows_the_digest_of_each_paper(client, published):
    shown = page_of(client, published).one("section", id="addenda").text

    for kept in published.published_papers.all():
        assert kept.sha256 in shown


def test_as_many_queries_for_many_tasks_as_for_one(client, run, leader, held):
    session = publish(held, leader)
    entry = session.entries.get()

    def counted():
        with CaptureQueriesContext(connection) as captured:
            assert client.get(f"/sessions/{session.pk}/").status_code == 200
        return len(captured)

    make_task(entry=entry, commune=run.commune, by=leader)
    counted()
    few = counted()
    for _ in range(30):
        make_task(entry=entry, commune=run.commune, by=leader)
        session_actions.add_to(session, "Sửa lại", by=leader)

    assert counted() == few <= 20


# What is missing


def bare(run, leader):
    session = make_session(communes=[run.commune], state=State.HELD, by=leader)
    entry = make_entry(session)
    make_task(entry=entry, commune=run.commune, by=leader)
    return session


def test_publishing_first_says_what_is_missing(client, run, leader):
    session = bare(run, leader)
    address = f"/sessions/{session.pk}/publish/"

    page = Page(client.get(address))

    assert len(page.find("li", inside=page.one("section", id="missing"))) == 6
    refused = client.post(address, {"minutes_number": "15-BB/HU"})
    assert list(refused.context["form"].errors) == ["all_the_same"]
    assert "15-BB/HU" in refused.content.decode()
    session.refresh_from_db()
    assert session.state == State.HELD

    client.post(address, {"minutes_number": "", "all_the_same": "on"})

    session.refresh_from_db()
    assert session.is_published


def test_complete_minutes_are_published_under_their_number_without_more(client, run, leader, held):
    address = f"/sessions/{held.pk}/publish/"
    task = held.tasks.get()
    task_actions.name_focal(task, make_person(run), by=leader)
    page = Page(client.get(address))
    assert len(page.find("li", inside=page.one("section", id="missing"))) == 1
    refused = client.post(address, {"minutes_number": ""})
    assert list(refused.context["form"].errors) == ["all_the_same"]

    client.post(address, {"minutes_number": "15-BB/HU"})

    held.refresh_from_db()
    assert held.is_published


def test_names_of_the_frozen_tasks_are_those_of_papers(published):
    task = published.tasks.get()

    known = context.assigned(published)[str(task.pk)]

    assert known["title"] == "Làm đường trục xã"
    assert Publication.objects.get().content["assigned"][str(task.pk)] == known


def test_a_telephone_number_is_not_kept_for_good(client, run, leader, held):
    task, person = held.tasks.get(), make_person(run)
    person.phone = "0912 345 678"
    person.save()
    task_actions.name_focal(task, person, by=leader)

    session = publish(held, leader)

    assert "0912" not in str(session.publication.content)
    row = page_of(client, session).one("tr", data_task=str(task.pk))
    assert "Ngô Văn Trách" in row.text
    assert "0912 345 678" in row.text


def test_the_day_of_a_recurring_task_moves_on_in_the_report(client, run, leader, held):
    due = dt.date(2020, 9, 30)
    entry = held.entries.get()
    make_task(
        entry=entry, commune=run.commune, title="Giao ban", kind="recurring", every="month",
        due_on=due, by=leader,
    )  # fmt: skip
    session = publish(held, leader)
    session.tasks.filter(title="Giao ban").update(due_on=dt.date(2020, 10, 30))

    assert "30/09/2020" in lines(paper(client, session, Kind.TASKS))
    outcome = " ".join(lines(paper(client, session, Kind.OUTCOME)))
    assert "thời hạn 30/10/2020" in outcome
    assert "gia hạn" not in outcome
