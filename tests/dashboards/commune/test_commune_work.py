"""A commune's page as the work of its own people: what waits, what is missing, what is folded."""

import datetime as dt
from decimal import Decimal

import pytest

from accounts.models import User
from criteria.claims import actions as claim_actions
from criteria.claims import decisions
from criteria.claims.actions import Draft
from criteria.measurements import actions as measurement_actions
from criteria.measurements.actions import Given
from criteria.models import Enrolment, Indicator, Level, Result
from criteria.reviews import actions as review_actions
from meetings.models import Task
from nrm_tracker import clock
from tests.factories import make_task
from tests.pages import SET, as_person, demo_cell, demo_for_the_module, read, record

pytestmark = pytest.mark.django_db
TODAY = dt.date(2020, 9, 15)
LACKED = [1, 2, 6, 8, 10, 13, 15, 17, 18, 20]


@pytest.fixture(scope="module")
def demo(django_db_setup, django_db_blocker):
    with demo_for_the_module(django_db_blocker):
        yield


def person(username):
    return User.objects.get(username=username)


def ask(username, **query):
    return read(as_person(username), "/communes/ky-lac/", **query)


def summed(page):
    return page.one("p", class_="sum").text


def queue(page):
    """By row: what, with its chip, and the verb's link."""
    (work,) = page.find("section", id="work")
    return [
        (row.text, page.find("a", inside=row)[0]["href"]) for row in page.find("li", inside=work)
    ]


@pytest.fixture
def returned(demo):
    """A claim of the commune on health that came back to be completed by 25/09/2020."""
    draft = Draft(given={}, result=Result.NEARLY, explanation="Đã cấp thêm thẻ")
    claim = claim_actions.send(demo_cell("ky-lac", 15), draft, by=person("kylac"))
    officer = person("phong-yte")
    decisions.send_back(
        claim,
        reason="Bổ sung danh sách thẻ theo thôn",
        add_by=dt.date(2020, 9, 25),
        by=officer,
        agency=officer.memberships.get().agency,
    )
    return claim


def led(title, due_on, **kwargs):
    commune = Enrolment.objects.get(commune__slug="ky-lac", criteria_set__code=SET).commune
    return make_task(
        by=person("lanhdao"), area=commune.area, title=title, due_on=due_on, commune=commune,
        **({"lead_commune": commune} | kwargs),
    )  # fmt: skip


def test_the_head_says_how_far_and_how_long(demo):
    assert summed(ask("kylac")) == "10/20 · còn 10 tiêu chí · 107 ngày"
    assert summed(ask("kylac", as_of="2020-09-08")) == "10/20 · còn 10 tiêu chí · 114 ngày"
    record("ky-lac", 1, Result.MET, TODAY)
    assert summed(ask("lanhdao")) == "11/20 · còn 9 tiêu chí · 107 ngày"


def test_a_commune_without_a_target_day_says_no_day(demo):
    Enrolment.objects.filter(commune__slug="ky-lac").update(target_on=None)

    assert summed(ask("quansat")) == "10/20 · còn 10 tiêu chí"


def test_a_target_that_passed_is_said_to_be_missed(demo):
    Enrolment.objects.filter(commune__slug="ky-lac").update(target_on=dt.date(2020, 9, 10))

    assert summed(ask("quansat")) == "10/20 · còn 10 tiêu chí · Quá hạn mục tiêu 5 ngày"


def test_who_has_reached_it_is_left_nothing(demo):
    assert summed(read(as_person("kylac"), "/communes/ky-giang/")).startswith("20/20")
    assert "còn" not in summed(read(as_person("kylac"), "/communes/ky-xuan/")).replace("còn 0", "")


# What waits


def test_what_waits_is_late_then_returned_then_by_day(returned):
    late = led("Nộp báo cáo tháng 8", dt.date(2020, 9, 10))
    soon = led("Rà soát danh sách thẻ", dt.date(2020, 9, 16))
    led("Phân công người phụ trách", dt.date(2020, 12, 31))
    led("Kiểm tra tuyến đường", dt.date(2020, 9, 16), lead_commune=None, lead_person=None,
        lead_agency=returned.status.criterion.responsibilities.first().agency)  # fmt: skip

    found = queue(ask("kylac"))

    assert [address for _said, address in found] == [
        f"/tasks/{late.pk}/",
        f"/communes/ky-lac/criteria/15/?set={SET}",
        f"/tasks/{soon.pk}/",
    ]
    texts = [said for said, _address in found]
    assert texts[0] == (
        "Nộp báo cáo tháng 8 Nhiệm vụ 10/09/2020 Quá hạn 5 ngày Báo cáo: Nộp báo cáo tháng 8"
    )
    assert texts[1] == (
        "15 Y tế Trả lại Phòng Y tế: Bổ sung danh sách thẻ theo thôn"
        " 25/09/2020 còn 10 ngày Bổ sung: 15 Y tế"
    )
    assert "16/09/2020 còn 1 ngày Báo cáo" in texts[2]


def test_tasks_in_the_queue_are_not_repeated(demo):
    task = led("Rà soát danh sách thẻ", dt.date(2020, 9, 16))
    own, other = ask("canbo-kylac"), ask("lanhdao")

    assert not own.find("tr", data_task=str(task.pk))
    assert "1 nhiệm vụ quá hạn hoặc sắp đến hạn ở trên" in own.one("section", id="tasks").text
    assert other.find("tr", data_task=str(task.pk))


def test_a_round_is_submitted_from_there(demo):
    run = Enrolment.objects.get(commune__slug="ky-lac", criteria_set__code=SET)
    days = {"opens_on": dt.date(2020, 9, 1), "closes_on": dt.date(2020, 9, 30)}
    opened = review_actions.open_round(
        run.commune.area, [run], name="Rà soát quý III/2020", by=person("dieuphoi"), **days
    )

    ((said, address),) = queue(ask("kylac"))

    assert address == f"/rounds/{opened.pk}/ky-lac/"
    assert said.endswith("30/09/2020 còn 15 ngày Nộp: Rà soát quý III/2020")


@pytest.mark.parametrize("username", ["lanhdao", "dieuphoi", "quansat", "lamhop", "phong-yte"])
def test_what_waits_is_its_own_people_s(returned, username):
    assert not ask(username).find("section", id="work")


def test_what_waits_is_said_of_today_alone(returned):
    assert ask("kylac").find("section", id="work")
    assert not ask("kylac", as_of="2020-09-14").find("section", id="work")


def test_where_nothing_waits_one_line_says_so(demo):
    page = ask("canbo-kylac")

    assert queue(page) == []
    assert page.one("p", class_="none").text.startswith("Không có hồ sơ bị trả lại")


# The criteria


def test_own_people_begin_with_what_is_still_to_be_met(demo):
    def chosen(username):
        page = ask(username)
        labels = [e.text for e in page.find("label") if e["for"].startswith("show-")]
        assert labels == ["Chưa đạt (10)", "Tất cả (20)"]
        return [e["id"] for e in page.find("input", type="radio", name="show", checked=True)]

    assert chosen("kylac") == chosen("canbo-kylac") == ["show-open"]
    # Others by the width of their screen, which the style sheet knows.
    assert chosen("lanhdao") == chosen("lamhop") == chosen("quansat") == []


def test_every_criterion_is_there_whatever_is_shown(demo):
    record("ky-lac", 2, Result.NEARLY, TODAY)
    page = ask("kylac")

    assert len(page.results()) == 20
    rows = page.find("tr", data_criterion=True)
    assert [int(row["data-criterion"]) for row in rows if "open" in row.classes] == LACKED
    assert page.results()[2] == "nearly"


def test_one_caption_says_what_all_rest_on(demo):
    caption = ask("kylac").one("caption").text
    assert caption.startswith("Ghi nhận tại buổi làm việc ngày 08/09/2020.")

    record("ky-lac", 1, Result.NOT_MET, TODAY, reason="Thiếu quy chế")
    page = ask("kylac")

    assert page.one("caption").text.startswith(
        "Ghi nhận tại buổi làm việc ngày 08/09/2020, trừ tiêu chí 1."
    )
    assert "15/09/2020, thẩm tra" in page.one("tr", data_criterion="1").text
    assert "08/09/2020" not in page.one("tr", data_criterion="2").text


def test_what_is_missing_stands_in_its_row(demo):
    status = demo_cell("ky-lac", 15)
    share = Indicator.objects.get(criterion=status.criterion, code="15.1")
    given = Given(measured_on=TODAY, numerator=Decimal(2765), denominator=Decimal(3397))
    measurement_actions.measure(
        status.enrolment, share, given, level=Level.DISTRICT, by=person("dieuphoi")
    )

    row = ask("kylac").one("tr", data_criterion="15").text
    assert "15.1 còn 123 người" in row
    assert "điểm" not in row
    assert "15.1" not in ask("kylac", as_of="2020-09-14").one("tr", data_criterion="15").text


def test_the_first_agency_stands_for_the_others(demo):
    row = ask("kylac").one("tr", data_criterion="17")

    assert "Phòng NN&PTNT và 2 đơn vị" in row.text
    page = ask("kylac")
    inside = page.find("details", inside=page.one("tr", data_criterion="17"))
    assert len(inside) == 1


# Folds


def test_tasks_of_one_day_are_one_line(demo):
    page = ask("quansat")
    tasks = page.one("section", id="tasks")

    summaries = [e.text for e in page.find("summary", inside=tasks)]
    assert summaries == [
        "7 nhiệm vụ đến 31/12/2020 · UBND xã Kỳ Lạc",
        "3 nhiệm vụ Thường xuyên · UBND xã Kỳ Lạc",
    ]
    assert len(page.find("tr", data_task=True)) == 10


def test_late_tasks_are_marked_where_they_are_folded(demo):
    led("Nộp báo cáo tháng 8", dt.date(2020, 9, 10))

    page = ask("lanhdao")
    first = page.find("summary", inside=page.one("section", id="tasks"))[0].text

    assert first == "Nộp báo cáo tháng 8 đến 10/09/2020 Quá hạn 5 ngày · UBND xã Kỳ Lạc"


def test_difficulties_and_persons_come_before_tasks(demo):
    ids = [e["id"] for e in ask("kylac").find("section", id=True)]

    assert ids.index("criteria") < ids.index("difficulties") < ids.index("charge")
    assert ids.index("charge") < ids.index("tasks") < ids.index("history")


@pytest.mark.parametrize("username", ["kylac", "canbo-kylac", "lanhdao", "quansat"])
def test_a_page_is_at_most_twenty_queries(returned, username, django_assert_max_num_queries):
    client = as_person(username)
    client.get("/communes/ky-lac/")

    for query in ({}, {"as_of": "2020-09-10", "compare": "2020-09-01"}):
        with django_assert_max_num_queries(20):
            client.get("/communes/ky-lac/", query)


def test_as_known_on_a_day_a_task_stands_as_it_stood_then(demo):
    task = led("Nộp báo cáo", dt.date(2020, 9, 12))
    Task.objects.filter(pk=task.pk).update(assigned_at=clock.at(dt.date(2020, 9, 1), 8))

    def stands(page, name):
        return page.one(name, data_task=str(task.pk)).text

    overview = read(as_person("lanhdao"), "/", known="2020-09-10")
    assert "còn 2 ngày" in stands(ask("lanhdao", known="2020-09-10"), "tr")
    assert "còn 2 ngày" in stands(overview, "li")
    assert "Quá hạn 3 ngày" in stands(ask("lanhdao"), "tr")
