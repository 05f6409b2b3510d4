"""A bulk entry undone within ten minutes, by who recorded it (rule 11b)."""

import datetime as dt

import pytest
from django.core.management import call_command
from zeal import zeal_ignore

from accounts.models import Role
from criteria.assessments import actions as assessment_actions
from criteria.assessments import bulk
from criteria.models import Assessment, BulkEntry, Recognition, Result, Standing
from nrm_tracker import clock
from tests.factories import (
    cell,
    finding,
    make_area,
    make_commune,
    make_enrolment,
    make_set,
    make_user,
)
from tests.pages import Page

pytestmark = pytest.mark.django_db
WHY = "Minh chứng lưu tại phòng"
EARLIER = dt.date(2020, 9, 8)


@pytest.fixture
def runs():
    criteria_set = make_set()
    names = {"ky-lac": "Kỳ Lạc", "ky-tay": "Kỳ Tây"}
    return [
        make_enrolment(
            commune=make_commune(name=name, slug=slug, code=f"1884{n}"), criteria_set=criteria_set
        )
        for n, (slug, name) in enumerate(names.items())
    ]


@pytest.fixture
def leader(client, runs):
    user = make_user(role=Role.LEADER, area=make_area())
    client.force_login(user)
    return user


@pytest.fixture
def recorded(client, runs, leader):
    """Criterion 1 of two communes, met on 08/09/2020."""
    return record(runs, leader)


def record(runs, by, result=Result.MET):
    found = finding(result, EARLIER, no_evidence_reason=WHY)
    wanted = [bulk.Wanted(cell(run), found, cell(run).version) for run in runs]
    with zeal_ignore():
        return bulk.assess_all(wanted, by=by).entry


def undo(client, entry):
    return client.post(f"/bulk-entries/{entry.pk}/undo/", follow=True)


def told(answer):
    (said,) = answer.context["messages"]
    return str(said)


def test_the_message_has_the_button(client, runs, leader):
    sent = {"assessed_on": "15/09/2020", "basis": "verification", "confirm": "1"}
    for run in runs:
        prefix = f"c{cell(run).pk}"
        sent |= {f"{prefix}-result": "not_met", f"{prefix}-version": "0", f"{prefix}-reason": "Rà"}

    with zeal_ignore():
        page = Page(client.post("/criteria/1/assess/", sent, follow=True))

    entry = BulkEntry.objects.get()
    until = clock.local(entry.at + dt.timedelta(minutes=10))
    (message,) = page.find("div", role="status")
    assert f"Đã ghi nhận 2 kết quả. Hoàn tác được đến {until:%H:%M}." in message.text
    assert page.find("form", action=f"/bulk-entries/{entry.pk}/undo/")
    assert entry.entries.count() == 2


def test_its_results_are_voided_together(client, recorded, runs):
    answer = undo(client, recorded)

    assert told(answer) == (
        "Đã hoàn tác: 2 kết quả. Các ngày trước đã thay đổi: 08/09/2020 – 14/09/2020; số xã có số"
        " liệu khác: 2."
    )
    assert answer.redirect_chain[0][0] == "/criteria/1/?set=ntm"
    assert [cell(run).result for run in runs] == ["not_assessed"] * 2
    assert Assessment.objects.filter(voids=True, reason="Đã hoàn tác").count() == 2
    assert Assessment.objects.count() == 4
    assert not Standing.objects.exists()
    call_command("check_progress")


def test_one_commune_leads_back_to_its_page(client, runs, leader):
    entry = record(runs[:1], leader)

    assert undo(client, entry).redirect_chain[0][0] == "/communes/ky-lac/"


def test_the_cell_has_the_button_beside_the_entry(client, recorded, leader):
    page = Page(client.get("/communes/ky-lac/criteria/1/"))

    (form,) = page.find("form", action=f"/bulk-entries/{recorded.pk}/undo/")
    assert "Hoàn tác lần nhập 2 kết quả" in form.text
    client.force_login(make_user(role=Role.COORDINATOR, area=make_area()))
    other = Page(client.get("/communes/ky-lac/criteria/1/"))
    assert not other.find("form", action=f"/bulk-entries/{recorded.pk}/undo/")


def test_the_page_with_the_button_asks_at_most_twenty_times(
    client, recorded, django_assert_max_num_queries
):
    with django_assert_max_num_queries(20):
        assert "undo/" in client.get("/communes/ky-lac/criteria/1/").text


def test_an_entry_of_its_own_has_no_button(client, runs, leader):
    assessment_actions.assess(cell(runs[0]), finding(no_evidence_reason=WHY), by=leader)

    assert "undo/" not in client.get("/communes/ky-lac/criteria/1/").text


def test_a_later_entry_is_told_and_keeps_all_of_them(client, recorded, runs):
    other = make_user(role=Role.COORDINATOR, area=make_area(), username="khac")
    assessment_actions.assess(cell(runs[1]), finding(Result.NOT_MET, clock.today()), by=other)

    said = told(undo(client, recorded))

    assert said.startswith(f"Không hoàn tác được nữa: {other} đã làm tiếp lúc ")
    assert "Kỳ Tây" in said
    assert [cell(run).result for run in runs] == ["met", "not_met"]


def test_a_recognition_since_is_told(client, recorded, runs, leader):
    Recognition.objects.create(
        enrolment=runs[0],
        title="Xã đạt chuẩn",
        decision_number="1/QĐ",
        decided_on=clock.today(),
        recorded_by=leader,
        recorded_at=clock.now(),
    )

    assert "(Xã đạt chuẩn, Kỳ Lạc)" in told(undo(client, recorded))


def test_after_ten_minutes_it_is_refused(client, recorded, runs, monkeypatch):
    now = clock.now()
    monkeypatch.setattr(clock, "now", lambda: now + dt.timedelta(minutes=11))

    assert "undo/" not in client.get("/communes/ky-lac/criteria/1/").text
    assert told(undo(client, recorded)).startswith("Chỉ hoàn tác được trong 10 phút")
    assert cell(runs[0]).result == "met"


def test_in_a_demo_the_hours_begin_anew(client, recorded, monkeypatch):
    BulkEntry.objects.update(at=clock.now() + dt.timedelta(hours=1))

    assert told(undo(client, recorded)).startswith("Chỉ hoàn tác được trong 10 phút")


def test_twice_is_said(client, recorded):
    undo(client, recorded)

    assert told(undo(client, recorded)) == "Nội dung này đã được hoàn tác trước đó."
    assert Assessment.objects.count() == 4


def test_nobody_else_undoes_it(client, recorded):
    client.force_login(make_user(role=Role.COORDINATOR, area=make_area()))
    assert undo(client, recorded).status_code == 403

    elsewhere = make_area(code="9", name="Nơi khác")
    client.force_login(make_user(role=Role.LEADER, area=elsewhere))
    assert undo(client, recorded).status_code == 404
