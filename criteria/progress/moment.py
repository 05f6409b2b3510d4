"""The day that is looked at, and what had been entered by when (rule 6)."""

import datetime as dt
from dataclasses import dataclass


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
