"""Which of the cells within reach a list shows, as its address says."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Page, Paginator

from accounts.access import SignedIn
from criteria.progress.board_page import ROWS_A_PAGE
from criteria.reviews import cell_rows
from criteria.reviews.cell_rows import Answering, CellScope, Reach


@dataclass(frozen=True)
class CellFilter:
    """The communes and agencies that a list may be narrowed to, and the ones chosen."""

    communes: list[tuple[str, str]]
    answering: Answering
    reach: Reach
    commune: str
    agency: str

    @property
    def agencies(self) -> list[tuple[str, str]]:
        return [(str(pk), name) for pk, name in self.answering.names.items()]

    @property
    def is_narrow(self) -> bool:
        return bool(self.commune or self.agency)

    @property
    def query(self) -> str:
        """What other links of the page carry on, without "?"."""
        chosen = {"commune": self.commune, "agency": self.agency}
        return urlencode({name: value for name, value in chosen.items() if value})


def read(request: SignedIn, day: dt.date) -> CellFilter:
    """What the address asks for; what is not within reach is no choice. Two queries."""
    areas = request.access.shown
    runs = cell_rows.in_order(areas, day)
    answering = cell_rows.answering(areas, day)
    slug, agency = request.GET.get("commune", ""), request.GET.get("agency", "")
    communes = list(dict.fromkeys((slug, name) for _, slug, name in runs))
    commune = slug if slug in dict(communes) else ""
    agency = agency if agency in map(str, answering.names) else ""
    answered = (True, *answering.scope_of(int(agency))) if agency else ()
    scope = CellScope(areas, day, commune, *answered)
    places = {pk: place for place, (pk, *_) in enumerate(runs)}
    return CellFilter(communes, answering, Reach(scope, places), commune, agency)


def page(
    request: SignedIn, count: int, read: Callable[[int, int], list[Any]], name: str = "page"
) -> Page[Any]:
    """The page that the address asks for of so many rows, read from one place to another."""
    found: Page[Any] = Paginator(range(count), ROWS_A_PAGE).get_page(request.GET.get(name))
    first = ROWS_A_PAGE * (found.number - 1)
    found.object_list = read(first, min(first + ROWS_A_PAGE, count))
    return found
