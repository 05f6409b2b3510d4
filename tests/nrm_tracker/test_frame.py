import pytest
from django.test import Client, RequestFactory
from django.urls import reverse
from django.views.defaults import server_error

from accounts.models import Role
from nrm_tracker.version import VERSION
from tests.factories import OPENED, make_agency, make_area, make_commune, make_user
from tests.pages import Page, as_person, demo_for_the_module

LOGIN = reverse("accounts:login")
DEVICES = reverse("accounts:devices")
MOST = ["/", "/me/", "/communes/", "/criteria/", "/sessions/", "/tasks/"]
FOLLOW_UP = [
    "/plans/", "/villages/", "/resources/", "/visits/", "/difficulties/", "/rounds/", "/review/",
]  # fmt: skip


@pytest.fixture(scope="module")
def demo(django_db_setup, django_db_blocker):
    with demo_for_the_module(django_db_blocker):
        yield


def text_of(response):
    return response.content.decode()


@pytest.mark.parametrize("path", [LOGIN, "/nowhere/"])
def test_a_page_for_nobody_asks_no_database(client, path):
    # Without the database fixture, a query fails the test.
    assert client.get(path).status_code in (200, 404)


def test_the_broken_page_needs_nothing():
    response = server_error(RequestFactory().get("/"))

    assert response.status_code == 500
    assert "/static/css/app.css" in text_of(response)


def test_the_sign_in_page_says_that_this_is_the_demo(client):
    assert "15/09/2020" in text_of(client.get(LOGIN))


def test_the_foot_names_the_version(client):
    assert f"Phiên bản {VERSION}</span>" in text_of(client.get(LOGIN))


def test_the_frame_names_who_is_signed_in_and_the_place(db, client):
    area = make_area()
    user = make_user(role=Role.LEADER, area=area)
    client.force_login(user)

    page = text_of(client.get(reverse("accounts:devices")))

    assert str(user) in page
    assert f"<small>{area}</small>" in page


@pytest.mark.parametrize(("role", "shown"), [(Role.COORDINATOR, True), (Role.OBSERVER, False)])
def test_accounts_are_linked_for_those_who_keep_them(db, client, role, shown):
    client.force_login(make_user(role=role, area=make_area()))

    page = text_of(client.get(reverse("accounts:devices")))

    assert (f'href="{reverse("accounts:area")}"' in page) == shown


@pytest.mark.parametrize("staff", [True, False])
def test_administration_is_linked_for_staff(db, client, staff):
    client.force_login(make_user(staff=staff))

    page = text_of(client.get(reverse("accounts:devices")))

    assert (f'href="{reverse("admin:index")}"' in page) == staff


def links(page, inside):
    return [link["href"] for link in page.find("a", inside=inside)]


@pytest.mark.parametrize(
    ("role", "more"),
    [(Role.LEADER, []), (Role.COORDINATOR, ["/accounts/area/", "/setup/"]), (Role.OBSERVER, [])],
)
def test_the_menu_has_six_sections_and_folds_the_rest(db, client, role, more):
    client.force_login(make_user(role=role, area=make_area()))
    page = Page(client.get(DEVICES))

    nav, (fold,) = page.one("nav", class_="nav-main"), page.find("details", class_="own nav-more")
    assert links(page, nav) == MOST + FOLLOW_UP + more
    assert links(page, fold) == FOLLOW_UP + more
    # On a telephone they stand at the foot, unfolded.
    assert links(page, page.one("nav", id="menu"))[: len(MOST + FOLLOW_UP + more)] == (
        MOST + FOLLOW_UP + more
    )


@pytest.mark.parametrize("address", ["/review/", "/checks/"])
def test_both_parts_of_a_page_are_one_section(demo, address):
    page = Page(as_person("lanhdao").get(address, {"commune": "ky-lac", "page": "1"}))

    (current,) = page.find("a", inside=page.one("nav", class_="nav-main"), aria_current="page")
    assert (current["href"], current.text) == ("/review/", "Rà soát và kiểm tra số liệu")
    parts = page.one("nav", class_="seg")
    assert links(page, parts) == ["/review/?commune=ky-lac", "/checks/?commune=ky-lac"]
    (part,) = page.find("a", inside=parts, aria_current="page")
    assert part["href"].startswith(address)
    assert page.one("h1").text == current.text


@pytest.mark.parametrize(
    ("username", "names", "addresses"),
    [
        ("kylac", ["Việc", "Xã tôi"], ["/me/", "/communes/ky-lac/"]),
        ("canbo-kylac", ["Việc", "Xã tôi"], ["/me/", "/communes/ky-lac/"]),
        ("phong-yte", ["Việc", "Tiêu chí"], ["/me/", "/criteria/"]),
        ("doan-1447", ["Việc", "Các xã"], ["/me/", "/communes/"]),
        ("lanhdao", ["Việc", "Tổng quan"], ["/me/", "/"]),
        ("dieuphoi", ["Việc", "Tổng quan"], ["/me/", "/"]),
        ("quansat", ["Tổng quan", "Các xã"], ["/", "/communes/"]),
        ("thanhtra", ["Tổng quan", "Các xã"], ["/", "/communes/"]),
    ],
)
def test_the_bar_of_a_telephone_is_that_of_the_role(demo, username, names, addresses):
    for page in ("/tasks/", DEVICES):
        # Of a page that is kept, and of one that is not.
        page = Page(as_person(username).get(page))
        bar = page.one("nav", class_="dock")

        assert links(page, bar) == [*addresses, "#find", "#menu"]
        said = [link.text.split(" ")[:2] for link in page.find("a", inside=bar)]
        assert [" ".join(words).rstrip(" 0123456789") for words in said] == [
            *names,
            "Tìm",
            "Mục",
        ]


def test_the_bar_says_where_one_is_and_how_much_waits(demo):
    def current(address):
        page = Page(as_person("lanhdao").get(address))
        bar = page.one("nav", class_="dock")
        return [one["href"] for one in page.find("a", inside=bar, aria_current="page")]

    assert [current(address) for address in ("/", "/me/", "/tasks/")] == [["/"], ["/me/"], []]
    page = Page(as_person("kylac").get("/communes/ky-lac/criteria/8/"))
    (here,) = page.find("a", inside=page.one("nav", class_="dock"), aria_current="page")
    assert here["href"] == "/communes/ky-lac/"
    page = Page(as_person("lanhdao").get("/"))
    said = [one.text for one in page.elements if one.classes == ["count"]]
    assert len(said) == 3
    assert len(set(said)) == 1


def test_of_several_roles_the_bar_shows_the_one_that_work_waits_for(db, client):
    area = make_area()
    user = make_user(role=Role.LEADER, area=area)
    for slug in ("a", "b"):
        commune = make_commune(area=area, slug=slug, code=slug)
        user.memberships.create(role=Role.COMMUNE_STAFF, commune=commune, from_on=OPENED)
    client.force_login(user)
    page = Page(client.get(DEVICES))
    assert links(page, page.one("nav", class_="dock"))[:2] == ["/me/", "/communes/"]

    agency = make_agency(area=area)
    user.memberships.create(role=Role.AGENCY_OFFICER, agency=agency, from_on=OPENED)
    page = Page(client.get(DEVICES))
    assert links(page, page.one("nav", class_="dock"))[:2] == ["/me/", "/criteria/"]


def test_a_page_for_nobody_has_no_bar(client):
    page = Page(client.get(LOGIN))

    assert page.find("nav", class_="dock") == []
    assert page.find("nav", class_="nav-main") == []


def test_a_missing_page_offers_the_search_once(db, client):
    client.force_login(make_user())

    response = client.get("/nowhere/")

    assert response.status_code == 404
    text = text_of(response)
    assert 'id="q-here"' in text
    # On a telephone the search of the head is not shown, and that of the foot is this one.
    assert text.count('id="find"') == 1
    assert 'id="q-foot"' not in text


def test_a_stale_form_is_told_that_nothing_was_recorded(db):
    response = Client(enforce_csrf_checks=True).post(LOGIN, {"username": "a"})

    assert response.status_code == 403
    assert response.templates[0].name == "403_csrf.html"
