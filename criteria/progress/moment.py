"""The day that is looked at, and what had been entered by when (rule 6)."""

import datetime as dt
from dataclasses import dataclass

from nrm_tracker import clock


@dataclass(frozen=True)
class Moment:
    """The day that a page shows, as known now or as known on an earlier day."""

    day: dt.date
    known: dt.date | None = None
    compare: dt.date | None = None

    @property
    def said_until(self) -> dt.date:
        """The last day whose claims, words and evidence are told (rule 6)."""
        return min(self.day, self.known or self.day)

    @property
    def known_before(self) -> dt.datetime | None:
        """The moment before which everything shown had been entered; None where all is shown."""
        return clock.end_of(self.known) if self.known else None
