"""From an empty database to an area and its communes by clicking only."""

import datetime as dt
import re

import pytest

from accounts.models import Role
from communes.models import Area, Commune
from nrm_tracker import clock
from tests.factories import make_administrator, make_area, make_commune, make_user
from tests.pages import read

pytestmark = pytest.mark.django_db


@pytest.fixture
def administrator(client):
    user = make_administrator()
    client.force_login(user)
    return user


@pytest.fixture
def in_2026(monkeypatch):
    monkeypatch.setattr(clock, "today", lambda: dt.date(2026, 11, 30))


def text_of(response):
    return " ".join(re.sub("<[^>]+>", " ", response.content.decode()).split())


def links(client, address):
    html = client.get(address).content.decode()
    return re.findall(r'href="([^"]+)"', html[html.index("<main") : html.index("</main")])


def test_the_whole_path_by_clicking(client, administrator, in_2026):
    assert client.get("/").headers["Location"] == "/setup/"
    assert "/setup/area/" in links(client, "/setup/")
    assert "?province=42" in links(client, "/setup/area/")
    assert "/setup/area/province/42/" in links(client, "/setup/area/?province=42")
    assert "69 : 60 xã, 9 phường" in text_of(client.get("/setup/area/province/42/"))

    answer = client.post("/setup/area/province/42/", {"region": "btb"}, follow=True)

    area = Area.objects.get()
    assert answer.redirect_chain == [(f"/setup/?area={area.pk}", 302)]
    assert "Tỉnh Hà Tĩnh: đã tạo 69 xã." in text_of(answer)
    done = {step.key: (step.done, step.of) for step in answer.context["steps"]}
    assert (done["area"], done["communes"]) == ((1, 1), (69, 69))
    assert answer.context["next_step"].key == "sets"
    assert f"/setup/communes/?area={area.pk}" in links(client, f"/setup/?area={area.pk}")


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("ky anh", ["/setup/area/district/447/", "/setup/area/district/449/"]),
        ("kỳ ank", ["/setup/area/district/447/", "/setup/area/district/449/"]),
        ("447", ["/setup/area/district/447/"]),
    ],
)
def test_an_area_is_found_by_its_name_or_code(client, administrator, words, found):
    got = [link for link in links(client, f"/setup/area/?q={words}") if "/area/district" in link]

    assert got == found


def test_what_the_lists_lack_is_said_and_all_provinces_stay_in_reach(client, administrator):
    answer = client.get("/setup/area/?q=qwrtp")

    assert "Danh mục không có tỉnh, huyện nào tên “qwrtp”." in text_of(answer)
    assert "?province=42" in links(client, "/setup/area/?q=qwrtp")


def test_a_district_that_ended_says_so_and_leads_to_the_province(client, administrator, in_2026):
    said = text_of(client.get("/setup/area/district/447/"))

    assert "kết thúc ngày 01/07/2025, từ đó các xã thuộc Tỉnh Hà Tĩnh" in said
    client.post("/setup/area/district/447/", {"region": "", "both": "on"})
    assert Commune.objects.count() == 29


def test_what_is_here_is_recognised_and_its_differences_told(client, administrator):
    area = make_area(parent=make_area(code="42", name="Hà Tĩnh", kind="province", region="btb"))
    make_commune(area=area, name="Kỳ Lac", dissolved_on=dt.date(2025, 7, 1))

    said = text_of(client.get("/setup/area/district/447/"))
    answer = client.post("/setup/area/district/447/", {"region": "btb"}, follow=True)

    assert "còn thiếu 19/20 xã" in said
    assert "Xã Kỳ Lac (18850), tên: tại đây là Kỳ Lac, theo danh mục là Kỳ Lạc" in said
    assert "đã tạo 19 xã" in text_of(answer)
    assert "2 điểm khác danh mục được giữ nguyên như hiện có." in text_of(answer)


def test_codes_that_sources_have_otherwise_are_shown(client, administrator):
    said = text_of(client.get("/setup/area/province/04/"))

    assert "Lý Quốc (01537 / 01558)" in said


def test_what_is_sent_twice_is_made_once(client, administrator):
    for _time in range(2):
        client.post("/setup/area/district/447/", {"region": "btb"})

    assert (Area.objects.count(), Commune.objects.count()) == (2, 20)


def test_a_code_that_another_area_bears_is_told_on_the_form(client, administrator):
    make_area(code="91", name="An Giang", kind="province")
    answer = client.post("/setup/area/district/899/", {"region": ""})

    assert answer.status_code == 200
    assert "Mã 91 tại đây đang thuộc Tỉnh An Giang." in text_of(answer)
    assert Commune.objects.count() == 0


def test_an_area_is_entered_by_hand(client, administrator):
    given = {"name": "Kỳ Anh", "designation": "town", "kind": "district", "code": "449"}
    answer = client.post("/setup/area/new/", given, follow=True)

    assert "Đã nhập Thị xã Kỳ Anh." in text_of(answer)
    wrong = client.post("/setup/area/new/", {**given, "established_on": "32/1/2020"})
    assert list(wrong.context["form"].errors) == ["established_on"]
    again = client.post("/setup/area/new/", given)
    assert "Thị xã Kỳ Anh đang mang mã này." in again.context["form"].errors["code"][0]
    assert Area.objects.count() == 1


@pytest.mark.parametrize(
    "address", ["/setup/area/commune/18850/", "/setup/area/district/999/", "/setup/area/x/42/"]
)
def test_what_is_in_no_list_is_not_found(client, administrator, address):
    assert client.get(address).status_code == 404


def test_a_coordinator_reads_the_communes_and_makes_nothing(client):
    area = make_area()
    make_commune(area=area)
    client.force_login(make_user(role=Role.COORDINATOR, area=area))

    page = read(client, f"/setup/communes/?area={area.pk}")

    assert "18850" in page.html
    assert "/setup/communes/new/" not in page.html
    assert "/admin/" not in page.html
    assert f"/setup/communes/?area={area.pk}" in links(client, "/setup/")


def test_a_commune_is_added_by_hand(client, administrator):
    area = make_area()
    address = f"/setup/communes/new/?area={area.pk}"
    given = {"name": "Kỳ Lạc", "kind": "commune", "code": "18838", "established_on": ""}

    wrong = client.post(address, given)
    right = client.post(address, {**given, "code": "18850"}, follow=True)

    (said,) = wrong.context["form"].errors["code"]
    assert said == "Ngày 30/06/2025, mã 18838 là của Xã Lâm Hợp, Huyện Kỳ Anh, Tỉnh Hà Tĩnh."
    assert 'value="Kỳ Lạc"' in wrong.content.decode()
    assert "Đã nhập Xã Kỳ Lạc." in text_of(right)
    assert Commune.objects.get().code == "18850"


def test_those_missing_are_made_from_the_lists(client, administrator):
    area = make_area(parent=make_area(code="42", name="Hà Tĩnh", kind="province"))
    make_commune(area=area, dissolved_on=dt.date(2025, 7, 1))
    address = f"/setup/communes/?area={area.pk}"

    assert "Còn thiếu 19 xã" in text_of(client.get(address))
    answer = client.post(f"/setup/communes/missing/?area={area.pk}", follow=True)

    assert answer.redirect_chain == [(address, 302)]
    assert area.communes.count() == 20
    assert "Còn thiếu" not in text_of(client.get(address))


def test_what_is_missing_is_not_made_where_a_code_is_taken(client, administrator):
    make_area(code="91", name="An Giang", kind="province")
    area = make_area(code="899", name="Rạch Giá", designation="city")
    answer = client.post(f"/setup/communes/missing/?area={area.pk}")

    assert answer.status_code == 200
    assert "Mã 91 tại đây đang thuộc Tỉnh An Giang." in text_of(answer)


@pytest.mark.parametrize("code", ["447", "42"])
def test_queries_do_not_grow_with_the_communes(
    client, administrator, code, django_assert_max_num_queries
):
    level = "district" if code == "447" else "province"
    client.post(f"/setup/area/{level}/{code}/", {"region": ""})
    area = Area.objects.get(code=code)
    for address in (f"/setup/area/{level}/{code}/", f"/setup/communes/?area={area.pk}"):
        client.get(address)
        with django_assert_max_num_queries(12):
            client.get(address)
