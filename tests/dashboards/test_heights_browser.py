"""How far one scrolls on a telephone: what matters is on four screens, all else in a fold."""

import datetime as dt

import pytest

from accounts.models import Person
from communes.models import Commune
from meetings.models import WorkingSession
from meetings.publication import actions as publication_actions
from tests.browser import NARROW, sign_in
from tests.factories import make_session

SCREENS = 4
# Where "Xem thêm" stands, or where the page ends: its menu and what it says of itself lie below.
END = """() => {
  const more = document.querySelector("main [data-more]");
  const end = more || document.querySelector("main");
  const { top, bottom } = end.getBoundingClientRect();
  return window.scrollY + (more ? top : bottom);
}"""
READERS = ("lanhdao", "dieuphoi", "phong-tnmt", "kylac")


@pytest.fixture
def addresses(demo):
    """Pages of the demo whose session is published, with another one that is planned."""
    held = WorkingSession.objects.get()
    by = held.convened_by
    publication_actions.publish(held, minutes_number="", notice_number="", by=by)
    communes = list(Commune.objects.filter(slug__in=("ky-lac", "lam-hop")))
    planned = make_session(communes=communes, by=by, on=dt.date(2020, 9, 29))
    people = Person.objects.filter(user__username__in=READERS)
    return [
        "/me/",
        "/communes/ky-lac/",
        "/communes/lam-hop/",
        held.get_absolute_url(),
        planned.get_absolute_url(),
        *(person.get_absolute_url() for person in people),
    ]


def test_what_matters_is_on_four_screens(addresses, new_context):
    far = {}
    for reader in READERS:
        page = new_context(viewport=NARROW).new_page()
        sign_in(page, reader)
        for address in addresses:
            assert page.goto(address).status == 200, address
            far[reader, address] = page.evaluate(END)

    assert {one: end for one, end in far.items() if end > SCREENS * NARROW["height"]} == {}
