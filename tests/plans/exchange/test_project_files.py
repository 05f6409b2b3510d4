"""The plan for Microsoft Project: out by the public schema, in again with the same preview."""

import re
from xml.etree import ElementTree as ET

import pytest

from plans.models import CalendarDay, Plan
from tests.pages import as_person, demo_for_the_module
from tests.plans.exchange.sheets import Preview, send

pytestmark = pytest.mark.django_db
FILE, URL = "/plans/ky-lac.xml", "/plans/ky-lac/import/"
SPACE = {"p": "http://schemas.microsoft.com/project"}


@pytest.fixture(scope="module", autouse=True)
def _demo(django_db_setup, django_db_blocker):
    with demo_for_the_module(django_db_blocker):
        yield


@pytest.fixture
def staff():
    return as_person("canbo-kylac")


@pytest.fixture
def plan():
    return Plan.objects.get(enrolment__commune__slug="ky-lac")


class ProjectFile:
    """What was downloaded; tasks by their number in the plan."""

    def __init__(self, client):
        ET.register_namespace("", SPACE["p"])
        self.root = ET.fromstring(client.get(FILE).content)  # noqa: S314

    def task(self, number):
        return self.root.findall("p:Tasks/p:Task", SPACE)[number - 1]

    def say(self, number, path):
        return self.task(number).findtext(f"p:{path.replace('/', '/p:')}", namespaces=SPACE)

    def put(self, number, **values):
        for name, value in values.items():
            found = self.task(number).find(f"p:{name}", SPACE)
            if found is None:
                found = ET.SubElement(self.task(number), f"{{{SPACE['p']}}}{name}")
            found.text = value

    def link(self, number, **values):
        for name, value in values.items():
            self.task(number).find(f"p:PredecessorLink/p:{name}", SPACE).text = value

    def content(self):
        return ET.tostring(self.root)

    def sent(self, client):
        return Preview(send(client, URL, self.content(), "plan.xml"))


def test_the_file_is_of_the_public_schema(staff, plan):
    CalendarDay.objects.create(
        area=plan.enrolment.commune.area, day="2020-10-24", kind="worked", name="Làm bù", order="1"
    )
    file = ProjectFile(staff)
    root = file.root

    assert root.tag == "{http://schemas.microsoft.com/project}Project"
    assert root.findtext("p:MinutesPerDay", namespaces=SPACE) == "480"
    calendar = root.find("p:Calendars/p:Calendar", SPACE)
    days = calendar.findall("p:WeekDays/p:WeekDay", SPACE)
    worked = [one.findtext("p:DayType", namespaces=SPACE) for one in days if len(one) > 2]
    assert worked[:5] == ["2", "3", "4", "5", "6"]
    times = days[0].findall("p:WorkingTimes/p:WorkingTime", SPACE)
    assert [one[0].text + one[1].text for one in times] == ["08:00:0012:00:00", "13:00:0017:00:00"]
    exceptions = {
        one.findtext("p:TimePeriod/p:FromDate", namespaces=SPACE)[:10]: one.findtext(
            "p:DayWorking", namespaces=SPACE
        )
        for one in calendar.findall("p:Exceptions/p:Exception", SPACE)
    }
    assert exceptions["2020-10-24"] == "1"
    assert exceptions["2021-01-01"] == "0"

    told = ("Duration", "DurationFormat", "Start", "Finish", "Critical", "TotalSlack")
    assert [file.say(5, name) for name in told] == [
        *("PT176H0M0S", "7", "2020-10-21T08:00:00", "2020-11-18T17:00:00", "1", "0"),
    ]  # fmt: skip
    assert [file.say(6, name) for name in ("ConstraintType", "ConstraintDate", "Critical")] == [
        *("4", "2020-10-12T08:00:00", "0"),
    ]  # fmt: skip
    link = [file.say(13, f"PredecessorLink/{name}") for name in ("Type", "LinkLag", "LagFormat")]
    assert link == ["1", str(7 * 24 * 60 * 10), "8"]
    begun = ("ActualStart", "Duration", "RemainingDuration", "PercentComplete")
    assert [file.say(2, name) for name in begun] == [
        *("2020-09-11T08:00:00", "PT128H0M0S", "PT112H0M0S", "12"),
    ]  # fmt: skip
    assert file.say(2, "PhysicalPercentComplete") == "30"
    assert "Cơ quan chỉ đạo: Phòng KT-HT" in file.say(5, "Notes")
    order = [re.sub("{.*}", "", one.tag) for one in file.task(5)]
    schema = [
        *("UID", "ID", "Name", "WBS", "Start", "Finish", "Duration", "Critical", "TotalSlack"),
        *("PercentComplete", "ConstraintType", "Notes", "PredecessorLink", "ExtendedAttribute"),
    ]
    assert [name for name in dict.fromkeys(order) if name in schema] == schema


def test_out_and_in_again_says_nothing_new(staff):
    assert ProjectFile(staff).sent(staff).is_the_same


def test_changes_come_back_with_the_same_preview(staff, plan):
    file = ProjectFile(staff)
    file.put(6, Duration="PT160H0M0S", ConstraintDate="2020-10-19T08:00:00")
    file.link(13, LinkLag=str(3 * 480 * 10), LagFormat="7")
    file.put(3, PhysicalPercentComplete="60", RemainingDuration="PT44H0M0S")
    tasks = file.root.find("p:Tasks", SPACE)
    new = ET.fromstring(  # noqa: S314
        f'<Task xmlns="{SPACE["p"]}"><UID>9001</UID><ID>15</ID><Name>Đặt biển báo</Name>'
        "<Duration>PT24H0M0S</Duration><DurationFormat>7</DurationFormat>"
        f"<Notes>Nơi làm: Lạc Thắng</Notes><PredecessorLink><PredecessorUID>{file.say(6, 'UID')}"
        "</PredecessorUID><Type>1</Type><LinkLag>0</LinkLag></PredecessorLink></Task>"
    )
    tasks.append(new)
    tasks.remove(file.task(9))
    last = file.task(13)
    ninth = str(plan.activities.get(number=9).pk)
    for one in last.findall("p:PredecessorLink", SPACE):
        if one.findtext("p:PredecessorUID", namespaces=SPACE) == ninth:
            last.remove(one)

    answer = file.sent(staff)

    keys = {n: str(plan.activities.get(number=n).pk) for n in (3, 6, 9, 13, 14)}
    changed = [keys[n] for n in (3, 6, 13, 14)]
    assert answer.kinds == {**dict.fromkeys(changed, "changed"), "n13": "new", keys[9]: "dropped"}
    assert "5 + 7 ngày → 5 + 3 ngày làm việc" in answer.said(keys[13])
    assert "18 → 20" in answer.said(keys[6])
    assert "5,5 ngày làm việc được lấy là 6" in answer.html
    assert answer.accept(staff, URL).status_code == 302
    added = plan.activities.get(number=15)
    assert (added.name, added.place, added.working_days) == ("Đặt biển báo", "Lạc Thắng", 3)
    assert list(added.needs.values_list("needs__number", flat=True)) == [6]
    assert list(plan.activities.get(number=13).needs.values_list("wait", "unit")) == [
        (3, "working")
    ]
    third = plan.activities.get(number=3)
    assert (third.percent, third.remaining_days) == (60, 6)


def summary(file):
    file.put(1, Summary="1")


def split(file):
    file.put(2, Stop="2020-09-14T17:00:00", Resume="2020-09-21T08:00:00")


WRONG = {
    4: (lambda file: file.put(4, DurationFormat="8"), "tính cả ngày nghỉ"),
    5: (lambda file: file.link(5, Type="2"), "bắt đầu đến kết thúc"),
    6: (lambda file: file.link(6, LinkLag="-4800"), "gối đầu"),
    7: (lambda file: file.put(7, CalendarUID="9"), "lịch riêng"),
    8: (lambda file: file.put(8, ConstraintType="2"), "phải bắt đầu vào ngày"),
    9: (lambda file: file.put(9, Duration="drei Tage"), "thời gian của việc"),
    10: (lambda file: file.put(10, Recurring="1"), "lặp lại"),
    11: (lambda file: file.put(11, Active="0"), "đang tắt"),
    12: (lambda file: file.put(12, Name=" "), "Việc: Chưa nhập"),
    13: (lambda file: file.link(13, LinkLag="5000"), "lẻ ngày"),
    14: (lambda file: file.link(14, PredecessorUID="777777"), "không có việc này"),
    2: (split, "nghỉ 4 ngày"),
}


def test_what_a_plan_does_not_know_is_refused_task_by_task(staff, plan):
    file = ProjectFile(staff)
    for bend, _words in WRONG.values():
        bend(file)

    answer = file.sent(staff)

    for number, (_bend, words) in WRONG.items():
        assert words in answer.said(plan.activities.get(number=number).pk), number


def test_what_is_taken_otherwise_is_said(staff, plan):
    file = ProjectFile(staff)
    summary(file)
    minutes = file.root.find("p:MinutesPerDay", SPACE)
    minutes.text = "450"
    file.root.find("p:CalendarUID", SPACE).text = "5"
    file.put(6, Duration="PT135H0M0S")

    answer = file.sent(staff)

    for words in ("là dòng tổng của các việc khác", "450 phút", "không có lịch"):
        assert words in answer.html, words
    # Its tasks need it: a link to what sums up others means nothing.
    assert "liên kết với dòng tổng" in answer.said(plan.activities.get(number=14).pk)
    # Eighteen days of seven and a half hours.
    assert str(plan.activities.get(number=6).pk) not in answer.kinds


BOMB = b"""<?xml version="1.0"?><!DOCTYPE p [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>
<Project xmlns="http://schemas.microsoft.com/project"><Title>&b;</Title></Project>"""


def test_files_that_are_no_such_plan(staff):
    for content, words in (
        (BOMB, "DTD"),
        (b"<Project/>", "không phải"),
        (b"<a><b></a>", "không phải"),
        (b"<a>" * 100, "quá nhiều"),
        (b'<Project xmlns="http://schemas.microsoft.com/project"/>', "không phải tệp tải về"),
        (as_person("lamhop").get("/plans/lam-hop.xml").content, "kế hoạch của Lâm Hợp"),
    ):
        assert words in send(staff, URL, content, "plan.xml").content.decode(), words
