"""The pages of villages, with the demo's."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from communes.models import Village
from criteria.models import Claim, Measurement
from plans.models import ModelResult, VillageStep, VillageTarget
from tests.pages import as_person, demo_cell, demo_for_the_module, read

pytestmark = pytest.mark.django_db
MOST = 20


@pytest.fixture(scope="module", autouse=True)
def _demo(django_db_setup, django_db_blocker):
    with demo_for_the_module(django_db_blocker):
        yield


def village_of(slug, name):
    return Village.objects.get(commune__slug=slug, name=name)


def test_the_leader_reads_communes_against_their_targets():
    page = read(as_person("lanhdao"), "/villages/")

    assert page.figures[0] == "1"
    assert "trên 24 thôn" in page.one("div", data_count="met").text
    lam_hop = page.row("lam-hop").text
    assert "1/2" in lam_hop
    assert "7/20" in lam_hop
    assert "†" in lam_hop
    assert "†" not in page.row("ky-chau").text
    without = page.one("details", data_without=True)
    assert "17 xã chưa có thôn nào" in without.text
    assert page.row("ky-giang") in page.find("li", inside=without)
    # Before anything was recorded nothing had begun.
    before = read(as_person("lanhdao"), "/villages/", as_of="2020-01-01")
    assert before.figures[0] == "0"
    assert "0/1" in before.row("lam-hop").text


def test_a_commune_and_a_village_on_their_pages():
    client = as_person("quansat")
    page = read(client, "/villages/lam-hop/")
    assert len(page.find("tr", data_village=True)) == 14
    village = village_of("lam-hop", "Bắc Hà")
    row = page.one("tr", data_village=str(village.pk)).text
    assert "Đã duyệt phương án, dự toán" in row
    assert "8/10" in row
    assert "2/4" in row
    assert "Ghi kết quả các thôn" not in page.html

    page = read(client, f"/villages/lam-hop/{village.pk}/")
    said = {e["data-criterion"]: e["data-result"] for e in page.find("li", data_criterion=True)}
    assert (said["8"], said["9"], said["10"]) == ("met", "nearly", "not_met")
    assert "02/03/2020" in page.one("li", data_step="registered").text
    assert "chưa thực hiện" in page.one("li", data_step="met").text
    assert len(page.find("tr", data_garden=True)) == 4


def test_results_are_typed_for_many_villages_at_once_and_others_stay():
    client = as_person("canbo-kylac")
    address = "/villages/ky-lac/results/"
    page = read(client, address)
    choices = [e["name"] for e in page.find("select") if e["name"].startswith("v")]
    assert len(choices) == 6 * 11
    version = page.one("input", name="version")["value"]
    first, second = village_of("ky-lac", "Lạc Thắng"), village_of("ky-lac", "Lạc Trung")
    sent = {
        "version": version,
        "assessed_on": "15/09/2020",
        f"v{second.pk}-all": "not_met",
        choices[choices.index(f"v{first.pk}-all") + 8]: "met",
    }
    nothing = client.post(address, {"version": version, "assessed_on": "15/09/2020"})
    assert "Chưa chọn kết quả nào" in nothing.content.decode()
    wrong = client.post(address, sent | {"assessed_on": "16/09/2020"})
    assert wrong.status_code == 200
    assert 'value="16/09/2020"' in wrong.content.decode()
    before = ModelResult.objects.count()
    assert client.post(address, sent).url == "/villages/ky-lac/"
    assert ModelResult.objects.count() == before + 11
    # Who saw what stood before is told, and what was chosen stays chosen.
    again = client.post(address, sent)
    assert again.status_code == 409
    text = again.content.decode()
    assert "vừa ghi kết quả của xã này" in text
    assert f'<select class="form-select" name="v{second.pk}-all"' in text
    newest = ModelResult.objects.latest("pk").pk
    assert f'name="version" value="{newest}"' in text
    assert client.post(address, sent | {"version": newest}).status_code == 302
    row = read(client, "/villages/ky-lac/").one("tr", data_village=str(first.pk)).text
    assert "8/10" in row


def test_steps_gardens_and_figures_are_recorded_on_the_village_s_own_page():
    staff, office = as_person("canbo-kylac"), as_person("dieuphoi")
    village = village_of("ky-lac", "Lạc Trung")
    base = f"/villages/ky-lac/{village.pk}/"
    page = read(staff, f"{base}step/")
    offered = [e["value"] for e in page.find("option", inside=page.one("select", name="step"))]
    assert offered == ["registered", "planned", "nearly"]
    asked = {"step": "met", "taken_on": "10/09/2020", "document": "12/XN"}
    assert "met" not in offered
    assert staff.post(f"{base}step/", asked).status_code == 200
    assert office.post(f"{base}step/", asked | {"document": ""}).status_code == 200
    assert office.post(f"{base}step/", asked).url == base
    step = VillageStep.objects.latest("pk")
    assert staff.get(f"/village-steps/{step.pk}/take-back/").status_code == 403
    assert office.post(f"/village-steps/{step.pk}/take-back/", {"reason": "Nhầm"}).url == base

    garden = {"name": "Vườn ông Ba", "registered_on": "12/09/2020"}
    assert staff.post(f"{base}gardens/", garden).url == base
    assert "đã có vườn của hộ này" in staff.post(f"{base}gardens/", garden).content.decode()
    page = read(staff, f"{base}results/")
    assert len(page.find("fieldset", class_="v-row")) == 2
    figures = {"counted_on": "12/09/2020", "households": "8x", "mixed_gardens": "5"}
    assert "số nguyên" in staff.post(f"{base}figures/", figures).content.decode()
    assert staff.post(f"{base}figures/", figures | {"households": "80"}).url == base
    assert "1 bước đã rút lại" in read(staff, base).html


def test_the_office_sets_a_target_that_counts_from_its_day():
    client = as_person("dieuphoi")
    sent = {"from_on": "01/09/2020", "villages": "3", "source": "Nghị quyết 1"}
    assert client.post("/villages/targets/new/", {"from_on": "01/09/2020"}).status_code == 200
    assert client.post("/villages/targets/new/", sent).url == "/villages/targets/"
    assert VillageTarget.objects.latest("pk").commune is None
    page = read(client, "/villages/")
    assert "0/3" in page.row("ky-chau").text
    # A commune's own stands before it.
    assert "1/2" in page.row("lam-hop").text


def test_criterion_20_is_told_what_the_villages_record():
    staff, office = as_person("lamhop"), as_person("dieuphoi")
    address = "/communes/lam-hop/criteria/20/"
    page = read(staff, address)
    (villages, gardens, begun) = page.find("li", data_from=True)
    assert "1 khu dân cư" in villages.text
    assert "7 vườn" in gardens.text
    assert "6/14 thôn" in begun.text
    past = read(staff, address, as_of="2020-08-01")
    assert "0 khu dân cư" in past.find("li", data_from=True)[0].text
    assert "bản nháp" not in past.one("section", id="from-villages").text
    assert not read(staff, "/communes/lam-hop/criteria/19/").find("section", id="from-villages")

    assert staff.post(f"{address}from-villages/").url == address
    claim = Claim.objects.get(status=demo_cell("lam-hop", 20))
    assert sorted(str(one.amount.normalize()) for one in claim.values.all())[0] == "1"
    assert "bản nháp" not in read(staff, address).one("section", id="from-villages").text
    assert office.post(f"{address}from-villages/").url == address
    assert Measurement.objects.filter(enrolment=claim.status.enrolment_id).count() == 3
    assert demo_cell("lam-hop", 20).result == "not_met"


@pytest.mark.parametrize("username", ["lamhop", "dieuphoi", "lanhdao", "quansat"])
def test_a_cell_counted_from_villages_asks_no_more_than_others(username):
    client = as_person(username)
    client.get("/healthz")
    with CaptureQueriesContext(connection) as asked:
        assert client.get("/communes/lam-hop/criteria/20/").status_code == 200
    assert len(asked) <= MOST, len(asked)


@pytest.mark.parametrize(
    "address",
    ["/villages/", "/villages/?known=2020-09-14", "/villages/targets/", "/villages/lam-hop/",
     "/villages/lam-hop/results/"],
)  # fmt: skip
def test_a_page_of_villages_asks_little_of_the_database(address):
    client = as_person("lamhop")
    client.get("/healthz")
    with CaptureQueriesContext(connection) as asked:
        assert client.get(address).status_code == 200
    assert len(asked) <= MOST


def test_days_that_cannot_be_shown_are_said():
    page = read(as_person("quansat"), "/villages/", as_of="2021-01-01")
    assert "sau ngày hôm nay" in page.html or "sau hôm nay" in page.html
    assert dt.date(2020, 9, 15).strftime("%d/%m/%Y") in page.html
