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
# Help itself, what is for nobody who signed in or for makers of pages, files, and addresses that
# only take what is sent.
WITHOUT_HELP = {
    *("help", "help-page", "help-tour", "help-booklet", "help-booklet-pdf"),
    *("help-tour-open", "help-tour-anew"),
    *("healthz", "start", "admin:index", "styleguide", "set_language"),
    *("accounts:login", "accounts:logout", "accounts:link"),
    *("accounts:forgotten", "accounts:forgotten-sent"),
    *("scale-file", "sheet-file", "document-template", "reminder", "dossier-zip"),
    *("evidence-file", "evidence-thumbnail", "stored-document", "task-file", "visit-file"),
    *("session-file", "session-paper", "minutes-with-addenda", "session-ics", "calendar"),
    *("session-scan-file", "session-older-scan"),
    *("accounts:device-revoke", "accounts:notices-read", "accounts:digest"),
    *("accounts:choose-area", "entry-save", "entry-move"),
}
MOST_OF_PICTURES = 600_000
AUDIENCES = {"commune", "agency", "leader", "coordinator"}


def test_what_it_names_is_called_so():
    catalogue = polib.pofile(settings.BASE_DIR / "locale/vi/LC_MESSAGES/django.po")
    known = {entry.msgstr for entry in catalogue}
    lines = [line for page in pages() for line in (page.title, *page.text, *page.steps)]
    named = {name for line in lines for name in QUOTED.findall(line)}
    named |= {words for page in pages() for picture in page.pictures for words in picture.marks}

    assert len(named) > 40
    assert sorted(named - known) == []


def test_the_pictures_are_there_and_small():
    """`make pictures` draws them; that their pages still look so is tested in a browser."""
    shown = {picture.path for page in pages() for picture in page.pictures}

    assert set((settings.BASE_DIR / "static/help").iterdir()) == shown
    assert sum(path.stat().st_size for path in shown) < MOST_OF_PICTURES


def test_a_picture_belongs_to_a_step_and_is_told_in_words():
    for page in pages():
        steps = [picture.step for picture in page.pictures]
        assert len(set(steps)) == len(steps)
        for picture in page.pictures:
            assert 1 <= picture.step <= len(page.steps)
            assert len(picture.alt) > 30
            assert picture.marks


def test_it_leads_from_pages_that_there_are():
    about = {name for page in pages() for name in page.about}

    assert sorted(about - set(named_patterns(get_resolver().url_patterns))) == []
    assert {name for page in pages() for name in page.audience} == AUDIENCES
    assert len({page.slug for page in pages()}) == len(pages())


def test_every_page_has_help_of_its_own():
    about = {name for page in pages() for name in page.about}
    names = set(named_patterns(get_resolver().url_patterns))

    assert sorted(names - about - WITHOUT_HELP) == []
    assert sorted(WITHOUT_HELP - names) == []


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
        ("/accounts/areas/", "tong-quan/"),
        ("/enrolments/", "dang-ky/"),
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


@pytest.mark.parametrize("address", ["/help/tham-tra/", "/help/booklet/"])
def test_a_step_shows_its_picture_and_leads_to_all_of_it(head, address):
    (picture,) = next(one for one in pages() if one.slug == "tham-tra").pictures
    width, height = picture.size

    shown = Page(head.get(address)).one("img", alt=picture.alt)

    assert (shown["width"], shown["height"]) == (str(width), str(height))
    assert 300 < width <= 1000
    assert 100 < height <= 400
    assert shown["loading"] == "lazy"
    assert shown["src"] == shown.parent["href"] == f"/static/{picture.file}"


@pytest.mark.parametrize("role", Role.values)
def test_every_step_of_a_tour_opens(db, client, role):
    commune = make_commune(name="Kỳ Lạc")
    make_enrolment(commune=commune)
    client.force_login(make_user(role=role, **_place(role, commune)))

    page = Page(client.get("/help/tour/"))
    steps = [one["action"] for one in page.find("form", inside=page.one("ol"))]

    assert len(steps) == 10
    for number, action in enumerate(steps, start=1):
        shown = Page(client.post(action, follow=True))
        assert f"Bước {number}/10" in shown.one("aside", class_="tour").text


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
