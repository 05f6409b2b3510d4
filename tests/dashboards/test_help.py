"""Help: what it names is called so, each page is led to, each role has a tour."""

import re

import polib
import pytest
from django.conf import settings
from django.urls import get_resolver

from accounts.models import Role
from communes.models import WorkingGroup
from dashboards.help.help_texts import page_about, pages, tours
from tests.factories import make_agency, make_area, make_commune, make_enrolment, make_user
from tests.pages import Page
from tests.test_walk import named_patterns

QUOTED = re.compile(r"“([^”]+)”")
AUDIENCES = {"commune", "agency", "leader", "coordinator"}


def test_what_it_names_is_called_so():
    catalogue = polib.pofile(settings.BASE_DIR / "locale/vi/LC_MESSAGES/django.po")
    known = {entry.msgstr for entry in catalogue}
    lines = [line for page in pages() for line in (page.title, *page.text, *page.steps)]
    named = {name for line in lines for name in QUOTED.findall(line)}

    assert len(named) > 40
    assert sorted(named - known) == []


def test_it_leads_from_pages_that_there_are():
    about = {name for page in pages() for name in page.about}

    assert sorted(about - set(named_patterns(get_resolver().url_patterns))) == []
    assert {name for page in pages() for name in page.audience} == AUDIENCES
    assert len({page.slug for page in pages()}) == len(pages())


def test_every_role_has_a_tour_of_ten_steps():
    assert {role for tour in tours() for role in tour.roles} == set(Role.values)
    assert {len(tour.stops) for tour in tours()} == {10}


def test_what_was_written_for_just_such_people_goes_first():
    assert page_about("cell", frozenset({"commune"})).slug == "gui-de-nghi"
    assert page_about("cell", frozenset({"agency"})).slug == "tham-tra"
    assert page_about("cell", frozenset()).slug == "tong-quan"
    assert page_about("healthz", frozenset()) is None


@pytest.fixture
def head(db, client):
    commune = make_commune()
    make_enrolment(commune=commune)
    client.force_login(make_user(role=Role.COMMUNE_LEADER, commune=commune))
    return client


@pytest.mark.parametrize(
    ("address", "slug"),
    [
        ("/tasks/", "nhiem-vu/"),
        ("/communes/ky-lac/criteria/1/", "gui-de-nghi/"),
        ("/search/", "tong-quan/"),
        ("/accounts/areas/", ""),
    ],
)
def test_a_page_leads_to_what_helps_on_it(head, address, slug):
    assert Page(head.get(address)).one("a", class_="help")["href"] == f"/help/{slug}"


@pytest.mark.parametrize("address", ["/help/", "/help/tour/", "/help/booklet/", "/help/tham-tra/"])
def test_help_leads_to_no_help(head, address):
    page = Page(head.get(address))

    assert page.find("a", class_="help") == []
    if address != "/help/":
        assert "Trợ giúp" in page.one("nav", class_="crumb").text


def test_it_lists_first_what_is_for_the_person(head):
    page = Page(head.get("/help/"))

    titles = [one.text for one in page.find("h2")]
    assert titles == ["Theo vai trò của tài khoản", "Dành cho mọi người", "Dành cho vai trò khác"]
    links = [one["href"] for one in page.find("a", href=True) if "/help/" in one["href"]]
    assert {f"/help/{one.slug}/" for one in pages()} <= set(links)


def test_a_page_says_what_to_do_and_the_booklet_says_all(head):
    returned = next(one for one in pages() if one.slug == "bi-tra-lai")

    page, booklet = head.get(returned.get_absolute_url()), head.get("/help/booklet/")

    assert Page(page).one("h1").text == returned.title
    for line in (*returned.text, *returned.steps):
        assert line in page.content.decode()
    for one in pages():
        assert one.title in booklet.content.decode()


@pytest.mark.parametrize("role", Role.values)
def test_every_step_of_a_tour_opens(db, client, role):
    commune = make_commune(name="Kỳ Lạc")
    make_enrolment(commune=commune)
    client.force_login(make_user(role=role, **_place(role, commune)))

    page = Page(client.get("/help/tour/"))
    stops = [one["href"] for one in page.find("a", inside=page.one("ol"))]

    assert len(stops) == 10
    for address in stops:
        assert client.get(address).status_code == 200, address


def test_the_tour_waits_for_a_commune(db, client):
    client.force_login(make_user(role=Role.LEADER, area=make_area()))

    assert "Chỉ tham quan được khi" in client.get("/help/tour/").content.decode()


def _place(role, commune):
    if role in (Role.COMMUNE_LEADER, Role.COMMUNE_STAFF):
        return {"commune": commune}
    if role == Role.AGENCY_OFFICER:
        return {"agency": make_agency()}
    if role == Role.WORKING_GROUP_MEMBER:
        group = WorkingGroup.objects.create(area=commune.area, key="doan", name="Đoàn")
        group.communes.add(commune)
        return {"working_group": group}
    return {"area": commune.area}
