"""Which of the cells within reach a list shows, as its address says."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlencode

from django.db.models import QuerySet

from accounts.access import SignedIn
from criteria.models import Enrolment
from criteria.reviews import cell_rows
from criteria.reviews.cell_rows import Answering, CellRow


@dataclass(frozen=True)
class CellFilter:
    """The communes and agencies that a list may be narrowed to, and the ones chosen."""

    communes: list[tuple[str, str]]
    answering: Answering
    runs: QuerySet[Enrolment]
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

    def cells(self) -> list[CellRow]:
        """The cells that pass: one query."""
        return list(self._passing(cell_rows.cells(self.runs)))

    def _passing(self, cells: Iterable[CellRow]) -> Iterable[CellRow]:
        if not self.agency:
            return cells
        agency_id = int(self.agency)
        return (cell for cell in cells if agency_id in self.answering.of(cell))


def read(request: SignedIn, day: dt.date) -> CellFilter:
    """What the address asks for; what is not within reach is no choice. Two queries."""
    areas = request.access.areas
    communes = cell_rows.communes_of(cell_rows.runs(areas, day))
    answering = cell_rows.answering(areas, day)
    slug, agency = request.GET.get("commune", ""), request.GET.get("agency", "")
    commune = slug if slug in dict(communes) else ""
    known = {str(pk) for pk in answering.names}
    return CellFilter(
        communes,
        answering,
        cell_rows.runs(areas, day, commune),
        commune,
        agency if agency in known else "",
    )
