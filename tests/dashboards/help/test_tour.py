"""A tour: which steps were opened is kept for each person, and pages say which step they are."""

import pytest
from django.core.cache import caches
from django.test import override_settings

from accounts.models import Role, TourStep
from tests.factories import make_commune, make_enrolment, make_user
from tests.pages import Page

TOUR = "/help/tour/"
KEPT = {
    "default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"},
    "pages": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "tour"},
}


@pytest.fixture
def commune(db):
    commune = make_commune()
    make_enrolment(commune=commune)
    return commune


@pytest.fixture
def user(commune):
    return make_user(role=Role.COMMUNE_LEADER, commune=commune)


@pytest.fixture
def head(user, client):
    client.force_login(user)
    return client


def opened(user):
    return list(TourStep.objects.filter(user=user).values_list("role", "number"))


def forms_of(page):
    return [one["action"] for one in page.find("form") if one["action"].startswith(TOUR)]


def test_it_begins_with_the_first_step(head):
    page = Page(head.get(TOUR))

    assert "đã mở 0/10 bước" in page.one("p", class_="meta").text
    assert page.one("button", class_="btn btn-send").text == "Bắt đầu: Bước 1/10"
    assert forms_of(page) == [f"{TOUR}1/", *(f"{TOUR}{n}/" for n in range(1, 11))]


def test_a_step_that_is_opened_is_kept_and_leads_to_its_page(head, user):
    response = head.post(f"{TOUR}1/")

    assert response.url == "/communes/ky-lac/?tour=1"
    assert opened(user) == [("commune_leader", 1)]
    strip = Page(head.get(response.url)).one("aside", class_="tour")
    assert "Bước 1/10" in strip.text
    assert "Trang đầu tiên sau khi đăng nhập" in strip.text


def test_an_address_with_a_question_keeps_it(client, commune):
    client.force_login(make_user(role=Role.COMMUNE_STAFF, commune=commune))

    assert client.post(f"{TOUR}10/").url == "/search/?q=giao+thong&tour=10"


def test_it_goes_on_where_it_was_left(head):
    for number in (1, 2, 4):
        head.post(f"{TOUR}{number}/")

    page = Page(head.get(TOUR))

    assert "đã mở 3/10 bước" in page.one("p", class_="meta").text
    assert page.one("button", class_="btn btn-send").text == "Tiếp tục: Bước 3/10"
    assert [one.text for one in page.find("span", class_="st st-ok")] == ["đã mở"] * 3


def test_a_page_leads_to_the_next_step_and_back(head):
    page = Page(head.get("/tasks/?tour=7"))
    strip = page.one("aside", class_="tour")

    assert [one["action"] for one in page.find("form", inside=strip)] == [f"{TOUR}8/"]
    assert [one["href"] for one in page.find("a", inside=strip)] == [TOUR]


def test_the_last_step_leads_back_only(head):
    page = Page(head.get("/tasks/?tour=10"))
    strip = page.one("aside", class_="tour")

    assert page.find("form", inside=strip) == []
    assert [one.text for one in page.find("a", inside=strip)] == ["Kết thúc"]


def test_who_opened_all_may_start_over(head, user):
    for number in range(1, 11):
        head.post(f"{TOUR}{number}/")
    page = Page(head.get(TOUR))
    assert page.find("button", class_="btn btn-send") == []
    assert f"{TOUR}anew/" in forms_of(page)

    assert head.post(f"{TOUR}anew/").url == TOUR

    assert opened(user) == []
    assert f"{TOUR}anew/" not in forms_of(Page(head.get(TOUR)))


def test_a_step_is_kept_once_and_for_its_person(head, user, commune):
    other = make_user(role=Role.COMMUNE_LEADER, commune=commune)
    TourStep.objects.create(
        user=other, role=Role.COMMUNE_LEADER, number=5, opened_at="2020-09-15T08:00:00+07:00"
    )
    for _time in range(2):
        head.post(f"{TOUR}1/")

    head.post(f"{TOUR}anew/")
    head.post(f"{TOUR}1/")

    assert opened(user) == [("commune_leader", 1)]
    assert opened(other) == [("commune_leader", 5)]


@pytest.mark.parametrize("number", ["0", "11", "99999"])
def test_a_step_that_there_is_not(head, number):
    assert head.post(f"{TOUR}{number}/").status_code == 404


@pytest.mark.parametrize("number", ["", "0", "11", "x", "04", "9" * 30])
def test_what_names_no_step_shows_none(head, number):
    assert Page(head.get("/tasks/", {"tour": number})).find("aside", class_="tour") == []


def test_who_has_no_tour_opens_no_step(db, client):
    client.force_login(make_user())

    assert client.post(f"{TOUR}1/").status_code == 404
    assert Page(client.get("/tasks/?tour=1")).find("aside", class_="tour") == []


def test_a_kept_page_shows_each_the_step_of_their_own_role(commune, client):
    with override_settings(CACHES=KEPT):
        caches["pages"].clear()
        said = []
        for role in (Role.COMMUNE_LEADER, Role.COMMUNE_STAFF):
            client.force_login(make_user(role=role, commune=commune))
            said.append(Page(client.get("/tasks/?tour=8")).one("aside", class_="tour").text)

    assert "Đợt rà soát đang mở" in said[0]
    assert "Nhiệm vụ của xã và thời hạn" in said[1]
