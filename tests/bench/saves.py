"""What people save, and how long they wait: forms sent as their page sends them."""

import re
import sys
from collections.abc import Callable
from dataclasses import dataclass
from uuid import uuid4

from tests.bench.client import hidden, status_of
from tests.bench.measuring import Figures, Row, take_turn, warm
from tests.bench.pages import Budget

TURNS = 30
HTML, JSON = "text/html", "application/json"


@dataclass(frozen=True)
class Save:
    """A form: who sends it, from which page, where to, and what they type the n-th time."""

    name: str
    who: str
    page: str
    to: str
    typed: Callable[[str, dict, int], dict]
    budgets: dict[str, Budget]
    accept: str = HTML

    @property
    def expected(self):
        """A script is answered, a page is led on."""
        return 200 if self.accept == JSON else 302


def _assessment(page, place, turn):
    """What a coordinator records for an agency; the result is another one each time."""
    return {
        "version": hidden(page, "version"),
        "result": "nearly" if turn % 2 else "not_met",
        "assessed_on": "15/09/2020",
        "level": 2,
        "basis": "verification",
        "on_behalf_of": place["agency"],
        "document_number": f"{turn + 1}/BC",
    }


def _claim(page, place, turn):
    """A draft that the commune's leader keeps, with the figures of all indicators."""
    figures = re.findall(r'name="(i\d+-(?:numerator|denominator))"', page)
    typed = {name: 80 + turn if name.endswith("numerator") else 200 for name in figures}
    return {"version": hidden(page, "version"), "result": "met", "keep": "1", **typed}


def _entry(page, place, turn):
    """A new entry of the minutes, as the page's script sends it."""
    said = f"Tập trung làm rõ đường găng của từng tiêu chí, lần {turn + 1}."
    return {"client_id": uuid4(), "version": 0, "kind": "opinion", "text": said}


SAVES = [
    Save(
        name="an assessment",
        who="dieuphoi",
        page="/communes/{slug}/criteria/8/assess/",
        to="/communes/{slug}/criteria/8/assess/",
        typed=_assessment,
        budgets={"sqlite": Budget(cold=7), "postgresql": Budget(cold=10)},
    ),
    Save(
        name="a claim",
        who="xa",
        page="/communes/{slug}/criteria/15/claim/",
        to="/communes/{slug}/criteria/15/claim/",
        typed=_claim,
        budgets={"sqlite": Budget(cold=6), "postgresql": Budget(cold=8)},
    ),
    Save(
        name="an entry of minutes",
        who="dieuphoi",
        page="/sessions/{session}/minutes/",
        to="/sessions/{session}/minutes/save/",
        typed=_entry,
        budgets={"sqlite": Budget(cold=6), "postgresql": Budget(cold=6)},
        accept=JSON,
    ),
]


def measure_save(save, sites, size, engine):
    """The row of a save in the area with `size` communes.

    The page is opened before each save, as the redirect does; the save alone is measured.
    """
    row = Row(size, f"saving {save.name}", save.budgets[engine])
    for site in sites:
        request = site.client(save.who, size).request(site.address(save.page, size))
        if status_of(warm(site, request)) == 200 or site.is_ours:
            row.figures[site] = Figures(expected=save.expected)
    for turn in range(TURNS):
        for site, figures in list(row.figures.items()):
            answer = take_turn(site, figures, _request(save, site, size, turn))
            if status_of(answer) == save.expected:
                continue
            if site.is_ours:
                sys.exit(f"{row.name}: {answer[:300]!r}")
            # An earlier commit may have asked for something else.
            del row.figures[site]
    return row


def _request(save, site, size, turn):
    """The form as it is sent after its page was opened."""
    client = site.client(save.who, size)
    page = client.fetch(site.address(save.page, size))
    typed = save.typed(page, site.places[size], turn)
    typed["csrfmiddlewaretoken"] = hidden(page, "csrfmiddlewaretoken")
    return client.post(site.address(save.to, size), typed, save.accept)
