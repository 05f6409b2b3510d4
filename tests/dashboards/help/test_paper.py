"""The booklet as PDF: all help with its pictures, each letter drawn."""

import re

import pytest
import typst

from accounts.models import Role
from dashboards.help import views
from dashboards.help.help_texts import pages, tour_for, tours
from nrm_tracker.bounded import typesetting
from nrm_tracker.bounded.running import Failed
from tests.factories import make_commune, make_enrolment, make_user
from tests.pages import Page, everything_said

PDF = "/help/booklet.pdf"


@pytest.fixture
def head(db, client):
    commune = make_commune()
    make_enrolment(commune=commune)
    client.force_login(make_user(role=Role.COMMUNE_LEADER, commune=commune))
    return client


def test_it_holds_all_help_and_all_pictures(head):
    response = head.get(PDF)

    assert response["Content-Type"] == "application/pdf"
    assert response["Content-Disposition"] == 'attachment; filename="huong-dan.pdf"'
    content = response.content
    assert content.startswith(b"%PDF")
    assert len(re.findall(rb"/Type ?/Page\b", content)) > 5
    pictures = sum(len(page.pictures) for page in pages())
    assert len(re.findall(rb"/Subtype ?/Image\b", content)) == pictures
    said, own = everything_said(content), tour_for(Role.COMMUNE_LEADER)
    for text in (letters_of_help([own]), "Văn phòng điều phối nông thôn mới", "Kỳ Anh"):
        assert set(text) - {" "} <= said


def test_both_pages_lead_to_it(head):
    for address in ("/help/", "/help/booklet/"):
        assert Page(head.get(address)).one("a", href=PDF)


def test_without_a_tour_it_holds_the_rest(db, client):
    client.force_login(make_user())

    assert client.get(PDF).content.startswith(b"%PDF")


def test_what_fails_leads_to_the_page(head, monkeypatch):
    def fail(*args, **kwargs):
        raise Failed("x")

    monkeypatch.setattr(views.paper, "draw", fail)

    page = Page(head.get(PDF, follow=True))

    assert page.problems == ["Không lập được tệp PDF. Có thể in từ trang này."]


def letters_of_help(shown):
    lines = [line for page in pages() for line in (page.title, *page.text, *page.steps)]
    lines += [text for tour in shown for text in (tour.title, *(s.text for s in tour.stops))]
    return "".join(sorted(set("".join(lines))))


@pytest.mark.parametrize("weight", ["regular", "bold"])
def test_the_font_draws_each_letter_of_help(weight):
    """A letter that a font lacks is drawn by the same box as every other that it lacks."""
    text = letters_of_help(tours()).replace(" ", "")
    drawn = f"""#set page(width: 90cm, height: auto)
#set text(font: "{typesetting.WORDS}", weight: "{weight}", fallback: false, ligatures: false)
#"{text}\""""

    svg = typst.compile(drawn.encode(), format="svg", ignore_system_fonts=True).decode()

    assert len(set(re.findall(r'<symbol id="([^"]+)"', svg))) == len(text)
