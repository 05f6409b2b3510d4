"""All help as a PDF, to be printed and handed out."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from dashboards.help.help_texts import HelpPage, Picture, Tour, pages
from nrm_tracker import limits
from nrm_tracker.bounded import typesetting
from nrm_tracker.bounded.running import run

TEMPLATE = Path(__file__).with_name("booklet.typ")
# The width of the screen that the pictures show.
SCREEN = 1000


def draw(tour: Tour | None, *, office: str) -> bytes:
    """The booklet. Raises TooHeavy, Failed and slots.Busy."""
    said = {
        "title": _("Help"),
        "office": office,
        "contents": _("Contents"),
        "screen": SCREEN,
        "tour": tour and _tour(tour),
        "pages": [_page(one) for one in pages()],
    }
    pictures = str(settings.BASE_DIR / "static")
    template = TEMPLATE.read_bytes()
    _nothing, paper = run(typesetting.pdf, template, limits.PAPER, said=said, root=pictures)
    return paper


def _tour(tour: Tour) -> dict[str, Any]:
    title = _("Tour in ten steps")
    return {"title": f"{title}: {tour.title}", "stops": [stop.text for stop in tour.stops]}


def _page(page: HelpPage) -> dict[str, Any]:
    steps = [(step, picture and _picture(picture)) for step, picture in page.shown_steps]
    return {"title": page.title, "text": page.text, "steps": steps}


def _picture(picture: Picture) -> dict[str, Any]:
    return {"file": picture.file, "alt": picture.alt, "width": picture.size[0]}
