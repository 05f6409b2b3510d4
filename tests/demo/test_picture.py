"""What the demo shows of the district on its day."""

import datetime as dt
import io

import pytest
from django.core.management import call_command
from docx import Document

from accounts.models import Membership, User
from communes.models import Commune
from criteria.assessments import actions as assessment_actions
from criteria.models import (
    Assessment,
    Basis,
    Difficulty,
    Enrolment,
    Level,
    Recognition,
    Result,
    Standing,
)
from criteria.progress import scoring
from meetings.models import Task, WorkingSession
from meetings.publication import actions as publication_actions
from nrm_tracker import clock
from tests.factories import finding
from tests.pages import Page, demo_for_the_module

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demo")]

PICTURE_ON = dt.date(2020, 9, 8)
HEADS = (("lam-hop", "16/20"), ("ky-lac", "10/20"))
LAM_HOP_LACKS = [1, 2, 17, 20]
KY_LAC_LACKS = [1, 2, 6, 8, 10, 13, 15, 17, 18, 20]


@pytest.fixture(scope="module")
def demo(django_db_setup, django_db_blocker):
    with demo_for_the_module(django_db_blocker):
        yield


def standing(slug, day):
    found = Standing.objects.filter(enrolment__commune__slug=slug, on_day__lte=day)
    return found.order_by("-on_day").first()


def lacking(row):
    return [number for number, letter in enumerate(row.results, start=1) if letter == "x"]


@pytest.mark.parametrize(
    ("slug", "met", "lacks"), [("lam-hop", 16, LAM_HOP_LACKS), ("ky-lac", 10, KY_LAC_LACKS)]
)
def test_the_picture_of_the_session(slug, met, lacks):
    row = standing(slug, PICTURE_ON)

    assert (row.met_count, row.applicable_count) == (met, 20)
    assert scoring.headline(row.results).assessed == 20
    assert lacking(row) == lacks
    assert row.basis == Basis.SESSION
    assert "08/09/2020" in row.basis_text


def test_the_picture_was_recorded_by_the_coordinator_at_five_that_day():
    entries = Assessment.objects.filter(assessed_on=PICTURE_ON)

    assert entries.count() == 40
    assert set(
        entries.values_list("level", "decided_by", "recorded_by__username", "recorded_at")
    ) == {(Level.DISTRICT, "Thường trực Huyện ủy", "dieuphoi", clock.at(PICTURE_ON, 17))}


def test_all_communes_are_enrolled_from_the_first_day_that_the_facts_support():
    enrolled = Enrolment.objects.filter(criteria_set__code="ntm-2016-ha-tinh")

    assert enrolled.count() == Enrolment.objects.count() == 20
    assert enrolled.filter(opened_on="2016-12-01").count() == 19
    assert enrolled.get(commune__slug="lam-hop").opened_on == PICTURE_ON
    aiming = enrolled.filter(target_on="2020-12-31").values_list("commune__slug", flat=True)
    assert set(aiming) == {"ky-lac", "lam-hop"}
    assert enrolled.exclude(target_on=None).count() == 2


def test_two_communes_were_ready_by_the_end_of_2017_and_none_is_recognised():
    day = dt.date(2017, 12, 31)

    assert standing("ky-giang", day).results == "m" * 20
    assert standing("ky-xuan", day).results == "mmmmmma" + "m" * 13
    assert standing("ky-xuan", day).applicable_count == 19
    assert "đủ điều kiện" in standing("ky-giang", day).basis_text
    assert not Recognition.objects.exists()


def test_what_the_report_does_not_name_says_that_it_was_inferred():
    met = Assessment.objects.filter(assessed_on=PICTURE_ON, result=Result.MET)
    named = Assessment.objects.filter(assessed_on=PICTURE_ON, result=Result.NOT_MET)

    assert met.filter(basis_text__endswith="suy từ báo cáo, không nêu riêng").count() == 26
    assert met.filter(no_evidence_reason__startswith="Suy từ báo cáo").count() == met.count() == 26
    assert not named.filter(basis_text__contains="suy từ").exists()


def test_the_difficulties_of_the_report_are_in_the_register():
    stated = Difficulty.objects.all()

    assert set(stated.values_list("commune__slug", "criterion", "stated_on", "resolved_on")) == {
        ("ky-lac", None, PICTURE_ON, None)
    }
    assert stated.count() == 3


def test_nothing_is_said_of_the_other_communes():
    known = set(Standing.objects.values_list("enrolment__commune__slug", flat=True))

    assert known == {"ky-giang", "ky-xuan", "ky-lac", "lam-hop"}


def test_the_inspector_s_access_ends_and_no_other_s_does():
    ends = Membership.objects.exclude(until_on=None)

    assert list(ends.values_list("user__username", "until_on")) == [
        ("thanhtra", dt.date(2021, 12, 31))
    ]


def test_the_session_has_its_minutes_and_tasks_none_done_or_late():
    session = WorkingSession.objects.get()

    assert (session.form, session.state, session.starts_at, session.place) == (
        "party", "held", None, "",
    )  # fmt: skip
    chairs = session.participants.filter(part="chair").values_list("full_name", flat=True)
    assert list(chairs) == ["Trần Đình Gia", "Nguyễn Tiến Hùng"]
    assert session.briefings.count() == 2
    assert session.assessments.count() == 40
    tasks = session.tasks.all()
    assert set(tasks.values_list("state", flat=True)) == {"open"}
    # Nobody said by which day: that is inferred, and marked.
    assert set(tasks.values_list("due_on", "is_illustrative")) == {
        (None, False), (dt.date(2020, 12, 31), True),
    }  # fmt: skip
    assert set(tasks.values_list("due_on", flat=True)) == {None, dt.date(2020, 12, 31)}
    assert {task.entry.kind for task in tasks.select_related("entry")} == {
        "conclusion", "direction",
    }  # fmt: skip
    assert not Task.objects.late(clock.today()).exists()


def test_once_published_the_session_shows_what_its_minutes_say_whatever_comes_after(client):
    session, coordinator = WorkingSession.objects.get(), User.objects.get(username="dieuphoi")
    session = publication_actions.publish(
        session, minutes_number="", notice_number="", by=coordinator
    )
    wrong = Assessment.objects.get(
        assessed_on=PICTURE_ON, status__enrolment__commune__slug="lam-hop",
        status__criterion__number=3,
    )  # fmt: skip
    assessment_actions.correct(
        wrong, finding(Result.NOT_MET, PICTURE_ON), reason="Nhập nhầm", by=coordinator
    )
    Commune.objects.filter(slug="ky-lac").update(name="Kỳ Lạc Mới")
    client.force_login(coordinator)

    page = Page(client.get(f"/sessions/{session.pk}/"))
    paper = client.get(f"/sessions/{session.pk}/minutes.docx").content

    assert standing("lam-hop", PICTURE_ON).met_count == 15
    assert [page.row(slug).text.count(head) for slug, head in HEADS] == [1, 1]
    assert "Xã đạt 16/20 tiêu chí" in page.one("section", id="minutes").text
    said = [line.text for line in Document(io.BytesIO(paper)).paragraphs]
    assert "- Xã Lâm Hợp: 16/20" in said
    assert "- Xã Kỳ Lạc: 10/20" in said


def test_the_session_is_not_written_twice():
    call_command("load_demo", verbosity=0)

    session = WorkingSession.objects.get()
    assert (session.participants.count(), session.entries.count()) == (8, 13)
    assert session.tasks.count() == 33
