"""The pages of resources, with the demo's."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from plans.models import ConstructionItem, Contribution
from tests.pages import as_person, demo_for_the_module, read

pytestmark = pytest.mark.django_db
MOST = 20


@pytest.fixture(scope="module", autouse=True)
def _demo(django_db_setup, django_db_blocker):
    with demo_for_the_module(django_db_blocker):
        yield


def test_the_area_and_a_commune_in_sums():
    page = read(as_person("lanhdao"), "/resources/")
    # Allotted, asked for, spent, owed.
    assert page.figures == ["3.250", "2.380", "227,2", "430"]
    assert "426 ngày công, 3.570 m² đất hiến" in page.html
    row = page.row("ky-lac").text
    assert "8.344" in row
    assert "2.350" in row
    assert "430" in row

    page = read(as_person("quansat"), "/resources/ky-lac/")
    assert page.figures == ["2.350", "1.880", "144,2", "430"]
    central = page.one("tr", data_source="Ngân sách trung ương").text
    assert "1.900" in central
    assert "Vốn tín dụng" in page.html
    assert "Chưa bố trí 5.994 so với kế hoạch" in page.html
    assert "Ghi khoản nguồn lực" not in page.html
    assert page.find("tr", data_contribution=True).__len__() == 11
    past = read(as_person("quansat"), "/resources/ky-lac/", as_of="2020-09-09")
    assert past.figures == ["0", "1.880", "0", "0"]
    assert read(as_person("quansat"), "/resources/ky-lac/", year=2019).figures[0] == "0"
    assert read(as_person("quansat"), "/resources/ky-lac/", year="x").figures[0] == "2.350"


def test_a_contribution_is_typed_corrected_and_voided():
    client = as_person("canbo-kylac")
    address = "/resources/ky-lac/new/"
    sent = {
        "stage": "allotted", "source": "province", "kind": "money", "amount": "12,5",
        "given_on": "15/09/2020", "purpose": "Nhà văn hóa",
    }  # fmt: skip
    for wrong in ({"amount": "0"}, {"amount": "-1"}, {"amount": "x"}, {"worth": "5"},
                  {"given_on": "16/09/2020"}, {"amount": "999999999"}):  # fmt: skip
        answer = client.post(address, sent | wrong)
        assert answer.status_code == 200
        assert "Nhà văn hóa" in answer.content.decode()
    assert client.post(address, sent).url == "/resources/ky-lac/"
    made = Contribution.objects.latest("pk")
    assert str(made.amount.normalize()) == "12.5"

    correct = f"/contributions/{made.pk}/correct/"
    assert 'value="12,5"' in client.get(correct).content.decode()
    assert client.post(correct, sent | {"amount": "125"}).status_code == 200
    assert client.post(correct, sent | {"amount": "125", "reason": "Gõ nhầm"}).status_code == 302
    late = client.post(correct, sent | {"amount": "13", "reason": "Gõ nhầm"})
    assert late.status_code == 409
    assert "vừa ghi trước" in late.content.decode()
    right = Contribution.objects.latest("pk")
    void = {"void": "1", "reason": "Không phải của xã"}
    assert client.post(f"/contributions/{right.pk}/correct/", void).status_code == 302
    page = read(client, "/resources/ky-lac/")
    assert page.figures[0] == "2.350"


def test_what_is_owed_is_stated_and_stated_anew():
    client = as_person("lamhop")
    sent = {"name": "Cầu thôn", "stated_on": "15/09/2020", "value": "300", "paid": "100",
            "version": "0"}  # fmt: skip
    wrong = client.post("/resources/lam-hop/debts/new/", sent | {"paid": "301"})
    assert "lớn hơn giá trị đã thực hiện" in wrong.content.decode()
    assert client.post("/resources/lam-hop/debts/new/", sent).status_code == 302
    item = ConstructionItem.objects.get(name="Cầu thôn")
    page = read(client, f"/debts/{item.pk}/")
    version = page.one("input", name="version")["value"]
    again = {"stated_on": "15/09/2020", "value": "300", "paid": "300", "version": version}
    assert client.post(f"/debts/{item.pk}/", again).status_code == 302
    assert client.post(f"/debts/{item.pk}/", again | {"paid": "200"}).status_code == 409
    assert read(client, "/resources/lam-hop/").figures[3] == "0"


@pytest.mark.parametrize("address", ["/resources/", "/resources/?year=2020", "/resources/ky-lac/"])
def test_a_page_of_resources_asks_little_of_the_database(address):
    client = as_person("kylac")
    client.get("/healthz")
    with CaptureQueriesContext(connection) as asked:
        assert client.get(address).status_code == 200
    assert len(asked) <= MOST
