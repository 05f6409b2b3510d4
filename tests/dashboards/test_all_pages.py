"""What holds for every page that is only read."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Person
from criteria.models import Level, Result
from demo.accounts import ACCOUNTS
from tests.pages import Page, as_person, demo_for_the_module, record

pytestmark = pytest.mark.django_db
PAST = {"as_of": "2020-09-14", "compare": "2020-09-01"}
KNOWN = {"known": "2020-09-10"}
PAGES = [
    "/",
    "/communes/",
    "/communes/ky-lac/",
    "/communes/ky-son/",
    "/communes/ky-lac/criteria/8/",
    "/criteria/",
    "/criteria/8/",
    "/me/",
    "/people/{person}/",
    "/search/?q=ky+lac",
    "/accounts/devices/",
    "/accounts/password/",
]

# Pages with tables whose cells bear labels on a telephone.
LISTS = [
    "/communes/",
    "/communes/ky-lac/",
    "/communes/ky-lac/dossier/",
    "/criteria/8/",
    "/tasks/",
    "/sessions/",
    "/visits/",
    "/rounds/",
    "/checks/",
    "/setup/communes/",
    "/enrolments/",
    "/review/",
    "/difficulties/",
    "/accounts/devices/",
    "/villages/",
    "/villages/lam-hop/",
    "/resources/",
    "/resources/ky-lac/",
]


@pytest.fixture(scope="module")
def demo(django_db_setup, django_db_blocker):
    with demo_for_the_module(django_db_blocker):
        record("ky-lac", 8, Result.MET, dt.date(2020, 9, 10), by="kylac", level=Level.COMMUNE)
        yield Person.objects.get(full_name="Trần Đình Gia")


@pytest.fixture(params=PAGES)
def address(request, demo):
    return request.param.format(person=demo.pk)


@pytest.mark.parametrize("days", [{}, PAST, PAST | KNOWN], ids=["today", "past", "known"])
def test_it_opens_for_everybody_within_twenty_questions(address, days):
    asked = {}
    for account in ACCOUNTS:
        client = as_person(account.username)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(address, days).status_code == 200
        asked[account.username] = len(queries)

    assert {who: n for who, n in asked.items() if n > 20} == {}


def test_it_opens_in_english(address):
    client = as_person("dieuphoi")
    client.post("/i18n/setlang/", {"language": "en"})

    for days in ({}, PAST | KNOWN, {"as_of": "xx"}):
        page = Page(client.get(address, days))
        assert page.one("html")["lang"] == "en"
        assert page.one("h1").text


def test_its_head_has_no_body(address):
    response = as_person("lanhdao").head(address)

    assert (response.status_code, response.content) == (200, b"")


def test_every_link_on_it_leads_somewhere(address):
    """Each internal address that a page offers is one that its reader may open."""
    client = as_person("canbo-kylac")
    links = {link.split("#")[0] for link in Page(client.get(address)).links}

    answers = {
        link: client.get(link, follow=True).status_code for link in links if link.startswith("/")
    }

    assert {link: code for link, code in answers.items() if code != 200} == {}


def test_its_table_heads_name_their_cells_and_no_id_occurs_twice(address):
    page = Page(as_person("dieuphoi").get(address))
    ids = [e["id"] for e in page.find(id=True)]

    assert sorted(ids) == sorted(set(ids))
    assert all("scope" in head.attrs for head in page.find("th"))
    labelled = {label["for"] for label in page.find("label", for_=True)}
    assert labelled <= set(ids)


@pytest.mark.parametrize("address", LISTS)
def test_on_a_telephone_no_label_stands_before_nothing(demo, address):
    """A cell that a narrow page shows with its label says something, or is left out."""
    page = Page(as_person("dieuphoi").get(address))

    cells = [cell for cell in page.find("td", data_l=True) if "hush" not in cell.classes]
    assert [cell["data-l"] for cell in cells if not cell.text] == []
