"""The pages of plans, with the demo's."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from plans.models import Plan
from tests.pages import as_person, demo_for_the_module, read

pytestmark = pytest.mark.django_db
MOST = 20


@pytest.fixture(scope="module", autouse=True)
def _demo(django_db_setup, django_db_blocker):
    with demo_for_the_module(django_db_blocker):
        yield


def test_the_leader_reads_when_and_what_decides():
    page = read(as_person("lanhdao"), "/plans/ky-lac/")

    (said,) = [e.text for e in page.elements if "say" in e.classes]
    assert "Kỳ Lạc dự báo về đích ngày 23/12/2020, trước mục tiêu 8 ngày." in said
    assert "Việc quyết định: 5. Bê tông hóa 4,1 km đường trục thôn" in said
    assert "chậm thêm 5 ngày làm việc thì lùi sang 30/12/2020." in said
    met, finish, chance, critical = page.figures
    assert (met, finish, critical) == ("10/20", "23/12/2020", "5 trên 14 việc")
    assert 58 <= int(chance.rstrip("%")) <= 66
    assert "18" in page.problems[0]
    chain = page.one("ol", class_="chain")
    assert [link.text.split(".")[0] for link in page.find("a", inside=chain, class_="lnk")] == [
        "2", "4", "5", "13", "14",
    ]  # fmt: skip
    critical = [row["data-step"] for row in page.find("tr", data_step=True) if "cri" in row.classes]
    assert critical == ["2", "4", "5", "13", "14"]
    assert "+8" in page.one("tr", data_step="2").text
    assert "30" in page.one("tr", data_step="6").text
    assert "8.344" in page.html


def test_what_if_is_tried_and_not_written():
    client = as_person("lanhdao")
    plan = Plan.objects.get(enrolment__commune__slug="ky-lac")
    step = plan.activities.get(number=5)
    before = (plan.version, plan.finish_on)

    page = read(client, "/plans/ky-lac/", activity=step.pk, kind="shorten", days=5)

    base, tried = page.find("tr", data_variant=True)
    assert "23/12/2020" in base.text
    assert "16/12/2020 sớm 7 ngày" in tried.text
    assert "Bỏ việc" in read(client, "/plans/ky-lac/", activity=step.pk, kind="drop").html
    plan.refresh_from_db()
    assert (plan.version, plan.finish_on) == before
    for query in ({"activity": "x"}, {"activity": step.pk, "kind": "delay", "days": "-1"}):
        page = read(client, "/plans/ky-lac/", **query)
        assert page.problems
        assert len(page.find("tr", data_variant=True)) == 1


def test_all_plans_stand_beside_their_targets():
    page = read(as_person("quansat"), "/plans/")

    assert page.slugs == ["ky-lac", "lam-hop"]
    assert "23/12/2020" in page.row("ky-lac").text
    assert "sớm 8 ngày" in page.row("ky-lac").text
    assert page.figures == ["0", "2", "0"]


@pytest.mark.parametrize(
    "address",
    ["/plans/", "/plans/ky-lac/", "/plans/ky-lac/?zoom=month", "/plans/ky-lac/table/",
     "/plans/ky-lac/tasks/",
     "/plans/ky-lac/report/", "/plans/ky-giang/", "/working-days/"],
)  # fmt: skip
def test_a_page_asks_little_of_the_database(address):
    client = as_person("dieuphoi")
    client.get("/healthz")

    with CaptureQueriesContext(
        connection,
    ) as asked:
        assert client.get(address).status_code == 200
    assert len(asked) <= MOST


def field(page, prefix, name):
    return page.one("input", name=f"{prefix}-{name}")["value"]


def typed_of(page):
    """What a browser would send of the table."""
    return {
        one["name"]: one.attrs.get("value", "")
        for one in page.find("input", name=True)
        if one.attrs.get("type") != "checkbox" and one["name"] != "q"
    }


def test_the_table_is_typed_into_and_says_what_is_wrong_beside_it():
    client = as_person("canbo-kylac")
    page = read(client, "/plans/ky-lac/table/")
    sent = typed_of(page)
    assert sent["r4-needs"] == "4"
    assert sent["r13-needs"] == "1; 5-13"
    assert sent["r14-number"] == "15"

    wrong = sent | {
        "r14-name": "Bồi dưỡng cán bộ",
        "r14-criterion": "18.9",
        "r14-working_days": "x",
    }
    answered = client.post("/plans/ky-lac/table/", wrong)
    assert answered.status_code == 200
    text = answered.content.decode()
    assert "Bồi dưỡng cán bộ" in text
    assert "không có tiêu chí, chỉ tiêu 18.9" in text

    right = wrong | {"r14-criterion": "18.1", "r14-working_days": "20", "r4-working_days": "23"}
    assert client.post("/plans/ky-lac/table/", right).url == "/plans/ky-lac/"
    plan = Plan.objects.get(enrolment__commune__slug="ky-lac")
    assert plan.state == Plan.State.DRAFT
    assert plan.finish_on == dt.date(2020, 12, 24)
    assert not read(client, "/plans/ky-lac/").problems
    # Sent again by somebody who saw the version before.
    assert client.post("/plans/ky-lac/table/", right | {"r0-name": "Khác"}).status_code == 409

    circle = typed_of(read(client, "/plans/ky-lac/table/")) | {"r1-needs": "5"}
    text = client.post("/plans/ky-lac/table/", circle).content.decode()
    assert "thành vòng" in text
    dropped = typed_of(read(client, "/plans/ky-lac/table/")) | {"r8-drop": "on"}
    dropped["r13-needs"] = "1; 5-8; 10-13"
    client.post("/plans/ky-lac/table/", dropped)
    assert plan.activities.current().count() == 14


HEAD = (
    "TT\tHạng mục công việc\tTiêu chí\tĐVT\tKL yêu cầu\tSố ngày\tViệc phải xong trước\tNguồn tỉnh"
)


def test_rows_of_excel_are_read_shown_then_written():
    client = as_person("lamhop")
    version = Plan.objects.get(enrolment__commune__slug="lam-hop").version
    new = "\tLàm cổng chào\t20\tcổng\t1,5\t10\t6\t12,5\n"
    text = f"{HEAD}\n{new}3\tBê tông hóa 2 km\t2.1\tkm\t2\t24\t2\t\n"

    def post(text, **more):
        return client.post("/plans/lam-hop/paste/", {"text": text, "version": version, **more})

    shown = post(text).content.decode()
    assert "Làm cổng chào" in shown
    assert 'name="confirmed"' in shown
    plan = Plan.objects.get(enrolment__commune__slug="lam-hop")
    assert plan.activities.count() == 7
    assert post(text, confirmed="on").url == "/plans/lam-hop/"
    plan.refresh_from_db()
    added = plan.activities.get(number=8)
    assert (str(added.quantity_required), str(added.cost_province)) == ("1.500", "12.500")
    assert plan.activities.get(number=3).working_days == 24
    for wrong, words in (
        ("abc", "tiêu đề"),
        ("TT\tViệc\n1\tA", "Thiếu cột"),
        (f"{HEAD}\n1\tA\t1.1\tkm\t=B2*2\t3\t\t\n", "công thức"),
        (f"{HEAD}\n1\tA\t1.1\tkm\t#REF!\t3\t\t\n", "lỗi"),
        (f"{HEAD}\n1\tA\t1.1\tkm\t1\tba\t\t\n", "số nguyên"),
    ):
        text = post(wrong, confirmed="on").content.decode()
        assert words in text, wrong


def test_a_week_is_reported_from_a_telephone():
    client = as_person("canbo-kylac")
    plan = Plan.objects.get(enrolment__commune__slug="ky-lac")
    second, third = plan.activities.get(number=2), plan.activities.get(number=3)

    refused = client.post("/plans/ky-lac/report/", {f"quantity-{third.pk}": "40"})
    assert "vượt khối lượng yêu cầu (38)" in refused.content.decode()
    assert "Chưa ghi nội dung" in client.post("/plans/ky-lac/report/", {}).content.decode()
    sent = {f"quantity-{third.pk}": "19", f"percent-{second.pk}": "60", f"left-{second.pk}": "7"}
    assert client.post("/plans/ky-lac/report/", sent).url == "/plans/ky-lac/"

    third.refresh_from_db()
    assert (third.percent, third.remaining_days) == (50, 7)
    plan.refresh_from_db()
    assert plan.finish_on == dt.date(2020, 12, 14)
    assert plan.state == Plan.State.APPROVED


def test_a_criterion_whose_steps_are_done_is_to_be_claimed():
    client = as_person("canbo-kylac")
    plan = Plan.objects.get(enrolment__commune__slug="ky-lac")
    step = plan.activities.get(number=8)
    assert not read(client, "/plans/ky-lac/").find("p", id="ready")

    client.post("/plans/ky-lac/report/", {f"finished-{step.pk}": "15/09/2020"})

    assert "/communes/ky-lac/criteria/8/claim/" in read(client, "/plans/ky-lac/").links
    said = read(as_person("lanhdao"), "/plans/ky-lac/").one("p", id="ready")
    assert "8" in said.text
    assert "claim" not in said.text


def test_the_plan_goes_to_the_leader_and_back():
    staff, leader = as_person("lamhop"), as_person("lanhdao")
    sent = typed_of(read(staff, "/plans/lam-hop/table/"))
    staff.post("/plans/lam-hop/table/", sent | {"r0-working_days": "16"})

    def post(client, verb, **more):
        version = Plan.objects.get(enrolment__commune__slug="lam-hop").version
        return client.post(f"/plans/lam-hop/{verb}/", {"version": version, **more})

    assert post(staff, "submit").url == "/plans/lam-hop/"
    assert post(staff, "approve").status_code == 403
    assert post(leader, "return").status_code == 200
    assert post(leader, "return", reason="Thiếu mốc").url == "/plans/lam-hop/"
    assert "Thiếu mốc" in read(staff, "/plans/lam-hop/").html
    post(staff, "submit")
    assert post(leader, "approve", document="15/KH-UBND").url == "/plans/lam-hop/"
    assert "15/KH-UBND" in read(staff, "/plans/lam-hop/").html
    assert Plan.objects.get(enrolment__commune__slug="lam-hop").versions.count() == 2


def test_a_commune_without_a_plan_begins_one():
    client = as_person("dieuphoi")
    assert "Lập kế hoạch" in read(client, "/plans/ky-giang/").html

    made = client.post("/plans/ky-giang/begin/", {})
    assert made.url == "/plans/ky-giang/"
    assert "Kế hoạch chưa có việc nào" in read(client, made.url).html
    assert client.get("/plans/ky-giang/begin/").url == made.url


def test_one_step_has_all_its_columns():
    client = as_person("canbo-kylac")
    sent = typed_of(read(client, "/plans/ky-lac/steps/5/"))
    assert sent["r0-cost_central"] == "1900"

    wrong = client.post("/plans/ky-lac/steps/5/", sent | {"r0-most_days": "3"}).content.decode()
    assert "Ít hơn số ngày thường" in wrong
    right = sent | {"r0-least_days": "18", "r0-most_days": "33"}
    assert client.post("/plans/ky-lac/steps/5/", right).url == "/plans/ky-lac/"
    assert client.get("/plans/ky-lac/steps/99/").status_code == 404
